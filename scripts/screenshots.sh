#!/bin/sh
# Takes pictures of the demo's pages at 390, 820 and 1,440 pixels, in both themes, into
# docs/screenshots/, of which git keeps the few that documents show. `LEADLINE_SCREENSHOTS=leads,team` takes
# only those (`scanner-paired` is the scanner of a phone at a stand), `LEADLINE_SCREENSHOTS_LANGUAGE=fr` French ones, `LEADLINE_TEST_PICTURES` names another folder.
# Needs Chromium.
set -eu
cd "$(dirname "$0")/.."
exec cargo test --locked --workspace --test it screenshots:: -- --ignored --nocapture
