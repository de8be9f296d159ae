/** The single binary: Node's own, with the program and the native addon in it. */
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Architecture } from "./architecture.ts";
import { dependencyDirectory } from "./dependency.ts";

/** Where Node looks for the program, and what it has at that place until there is one. */
const RESOURCE = "NODE_SEA_BLOB";
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

const POSTJECT = createRequire(import.meta.url).resolve("postject/dist/cli.js");

export interface BinaryOptions {
  readonly bundle: string;
  readonly architecture: Architecture;
  /** Where the binary goes. */
  readonly file: string;
  /** For what is made on the way, and for npm packages of other processors. */
  readonly scratch: string;
}

export function makeBinary({ bundle, architecture, file, scratch }: BinaryOptions): void {
  const own = process.arch;
  const addon = join(
    dependencyDirectory(`@koromix/koffi-linux-${architecture.node}`, scratch),
    `linux_${architecture.node}`,
    "koffi.node",
  );
  const blob = join(scratch, `program-${architecture.node}.blob`);
  const configuration = join(scratch, `program-${architecture.node}.json`);
  const content = {
    main: bundle,
    output: blob,
    disableExperimentalSEAWarning: true,
    // Compiled code is good for the processor that compiled it.
    useCodeCache: architecture.node === own,
    // SIGUSR1 is nobody's invitation to a debugger.
    execArgv: ["--disable-sigusr1"],
    assets: { "koffi.node": addon },
  };
  writeFileSync(configuration, JSON.stringify(content));
  execFileSync(nodeOf(own, scratch), ["--experimental-sea-config", configuration], { stdio: "pipe" });
  copyFileSync(nodeOf(architecture.node, scratch), file);
  chmodSync(file, 0o755);
  const words = [file, RESOURCE, blob, "--sentinel-fuse", FUSE];
  // It warns of notes in Node's own binary that it does not know: heard only where it fails.
  execFileSync(process.execPath, [POSTJECT, ...words], { stdio: "pipe" });
}

function nodeOf(architecture: string, scratch: string): string {
  return join(dependencyDirectory(`node-linux-${architecture}`, scratch), "bin/node");
}
