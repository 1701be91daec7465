"""Makes the heads of sample-data from two packages; nothing else is read, nothing is random.

    apt-get install mricron-data                    # Colin27: templates/ch2.nii.gz, ch2bet.nii.gz
    pip download --no-deps nilearn                  # MNI152: the wheel, read where it lies
    pip install numpy scipy nibabel
    python3 sample-data/make.py --nilearn nilearn-*.whl [--mricron /usr/share/mricron/templates]

Sources are 1 mm grids. Each 2 mm voxel is the mean of the 2x2x2 voxels that it covers: that mean is the
anti-aliasing filter, and its centre is half a source voxel further along each axis, which the affine says.
Labels are decided last, from averaged probabilities, never from averaged labels.
"""

import argparse
import gzip
import io
import os
import zipfile

import nibabel as nib
import numpy as np
from scipy import ndimage

BACKGROUND, GRAY, WHITE, CSF = 0, 1, 2, 3
HERE = os.path.dirname(os.path.abspath(__file__))


def halved(data):
    """Means of 2x2x2 blocks; an odd last plane is repeated so that nothing is cut off."""
    data = np.pad(data.astype(np.float64), [(0, n % 2) for n in data.shape], mode="edge")
    x, y, z = (n // 2 for n in data.shape)
    return data.reshape(x, 2, y, 2, z, 2).mean(axis=(1, 3, 5))


def halved_affine(affine):
    step = affine.copy()
    step[:3, :3] *= 2
    step[:3, 3] += affine[:3, :3] @ [0.5, 0.5, 0.5]
    return step


def write(data, affine, space, *path):
    """Writes uint8 voxels, slope 1, sform and qform both set to `affine` with the code of `space`."""
    image = nib.Nifti1Image(np.clip(np.rint(data), 0, 255).astype(np.uint8), affine)
    image.set_sform(affine, space)
    image.set_qform(affine, space)
    image.header.set_xyzt_units("mm", "sec")
    target = os.path.join(HERE, *path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    # Name and time stay out of the gzip header: the same sources give the same bytes.
    with open(target, "wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(image.to_bytes())
    print(f"{os.path.relpath(target, HERE)}: {data.shape}, {os.path.getsize(target) // 1024} KiB")


def decided(gray, white, csf, brain):
    """The most probable tissue where most of the voxel is brain."""
    order = np.argmax(np.stack([gray, white, csf]), axis=0)
    return np.where(brain >= 0.5, np.choose(order, [GRAY, WHITE, CSF]), BACKGROUND)


def tissue_posteriors(scan, brain, rounds=30, coupling=0.6):
    """Posteriors of GM, WM and CSF inside `brain`, from intensities alone.

    A mixture of three Gaussians, by expectation and maximisation, with a mean-field Potts prior over the six
    neighbours (Zhang, Brady and Smith 2001). Classes are named by their means: CSF is darkest, WM brightest.
    CSF may be no wider than GM: left free it spreads over all partial volume and takes the cortex's rim.
    """
    inside = scan[brain].astype(np.float64)
    mean = np.percentile(inside, [10, 45, 85])  # CSF, GM, WM
    deviation = np.full(3, inside.std() / 3)
    neighbours = ndimage.generate_binary_structure(3, 1).astype(np.float64)
    neighbours[1, 1, 1] = 0
    prior = np.zeros((3, inside.size))
    for _ in range(rounds):
        logit = -0.5 * ((inside - mean[:, None]) / deviation[:, None]) ** 2
        logit += coupling * prior - np.log(deviation)[:, None]
        posterior = np.exp(logit - logit.max(axis=0))
        posterior /= posterior.sum(axis=0)
        weight = posterior.sum(axis=1)
        mean = posterior @ inside / weight
        deviation = np.sqrt(np.sum(posterior * (inside - mean[:, None]) ** 2, axis=1) / weight)
        deviation[0] = min(deviation[0], deviation[1])
        for tissue in range(3):
            spread = np.zeros(scan.shape)
            spread[brain] = posterior[tissue]
            prior[tissue] = ndimage.convolve(spread, neighbours)[brain]
    csf, gray, white = np.zeros((3,) + scan.shape)
    csf[brain], gray[brain], white[brain] = posterior
    return gray, white, csf


def colin27(templates):
    head = nib.load(os.path.join(templates, "ch2.nii.gz"))
    scan = np.asanyarray(head.dataobj)
    brain = np.asanyarray(nib.load(os.path.join(templates, "ch2bet.nii.gz")).dataobj) > 0
    brain = ndimage.binary_fill_holes(brain)
    affine, mni = halved_affine(head.affine), 4
    folder, name = os.path.join("sub-colin27", "anat"), "sub-colin27"
    write(halved(scan), affine, mni, folder, f"{name}_T1w.nii.gz")
    write(halved(scan * brain), affine, mni, folder, f"{name}_desc-brain_T1w.nii.gz")
    tissues = [halved(p) for p in tissue_posteriors(scan, brain)]
    write(decided(*tissues, halved(brain)), affine, mni, folder, f"{name}_dseg.nii.gz")


def mni152(wheel):
    with zipfile.ZipFile(wheel) as archive:
        def load(kind):
            path = f"nilearn/datasets/data/mni_icbm152_{kind}_tal_nlin_sym_09a_converted.nii.gz"
            raw = gzip.decompress(archive.read(path))
            return nib.Nifti1Image.from_stream(io.BytesIO(raw))

        scan, gray, white = load("t1"), load("gm"), load("wm")
        affine, mni = halved_affine(scan.affine), 4
        scan, gray, white = (np.asanyarray(image.dataobj) for image in (scan, gray, white))
    gray, white = gray / 255.0, white / 255.0
    brain = ndimage.binary_fill_holes(scan > 0)
    csf = np.where(brain, np.clip(1 - gray - white, 0, 1), 0)
    folder, name = os.path.join("sub-mni152", "anat"), "sub-mni152"
    write(halved(scan), affine, mni, folder, f"{name}_T1w.nii.gz")
    write(decided(halved(gray), halved(white), halved(csf), halved(brain)), affine, mni, folder,
          f"{name}_dseg.nii.gz")
    # How far the clustering that labels Colin27 agrees with maps that it never saw.
    own = decided(*[halved(p) for p in tissue_posteriors(scan, brain)], halved(brain))
    published = decided(halved(gray), halved(white), halved(csf), halved(brain))
    for label, tissue in [(GRAY, "GM"), (WHITE, "WM"), (CSF, "CSF")]:
        a, b = own == label, published == label
        print(f"clustering against the published maps, {tissue}: Dice {2 * (a & b).sum() / (a.sum() + b.sum()):.3f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Makes the heads of sample-data.")
    parser.add_argument("--nilearn", required=True, help="the wheel of nilearn")
    parser.add_argument("--mricron", default="/usr/share/mricron/templates", help="folder of ch2.nii.gz")
    options = parser.parse_args()
    colin27(options.mricron)
    mni152(options.nilearn)
