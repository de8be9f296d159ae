/** The `netferry` program as a single binary, which carries the native addon along. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRawAsset } from "node:sea";
import { type AddonFile, useKoffiAddon } from "@netferry/kernel/addon";
import { run } from "./run.ts";

/** The asset's name in the binary, and the file's. */
const ADDON = "koffi.node";

/** The loader wants a file: one that only this user can read, for as long as loading takes. */
function writeAddon(): AddonFile {
  const directory = mkdtempSync(join(tmpdir(), "netferry-"));
  const release = (): void => rmSync(directory, { recursive: true, force: true });
  const path = join(directory, ADDON);
  try {
    writeFileSync(path, new Uint8Array(getRawAsset(ADDON)), { mode: 0o500 });
  } catch (error) {
    release();
    throw error;
  }
  return { path, release };
}

useKoffiAddon({
  open: writeAddon,
  remedy: "make TMPDIR name a directory that can be written to, and that programs can be loaded from",
});
void run();
