import { InvalidError } from "./errors.ts";

/** Octets of a TCP MD5 key: TCP_MD5SIG_MAXKEYLEN of Linux; RFC 2385 section 4.5 asks for 80 at least. */
export const MAX_MD5_KEY_OCTETS = 80;

// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const CONTROL = /[\u0000-\u001f\u007f]/;

/** The octets of a key (UTF-8), or throws `InvalidError`, which never shows the key. */
export function md5KeyOctets(key: string): Uint8Array {
  const octets = new TextEncoder().encode(key);
  if (octets.length === 0 || octets.length > MAX_MD5_KEY_OCTETS) {
    throw new InvalidError("md5Key", `${octets.length} octets; give 1 to ${MAX_MD5_KEY_OCTETS}`);
  }
  if (CONTROL.test(key)) {
    throw new InvalidError(
      "md5Key",
      "holds a line break or another control character; give one line of text",
    );
  }
  return octets;
}

/** What a sealed key is authenticated as. */
export function md5KeyOf(deviceId: number): string {
  return `MD5 key of device ${deviceId}`;
}
