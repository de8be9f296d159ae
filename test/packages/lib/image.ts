/** Container images, built and run by buildah and runc, with a store of their own. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { type CommandResult, run } from "../../interop/lib/command.ts";
import { DaemonProcess } from "../../interop/lib/daemon-process.ts";
import type { Lab, Namespace } from "../../interop/lib/lab.ts";

const CLONE = join(import.meta.dirname, "../../..");
const BASE = "localhost/debian";
const LIMIT_MS = 600_000;

/** What Docker gives every container, as far as the images ask for it. */
const CAPABILITIES = ["CAP_NET_BIND_SERVICE", "CAP_NET_RAW"];

export interface RunOptions {
  /** Directories of the machine, by where they are in the container. */
  readonly volumes?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ImageConfig {
  readonly User: string;
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly Healthcheck?: { readonly Test: readonly string[] };
}

export class ImageStore {
  readonly #prefix: readonly string[];

  /** @param directory of its own */
  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    const places = ["--root", join(directory, "root"), "--runroot", join(directory, "run")];
    this.#prefix = ["buildah", ...places, "--storage-driver", "overlay"];
  }

  /** Makes a Debian's root the base of images. */
  async importBase(root: string): Promise<void> {
    const container = await this.#buildah("from", "scratch");
    await this.#buildah("add", "--quiet", container, root, "/");
    await this.#buildah("commit", "--quiet", container, BASE);
    await this.#buildah("rm", container);
  }

  /** Builds a target of the Dockerfile, from a directory that has `dist`. Returns a container of it that does not run. */
  async build(target: string, context: string): Promise<string> {
    await this.#buildah(
      ...["build", "--quiet", "--isolation", "chroot", "--network", "host", "--format", "docker"],
      ...["--build-arg", `DEBIAN=${BASE}`, "--target", target, "--tag", target],
      ...[
        "--file",
        join(CLONE, "packaging/docker/Dockerfile"),
        "--ignorefile",
        join(CLONE, ".dockerignore"),
        context,
      ],
    );
    return this.#buildah("from", `localhost/${target}`);
  }

  async config(target: string): Promise<ImageConfig> {
    const text = await this.#buildah("inspect", "--type", "image", `localhost/${target}`);
    return (JSON.parse(text) as { Docker: { config: ImageConfig } }).Docker.config;
  }

  /** Runs words in a container, in the network of a namespace, to their end. */
  run(
    namespace: Namespace,
    container: string,
    words: readonly string[],
    options: RunOptions = {},
    accept: readonly number[] = [],
  ): Promise<CommandResult> {
    return run([...inNetwork(namespace), ...this.#runWords(container, words, options)], {
      timeoutMs: LIMIT_MS,
      accept,
    });
  }

  /** Runs words in a container until they are stopped. */
  start(
    lab: Lab,
    namespace: Namespace,
    container: string,
    words: readonly string[],
    options: RunOptions = {},
  ): DaemonProcess {
    const argv = [...inNetwork(namespace), ...this.#runWords(container, words, options)];
    const started = new DaemonProcess(container, argv, join(namespace.directory, `${container}.log`));
    lab.processes.push(started);
    return started;
  }

  #runWords(container: string, words: readonly string[], { volumes = {}, env = {} }: RunOptions): string[] {
    return [
      ...this.#prefix,
      ...["run", "--isolation", "oci", "--runtime", "runc", "--network", "host"],
      ...CAPABILITIES.flatMap((name) => ["--cap-add", name]),
      ...Object.entries(volumes).flatMap(([inside, outside]) => ["--volume", `${outside}:${inside}`]),
      ...Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      ...[container, "--", ...words],
    ];
  }

  async #buildah(...words: readonly string[]): Promise<string> {
    return (await run([...this.#prefix, ...words], { timeoutMs: LIMIT_MS })).stdout.trim();
  }
}

/** A container needs /sys as it is: hence not `ip netns exec`. */
function inNetwork(namespace: Namespace): string[] {
  return ["nsenter", `--net=/run/netns/${namespace.name}`];
}
