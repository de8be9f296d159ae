import type { Machine } from "./machine.ts";

/** What installs packages on a machine. */
export interface PackageManager {
  readonly kind: "deb" | "rpm";
  /** Installs files, or upgrades to them. */
  install(machine: Machine, files: readonly string[]): Promise<void>;
  /** Throws where a file is not as the package has it. */
  verify(machine: Machine, names: readonly string[]): Promise<void>;
  /** All paths that belong to these packages. */
  owned(machine: Machine, names: readonly string[]): Promise<readonly string[]>;
  remove(machine: Machine, names: readonly string[]): Promise<void>;
  /** Removes settings and state too; undefined where there is no such thing. */
  readonly purge?: (machine: Machine, names: readonly string[]) => Promise<void>;
}

const dpkg: PackageManager = {
  kind: "deb",
  async install(machine, files) {
    await machine.run(["dpkg", "--install", ...files]);
  },
  async verify(machine, names) {
    await machine.run(["dpkg", "--verify", ...names]);
  },
  async owned(machine, names) {
    return (await machine.run(["dpkg", "--listfiles", ...names])).stdout.split("\n");
  },
  async remove(machine, names) {
    await machine.run(["dpkg", "--remove", ...names]);
  },
  async purge(machine, names) {
    await machine.run(["dpkg", "--purge", ...names]);
  },
};

/** On a Debian, whose own packages it does not know. */
const FOREIGN = ["--force-debian", "--nodeps"];

const rpm: PackageManager = {
  kind: "rpm",
  async install(machine, files) {
    await machine.run(["rpm", "--upgrade", ...FOREIGN, ...files]);
  },
  async verify(machine, names) {
    await machine.run(["rpm", "--verify", "--nodeps", ...names]);
  },
  async owned(machine, names) {
    return (await machine.run(["rpm", "--query", "--list", ...names])).stdout.split("\n");
  },
  async remove(machine, names) {
    await machine.run(["rpm", "--erase", ...FOREIGN, ...names]);
  },
};

export const PACKAGE_MANAGERS: readonly PackageManager[] = [dpkg, rpm];
