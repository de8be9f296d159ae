/**
 * Which ingest an agent trusts: by a CA's certificate, by a certificate's fingerprint, or by the system's CAs.
 */
import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { checkServerIdentity, connect, type PeerCertificate } from "node:tls";
import { type ChannelCredentials, credentials } from "@grpc/grpc-js";
import { sameFingerprint } from "./fingerprint.ts";
import { ProxiedCredentials } from "./proxy/grpc-credentials.ts";
import type { HttpProxy } from "./proxy/proxy.ts";
import { dial } from "./proxy/tunnel.ts";
import { authorityOf, type Target } from "./target.ts";

export type TrustSettings =
  /** The CAs that came with the runtime. */
  | { readonly kind: "system" }
  /** These certificates, PEM. */
  | { readonly kind: "ca"; readonly pem: string }
  /** The one certificate with this SHA-256 fingerprint (hex pairs with colons); its name does not matter. */
  | { readonly kind: "fingerprint"; readonly sha256: string }
  /** No TLS at all: whoever sits on the way reads the token. */
  | { readonly kind: "insecure" };

/** A target whose trust is settled, so that connections to it can be opened without further questions. */
export interface TrustedTarget {
  /** host:port, IPv6 in brackets. */
  readonly authority: string;
  readonly host: string;
  readonly proxy?: HttpProxy;
  readonly trust:
    | { readonly kind: "system" }
    | { readonly kind: "ca"; readonly pem: string }
    | { readonly kind: "pinned"; readonly pem: string; readonly sha256: string }
    | { readonly kind: "insecure" };
}

/** The ingest showed a certificate that is not the pinned one. */
export class FingerprintMismatch extends Error {
  override name = "FingerprintMismatch";
}

const PIN_TIMEOUT_MS = 10_000;

/**
 * Settles the trust in a target. A fingerprint costs one extra TLS handshake, in which nothing is sent:
 * the certificate that it names becomes the only trusted one.
 *
 * @throws FingerprintMismatch where the ingest shows another certificate; system errors where it can't be reached
 */
export async function settleTrust(target: Target, trust: TrustSettings): Promise<TrustedTarget> {
  const authority = authorityOf(target);
  const { host, proxy } = target;
  const way = { authority, host, ...(proxy === undefined ? {} : { proxy }) };
  if (trust.kind !== "fingerprint") return { ...way, trust };
  const shown = await presentedCertificate(target);
  if (!sameFingerprint(shown.fingerprint256, trust.sha256)) {
    throw new FingerprintMismatch(
      `${authority} shows a certificate with fingerprint ${shown.fingerprint256}, expected ${trust.sha256}; ` +
        `if the ingest's certificate was renewed on purpose, give the new fingerprint`,
    );
  }
  return { ...way, trust: { kind: "pinned", pem: shown.toString(), sha256: trust.sha256 } };
}

/** The certificate that a TLS server shows, trusted or not. Nothing is sent. */
async function presentedCertificate(target: Target): Promise<X509Certificate> {
  const tcp = await dial(target);
  return new Promise((resolve, reject) => {
    const socket = connect({
      socket: tcp,
      ALPNProtocols: ["h2"],
      // Trust is what is about to be decided, by the fingerprint.
      rejectUnauthorized: false,
      servername: serverName(target.host),
    });
    socket.setTimeout(PIN_TIMEOUT_MS, () => socket.destroy(new Error("timed out in the TLS handshake")));
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      const certificate = socket.getPeerX509Certificate();
      socket.destroy();
      if (certificate === undefined) reject(new Error("the server showed no certificate"));
      else resolve(certificate);
    });
  });
}

/** What TLS checks beyond the chain: the name, or for a pinned certificate that it is the very one. */
export function identityCheck({
  host,
  trust,
}: TrustedTarget): (name: string, certificate: PeerCertificate) => Error | undefined {
  if (trust.kind !== "pinned") return (_name, certificate) => checkServerIdentity(host, certificate);
  return (_name, certificate) =>
    sameFingerprint(certificate.fingerprint256, trust.sha256)
      ? undefined
      : new FingerprintMismatch(`${host} shows another certificate than the pinned one`);
}

/** The name to ask for in TLS. RFC 6066 forbids addresses there: those get a name that no certificate is chosen by. */
export function serverName(host: string): string {
  return isIP(host) === 0 ? host : "netferry-ingest.invalid";
}

/** The certificates to trust, PEM; undefined for the system's. */
export function trustAnchors(trust: TrustedTarget["trust"]): string | undefined {
  return trust.kind === "ca" || trust.kind === "pinned" ? trust.pem : undefined;
}

export function clientCredentials(target: TrustedTarget): ChannelCredentials {
  const own = ownCredentials(target);
  return target.proxy === undefined ? own : new ProxiedCredentials(own, target.proxy, target.authority);
}

function ownCredentials(target: TrustedTarget): ChannelCredentials {
  const { trust } = target;
  if (trust.kind === "insecure") return credentials.createInsecure();
  const anchors = trustAnchors(trust);
  return credentials.createSsl(anchors === undefined ? null : Buffer.from(anchors), null, null, {
    checkServerIdentity: identityCheck(target),
  });
}
