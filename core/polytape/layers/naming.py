"""Names of layers: the class's in snake case, numbered from the second on."""

from __future__ import annotations

import re
from collections import Counter

_used: Counter[str] = Counter()


def unique_name(base: str) -> str:
    """Return `base`, `base_1`, `base_2` and so on at successive calls."""
    number = _used[base]
    _used[base] += 1
    return f"{base}_{number}" if number else base


def snake_case(name: str) -> str:
    """Return a class name in snake case, spelled as Keras spells it.

    >>> snake_case("Conv2DTranspose"), snake_case("LSTM")
    ('conv2d_transpose', 'lstm')
    """
    spread = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name)))
    return re.sub(r"_(\dd)", r"\1", re.sub(r"(\d)_([dD])(?=_|$)", r"\1\2", spread.lower()))


def forget_names() -> None:
    """Number layers from the start again."""
    _used.clear()
