/** What a process has of the machine's memory, from /proc. */
import { readFileSync } from "node:fs";

export interface Memory {
  /** Pages that are in memory, shared ones in full. */
  readonly resident: number;
  /** The same, with each shared page divided among those who share it. */
  readonly proportional: number;
  /** The most that was ever resident. */
  readonly peak: number;
}

export function memoryOf(pid: number): Memory {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return {
    resident: kilobytes(rollup, "Rss") * 1024,
    proportional: kilobytes(rollup, "Pss") * 1024,
    peak: kilobytes(status, "VmHWM") * 1024,
  };
}

function kilobytes(text: string, key: string): number {
  return Number(new RegExp(`^${key}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0);
}
