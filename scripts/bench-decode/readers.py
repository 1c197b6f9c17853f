"""The decoders compared: each reads a grey picture that lies in a file and answers texts and milliseconds
of processor time, which a busy machine changes little."""
import json
import math
import shlex
import subprocess
import time

import zxingcpp

REPEATS = 2
OURS = "target/release/examples/measure_decode --stream"


class Leadline:
    """A process that reads paths and answers the lines of `leadline decode --json -`."""

    def __init__(self, command=OURS):
        self.process = subprocess.Popen(shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, path, picture):
        best, texts = math.inf, []
        for _ in range(REPEATS):
            self.process.stdin.write(f"{path}\n")
            self.process.stdin.flush()
            answer = json.loads(self.process.stdout.readline())
            texts, best = answer["texts"], min(best, answer["ms"])
        return texts, best


def timed(read):
    """A reader that answers the better of some times, as `Leadline` does."""
    def reader(_, picture):
        best, texts = math.inf, []
        for _ in range(REPEATS):
            start = time.thread_time()
            texts = read(picture)
            best = min(best, (time.thread_time() - start) * 1e3)
        return texts, best
    return reader


def zxing():
    """zxing-cpp for QR codes only, everything else as it comes."""
    return timed(lambda picture: [code.text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)])


def zbar():
    """ZBar for QR codes only."""
    from pyzbar import pyzbar

    return timed(lambda picture: [code.data.decode("utf-8", "replace")
                                  for code in pyzbar.decode(picture, symbols=[pyzbar.ZBarSymbol.QRCODE])])
