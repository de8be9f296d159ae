/** What the agent's options amount to: which ingest, as whom, trusted how. */
import {
  authorityOf,
  proxyFor,
  proxyName,
  proxySecrets,
  type ProxySettings,
  type Target,
  type TrustSettings,
} from "@netferry/relay";
import {
  type CredentialsFile,
  errorText,
  loadTrustAnchors,
  OperatorError,
  readCredentialsFile,
  UsageError,
} from "@netferry/service";
import { type AgentOptionValues, checkFingerprint, checkToken } from "./options.ts";
import { REGIONS_TEXT, regionTarget } from "./regions.ts";

type IngestOptionValues = Pick<
  AgentOptionValues,
  | "target"
  | "region"
  | "email"
  | "token"
  | "credentials"
  | "ca"
  | "fingerprint"
  | "insecure"
  | "httpProxy"
  | "httpsProxy"
  | "noProxy"
>;

export interface IngestAccess {
  /** At least one, in the order in which they are tried. */
  readonly targets: readonly Target[];
  readonly email: string;
  readonly token: string;
  readonly trust: TrustSettings;
  readonly proxies: ProxySettings;
  /** What no log line may show. */
  readonly secrets: readonly string[];
  /** Where values come from that no option of their own name gave, for the log; no secrets. */
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Settles where the agent connects and as whom. Throws a {@link UsageError} that names all that is missing, or an
 * {@link OperatorError} where a file can't be used. Credentials only ever go to a host that was named.
 */
export async function settleIngest(options: IngestOptionValues): Promise<IngestAccess> {
  const path = options.credentials;
  const file = path === undefined ? {} : await readCredentialsFile(path);
  const settings: Record<string, string> = {};
  const missing: string[] = [];
  const targets = settleTargets(options, missing, settings);
  const fromFile = (value: string | undefined, flag: string, shown: string): string | undefined => {
    if (value !== undefined) settings[flag] = `${shown} (${path})`;
    return value;
  };
  const email = options.email ?? fromFile(file.email, "email", file.email ?? "");
  const token = options.token ?? fromFile(tokenOf(file, path), "token", "set");
  if (email === undefined) missing.push(missingText("email", "EMAIL", "KENTIK_API_EMAIL"));
  if (token === undefined) missing.push(missingText("token", "TOKEN", "KENTIK_API_TOKEN"));
  if (email === undefined || token === undefined || missing.length > 0) {
    throw new UsageError(missing.join("; "));
  }
  const trust = await settleTrustSettings(options, file, settings);
  const proxies = { http: options.httpProxy, https: options.httpsProxy, none: options.noProxy };
  return {
    targets: targets.map((target) => throughProxy(target, proxies, trust)),
    email,
    token,
    trust,
    proxies,
    secrets: [token, ...proxySecrets(proxies)],
    settings,
  };
}

function throughProxy(target: Target, proxies: ProxySettings, trust: TrustSettings): Target {
  const proxy = proxyFor(proxies, { ...target, tls: trust.kind !== "insecure" });
  return proxy === undefined ? target : { ...target, proxy };
}

/** `ingest.example.net:443 through the proxy 192.0.2.1:3128`, for the log. */
export function wayText(target: Target): string {
  const way = target.proxy === undefined ? "directly" : `through the proxy ${proxyName(target.proxy)}`;
  return `${authorityOf(target)} ${way}`;
}

function settleTargets(
  { target, region }: IngestOptionValues,
  missing: string[],
  settings: Record<string, string>,
): readonly Target[] {
  if (target.length > 0) return target;
  if (region === undefined) {
    missing.push(
      "no ingest is named, and credentials go nowhere else: give --target HOST:PORT, or --region for a documented one, or set NETFERRY_TARGET or KENTIK_REGION",
    );
    return [];
  }
  const known = regionTarget(region);
  if (known === undefined) {
    throw new UsageError(
      `region ${region} (--region, KENTIK_REGION) is none of the documented ones: ${REGIONS_TEXT}; name the ingest with --target HOST:PORT`,
    );
  }
  settings["target"] = `${authorityOf(known)} (--region)`;
  return [known];
}

function missingText(flag: string, placeholder: string, variable: string): string {
  return `--${flag} is missing: give --${flag} ${placeholder} or --credentials FILE, or set NETFERRY_${flag.toUpperCase()} or ${variable}`;
}

function tokenOf({ token }: CredentialsFile, path = ""): string | undefined {
  return token === undefined ? undefined : checkedPart(path, "token", () => checkToken(token));
}

function checkedPart(path: string, part: string, check: () => string): string {
  try {
    return check();
  } catch (error) {
    throw new OperatorError(`credentials file ${path}: its ${part} can't be used: ${errorText(error)}`, {
      cause: error,
      complete: true,
    });
  }
}

async function settleTrustSettings(
  { ca, fingerprint, insecure, credentials = "" }: IngestOptionValues,
  file: CredentialsFile,
  settings: Record<string, string>,
): Promise<TrustSettings> {
  const given = [
    ...(ca === undefined ? [] : ["--ca"]),
    ...(fingerprint === undefined ? [] : ["--fingerprint"]),
    ...(insecure ? ["--insecure"] : []),
  ];
  if (given.length > 1) {
    throw new UsageError(`${given.join(" and ")} exclude each other; give the one that you mean`);
  }
  if (insecure) return { kind: "insecure" };
  if (fingerprint !== undefined) return { kind: "fingerprint", sha256: fingerprint };
  if (ca !== undefined) return { kind: "ca", pem: await loadTrustAnchors(ca) };
  const pinned = file.fingerprint;
  if (pinned !== undefined) {
    settings["fingerprint"] = `${pinned} (${credentials})`;
    return {
      kind: "fingerprint",
      sha256: checkedPart(credentials, "fingerprint", () => checkFingerprint(pinned)),
    };
  }
  if (file.ca === undefined) return { kind: "system" };
  settings["ca"] = `${file.ca} (${credentials})`;
  return { kind: "ca", pem: await loadTrustAnchors(file.ca) };
}
