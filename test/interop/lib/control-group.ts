import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { ensure } from "./wait.ts";

/** A control group (version 2) of a test's own, at the top of the tree. */
export class ControlGroup {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** @param label tells several groups of one process apart */
  static create(label: string): ControlGroup {
    const path = join(mountPoint(), `netferry-${process.pid}-${label}`);
    mkdirSync(path);
    return new ControlGroup(path);
  }

  /** Ends every process in it and below. */
  kill(): void {
    writeFileSync(join(this.path, "cgroup.kill"), "1");
  }

  /** Throws while a process is left. */
  remove(): void {
    removeTree(this.path);
  }
}

function mountPoint(): string {
  const line = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .find((text) => text.split(" ")[2] === "cgroup2");
  const mounted = line?.split(" ")[1];
  ensure(mounted !== undefined, "no control groups of version 2 are mounted; systemd needs them");
  return mounted;
}

function removeTree(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(join(directory, entry.name));
  }
  rmdirSync(directory);
}
