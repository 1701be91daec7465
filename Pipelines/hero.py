"""Draws the README's picture: a scan in three planes, its gray matter filled, left and right marked.

    apt-get install mricron-data
    grisea segment /usr/share/mricron/templates/ch2.nii.gz --output work/hero
    python3 Pipelines/hero.py /usr/share/mricron/templates/ch2.nii.gz work/hero/ch2_dseg.nii.gz \
      Sources/grisea/Documentation.docc/gray-matter.png

Needs nibabel, numpy and Pillow. Left of the picture is left of the head.
"""

import sys

import nibabel
import numpy
from PIL import Image, ImageDraw, ImageFont

SCALE = 2  # pixels a voxel
ORANGE = numpy.array([230, 159, 0])  # gray matter's colour in dseg.tsv
OPACITY = 0.55
MARGIN = 6  # voxels around the head


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


def picture(scan, labels):
    white = numpy.percentile(scan, 99.5)
    tiles = []
    for axis, gray, label in planes(scan, labels):
        colour = numpy.repeat(numpy.clip(gray / white, 0, 1)[..., None] * 255, 3, axis=2)
        inside = label == 1
        colour[inside] = (1 - OPACITY) * colour[inside] + OPACITY * ORANGE
        tile = Image.fromarray(colour.round().astype("uint8"))
        tile = tile.resize((tile.width * SCALE, tile.height * SCALE), Image.Resampling.BICUBIC)
        ends = ("P", "A") if axis == 0 else ("L", "R")
        tiles.append((tile, ends))
    height = max(tile.height for tile, _ in tiles)
    sheet = Image.new("RGB", (sum(tile.width for tile, _ in tiles), height))
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(22)
    x = 0
    for tile, (first, last) in tiles:
        sheet.paste(tile, (x, (height - tile.height) // 2))
        draw.text((x + 8, 6), first, font=font, fill="white")
        draw.text((x + tile.width - 8, 6), last, font=font, fill="white", anchor="ra")
        x += tile.width
    return sheet.quantize(160)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    volumes = [nibabel.as_closest_canonical(nibabel.load(path)) for path in sys.argv[1:3]]
    picture(*(numpy.asanyarray(volume.dataobj) for volume in volumes)).save(sys.argv[3], optimize=True)
