#!/usr/bin/env bash
# Back up a county: deploy/backup.sh FOLDER, with HULIAN_HOME and HULIAN_COUNTY set. FOLDER belongs on another disk.
# One archive a day: desk (a consistent copy, taken while in use), originals, lake, proposals, releases, configuration. Memory, warehouse and run
# history are left out, for a run makes them again. Kept: the last 14 days, and the first of every month for two years.
set -euo pipefail
umask 077
folder="${1:?usage: backup.sh FOLDER}"
home="${HULIAN_HOME:?HULIAN_HOME is not set}"
county="${HULIAN_COUNTY:?HULIAN_COUNTY is not set}"
hulian="${HULIAN:-/opt/hulian/venv/bin/hulian}"
archive="$folder/hulian-$(date +%F).tar.gz"
work="$(mktemp -d "$folder/.part.XXXXXX")"
trap 'rm -rf "$work"' EXIT

"$hulian" desk backup "$work/desk-backup.sqlite"
cp -a "$(dirname "$county")" "$work/config"
parts=()
for part in inbox originals lake proposals releases; do
    if [[ -e "$home/$part" ]]; then parts+=("$part"); fi
done
tar --exclude='.*.part' -czf "$work/archive" -C "$work" desk-backup.sqlite config -C "$home" "${parts[@]}"
tar -tzf "$work/archive" >/dev/null # read once: an archive that cannot be read is none
mv "$work/archive" "$archive"
find "$folder" -maxdepth 1 -name 'hulian-20??-??-??.tar.gz' ! -name 'hulian-20??-??-01.tar.gz' -mtime +14 -delete
find "$folder" -maxdepth 1 -name 'hulian-20??-??-01.tar.gz' -mtime +731 -delete
echo "$archive ($(du -h "$archive" | cut -f1))"
