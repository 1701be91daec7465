"""Makes Tests/ImagingTests/Fixtures: small files written by nibabel and SimpleITK, and what nibabel, NumPy
and SciPy make of them, in expected.json.

    python3 -m venv /tmp/fixtures && /tmp/fixtures/bin/pip install nibabel numpy scipy SimpleITK
    /tmp/fixtures/bin/python Tests/ImagingTests/make_fixtures.py
"""

import gzip
import json
import pathlib

import nibabel as nib
import numpy as np
import SimpleITK as sitk
from nibabel import orientations
from scipy import ndimage

here = pathlib.Path(__file__).parent / "Fixtures"
here.mkdir(exist_ok=True)
for old in [f for end in ("nii", "hdr", "img", "mgz") for f in here.glob(f"*.{end}*")] + list(here.glob("*.json")):
    old.unlink()
rng = np.random.default_rng(20240501)
shape = (5, 4, 3)

straight = np.array([[2, 0, 0, -4], [0, 2.5, 0, -5], [0, 0, 3, -3], [0, 0, 0, 1.0]])


def oblique(spacing, angles, origin, flip=(1, 1, 1)):
    a, b, c = np.radians(angles)
    rx = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    ry = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    rz = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
    m = np.eye(4)
    m[:3, :3] = rx @ ry @ rz @ np.diag(np.multiply(spacing, flip))
    m[:3, 3] = origin
    return m


def flat(array):
    """Voxels with i fastest, as Swift holds them."""
    values = np.asarray(array, dtype=np.float64).ravel(order="F").tolist()
    return [int(v) if v.is_integer() else float(f"{v:.12g}") for v in values]


def affine(matrix):
    return [float(v) for v in np.asarray(matrix)[:3].ravel()]


files = []


def record(name, **extra):
    image = nib.load(here / name)
    # Analyze has no forms.
    qform, qcode = image.get_qform(coded=True) if hasattr(image, "get_qform") else (None, 0)
    sform, scode = image.get_sform(coded=True) if hasattr(image, "get_sform") else (None, 0)
    files.append(
        dict(
            name=name,
            shape=list(image.shape[:3]),
            affine=affine(image.affine),
            qformCode=int(qcode),
            sformCode=int(scode),
            qform=affine(qform) if qform is not None else None,
            sform=affine(sform) if sform is not None else None,
            axes="".join(nib.aff2axcodes(image.affine)),
            voxels=flat(np.nan_to_num(image.get_fdata(), nan=0, posinf=0, neginf=0)),
            **extra,
        )
    )


def values(dtype):
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        return (rng.standard_normal(shape) * 1000).astype(dtype)
    info = np.iinfo(dtype)
    data = rng.integers(info.min, info.max, size=shape, dtype=dtype, endpoint=True)
    data.flat[0], data.flat[1] = info.min, info.max
    return data


# Every type, in both byte orders, plain and compressed.
for dtype in "uint8 int8 uint16 int16 uint32 int32 uint64 int64 float32 float64".split():
    data = values(dtype)
    for order, sign in (("little", "<"), ("big", ">")):
        header = nib.Nifti1Header(endianness=sign)
        header.set_data_dtype(np.dtype(dtype).newbyteorder(sign))
        image = nib.Nifti1Image(data, straight, header, dtype=np.dtype(dtype).newbyteorder(sign))
        suffix = ".nii.gz" if (order == "big") == (np.dtype(dtype).itemsize % 4 == 0) else ".nii"
        name = f"{dtype}-{order}{suffix}"
        nib.save(image, here / name)
        record(name, datatype=dtype, bigEndian=order == "big")


def stored(name, data, matrix, *, sform=None, qform=None, slope=None, inter=None, edit=None):
    image = nib.Nifti1Image(data, matrix)
    header = image.header
    if sform is not None:
        image.set_sform(matrix if sform else None, sform)
    if qform is not None:
        image.set_qform(matrix if qform else None, qform)
    if slope is not None:
        header.set_slope_inter(slope, inter)
        image = nib.Nifti1Image(nib.volumeutils.apply_read_scaling(data, slope, inter), None, header)
        image.header.set_data_dtype(data.dtype)
    nib.save(image, here / name)
    raw = bytearray((here / name).read_bytes())
    if slope is not None or edit:
        packed = name.endswith(".gz")
        raw = bytearray(gzip.decompress(raw)) if packed else raw
        head = np.frombuffer(bytes(raw[:348]), dtype=nib.nifti1.header_dtype).copy()
        if slope is not None:
            head["scl_slope"], head["scl_inter"] = slope, inter
            raw[352:] = data.tobytes(order="F")
        if edit:
            edit(head)
        raw[:348] = head.tobytes()
        (here / name).write_bytes(gzip.compress(bytes(raw), mtime=0) if packed else bytes(raw))
    record(name)


