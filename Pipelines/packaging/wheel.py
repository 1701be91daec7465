"""Writes a wheel of the Python package and the program, the same bytes for the same files.

    wheel.py VERSION PACKAGE SHARE FOLDER

PACKAGE is the folder `grisea` of the Python package with the program's bundle in it; SHARE holds what goes to
`share/` of the environment (manual pages, completions, documentation). Prints the wheel's path, in FOLDER.

A wheel is a zip file: https://packaging.python.org/en/latest/specifications/binary-distribution-format/
"""

import base64
import hashlib
import os
import stat
import sys
import time
import zipfile

# The bundle has its own C library, so it needs only the kernel. These tags are those of the oldest systems whose pip
# knows them, with glibc and with musl.
PLATFORMS = ["manylinux2014_x86_64", "manylinux_2_17_x86_64", "musllinux_1_1_x86_64"]

SUMMARY = "Gray matter in T1-weighted brain MRI, on CPUs: the program grisea and its Python functions"


def metadata(version):
    return f"""Metadata-Version: 2.1
Name: grisea
Version: {version}
Summary: {SUMMARY}
Requires-Python: >=3.8
Classifier: Environment :: Console
Classifier: Intended Audience :: Science/Research
Classifier: Operating System :: POSIX :: Linux
Classifier: Programming Language :: Python :: 3
Classifier: Topic :: Scientific/Engineering :: Medical Science Apps.
Classifier: Typing :: Typed
Keywords: neuroimaging,MRI,gray matter,segmentation,NIfTI,BIDS
Description-Content-Type: text/markdown

`pip install` gives the command `grisea` and the Python module `grisea`, with one function for each command. Nothing
else is needed: no root, no compiler, no other package.

```python
import grisea

files = grisea.segment("sub-01_T1w.nii.gz", output="out")
```

For research use, not for clinical decisions.
"""


WHEEL = (
    "Wheel-Version: 1.0\nGenerator: grisea\nRoot-Is-Purelib: false\n"
    + "".join(f"Tag: py3-none-{platform}\n" for platform in PLATFORMS)
)


def files(folder, prefix):
    """Paths in the wheel and on disk, sorted."""
    found = []
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in names:
            path = os.path.join(root, name)
            found.append((os.path.join(prefix, os.path.relpath(path, folder)), path))
    return sorted(found)


def main():
    version, package, share, folder = sys.argv[1:]
    dist_info = f"grisea-{version}.dist-info"
    moment = time.gmtime(max(int(os.environ["SOURCE_DATE_EPOCH"]), 315532800))[:6]
    wheel = os.path.join(folder, f"grisea-{version}-py3-none-{'.'.join(PLATFORMS)}.whl")
    record = []

    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:

        def add(name, data, is_executable=False):
            entry = zipfile.ZipInfo(name, moment)
            entry.create_system = 3  # Unix, so that the permissions below count
            entry.external_attr = (stat.S_IFREG | (0o755 if is_executable else 0o644)) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data, compresslevel=9)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            record.append(f"{name},sha256={digest},{len(data)}")

        for name, path in files(package, "grisea") + files(share, f"grisea-{version}.data/data/share"):
            with open(path, "rb") as file:
                add(name, file.read(), os.access(path, os.X_OK))
        add(f"{dist_info}/METADATA", metadata(version).encode())
        add(f"{dist_info}/WHEEL", WHEEL.encode())
        add(f"{dist_info}/entry_points.txt", b"[console_scripts]\ngrisea = grisea.__main__:main\n")
        record.append(f"{dist_info}/RECORD,,")
        add(f"{dist_info}/RECORD", ("\n".join(record) + "\n").encode())
    print(wheel)


main()
