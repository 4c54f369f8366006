"""Tables of the reference that are made from the code: primitives, ops, dtypes, errors, hooks, the environment."""

from __future__ import annotations

import contextlib
import inspect
import io
import os
import re
from collections.abc import Iterable, Sequence
from typing import Any

from public_names import first_sentence

from polytape import backend, cli, dtypes, environment, errors
from polytape.exchange import Exchange
from polytape.execution import Execution
from polytape.op import OPS
from polytape.ops import import_families
from polytape.plugins import hookspecs


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def in_words(file: str) -> str:
    """A file's name as a heading."""
    return {"ctc": "CTC"}.get(file, file.replace("_", " ").capitalize())


def primitives() -> str:
    """The functions of the backend contract, a table for each group that its source makes by a comment."""
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for part in backend.Backend.__mro__[:-1]:
        heading = first_sentence(part.__doc__)
        for line in inspect.getsource(part).splitlines():
            if comment := re.fullmatch(r"    # (.+)", line):
                heading = comment[1]
            elif (definition := re.match(r"    def (\w+)\(", line)) and definition[1] in backend.CONTRACT:
                entry = backend.CONTRACT[definition[1]]
                signature = bare(inspect.signature(entry.function))
                needed = "must have" if entry.required else "has a body"
                row = f"`{entry.name}{signature}`", first_sentence(entry.__doc__), needed
                groups.setdefault(heading.partition(";")[0].rstrip("."), []).append(row)
    head = ("function", "what it returns", "a backend")
    return "\n\n".join(f"### {heading}\n\n{table(head, rows)}" for heading, rows in groups.items())


def composed_ops() -> str:
    """Every op that is no primitive, by family: what a backend may override by a method of the same name."""
    import_families()
    families: dict[str, list[tuple[str, str]]] = {}
    for name, call in sorted(OPS.items()):
        if name not in backend.CONTRACT:
            file = in_words(call.__module__.rpartition(".")[2])
            row = f"`{name}{bare(inspect.signature(call), skip=0)}`", first_sentence(call.__doc__)
            families.setdefault(file, []).append(row)
    return "\n\n".join(
        f"### {file}\n\n{table(('op', 'what it does'), rows)}" for file, rows in sorted(families.items())
    )


def bare(signature: inspect.Signature, skip: int = 1) -> str:
    """A signature without annotations and without its first `skip` parameters."""
    parameters = list(signature.parameters.values())[skip:]
    plain = [parameter.replace(annotation=parameter.empty) for parameter in parameters]
    return str(inspect.Signature(plain))


def backend_members() -> str:
    """The attributes and methods of `Backend` that are no primitives, as options of autodoc's directive."""
    parts = (backend.Backend, Exchange, Execution)
    members = [name for part in parts for name in vars(part) if name[0] != "_" and name not in backend.CONTRACT]
    members = list(dict.fromkeys(members))
    annotated = [name for name in backend.Backend.__annotations__ if name not in members]
    lines = [
        "```{eval-rst}",
        ".. autoclass:: polytape.backend.Backend",
        f"   :members: {', '.join(annotated + members)}",
        "   :inherited-members:",
    ]
    return "\n".join([*lines, "```"])


def element_types() -> str:
    """The dtypes."""
    rows = []
    for dtype in dtypes.ALL:
        limits = "" if dtype.is_bool or dtype.is_complex else f"{dtype.min:.6g} to {dtype.max:.6g}"
        if dtype.is_integer:
            limits = f"{dtype.min} to {dtype.max}"
        rows.append((f"`tf.{dtype.name}`", dtype.kind, str(8 * dtype.size), limits))
    return table(("dtype", "kind", "bits", "range"), rows)


def error_classes() -> str:
    """Every class of error, with what it derives from."""
    classes = [value for value in vars(errors).values() if isinstance(value, type)]
    lines = ["```{eval-rst}"]
    for value in classes:
        lines += [
            f".. autoexception:: polytape.errors.{value.__name__}",
            "   :show-inheritance:",
            "   :no-members:",
            "",
        ]
    return "\n".join([*lines, "```"])


def hooks() -> str:
    """The hooks, with their signatures and docstrings."""
    names = [name for name in vars(hookspecs) if name.startswith("polytape_")]
    directives = [f".. autofunction:: polytape.plugins.hookspecs.{name}\n" for name in names]
    return "\n".join(["```{eval-rst}", *directives, "```"])


def environment_variables() -> str:
    """The variables of the environment that polytape reads."""
    rows = [(f"`{variable.name}`", variable.documentation) for variable in environment.KNOWN]
    return table(("variable", "what it says"), rows)


def command_line(*arguments: str) -> str:
    """What `polytape ARGUMENTS --help` prints."""
    printed = io.StringIO()
    columns = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "80"
    try:
        with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
            cli.main([*arguments, "--help"])
    finally:
        os.environ.pop("COLUMNS") if columns is None else os.environ.update(COLUMNS=columns)
    return f"```text\n{printed.getvalue().rstrip()}\n```"


def contributed_kinds() -> str:
    """The kinds of things that plugins contribute."""
    from polytape.plugins.contributions import KINDS

    return ", ".join(f"`{kind}`" for kind in KINDS)


FUNCTIONS: tuple[Any, ...] = (
    *(primitives, composed_ops, backend_members, element_types, error_classes, hooks),
    *(environment_variables, command_line, contributed_kinds),
)
