"""Draws badge pictures under 14 kinds of trouble, with their exact texts, from a seed.

usage: generate.py FOLDER SEED COUNT

Writes COUNT pictures and manifest.jsonl in the form that compare.py and the example
`measure_decode` read. Nothing comes from outside: scenes, badges and codes are drawn, so the texts
are exact. Different seeds give different pictures: tune on one, judge on another.
"""
import json
import pathlib
import random
import string
import sys

import cv2
import numpy as np
import segno

KINDS = ["clean", "tilt", "rotate", "small", "large", "motion", "defocus", "lowlight", "glare", "uneven",
         "jpeg", "wrinkle", "quietzone", "inverted", "two", "mixed", "mixed", "negative"]
FIRST = ["Ana", "Bruno", "Chloe", "Dmitri", "Elif", "Farid", "Goran", "Hana", "Ivo", "Jonas", "Karim", "Lea"]
LAST = ["Abbott", "Becker", "Castillo", "Dubois", "Eriksen", "Fischer", "Garcia", "Haddad", "Ito", "Jensen"]
FIRMS = ["Acme", "Blue Yard", "Cobalt & Co", "Delta Print", "Easter Labs", "Fjord Optics", "Granite Bank"]
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def some(r, letters, low, high=None):
    return "".join(r.choice(letters) for _ in range(r.randint(low, high or low)))


def payload(r):
    """One of the forms that badges carry; the first is Leadline's own."""
    first, last, firm = r.choice(FIRST), r.choice(LAST), r.choice(FIRMS)
    upper = string.ascii_uppercase + string.digits
    return r.choice([
        lambda: (some(r, CROCKFORD, 20), "m", 1),
        lambda: (f"MECARD:N:{last},{first};ORG:{firm.split()[0]};;", None, None),
        lambda: (f"BADGE:{some(r, upper, 8, 12)}:{first[0]}.{last}", None, None),
        lambda: (f"https://b.expo.example/{some(r, upper, 6, 11)}?e={r.randint(100, 999)}", None, None),
        lambda: (f"tkt/{some(r, string.ascii_lowercase + string.digits, 7, 11)}/{first}.{last}@{firm.split()[0]}.com".lower(), None, None),
        lambda: (f"{r.randint(10**9, 10**10 - 1)}-{some(r, upper, 7, 12)}-{r.randint(1000, 9999)}", None, None),
        lambda: (f"{first} {last};{firm};{some(r, upper, 6, 11)}", None, None),
    ])()


def code_image(r, scale, inverted):
    text, level, version = payload(r)
    qr = segno.make(text, error=level or r.choice("lmmq"), version=version, micro=False, boost_error=False)
    matrix = np.array([[cell for cell in row] for row in qr.matrix], np.uint8)
    dark = np.array([r.randint(0, 50) for _ in range(3)], np.float32)
    light = np.array([r.randint(225, 255)] * 3, np.float32)
    if inverted:
        dark, light = light, dark
    picture = np.where(matrix[..., None] > 0, dark, light).astype(np.float32)
    return text, np.kron(picture, np.ones((scale, scale, 1), np.float32)), matrix.shape[0], light


