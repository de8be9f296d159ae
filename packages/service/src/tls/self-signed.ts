/** A certificate for a server that was given none. */
import { type webcrypto, X509Certificate } from "node:crypto";
import { isIP } from "node:net";

export interface SelfSignedOptions {
  readonly commonName: string;
  /** DNS names that the server is reached by. */
  readonly names?: readonly string[];
  /** IP addresses that the server is reached by. */
  readonly addresses?: readonly string[];
  /** Default ten years: it is trusted by itself, and nobody renews it. */
  readonly days?: number;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number;
}

export interface ServerCertificate {
  readonly certPem: string;
  /** PKCS #8, secret. */
  readonly keyPem: string;
  /** SHA-256 of the certificate: upper-case hex octets joined by colons. */
  readonly fingerprint256: string;
}

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 3650;

/** RFC 5280, A.1: ub-common-name. */
const MAX_COMMON_NAME = 64;

/** Names and addresses together. */
const MAX_ALTERNATIVE_NAMES = 200;

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/**
 * Makes an ECDSA P-256 key and a certificate for it, signed by itself, for TLS servers alone. A client that is
 * given this certificate as its only trust anchor (`ca` in Node, `--ca`) accepts it under the given names; it
 * vouches for no other certificate.
 */
export async function selfSignedCertificate(options: SelfSignedOptions): Promise<ServerCertificate> {
  const names = options.names ?? [];
  const addresses = options.addresses ?? [];
  for (const address of addresses) {
    if (isIP(address) === 0) throw new TypeError(`${address} is no IP address`);
  }
  if (names.length + addresses.length > MAX_ALTERNATIVE_NAMES) {
    throw new RangeError(`more than ${MAX_ALTERNATIVE_NAMES} names and addresses in one certificate`);
  }
  // Loaded here, as only a first start needs it; the container inside x509 wants the polyfill before.
  await import("reflect-metadata");
  const x509 = await import("@peculiar/x509");
  const { subtle } = globalThis.crypto;
  const keys: webcrypto.CryptoKeyPair = await subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const now = (options.now ?? Date.now)();
  const alternativeNames = [
    ...names.map((value) => ({ type: "dns" as const, value })),
    ...addresses.map((value) => ({ type: "ip" as const, value })),
  ];
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [options.commonName.slice(0, MAX_COMMON_NAME)] }],
    // Clocks of clients may be behind.
    notBefore: new Date(now - DAY_MS),
    notAfter: new Date(now + (options.days ?? DEFAULT_DAYS) * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      ...(alternativeNames.length > 0 ? [new x509.SubjectAlternativeNameExtension(alternativeNames)] : []),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const certPem = `${certificate.toString("pem").trimEnd()}\n`;
  const key = Buffer.from(await subtle.exportKey("pkcs8", keys.privateKey));
  return { certPem, keyPem: pem("PRIVATE KEY", key), fingerprint256: certificateFingerprint(certPem) };
}

/** SHA-256 of the (first) certificate in a PEM text: upper-case hex octets joined by colons. */
export function certificateFingerprint(certPem: string): string {
  return new X509Certificate(certPem).fingerprint256;
}

/** Positive, 127 bits of chance (RFC 5280, 4.1.2.2). */
function serialNumber(): string {
  const octets = globalThis.crypto.getRandomValues(new Uint8Array(16));
  octets[0] = ((octets[0] ?? 0) & 0x3f) | 0x40;
  return Buffer.from(octets).toString("hex");
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
