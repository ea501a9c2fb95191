#!/usr/bin/env bash
# Prints the notes of a version from CHANGELOG.md, and fails if there are none or the version is not that of Cargo.toml.
#
#   scripts/release-notes.sh 0.1.0
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=${1:?usage: scripts/release-notes.sh VERSION}
grep -qx "version = \"$version\"" Cargo.toml || {
    echo "release-notes: error: Cargo.toml does not have the version $version" >&2
    exit 1
}
notes=$(awk -v heading="## $version" 'index($0, "## ") == 1 { on = index($0 " ", heading " ") == 1; next } on' CHANGELOG.md)
[[ -n ${notes//[[:space:]]/} ]] || {
    echo "release-notes: error: CHANGELOG.md has no notes of $version" >&2
    exit 1
}
printf '%s\n' "$notes"
