"""Writes the Python functions of grisea's commands, `_commands.py`, from the program's own description of them.

    grisea --experimental-dump-help | python_module.py >_commands.py

So the functions have the options, defaults and texts of the program that they run.
"""

import json
import keyword
import sys
import textwrap

WIDTH = 116
HEAD = '''"""One function for each command of grisea. Written by Pipelines/packaging/python_module.py."""

from typing import Optional, Sequence, Union

from ._program import Result, Value, run_command
'''


def identifier(name):
    name = name.replace("-", "_")
    if not name.isidentifier():
        # An operand that is one of several things, as `accurate | fast | safetensors`: the only such are models.
        name = "model"
    return name + "_" if keyword.iskeyword(name) else name


def sentence(text):
    return text if text.endswith((".", "?", ")")) else text + "."


def default(argument):
    value = argument.get("defaultValue")
    if not value or "efault:" in argument.get("abstract", ""):
        return ""
    if argument["kind"] == "flag":
        return f" Default: {not value.startswith('--no-')}."
    return f" Default: {value}."


def paragraphs(text, indent):
    return "\n\n".join(
        textwrap.fill(part, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False)
        for part in text.split("\n\n")
    )


def parameter(argument, flags):
    """Name, declaration and value for the call of one keyword."""
    name = argument["preferredName"]["name"]
    python = identifier(name)
    if argument["kind"] == "flag":
        if "no-" + name in flags:
            return python, f"{python}: Optional[bool] = None", python
        return python, f"{python}: bool = False", f"{python} or None"
    kind = "Union[Value, Sequence[Value]]" if argument["isRepeating"] else "Value"
    if argument["isOptional"]:
        return python, f"{python}: Optional[{kind}] = None", python
    return python, f"{python}: {kind}", python


def function(command):
    shown = [argument for argument in command["arguments"] if argument["shouldDisplay"]]
    operands = [argument for argument in shown if argument["kind"] == "positional"]
    options = [argument for argument in shown if argument["kind"] != "positional"]
    flags = {argument["preferredName"]["name"] for argument in options if argument["kind"] == "flag"}
    options = [
        argument
        for argument in options
        if (name := argument["preferredName"]["name"]) not in ("help", "version")
        and not (name.startswith("no-") and name[3:] in flags)
    ]
    options.sort(key=lambda argument: argument["isOptional"])

    words, given, texts = [], [], []
    for operand in operands:
        python = identifier(operand["valueName"])
        if operand["isRepeating"]:
            words.append(f"*{python}: Union[Value, Sequence[Value]]")
            given.append("*" + python)
        else:
            words.append(f"{python}: Value")
            given.append(python)
        texts.append((python, operand))
    if options and not any(operand["isRepeating"] for operand in operands):
        words.append("*")
    values = []
    for option in options:
        python, declaration, value = parameter(option, flags)
        words.append(declaration)
        values.append(f'"{option["preferredName"]["name"]}": {value}')
        texts.append((python, option))

    name = identifier(command["commandName"])
    lines = [f"def {name}("] + [f"    {word}," for word in words] + [") -> Result:"]
    lines.append(f'    """{sentence(command["abstract"])}')
    if command.get("discussion"):
        lines += ["", paragraphs(command["discussion"], "    ")]
    if texts:
        lines += ["", "    Args:"]
    for python, argument in texts:
        text = sentence(argument.get("abstract", "")) + default(argument)
        lines.append(paragraphs(f"{python}: {text}", "        ").replace("\n        ", "\n            "))
    lines += ["", "    Raises:", "        GriseaError: The command failed; the error carries its message.", '    """']
    lines.append(f'    return run_command("{command["commandName"]}", [{", ".join(given)}], {{')
    lines += [f"        {value}," for value in values] + ["    })"]
    return name, "\n".join(lines).replace("\\", "\\\\")


def main():
    commands = [c for c in json.load(sys.stdin)["command"]["subcommands"] if c["commandName"] != "help"]
    functions = [function(command) for command in commands if command["shouldDisplay"]]
    names = "".join(f'    "{name}",\n' for name, _ in functions)
    print(HEAD + f"\n__all__ = [\n{names}]\n\n\n" + "\n\n\n".join(text for _, text in functions))


main()
