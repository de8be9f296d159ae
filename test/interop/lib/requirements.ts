import { existsSync } from "node:fs";

const PROGRAMS = [
  "/usr/sbin/bird",
  "/usr/lib/frr/bgpd",
  "/usr/bin/gobgpd",
  "/usr/sbin/bgpd",
  "/usr/sbin/exabgp",
];

/** Throws one clear line where the interop suite cannot run. */
export function requireInterop(): void {
  requirePrograms("the interop suite", "npm run interop", PROGRAMS);
}

/** Throws one clear line where `suite`, started by `command`, cannot run. */
export function requirePrograms(
  suite: string,
  command: string,
  programs: readonly string[],
  installers: readonly string[] = ["scripts/install-interop.sh"],
): void {
  if (process.getuid?.() !== 0) {
    throw new Error(`${suite} makes network namespaces and needs root; run: sudo ${command}`);
  }
  const missing = programs.filter((program) => !existsSync(program));
  if (missing.length > 0) {
    throw new Error(`not installed: ${missing.join(", ")}; run: ${installers.join(" and ")}`);
  }
}
