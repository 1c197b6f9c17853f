#!/bin/sh
# Runs all the tests, on SQLite and PostgreSQL. Arguments go to `cargo test`, for instance a name.
# Says first what the machine lacks; where CI is set, a lack is a failure, and a test that fails among
# all the others has one more chance alone: it is named, and the run fails if it fails again.
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

[ -n "${CI:-}" ] || exec cargo test --locked --workspace "$@"

# Nine hundred tests, browsers among them, on two cores: now and then one runs into the others. The list
# of those is work to do, and no reason to keep sound work out. More than three are no accident.
said=$(mktemp)
trap 'rm -f "$said" "$said.code"' EXIT
{
    cargo test --locked --workspace --no-fail-fast "$@" 2>&1 && code=0 || code=$?
    echo "$code" >"$said.code"
} | tee "$said"
code=$(cat "$said.code")
[ "$code" -ne 0 ] || exit 0

failed=$(sed -n 's/^test \(.*\) \.\.\. FAILED$/\1/p' "$said" | sort -u)
case $failed in
'' | *' '*) exit "$code" ;; # the build, a documented example, or a process that died
esac
if [ "$(echo "$failed" | wc -l)" -gt 3 ]; then exit "$code"; fi
echo "scripts/test.sh: failed among all, now alone:" $failed
# shellcheck disable=SC2086 # one name an argument
cargo test --locked --workspace --no-fail-fast -- --exact $failed
echo "scripts/test.sh: UNSTEADY, failed among all and passed alone:" $failed
