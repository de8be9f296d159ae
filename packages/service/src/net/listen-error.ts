/** Why a listener could not be opened, in words that help. */
import { errorCode, errorText, OperatorError } from "../errors.ts";

/** Ports below this need a privilege on Linux, unless the system is set otherwise. */
const FIRST_UNPRIVILEGED_PORT = 1024;

/**
 * The error of a failed `listen` as one line with a remedy. `what` names the listener and the flag that
 * moves it: `"BGP listener (--listen)"`; `hostPort` is the address that was tried.
 */
export function listenError(error: unknown, what: string, hostPort: string): OperatorError {
  return new OperatorError(`${what} cannot listen on ${hostPort}: ${reason(error, hostPort)}`, {
    cause: error,
    complete: true,
  });
}

function reason(error: unknown, hostPort: string): string {
  const port = Number(hostPort.slice(hostPort.lastIndexOf(":") + 1));
  switch (errorCode(error)) {
    case "EADDRINUSE":
      return `port ${port} is in use there; stop what holds it ('ss -tlnp sport = :${port}' names it) or choose another port`;
    case "EACCES":
    case "EPERM":
      return port < FIRST_UNPRIVILEGED_PORT
        ? `ports below ${FIRST_UNPRIVILEGED_PORT} need a privilege; give the process CAP_NET_BIND_SERVICE (AmbientCapabilities= in its systemd unit, or 'setcap cap_net_bind_service=+ep' on the node binary), lower net.ipv4.ip_unprivileged_port_start, run as root, or choose a port above ${FIRST_UNPRIVILEGED_PORT - 1}`
        : "the system does not permit it; look at its security policy, or choose another port";
    case "EADDRNOTAVAIL":
      return `this machine has no such address; use one that 'ip address' shows, or 0.0.0.0 or [::] for all, also for those that come later, or 'sysctl -w net.${hostPort.startsWith("[") ? "ipv6" : "ipv4"}.ip_nonlocal_bind=1' for an address that moves between machines`;
    case "EAFNOSUPPORT":
      return "the system does not speak this address family; enable IPv6, or give an IPv4 address";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "the host name does not resolve; give an address";
    case "EMFILE":
    case "ENFILE":
      return "too many open files; raise the limit (LimitNOFILE= in the systemd unit, or 'ulimit -n')";
    default:
      return errorText(error);
  }
}
