"""Reads files that grisea wrote with nibabel and SimpleITK, for IdentityTests.swift.

    check_written.py FOLDER

For each entry of FOLDER/written.json (name, shape, affine in RAS mm, tolerance of a voxel) both libraries must find the
float32 voxels of NAME.f32 (i fastest) within the tolerance, and the affine.
"""

import json
import pathlib
import sys

import nibabel as nib
import numpy as np
import SimpleITK as sitk

folder = pathlib.Path(sys.argv[1])
entries = json.loads((folder / "written.json").read_text())
for entry in entries:
    path = folder / entry["name"]
    expected = np.fromfile(str(path) + ".f32", "<f4").astype(float).reshape(entry["shape"], order="F")
    affine = np.vstack([np.reshape(entry["affine"], (3, 4)), [0, 0, 0, 1]])
    ours = nib.load(path)
    assert np.allclose(ours.affine, affine, atol=1e-4), f"nibabel places {path.name} elsewhere"
    assert np.abs(ours.get_fdata() - expected).max() <= entry["tolerance"], f"nibabel: voxels of {path.name}"
    if isinstance(ours, nib.Nifti2Image):
        continue  # SimpleITK 2.5 recognises no NIfTI-2.
    image = sitk.ReadImage(str(path))
    matrix = np.eye(4)
    matrix[:3, :3] = np.reshape(image.GetDirection(), (3, 3)) @ np.diag(image.GetSpacing())
    matrix[:3, 3] = image.GetOrigin()
    assert np.allclose(np.diag([-1, -1, 1, 1]) @ matrix, affine, atol=1e-4), f"ITK places {path.name} elsewhere"
    voxels = sitk.GetArrayFromImage(image).transpose(2, 1, 0).astype(float)
    assert np.abs(voxels - expected).max() <= entry["tolerance"], f"ITK: voxels of {path.name}"
print(len(entries))
