#!/bin/sh
# Makes the fonts that badges are printed with, from the Noto fonts of Debian's packages
# fonts-noto-core and fonts-noto-cjk: each is cut down to the characters a badge can need and
# loses its hints (badges are printed at 203 dpi and up, where hints change nothing).
# Needs: those two packages and Python with venv. Writes server/src/badges/print/fonts/.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
out=$here/server/src/badges/print/fonts
core=${NOTO_CORE:-/usr/share/fonts/truetype/noto}
cjk=${NOTO_CJK:-/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! command -v pyftsubset >/dev/null 2>&1; then
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install --quiet fonttools==4.68.0
    PATH=$work/venv/bin:$PATH
fi

# name-IDs 13 and 14 hold the licence: it travels inside each file.
# The .notdef outline stays, so that a mark without a glyph shows as a box.
cut_font() { # from, to, then pyftsubset options
    from=$1 to=$2
    shift 2
    pyftsubset "$from" --output-file="$out/$to" --no-hinting --notdef-outline \
        --name-IDs=0,1,2,3,4,5,6,13,14 --drop-tables+=DSIG,MATH,BASE,VORG,vhea,vmtx "$@"
}

# Latin with every diacritic, Greek and Cyrillic, punctuation, currencies.
common=U+0020-007E,U+00A0-00FF,U+0300-036F,U+2000-206F
latin=$common,U+0100-02FF,U+0370-03FF,U+0400-052F,U+1C80-1C88,U+1D00-1DBF,U+1E00-1FFF
latin=$latin,U+2070-209C,U+20A0-20BF,U+2100-218B,U+2C60-2C7F,U+2DE0-2DFF,U+A640-A69F
latin=$latin,U+A720-A7FF,U+AB30-AB65,U+FB00-FB06,U+FE20-FE2F,U+25CC,U+FFFD
for weight in Regular Bold; do
    cut_font "$core/NotoSans-$weight.ttf" "NotoSans-$weight.ttf" --unicodes="$latin"
    # Scripts whose bold is drawn, not thickened.
    for script in Arabic Armenian Devanagari Georgian Hebrew Thai; do
        cut_font "$core/NotoSans$script-$weight.ttf" "NotoSans$script-$weight.ttf" --unicodes='*'
    done
done
# One weight each: the printer thickens it for bold.
for script in Bengali Ethiopic Gujarati Gurmukhi Kannada Khmer Lao Malayalam Myanmar Oriya \
    Sinhala Tamil Telugu Thaana; do
    cut_font "$core/NotoSans$script-Regular.ttf" "NotoSans$script-Regular.ttf" --unicodes='*'
done

# Chinese, Japanese and Korean: what the national standards hold, and the first 20,902 unified
# ideographs whole.
python3 - "$work/cjk.txt" <<'PYTHON'
import sys

wanted = set()
def area(codec, leads, trails):
    for lead in leads:
        for trail in trails:
            try:
                wanted.update(bytes((lead, trail)).decode(codec))
            except UnicodeDecodeError:
                pass

area("cp932", range(0x81, 0xFD), range(0x40, 0xFD))    # JIS X 0208 and the vendors' name kanji
area("euc_kr", range(0xA1, 0xFE), range(0xA1, 0xFF))   # KS X 1001
wanted.update(map(chr, range(0x4E00, 0x9FA6)), "𠮷")      # names use characters that no standard calls common
ranges = [(0x1100, 0x11FF), (0x3000, 0x303F), (0x3040, 0x30FF), (0x3100, 0x312F), (0x3131, 0x318E), (0x31F0, 0x31FF),
          (0xAC00, 0xD7A3), (0xFF01, 0xFFEE), (0x20, 0x7E), (0x25A0, 0x25A1)]
for first, last in ranges:
    wanted.update(map(chr, range(first, last + 1)))
wanted = {c for c in wanted if ord(c) >= 0x20 and not 0xE000 <= ord(c) <= 0xF8FF}
with open(sys.argv[1], "w", encoding="utf-8") as out:
    out.write("".join(sorted(wanted)))
PYTHON
# Face 2 of the collection draws the shapes of mainland China where regions differ.
cut_font "$cjk" NotoSansCJK-Regular.otf --font-number=2 --text-file="$work/cjk.txt" \
    --layout-features=ccmp,ljmo,vjmo,tjmo

{
    echo "Cut from these files by scripts/fonts.sh with fonttools $(python3 -c 'import fontTools; print(fontTools.version)' 2>/dev/null || echo 4.68.0); the licence is in OFL.txt."
    echo
    dpkg-query -W -f '${Package} ${Version}\n' fonts-noto-core fonts-noto-cjk 2>/dev/null || true
    echo
    (cd "$out" && for font in *.ttf *.otf; do
        printf '%s  %s  %s\n' "$font" "$(stat -c %s "$font")" "$(sha256sum "$font" | cut -c1-16)"
    done)
} >"$out/VERSIONS.txt"
du -ch "$out"/*.ttf "$out"/*.otf | tail -1
