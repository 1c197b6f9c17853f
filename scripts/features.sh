#!/bin/sh
# Checks that mobile-core builds without features, with each of them alone, and with all together:
# phones, browser and server each take another part of it.
set -eu
cd "$(dirname "$0")/.."
command -v cargo >/dev/null 2>&1 || PATH=$PATH:$HOME/.cargo/bin

features=$(sed -n '/^\[features\]/,/^\[dependencies\]/s/^\([a-z]*\) = .*/\1/p' mobile-core/Cargo.toml)
[ -n "$features" ] || { echo "scripts/features.sh: no feature found in mobile-core/Cargo.toml" >&2; exit 1; }
cargo clippy --quiet --locked -p mobile-core --no-default-features -- -D warnings
for feature in $features; do
    cargo clippy --quiet --locked -p mobile-core --no-default-features --features "$feature" -- -D warnings
done
cargo clippy --quiet --locked -p mobile-core --all-features --all-targets -- -D warnings
echo "mobile-core builds without features, with each of" $features "alone, and with all"
