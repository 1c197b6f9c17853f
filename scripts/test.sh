#!/bin/sh
# Runs all the tests, on SQLite and PostgreSQL. Arguments go to `cargo test`, for instance a name.
# Says first what the machine lacks; where CI is set, a lack is a failure.
set -eu
cd "$(dirname "$0")/.."

command -v cargo >/dev/null 2>&1 || PATH=$HOME/.cargo/bin:$PATH
command -v cargo >/dev/null 2>&1 || {
    echo "scripts/test.sh: cargo is not installed; get Rust from https://rustup.rs" >&2
    exit 1
}

# Each test server keeps some connections open, and a soft limit of 256 is common.
ulimit -n 4096 2>/dev/null || true

has_postgres() {
    [ -n "${LEADLINE_TEST_DATABASE_URL:-}" ] && return 0
    for initdb in /usr/lib/postgresql/*/bin/initdb; do
        [ -x "$initdb" ] && return 0
    done
    command -v initdb >/dev/null 2>&1 && command -v postgres >/dev/null 2>&1
}
if [ -n "${CI:-}" ]; then
    LEADLINE_REQUIRE_POSTGRES=1
    export LEADLINE_REQUIRE_POSTGRES
elif ! has_postgres; then
    echo "scripts/test.sh: PostgreSQL is not installed: the tests on it will be left out, each told by name." >&2
    echo "scripts/test.sh: on Debian, 'apt-get install postgresql' brings it; no server needs to run." >&2
fi
command -v pdftoppm >/dev/null 2>&1 ||
    echo "scripts/test.sh: pdftoppm (poppler-utils) is not installed: printed badges are not read back from their PDF." >&2

exec cargo test --locked --workspace "$@"
