/**
 * Why an ingest can't be reached, found out by going the way step by step. One line, with the remedy.
 */
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { FingerprintMismatch, identityCheck, serverName, trustAnchors, type TrustedTarget } from "./trust.ts";
import { dial, ProxyError } from "./proxy/tunnel.ts";
import type { Target } from "./target.ts";

export type DiagnosisStep = "resolve" | "proxy" | "tcp" | "tls" | "http2" | "reachable";

export interface Diagnosis {
  /** The step that failed; `reachable` where none did. */
  readonly step: DiagnosisStep;
  /** One line for the operator. */
  readonly message: string;
}

/** What asks for a diagnosis tries again afterwards, and devices wait for that. */
const STEP_TIMEOUT_MS = 3_000;

/** Goes to the target by name resolution, proxy, TCP, TLS and ALPN, and tells how far it came. */
export async function diagnoseTarget(target: Target, trusted: TrustedTarget): Promise<Diagnosis> {
  const { authority } = trusted;
  let socket: Socket;
  try {
    socket = await dial(target);
  } catch (error) {
    return explainTcp(authority, target.host, error);
  }
  if (trusted.trust.kind === "insecure") {
    socket.destroy();
    return { step: "reachable", message: `${authority} accepts TCP connections` };
  }
  try {
    const protocol = await tls(socket, trusted);
    if (protocol !== "h2") {
      return {
        step: "http2",
        message: `${authority} speaks TLS but not HTTP/2: it is no Netferry ingest, or a proxy in between strips HTTP/2; check --target`,
      };
    }
    return { step: "reachable", message: `${authority} speaks HTTP/2 over TLS` };
  } catch (error) {
    return { step: "tls", message: explainTls(authority, error) };
  } finally {
    socket.destroy();
  }
}

/** Resolves to the protocol that ALPN settled on; empty for none. */
function tls(socket: Socket, target: TrustedTarget): Promise<string> {
  return new Promise((resolve, reject) => {
    const anchors = trustAnchors(target.trust);
    const secure = connectTls({
      socket,
      ALPNProtocols: ["h2"],
      checkServerIdentity: identityCheck(target),
      servername: serverName(target.host),
      ...(anchors === undefined ? {} : { ca: anchors }),
    });
    secure.setTimeout(STEP_TIMEOUT_MS, () => secure.destroy(new Error("timed out in the TLS handshake")));
    secure.once("error", reject);
    secure.once("secureConnect", () => {
      secure.destroy();
      resolve(secure.alpnProtocol === false || secure.alpnProtocol === null ? "" : secure.alpnProtocol);
    });
  });
}

/** Why a TCP connection could not be had, in one line with the remedy. */
export function explainTcp(authority: string, host: string, error: unknown): Diagnosis {
  if (error instanceof ProxyError) return { step: "proxy", message: error.message };
  switch (errorCode(error)) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return {
        step: "resolve",
        message: `the name ${host} can't be resolved; check --target and the name servers`,
      };
    case "ECONNREFUSED":
      return {
        step: "tcp",
        message: `${authority} refuses connections: no ingest listens there; check --target`,
      };
    case "ETIMEDOUT":
      return { step: "tcp", message: `${authority} does not answer; a firewall may drop TCP to that port` };
    case "EHOSTUNREACH":
    case "ENETUNREACH":
      return { step: "tcp", message: `there is no route to ${authority}` };
    default:
      return { step: "tcp", message: `${authority}: ${errorText(error)}` };
  }
}

/** Why a TLS handshake failed, in one line with the remedy. */
export function explainTls(authority: string, error: unknown): string {
  if (error instanceof FingerprintMismatch) return error.message;
  const code = errorCode(error);
  switch (code) {
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
      return `${authority} shows a certificate that is not trusted (${code}); give the ingest's certificate with --ca or its fingerprint with --fingerprint`;
    case "CERT_HAS_EXPIRED":
      return `${authority} shows a certificate that has expired; renew it, or check this machine's clock`;
    case "CERT_NOT_YET_VALID":
      return `${authority} shows a certificate that is not valid yet; check the clocks of both machines`;
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `${authority} shows a certificate for another name (${errorText(error)}); use a name that it carries in --target, or pin it with --fingerprint`;
    case "ERR_SSL_WRONG_VERSION_NUMBER":
    case "ERR_SSL_PACKET_LENGTH_TOO_LONG":
    case "EPROTO":
      return `${authority} does not speak TLS: it is no Netferry ingest, or the port is wrong; check --target`;
    case "ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL":
    case "ERR_SSL_TLS_ALERT_NO_APPLICATION_PROTOCOL":
      return `${authority} speaks TLS but not HTTP/2: it is no Netferry ingest; check --target`;
    case "ECONNRESET":
      return `${authority} closed the connection in the TLS handshake: it is no Netferry ingest, or a firewall cuts it; check --target`;
    default:
      return `${authority}: TLS failed (${code ?? errorText(error)}): it may be no Netferry ingest; check --target`;
  }
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function errorText(error: unknown): string {
  return error instanceof Error ? error.message.replaceAll(/\s+/g, " ") : String(error);
}
