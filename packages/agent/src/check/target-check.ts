/** The way to one ingest, step by step: name, proxy, TCP, TLS, HTTP/2, credentials. */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import {
  type AgentIdentity,
  authorityOf,
  checkMetadata,
  type Diagnosis,
  diagnoseTarget,
  type DiagnosisStep,
  explainTls,
  FingerprintMismatch,
  proxyName,
  RelayConnection,
  settleTrust,
  type StreamStatus,
  type Target,
  type TrustedTarget,
  type TrustSettings,
} from "@netferry/relay";
import type { Clock } from "@netferry/service";
import type { CheckResult, CheckStatus } from "./result.ts";

const WELCOME_TIMEOUT_MS = 10_000;

/** The steps in the order in which they are gone, as {@link diagnoseTarget} names them. */
const STEPS: readonly Exclude<DiagnosisStep, "reachable">[] = ["resolve", "proxy", "tcp", "tls", "http2"];

const NAMES: Readonly<Record<(typeof STEPS)[number], string>> = {
  resolve: "name",
  proxy: "web proxy",
  tcp: "TCP",
  tls: "TLS",
  http2: "HTTP/2",
};

export interface TargetCheckOptions {
  readonly target: Target;
  readonly trust: TrustSettings;
  readonly identity: AgentIdentity;
  readonly clock: Clock;
}

export async function checkTarget(options: TargetCheckOptions): Promise<CheckResult[]> {
  const { target, trust } = options;
  const authority = authorityOf(target);
  const { diagnosis, trusted } = await goTheWay(target, trust);
  const reached = diagnosis.step === "reachable" ? STEPS.length : STEPS.indexOf(diagnosis.step);
  const results: CheckResult[] = [];
  for (const [index, step] of STEPS.entries()) {
    const status = statusOf(index, reached);
    const text =
      status === "fail"
        ? diagnosis.message
        : status === "skip"
          ? `not tried: ${NAMES[STEPS[reached] ?? "tcp"]} failed`
          : await passedText(step, target, trust);
    if (text !== undefined) results.push({ check: NAMES[step], status, text, target: authority });
  }
  if (trusted === undefined || reached < STEPS.length) {
    results.push({
      check: "credentials",
      status: "skip",
      text: "not tried: no ingest was reached",
      target: authority,
    });
  } else {
    results.push({ check: "credentials", ...(await checkCredentials(options, trusted)), target: authority });
  }
  return results;
}

function statusOf(index: number, reached: number): CheckStatus {
  if (index < reached) return "ok";
  return index === reached ? "fail" : "skip";
}

/** How far one comes, and the target with its trust settled where it could be. */
async function goTheWay(
  target: Target,
  trust: TrustSettings,
): Promise<{ readonly diagnosis: Diagnosis; readonly trusted: TrustedTarget | undefined }> {
  const authority = authorityOf(target);
  try {
    const trusted = await settleTrust(target, trust);
    return { diagnosis: await diagnoseTarget(target, trusted), trusted };
  } catch (error) {
    if (error instanceof FingerprintMismatch) {
      return { diagnosis: { step: "tls", message: error.message }, trusted: undefined };
    }
    const plain: TrustedTarget = { authority, host: target.host, trust: { kind: "insecure" } };
    const diagnosis = await diagnoseTarget(target, plain);
    return diagnosis.step === "reachable"
      ? { diagnosis: { step: "tls", message: explainTls(authority, error) }, trusted: undefined }
      : { diagnosis, trusted: undefined };
  }
}

/** Undefined for a step that there is nothing to say of. */
async function passedText(
  step: (typeof STEPS)[number],
  target: Target,
  trust: TrustSettings,
): Promise<string | undefined> {
  const authority = authorityOf(target);
  switch (step) {
    case "resolve":
      return target.proxy === undefined ? nameText(target.host) : nameText(target.proxy.host);
    case "proxy":
      return target.proxy === undefined
        ? "none: the way is direct"
        : `${proxyName(target.proxy)} lets through to ${authority}`;
    case "tcp":
      return `${authority} accepts connections`;
    case "tls":
      return trust.kind === "insecure"
        ? "none, as --insecure says: the token travels readable"
        : trustText(trust);
    case "http2":
      return trust.kind === "insecure" ? undefined : `${authority} speaks it`;
  }
}

async function nameText(host: string): Promise<string> {
  if (isIP(host) !== 0) return `${host} is an address`;
  const addresses = await lookup(host, { all: true }).catch(() => []);
  return `${host} is ${addresses.map(({ address }) => address).join(", ")}`;
}

function trustText(trust: TrustSettings): string {
  switch (trust.kind) {
    case "ca":
      return "the certificate is one of those of --ca, or signed by them";
    case "fingerprint":
      return "the certificate is the one with the given fingerprint";
    default:
      return "a CA that this system trusts vouches for the certificate";
  }
}

/** Opens a control stream that says that it is only a check, and waits for the Welcome. */
function checkCredentials(
  { identity, clock }: TargetCheckOptions,
  trusted: TrustedTarget,
): Promise<{ readonly status: CheckStatus; readonly text: string }> {
  const connection = new RelayConnection(trusted);
  const stream = connection.openControl(checkMetadata(identity));
  return new Promise((resolve) => {
    const cancel = clock.later(WELCOME_TIMEOUT_MS, () =>
      stream.end({ code: "cancelled", message: `no answer within ${WELCOME_TIMEOUT_MS / 1000} s` }),
    );
    const settle = (status: CheckStatus, text: string): void => {
      cancel();
      connection.close();
      resolve({ status, text });
    };
    stream.listen({
      onMessage: (message) => {
        if (message.type !== "welcome") return;
        settle("ok", `${identity.email} is known to the ingest (version ${message.version})`);
        stream.end({ code: "ok", message: "" });
      },
      onDrain: () => undefined,
      onHalfClose: () => undefined,
      onEnd: (status) => settle("fail", refusalText(status, trusted.authority, identity.email)),
    });
  });
}

function refusalText({ code, message }: StreamStatus, authority: string, email: string): string {
  if (code === "unauthenticated") {
    return `${authority} refuses the credentials of ${email}; correct --email and --token`;
  }
  return `${authority} does not answer as a Netferry ingest: ${message || code}; correct --target`;
}
