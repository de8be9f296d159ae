import { createHash, timingSafeEqual } from "node:crypto";
import { MAX_TOKEN_LENGTH } from "./limits.ts";

/** Random octets in a token. */
export const TOKEN_OCTETS = 32;

/** Where tokens get their octets from, such as `randomBytes` of node:crypto. */
export type RandomBytes = (length: number) => Uint8Array;

/** A new token: 43 characters of base64url without padding. */
export function newToken(randomBytes: RandomBytes): string {
  return Buffer.from(randomBytes(TOKEN_OCTETS)).toString("base64url");
}

/**
 * What is stored of a token: its SHA-256. A slow hash (scrypt, argon2) defends passwords, which people
 * choose and which can be guessed; these are 256 random bits that nobody can guess, and a slow hash
 * would only make each relayed session pay.
 */
export function tokenDigest(token: string): Uint8Array {
  return createHash("sha256").update(token, "utf8").digest();
}

// Compared against where there is no such account, so that both ways cost the same.
const NO_DIGEST = new Uint8Array(32);

/** Whether the token is the one of this digest, in time that tells nothing about where they differ. */
export function tokenMatches(token: string, digest: Uint8Array | undefined): boolean {
  if (token.length === 0 || token.length > MAX_TOKEN_LENGTH) return false;
  const equal = timingSafeEqual(tokenDigest(token), digest ?? NO_DIGEST);
  return equal && digest !== undefined;
}
