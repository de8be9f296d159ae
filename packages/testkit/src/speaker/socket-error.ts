import { errorCode, errorText, formatHostPort } from "@netferry/service";

/** Where a connection was to go. */
interface Target {
  readonly host: string;
  readonly port: number;
  readonly localAddress?: string | undefined;
}

/** A socket's error in one line that says what to look at. */
export function socketErrorText(error: Error, target?: Target): string {
  const code = errorCode(error);
  if (target === undefined) return code ?? errorText(error);
  const peer = formatHostPort(target.host, target.port);
  switch (code) {
    case "ECONNREFUSED":
      return `connection refused by ${peer}; is it listening there?`;
    case "EADDRNOTAVAIL":
      return target.localAddress === undefined
        ? `no local address or port is left to reach ${peer} from (EADDRNOTAVAIL)`
        : `${target.localAddress} is not an address of this machine, or has no free port (EADDRNOTAVAIL)`;
    case "EADDRINUSE":
      return `no free port is left on ${target.localAddress ?? "this machine"} (EADDRINUSE)`;
    case "EINVAL":
      return `${target.localAddress ?? "this machine"} cannot reach ${peer}: not the same address family, or no route (EINVAL)`;
    case "ENETUNREACH":
    case "EHOSTUNREACH":
      return `no route to ${peer} (${code})`;
    case "ETIMEDOUT":
      return `no answer from ${peer} (ETIMEDOUT)`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `no address for host name ${target.host} (${code})`;
    case "EMFILE":
    case "ENFILE":
      return `too many open files; raise the limit (ulimit -n) or take fewer sessions (${code})`;
    case undefined:
    default:
      return code === undefined ? errorText(error) : `${code} (${peer})`;
  }
}
