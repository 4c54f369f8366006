"""`full`, `arange` and `astype`: what they make, in every dtype and from every dtype."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf, nan, prod
from typing import Any

import numpy as np

from polytape import dtypes
from polytape_conformance.arrays.agreement import agree
from polytape_conformance.arrays.function import ANY, COMPLEX, FLOATING, INTEGER
from polytape_conformance.arrays.integer_extremes import edges_of
from polytape_conformance.budgets import Budget
from polytape_conformance.case import Case
from polytape_conformance.level import Level
from polytape_conformance.subject import Subject

_FLOATS = (0.0, -0.0, 1.5, -2.25, 3.99, -3.99, 100.0, 1000.5, inf, -inf, nan)
_INTEGERS = (0, 1, -1, 3, -4, 127, -128, 100)
_WHOLE = {"int64": 2**62 + 2**10, "uint64": 2**63 + 2**11, "int32": 2**30, "uint32": 2**31 + 2**8}


def cases(subject: Subject) -> Iterator[Case]:
    """Cases of every dtype."""
    for dtype in ANY:
        yield Case(Level.ARRAYS, "full", "value", _full(dtype), dtype)
        yield Case(Level.ARRAYS, "scalar", "value", _scalar(dtype), dtype)
        yield Case(Level.ARRAYS, "astype", "value", _conversions(dtype), dtype)
        yield Case(Level.ARRAYS, "dtype_of", "value", _named(dtype), dtype)
        if dtype in INTEGER or dtype in FLOATING:
            yield Case(Level.ARRAYS, "arange", "value", _ranges(dtype), dtype)


def numbers_of(dtype: str) -> list[Any]:
    """Python numbers that a dtype holds exactly, its extremes among them."""
    if dtype == "bool":
        return [True, False, 1, 0]
    if dtype in INTEGER:
        return list(edges_of(dtype))
    limits = np.finfo(dtype)
    floats = [*_FLOATS[:7], inf, -inf, nan, float(limits.max), float(limits.tiny)]
    return [0, 7, *([1.5 - 2j, complex(0, -1), 3.0] if dtype in COMPLEX else floats)]


def _made(subject: Subject, found: Any, expected: Any, what: str) -> None:
    """Hold a new array against the one it must be."""
    declared, device = subject.backend.dtype_of(found), subject.backend.device_of(found)
    assert declared == expected.dtype.name, f"{what}: dtype {declared.name}"
    assert device == subject.device, f"{what}: it is on {device}"
    assert tuple(found.shape) == expected.shape, f"{what}: shape {tuple(found.shape)}, expected {expected.shape}"
    agree(np.asarray(subject.backend.to_numpy(found)), expected, Budget(0.0, expected.dtype.name), what=what)


def _full(dtype: str) -> Callable[[Subject], None]:
    def run(subject: Subject) -> None:
        backend, native = subject.backend, subject.backend.native_dtype(dtypes.BY_NAME[dtype])
        for value in numbers_of(dtype):
            for shape in ((), (1,), (3,), (0,), (2, 0), (2, 3), (1, 2, 3)):
                for device in (None, subject.device):
                    found = backend.full(shape, value, dtype=native, device=device)
                    expected = np.array([value] * prod(shape), dtype).reshape(shape)
                    _made(subject, found, expected, f"full({shape}, {value!r}, {dtype})")
        long = backend.full((100_003,), numbers_of(dtype)[-1], dtype=native)
        _made(subject, long, np.array([numbers_of(dtype)[-1]] * 100_003, dtype), f"full((100003,), …, {dtype})")

    return run


def _scalar(dtype: str) -> Callable[[Subject], None]:
    def run(subject: Subject) -> None:
        for shape in ((), (2,), (0, 2)):
            like = subject.backend.from_numpy(np.zeros(shape, dtype), subject.device)
            for value in numbers_of(dtype):
                found = subject.backend.scalar(value, like)
                _made(subject, found, np.array(value, dtype), f"scalar({value!r}, like {dtype}{list(shape)})")

    return run


def _ranges(dtype: str) -> Callable[[Subject], None]:
    limits = [(0, 5, 1), (2, 11, 3), (0, 0, 1), (5, 2, 1), (3, 4, 7), (0, 100, 9)]
    if dtype[0] != "u":
        limits += [(5, -4, -2), (-3, 3, 1), (0, 3, -1), (-1, -8, -3)]
    if dtype in _WHOLE:
        limits += [(_WHOLE[dtype], _WHOLE[dtype] + 9, 2), (_WHOLE[dtype] + 3, _WHOLE[dtype] - 8, -3)]
    if dtype not in ("int8", "uint8", "float16"):
        limits += [(0, 30_011, 1)]
    if dtype in FLOATING:
        limits += [(0.5, 4.0, 0.75), (2.0, -1.0, -0.5), (-0.25, 0.25, 0.125)]  # type: ignore[list-item]

    def run(subject: Subject) -> None:
        native = subject.backend.native_dtype(dtypes.BY_NAME[dtype])
        for start, stop, step in limits:
            expected: list[Any] = []
            while (stop - start - step * len(expected)) * (1 if step > 0 else -1) > 0:
                expected.append(start + step * len(expected))
            if dtype[0] == "u" and step < 0 and start <= stop:
                continue
            found = subject.backend.arange(start, stop, step, dtype=native, device=subject.device)
            _made(subject, found, np.array(expected, dtype), f"arange({start}, {stop}, {step}, {dtype})")

    return run


def _named(dtype: str) -> Callable[[Subject], None]:
    def run(subject: Subject) -> None:
        for shape in ((), (2, 3), (0,)):
            array = subject.backend.from_numpy(np.zeros(shape, dtype), subject.device)
            assert subject.backend.dtype_of(array) is dtypes.BY_NAME[dtype], f"a {dtype} array is taken for another"
            native = subject.backend.native_dtype(dtypes.BY_NAME[dtype])
            assert array.dtype == native, f"the dtype of a {dtype} array is {array.dtype!r}, not {native!r}"
            assert hash(array.dtype) == hash(native), f"{native!r} and {array.dtype!r} are equal, but not their hashes"
            assert tuple(array.shape) == shape and all(type(length) is int for length in array.shape)

    return run


def _conversions(source: str) -> Callable[[Subject], None]:
    def run(subject: Subject) -> None:
        for target in ANY:
            if not subject.has(target):
                continue
            values = [value for value in _values(source) if _promised(value, source, target)]
            with np.errstate(over="ignore"):
                x = np.array(values, source)
                expected = np.array([converted(value, target) for value in x.tolist()], _widest(target)).astype(target)
            for shaped in (_whole, _with_axes, _without_axes, _without_elements):
                there = subject.backend.from_numpy(np.asarray(shaped(x)), subject.device)
                native = subject.backend.native_dtype(dtypes.BY_NAME[target])
                found = subject.backend.astype(there, dtype=native)
                _made(subject, found, np.asarray(shaped(expected)), f"astype of {source}{x.tolist()} to {target}")

    return run


def _whole(x: Any) -> Any:
    return x


def _with_axes(x: Any) -> Any:
    return x.reshape(1, -1, 1)


def _without_axes(x: Any) -> Any:
    return x[-1]


def _without_elements(x: Any) -> Any:
    return x[:0]


def _values(source: str) -> list[Any]:
    if source in FLOATING:
        limits = np.finfo(source)
        number = np.dtype(source).type
        more = (float(limits.max), -float(limits.max), 65504.0, 2.0**-24, 1 + 2.0**-10, 4097.0, 16777216.0, 1e30)
        finer = (
            1 + 2.0**-11,
            1 + 3 * 2.0**-11,
            1 + 2.0**-24,
            1 + 2.0**-24 + 2.0**-40,
            65520.0,
            65519.0,
            2.0**53,
            2.0**62,
        )
        with np.errstate(over="ignore"):
            return [x for x in (*_FLOATS, *more, *finer) if x != x or float(number(x)) == x]
    if source in COMPLEX:
        return [0j, 1.5 - 2j, -3.75 + 4j, complex(0, 1), complex(2, -0.5)]
    return numbers_of(source)


def _promised(value: Any, source: str, target: str) -> bool:
    """Whether a result is promised: what does not fit an integer type has none."""
    if target not in INTEGER or source not in (*FLOATING, *COMPLEX):
        return True
    limits = np.iinfo(target)
    return bool(np.isfinite(value.real)) and limits.min <= int(value.real) <= limits.max


def converted(value: Any, target: str) -> Any:
    """A Python number as one of another kind: truncated, wrapped, or without its imaginary part."""
    if target == "bool":
        return bool(value)
    if target in COMPLEX:
        return complex(value)
    number = value.real if isinstance(value, complex) else value
    if target in FLOATING:
        return _nearest(number, target) if isinstance(number, int) else float(number)
    bits, whole = np.iinfo(target).bits, int(number)
    half = 0 if target[0] == "u" else 1 << bits - 1
    return (whole + half) % (1 << bits) - half


def _nearest(number: int, target: str) -> float:
    """An integer rounded once, ties to even, to a dtype's precision."""
    digits = np.finfo(target).nmant + 1
    spare = max(int(number).bit_length() - digits, 0)
    unit = 1 << spare
    quotient, rest = divmod(int(number), unit)
    up = rest * 2 > unit or (rest * 2 == unit and quotient % 2 == 1)
    return float((quotient + up) * unit)


def _widest(target: str) -> str:
    return "float64" if target in FLOATING else "complex128" if target in COMPLEX else target
