import type { SharedWords } from "./shared-words.ts";

/** One of the arrays that a RIB is made of. */
export interface MemoryUse {
  readonly name: string;
  /** Octets that are in use now. */
  readonly usedBytes: number;
  /** Octets that were taken from the system; what is not in use will be used again. */
  readonly allocatedBytes: number;
  readonly buffer: SharedArrayBuffer;
}

export function memoryUse(shared: SharedWords, usedWords: number): MemoryUse {
  const { name, buffer, allocatedBytes } = shared;
  return { name, buffer, allocatedBytes, usedBytes: usedWords * 4 };
}
