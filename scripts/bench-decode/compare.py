"""Compares Leadline's decoder with zxing-cpp and ZBar on the same pictures, in the same run.

usage: compare.py [--ours COMMAND] [--no-zbar] FOLDER...

Each FOLDER holds pictures and a manifest.jsonl (see generate.py). COMMAND reads paths from standard
input and answers `leadline decode --json -`'s lines. Prints recall by category, wrong texts, a sign
test against zxing-cpp, and times a frame; then, unless COMMAND is named, the worst frames under the
preview budget.
"""
import collections
import json
import math
import pathlib
import sys

import cv2

from readers import OURS, Leadline, zbar, zxing

DRAWN = ("gen", "synthetic")


def options():
    ours, with_zbar, folders = None, True, []
    arguments = iter(sys.argv[1:])
    for argument in arguments:
        if argument == "--ours":
            ours = next(arguments)
        elif argument == "--no-zbar":
            with_zbar = False
        else:
            folders.append(pathlib.Path(argument))
    if not folders:
        sys.exit(__doc__)
    return ours, with_zbar, folders


def sign_test(better, worse):
    """Chance of so uneven a split of the texts that only one of two decoders read (two-sided)."""
    n, k = better + worse, max(better, worse)
    return min(1.0, 2 * sum(math.comb(n, i) for i in range(k, n + 1)) / 2 ** n) if n else 1.0


def quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))] if values else float("nan")


class Tally:
    """What was read of one kind of picture, and what only one of the two best decoders read."""

    def __init__(self):
        self.recall = collections.defaultdict(collections.Counter)
        self.wrong, self.times = collections.Counter(), collections.defaultdict(list)
        self.only = collections.defaultdict(collections.Counter)

    def add(self, entry, answers):
        drawn = entry["set"] in DRAWN
        group = entry["category"] if drawn else "photo " + entry["set"]
        size = f"{entry['width']}x{entry['height']}"
        for name, (texts, ms) in answers.items():
            if drawn or size in ("1280x720", "1920x1080"):
                self.times[size, bool(entry["texts"]), name].append(ms)
            self.times["any", True, name].append(ms)
            if not entry.get("open"):
                self.wrong[name] += len(set(texts) - set(entry["texts"]))
            for text in entry["texts"]:
                self.recall[group][name] += text in texts
        for text in entry["texts"]:
            self.recall[group]["all"] += 1
            mine, theirs = text in answers["leadline"][0], text in answers["zxing-cpp"][0]
            if mine != theirs:
                self.only["drawn" if drawn else "photos"]["leadline" if mine else "zxing-cpp"] += 1

    def show(self, names):
        print(f"{'recall':<31}{'texts':>6}" + "".join(f"{name:>12}" for name in names))
        totals = collections.defaultdict(collections.Counter)
        for group in sorted(self.recall):
            found = self.recall[group]
            totals["all photographs" if group.startswith("photo ") else "all drawn"].update(found)
            if group in ("photo boofcv", "photo jsqr"):
                totals["photographs of boofcv and jsqr"].update(found)
            self.row(group, found, names)
        for group in sorted(totals):
            self.row(group, totals[group], names)
        print(f"{'wrong texts':<37}" + "".join(f"{self.wrong[name]:>12}" for name in names))
        for kind, only in sorted(self.only.items()):
            p = sign_test(only["leadline"], only["zxing-cpp"])
            print(f"{kind}: read by leadline alone {only['leadline']}, by zxing-cpp alone {only['zxing-cpp']}, sign test p = {p:.2g}")
        for size, coded in sorted({key[:2] for key in self.times if key[0] != "any"}):
            for share, label in [(0.5, "median"), (0.95, "p95")]:
                row = [quantile(self.times[size, coded, name], share) for name in names]
                kind = f"{size} {'with a code' if coded else 'without'}"
                count = len(self.times[size, coded, "leadline"])
                ratio = f"   {row[0] / row[1]:.2f} of zxing-cpp" if len(row) > 1 else ""
                print(f"{kind:<22}{label:>7} ms {f'({count})':>5}" + "".join(f"{v:>12.2f}" for v in row) + ratio)
        print(f"{'slowest picture, thorough budget, ms':<37}" + "".join(f"{max(self.times['any', True, n]):>12.2f}" for n in names))

    @staticmethod
    def row(group, found, names):
        if found["all"]:
            print(f"{group:<31}{found['all']:>6}" + "".join(f"{found[name] / found['all']:>12.3f}" for name in names))


def entries(folders):
    for folder in folders:
        for line in open(folder / "manifest.jsonl", encoding="utf-8"):
            entry = json.loads(line)
            yield folder / entry["file"], entry


def preview(folders):
    """Times under the preview budget on drawn frames without a code."""
    ours, times = Leadline(OURS + " preview"), collections.defaultdict(list)
    for path, entry in entries(folders):
        if not entry["texts"] and entry["set"] in DRAWN:
            times[f"{entry['width']}x{entry['height']}"].append(ours(path, None)[1])
    for size, values in sorted(times.items()):
        print(f"preview budget, {size} without a badge ({len(values)}): median {quantile(values, 0.5):.2f}, slowest {max(values):.2f} ms")


def main():
    ours, with_zbar, folders = options()
    readers = {"leadline": Leadline(ours or OURS), "zxing-cpp": zxing()}
    if with_zbar:
        readers["zbar"] = zbar()
    tally = Tally()
    for path, entry in entries(folders):
        picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        tally.add(entry, {name: read(path, picture) for name, read in readers.items()})
    tally.show(list(readers))
    if ours is None:
        preview(folders)


main()
