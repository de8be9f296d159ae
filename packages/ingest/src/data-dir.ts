/** The directory that ingest owns: registry, certificate, lock. Nobody else may read it. */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { errorText, OperatorError, selfSignedCertificate, type ServerCertificate } from "@netferry/service";
import { X509Certificate } from "node:crypto";

/** Names in the data directory. */
export const DATA_FILES = {
  lock: "ingest.pid",
  registry: "registry.db",
  secretKey: "secret.key",
  snapshot: "routes.snapshot",
  certificate: "tls-cert.pem",
  certificateKey: "tls-key.pem",
} as const;

export interface DataDir {
  readonly path: string;
  readonly registryFile: string;
  /** Where the key is that seals secrets in the registry, unless it is kept elsewhere. */
  readonly secretKeyFile: string;
  /** Routes and sessions over a restart. */
  readonly snapshotFile: string;
  /** Where the certificate lies that ingest made for itself; agents may be given it with --ca. */
  readonly certificateFile: string;
  /** Gives the directory back to the next ingest. */
  release(): void;
}

/** Makes the directory where it is missing, and takes it for this process. Throws `OperatorError`. */
export function openDataDir(path: string, pid: number): DataDir {
  try {
    // A directory that was there keeps its mode; what is secret in it has modes of its own.
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new OperatorError(
      `the data directory ${path} can't be made: ${errorText(error)}; give another --data-dir`,
      {
        cause: error,
      },
    );
  }
  const lockFile = join(path, DATA_FILES.lock);
  const holder = existsSync(lockFile) ? Number(readFileSync(lockFile, "utf8")) : 0;
  if (holder !== pid && isIngest(holder)) {
    throw new OperatorError(
      `another ingest (pid ${holder}) uses the data directory ${path}; stop it, or give another --data-dir`,
    );
  }
  writePrivateFile(lockFile, `${pid}\n`);
  return {
    path,
    registryFile: join(path, DATA_FILES.registry),
    secretKeyFile: join(path, DATA_FILES.secretKey),
    snapshotFile: join(path, DATA_FILES.snapshot),
    certificateFile: join(path, DATA_FILES.certificate),
    release: () => rmSync(lockFile, { force: true }),
  };
}

/** Whether a process lives that calls itself an ingest: pids are used again after a crash. */
function isIngest(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("ingest");
  } catch {
    return false;
  }
}

/** Writes a file that only its owner may read, whole or not at all. */
export function writePrivateFile(path: string, content: string): void {
  const temporary = `${path}.tmp`;
  writeFileSync(temporary, content, { mode: 0o600 });
  renameSync(temporary, path);
}

/**
 * The certificate that ingest made for itself at its first start; a new one where it has expired.
 *
 * @param addresses IP addresses and names that agents may dial, beside those of this machine
 */
export async function ownCertificate(
  dir: DataDir,
  addresses: readonly string[],
  now: number,
): Promise<{ readonly certificate: ServerCertificate; readonly isNew: boolean }> {
  const keyFile = join(dir.path, DATA_FILES.certificateKey);
  if (existsSync(dir.certificateFile) && existsSync(keyFile)) {
    const certPem = readFileSync(dir.certificateFile, "utf8");
    const parsed = new X509Certificate(certPem);
    if (Date.parse(parsed.validTo) > now) {
      const keyPem = readFileSync(keyFile, "utf8");
      return { certificate: { certPem, keyPem, fingerprint256: parsed.fingerprint256 }, isNew: false };
    }
  }
  const own = Object.values(networkInterfaces()).flatMap((list) =>
    (list ?? []).map(({ address }) => address),
  );
  const ips = new Set(
    ["127.0.0.1", "::1", ...own, ...addresses].map((address) => address.replace(/%.*$/, "")),
  );
  const certificate = await selfSignedCertificate({
    commonName: "netferry ingest",
    names: [...new Set(["localhost", hostname()])],
    addresses: [...ips],
  });
  writePrivateFile(keyFile, certificate.keyPem);
  writePrivateFile(dir.certificateFile, certificate.certPem);
  chmodSync(dir.certificateFile, 0o644);
  return { certificate, isNew: true };
}
