/** Certificates and keys from files, checked before anything listens with them. */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { errorCode, errorText, OperatorError } from "../errors.ts";
import type { ServerCertificate } from "./self-signed.ts";

/** Largest certificate or key file that is read. */
const MAX_PEM_BYTES = 1024 * 1024;

export interface CertificateFiles {
  /** The server's certificate, then those between it and the root, as PEM. */
  readonly certFile: string;
  /** Unencrypted private key, as PEM. */
  readonly keyFile: string;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number;
}

export interface LoadedCertificate extends ServerCertificate {
  /** Milliseconds since 1970 at which it ends. */
  readonly validUntil: number;
}

/**
 * Reads a certificate and its key. Rejects with an `OperatorError` that names the file: missing, unreadable,
 * no PEM, encrypted, of two different keys, not valid now.
 */
export async function loadCertificate(files: CertificateFiles): Promise<LoadedCertificate> {
  const { certFile, keyFile, now = Date.now } = files;
  const certPem = await readPem("certificate", certFile);
  const keyPem = await readPem("private key", keyFile);
  const certificate = parseCertificate(certPem, certFile);
  const key = parseKey(keyPem, keyFile);
  if (!certificate.checkPrivateKey(key)) {
    throw new OperatorError(
      `the key in ${keyFile} does not belong to the (first) certificate in ${certFile}; give the two files that were made together`,
    );
  }
  assertValidNow(certificate, certFile, now());
  return {
    certPem,
    keyPem,
    fingerprint256: certificate.fingerprint256,
    validUntil: certificate.validToDate.getTime(),
  };
}

/** Reads certificates to trust (PEM, one or more), checked to be such. Rejects with an `OperatorError`. */
export async function loadTrustAnchors(file: string): Promise<string> {
  const text = await readPem("trusted certificates", file);
  for (const block of text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [text]) {
    parseCertificate(block, file);
  }
  return text;
}

async function readPem(what: string, file: string): Promise<string> {
  try {
    const content = await readFile(file);
    if (content.length > MAX_PEM_BYTES) {
      throw new OperatorError(`${what} file ${file} is larger than ${MAX_PEM_BYTES} bytes; give a PEM file`);
    }
    return content.toString("latin1");
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    throw new OperatorError(`${what} file ${file}: ${readProblem(error)}`, { cause: error, complete: true });
  }
}

function readProblem(error: unknown): string {
  switch (errorCode(error)) {
    case "ENOENT":
      return "there is no such file";
    case "EACCES":
      return "this user may not read it";
    case "EISDIR":
      return "is a directory; give the file in it";
    default:
      return errorText(error);
  }
}

function parseCertificate(text: string, file: string): X509Certificate {
  if (!text.includes("-----BEGIN CERTIFICATE-----")) {
    const seen = text.includes("PRIVATE KEY-----") ? "it holds a private key" : "it is not PEM";
    throw new OperatorError(`${file} holds no certificate: ${seen}`);
  }
  try {
    return new X509Certificate(text);
  } catch (error) {
    throw new OperatorError(`the certificate in ${file} cannot be read`, { cause: error });
  }
}

function parseKey(text: string, file: string): KeyObject {
  if (text.includes("ENCRYPTED")) {
    throw new OperatorError(
      `the private key in ${file} is encrypted; decrypt it ('openssl pkey -in ${file} -out FILE') and protect the file by its mode`,
    );
  }
  if (!text.includes("PRIVATE KEY-----")) {
    const seen = text.includes("-----BEGIN CERTIFICATE-----") ? "it holds a certificate" : "it is not PEM";
    throw new OperatorError(`${file} holds no private key: ${seen}`);
  }
  try {
    return createPrivateKey(text);
  } catch {
    // No cause: parsers may quote what they read.
    throw new OperatorError(`the private key in ${file} cannot be read; it is damaged or of an unknown kind`);
  }
}

function assertValidNow(certificate: X509Certificate, file: string, now: number): void {
  const from = certificate.validFromDate;
  const to = certificate.validToDate;
  if (now > to.getTime()) {
    throw new OperatorError(`the certificate in ${file} expired on ${to.toISOString()}; renew it`);
  }
  if (now < from.getTime()) {
    throw new OperatorError(
      `the certificate in ${file} is not valid before ${from.toISOString()}; look at this machine's clock`,
    );
  }
}
