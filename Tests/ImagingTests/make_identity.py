"""Writes the files of the identity table with nibabel and SimpleITK, and what both read from them, for
IdentityTests.swift: every datatype, byte order, orientation of the 48, compressed or not.

    make_identity.py FOLDER

writes FOLDER/*.nii[.gz], and per file into table.json its name, affine (RAS mm, rows) and into NAME.f64 the voxels
as float64, i fastest. Ends with an error where nibabel and SimpleITK themselves disagree.
"""

import itertools
import json
import pathlib
import sys

import nibabel as nib
import numpy as np
import SimpleITK as sitk

folder = pathlib.Path(sys.argv[1])
rng = np.random.default_rng(20240502)
types = "uint8 int8 uint16 int16 uint32 int32 uint64 int64 float32 float64".split()
shape = (3, 4, 5)
flip_lps = np.diag([-1, -1, 1, 1])


def values(dtype):
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        return (rng.standard_normal(shape) * 1000).astype(dtype)
    info = np.iinfo(dtype)
    return rng.integers(info.min, info.max, size=shape, dtype=dtype, endpoint=True)


def orientations():
    """The 48 ways to lay three axes along the world's, each with its signs."""
    for axes in itertools.permutations(range(3)):
        for signs in itertools.product((1, -1), repeat=3):
            matrix = np.eye(4)
            matrix[:3, :3] = 0
            for column, (row, sign, size) in enumerate(zip(axes, signs, (0.75, 1.25, 2.5))):
                matrix[row, column] = sign * size
            matrix[:3, 3] = rng.integers(-80, 80, 3) * 0.5
            yield matrix


def itk_read(path):
    image = sitk.ReadImage(str(path))
    matrix = np.eye(4)
    matrix[:3, :3] = np.reshape(image.GetDirection(), (3, 3)) @ np.diag(image.GetSpacing())
    matrix[:3, 3] = image.GetOrigin()
    return flip_lps @ matrix, sitk.GetArrayFromImage(image).transpose(2, 1, 0)


table = []


def record(name, itk=True):
    path = folder / name
    image = nib.load(path)
    data = np.asarray(image.dataobj)
    if itk:
        affine, voxels = itk_read(path)
        assert np.array_equal(data, voxels), f"nibabel and SimpleITK read other voxels from {name}"
        assert np.allclose(image.affine, affine, atol=1e-5), f"nibabel and SimpleITK place {name} differently"
    (folder / (name + ".f64")).write_bytes(data.astype("<f8").tobytes(order="F"))
    table.append(dict(name=name, shape=list(data.shape), affine=image.affine[:3].ravel().tolist()))


for number, matrix in enumerate(orientations()):
    for dtype in types:
        for sign, suffix in itertools.product("<>", (".nii", ".nii.gz")):
            layout = nib.Nifti2Image if number % 6 == 5 else nib.Nifti1Image
            header = layout.header_class(endianness=sign)
            header.set_data_dtype(np.dtype(dtype).newbyteorder(sign))
            image = layout(values(dtype), matrix, header, dtype=np.dtype(dtype).newbyteorder(sign))
            # libnifti, and so ITK, opens x.nii where x.nii.gz is asked for: the stems must differ. ITK prefers a qform to an sform of another code than 1.
            image.set_sform(matrix, 1)
            image.set_qform(matrix, 1)
            order = "little" if sign == "<" else "big"
            name = f"nibabel-{number:02}-{dtype}-{order}-{len(suffix)}{suffix}"
            nib.save(image, folder / name)
            # SimpleITK 2.5 recognises no NIfTI-2.
            record(name, itk=layout is nib.Nifti1Image)
    for dtype, suffix in itertools.product(types, (".nii", ".nii.gz")):
        image = sitk.GetImageFromArray(np.ascontiguousarray(values(dtype).transpose(2, 1, 0)))
        lps = flip_lps @ matrix
        sizes = np.linalg.norm(lps[:3, :3], axis=0)
        image.SetSpacing(sizes.tolist())
        image.SetDirection((lps[:3, :3] / sizes).ravel().tolist())
        image.SetOrigin(lps[:3, 3].tolist())
        name = f"simpleitk-{number:02}-{dtype}-native-{len(suffix)}{suffix}"
        sitk.WriteImage(image, str(folder / name))
        record(name)

(folder / "table.json").write_text(json.dumps(table))
print(len(table))
