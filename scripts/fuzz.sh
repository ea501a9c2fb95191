#!/usr/bin/env bash
# Runs the fuzz targets (all, or those named) for SECONDS_EACH seconds each, from the small seeds of the repository. What is
# found lies below fuzz/artifacts, with the command that shows it again; make a test of it when it is mended.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo fuzz --version >/dev/null 2>&1 || {
    echo "fuzz: cargo-fuzz is missing; install it with: cargo install --locked cargo-fuzz" >&2
    exit 1
}

targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(cd fuzz/fuzz_targets && ls ./*.rs | xargs -n1 basename -s .rs)

# The stable compiler takes the fuzzer's options this way; the code is safe Rust, so no sanitizer is needed.
export RUSTC_BOOTSTRAP=1
for target in "${targets[@]}"; do
    mkdir -p "fuzz/corpus/$target" "fuzz/seeds/$target"
    cargo fuzz run --sanitizer none "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
        -max_total_time="${SECONDS_EACH:-60}" -timeout=5 -rss_limit_mb=1024 -max_len=65536 -print_final_stats=1
done
