"""Unsigned integers of 16, 32 and 64 bits, which PyTorch stores, but has few functions of.

Most arithmetic does the same to the bits of a number whether or not the first of them is read as a sign. So it is done
on the signed integers of the same width. Their order is that of unsigned ones once that bit is turned over. Division
and shifts to the right are put together from these. polytape needs them: its random numbers are made of uint32.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

_SIGNED = {torch.uint16: torch.int16, torch.uint32: torch.int32, torch.uint64: torch.int64}
_PLACES = frozenset(("argmax", "argmin", "argsort", "searchsorted", "nonzero"))
"""The functions that give indices."""
_ORDERED = _PLACES - {"nonzero"} | {"lt", "le", "gt", "ge", "maximum", "minimum", "clamp", "amax", "amin", "sort"}
"""Those that compare."""
_missing: set[tuple[Any, ...]] = set()
"""The functions, with dtype and device, that PyTorch has been found not to have."""


def adopt(found: Any) -> Any:
    """What PyTorch has returned, with unsigned integers as `Unsigned`."""
    if isinstance(found, torch.Tensor):
        return found.as_subclass(Unsigned) if found.dtype in _SIGNED else found
    if isinstance(found, tuple) and found and isinstance(found[0], torch.Tensor):
        return type(found)([adopt(part) for part in found])
    return found


class Unsigned(torch.Tensor):
    """A tensor of uint16, uint32 or uint64: PyTorch gives it each call of a function of such tensors."""

    @classmethod
    def __torch_function__(cls, function: Any, types: Any, arguments: Any = (), options: Any = None) -> Any:
        """The function itself where PyTorch has it, else what is put together of those that it has."""
        options = options or {}
        with torch._C.DisableTorchFunctionSubclass():
            x = next((argument for argument in arguments if isinstance(argument, Unsigned)), None)
            key = None if x is None else (function, x.dtype, x.device.type)
            if key not in _missing:
                try:
                    return adopt(function(*arguments, **options))
                except NotImplementedError:
                    if key is None:
                        raise
                    _missing.add(key)
            return _by_signed(function, x, arguments, options)


def _by_signed(function: Any, x: Any, arguments: Any, options: Any) -> Any:
    """The function's result, computed with signed integers of the width of `x`."""
    name = function.__name__.strip("_")
    signed = _SIGNED[x.dtype]
    low = torch.iinfo(signed).min
    own = _OWN.get(name)
    if own is None and name[0] == "r" and name[1:] in _OWN:  # 7 // x calls x.__rfloordiv__(7)
        own, arguments = _OWN[name[1:]], arguments[::-1]
    ordered = name in _ORDERED
    inside = [_inside(argument, signed, low, ordered) for argument in arguments]
    options = {name: _inside(value, signed, low, ordered and name in ("min", "max")) for name, value in options.items()}
    found = function(*inside, **options) if own is None else own(*inside)
    if name == "sort":
        return type(found)([adopt((found[0] ^ low).view(x.dtype)), found[1]])
    if found.dtype != signed or name in _PLACES:
        return found
    return adopt((found ^ low if ordered else found).view(x.dtype))


def _inside(argument: Any, signed: torch.dtype, low: int, ordered: bool) -> Any:
    """An argument as a signed integer of the same bits; with the first of them turned over if it is about order."""
    if isinstance(argument, torch.Tensor) and argument.dtype in _SIGNED:
        return argument.view(signed) ^ low if ordered else argument.view(signed)
    if type(argument) is int:
        return argument + low if ordered else (argument - low) % (-2 * low) + low
    return _SIGNED.get(argument, argument) if isinstance(argument, torch.dtype) else argument


def _shifted(x: Any, y: Any) -> Any:
    """The bits of x moved down by y, without the copies of the first bit that come in."""
    bits = torch.iinfo((y if isinstance(x, int) else x).dtype).bits
    if isinstance(y, int):
        return (x >> y) & ((1 << (bits - y)) - 1) if y else x
    return (x >> y) & ~torch.where(y == 0, 0, -1 << (bits - y))


def _quotient(x: Any, y: Any) -> Any:
    """⌊x / y⌋: twice that of x / 2, and one more if the rest allows."""
    x, y = (
        torch.as_tensor(value, dtype=other.dtype, device=other.device) if isinstance(value, int) else value
        for value, other in ((x, y), (y, x))
    )
    large = y < 0  # with a first bit: it goes into x once, or not at all
    half = torch.where(large, 0, _shifted(x, 1) // torch.where(large, 1, y) * 2)
    low = torch.iinfo(x.dtype).min
    return half + (((x - half * y) ^ low) >= (y ^ low))


_OWN: dict[str, Callable[..., Any]] = {
    "rshift": _shifted,
    "floordiv": _quotient,
    "mod": lambda x, y: x - _quotient(x, y) * y,
    "remainder": lambda x, y: x - _quotient(x, y) * y,
    "abs": lambda x: x,
    "sgn": lambda x: (x != 0).to(x.dtype),
}
"""What has to be put together, by the names of the operators."""
