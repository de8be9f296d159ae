/** A small Debian of its own, with a real systemd as its first process. */
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type CommandOptions, type CommandResult, run } from "../../interop/lib/command.ts";
import { ControlGroup } from "../../interop/lib/control-group.ts";
import { DaemonProcess } from "../../interop/lib/daemon-process.ts";
import type { Namespace } from "../../interop/lib/lab.ts";
import { ensure, eventually } from "../../interop/lib/wait.ts";

const COMMAND_LIMIT_MS = 120_000;

/** Leaves the root of the machine around it behind and becomes systemd. */
const BOOT = `
set -e
echo $$ >"$1/cgroup.procs"
exec unshare --pid --fork --kill-child --mount --cgroup --ipc --uts sh -e -c '
  mount --make-rprivate /
  mount --bind "$1" "$1"
  cd "$1"
  mount -t proc proc proc
  mount --bind proc/sys proc/sys
  mount -o remount,bind,ro proc/sys
  mount -t sysfs -o ro sysfs sys
  mount -t cgroup2 cgroup2 sys/fs/cgroup
  mount -t tmpfs tmpfs run
  mount -t tmpfs tmpfs tmp
  pivot_root . mnt
  cd /
  umount -l mnt
  exec env -i container=netferry PATH=/usr/sbin:/usr/bin:/sbin:/bin \\
    /lib/systemd/systemd --system --show-status=no --log-target=console
' sh "$2"
`;

export class Machine {
  readonly root: string;
  /** What runs all of it. */
  readonly process: DaemonProcess;
  readonly #namespace: Namespace;
  readonly #group: ControlGroup;

  private constructor(root: string, namespace: Namespace, started: DaemonProcess, group: ControlGroup) {
    this.root = root;
    this.process = started;
    this.#namespace = namespace;
    this.#group = group;
  }

  /** Boots a root, in the network of a namespace. */
  static async boot(namespace: Namespace, root: string): Promise<Machine> {
    const group = ControlGroup.create(namespace.name);
    const started = new DaemonProcess(
      "machine",
      ["nsenter", `--net=/run/netns/${namespace.name}`, "sh", "-c", BOOT, "boot", group.path, root],
      join(namespace.directory, "machine.log"),
    );
    const machine = new Machine(root, namespace, started, group);
    await eventually("the machine's start", async () => {
      ensure(started.ended === undefined, `the machine ended: ${started.tail()}`);
      const { stdout } = await machine.run(["systemctl", "is-system-running"], { accept: [1] });
      ensure(/running|degraded/.test(stdout), `the machine is ${stdout}`);
    });
    return machine;
  }

  /** Runs a program to its end within the machine, as root. */
  run(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    const first = String(this.process.firstChild);
    const within = [
      "nsenter",
      "-t",
      first,
      "-m",
      "-p",
      "-u",
      "-i",
      `--net=/run/netns/${this.#namespace.name}`,
    ];
    return run([...within, ...argv], { timeoutMs: COMMAND_LIMIT_MS, ...options });
  }

  async systemctl(...words: readonly string[]): Promise<string> {
    return (await this.run(["systemctl", ...words])).stdout;
  }

  /** A property of a unit. */
  async property(unit: string, name: string): Promise<string> {
    return (await this.systemctl("show", unit, `--property=${name}`, "--value")).trim();
  }

  /** What a unit wrote. */
  async journal(unit: string): Promise<string> {
    return (await this.run(["journalctl", "--no-pager", "--output=cat", "-u", unit])).stdout;
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  write(path: string, content: string, mode = 0o644): void {
    writeFileSync(join(this.root, path), content, { mode });
  }

  /** Copies a file of the machine around it into a directory of this one, and returns its path there. */
  put(file: string, directory: string): string {
    const path = join("/", directory, file.slice(file.lastIndexOf("/") + 1));
    cpSync(file, join(this.root, path));
    return path;
  }

  /** Ends everything that runs in it. */
  async close(): Promise<void> {
    this.#group.kill();
    await this.process.exited;
    await eventually("its control groups are gone", () => this.#group.remove());
  }
}
