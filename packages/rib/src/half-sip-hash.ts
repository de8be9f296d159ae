/**
 * Two secret 32-bit words that key the hashes of a RIB, so that a peer cannot aim its announcements at one
 * chain of a hash table. Draw them from the system's random source once per RIB.
 */
export type HashSeed = readonly [number, number];

/**
 * HalfSipHash-1-3, 32-bit words: the keyed hash for tables whose keys an attacker chooses.
 * Returns a signed 32-bit number. `start` and `end` are offsets into `bytes`.
 */
export function halfSipHash(seed: HashSeed, bytes: Uint8Array, start: number, end: number): number {
  let v0 = seed[0] | 0;
  let v1 = seed[1] | 0;
  let v2 = 0x6c796765 ^ v0;
  let v3 = 0x74656462 ^ v1;
  const length = end - start;
  const whole = start + (length & ~3);
  for (let at = start; at <= whole; at += 4) {
    let word: number;
    if (at < whole) {
      word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    } else {
      // The last word: what is left of the input, and the length in the top octet.
      word = length << 24;
      if (end > at) word |= bytes[at]!;
      if (end > at + 1) word |= bytes[at + 1]! << 8;
      if (end > at + 2) word |= bytes[at + 2]! << 16;
    }
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  v2 ^= 0xff;
  for (let round = 0; round < 3; round++) {
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
  }
  return v1 ^ v3;
}
