"""A block in which bad input must get its error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager


class Refusal:
    """What a block has raised.

    Attributes:
        value: the error; `None` within the block.
    """

    value: Exception | None = None


@contextmanager
def refused(kind: type[Exception], match: str = "") -> Iterator[Refusal]:
    """A block that must raise an error of a kind.

    Args:
        kind: the class of the error.
        match: a regular expression that its message must contain.

    Raises:
        AssertionError: if nothing is raised, or if the message says something else. Other errors pass through.
    """
    refusal = Refusal()
    try:
        yield refusal
    except kind as error:
        assert re.search(match, str(error)), f"{kind.__name__} must say something like {match!r}; it says: {error}"
        refusal.value = error
    else:
        raise AssertionError(f"{kind.__name__} must be raised, and nothing was")
