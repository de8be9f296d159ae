/** Roots of a clean Debian. */
import { mkdirSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

import { run } from "../../interop/lib/command.ts";

const SUITE = "bookworm";
/** What a machine needs to boot, and RPM's own tools. */
const INCLUDED = ["systemd", "systemd-sysv", "dbus", "rpm"];
const LIMIT_MS = 600_000;
/** The last root that was made, packed: it is as clean as a new one, for a day. */
const CACHE = "/var/cache/netferry-tests/bookworm-root.tar";
const CACHE_MS = 24 * 60 * 60 * 1000;

/** Units that would touch the kernel or the terminal of the machine around this one. */
const MASKED = [
  "console-getty.service",
  "getty@tty1.service",
  "proc-sys-fs-binfmt_misc.automount",
  "sys-kernel-debug.mount",
  "sys-kernel-tracing.mount",
  "systemd-modules-load.service",
];

/** Makes a root with nothing but the system, systemd and rpm in it. */
export async function makeRoot(directory: string): Promise<void> {
  if (ageOf(CACHE) < CACHE_MS) {
    mkdirSync(directory, { mode: 0o755 });
    await run(["tar", "--extract", "--xattrs", "--numeric-owner", "-f", CACHE, "-C", directory], {
      timeoutMs: LIMIT_MS,
    });
    return;
  }
  await run(["debootstrap", "--variant=minbase", `--include=${INCLUDED.join(",")}`, SUITE, directory], {
    timeoutMs: LIMIT_MS,
  });
  for (const unit of MASKED) {
    const link = join(directory, "etc/systemd/system", unit);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync("/dev/null", link);
  }
  const partial = `${CACHE}.${process.pid}`;
  mkdirSync(dirname(CACHE), { recursive: true, mode: 0o700 });
  try {
    await run(["tar", "--create", "--xattrs", "--numeric-owner", "-f", partial, "-C", directory, "."], {
      timeoutMs: LIMIT_MS,
    });
    renameSync(partial, CACHE);
  } finally {
    rmSync(partial, { force: true });
  }
}

function ageOf(file: string): number {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? Number.POSITIVE_INFINITY : Date.now() - found.mtimeMs;
}
