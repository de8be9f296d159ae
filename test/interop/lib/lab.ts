import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { run, type CommandOptions, type CommandResult } from "./command.ts";
import { DaemonProcess } from "./daemon-process.ts";

/** Every namespace of every lab starts so; the owner's pid follows. */
const NAMESPACE_PREFIX = "nfi";

/**
 * Waits for the end of its standard input, that is for the lab's owner to close it or to die in
 * whatever way, then ends what still runs in the lab's own namespaces and removes them and the files.
 */
const REAPER = `
prefix=$1 directory=$2
cat >/dev/null
for namespace in $(ip netns list | cut -d ' ' -f 1); do
  case "$namespace" in
    "$prefix"-*)
      for pid in $(ip netns pids "$namespace"); do kill -9 "$pid" 2>/dev/null; done
      ip netns del "$namespace"
      ;;
  esac
done
while read -r _ mounted _; do
  case "$mounted" in "$directory"/*) umount -l "$mounted" ;; esac
done </proc/mounts
rm -rf "$directory"
`;

/** Addresses of one end of a link, with prefix lengths. Without one, the link does not speak that family. */
export interface LinkEnd {
  namespace: Namespace;
  ipv4?: string;
  ipv6?: string;
}

/** One network namespace of a lab: a router, an agent's site, or an ingest's data centre. */
export class Namespace {
  readonly name: string;
  /** A directory of its own for configuration, sockets and logs. */
  readonly directory: string;
  readonly #lab: Lab;

  constructor(lab: Lab, name: string, directory: string) {
    this.#lab = lab;
    this.name = name;
    this.directory = directory;
  }

  /** Runs a program to its end inside the namespace. */
  run(argv: readonly string[], options?: CommandOptions): Promise<CommandResult> {
    return run(this.#within(argv), options);
  }

  /** Starts a daemon inside the namespace; `ip netns exec` becomes it, so the pid is the daemon's. */
  start(name: string, argv: readonly string[], env?: Record<string, string>): DaemonProcess {
    const started = new DaemonProcess(name, this.#within(argv), join(this.directory, `${name}.log`), env);
    this.#lab.processes.push(started);
    return started;
  }

  #within(argv: readonly string[]): string[] {
    return ["ip", "netns", "exec", this.name, ...argv];
  }
}

/**
 * The namespaces, links, files and processes of one scenario. All of it goes away on `close`, and also
 * when the owner fails, is interrupted or is killed, since a separate process watches over it.
 */
export class Lab {
  readonly directory: string;
  readonly processes: DaemonProcess[] = [];
  readonly #prefix: string;
  readonly #reaper: ChildProcess;
  readonly #reaped: Promise<void>;
  #links = 0;

  /** `label` tells several labs of one process apart: a few lower-case letters or digits. */
  constructor(label: string) {
    this.directory = mkdtempSync(join(tmpdir(), "netferry-interop-"));
    // A daemon that drops its privileges must still reach its own files below.
    chmodSync(this.directory, 0o755);
    this.#prefix = `${NAMESPACE_PREFIX}${process.pid}${label}`;
    this.#reaper = spawn("sh", ["-c", REAPER, "reaper", this.#prefix, this.directory], {
      stdio: ["pipe", "ignore", "inherit"],
      detached: true,
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#reaped = promise;
    this.#reaper.on("exit", () => resolve());
  }

  /** Makes a namespace with its loopback up and duplicate address detection off. */
  async namespace(name: string): Promise<Namespace> {
    const full = `${this.#prefix}-${name}`;
    const directory = join(this.directory, name);
    mkdirSync(directory, { mode: 0o755 });
    await run(["ip", "netns", "add", full]);
    const namespace = new Namespace(this, full, directory);
    await namespace.run(["ip", "link", "set", "lo", "up"]);
    // An address in duplicate address detection cannot be bound for a second or two.
    const dad = "for f in all default; do echo 0 >/proc/sys/net/ipv6/conf/$f/accept_dad; done";
    await namespace.run(["sh", "-ec", dad]);
    return namespace;
  }

  /** Gives a directory below the lab's own a file system of this size, which can be filled up. */
  async smallFileSystem(directory: string, mebibytes: number): Promise<void> {
    mkdirSync(directory, { recursive: true, mode: 0o755 });
    await run(["mount", "-t", "tmpfs", "-o", `size=${mebibytes}m,mode=755`, "tmpfs", directory]);
  }

  /** Joins two namespaces with a veth pair and addresses both ends. Returns the name that both ends have. */
  async link(left: LinkEnd, right: LinkEnd): Promise<string> {
    this.#links += 1;
    const device = `l${this.#links}`;
    await run(
      ["ip", "link", "add", device, "netns", left.namespace.name, "type", "veth"].concat([
        "peer",
        "name",
        device,
        "netns",
        right.namespace.name,
      ]),
    );
    for (const end of [left, right]) {
      // Not even link-local addresses.
      if (end.ipv6 === undefined) {
        await end.namespace.run(["sh", "-ec", `echo 1 >/proc/sys/net/ipv6/conf/${device}/disable_ipv6`]);
      }
      const addresses = [end.ipv4, end.ipv6].filter((address) => address !== undefined);
      const batch = [
        ...addresses.map((address) => `address add ${address} dev ${device}`),
        `link set ${device} up`,
      ];
      await end.namespace.run(["ip", "-batch", "-"], { input: `${batch.join("\n")}\n` });
    }
    return device;
  }

  /** The ends of all logs, for a failure report. */
  logs(): string {
    return this.processes.map((process) => process.tail()).join("\n");
  }

  /** Stops what still runs and removes namespaces and files. */
  async close(): Promise<void> {
    await Promise.all(this.processes.map((started) => started.stop()));
    this.#reaper.stdin?.end();
    await this.#reaped;
  }
}

/** Runs `body` in a lab of its own; on failure prints the ends of all its logs. The lab is always removed. */
export async function withLab(label: string, body: (lab: Lab) => Promise<void>): Promise<void> {
  const lab = new Lab(label);
  try {
    await body(lab);
  } catch (error) {
    process.stderr.write(`${lab.logs()}\n`);
    throw error;
  } finally {
    await lab.close();
  }
}
