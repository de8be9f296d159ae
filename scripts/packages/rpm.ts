/** RPM's package of it, made by rpmbuild(8) of a spec. */
import { execFileSync } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Architecture } from "./architecture.ts";
import type { PackageContents, PackagedService } from "./contents.ts";
import type { Release } from "./release.ts";
import { setTimes, writeTree } from "./tree.ts";
import { wrapped } from "./wrapped.ts";

/** Writes the package into `directory` and returns its path. */
export function makeRpm(
  contents: PackageContents,
  architecture: Architecture,
  release: Release,
  at: { readonly scratch: string; readonly directory: string },
): string {
  const kind = contents.native ? architecture.rpm : "noarch";
  const name = `${contents.name}-${release.version}-${release.revision}.${kind}`;
  const topdir = join(at.scratch, `rpm-${name}`);
  const tree = join(topdir, "tree");
  writeTree(tree, contents.files);
  setTimes(tree, release.seconds);
  const spec = join(topdir, `${contents.name}.spec`);
  writeFileSync(spec, specOf(contents, release, tree));
  const defines = {
    _topdir: topdir,
    _rpmdir: topdir,
    _build_name_fmt: "%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm",
    _binary_payload: release.rpmPayload,
    // The builder's name and time would make each build another.
    _buildhost: "localhost",
    use_source_date_epoch_as_buildtime: "1",
    clamp_mtime_to_source_date_epoch: "1",
    _build_id_links: "none",
    __os_install_post: "%{nil}",
    debug_package: "%{nil}",
  };
  execFileSync(
    "rpmbuild",
    [
      "-bb",
      "--quiet",
      ...["--target", kind],
      ...Object.entries(defines).flatMap(([key, value]) => ["--define", `${key} ${value}`]),
      spec,
    ],
    {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, SOURCE_DATE_EPOCH: String(release.seconds) },
    },
  );
  const file = join(at.directory, `${name}.rpm`);
  renameSync(join(topdir, `${name}.rpm`), file);
  return file;
}

function specOf(contents: PackageContents, release: Release, tree: string): string {
  const version = `${release.version}-${release.revision}`;
  const needs = contents.needs.rpm.map((need) => `Requires: ${need.replace("${version}", version)}\n`);
  const files = contents.files.map(
    ({ path, mode, configuration }) =>
      `${configuration === true ? "%config(noreplace) " : ""}%attr(${mode.toString(8)}, root, root) /${path}\n`,
  );
  const scripts = contents.service === undefined ? "" : rpmScripts(contents.service);
  return `Name: ${contents.name}
Version: ${release.version}
Release: ${release.revision}
Summary: ${contents.summary}
License: Apache-2.0
Packager: ${release.maintainer}
${needs.join("")}
%description
${wrapped(contents.description, 78).join("\n")}

%install
mkdir -p %{buildroot}
cp -a ${tree}/. %{buildroot}

%files
${files.join("")}${scripts}`;
}

/** As Debian's scripts: nothing is enabled or started, a service that runs goes on with what an upgrade brings. */
export function rpmScripts({ unit }: PackagedService): string {
  return `
%post
[ ! -d /run/systemd/system ] || systemctl daemon-reload || :

%preun
if [ "$1" = 0 ] && [ -d /run/systemd/system ]; then
  systemctl disable --now ${unit} || :
fi

%postun
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload || :
  # A restart, not a stop and a start: what the service holds is passed on.
  [ "$1" = 0 ] || systemctl try-restart ${unit} || :
fi
`;
}