small = rng.integers(0, 2000, shape).astype(np.int16)
stored("slope-intercept.nii.gz", small, straight, slope=0.25, inter=-17.5)
stored("slope-float.nii", small.astype(np.float32), straight, slope=1.5, inter=3.0)
stored("slope-zero.nii", small, straight, edit=lambda h: h.__setitem__("scl_slope", 0))

tilted = oblique((0.9, 1.1, 1.3), (12, -7, 31), (10, -20, 30))
left = oblique((0.9, 1.1, 1.3), (-5, 9, 4), (40, -20, 30), flip=(-1, 1, 1))
stored("sform-oblique.nii", small, tilted, sform=1, qform=0)
stored("qform-oblique.nii", small, tilted, sform=0, qform=1)
stored("qform-lefthanded.nii.gz", small, left, sform=0, qform=3)
stored("both-mni.nii.gz", small, left, sform=4, qform=1)
stored("no-forms.nii", small, straight, sform=0, qform=0)
sheared = tilted.copy()
sheared[:3, 1] += 0.3 * sheared[:3, 0]
stored("sheared.nii", small, sheared, sform=2, qform=0)


def disagree(head):
    head["qoffset_x"] += 5


stored("forms-disagree.nii", small, tilted, sform=2, qform=1, edit=disagree)

for codes in ("LIA", "PIR", "LPS", "ASR"):
    to = orientations.axcodes2ornt(codes)
    ras = nib.Nifti1Image(small, straight)
    image = ras.as_reoriented(orientations.ornt_transform(orientations.axcodes2ornt("RAS"), to))
    nib.save(image, here / f"axes-{codes}.nii.gz")
    record(f"axes-{codes}.nii.gz")

notnumbers = small.astype(np.float32)
notnumbers[0, 0, 0], notnumbers[1, 2, 1], notnumbers[4, 3, 2] = np.nan, np.inf, -np.inf
stored("not-numbers.nii", notnumbers, straight)

nib.save(nib.Nifti1Image(small[..., None], straight), here / "one-time-point.nii")
record("one-time-point.nii")

written = sitk.GetImageFromArray(np.ascontiguousarray(small.transpose(2, 1, 0)))
written.SetSpacing((1.2, 0.8, 2.0))
turn = oblique((1, 1, 1), (3, 40, -8), (0, 0, 0))[:3, :3]
written.SetDirection(turn.ravel().tolist())
written.SetOrigin((7, -3, 11))
sitk.WriteImage(written, str(here / "simpleitk.nii.gz"))
record("simpleitk.nii.gz")

# The other layouts: NIfTI-2, pairs, Analyze 7.5 with and without SPM's origin.
for order, sign, suffix in (("little", "<", ".nii"), ("big", ">", ".nii.gz")):
    header = nib.Nifti2Header(endianness=sign)
    header.set_data_dtype(np.dtype("int16").newbyteorder(sign))
    second = nib.Nifti2Image(small, tilted, header)
    second.set_sform(tilted, 2)
    second.set_qform(tilted, 1)
    second.header.extensions.append(nib.nifti1.Nifti1Extension("comment", b"a plain comment of 30 bytes..."))
    nib.save(second, here / f"nifti2-{order}{suffix}")
    record(f"nifti2-{order}{suffix}", datatype="int16", bigEndian=order == "big")

for name in ("pair.hdr", "pair-packed.img.gz"):
    pair = nib.Nifti1Pair(small, tilted)
    pair.set_qform(left, 1)
    pair.header.extensions.append(nib.nifti1.Nifti1Extension("afni", b"<AFNI/>"))
    nib.save(pair, here / name)
    record(name, datatype="int16", bigEndian=False)

for name, origin, sign in (("analyze.img", (0, 0, 0), "<"), ("analyze-spm.img", (2, 3, 1), ">")):
    header = nib.Spm99AnalyzeHeader(endianness=sign)
    header.set_data_dtype(np.dtype("int16").newbyteorder(sign))
    old = nib.Spm99AnalyzeImage(small, None, header)
    old.header.set_zooms((2, 2.5, 3))
    old.header["origin"][:3] = origin
    nib.save(old, here / name)
    (here / name).with_suffix(".mat").unlink(missing_ok=True)
    record(name, datatype="int16", bigEndian=sign == ">")

