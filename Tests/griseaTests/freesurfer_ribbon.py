"""A whole head with FreeSurfer's cortex: what lies between its white and its pial surfaces.

freesurfer_ribbon.py SUBJECT OUTPUT: of the subject S1 of pycortex (`filestore/db/S1` in its source, from `pip
download --no-deps --no-binary pycortex pycortex`), writes OUTPUT/sub-S1_T1w.nii.gz as it is, and
OUTPUT/sub-S1_dseg.nii.gz with 1 in each voxel whose middle lies within the pial surface of a hemisphere and not
within the white one of either.
"""

import pathlib
import shutil
import sys

import nibabel
import numpy


def inside(path, scan):
    """Voxels whose middle a closed surface encloses: a ray along z has crossed it an odd number of times."""
    points, triangles = nibabel.load(path).agg_data()
    points = nibabel.affines.apply_affine(numpy.linalg.inv(scan.affine), points.astype(float))
    # No ray meets an edge.
    corners = (points + (1e-5, 1.3e-5, 0))[triangles]
    first = numpy.ceil(corners[:, :, :2].min(axis=1)).astype(int)
    count = numpy.maximum(numpy.floor(corners[:, :, :2].max(axis=1)).astype(int) - first + 1, 0)
    rays = count.prod(axis=1)
    triangle = numpy.repeat(numpy.arange(len(rays)), rays)
    place = numpy.arange(len(triangle)) - numpy.repeat(rays.cumsum() - rays, rays)
    ray = first[triangle] + numpy.stack(numpy.divmod(place, count[triangle, 1]), axis=1)
    a, b, c = corners[triangle].transpose(1, 0, 2)

    def area(u, v):
        return u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]

    whole = area(b - a, c - a)
    with numpy.errstate(divide="ignore", invalid="ignore"):
        toward_b, toward_c = area(ray - a[:, :2], (c - a)[:, :2]) / whole, area((b - a)[:, :2], ray - a[:, :2]) / whole
        hit = (toward_b >= 0) & (toward_c >= 0) & (toward_b + toward_c <= 1)
    height = (a[:, 2] + toward_b * (b - a)[:, 2] + toward_c * (c - a)[:, 2])[hit]
    crossings = numpy.zeros((*scan.shape[:2], scan.shape[2] + 1), dtype=numpy.uint8)
    numpy.add.at(crossings, (*ray[hit].T, numpy.clip(numpy.ceil(height).astype(int), 0, scan.shape[2])), 1)
    return (numpy.cumsum(crossings, axis=2, dtype=numpy.uint8) % 2 == 1)[:, :, :-1]


subject, output = map(pathlib.Path, sys.argv[1:])
output.mkdir(exist_ok=True)
shutil.copyfile(subject / "anatomicals/raw.nii.gz", output / "sub-S1_T1w.nii.gz")
scan = nibabel.load(output / "sub-S1_T1w.nii.gz")
pial, white = (
    inside(subject / f"surfaces/{name}_lh.gii", scan) | inside(subject / f"surfaces/{name}_rh.gii", scan)
    for name in ("pia", "wm")
)
ribbon = pial & ~white
nibabel.save(nibabel.Nifti1Image(ribbon.astype(numpy.uint8), scan.affine), output / "sub-S1_dseg.nii.gz")
millilitres = ribbon.sum() * abs(numpy.linalg.det(scan.affine)) / 1000
print(f"{millilitres:.1f} ml of cortex")
