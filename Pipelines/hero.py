"""Draws the README's picture: a scan in three planes, its gray matter filled, left and right marked.

    python3 Pipelines/hero.py SCAN LABELS PICTURE

`Pipelines/pictures.sh` calls it. Needs nibabel and numpy. Left of the picture is left of the head.
"""

import pathlib
import struct
import sys
import zlib

import nibabel
import numpy

SCALE = 2  # pixels a voxel
ORANGE = numpy.array([230, 159, 0])  # gray matter's color in dseg.tsv
OPACITY = 0.55
MARGIN = 6  # voxels around the head
LETTERS = pathlib.Path(__file__).parent.parent / "Sources/Reports/Assets/letters.txt"


def planes(scan, labels):
    """Coronal, axial and sagittal slices [height, width] through the middle of the brain, superior or anterior up."""
    brain = numpy.argwhere(labels > 0)
    middle = (brain.min(axis=0) + brain.max(axis=0)) // 2
    head = numpy.argwhere(scan > 0.1 * numpy.percentile(scan, 99.5))
    low = numpy.maximum(head.min(axis=0) - MARGIN, 0)
    high = numpy.minimum(head.max(axis=0) + MARGIN + 1, scan.shape)
    box = tuple(slice(a, b) for a, b in zip(low, high))
    scan, labels, middle = scan[box], labels[box], middle - low
    # Sagittal beside the midline, where cortex fills the plane.
    places = {1: middle[1] - 8, 2: middle[2] + 6, 0: middle[0] - 14}
    for axis, place in places.items():
        yield axis, *(numpy.flipud(numpy.take(volume, place, axis).T) for volume in (scan, labels))


def enlarged(tile):
    """SCALE times as many pixels along both axes, interpolated linearly."""
    for axis in 0, 1:
        length = tile.shape[axis]
        at = numpy.clip((numpy.arange(length * SCALE) + 0.5) / SCALE - 0.5, 0, length - 1)
        low = numpy.minimum(at.astype(int), length - 2)
        share = (at - low).reshape([-1 if a == axis else 1 for a in range(3)])
        tile = numpy.take(tile, low, axis) * (1 - share) + numpy.take(tile, low + 1, axis) * share
    return tile


def letter(name):
    """The pixels of a letter in the file from which grisea draws its letters, three times as large."""
    lines = LETTERS.read_text(encoding="utf-8").splitlines()
    for row in range(0, len(lines), 9):
        column = lines[row].find(name)
        if column >= 0:
            ink = [[c == "#" for c in line[column : column + 5]] for line in lines[row + 1 : row + 8]]
            return numpy.kron(numpy.array(ink), numpy.ones((3, 3), bool))
    raise ValueError(f"{LETTERS} has no letter {name}")


def marked(tile, ends):
    """The tile with a letter in each upper corner."""
    for name, is_left in zip(ends, (True, False)):
        ink = letter(name)
        left = 8 if is_left else tile.shape[1] - 8 - ink.shape[1]
        tile[8 : 8 + ink.shape[0], left : left + ink.shape[1]][ink] = 255
    return tile


def picture(scan, labels):
    white = numpy.percentile(scan, 99.5)
    tiles = []
    for axis, gray, label in planes(scan, labels):
        color = numpy.repeat(numpy.clip(gray / white, 0, 1)[..., None] * 255, 3, axis=2)
        inside = label == 1
        color[inside] = (1 - OPACITY) * color[inside] + OPACITY * ORANGE
        tiles.append(marked(enlarged(color), "PA" if axis == 0 else "LR"))
    height = max(len(tile) for tile in tiles)
    sheet = [numpy.zeros((height, tile.shape[1], 3)) for tile in tiles]
    for room, tile in zip(sheet, tiles):
        top = (height - len(tile)) // 2
        room[top : top + len(tile)] = tile
    return numpy.concatenate(sheet, axis=1).round().astype("uint8")


def write_png(pixels, path):
    height, width, _ = pixels.shape
    # A quarter of the shades and differences from the row above (filter 2) take less than half of the bytes.
    pixels = pixels // 4 * 4
    differences = numpy.diff(pixels, axis=0, prepend=numpy.zeros_like(pixels[:1]))
    rows = b"".join(b"\2" + row.tobytes() for row in differences)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pathlib.Path(path).write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    volumes = [nibabel.as_closest_canonical(nibabel.load(path)) for path in sys.argv[1:3]]
    write_png(picture(*(numpy.asanyarray(volume.dataobj) for volume in volumes)), sys.argv[3])
