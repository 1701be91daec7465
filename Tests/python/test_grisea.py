"""Tests of the Python module, by a Python that has the wheel installed: python -m unittest Tests/python/test_grisea.py"""

import contextlib
import gzip
import inspect
import io
import json
import keyword
import pathlib
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

import grisea

DATA = pathlib.Path(__file__).resolve().parents[2] / "sample-data"
HEAD = DATA / "sub-mni152" / "anat" / "sub-mni152_T1w.nii.gz"
LABELS = DATA / "sub-mni152" / "anat" / "sub-mni152_dseg.nii.gz"


def voxels(path):
    """Shape, scale and bytes behind the header of a NIfTI-1 file, by the standard's offsets."""
    with gzip.open(path) as file:
        data = file.read()
    shape = struct.unpack_from("<8h", data, 40)
    start = int(struct.unpack_from("<f", data, 108)[0])
    return shape[1 : 1 + shape[0]], data[start:]


class GriseaTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.place = pathlib.Path(folder.name)

    def test_a_scan_is_segmented_and_the_result_names_its_mask(self):
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors):
            result = grisea.segment(HEAD, output=self.place / "out", model="fast", verbose=True)
        mask = self.place / "out" / "sub-mni152_label-GM_mask.nii.gz"
        self.assertTrue(mask.exists())
        self.assertEqual([path for path in result if not path.exists()], [])
        self.assertIn(self.place / "out" / "volumes.tsv", result)
        self.assertEqual(voxels(mask)[0], voxels(HEAD)[0])
        # The published maps of this template, thresholded, are in the same place.
        found, known = voxels(mask)[1], [label == 1 for label in voxels(LABELS)[1]]
        both = sum(1 for a, b in zip(found, known) if a and b)
        self.assertGreater(2 * both / (sum(map(bool, found)) + sum(known)), 0.85)
        # --verbose's line is shown while the command runs, and kept.
        self.assertEqual(errors.getvalue(), result.messages)
        self.assertNotEqual(result.messages, "")

    def test_quiet_shows_nothing(self):
        errors = io.StringIO()
        with contextlib.redirect_stderr(errors):
            grisea.segment([HEAD], output=str(self.place / "out"), model="fast", quiet=True)
        self.assertEqual(errors.getvalue(), "")

    def test_a_command_that_answers_with_text_has_it_in_the_result(self):
        document = json.loads(grisea.inspect(HEAD, json=True).text)
        self.assertIn(list(voxels(HEAD)[0]), list(document.values()))

    def test_a_failure_carries_the_message_and_what_was_done_all_the_same(self):
        missing = self.place / "missing_T1w.nii.gz"
        with contextlib.redirect_stderr(io.StringIO()), self.assertRaises(grisea.GriseaError) as caught:
            grisea.segment(missing, HEAD, output=self.place / "out", model="fast")
        self.assertEqual(caught.exception.status, 1)
        self.assertIn(str(missing), str(caught.exception))
        self.assertIn(self.place / "out" / "volumes.tsv", caught.exception.result)

    def test_wrong_usage_has_its_own_status(self):
        with contextlib.redirect_stderr(io.StringIO()), self.assertRaises(grisea.GriseaError) as caught:
            grisea.segment(HEAD, output=self.place / "out", views="many")
        self.assertEqual(caught.exception.status, 64)
        self.assertIn("views", str(caught.exception))

    def test_each_command_of_the_program_has_a_function_with_its_options(self):
        tree = json.loads(grisea.run_program("--experimental-dump-help").text)
        commands = [c for c in tree["command"]["subcommands"] if c["commandName"] != "help"]
        self.assertGreater(len(commands), 10)
        for command in commands:
            function = getattr(grisea, command["commandName"].replace("-", "_"))
            self.assertIn(command["abstract"].split()[0], function.__doc__)
            keywords = inspect.signature(function).parameters
            for argument in command["arguments"]:
                if argument["kind"] == "option" and argument["shouldDisplay"]:
                    name = argument["preferredName"]["name"].replace("-", "_")
                    # A word of Python's grammar, as `from`, has an underscore behind it.
                    self.assertIn(name + "_" if keyword.iskeyword(name) else name, keywords, command["commandName"])

    def test_ctrl_c_ends_the_program_too(self):
        def interrupt(*_):
            raise KeyboardInterrupt

        old = signal.signal(signal.SIGALRM, interrupt)
        self.addCleanup(signal.signal, signal.SIGALRM, old)
        begin = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with contextlib.redirect_stderr(io.StringIO()), self.assertRaises(KeyboardInterrupt):
            grisea.segment(HEAD, output=self.place / "out", views=4)
        self.assertLess(time.monotonic() - begin, 30)
        self.assertFalse((self.place / "out" / "sub-mni152_label-GM_mask.nii.gz").exists())

    def test_the_command_and_the_module_run_the_same_program(self):
        versions = {
            subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
            for words in (
                [pathlib.Path(sys.executable).parent / "grisea", "--version"],
                [sys.executable, "-m", "grisea", "--version"],
                [grisea.program_path(), "--version"],
            )
        }
        self.assertEqual(versions, {grisea.__version__})


if __name__ == "__main__":
    unittest.main()
