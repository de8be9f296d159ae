import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Files of others that tests compare with. */
export const data = fileURLToPath(new URL("../../../../shared/data/", import.meta.url));
/** Why tests with them are skipped, if they are. */
export const skipWithoutData = existsSync(data) ? false : `${data} is not there`;

/** The pieces of a file, as a stream would bring them. */
export async function* pieces(file: Uint8Array, length: number): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < file.length; at += length) yield file.subarray(at, at + length);
}

export function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
