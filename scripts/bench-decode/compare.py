"""Compares Leadline's decoder with zxing-cpp and ZBar on the same pictures, in the same run.

usage: compare.py [--ours COMMAND] [--no-zbar] FOLDER...

Each FOLDER holds pictures and a manifest.jsonl (see generate.py). COMMAND reads paths from standard
input and answers `leadline decode --json -`'s lines; default `target/release/leadline decode --json -`.
Prints recall by category, wrong texts, times a frame, and a sign test against zxing-cpp.
"""
import collections
import json
import math
import pathlib
import shlex
import subprocess
import sys
import time

import cv2
import zxingcpp

def options():
    ours, zbar, folders = "target/release/leadline decode --json -", True, []
    arguments = iter(sys.argv[1:])
    for argument in arguments:
        if argument == "--ours":
            ours = next(arguments)
        elif argument == "--no-zbar":
            zbar = False
        else:
            folders.append(pathlib.Path(argument))
    if not folders:
        sys.exit(__doc__)
    return ours, zbar, folders


def timed(read, picture):
    """Texts and milliseconds of one reading, the better of two."""
    best = math.inf
    for _ in range(2):
        start = time.perf_counter()
        texts = read(picture)
        best = min(best, (time.perf_counter() - start) * 1e3)
    return texts, best


def with_zxing(picture):
    return [code.text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]


def zbar_reader():
    from pyzbar import pyzbar

    def read(picture):
        return [code.data.decode("utf-8", "replace") for code in pyzbar.decode(picture, symbols=[pyzbar.ZBarSymbol.QRCODE])]
    return read


def sign_test(better, worse):
    """Chance of so uneven a split of the texts that only one of two decoders read (two-sided)."""
    n, k = better + worse, max(better, worse)
    return min(1.0, 2 * sum(math.comb(n, i) for i in range(k, n + 1)) / 2 ** n) if n else 1.0


def quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))] if values else float("nan")


def main():
    ours, zbar, folders = options()
    process = subprocess.Popen(shlex.split(ours), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    readers = {"zxing-cpp": with_zxing}
    if zbar:
        readers["zbar"] = zbar_reader()
    names = ["leadline", *readers]
    recall = collections.defaultdict(lambda: collections.Counter())
    wrong, times, only = collections.Counter(), collections.defaultdict(list), collections.Counter()
    for folder in folders:
        for line in open(folder / "manifest.jsonl", encoding="utf-8"):
            entry = json.loads(line)
            path = folder / entry["file"]
            picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
            answers = {}
            for repeat in range(2):
                process.stdin.write(f"{path}\n")
                process.stdin.flush()
                answer = json.loads(process.stdout.readline())
                if repeat == 0 or answer["ms"] < answers["leadline"][1]:
                    answers["leadline"] = (answer["texts"], answer["ms"])
            for name, read in readers.items():
                answers[name] = timed(read, picture)
            group = entry["category"] if entry["set"] in ("gen", "synthetic") else "photo " + entry["set"]
            size = f"{entry['width']}x{entry['height']}"
            for name in names:
                texts, ms = answers[name]
                if entry["set"] in ("gen", "synthetic") or size in ("1280x720", "1920x1080"):
                    times[size, bool(entry["texts"]), name].append(ms)
                if not entry.get("open"):
                    wrong[name] += len(set(texts) - set(entry["texts"]))
                for text in entry["texts"]:
                    recall[group][name] += text in texts
            for text in entry["texts"]:
                recall[group]["all"] += 1
                mine, theirs = text in answers["leadline"][0], text in answers["zxing-cpp"][0]
                only["leadline"] += mine and not theirs
                only["zxing-cpp"] += theirs and not mine
    process.stdin.close()
    process.wait()
    print(f"{'recall':<24}{'texts':>7}" + "".join(f"{name:>12}" for name in names))
    total = collections.Counter()
    for group in sorted(recall):
        total.update(recall[group])
        share = lambda name: recall[group][name] / max(1, recall[group]["all"])
        if recall[group]["all"]:
            print(f"{group:<24}{recall[group]['all']:>7}" + "".join(f"{share(name):>12.3f}" for name in names))
    print(f"{'together':<24}{total['all']:>7}" + "".join(f"{total[name] / max(1, total['all']):>12.3f}" for name in names))
    print(f"{'wrong texts':<31}" + "".join(f"{wrong[name]:>12}" for name in names))
    p = sign_test(only["leadline"], only["zxing-cpp"])
    print(f"read by leadline alone {only['leadline']}, by zxing-cpp alone {only['zxing-cpp']}, sign test p = {p:.2g}")
    for size, coded in sorted({(size, coded) for size, coded, _ in times}):
        for share, label in [(0.5, "median"), (0.95, "p95")]:
            row = [quantile(times[size, coded, name], share) for name in names]
            kind = "with a code" if coded else "without"
            print(f"{size} {kind:<12}{label:>7} ms ({len(times[size, coded, 'leadline'])})" + "".join(f"{v:>12.2f}" for v in row))


main()
