#!/usr/bin/env bash
# Sends generated requests to every operation of the OpenAPI document of a seeded server, as nobody, an
# attendee, a phone, an exhibitor's admin and the organizer's owner, and fails at a 5xx and at an answer
# outside its schema.
#
#   scripts/schemathesis.sh                  30 examples an operation, about ten minutes
#   EXAMPLES=200 scripts/schemathesis.sh     more of them
#   LEADLINE=/path/to/leadline …             another binary than the one built here
#
# Arguments go to `schemathesis run`, for instance --include-operation-id edit_event. Schemathesis is
# installed from PyPI into target/schemathesis, once.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=4.32.5
work=target/schemathesis
venv=$work/venv
if ! "$venv/bin/schemathesis" --version 2>/dev/null | grep -q "$version"; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet "schemathesis==$version"
fi
if [ -z "${LEADLINE:-}" ]; then
    cargo build --locked --quiet
    LEADLINE=target/debug/leadline
fi

data=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$data"' EXIT
password=$(head -c 18 /dev/urandom | base64)
printf '%s' "$password" | "$LEADLINE" admin create-owner --organizer "Fair Ltd" --email owner@fair.example \
    --password-stdin --data-dir "$data" >/dev/null
port=$("$venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$LEADLINE" serve --listen "127.0.0.1:$port" --data-dir "$data" --log warn 2>"$data/server.log" &
server=$!
base=http://127.0.0.1:$port

# Something of each kind, so that ids in addresses name what is there.
PASSWORD=$password "$venv/bin/python" scripts/schemathesis_seed.py "$base" "$data"

failed=0
run() { # whose configuration, then what the command takes besides
    local who=$1
    shift
    echo "== as $who"
    "$venv/bin/schemathesis" --config-file "$data/$who.toml" run "$base/api/v1/openapi.json" \
        --checks not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance \
        --phases examples,coverage,fuzzing --max-examples "${EXAMPLES:-30}" --request-timeout 20 \
        --continue-on-failure --suppress-health-check all --warnings off --no-color --seed 1 "$@" || failed=1
}
# Who may do least comes first, so that the others still find what they are about.
for who in nobody attendee phone admin owner; do
    run "$who" "$@"
done

if grep -E 'panicked|request failed' "$data/server.log" >&2; then
    echo "the server logged mistakes of its own" >&2
    failed=1
fi
kill -0 "$server" || { echo "the server ended" >&2; failed=1; }
exit "$failed"
