"""Other programs' readers put labels over the scan by world coordinates, as viewers do: onto an oblique grid that neither
of them has.

check_placement.py SCAN LABELS: prints medians of the scan under each label, there and on the scan's own grid, and the
same for labels that are 10 mm off, which must differ.
"""

import sys

import nibabel
import nibabel.processing
import numpy
import SimpleITK


def medians(scan, labels):
    return numpy.array([numpy.median(scan[labels == label]) for label in (1, 2, 3)])


def oblique(image):
    """A grid of 1.7 mm, turned about all axes, around the middle of an image."""
    turn = SimpleITK.Euler3DTransform()
    turn.SetRotation(0.3, -0.2, 0.4)
    grid = SimpleITK.Image([130, 130, 130], SimpleITK.sitkFloat32)
    grid.SetSpacing([1.7] * 3)
    grid.SetDirection(turn.GetMatrix())
    middle = numpy.array(image.TransformContinuousIndexToPhysicalPoint([(n - 1) / 2 for n in image.GetSize()]))
    offset = numpy.array(grid.TransformContinuousIndexToPhysicalPoint([64.5] * 3)) - grid.GetOrigin()
    grid.SetOrigin(middle - offset)
    return grid


def simple_itk(scan, labels, shift=0.0):
    scan, labels = SimpleITK.ReadImage(scan, SimpleITK.sitkFloat32), SimpleITK.ReadImage(labels, SimpleITK.sitkUInt8)
    labels.SetOrigin(numpy.array(labels.GetOrigin()) + shift)
    grid = oblique(scan)
    moved = SimpleITK.Resample(scan, grid, SimpleITK.Transform(), SimpleITK.sitkLinear)
    found = SimpleITK.Resample(labels, grid, SimpleITK.Transform(), SimpleITK.sitkNearestNeighbor)
    return medians(SimpleITK.GetArrayFromImage(moved), SimpleITK.GetArrayFromImage(found))


def nibabel_medians(scan, labels):
    scan, labels = nibabel.load(scan), nibabel.load(labels)
    own = medians(scan.get_fdata(), numpy.asarray(labels.dataobj))
    shape = (130, 130, 130)
    affine = nibabel.affines.from_matvec(nibabel.eulerangles.euler2mat(0.3, -0.2, 0.4) * 1.7)
    middle = nibabel.affines.apply_affine(scan.affine, (numpy.array(scan.shape) - 1) / 2)
    affine[:3, 3] = middle - affine[:3, :3] @ [64.5, 64.5, 64.5]
    moved = nibabel.processing.resample_from_to(scan, (shape, affine), order=1).get_fdata()
    found = nibabel.processing.resample_from_to(labels, (shape, affine), order=0).get_fdata().round()
    return own, medians(moved, found)


own, there = nibabel_medians(*sys.argv[1:])
by_itk = simple_itk(*sys.argv[1:])
shifted = simple_itk(*sys.argv[1:], shift=10.0)
for name, values in ("own grid", own), ("nibabel", there), ("SimpleITK", by_itk), ("10 mm off", shifted):
    print(f"{name}: " + " ".join(f"{value:.1f}" for value in values))
spread = own[1] - own[2]
assert own[1] > own[0] > own[2], "white matter is brighter than gray, and gray than fluid"
# Linear interpolation blurs, most where fluid is thin.
for values in there, by_itk:
    assert numpy.abs(values - own)[:2].max() < 0.05 * spread and abs(values - own)[2] < 0.25 * spread
assert numpy.abs(shifted - own).max() > 0.25 * spread, "labels in another place would be noticed"
