/** Which files and words make up each package. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import type { ShellName } from "../../packages/netferry/src/completion-command.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface PackagedFile {
  /** Where it goes, from the root, without a leading slash. */
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly mode: number;
  /** The administrator's to change: kept on upgrades, removed with the configuration. */
  readonly configuration?: boolean;
}

/** Packages that a package needs, by the names of Debian's and of RPM's world. */
export interface Needs {
  readonly deb: string;
  readonly rpm: readonly string[];
}

/** A package before it is anything of a package manager's. */
export interface PackageContents {
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  readonly description: string;
  /** Does it hold code for one kind of processor? */
  readonly native: boolean;
  readonly files: readonly PackagedFile[];
  readonly needs: Needs;
  readonly service?: PackagedService;
}

export interface PackagedService {
  /** Name of the unit. */
  readonly unit: string;
  /** What `purge` removes beside the configuration files: absolute paths, taken literally. */
  readonly leftovers: readonly string[];
}

/** What is made before, for all packages. */
export interface Made {
  readonly version: string;
  /** The single binary. */
  readonly binary: Uint8Array;
  readonly licences: string;
  /** By their paths under /usr/share/man. */
  readonly manPages: ReadonlyMap<string, string>;
  /** Completion scripts by shell. */
  readonly completions: ReadonlyMap<ShellName, string>;
  /** Environment file samples by daemon. */
  readonly environments: ReadonlyMap<Daemon, string>;
}

export type Daemon = "agent" | "ingest";

const COMPLETION_PATHS = {
  bash: "usr/share/bash-completion/completions/netferry",
  zsh: "usr/share/zsh/vendor-completions/_netferry",
  fish: "usr/share/fish/vendor_completions.d/netferry.fish",
} as const;

const COPYRIGHT = `Netferry
Licensed under the Apache License, Version 2.0. You may obtain a copy at
https://www.apache.org/licenses/LICENSE-2.0; on Debian it lies in /usr/share/common-licenses/Apache-2.0.
`;

export function contentsOf(made: Made): readonly PackageContents[] {
  return [commandPackage(made), daemonPackage("agent", made), daemonPackage("ingest", made)];
}

function commandPackage(made: Made): PackageContents {
  const files: PackagedFile[] = [
    { path: "usr/bin/netferry", content: made.binary, mode: 0o755 },
    documentation(
      "netferry",
      "copyright",
      `${COPYRIGHT}\nThe binary holds the work of others, too:\n\n${made.licences}\n`,
    ),
    documentation("netferry", "changelog.gz", compressed(readFileSync(join(root, "CHANGELOG.md")))),
  ];
  for (const [path, text] of made.manPages) {
    files.push({ path: `usr/share/man/${path}.gz`, content: compressed(Buffer.from(text)), mode: 0o644 });
  }
  for (const [shell, text] of made.completions) {
    files.push({ path: COMPLETION_PATHS[shell], content: text, mode: 0o644 });
  }
  return {
    name: "netferry",
    summary: "BGP out of private networks: the command",
    description:
      "One binary with all of Netferry: the agent that relays the BGP sessions of routers, encrypted, the ingest " +
      "that ends them and holds the routes, and the commands that ask for them. The packages netferry-agent and " +
      "netferry-ingest run it as services.",
    native: true,
    files,
    needs: { deb: "libc6 (>= 2.28), libgcc-s1 | libgcc1, libstdc++6 (>= 8)", rpm: [] },
  };
}

const DAEMONS: Readonly<
  Record<Daemon, Pick<PackageContents, "summary" | "description"> & { leftovers: string[] }>
> = {
  agent: {
    summary: "BGP out of private networks: the agent, as a service",
    description:
      "Runs the Netferry agent: routers of a private network peer with it, and it relays their BGP sessions over " +
      "encrypted gRPC to an ingest. Restarts and upgrades keep the sessions. It starts once " +
      "/etc/default/netferry-agent.env says where the ingest is.",
    leftovers: ["/etc/default/netferry-agent.env"],
  },
  ingest: {
    summary: "BGP out of private networks: the ingest, as a service",
    description:
      "Runs the Netferry ingest: the server that ends the BGP sessions which agents relay, holds their routes, and " +
      "answers for them over HTTP. Registry and snapshots lie in /var/lib/netferry-ingest.",
    leftovers: [
      "/etc/default/netferry-ingest.env",
      "/var/lib/netferry-ingest",
      "/var/lib/private/netferry-ingest",
    ],
  },
};

/** Files of `packaging` that go along to be copied and changed, with their modes. */
const EXAMPLES: Readonly<Record<Daemon, readonly (readonly [file: string, mode: number])[]>> = {
  agent: [
    ["keepalived/keepalived.conf", 0o644],
    ["keepalived/netferry-check", 0o755],
  ],
  ingest: [],
};

function daemonPackage(daemon: Daemon, made: Made): PackageContents {
  const name = `netferry-${daemon}`;
  const unit = `${name}.service`;
  const { leftovers, ...words } = DAEMONS[daemon];
  const sample = made.environments.get(daemon);
  if (sample === undefined) throw new Error(`no environment file was made for ${name}`);
  return {
    name,
    ...words,
    native: false,
    files: [
      {
        path: `usr/lib/systemd/system/${unit}`,
        content: readFileSync(join(root, "packaging/systemd", unit)),
        mode: 0o644,
      },
      { path: `etc/default/${name}.env.sample`, content: sample, mode: 0o644, configuration: true },
      documentation(name, "copyright", COPYRIGHT),
      ...EXAMPLES[daemon].map(([from, mode]) => ({
        path: `usr/share/doc/${name}/examples/${from}`,
        content: readFileSync(join(root, "packaging", from)),
        mode,
      })),
    ],
    // The same build on both sides: an upgrade of one alone would run an agent that its unit does not know.
    needs: {
      deb: "netferry (= ${version}), systemd (>= 252)",
      rpm: ["netferry = ${version}", "systemd >= 252"],
    },
    service: { unit, leftovers },
  };
}

function documentation(name: string, file: string, content: string | Uint8Array): PackagedFile {
  return { path: `usr/share/doc/${name}/${file}`, content, mode: 0o644 };
}

/** Without a time, so that the same input makes the same file. */
function compressed(content: Uint8Array): Uint8Array {
  return gzipSync(content, { level: 9 });
}
