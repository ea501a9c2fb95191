#!/usr/bin/env bash
# Builds functions as programs of their own with cargo-lambda, as the zips that AWS takes, and checks them: stripped, below
# 15 MB where the embedding engine is not in it, and answering Lambda's runtime API. `make test` runs the same functions from
# the one program; this is for what is linked and packed.
#
#   scripts/test-hosts.sh [NAME...]        the functions to build (default: one of each kind; `all`: every one)
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

cargo lambda build --release --locked --x86-64 --output-format zip -p functions --features programs "${bins[@]}"

failed=false
for name in "${names[@]}"; do
    zip=target/lambda/$name/bootstrap.zip
    python3 - "$name" "$zip" <<'END' || failed=true
import sys, zipfile

name, path = sys.argv[1:]
with zipfile.ZipFile(path) as file:
    [program] = file.namelist()
    info = file.getinfo(program)
    content = file.read(program)
megabytes = info.file_size / 1e6
problems = []
if program != "bootstrap":
    problems.append(f"the program is called {program}")
if content[:4] != b"\x7fELF":
    problems.append("the program is no ELF file")
if b".symtab" in content[-4096:]:
    problems.append("the program is not stripped")
engine = b"rten" in content and (b"MatMulInteger" in content and b"DynamicQuantizeLinear" in content)
if megabytes >= 15 and not engine:
    problems.append(f"{megabytes:.1f} MB is too large")
print(f"{name}: {megabytes:.1f} MB, {info.compress_size / 1e6:.1f} MB packed{', with the engine' if engine else ''}{''.join('; ' + p for p in problems)}")
sys.exit(bool(problems))
END
done
! $failed