def badge(r, kinds):
    """A badge drawn large; gives picture, text, the code's side in pixels and modules, and its middle."""
    inverted = "inverted" in kinds
    scale = 12
    text, code, side, light = code_image(r, scale, inverted)
    quiet = 4 * scale
    width, height = int(code.shape[1] * r.uniform(1.5, 2.2)), int(code.shape[0] * r.uniform(2.2, 2.9))
    paper = np.full((height, width, 3), r.randint(205, 252), np.uint8)
    paper[: height // 7] = [r.randint(20, 200) for _ in range(3)]
    paper[-height // 14:] = [r.randint(20, 200) for _ in range(3)]
    cv2.putText(paper, r.choice(FIRST) + " " + r.choice(LAST), (width // 8, height // 4), cv2.FONT_HERSHEY_DUPLEX,
                width / 420, (30, 30, 30), max(1, width // 200), cv2.LINE_AA)
    cv2.putText(paper, r.choice(FIRMS), (width // 4, height * 5 // 16), cv2.FONT_HERSHEY_SIMPLEX, width / 700,
                (90, 90, 90), max(1, width // 300), cv2.LINE_AA)
    x, y = (width - code.shape[1]) // 2, height - height // 14 - code.shape[0] - quiet - r.randint(0, height // 16)
    margin = quiet if "quietzone" not in kinds else r.randint(0, scale)
    if "quietzone" in kinds:
        frame = r.randint(margin + scale, margin + 4 * scale)
        paper[max(0, y - frame): y + code.shape[0] + frame, max(0, x - frame): x + code.shape[1] + frame] = [r.randint(10, 110) for _ in range(3)]
    paper[y - margin: y + code.shape[0] + margin, x - margin: x + code.shape[1] + margin] = light
    paper[y: y + code.shape[0], x: x + code.shape[1]] = code
    if "wrinkle" in kinds:
        paper = wrinkled(r, paper)
    return paper.astype(np.float32), text, code.shape[0], side, (x + code.shape[1] / 2, y + code.shape[0] / 2)


def wrinkled(r, picture):
    h, w = picture.shape[:2]
    ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
    shade = np.ones((h, w), np.float32)
    dx, dy = np.zeros_like(xs), np.zeros_like(ys)
    for _ in range(r.randint(2, 4)):
        angle, length, phase = r.uniform(0, np.pi), r.uniform(0.25, 0.9) * h, r.uniform(0, 6.28)
        wave = np.sin((xs * np.cos(angle) + ys * np.sin(angle)) / length * 6.28 + phase)
        strength = r.uniform(2.0, 6.5)
        dx += wave * strength * np.cos(angle)
        dy += wave * strength * np.sin(angle)
        shade += 0.07 * wave
    out = cv2.remap(picture.astype(np.float32), xs + dx, ys + dy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.clip(out * shade[..., None], 0, 255)


def background(r, w, h, busy):
    noise = np.random.RandomState(r.randint(0, 1 << 30))
    cells = noise.randint(0, 256, (r.randint(6, 14), r.randint(8, 24), 3)).astype(np.uint8)
    scene = cv2.resize(cells, (w, h), interpolation=cv2.INTER_CUBIC)
    for _ in range(r.randint(2, 9)):
        colour = [r.randint(0, 255) for _ in range(3)]
        at = (r.randint(0, w), r.randint(0, h))
        kind = r.randint(0, 2)
        if kind == 0:
            cv2.ellipse(scene, at, (r.randint(15, w // 7), r.randint(15, h // 6)), r.randint(0, 180), 0, 360, colour, -1, cv2.LINE_AA)
        elif kind == 1:
            cv2.rectangle(scene, at, (at[0] + r.randint(20, w // 6), at[1] + r.randint(20, h // 5)), colour, -1)
        else:
            cv2.line(scene, at, (r.randint(0, w), r.randint(0, h)), colour, r.randint(3, 14), cv2.LINE_AA)
    for _ in range(r.randint(2, 7) if busy else r.randint(0, 2)):
        distract(r, scene)
    return scene.astype(np.float32)


def distract(r, scene):
    h, w = scene.shape[:2]
    size = r.randint(30, h // 5)
    x, y = r.randint(0, w - size - 1), r.randint(0, h - size - 1)
    kind = r.randint(0, 4)
    noise = np.random.RandomState(r.randint(0, 1 << 30))
    if kind == 0:
        cells = noise.randint(0, 2, (r.randint(6, 25),) * 2) * 255
    elif kind == 1:
        n = r.randint(4, 14)
        cells = (np.indices((n, n)).sum(0) % 2) * 255
    elif kind == 2:
        cells = np.repeat(noise.randint(0, 2, (1, 60)) * 255, 20, 0)
    elif kind == 3:
        cells = np.full((9, 9), 255)
        cells[1:8, 1:8] = 0
        cells[2:7, 2:7] = 255
        cells[3:6, 3:6] = 0
    else:
        for i in range(4):
            cv2.putText(scene, "Lorem ipsum %d" % i, (x, y + 12 * i), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (0, 0, 0), 2)
        return
    patch = cv2.resize(cells.astype(np.uint8), (size, size), interpolation=cv2.INTER_NEAREST)
    scene[y: y + size, x: x + size] = patch[..., None]


def place(r, scene, kinds, share):
    """Puts a badge into the scene; gives its text and its code's side in pixels."""
    h, w = scene.shape[:2]
    paper, text, code_px, side, code_at = badge(r, kinds)
    if "small" in kinds:
        target = side * r.uniform(2.2, 4.0)
    elif "large" in kinds:
        target = h * r.uniform(0.55, 0.8)
    else:
        target = h * r.uniform(0.16, 0.46) * share
    zoom = target / code_px
    ph, pw = paper.shape[:2]
    # The code, not the badge, must lie inside the picture.
    corners = (np.array([[0, 0], [pw, 0], [pw, ph], [0, ph]], np.float64) - code_at) * zoom
    angle = r.uniform(-0.2, 0.2)
    if "rotate" in kinds:
        angle = r.uniform(-np.pi, np.pi)
    pitch, yaw = (r.uniform(-0.12, 0.12) for _ in range(2))
    if "tilt" in kinds:
        pitch, yaw = r.uniform(0.2, 0.85) * r.choice([-1, 1]), r.uniform(0.2, 0.85) * r.choice([-1, 1])
    ca, sa = np.cos(angle), np.sin(angle)
    distance = 3.2 * max(pw, ph) * zoom
    turned = []
    for x, y in corners:
        x, y = x * ca - y * sa, x * sa + y * ca
        z = x * np.sin(yaw) + y * np.sin(pitch)
        x, y = x * np.cos(yaw), y * np.cos(pitch)
        turned.append([x * distance / (distance + z), y * distance / (distance + z)])
    room = target * 0.85
    centre = np.array([r.uniform(room, w - room) if w > 2 * room else w / 2, r.uniform(room, h - room) if h > 2 * room else h / 2])
    to = (np.array(turned) + centre).astype(np.float32)
    source = np.array([[0, 0], [pw, 0], [pw, ph], [0, ph]], np.float32)
    matrix = cv2.getPerspectiveTransform(source, to)
    # Shrinking needs area averaging: draw at three times the size, then reduce.
    big = np.diag([3.0, 3.0, 1.0]) @ matrix
    sharp = max(1.0, 0.35 / max(zoom, 1e-3) / 3)
    soft = cv2.GaussianBlur(paper, (0, 0), 0.35 * sharp) if sharp > 1 else paper
    layer = cv2.warpPerspective(soft, big, (w * 3, h * 3), flags=cv2.INTER_LINEAR)
    mask = cv2.warpPerspective(np.ones((ph, pw), np.float32), big, (w * 3, h * 3), flags=cv2.INTER_LINEAR)
    layer = cv2.resize(layer, (w, h), interpolation=cv2.INTER_AREA)
    mask = cv2.resize(mask, (w, h), interpolation=cv2.INTER_AREA)[..., None]
    scene[:] = scene * (1 - mask) + layer * mask
    middle = np.array([[code_at]], np.float32)
    return text, target, target / side, cv2.perspectiveTransform(middle, matrix)[0, 0]


def trouble(r, scene, kinds, module, at, target):
    h, w = scene.shape[:2]
    noise = np.random.RandomState(r.randint(0, 1 << 30))
    if "uneven" in kinds:
        ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
        if r.random() < 0.4:
            angle = r.uniform(0, 6.28)
            d = (xs - at[0] - r.uniform(-0.3, 0.3) * target) * np.cos(angle) + (ys - at[1] - r.uniform(-0.3, 0.3) * target) * np.sin(angle)
            light = r.uniform(0.12, 0.4) + (1 - r.uniform(0.12, 0.4)) / (1 + np.exp(-d / r.uniform(3, target / 4)))
        elif r.random() < 0.4:
            period, angle = r.uniform(0.25, 0.8) * target, r.uniform(0, 3.14)
            light = np.where(np.sin((xs * np.cos(angle) + ys * np.sin(angle)) / period * 6.28) > 0, 1.0, r.uniform(0.35, 0.65)).astype(np.float32)
            light = cv2.GaussianBlur(light, (0, 0), r.uniform(1, 5))
        else:
            gx, gy = r.uniform(-1, 1), r.uniform(-1, 1)
            light = np.clip(0.55 + (gx * (xs - at[0]) / w + gy * (ys - at[1]) / h) * r.uniform(1.0, 4.0), 0.06, 1)
        scene *= light[..., None]
    if "glare" in kinds:
        for _ in range(r.randint(1, 3)):
            spot = np.zeros((h, w), np.float32)
            cx, cy = at[0] + r.uniform(-0.45, 0.45) * target, at[1] + r.uniform(-0.45, 0.45) * target
            size = r.uniform(0.05, 0.17) * target
            if r.random() < 0.3:
                points = np.array([[cx + r.uniform(-2, 2) * size * 1.6, cy + r.uniform(-2, 2) * size * 1.6] for _ in range(4)], np.int32)
                cv2.fillConvexPoly(spot, cv2.convexHull(points), 1.0)
                spot = cv2.GaussianBlur(spot, (0, 0), max(0.8, size * 0.15))
            else:
                cv2.ellipse(spot, (int(cx), int(cy)), (int(size * r.uniform(0.8, 1.8)) + 1, int(size) + 1), r.randint(0, 180), 0, 360, 1.0, -1)
                spot = cv2.GaussianBlur(spot, (0, 0), max(0.8, size * r.uniform(0.2, 0.6)))
            scene += spot[..., None] * r.uniform(150, 330)
        if r.random() < 0.3:
            scene[:] = scene * 0.6 + 90
    np.clip(scene, 0, 255, out=scene)
    if "defocus" in kinds:
        radius = module * r.uniform(0.35, 1.05)
        size = int(radius * 2) + 3
        grid = np.hypot(*(np.indices((size, size)) - size // 2))
        disc = np.clip(radius + 0.5 - grid, 0, 1)
        scene[:] = cv2.filter2D(scene, -1, disc / disc.sum())
    if "motion" in kinds:
        length, angle = module * r.uniform(0.8, 2.3), r.uniform(0, np.pi)
        size = int(length) | 1
        kernel = np.zeros((size + 4, size + 4), np.float32)
        c = (size + 4) // 2
        for t in np.linspace(-length / 2, length / 2, 64):
            x, y = c + t * np.cos(angle), c + t * np.sin(angle)
            xi, yi = int(np.floor(x)), int(np.floor(y))
            for oy in (0, 1):
                for ox in (0, 1):
                    kernel[yi + oy, xi + ox] += (1 - abs(x - xi - ox)) * (1 - abs(y - yi - oy))
        scene[:] = cv2.filter2D(scene, -1, kernel / kernel.sum())
    grain = r.uniform(1.0, 4.0)
    if "lowlight" in kinds:
        scene *= r.uniform(0.06, 0.22)
        grain = r.uniform(2.0, 6.0)
    scene += noise.normal(0, grain, (h, w, 1)) + noise.normal(0, grain * 0.6, (h, w, 3))
    np.clip(scene, 0, 255, out=scene)


def picture(r, kind):
    w, h = r.choice([(1280, 720), (1280, 720), (1920, 1080)])
    kinds = [kind]
    if kind == "mixed":
        pool = [["small", "large", ""], ["motion", "defocus", ""], ["lowlight", "uneven", "glare", ""], ["jpeg", ""],
                ["tilt", "rotate", "wrinkle", ""], ["quietzone", "inverted", "", ""]]
        while True:
            kinds = [k for k in (r.choice(p) for p in pool) if k]
            if 2 <= len(kinds) <= 4:
                break
    scene = background(r, w, h, kind == "negative" or r.random() < 0.4)
    texts, module, at, target = [], 8.0, np.array([w / 2, h / 2]), h * 0.3
    if kind == "two":
        for half in range(2):
            view = scene[:, half * w // 2: (half + 1) * w // 2]
            text, target, module, at = place(r, view, kinds, 0.9)
            texts.append(text)
    elif kind != "negative":
        text, target, module, at = place(r, scene, kinds, 1.0)
        texts.append(text)
    trouble(r, scene, kinds, module, at, target)
    quality = r.randint(20, 45) if "jpeg" in kinds else r.randint(55, 92)
    return scene.astype(np.uint8), texts, kinds, module, quality


def main():
    folder, seed, count = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "manifest.jsonl", "w") as manifest:
        for i in range(count):
            kind = KINDS[i % len(KINDS)]
            image, texts, kinds, module, quality = picture(random.Random(f"{seed}/{i}"), kind)
            name = f"badge-{i:04}-{kind}.jpg"
            cv2.imwrite(str(folder / name), image, [cv2.IMWRITE_JPEG_QUALITY, quality])
            manifest.write(json.dumps({"file": name, "texts": texts, "set": "gen", "category": kind,
                                       "width": image.shape[1], "height": image.shape[0],
                                       "module_px": round(float(module), 2), "effects": kinds}) + "\n")


if __name__ == "__main__":
    main()
