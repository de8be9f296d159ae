/** Unsigned integers below a bound, the same for the same seed: xorshift32. */
export type Draw = (below: number) => number;

export function randomNumbers(seed: number): Draw {
  // Zero is the one state that never leaves itself.
  let state = seed | 0 || 0x9e3779b9;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
