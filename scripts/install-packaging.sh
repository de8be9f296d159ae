#!/bin/sh
# Installs what `npm run test:packages` needs from Debian: shells, readers of manual pages,
# what makes packages and images, a Debian to try them on, and what runs programs of other processors.
# Safe to run again; returns at once when nothing is missing.
set -eu

packages="
bash-completion
buildah
debootstrap
fish
groff-base
libc6-arm64-cross
libgcc-s1-arm64-cross
libstdc++6-arm64-cross
man-db
mandoc
qemu-user
rpm
runc
zsh
"

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-query >/dev/null 2>&1; then
  echo "install-packaging: this script needs Debian's apt-get; install in your system's own way:" $packages >&2
  exit 1
fi

missing=""
for package in $packages; do
  is_installed "$package" || missing="$missing $package"
done

if [ -z "$missing" ]; then
  echo "install-packaging: all there"
  exit 0
fi

if [ "$(id -u)" -ne 0 ]; then
  echo "install-packaging: must install$missing; run it as root: sudo scripts/install-packaging.sh" >&2
  exit 1
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086 # a list of names
apt-get install -y -q --no-install-recommends $missing
echo "install-packaging: installed$missing"
