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


class Shadow(NamedTuple):
    """What the environment says of comparing every op with a reference."""

    reference: str
    """The backend that serves as reference, as `name` or `distribution:name`."""
    record: Path | None
    """The file that lists what differs, as an absolute path; `None` to stop at the first difference."""
    directory: Path
    """The folder for the scripts that reproduce a difference, as an absolute path; it need not exist yet."""


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
    EnvironmentVariable(
        "POLYTAPE_SHADOW",
        "The backend that every op is compared with, as `name` or `distribution:name`; unset: nothing is compared.",
    ),
    EnvironmentVariable(
        "POLYTAPE_SHADOW_RECORD",
        "The file in which `POLYTAPE_SHADOW` lists all ops that differ; unset: it stops at the first one.",
    ),
    EnvironmentVariable(
        "POLYTAPE_SHADOW_DIR",
        "The folder for the scripts with which `POLYTAPE_SHADOW` reproduces a difference; unset: the working folder.",
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
    return _folder("POLYTAPE_DATA_DIR")


def shadow() -> Shadow | None:
    """What `POLYTAPE_SHADOW` and its kin say; `None` where no op is to be compared.

    Raises `ConfigurationError` for a reference that is no name, for a record or a folder that can't be written there,
    and for a record of a comparison that `POLYTAPE_SHADOW` does not ask for.
    """
    reference, record = read("POLYTAPE_SHADOW"), _path("POLYTAPE_SHADOW_RECORD")
    if reference is None:
        if record is not None:
            raise ConfigurationError(
                f"POLYTAPE_SHADOW_RECORD is {str(record)!r}, but POLYTAPE_SHADOW is not set: nothing would be listed. "
                "Set POLYTAPE_SHADOW to the backend to compare with, such as numpy, or leave both empty."
            )
        return None
    if reference == "auto" or reference.count(":") > 1 or reference.strip(":") != reference or " " in reference:
        raise ConfigurationError(
            f"POLYTAPE_SHADOW is {reference!r}, which names no backend to compare with. Set it to `name` or "
            "`distribution:name`, such as numpy; `polytape backends` lists the names."
        )
    if record is not None and (record.is_dir() or not record.parent.is_dir()):
        fault = "is a folder" if record.is_dir() else "is in a folder that does not exist"
        raise ConfigurationError(f"POLYTAPE_SHADOW_RECORD is {str(record)!r}, which {fault}. Name a file.")
    from pathlib import Path

    return Shadow(reference, record, _folder("POLYTAPE_SHADOW_DIR") or Path.cwd())


def _folder(name: str) -> Path | None:
    """The folder that a variable names, as an absolute path, or `None`; it need not exist yet."""
    directory = _path(name)
    if directory is not None and directory.exists() and not directory.is_dir():
        raise ConfigurationError(f"{name} is {str(directory)!r}, which is not a folder. Name a folder.")
    return directory


def _path(name: str) -> Path | None:
    """The path that a variable holds, made absolute, or `None`."""
    from pathlib import Path

    value = read(name)
    if value is None:
        return None
    try:
        return Path(value).expanduser().absolute()
    except RuntimeError as error:
        raise ConfigurationError(
            f"{name} is {value!r}, but no home folder is found ({error}). Write the path in full."
        ) from error


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
