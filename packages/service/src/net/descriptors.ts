/** File descriptors that this process may have. */
import { readFileSync } from "node:fs";

/** What a process is refused beyond; undefined where the system does not say. Node raises it to the hard limit at its start. */
export function maxDescriptors(limits: string | undefined = ownLimits()): number | undefined {
  const match = /^Max open files\s+(\d+)/m.exec(limits ?? "");
  return match === null ? undefined : Number(match[1]);
}

function ownLimits(): string | undefined {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return undefined;
  }
}
