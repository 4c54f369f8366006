"""The names in a distribution that somebody begins: made from one, and refused where they can't work."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec

from polytape.cli import BUILT_IN
from polytape.errors import InvalidArgumentError
from polytape.plugins.discovery import AUTOMATIC, installed
from polytape.plugins.record import Kind

FORM = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
LONGEST = 32
"""How many characters a name may have: with more, lines of the templates would be too long."""


@dataclass(frozen=True)
class ProjectNames:
    """What a distribution that was begun as `name` calls its parts; the templates use these words."""

    name: str
    """What users write: `my-lib`."""

    @property
    def distribution(self) -> str:
        """What pip installs: `polytape-my-lib`."""
        return f"polytape-{self.name.replace('_', '-')}"

    @property
    def identifier(self) -> str:
        """The name as Python writes it: `my_lib`."""
        return self.name.replace("-", "_")

    @property
    def module(self) -> str:
        """What is imported: `polytape_my_lib`."""
        return f"polytape_{self.identifier}"

    @property
    def class_name(self) -> str:
        """What classes' names begin with: `MyLib`."""
        return "".join(word.capitalize() for word in re.split("[-_]", self.name))

    def placeholders(self) -> dict[str, str]:
        """The words by the placeholders that stand for them in the templates."""
        words = ("name", "distribution", "identifier", "module", "class_name")
        return {word: getattr(self, word) for word in words}


def project_names(kind: Kind, name: str) -> ProjectNames:
    """The names of a new backend or plugin.

    Raises:
        InvalidArgumentError: for a name that has not the form, means something else, or is taken.
    """
    _check_form(name)
    names = ProjectNames(name)
    if kind == "backend" and name == AUTOMATIC:
        raise _refused(name, "it asks for the best backend there is.")
    _check_installed(kind, names)
    if kind == "plugin":
        _check_contributions(names)
    return names


def _refused(name: str, reason: str) -> InvalidArgumentError:
    return InvalidArgumentError(f"{name!r} can't be the name: {reason} Pick another name.")


def _check_form(name: str) -> None:
    if name.lower().startswith("polytape"):
        rest = name[len("polytape") :].strip("-_")
        remedy = f"Leave it out: {rest!r}." if rest else "Say what comes after it."
        raise InvalidArgumentError(f"{name!r} can't be the name: 'polytape-' is put before it anyway. {remedy}")
    if not FORM.fullmatch(name):
        raise InvalidArgumentError(
            f"{name!r} can't be the name. Write it in lower-case letters of the English alphabet and digits, a letter "
            "first; between words stands one '-' or '_', as in 'my-lib'."
        )
    if len(name) > LONGEST:
        raise InvalidArgumentError(f"The name has {len(name)} characters. Pick one of at most {LONGEST}.")
    if keyword.iskeyword(name):
        raise _refused(name, "it is a word of the Python language.")


def _check_installed(kind: Kind, names: ProjectNames) -> None:
    for record in installed(kind):
        if record.name == names.name:
            raise _refused(names.name, f"{record.distribution} {record.version} offers a {kind} of that name.")
    try:
        found = distribution(names.distribution)
    except PackageNotFoundError:
        pass
    else:
        raise _refused(names.name, f"the distribution {names.distribution} {found.version} is installed.")
    spec = find_spec(names.module)
    if spec is not None and spec.origin is not None:  # a folder that has no __init__.py hides nothing
        raise _refused(names.name, f"there is a module {names.module} already, in {spec.origin}.")


def _check_contributions(names: ProjectNames) -> None:
    from polytape.plugins.contributions import Contributions

    if names.name in BUILT_IN or names.name in Contributions("commands").names():
        raise _refused(names.name, f"the plugin contributes a command, and `polytape {names.name}` is one already.")
    contributed = {
        "losses": f"{names.class_name}Loss",
        "layers": f"{names.class_name}Layer",
        "datasets": names.identifier,
    }
    for kind, name in contributed.items():
        if name in dir(import_module(f"polytape.keras.{kind}")):
            raise _refused(names.name, f"the plugin contributes {name!r}, and tf.keras.{kind} has it already.")
