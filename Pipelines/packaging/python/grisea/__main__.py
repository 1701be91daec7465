"""``python -m grisea`` and the command ``grisea``: the program takes this process's place."""

import os
import sys

from ._program import program_path


def main() -> None:
    """Runs the program with the words of this process; does not return."""
    program = str(program_path())
    os.execv(program, [program, *sys.argv[1:]])


if __name__ == "__main__":
    main()
