"""The random streams: the same integers and uniforms bit for bit, normals within 4 units in the last place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from polytape_conformance.arrays import portable_random as specified
from polytape_conformance.arrays.agreement import agree
from polytape_conformance.budgets import Budget
from polytape_conformance.case import Case
from polytape_conformance.figures import Figures
from polytape_conformance.level import Level
from polytape_conformance.subject import Subject

SEEDS: tuple[tuple[int, int], ...] = ((0, 0), (1, 2), (-1, 7), (2**31 - 1, -(2**31)))
SHAPES: tuple[tuple[int, ...], ...] = ((), (1,), (3,), (0,), (2, 5), (257,), (2, 3, 4))
LONG = (3, 33_001)
WATCHED = (0, 1, 2, 255, 256, 257, 511, 512, 16_383, 16_384, 32_767, 32_768, 32_769, 65_535, 65_536, 99_002)
"""The elements of a long stream that are looked at: where blocks of usual sizes end."""
FLOATS = ("float16", "float32", "float64")
INTEGERS = ("int32", "uint32", "int64", "uint64")
LIMITS = {
    "int32": ((-3, 100), (-(2**31), 2**31)),
    "uint32": ((0, 7), (0, 2**32)),
    "int64": ((-7, 2), (0, 10**15), (-(2**63), 2**63)),
    "uint64": ((0, 3), (5, 2**63 + 9), (0, 2**64)),
}
Element = Callable[[Any, int], Any]


def cases(subject: Subject) -> Iterator[Case]:
    """A case for each function and dtype, and one for long streams."""
    yield Case(Level.ARRAYS, "random_bits", "test vectors", _vectors)
    yield Case(Level.ARRAYS, "random.Generator", "test vectors", _generators)
    yield Case(Level.ARRAYS, "random.split", "test vectors", _splits)
    for dtype in ("int32", "float32", "bool"):
        yield Case(Level.ARRAYS, "random_permutation", "test vectors", _shuffles(dtype), dtype)
    for shapes, check, quick in ((SHAPES, "test vectors", True), ((LONG,), "long arrays", False)):
        for dtype in FLOATS:
            yield Case(Level.ARRAYS, "random_uniform", check, _uniform(dtype, shapes), dtype, quick=quick)
            yield Case(Level.ARRAYS, "random_normal", check, _normal(dtype, shapes, False), dtype, quick=quick)
            yield Case(Level.ARRAYS, "random_truncated_normal", check, _normal(dtype, shapes, True), dtype, quick=quick)
        for dtype in INTEGERS:
            yield Case(Level.ARRAYS, "random_integers", check, _integers(dtype, shapes), dtype, quick=quick)


def key_of(seed: tuple[int, int]) -> specified.Key:
    """The key of two int32 numbers."""
    return seed[0] & 0xFFFFFFFF, seed[1] & 0xFFFFFFFF


def _held(
    found: Any, dtype: str, seed: Any, element: Element, allowed: float, what: str, scale: float = 0.0
) -> Figures:
    """The watched elements of a tensor against the specification."""
    assert found.dtype == dtype, f"{what}: dtype {found.dtype.name}"
    flat = found.numpy().reshape(-1)
    places = [place for place in WATCHED if place < flat.size] if flat.size > 300 else list(range(flat.size))
    expected = [element(key_of(seed), place) for place in places]
    wide = np.array(expected, dtype if np.dtype(dtype).kind in "iu" else "float64")
    return agree(flat[places], wide, Budget(allowed, dtype), scale=scale, what=f"{what}, elements {places[:20]}")


def _uniform(dtype: str, shapes: Any) -> Callable[[Subject], Figures | None]:
    def run(subject: Subject) -> Figures | None:
        found = []
        for seed in SEEDS:
            for shape in shapes:
                made = subject.tf.random.stateless_uniform(shape, seed, dtype=dtype)
                what = f"stateless_uniform({shape}, {seed}, {dtype})"
                found.append(_held(made, dtype, seed, lambda key, e: specified.uniform(key, e, dtype), 0.0, what))
        return Figures.worst(found)

    return run


def _integers(dtype: str, shapes: Any) -> Callable[[Subject], Figures | None]:
    def run(subject: Subject) -> Figures | None:
        found = []
        for seed in SEEDS:
            for low, high in LIMITS[dtype]:
                for shape in shapes:
                    made = subject.tf.random.stateless_uniform(shape, seed, low, high, dtype)

                    def element(key: Any, e: int, low: int = low, high: int = high) -> int:
                        return specified.integer(key, e, dtype, low, high - low)

                    what = f"stateless_uniform({shape}, {seed}, {low}, {high}, {dtype})"
                    found.append(_held(made, dtype, seed, element, 0.0, what))
        return Figures.worst(found)

    return run


def _normal(dtype: str, shapes: Any, truncated: bool) -> Callable[[Subject], Figures | None]:
    name = "stateless_truncated_normal" if truncated else "stateless_normal"

    def run(subject: Subject) -> Figures | None:
        found = []
        for seed in SEEDS:
            for shape in shapes:
                made = getattr(subject.tf.random, name)(shape, seed, dtype=dtype)

                def element(key: Any, e: int) -> float:
                    return specified.normal(key, e, dtype, truncated=truncated)

                what = f"{name}({shape}, {seed}, {dtype})"
                # Python's inverse takes r = ½ - q, in which small q lose their last digits.
                scale = 0.5 if truncated and dtype == "float64" else 0.0
                found.append(_held(made, dtype, seed, element, 4.0, what, scale))
        for seed, known, numbers in specified.NORMALS:
            if known == dtype and not truncated:
                made = subject.tf.random.stateless_normal([3], seed, dtype=dtype).numpy()
                found.append(
                    agree(made, np.array(numbers), Budget(4.5, dtype), what=f"the published normals of {seed}")
                )
        return Figures.worst(found)

    return run


def _vectors(subject: Subject) -> None:
    """The known answers of Threefry."""
    for key, counter, block in specified.VECTORS:
        state = subject.backend.from_numpy(np.array((*key, *counter), np.uint32), subject.device)
        found = subject.backend.to_numpy(subject.backend.random_bits(state, count=2))
        assert tuple(found.tolist()) == block, f"the block of {key} for {counter} is {found.tolist()}, not {block}"
    state = subject.backend.from_numpy(np.array((1, 2, 2**32 - 1, 0), np.uint32), subject.device)
    found = subject.backend.to_numpy(subject.backend.random_bits(state, count=5)).tolist()
    after = [specified.nth_block((1, 2), 2**32 - 1 + i) for i in range(3)]
    assert found == [word for block in after for word in block][:5], "the counter's upper half does not move on"


def _shuffles(dtype: str) -> Callable[[Subject], None]:
    def run(subject: Subject) -> None:
        for seed, order in specified.PERMUTATIONS:
            x = np.arange(8).astype(dtype)
            found = subject.tf.random.stateless_shuffle(subject.tf.constant(x), seed).numpy()
            assert found.tolist() == x[order].tolist(), f"the shuffle of {seed} is {found.tolist()}"
        rows = np.arange(600).reshape(300, 2).astype(dtype)
        found = subject.tf.random.stateless_shuffle(subject.tf.constant(rows), (1, 2)).numpy()
        assert found.tolist() == rows[specified.permutation((1, 2), 300)].tolist(), "300 rows are in another order"

    return run


def _generators(subject: Subject) -> None:
    """A generator moves on by one for each element, and its parts have keys of their own."""
    key = specified.derived(42, "generate")
    generator = subject.tf.random.Generator.from_seed(42)
    found = [*generator.uniform([3]).numpy().tolist(), *generator.uniform([2]).numpy().tolist()]
    first = [specified.uniform(key, e, "float32") for e in range(3)]
    later = [(specified.nth_block(key, 3)[i] >> 8) * 2.0**-24 for i in range(2)]
    assert found == first + later, f"Generator.from_seed(42) gives {found}, not {first + later}"
    words = subject.tf.random.Generator.from_seed(42).uniform_full_int([4], "int64").numpy().tolist()
    expected = [specified.word64(key, e) - 2**63 for e in range(4)]
    assert words == expected, f"uniform_full_int gives {words}, not {expected}"


def _splits(subject: Subject) -> None:
    """New seeds are full-range integers of the old one."""
    found = subject.tf.random.split([1, 2], 3).numpy().reshape(-1).tolist()
    expected = [specified.word32((1, 2), e) - 2**31 for e in range(6)]
    assert found == expected, f"split([1, 2], 3) gives {found}, not {expected}"
