#!/usr/bin/env bash
# Put a backup into a new home: deploy/restore.sh ARCHIVE HOME. HOME must not exist: nothing that is there is ever overwritten.
# Afterwards point HULIAN_HOME at it, or rename it, and start the services. `hulian run` for the last month makes the rest again.
set -euo pipefail
umask 077
archive="${1:?usage: restore.sh ARCHIVE HOME}"
home="${2:?usage: restore.sh ARCHIVE HOME}"
hulian="${HULIAN:-/opt/hulian/venv/bin/hulian}"
if [[ -e "$home" ]]; then echo "$home exists: give a new folder" >&2; exit 1; fi
beside="$(dirname "$home")/.$(basename "$home").$$.part"
trap 'rm -rf "$beside"' EXIT
mkdir -p "$beside"
tar -xzf "$archive" -C "$beside"
HULIAN_HOME="$beside" HULIAN_COUNTY="$beside/config/county.yml" "$hulian" desk restore "$beside/desk-backup.sqlite"
mv "$beside" "$home"
echo "restored to $home"
