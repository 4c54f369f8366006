"""How two functions' signatures differ, in words; what makes no difference to a caller is left out."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

Parameters = dict[str, inspect.Parameter]
_VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def differences(ours: Callable[..., Any], theirs: Callable[..., Any]) -> set[str]:
    """Return in words how `ours` can't be called as `theirs`; nothing where a signature is just `*args`."""
    mine, other = _parameters(ours), _parameters(theirs)
    if mine is None or other is None or not other or (not mine and _takes_any(ours)):
        return set()
    known = mine | (_behind(ours) if _takes_any(ours) else {})
    hands_on = any(p.kind is p.VAR_POSITIONAL for p in inspect.signature(ours).parameters.values())
    found = set() if hands_on else {f"lacks {name}" for name in other if name not in known}
    shared = [name for name in other if name in mine]
    places = [name for name in mine if mine[name].kind is not inspect.Parameter.KEYWORD_ONLY]
    order = [name for name in places if name in other]
    if order != [name for name in shared if name in places]:
        found.add(f"order {', '.join(order)}")
    before = places[: places.index(order[-1])] if order else []
    found |= {f"adds {name} before others" for name in before if name not in other}
    for name in shared:
        if not _same(mine[name].default, other[name].default, name):
            found.add(f"{name}={_shown(mine[name].default)}, not {_shown(other[name].default)}")
    return found


def _parameters(function: Callable[..., Any]) -> Parameters | None:
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None
    return {p.name: p for p in found if p.kind not in _VARIABLE and p.name not in ("self", "cls")}


def _takes_any(function: Callable[..., Any]) -> bool:
    found = inspect.signature(function).parameters.values()
    return any(p.kind is inspect.Parameter.VAR_KEYWORD for p in found)


def _behind(function: Callable[..., Any]) -> Parameters:
    """The keywords that a class hands on to its bases by `**options`."""
    found: Parameters = {}
    for base in inspect.getmro(function)[1:] if inspect.isclass(function) else ():
        if "__init__" in vars(base) and base is not object:
            found |= _parameters(base) or {}
    return found


def _same(mine: Any, other: Any, name: str) -> bool:
    if other is inspect.Parameter.empty:  # what may be left out does no harm
        return True
    if name == "name":  # TensorFlow's default names of nodes are nobody's business
        return True
    if isinstance(other, tuple) and not isinstance(mine, tuple) and _even(other):
        other = _first(other)
    if hasattr(other, "as_numpy_dtype"):
        return getattr(mine, "name", mine) == other.name
    if isinstance(other, (int, float)) and isinstance(mine, (int, float)):
        return mine == other
    return _shown(mine).lower() == _shown(other).lower()


def _even(value: Any) -> bool:
    return not isinstance(value, tuple) or (all(item == value[0] for item in value) and _even(value[0]))


def _first(value: Any) -> Any:
    return _first(value[0]) if isinstance(value, tuple) else value


def _shown(value: Any) -> str:
    return "required" if value is inspect.Parameter.empty else repr(value).replace("tf.", "")
