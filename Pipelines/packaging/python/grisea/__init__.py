"""Gray matter in T1-weighted brain MRI, by the program ``grisea``, which this package contains.

There is one function for each command of the program, with the command's options as keywords::

    import grisea

    files = grisea.segment("sub-01_T1w.nii.gz", output="out", probabilities=True)
    grisea.evaluate(prediction="out", reference="manual/*_dseg.nii.gz", output="scores.tsv")

A function returns the files that the command has named as its results, as :class:`Result`, a list of
:class:`pathlib.Path`. Messages and progress appear on ``sys.stderr`` while the command runs, in a notebook too;
``quiet=True`` leaves out all but errors. Where the command fails, :class:`GriseaError` carries its message.

``help(grisea.segment)`` shows the options of a command, and ``grisea.run_program("segment", "--help")`` what the
program itself says of them. No other Python package is needed. Masks and probability maps are NIfTI files, which
nibabel reads: ``nibabel.load(files[0])``.
"""

from ._commands import *  # noqa: F401,F403
from ._commands import __all__ as _commands
from ._program import GriseaError, Result, Value, __version__, program_path, run_program

__all__ = ["GriseaError", "Result", "Value", "__version__", "program_path", "run_program", *_commands]
