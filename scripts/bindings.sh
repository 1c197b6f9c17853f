#!/usr/bin/env bash
# Builds mobile-core for phones, with the other half of the boundary in their language.
#
#   scripts/bindings.sh python  [DIR]   a module for this machine (default target/bindings/python)
#   scripts/bindings.sh kotlin  [DIR]   the Kotlin source alone
#   scripts/bindings.sh swift   [DIR]   the Swift source, C header and module map alone
#   scripts/bindings.sh android         mobile-core/bindings/android: sources and libraries for an .aar
#   scripts/bindings.sh apple           mobile-core/bindings/swift: sources and an .xcframework
#
# android needs cargo-ndk, the Android NDK and `rustup target add` of the four targets below; apple
# needs macOS with Xcode and its three targets. What is written is not under version control.
# LEADLINE_BINDINGS_PROFILE=dev builds faster code to compile instead of faster code to run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
command -v cargo >/dev/null || PATH=$PATH:$HOME/.cargo/bin
profile=${LEADLINE_BINDINGS_PROFILE:-release}
target_dir=${CARGO_TARGET_DIR:-target}
built=$profile
[ "$profile" = dev ] && built=debug
bindings=mobile-core/bindings

fail() { echo "scripts/bindings.sh: $*" >&2; exit 1; }

# The library of this machine, from which the generator reads what there is to bind.
host_library() {
    cargo rustc --quiet --locked --profile "$profile" -p mobile-core --lib --features uniffi --crate-type cdylib
    for library in "$target_dir/$built"/{libmobile_core.so,libmobile_core.dylib,mobile_core.dll}; do
        [ -f "$library" ] && echo "$library" && return
    done
    fail "the library is not in $target_dir/$built"
}

generate() { # language, folder
    local library
    library=$(host_library)
    mkdir -p "$2"
    CARGO_TARGET_DIR=$target_dir/bindings/generator \
        cargo run --quiet --locked --manifest-path scripts/uniffi-bindgen/Cargo.toml -- \
        generate --no-format --language "$1" --out-dir "$2" "$library"
    if [ "$1" = python ]; then cp "$library" "$2/"; fi
}

android() {
    command -v cargo-ndk >/dev/null || fail "cargo-ndk is not installed: cargo install cargo-ndk"
    local module=$bindings/android/leadline/src/main
    generate kotlin $module/java
    cargo ndk --target arm64-v8a --target armeabi-v7a --target x86_64 --target x86 --platform 26 \
        --output-dir $module/jniLibs rustc --locked --release -p mobile-core --lib --features uniffi --crate-type cdylib
    echo "written; now: cd $bindings/android && gradle :leadline:assembleRelease"
}

apple() {
    command -v xcodebuild >/dev/null || fail "xcodebuild is not here: the Apple library is built on macOS with Xcode"
    local package=$bindings/swift headers libraries=()
    headers=$target_dir/bindings/apple-headers
    rm -rf "$headers" $package/LeadlineCore.xcframework
    generate swift "$headers"
    mkdir -p $package/Sources/Leadline
    mv "$headers/Leadline.swift" $package/Sources/Leadline/
    mv "$headers/leadlineFFI.modulemap" "$headers/module.modulemap"
    for triple in aarch64-apple-ios aarch64-apple-ios-sim aarch64-apple-darwin; do
        cargo rustc --locked --release -p mobile-core --lib --features uniffi --crate-type staticlib --target $triple
        libraries+=(-library "$target_dir/$triple/release/libmobile_core.a" -headers "$headers")
    done
    xcodebuild -create-xcframework "${libraries[@]}" -output $package/LeadlineCore.xcframework
}

case ${1-} in
python | kotlin | swift) generate "$1" "${2-$target_dir/bindings/$1}" ;;
android) android ;;
apple) apple ;;
*) fail "usage: scripts/bindings.sh python|kotlin|swift [DIR], or android, or apple" ;;
esac
