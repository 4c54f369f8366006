"""What the environment says: every `POLYTAPE_*` variable, parsed strictly.

A variable that is empty counts as unset. A value that can't be understood is an error, and a `POLYTAPE_*`
variable that polytape does not know is warned about, once, when the configuration is first read.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from polytape.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

PREFIX = "POLYTAPE_"


class EnvironmentVariable(NamedTuple):
    """A variable that polytape reads, and what it is for, in one line."""

    name: str
    documentation: str


KNOWN = (
    EnvironmentVariable(
        "POLYTAPE_BACKEND",
        "The default backend: `name`, `distribution:name`, or `auto` for the best available; unset: numpy.",
    ),
    EnvironmentVariable(
        "POLYTAPE_DISABLE_PLUGINS",
        "Backends and plugins not to load: `name`, `distribution:name` or `distribution`, between commas.",
    ),
    EnvironmentVariable(
        "POLYTAPE_DATA_DIR",
        "The folder in which downloaded datasets are kept; unset: the user's cache folder.",
    ),
)
"""Every variable that polytape reads; `polytape doctor` and the documentation print this table."""

_TRUE = ("1", "true", "yes", "on")
_FALSE = ("0", "false", "no", "off")


def backend() -> str | None:
    """The backend that `POLYTAPE_BACKEND` names, or `None`."""
    return read("POLYTAPE_BACKEND")


def disabled_plugins() -> tuple[str, ...]:
    """The entries of `POLYTAPE_DISABLE_PLUGINS`, in the order given.

    Raises `ConfigurationError` for an entry that is none of `name`, `distribution:name` and `distribution`.
    """
    entries = tuple(entry.strip() for entry in (read("POLYTAPE_DISABLE_PLUGINS") or "").split(","))
    for entry in entries:
        if entry.count(":") > 1 or entry.startswith(":") or entry.endswith(":") or len(entry.split()) > 1:
            raise ConfigurationError(
                f"POLYTAPE_DISABLE_PLUGINS holds the entry {entry!r}, which can't be understood. "
                "Separate entries by commas; each is `name`, `distribution:name` or `distribution`."
            )
    return tuple(entry for entry in entries if entry)


def data_directory() -> Path | None:
    """The folder that `POLYTAPE_DATA_DIR` names, as an absolute path, or `None`; it need not exist yet.

    Raises `ConfigurationError` where a file stands in its place, or where `~` leads nowhere.
    """
    from pathlib import Path

    value = read("POLYTAPE_DATA_DIR")
    if value is None:
        return None
    try:
        directory = Path(value).expanduser().absolute()
    except RuntimeError as error:
        raise ConfigurationError(
            f"POLYTAPE_DATA_DIR is {value!r}, but no home folder is found ({error}). Name a folder in full."
        ) from error
    if directory.exists() and not directory.is_dir():
        raise ConfigurationError(f"POLYTAPE_DATA_DIR is {value!r}, which is not a folder. Name a folder.")
    return directory


def boolean(name: str, default: bool = False) -> bool:
    """The value of a variable that says yes or no; `default` where it is unset or empty.

    Takes 1/0, true/false, yes/no and on/off in any case, and raises `ConfigurationError` for anything else.
    """
    value = read(name)
    if value is None:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise ConfigurationError(
        f"{name} says yes or no, but is {value!r}. Set it to one of {', '.join((*_TRUE, *_FALSE))}, or leave it empty."
    )


def read(name: str) -> str | None:
    """The value of a variable without white space around it; `None` where it is unset or empty."""
    warn_of_unknown()
    return os.environ.get(name, "").strip() or None


def unknown() -> dict[str, str | None]:
    """The `POLYTAPE_*` variables that are set but not known, each with the nearest known name, if any."""
    known = {variable.name.removeprefix(PREFIX) for variable in KNOWN}
    found = sorted(name.removeprefix(PREFIX) for name in os.environ if name.startswith(PREFIX))
    if known.issuperset(found):
        return {}
    from polytape.spelling import nearest

    # The prefix is left out of the comparison: it would make every name look near every other.
    likely = {name: nearest(name, known) for name in found if name not in known}
    return {PREFIX + name: PREFIX + near if near else None for name, near in likely.items()}


@cache
def warn_of_unknown() -> None:
    """Warn of every unknown `POLYTAPE_*` variable; only the first call in a process does so."""
    for name, nearest in unknown().items():
        import warnings

        remedy = f"Did you mean {nearest}?" if nearest else f"Known: {', '.join(v.name for v in KNOWN)}."
        warnings.warn(
            f"The environment variable {name} is none that polytape knows, and is ignored. {remedy}",
            UserWarning,
            stacklevel=3,
        )
