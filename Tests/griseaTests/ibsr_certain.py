"""Where IBSR's manual labels are certain to mean the tissue that they name.

ibsr_certain.py DATA OUTPUT: for each subject of DATA (`sub-01/anat/sub-01_T1w.nii.gz` and its `_dseg`: 0 nothing,
1 fluid, 2 gray matter, 3 white matter) writes OUTPUT/sub-01_desc-certain_mask.nii.gz: what is labelled, but for gray
matter that is darker than halfway between the medians of what is labelled fluid and gray matter. The manual rule
names fluid in ventricles alone, so that most of what is dark there is fluid of sulci.
"""

import pathlib
import sys

import nibabel
import numpy

data, output = map(pathlib.Path, sys.argv[1:])
output.mkdir(exist_ok=True)
for path in sorted(data.glob("sub-*/anat/*_dseg.nii.gz")):
    subject = path.name.removesuffix("_dseg.nii.gz")
    image = nibabel.load(path)
    labels = numpy.asanyarray(image.dataobj)
    scan = nibabel.load(path.with_name(f"{subject}_T1w.nii.gz")).get_fdata()
    halfway = (numpy.median(scan[labels == 1]) + numpy.median(scan[labels == 2])) / 2
    doubtful = (labels == 2) & (scan < halfway)
    mask = ((labels > 0) & ~doubtful).astype(numpy.uint8)
    nibabel.save(nibabel.Nifti1Image(mask, image.affine), output / f"{subject}_desc-certain_mask.nii.gz")
    print(f"{subject}: {doubtful.sum() / (labels == 2).sum():.1%} of gray matter is in doubt")
