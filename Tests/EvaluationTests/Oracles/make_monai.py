"""Makes monai.json, the surface distances of SurfaceDistancesTests by MONAI, from the masks of MaskPair.swift.

    pip install monai nibabel && python3 Tests/EvaluationTests/Oracles/make_monai.py

MONAI needs PyTorch, whose packages take some GB: the numbers are kept so that the tests need neither.
"""

import json
import pathlib

import monai
import nibabel
import numpy as np
import torch
from monai.metrics import compute_average_surface_distance, compute_hausdorff_distance, compute_surface_dice

HERE = pathlib.Path(__file__).resolve().parent
TOLERANCE = 1.0 + 1e-6  # mm; distances of exactly 1 mm are within it


def box(places, low, high):
    return np.all([(p >= a) & (p <= b) for p, a, b in zip(places, low, high)], axis=0)


def corners():
    """Name, spacing in mm, prediction and reference of each small pair."""
    i, j, k = places = np.indices([13, 11, 9])
    yield "a box and the same box moved", (1, 1, 1), box(places, (2, 2, 2), (7, 6, 5)), box(places, (4, 3, 2), (9, 7, 5))
    places = np.indices([9, 9, 9])
    both = box(places, (2, 2, 2), (6, 6, 6))
    yield "equal masks", (1, 2, 3), both, both
    places = np.indices([12, 10, 8])
    yield ("one voxel each, in opposite corners", (0.9, 1.1, 2.5), box(places, (0, 0, 0), (0, 0, 0)),
           box(places, (11, 9, 7), (11, 9, 7)))
    places = np.indices([10, 8, 6])
    yield ("touching the border on all sides", (1.2, 0.8, 3), places[0] >= 0, box(places, (0, 2, 0), (9, 5, 5)))
    i, j, k = np.indices([31, 27, 22])
    value, blob = (i * 31 + j * 17 + k * 57) % 101, (i // 5 + j // 4 + k // 3) % 3 == 0
    yield "scattered parts, anisotropic", (0.7, 1.3, 2.9), blob & (value > 5), (blob & (value < 95)) | (value == 50)
    i, j, k = np.indices([30, 20, 1])
    yield "one slice", (0.5, 0.5, 5), i > j, (i > j + 4) | (j == 19)


def heads():
    """Gray matter of MNI152 on the grid of Colin27, by the nearest voxel, and of Colin27."""
    data = HERE.parents[2] / "sample-data"
    source, target = (nibabel.load(data / f"sub-{s}/anat/sub-{s}_dseg.nii.gz") for s in ("mni152", "colin27"))
    matrix = np.linalg.inv(source.affine) @ target.affine
    places = np.stack([*np.indices(target.shape), np.ones(target.shape)], axis=-1) @ matrix.T
    nearest = np.floor(places[..., :3] + 0.5).astype(int)
    inside = np.all((nearest >= 0) & (nearest < source.shape), axis=-1)
    clipped = np.clip(nearest, 0, np.array(source.shape) - 1)
    labels = np.where(inside, np.asarray(source.dataobj)[tuple(np.moveaxis(clipped, -1, 0))], 0)
    return "two heads", tuple(target.header.get_zooms()), labels == 1, np.asarray(target.dataobj) == 1


def scores(spacing, prediction, reference):
    """HD, HD95, ASSD (mm) and surface Dice."""
    p, r = (torch.from_numpy(np.ascontiguousarray(m, np.float32))[None, None] for m in (prediction, reference))
    choices = dict(include_background=True, spacing=tuple(float(s) for s in spacing))
    return [float(x) for x in (
        compute_hausdorff_distance(p, r, **choices), compute_hausdorff_distance(p, r, percentile=95, **choices),
        compute_average_surface_distance(p, r, symmetric=True, **choices),
        compute_surface_dice(p, r, [TOLERANCE], **choices))]


if __name__ == "__main__":
    pairs = {name: scores(*rest) for name, *rest in [*corners(), heads()]}
    text = json.dumps({"monai": monai.__version__, "pairs": pairs}, indent=2)
    (HERE / "monai.json").write_text(text + "\n")
