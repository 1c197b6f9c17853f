#!/usr/bin/env bash
# Builds mobile-core for the browser into server/src/web/static/wasm, which lies in the repository,
# since building it takes tools that not every machine has:
#   core.js         the glue, one for both builds
#   core.wasm       for every browser
#   core-simd.wasm  for those with SIMD; static/js/core.js chooses
#
#   scripts/wasm.sh           builds both and writes the stamp
#   scripts/wasm.sh --check   fails when they are not of these sources; builds them anew and
#                             compares where this machine has the same compiler
#
# The stamp (mobile-core/bindings/web/stamp) names the compiler, the sources, the crates and the
# results by their hashes. Needs: rustup's target wasm32-unknown-unknown, or, where that cannot be
# fetched, Debian's rustc-web, cargo-web, rust-web-src and lld-19.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LC_ALL=C
out=server/src/web/static/wasm
stamp=mobile-core/bindings/web/stamp
work=${CARGO_TARGET_DIR:-target}/wasm
triple=wasm32-unknown-unknown
limit=$((500 * 1024)) # bytes of one build, gzipped
tool_sources=(mobile-core/Cargo.toml scripts/wasm.sh scripts/wasm-glue/Cargo.toml scripts/wasm-glue/Cargo.lock
    scripts/wasm-glue/src/main.rs)

# Speed counts where pixels are looked at, bytes in everything else.
small='profile.release.package."*".opt-level="s"'
# Level 3 would put the file above its limit.
fast='profile.release.opt-level=2'

fail() { echo "scripts/wasm.sh: $*" >&2; exit 1; }
has_target() { [ -d "$("$1" --print target-libdir --target $triple 2>/dev/null)" ]; }

# Sets cargo, rustc, linking and standard to what this machine can build with.
choose_compiler() {
    cargo=(cargo) rustc=rustc linking=() standard=()
    if command -v rustc >/dev/null; then
        has_target rustc && return
        command -v rustup >/dev/null && timeout 120 rustup target add $triple >&2 && has_target rustc && return
    fi
    local linker
    linker=$(compgen -G '/usr/bin/wasm-ld*' | sort | tail -1) || true
    if [ -x /usr/bin/cargo ] && [ -x /usr/bin/rustc ] && [ -n "$linker" ]; then
        # Debian's compiler brings the sources of the standard library instead of the target.
        cargo=(env RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 /usr/bin/cargo)
        rustc=/usr/bin/rustc linking=("-Clinker=$linker") standard=(-Zbuild-std=std,panic_abort)
        work=$work-debian
        return
    fi
    return 1
}

compiler() { "$rustc" -V | tr '\n' ' '; echo "${standard[*]}"; }

# Builds with further flags and copies the result: build NAME [FLAG …]
build() {
    local name=$1
    shift
    local home=${CARGO_HOME:-$HOME/.cargo} sysroot
    sysroot=$("$rustc" --print sysroot)
    # No path of this machine gets into the result, so that others can build the same one.
    local flags=("--remap-path-prefix=$PWD=." "--remap-path-prefix=$sysroot/lib/rustlib/src/rust=std")
    for index in "$home"/registry/src/*; do flags+=("--remap-path-prefix=$index=crates"); done
    RUSTFLAGS="${flags[*]} ${linking[*]} $*" CARGO_TARGET_DIR=$work \
        CARGO_PROFILE_RELEASE_LTO=fat CARGO_PROFILE_RELEASE_CODEGEN_UNITS=1 \
        CARGO_PROFILE_RELEASE_PANIC=abort \
        "${cargo[@]}" rustc --config "$small" --config "$fast" --quiet --locked --release -p mobile-core --lib --features wasm --crate-type cdylib \
        --target $triple "${standard[@]}"
    cp "$work/$triple/release/mobile_core.wasm" "$work/$name.wasm"
}

# Builds both into a folder.
build_into() {
    build plain
    build simd -Ctarget-feature=+simd128
    CARGO_TARGET_DIR=$work/glue cargo run --quiet --locked --release --manifest-path scripts/wasm-glue/Cargo.toml -- \
        "$1" "$work/plain.wasm" "$work/simd.wasm"
}

# The crates that are built in, with their features.
crates() {
    cargo tree --locked -p mobile-core --features wasm --target $triple -e normal --prefix none -f '{p} [{f}]' |
        sed 's/ (\/[^)]*)//; s/ (\*)$//' | sort -u | sed 's/^/crate /'
}

write_stamp() {
    # What the compiler read: its list of the files that the library is made of.
    local sources
    sources=$(sed -n 's/^[^ ]*mobile_core\.wasm: //p' "$work/$triple/release/mobile_core.d" | tr ' ' '\n' |
        sed "s|^$PWD/||")
    {
        echo "# Written by scripts/wasm.sh: what $out was built from."
        echo "compiler $(compiler)"
        # shellcheck disable=SC2086 # no path of ours holds a space
        sha256sum $sources "${tool_sources[@]}" | sort -k2 | sed 's/^/source /'
        crates
        (cd $out && sha256sum core.js core.wasm core-simd.wasm) | sed 's/^/result /'
    } >"$stamp"
}

check_sizes() {
    for file in $out/core.wasm $out/core-simd.wasm; do
        local size
        size=$(gzip -9 -c "$file" | wc -c)
        echo "$file: $(wc -c <"$file") bytes, $size gzipped"
        [ "$size" -le $limit ] || fail "$file is above $limit bytes gzipped"
    done
}

check() {
    local stale="is not built from these sources; run scripts/wasm.sh and commit what it writes"
    sed -n 's/^source //p' $stamp | sha256sum --check --quiet >&2 || fail "$out $stale"
    sed -n 's/^result //p' $stamp | (cd $out && sha256sum --check --quiet >&2) || fail "$out $stale"
    diff <(sed -n '/^crate /p' $stamp) <(crates) >&2 || fail "$out $stale"
    check_sizes
    if ! choose_compiler; then
        echo "NOT COMPARED: no compiler for $triple here; the sources are those of the stamp" >&2
    elif [ "compiler $(compiler)" != "$(sed -n '/^compiler /p' $stamp)" ]; then
        echo "NOT COMPARED: built with $(sed -n 's/^compiler //p' $stamp), here is $(compiler)" >&2
    else
        build_into "$work/again"
        for file in core.js core.wasm core-simd.wasm; do
            cmp "$out/$file" "$work/again/$file" || fail "$out/$file $stale"
        done
        echo "$out: built again, the same bytes"
    fi
}

case ${1-} in
--check) check ;;
'')
    choose_compiler || fail "no compiler for $triple: 'rustup target add $triple', or on Debian
    apt-get install --no-install-recommends rustc-web cargo-web rust-web-src lld-19"
    mkdir -p $out "$(dirname $stamp)"
    build_into $out
    write_stamp
    check_sizes
    ;;
*) fail "usage: scripts/wasm.sh [--check]" ;;
esac
