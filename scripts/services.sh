#!/usr/bin/env bash
# Starts and stops what the tests of the real services need, without Docker: LocalStack (SQS, S3) and Valkey, each on a free
# port of 127.0.0.1, with all its files below one folder.
#
#   scripts/services.sh start DIR      starts both, waits until they answer, and writes DIR/services.env
#   scripts/services.sh stop DIR       ends what `start DIR` started, and nothing else; its data and logs stay
#   scripts/services.sh restart DIR    kills LocalStack, as a crash does, and starts it on its port anew, with nothing in it
#
# Then `set -a; . DIR/services.env` gives SQS_ENDPOINT, S3_ENDPOINT, AWS_ENDPOINT_URL, REDIS_URL, a region and credentials.
# Queue URLs that LocalStack returns hold a host name that may not resolve: address a queue as $SQS_ENDPOINT plus the URL's
# path. SERVICES=sqs,s3,events in the environment starts more of LocalStack. Needs `scripts/setup.sh --test`.
set -euo pipefail

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
programs=${CV_MATCHING_LOCAL:-$repository/.local}

fail() {
    printf 'services: error: %s\n' "$*" >&2
    exit 1
}

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# When the process $1 was started: a number that comes back after a while belongs to somebody else then.
started() { LC_ALL=C ps -o lstart= -p "$1" 2>/dev/null || true; }

# Remembers the process $2 as $1.
remember() { printf '%s\n%s\n' "$2" "$(started "$2")" >"$directory/$1.pid"; }

# Prints the number of the process remembered as $1, if it still runs.
running() {
    local pid when
    [[ -f $directory/$1.pid ]] || return 1
    { read -r pid && read -r when; } <"$directory/$1.pid" || return 1
    [[ -n $when && $(started "$pid" | sed 's/^ *//; s/ *$//') == "$when" ]] || return 1
    printf '%s' "$pid"
}

# One request $2 to the port $1; succeeds if the answer's first line holds $3.
answers() {
    local line=
    {
        printf '%b' "$2" >&3
        IFS= read -r -t 5 line <&3
    } 3<>"/dev/tcp/127.0.0.1/$1" 2>/dev/null || true
    [[ $line == *"$3"* ]]
}

# Waits at most $2 seconds for the process remembered as $1 to answer on port $3: request $4, expected $5.
wait_for() {
    local end=$((SECONDS + $2))
    until answers "$3" "$4" "$5" 2>/dev/null; do
        running "$1" >/dev/null || fail "$1 ended while starting:
$(tail -n 20 "$directory/$1.log")"
        ((SECONDS < end)) || fail "$1 did not answer within $2 seconds, see $directory/$1.log"
        sleep 0.05
    done
}

end_process() {
    local pid end
    if pid=$(running "$1"); then
        kill -TERM "$pid" 2>/dev/null || true
        end=$((SECONDS + 5))
        while running "$1" >/dev/null && ((SECONDS < end)); do sleep 0.05; done
        # LocalStack does not always end when asked to.
        if running "$1" >/dev/null; then kill -KILL "$pid" 2>/dev/null || true; fi
    fi
    rm -f "$directory/$1.pid"
}

stop() {
    end_process localstack
    end_process valkey
    rm -f "$directory/services.env"
}

start_valkey() {
    local port=$1 server
    server=$programs/valkey/bin/valkey-server
    # Where there is no package for this machine, one of the system's does as well.
    [[ -x $server ]] || server=$(command -v valkey-server || command -v redis-server) ||
        fail "valkey-server is missing; run scripts/setup.sh --test"
    mkdir -p "$directory/valkey"
    nohup "$server" --bind 127.0.0.1 --port "$port" --dir "$directory/valkey" --save '' --appendonly no \
        </dev/null >"$directory/valkey.log" 2>&1 &
    remember valkey $!
}

start_localstack() {
    local port=$1 environment=$programs/localstack
    [[ -x $environment/bin/python ]] || fail "LocalStack is missing; run scripts/setup.sh --test"
    mkdir -p "$directory/localstack/home" "$directory/localstack/tmp"
    # GATEWAY_SERVER=hypercorn: its usual server listens on all addresses. DISABLE_EVENTS: no telemetry.
    nohup env -i PATH="$environment/bin:/usr/bin:/bin" HOME="$directory/localstack/home" TMPDIR="$directory/localstack/tmp" \
        GATEWAY_SERVER=hypercorn GATEWAY_LISTEN="127.0.0.1:$port" SERVICES="${SERVICES:-sqs,s3}" EAGER_SERVICE_LOADING=1 \
        DISABLE_EVENTS=1 SKIP_SSL_CERT_DOWNLOAD=1 DNS_ADDRESS=0 SQS_ENDPOINT_STRATEGY=path \
        LOCALSTACK_VOLUME_DIR="$directory/localstack" "$environment/bin/python" -m localstack.runtime.main \
        </dev/null >"$directory/localstack.log" 2>&1 &
    remember localstack $!
}

wait_for_localstack() {
    wait_for localstack 90 "$1" \
        'GET /_localstack/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' ' 200'
}

restart() {
    local pid port
    port=$(sed -n 's/^SQS_ENDPOINT=.*://p' "$directory/services.env")
    pid=$(running localstack) || fail "LocalStack does not run in $directory"
    kill -KILL "$pid"
    rm -rf "$directory/localstack.pid" "$directory/localstack"
    start_localstack "$port"
    wait_for_localstack "$port"
}

start() {
    if running localstack >/dev/null && running valkey >/dev/null && [[ -f $directory/services.env ]]; then
        printf 'services: already running, see %s\n' "$directory/services.env"
        return
    fi
    stop
    trap 'stop' EXIT
    trap 'exit 130' INT TERM
    local valkey_port localstack_port
    valkey_port=$(free_port)
    start_valkey "$valkey_port"
    localstack_port=$(free_port)
    start_localstack "$localstack_port"
    wait_for valkey 10 "$valkey_port" 'PING\r\n' '+PONG'
    wait_for_localstack "$localstack_port"
    local endpoint=http://127.0.0.1:$localstack_port
    cat >"$directory/services.env.new" <<END
SQS_ENDPOINT=$endpoint
S3_ENDPOINT=$endpoint
AWS_ENDPOINT_URL=$endpoint
AWS_REGION=us-east-1
AWS_DEFAULT_REGION=us-east-1
AWS_ACCESS_KEY_ID=test
AWS_SECRET_ACCESS_KEY=test
REDIS_URL=redis://127.0.0.1:$valkey_port
END
    mv "$directory/services.env.new" "$directory/services.env"
    trap - EXIT INT TERM
    printf 'services: LocalStack on %s, Valkey on port %s, settings in %s\n' "$endpoint" "$valkey_port" "$directory/services.env"
}

[[ $# == 2 && $1 =~ ^(start|stop|restart)$ ]] || fail "usage: scripts/services.sh start|stop|restart DIR"
mkdir -p "$2"
directory=$(cd "$2" && pwd)
"$1"
