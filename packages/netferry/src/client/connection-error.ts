import { errorCode, errorText, OperatorError } from "@netferry/service/command-line";
import { FingerprintError } from "./trust.ts";

const UNTRUSTED = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "CERT_UNTRUSTED",
]);

function firstCode(error: unknown): string | undefined {
  // A name with several addresses fails with one error that holds those of all of them.
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  return errorCode(error) ?? errorCode(inner);
}

function explanation(error: Error, where: string, remedy: string): string {
  if (error instanceof FingerprintError) {
    return (
      `${where} shows a certificate with fingerprint ${error.shown}, which is not the one given; ` +
      "if it was renewed on purpose, give the new one"
    );
  }
  const code = firstCode(error);
  if (code !== undefined && UNTRUSTED.has(code)) {
    const why =
      code === "DEPTH_ZERO_SELF_SIGNED_CERT" ? "it is self-signed" : "no CA that is known here signed it";
    return (
      `${where} shows a certificate that nothing vouches for: ${why}; ` +
      "give --ca FILE with its certificate, or --fingerprint with the one that ingest prints at its start"
    );
  }
  switch (code) {
    case "ECONNREFUSED":
      return `nothing listens at ${where} (connection refused); start it, or point elsewhere with ${remedy}`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `${where}: the host name does not resolve; correct it with ${remedy}`;
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "ETIMEDOUT":
      return `${where} can't be reached (${code}); check the network, or point elsewhere with ${remedy}`;
    case "CERT_HAS_EXPIRED":
      return `${where} shows a certificate that has expired; renew it, or trust that very one with --fingerprint`;
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `${where} shows a certificate for other names (${errorText(error)}); use one of those with ${remedy}`;
    case "EPROTO":
    case "ERR_SSL_WRONG_VERSION_NUMBER":
      return `${where} does not speak TLS; try http:// with ${remedy}`;
    case "ECONNRESET":
    case "EPIPE":
      return where.startsWith("http:")
        ? `${where} closed the connection without an answer; if it speaks TLS, give its https:// address with ${remedy}`
        : `${where} closed the connection without an answer; point elsewhere with ${remedy}`;
    default:
      if (code?.startsWith("HPE_") === true) {
        return `${where} answered with something that is not HTTP; point elsewhere with ${remedy}`;
      }
      return `${where}: ${errorText(error)}; point elsewhere with ${remedy}`;
  }
}

/** Why a server could not be asked, as one line with a remedy. */
export function connectionError(error: Error, url: URL, remedy: string): OperatorError {
  return new OperatorError(explanation(error, url.origin, remedy), { cause: error, complete: true });
}
