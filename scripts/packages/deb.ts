/** Debian's package of it: deb(5), deb-control(5), and the scripts that dpkg runs. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Architecture } from "./architecture.ts";
import type { PackageContents, PackagedService } from "./contents.ts";
import type { Release } from "./release.ts";
import { setTimes, writeTree } from "./tree.ts";
import { wrapped } from "./wrapped.ts";

/** Writes the package into `directory` and returns its path. */
export function makeDeb(
  contents: PackageContents,
  architecture: Architecture,
  release: Release,
  at: { readonly scratch: string; readonly directory: string },
): string {
  const version = `${release.version}-${release.revision}`;
  const kind = contents.native ? architecture.deb : "all";
  const name = `${contents.name}_${version}_${kind}`;
  const tree = join(at.scratch, name);
  writeTree(tree, contents.files);
  const control = join(tree, "DEBIAN");
  mkdirSync(control, { mode: 0o755 });
  const sizes = contents.files.map(({ content }) => Math.ceil(Buffer.byteLength(content) / 1024));
  const fields = [
    ["Package", contents.name],
    ["Version", version],
    ["Section", "net"],
    ["Priority", "optional"],
    ["Architecture", kind],
    ["Depends", contents.needs.deb.replace("${version}", version)],
    ["Installed-Size", String(sizes.reduce((sum, size) => sum + size, 0))],
    ["Maintainer", release.maintainer],
    ["Description", contents.summary],
  ];
  const text = wrapped(contents.description, 78)
    .map((line) => ` ${line}\n`)
    .join("");
  writeFileSync(
    join(control, "control"),
    `${fields.map(([field, value]) => `${field}: ${value}\n`).join("")}${text}`,
  );
  const configuration = contents.files.filter((file) => file.configuration === true);
  if (configuration.length > 0) {
    writeFileSync(join(control, "conffiles"), configuration.map(({ path }) => `/${path}\n`).join(""));
  }
  const sums = contents.files
    .filter((file) => file.configuration !== true)
    .map(({ path, content }) => `${createHash("md5").update(content).digest("hex")}  ${path}\n`);
  writeFileSync(join(control, "md5sums"), sums.join(""));
  for (const [script, lines] of Object.entries(
    contents.service === undefined ? {} : debScripts(contents.service),
  )) {
    writeFileSync(join(control, script), lines);
    chmodSync(join(control, script), 0o755);
  }
  setTimes(tree, release.seconds);
  const file = join(at.directory, `${name}.deb`);
  execFileSync("dpkg-deb", [...release.debCompression, "--root-owner-group", "--build", tree, file], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, SOURCE_DATE_EPOCH: String(release.seconds) },
  });
  return file;
}

/**
 * The scripts of a service. Neither is it enabled nor started by the installation, since it has nothing to go by yet;
 * one that runs goes on with what an upgrade brings.
 */
export function debScripts({ unit, leftovers }: PackagedService): Readonly<Record<string, string>> {
  return {
    postinst: `#!/bin/sh
set -e
if [ "$1" = configure ] && [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  # A restart, not a stop and a start: what the service holds is passed on.
  if [ -n "$2" ] && systemctl is-active --quiet ${unit}; then
    deb-systemd-invoke restart ${unit}
  fi
fi
`,
    prerm: `#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  deb-systemd-invoke stop ${unit}
fi
`,
    postrm: `#!/bin/sh
set -e
if [ "$1" = purge ]; then
  rm -f /etc/systemd/system/multi-user.target.wants/${unit}
  rm -rf ${leftovers.join(" ")}
fi
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
fi
`,
  };
}
