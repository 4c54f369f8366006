"""The known name that somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The name among `known` that is spelled most like `name`, whatever the case; `None` where none is near.

    >>> nearest("numpi", ["mlx", "numpy"])
    'numpy'
    """
    from difflib import get_close_matches

    by_lower_case = {candidate.lower(): candidate for candidate in known}
    matches = get_close_matches(name.lower(), by_lower_case, n=1)
    return by_lower_case[matches[0]] if matches else None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """` Did you mean 'numpy'?`, with the leading space, or an empty string where no name is near."""
    found = nearest(name, known)
    return f" Did you mean {found!r}?" if found else ""
