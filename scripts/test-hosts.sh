#!/usr/bin/env bash
# Builds functions as programs of their own with cargo-lambda, as the zips that AWS takes, and checks them: stripped, below
# 15 MB where the embedding engine is not in it, and doing their work under Lambda's runtime API. `make test` runs the same
# functions from the one program; this is for what is linked and packed.
#
#   scripts/test-hosts.sh [NAME...]        the functions to build (default: some of each kind; `all`: every one)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh --lambda
PATH=${CV_MATCHING_LOCAL:-$PWD/.local}/lambda/bin:$PATH
names=("$@")
((${#names[@]})) || names=(upload-cv get-recommendations parse-cv embed-cv match-cv process-batch-cv-parsing migrate)
if [[ ${names[0]} == all ]]; then
    names=()
    for file in functions/src/bin/*.rs; do names+=("$(basename "$file" .rs)"); done
fi
bins=()
for name in "${names[@]}"; do bins+=(--bin "$name"); done

built=$(realpath -m "${CARGO_TARGET_DIR:-target}")/lambda
rm -rf "$built"
cargo lambda build --release --locked --x86-64 --output-format zip -p functions --features programs "${bins[@]}"

failed=false
for name in "${names[@]}"; do
    python3 - "$name" "$built/$name" <<'END' || failed=true
import os, sys, zipfile

name, folder = sys.argv[1:]
with zipfile.ZipFile(f"{folder}/bootstrap.zip") as file:
    [program] = file.namelist()
    info = file.getinfo(program)
    content = file.read(program)
# As Lambda unpacks it, for the tests below.
with open(f"{folder}/bootstrap", "wb") as file:
    file.write(content)
os.chmod(f"{folder}/bootstrap", info.external_attr >> 16)
megabytes = info.file_size / 1e6
problems = []
if program != "bootstrap":
    problems.append(f"the program is called {program}")
if content[:4] != b"\x7fELF":
    problems.append("the program is no ELF file")
if not os.access(f"{folder}/bootstrap", os.X_OK):
    problems.append("the program may not be run")
if b".symtab" in content[-4096:]:
    problems.append("the program is not stripped")
engine = b"MatMulInteger" in content and b"DynamicQuantizeLinear" in content
if megabytes >= 15 and not engine:
    problems.append(f"{megabytes:.1f} MB is too large")
# The README's table says what a function needs.
[row] = [line for line in open("README.md") if line.startswith(f"| {name} |")]
if engine != ("model" in row):
    problems.append("the engine is in it" if engine else "the engine is not in it")
print(f"{name}: {megabytes:.1f} MB, {info.compress_size / 1e6:.1f} MB packed{', with the engine' if engine else ''}{''.join('; ' + p for p in problems)}")
sys.exit(bool(problems))
END
done
! $failed

# The tests of functions on Lambda, with these in the place of the one program's.
CV_MATCHING_PROGRAMS=$built scripts/test.sh -E 'binary(lambda)'
