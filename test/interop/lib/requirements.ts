import { existsSync } from "node:fs";

const PROGRAMS = [
  "/usr/sbin/bird",
  "/usr/lib/frr/bgpd",
  "/usr/bin/gobgpd",
  "/usr/sbin/bgpd",
  "/usr/sbin/exabgp",
];

/** Throws one clear line where the suite cannot run. */
export function requireInterop(): void {
  if (process.getuid?.() !== 0) {
    throw new Error("the interop suite makes network namespaces and needs root; run: sudo npm run interop");
  }
  const missing = PROGRAMS.filter((program) => !existsSync(program));
  if (missing.length > 0) {
    throw new Error(`not installed: ${missing.join(", ")}; run: scripts/install-interop.sh`);
  }
}
