/** What the agent needs of its own machine: ports, capabilities, a capture interface, TCP MD5. */
import { createServer } from "node:net";
import {
  capabilityRemedy,
  hasCapability,
  KernelUnavailableError,
  type Md5Support,
  SynCapture,
  unavailableReason,
} from "@netferry/kernel";
import { errorCode, errorText, formatHostPort, type HostPort, listenOn } from "@netferry/service";
import type { CheckResult } from "./result.ts";

/** Stands for a port that the system will choose: whether a capture can be opened does not depend on it. */
const ANY_PORT = 179;
/** How long an agent that runs here may take to answer. */
const STATUS_TIMEOUT_MS = 3_000;

export interface HostCheckOptions {
  readonly listen: readonly HostPort[];
  /** Of the status endpoint. */
  readonly status: HostPort;
  readonly md5: boolean;
  /** `any`, or an interface's name. */
  readonly md5Interface: string;
  readonly md5Support: Md5Support;
}

export async function checkHost(options: HostCheckOptions): Promise<CheckResult[]> {
  const running = await runningListeners(options.status);
  const results: CheckResult[] = [];
  for (const at of options.listen) results.push(await checkListener("BGP listener", "--listen", at, running));
  results.push(
    running === undefined
      ? await checkListener("status endpoint", "--metrics-addr, --metrics-port", options.status, undefined)
      : { check: "status endpoint", status: "ok", text: "an agent that runs here serves it" },
  );
  return [...results, ...checkCapabilities(options), checkCapture(options), checkMd5(options)];
}

/** Listeners of the agent that runs here already; undefined where none answers at the status endpoint. */
async function runningListeners({ host, port }: HostPort): Promise<readonly string[] | undefined> {
  if (port === 0) return undefined;
  try {
    const reached = host === "" || host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
    const answer = await fetch(`http://${formatHostPort(reached, port)}/admin/status`, {
      signal: AbortSignal.timeout(STATUS_TIMEOUT_MS),
      redirect: "error",
    });
    const status = (await answer.json()) as { readonly Config?: { readonly Listeners?: unknown } } | null;
    const listeners = status?.Config?.Listeners;
    return Array.isArray(listeners) ? listeners.map(String) : undefined;
  } catch {
    return undefined;
  }
}

async function checkListener(
  check: string,
  flag: string,
  at: HostPort,
  running: readonly string[] | undefined,
): Promise<CheckResult> {
  const where = formatHostPort(at.host, at.port);
  const server = createServer();
  try {
    await listenOn(server, at, { what: `${check} (${flag})`, ipv6Only: true });
    await new Promise((resolve) => server.close(resolve));
    return { check, status: "ok", text: `${where} can be listened on` };
  } catch (error) {
    const inUse = error instanceof Error && errorCode(error.cause) === "EADDRINUSE";
    const held = (running ?? []).includes(formatHostPort(at.host === "" ? "::" : at.host, at.port));
    if (inUse && held) return { check, status: "ok", text: `${where} is held by the agent that runs here` };
    return { check, status: "fail", text: errorText(error) };
  }
}

function checkCapabilities({ md5 }: HostCheckOptions): CheckResult[] {
  const bind = hasCapability("CAP_NET_BIND_SERVICE");
  const raw = hasCapability("CAP_NET_RAW");
  return [
    {
      check: "CAP_NET_BIND_SERVICE",
      // Whether it matters is what the listeners' own lines tell.
      status: bind ? "ok" : "skip",
      text: bind ? "there, for ports below 1024" : "not there; needed for ports below 1024 alone",
    },
    {
      check: "CAP_NET_RAW",
      status: raw ? "ok" : md5 ? "fail" : "skip",
      text: raw
        ? "there, to see connection attempts"
        : md5
          ? capabilityRemedy("CAP_NET_RAW")
          : "not there; needed with --enable-md5-support alone",
    },
  ];
}

function checkCapture({ md5, md5Interface, listen }: HostCheckOptions): CheckResult {
  const check = "capture";
  if (!md5) return { check, status: "skip", text: "needed with --enable-md5-support alone" };
  const on = md5Interface === "any" ? "any interface" : `interface ${md5Interface}`;
  try {
    const capture = new SynCapture({
      ports: [...new Set(listen.map(({ port }) => port || ANY_PORT))],
      ...(md5Interface === "any" ? {} : { interface: md5Interface }),
      onSyn: () => undefined,
      onError: () => undefined,
    });
    capture.close();
    return { check, status: "ok", text: `connection attempts can be seen on ${on}` };
  } catch (error) {
    // A missing capability and a missing foreign function interface have remedies of their own.
    const other = errorCode(error) === "EPERM" || error instanceof KernelUnavailableError;
    const remedy = other ? "" : "; correct --md5-listen-interface";
    return { check, status: "fail", text: `${errorText(error)}${remedy}` };
  }
}

function checkMd5({ md5, md5Support }: HostCheckOptions): CheckResult {
  const check = "TCP MD5";
  if (md5Support.available) return { check, status: "ok", text: "the kernel signs TCP with MD5" };
  const unavailable = unavailableReason();
  if (md5 && unavailable !== undefined) return { check, status: "fail", text: unavailable };
  return {
    check,
    status: md5 ? "fail" : "skip",
    text: md5
      ? `${md5Support.reason}; use a kernel with CONFIG_TCP_MD5SIG, or leave --enable-md5-support away`
      : `not there (${md5Support.reason}); needed with --enable-md5-support alone`,
  };
}
