"""The reference, from the code: what its pages call between `{{` and `}}`. All of it returns Markdown.

A page says `{{ families("arithmetic", "division") }}` where it wants the public functions of these files of
`polytape/ops`, and gets autodoc's directives, a section a file.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from pathlib import Path
from typing import Any

from public_names import documented_as, facades, first_sentence, names_of
from tables import bare, in_words, table

import polytape
import polytape.ops
from polytape.recorder import Recorder

PAGES = Path(__file__).parents[1] / "reference"
BASES = (
    *("Layer", "Model", "Sequential", "Optimizer", "LearningRateSchedule", "Loss", "Metric"),
    *("Initializer", "Regularizer", "Constraint"),
)
"""Classes whose methods are described; those of the classes derived from them are the same ones."""


def families(*names: str) -> str:
    """The public functions of some files of `polytape/ops`, a section for each file."""
    return "\n\n".join(filter(None, map(family, names)))


def other_families() -> str:
    """The families that no page names."""
    calls = [re.findall(r"{{ families\(([^)]*)\)", page.read_text(encoding="utf-8")) for page in PAGES.rglob("*.md")]
    placed = set(re.findall(r"\w+", " ".join(names for page in calls for names in page)))
    return families(
        *[module.name for module in pkgutil.iter_modules(polytape.ops.__path__) if module.name not in placed]
    )


def other_names() -> str:
    """What has a name in `tf` itself, belongs to no family, and is described on no page by its name."""
    pages = " ".join(page.read_text(encoding="utf-8") for page in PAGES.rglob("*.md"))
    functions = [
        value
        for name, value in names_of("polytape").items()
        if documented_as(value) == ("polytape", name) and f'"tf.{name}"' not in pages
    ]
    return directives(unique([value for value in functions if not value.__module__.startswith("polytape.ops.")]))


def family(name: str) -> str:
    """A section on one file of `polytape/ops`; empty if nothing in it is public."""
    module = importlib.import_module(f"polytape.ops.{name}")
    own = [value for value in vars(module).values() if getattr(value, "__module__", None) == module.__name__]
    public = [value for value in own if callable(value) and documented_as(value)]
    return section(name, module.__doc__, unique(public)) if public else ""


def facade(name: str, headings: bool = True) -> str:
    """What is described under a facade's names, by the file that defines it: `facade("keras.layers")`."""
    files: dict[str, list[Any]] = {}
    for value in names_of(f"polytape.{name}").values():
        first = documented_as(value)
        if first is None or value.__module__.startswith("polytape.ops."):  # described with its family
            continue
        if first.module == f"polytape.{name}":
            files.setdefault(value.__module__, []).append(value)
    if not headings:
        return directives(unique([value for values in files.values() for value in values]))
    first = (*BASES, "Dataset", "Generator")
    bases_first = sorted(files, key=lambda file: (not any(v.__name__ in first for v in files[file]), file))
    sections = [(file.rpartition(".")[2], importlib.import_module(file).__doc__, files[file]) for file in bases_first]
    return "\n\n".join(section(title, text, unique(values)) for title, text, values in sections)


def described(*names: str) -> str:
    """Single functions and classes, by the names that users give them: `described("tf.Tensor")`."""
    return directives([resolve(name) for name in names])


def section(title: str, documentation: str | None, values: list[Any]) -> str:
    """A heading, the first paragraph of a file's docstring, and functions and classes."""
    paragraph = inspect.cleandoc(documentation or "").partition("\n\n")[0]
    return f"## {heading(title, values)}\n\n{paragraph}\n\n{directives(values)}"


def heading(file: str, values: list[Any]) -> str:
    """A file's name in words, or the name of the class that the file is named after."""
    named = [value.__name__ for value in values if value.__name__.lower() == file.replace("_", "")]
    return named[0] if named and inspect.isclass(values[0]) else in_words(file)


def directives(values: list[Any]) -> str:
    """Autodoc's directives for functions and classes."""
    lines = ["```{eval-rst}"]
    for value in values:
        name = documented_as(value)
        if name is None:
            raise LookupError(f"{value} has no public name.")
        if inspect.isclass(value):
            lines += [f".. autoclass:: {name.full}", *(f"   {option}" for option in options(value)), ""]
        else:
            lines += [f".. autofunction:: {name.full}", ""]
    return "\n".join([*lines, "```"])


def options(value: type) -> list[str]:
    """What autodoc is to say of a class: all of a base, little of what derives from one."""
    bases = [base for base in value.__mro__[1:] if documented_as(base) and base is not polytape.Module]
    if value.__name__ not in BASES and any(base.__name__ in BASES for base in bases):
        return [":no-members:"]
    if hasattr(value, "_fields"):  # a named tuple's fields stand in its docstring
        return [":members:", f":exclude-members: {', '.join(value._fields)}"]
    if issubclass(value, Recorder):  # what ops tell it is between the two of them
        heard = ", ".join(name for name in vars(Recorder) if name[0] != "_")
        return [":members:", f":exclude-members: {heard}"]
    return [":members:"] if bases else [":members:", ":inherited-members:"]


def datasets() -> str:
    """The datasets that plugins contribute, each a section."""
    sections = []
    for name, module in names_of("polytape.keras.datasets").items():
        directive = f"```{{eval-rst}}\n.. autofunction:: polytape.keras.datasets.{name}.load_data\n```"
        sections.append(f"## {name}\n\n{first_sentence(module.__doc__)}\n\n{directive}")
    return "\n\n".join(sections)


def every_name() -> str:
    """A section for each facade: a table of its names and what each is."""
    return "\n\n".join(map(names, facades()))


def names(module: str) -> str:
    """A facade's names and what each is, as a section; empty if it has none."""
    short = f"tf{module.removeprefix('polytape')}"
    rows = [
        (f"`{short}.{attribute}`", first_sentence(inspect.getdoc(value)))
        for attribute, value in names_of(module).items()
        if documented_as(value)
    ]
    return f"## {short}\n\n{table(('name', 'what it is or does'), rows)}" if rows else ""


def standard_names(module: str) -> str:
    """A table of the array API's functions on tensors: the standard says what each does."""
    functions = [value for _, value in sorted(names_of(module).items()) if callable(value)]
    rows = [(f"`{f.__name__}{bare(inspect.signature(f), skip=0)}`", first_sentence(f.__doc__)) for f in functions]
    return table(("function", "what it does"), rows)


def resolve(name: str) -> Any:
    """What a user's name such as `tf.keras.layers.Dense` stands for."""
    found: Any = importlib.import_module("polytape")
    for part in name.split(".")[1:]:
        found = getattr(found, part)
    return found


def unique(values: list[Any]) -> list[Any]:
    """Functions and classes in the order of their source, each once."""

    def place(value: Any) -> tuple[str, int]:
        return value.__module__, inspect.getsourcelines(inspect.unwrap(value))[1]

    return sorted(dict.fromkeys(values), key=place)


FUNCTIONS = (families, other_families, other_names, facade, described, datasets, every_name, standard_names)
