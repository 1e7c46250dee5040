#!/usr/bin/env bash
# Install Hulian from its bundle, without network: sudo ./install.sh [PREFIX]. Run it again from a newer bundle to upgrade.
# PREFIX/releases/<version>/ holds each version with its own environment; PREFIX/app and PREFIX/venv point at the one in use.
# The version before stays: ./install.sh --rollback [PREFIX] points back at it.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
rollback=""
if [[ "${1:-}" == "--rollback" ]]; then rollback=yes; shift; fi
prefix="${1:-/opt/hulian}"

point_at() { # the links change by a rename, so that nobody ever finds half of a version
    for name in app venv; do
        ln -sfn "releases/$1/$name" "$prefix/.$name.new"
        mv -T "$prefix/.$name.new" "$prefix/$name"
    done
    echo "$prefix is at $1"
}

current() { basename "$(dirname "$(readlink "$prefix/app" 2>/dev/null || echo none/none)")"; }

if [[ -n "$rollback" ]]; then
    [[ -s "$prefix/previous" ]] || { echo "there is no earlier version under $prefix" >&2; exit 1; }
    earlier="$(cat "$prefix/previous")"
    current >"$prefix/.previous.new" && mv "$prefix/.previous.new" "$prefix/previous"
    point_at "$earlier"
    exit 0
fi

(cd "$here" && sha256sum --quiet --check SHA256SUMS) || { echo "the bundle is damaged: copy it again" >&2; exit 1; }
python="$(command -v "${PYTHON:-python3}")" || { echo "python3 is missing: install it from the system's own medium" >&2; exit 1; }
wanted="$(cat "$here/PYTHON")"
found="$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
[[ "$found" == "$wanted" ]] || { echo "this bundle is for Python $wanted, $python is $found: set PYTHON=/path/to/python$wanted" >&2; exit 1; }

version="$(cat "$here/VERSION")"
target="$prefix/releases/$version"
if [[ ! -e "$target/.complete" ]]; then
    rm -rf "$target"
    mkdir -p "$target/app"
    tar -xzf "$here/app.tar.gz" -C "$target/app"
    "$python" -m venv "$target/venv"
    "$target/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps --find-links "$here/wheels" -r "$here/requirements.txt"
    "$target/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation -e "$target/app"
    touch "$target/.complete"
fi
before="$(current)"
if [[ "$before" != none && "$before" != "$version" ]]; then echo "$before" >"$prefix/previous"; fi
point_at "$version"
echo "try it:  $prefix/venv/bin/hulian sample --home /tmp/hulian-try && $prefix/venv/bin/hulian run --month 2026-10 --home /tmp/hulian-try"
