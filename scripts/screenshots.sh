#!/bin/sh
# Takes pictures of the demo's pages at 390, 820 and 1,440 pixels, in both themes, into
# docs/screenshots/. `LEADLINE_SCREENSHOTS=leads,team` takes only those. Needs Chromium.
set -eu
cd "$(dirname "$0")/.."
exec cargo test --locked --workspace --test it screenshots:: -- --ignored --nocapture