# Reorientation of an oblique volume, by nibabel.
reorientations = []
source = nib.Nifti1Image(small, left)
for codes in ("RAS", "LPI", "LIA", "PSR", "AIL"):
    there = orientations.axcodes2ornt(codes)
    image = source.as_reoriented(orientations.ornt_transform(nib.io_orientation(left), there))
    reorientations.append(
        dict(codes=codes, shape=list(image.shape), affine=affine(image.affine), voxels=flat(image.dataobj))
    )

# Resampling between two oblique grids, by SciPy: within half a voxel of the border the border's voxel goes
# on, further out is 0.
def resample(data, matrix, target_shape, target, order):
    pull = np.linalg.inv(matrix) @ target
    ijk = np.indices(target_shape).reshape(3, -1)
    at = pull[:3, :3] @ ijk + pull[:3, 3:]
    out = ndimage.map_coordinates(data.astype(np.float64), at, order=order, mode="nearest", prefilter=False)
    limit = np.array(data.shape)[:, None] - 0.5
    inside = np.all((at > -0.5) & (at < limit), axis=0)
    return np.where(inside, out, 0).reshape(target_shape)


resamplings = []
wave = (200 * np.sin(np.arange(9 * 8 * 7) * 0.37) + 300).round().reshape(9, 8, 7)
one = oblique((1.0, 1.2, 1.5), (5, -10, 20), (-3, 2, 1))
targets = [
    ((6, 7, 8), oblique((1.4, 1.1, 0.9), (-8, 4, 3), (-4, 3, 0))),
    ((7, 10, 6), oblique((0.8, 1.3, 1.7), (4, -9, 22), (6, 1, -2), flip=(-1, 1, 1))),
    # Parallel to the source's own axes. Odd numbers, so that no centre lies just between two voxels, where
    # rounding would decide.
    ((12, 5, 6), one @ np.array([[0, 0, 1.31, 0.217], [0.73, 0, 0, -0.411], [0, 1.61, 0, 0.113], [0, 0, 0, 1]])),
    ((10, 9, 8), one @ np.array([[0.91, 0, 0, -0.307], [0, 0.83, 0, 0.611], [0, 0, -0.71, 6.103], [0, 0, 0, 1]])),
]
for target_shape, target in targets:
    resamplings.append(
        dict(
            shape=list(target_shape),
            affine=affine(target),
            linear=flat(resample(wave, one, target_shape, target, 1)),
            nearest=flat(resample(wave, one, target_shape, target, 0)),
        )
    )

# Percentiles with linear interpolation between order statistics, mean and standard deviation, by NumPy.
skewed = np.where(rng.random(3000) < 0.4, 0, rng.gamma(2, 150, 3000)).astype(np.float32)
skewed[::97] = -5
positive = skewed[skewed > 0].astype(np.float64)
above = skewed[skewed > skewed.astype(np.float64).mean()].astype(np.float64)
statistics = dict(
    values=flat(skewed),
    percentiles=[[p, float(np.percentile(positive, p))] for p in (0, 0.5, 1, 25, 50, 99, 99.5, 100)],
    mean=float(above.mean()),
    deviation=float(above.std()),
)

# Connected components, by SciPy.
blobs = (rng.random((11, 10, 9)) < 0.24).astype(np.uint8)
components = dict(shape=list(blobs.shape), labels=flat(blobs), expected=[])
for connectivity, rank in ((6, 1), (18, 2), (26, 3)):
    labelled, count = ndimage.label(blobs, ndimage.generate_binary_structure(3, rank))
    sizes = sorted(np.bincount(labelled.ravel())[1:].tolist(), reverse=True)
    components["expected"].append(dict(connectivity=connectivity, count=count, sizes=sizes))

# FreeSurfer's format, for the fuzzer; MGHTests writes its own.
nib.save(nib.MGHImage(np.arange(60, dtype=np.int16).reshape(shape), oblique((1, 1, 1.2), (5, -10, 20), (-3, 2, 1))),
         here / "freesurfer.mgz")

(here / "expected.json").write_text(
    json.dumps(
        dict(
            files=files,
            reorientation=dict(shape=list(shape), affine=affine(left), voxels=flat(small), to=reorientations),
            resampling=dict(shape=[9, 8, 7], affine=affine(one), voxels=flat(wave), onto=resamplings),
            statistics=statistics,
            components=components,
        ),
        separators=(",", ":"),
    )
    + "\n"
)
