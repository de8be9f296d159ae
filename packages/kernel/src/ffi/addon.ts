/** Where koffi, the foreign function interface, comes from: the package of that name, or a file. */
import { createRequire } from "node:module";
import { dlopen } from "node:process";

import type * as Koffi from "koffi";

/** Koffi's addon (koffi.node) in a file that a program can be loaded from. */
export interface AddonFile {
  readonly path: string;
  /** Called once it is loaded, or can't be. */
  release(): void;
}

/** Another place that the addon comes from than the package. */
export interface AddonSource {
  /** Throws where it can't be had. */
  open(): AddonFile;
  /** What to do where it can't be loaded, in words. */
  readonly remedy: string;
}

let source: AddonSource | undefined;

/**
 * Takes koffi's addon from a file instead of the package `koffi`: for a single binary, which carries it along and
 * writes it out when the first function is called. Call it before anything else of this package.
 */
export function useKoffiAddon(from: AddonSource): void {
  source = from;
}

/** What to do where koffi can't be loaded. */
export function koffiRemedy(): string {
  return (
    source?.remedy ??
    `install the optional dependency @koromix/koffi-linux-${process.arch} (npm ci without --omit=optional), on a ` +
      "file system that allows execution"
  );
}

/** Throws what the loader throws. */
export function loadKoffi(): typeof Koffi {
  if (source === undefined) {
    const require = createRequire(import.meta.url);
    return require("koffi") as typeof Koffi;
  }
  const file = source.open();
  try {
    const module = { exports: {} };
    dlopen(module, file.path);
    return module.exports as typeof Koffi;
  } finally {
    file.release();
  }
}
