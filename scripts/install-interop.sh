#!/bin/sh
# Installs what `npm run interop`, `npm run differential`, `npm run browser` and `npm run faults` need from Debian: five routing
# daemons, a web proxy, keepalived, bgpdump, tshark, a browser and tools. No daemon is started, now or at the next boot: the tests start
# their own, in network namespaces of their own. Safe to run again; returns at once when nothing is missing.
set -eu

packages="bird2 frr gobgpd openbgpd exabgp bgpdump tshark chromium iproute2 ethtool libfaketime tinyproxy systemd keepalived"
policy=/usr/sbin/policy-rc.d
saved="$policy.netferry-saved"

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

print_versions() {
  for package in $packages; do
    printf '  %-10s %s\n' "$package" "$(dpkg-query -W -f '${Version}' "$package")"
  done
}

if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-query >/dev/null 2>&1; then
  echo "install-interop: this script needs Debian's apt-get; install $packages in your system's own way" >&2
  exit 1
fi

missing=""
for package in $packages; do
  is_installed "$package" || missing="$missing $package"
done

if [ -z "$missing" ]; then
  echo "install-interop: all there"
  print_versions
  exit 0
fi

if [ "$(id -u)" -ne 0 ]; then
  echo "install-interop: must install$missing; run it as root: sudo scripts/install-interop.sh" >&2
  exit 1
fi

# invoke-rc.d and deb-systemd-invoke ask policy-rc.d before they start or restart anything; 101 says no.
restore_policy() {
  [ -n "${guarded:-}" ] || return 0
  guarded=""
  rm -f "$policy"
  [ ! -e "$saved" ] || mv "$saved" "$policy"
}
trap restore_policy EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

answer=0
if [ -x "$policy" ]; then
  "$policy" bird start >/dev/null 2>&1 || answer=$?
fi
if [ "$answer" -ne 101 ]; then
  guarded=yes
  # A saved policy that is there already is the true one: an earlier run was killed before it restored it.
  [ ! -e "$policy" ] || [ -e "$saved" ] || mv "$policy" "$saved"
  printf '#!/bin/sh\n# Written by install-interop.sh, removed when it ends.\nexit 101\n' >"$policy"
  chmod 755 "$policy"
fi

export DEBIAN_FRONTEND=noninteractive
apt-get update -q
# shellcheck disable=SC2086 # a list of names
apt-get install -y -q --no-install-recommends $missing

# The packages enable their services for the next boot; of those that were not here before, undo it.
disable_service() {
  if command -v update-rc.d >/dev/null 2>&1 && [ -e "/etc/init.d/$1" ]; then
    update-rc.d "$1" disable >/dev/null 2>&1 || true
  fi
  if command -v systemctl >/dev/null 2>&1; then
    systemctl disable "$1.service" >/dev/null 2>&1 || true
  fi
}
for package in $missing; do
  case "$package" in
    bird2) disable_service bird ;;
    bgpdump | tshark | chromium | iproute2 | ethtool | libfaketime) ;;
    *) disable_service "$package" ;;
  esac
done

echo "install-interop: installed$missing"
print_versions
