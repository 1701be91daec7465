"""The program inside this package, and how its commands are run."""

import os
import signal
import subprocess
import sys
import threading
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import IO, Dict, List, Optional, Sequence, Union

__all__ = ["GriseaError", "Result", "Value", "program_path", "run_program"]

#: What an option takes. A list of columns, say, may be given as the program takes it, ``"age,sex"``.
Value = Union[str, int, float, "os.PathLike[str]"]

try:
    __version__ = version("grisea")
except PackageNotFoundError:  # the folder is used without being installed
    __version__ = "unknown"


def program_path() -> Path:
    """Returns the path of the program, which the functions of this package run."""
    return Path(__file__).resolve().parent / "bundle" / "bin" / "grisea"


class Result(List[Path]):
    """The files that a command has named as its results, in its order.

    Attributes:
        text: Standard output of the command, with tables and figures that are not files.
        messages: Standard error of the command: warnings and progress.
    """

    def __init__(self, text: str, messages: str) -> None:
        super().__init__(Path(line) for line in text.splitlines() if line and os.path.exists(line))
        self.text = text
        self.messages = messages


class GriseaError(RuntimeError):
    """A command has failed; ``str(error)`` is its message.

    Attributes:
        command: The words of the command.
        status: 1 where an input or the work on it failed, 64 for wrong usage, negative for a signal.
        result: What was done all the same: one bad scan does not stop the others of a batch.
    """

    def __init__(self, command: Sequence[str], status: int, result: Result) -> None:
        self.command = list(command)
        self.status = status
        self.result = result
        super().__init__(result.messages.strip() or f"grisea ended with status {status}")


def run_program(*words: Value, echo: bool = True) -> Result:
    """Runs the program with these words, as a shell would, and returns its results.

    Args:
        words: The words that stand behind ``grisea`` on a command line.
        echo: Whether messages appear on ``sys.stderr`` while the program runs.

    Raises:
        GriseaError: The program failed.
    """
    command = [str(program_path()), *map(_word, words)]
    parts: Dict[str, List[str]] = {"output": [], "messages": []}
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        errors="surrogateescape"
    ) as process:
        # Standard error is read here, where a notebook knows to which cell it belongs, and standard output beside it,
        # so that neither pipe is ever full.
        reader = threading.Thread(target=_keep, args=(process.stdout, parts["output"]))
        reader.start()
        try:
            _keep(process.stderr, parts["messages"], sys.stderr if echo else None)
            process.wait()
        except BaseException:
            # Ctrl-C, or the notebook's stop: nothing half-written is left by the program.
            process.send_signal(signal.SIGINT)
            process.wait()
            raise
        finally:
            reader.join()
    result = Result("".join(parts["output"]), "".join(parts["messages"]))
    if process.returncode != 0:
        raise GriseaError(command, process.returncode, result)
    return result


def run_command(
    command: str, operands: Sequence[Union[Value, Sequence[Value]]], options: Dict[str, object]
) -> Result:
    """Runs a command with operands, each a value or a list of them, and options by their long names.

    None leaves an option out, True and False are the flags ``--name`` and ``--no-name``, and a list or tuple repeats
    its option.
    """
    words = [command]
    for operand in operands:
        words += [_word(value) for value in (operand if isinstance(operand, (list, tuple)) else [operand])]
    for name, option in options.items():
        if isinstance(option, bool):
            words.append(f"--{name}" if option else f"--no-{name}")
        elif option is not None:
            values = option if isinstance(option, (list, tuple)) else [option]
            words += [f"--{name}={_word(value)}" for value in values]
    return run_program(*words)


def _word(value: object) -> str:
    return str(os.fspath(value)) if isinstance(value, os.PathLike) else str(value)


def _keep(stream: Optional[IO[str]], lines: List[str], echo: Optional[IO[str]] = None) -> None:
    for line in stream or ():
        lines.append(line)
        if echo is not None:
            echo.write(line)
            echo.flush()
