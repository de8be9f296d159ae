import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { run, type CommandResult } from "./command.ts";
import { ControlGroup } from "./control-group.ts";
import { DaemonProcess } from "./daemon-process.ts";
import type { Namespace } from "./lab.ts";
import { ensure, eventually } from "./wait.ts";

const SYSTEMD = "/lib/systemd/systemd";

/** Becomes systemd, as the first process of its own little machine: processes, mounts and control groups. */
const BOOT = `
set -e
echo $$ >"$1/cgroup.procs"
exec unshare --pid --fork --kill-child --mount --cgroup --ipc sh -e -c '
  mount --make-rprivate /
  mount -t proc proc /proc
  mount -t tmpfs tmpfs /run
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  export container=netferry SYSTEMD_UNIT_PATH="$1"
  exec ${SYSTEMD} --system --unit=netferry-test.target --log-target=console --show-status=no
' sh "$2"
`;

/** What a unit file of a real system would find; these need nothing. */
const TARGETS = ["sysinit", "basic", "shutdown", "network-online", "multi-user", "netferry-test"];

/** A real systemd with a few units, in the network of a namespace and with nothing else of the machine. */
export class Systemd {
  readonly process: DaemonProcess;
  readonly #units: string;
  readonly #group: ControlGroup;

  private constructor(process: DaemonProcess, units: string, group: ControlGroup) {
    this.process = process;
    this.#units = units;
    this.#group = group;
  }

  /** @param units by file name; nothing is started but by {@link systemctl} */
  static async start(namespace: Namespace, units: Readonly<Record<string, string>>): Promise<Systemd> {
    ensure(existsSync(SYSTEMD), `${SYSTEMD} is not there (Debian: systemd)`);
    const directory = join(namespace.directory, "units");
    mkdirSync(directory, { recursive: true });
    for (const target of TARGETS) {
      writeFileSync(join(directory, `${target}.target`), "[Unit]\nDefaultDependencies=no\n");
    }
    for (const [name, text] of Object.entries(units)) writeUnit(directory, name, text);
    const group = ControlGroup.create(namespace.name);
    const started = new DaemonProcess(
      "systemd",
      ["nsenter", `--net=/run/netns/${namespace.name}`, "sh", "-c", BOOT, "boot", group.path, directory],
      join(namespace.directory, "systemd.log"),
    );
    const systemd = new Systemd(started, directory, group);
    await eventually("systemd's start", async () => {
      ensure(started.ended === undefined, `systemd ended: ${started.tail()}`);
      await systemd.systemctl("is-active", "netferry-test.target");
    });
    return systemd;
  }

  /** Replaces a unit file, or a part of one (`NAME.service.d/PART.conf`). */
  async unit(name: string, text: string): Promise<void> {
    writeUnit(this.#units, name, text);
    await this.systemctl("daemon-reload");
  }

  /** Throws where it fails. */
  async systemctl(...words: readonly string[]): Promise<CommandResult> {
    return await run(["nsenter", "-t", String(this.process.firstChild), "-m", "-p", "systemctl", ...words]);
  }

  /** A property of a unit. */
  async property(unit: string, name: string): Promise<string> {
    const { stdout } = await this.systemctl("show", unit, `--property=${name}`, "--value");
    return stdout.trim();
  }

  /** Ends everything that runs in it. */
  async close(): Promise<void> {
    this.#group.kill();
    await this.process.exited;
    await eventually("its control groups are gone", () => this.#group.remove());
  }
}

function writeUnit(directory: string, name: string, text: string): void {
  const file = join(directory, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o600 });
}
