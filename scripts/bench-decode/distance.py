"""How much further away a short code reads than a long one of the same printed size.

usage: distance.py FOLDER

Draws a Leadline code (version 1, level M) and codes of 45 characters (level M), smaller and smaller,
at random turns, offsets, lens blur and noise, into FOLDER. Prints the fewest pixels across at which
nine of ten are still read, and the ratio of both: by how much the distance grows.
"""
import pathlib
import random
import string
import sys

import cv2
import numpy as np
import segno

from generate import CROCKFORD, some
from readers import Leadline, zxing

TRIALS = 20
SHARE = 0.9


def drawn(r, text, version, across):
    """A grey picture with the code `across` pixels wide, quiet zone not counted."""
    qr = segno.make(text, error="m", version=version, micro=False, boost_error=False)
    matrix = np.array([list(row) for row in qr.matrix], np.uint8)
    paper = np.pad(np.where(matrix > 0, 30.0, 225.0), 4, constant_values=225.0)
    large = np.kron(paper, np.ones((16, 16))).astype(np.float32)
    side, zoom = 320, across / (matrix.shape[0] * 16)
    angle, over = r.uniform(-25, 25), 8
    turn = cv2.getRotationMatrix2D((large.shape[1] / 2, large.shape[0] / 2), angle, zoom * over)
    turn[:, 2] += np.array([side / 2 + r.uniform(0, 1), side / 2 + r.uniform(0, 1)]) * over - np.array(large.shape[::-1]) / 2
    fine = cv2.warpAffine(large, turn, (side * over, side * over), flags=cv2.INTER_AREA, borderValue=200)
    fine = cv2.GaussianBlur(fine, (0, 0), 0.45 * over)
    picture = cv2.resize(fine, (side, side), interpolation=cv2.INTER_AREA)
    noise = np.random.RandomState(r.randint(0, 1 << 30)).normal(0, 3, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8), matrix.shape[0]


def fewest(folder, kind, make, read):
    """Fewest pixels across, going down until fewer than the share is read at two sizes running."""
    best, below, modules = None, 0, 0
    for across in range(100, 20, -2):
        good = 0
        for trial in range(TRIALS):
            r = random.Random(f"{kind}/{across}/{trial}")
            text, version = make(r)
            picture, modules = drawn(r, text, version, across)
            path = folder / f"{kind}-{across}-{trial}.png"
            cv2.imwrite(str(path), picture)
            good += text in read(path, picture)[0]
            path.unlink()
        if good >= TRIALS * SHARE:
            best, below = across, 0
        else:
            below += 1
            if below == 2:
                break
    return best, modules


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    letters = string.ascii_letters + string.digits
    kinds = {
        "leadline": lambda r: (some(r, CROCKFORD, 20), 1),
        "45-characters": lambda r: ("https://badge.example/t/" + some(r, letters, 21), None),
    }
    for name, read in {"leadline": Leadline(), "zxing-cpp": zxing()}.items():
        (short, few), (long, many) = (fewest(folder, kind, make, read) for kind, make in kinds.items())
        if short and long:
            print(f"{name}: version 1-M ({few} modules) reads from {short} pixels across, 45 characters ({many} modules) from {long}: "
                  f"{long / short:.2f} times the distance")
        else:
            print(f"{name}: fewest pixels across {short} and {long}")


main()
