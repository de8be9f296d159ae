import { requirePrograms } from "../../interop/lib/requirements.ts";

const PROGRAMS = [
  "/usr/sbin/bird",
  "/usr/sbin/debootstrap",
  "/usr/bin/dpkg-deb",
  "/usr/bin/rpmbuild",
  "/usr/bin/buildah",
  "/usr/sbin/runc",
];

/** Throws one clear line where the packages' suite cannot run. */
export function requirePackaging(): void {
  requirePrograms("the packages' suite", "npm run test:packages", PROGRAMS, [
    "scripts/install-interop.sh",
    "scripts/install-packaging.sh",
  ]);
}
