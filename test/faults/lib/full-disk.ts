import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

const LARGEST_WRITE = 1024 * 1024;

/** Fills a file system to its last byte; the function that it returns makes room again. */
export function fillUp(directory: string): () => void {
  const file = join(directory, "filler");
  const descriptor = openSync(file, "w");
  const zeros = new Uint8Array(LARGEST_WRITE);
  for (let size = LARGEST_WRITE; size >= 1;) {
    try {
      writeSync(descriptor, zeros, 0, size);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      size = Math.floor(size / 2);
    }
  }
  closeSync(descriptor);
  return () => rmSync(file);
}
