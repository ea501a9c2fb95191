#!/usr/bin/env bash
# Sets up, builds the program, starts the real parts that tests need (S3 and SQS of LocalStack, Valkey as Redis) on free
# ports of this machine, runs all tests, and ends the parts again. Arguments go to the test runner.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$repository"

scripts/setup.sh --test

cargo nextest --version >/dev/null 2>&1 || {
    echo "test: cargo-nextest is missing; install it with: cargo install --locked cargo-nextest" >&2
    exit 1
}

# The program and the tests in one build, so that they share every dependency; before the parts start, because building takes
# minutes and memory.
cargo build --release --locked --workspace --bins --tests

"${CV_MATCHING_LOCAL:-$repository/.local}/checks/bin/python" scripts/check-deploy-files.py

parts=$(mktemp -d "${TMPDIR:-/tmp}/cv-matching-test-XXXXXX")
chmod 755 "$parts"
stop() {
    scripts/services.sh stop "$parts" || true
    rm -rf "$parts"
}
trap stop EXIT
trap 'exit 130' INT TERM
scripts/services.sh start "$parts"
set -a
# shellcheck source=/dev/null
source "$parts/services.env"
set +a
export CV_MATCHING_BIN=$repository/target/release/cv-matching
export CV_MATCHING_NOT_TESTED=$parts/not-tested

outcome=0
cargo nextest run --cargo-profile release --locked --workspace --no-fail-fast "$@" || outcome=$?
if [[ -f $CV_MATCHING_NOT_TESTED ]]; then sed 's/^/test: NOT TESTED: /' "$CV_MATCHING_NOT_TESTED"; fi
exit "$outcome"
