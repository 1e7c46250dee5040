#!/usr/bin/env bash
# Make the bundle for machines without network: build/hulian-<version>-py<python>.tar.gz with every wheel, the program and install.sh.
# Usage: deploy/bundle.sh PYTHON, the interpreter of an environment that has pip and setuptools; wheels are for it and this platform.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
python="$1"
version="$(git -C "$root" describe --always --dirty --tags)"
series="$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
name="hulian-$version-py$series"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
bundle="$work/$name"
mkdir -p "$bundle/wheels" "$root/build"

"$python" -m pip wheel --quiet --disable-pip-version-check --no-deps --require-hashes --wheel-dir "$bundle/wheels" -r "$root/requirements.lock"
# Names and versions only: wheels that were built here from sources have other hashes than the sources.
sed -nE 's/^([A-Za-z0-9._-]+==[^ ;\\]+)( ;[^\\]*)?.*$/\1\2/p' "$root/requirements.lock" >"$bundle/requirements.txt"
git -C "$root" archive --format=tar HEAD | gzip -n >"$bundle/app.tar.gz"
cp "$root/deploy/install.sh" "$bundle/"
echo "$version" >"$bundle/VERSION"
echo "$series" >"$bundle/PYTHON"
(cd "$bundle" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum >SHA256SUMS)
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$work" -cf - "$name" | gzip -n >"$root/build/$name.tar.gz"
echo "build/$name.tar.gz ($(du -h "$root/build/$name.tar.gz" | cut -f1))"
