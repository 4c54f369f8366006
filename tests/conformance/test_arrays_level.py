"""The Arrays level itself: its oracles agree with published values, and it finds what is planted."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from fault import sound

from polytape.backend import CONTRACT, Backend
from polytape.plugins import backends
from polytape_conformance import arrays
from polytape_conformance.arrays import portable_random, scalars
from polytape_conformance.arrays.agreement import agree
from polytape_conformance.arrays.contract import FUNCTIONS
from polytape_conformance.arrays.creation import converted
from polytape_conformance.arrays.elementwise_table import TABLE
from polytape_conformance.arrays.flat import Flat, by_element
from polytape_conformance.arrays.linear import multiplied
from polytape_conformance.arrays.matrices import determinant, with_values
from polytape_conformance.arrays.movement import item, joined, permuted, scattered, taken
from polytape_conformance.arrays.reductions import order, running, total
from polytape_conformance.budgets import Budget
from polytape_conformance.run import State, run
from polytape_conformance.subject import Subject

CASES = [case for case in arrays.cases(Subject(sound())) if case.quick]


def test_every_function_of_the_contract_is_tried() -> None:
    tried = {case.op for case in CASES}
    assert set(CONTRACT) <= tried
    assert {"from_numpy", "to_numpy", "to_dlpack", "from_dlpack", "to_device", "scalar", "dtype_of"} <= tried
    assert set(CONTRACT) == set(FUNCTIONS) | {"full", "arange", "astype"}


def test_each_function_is_tried_in_every_dtype_that_its_op_takes() -> None:
    from polytape.op import OPS

    for name, function in FUNCTIONS.items():
        definition = getattr(OPS.get(name), "op", None)
        if definition is not None and not definition.variadic:
            accepted = {dtype.name for dtype in definition.accepts[1 if name == "where" else 0]}
            assert accepted <= set(function.dtypes), (name, accepted - set(function.dtypes))


@pytest.mark.parametrize(
    ("name", "operands", "expected"),
    [
        ("exp", (1.0,), 2.718281828459045),
        ("log", (2.0,), 0.6931471805599453),
        ("log", (-0.0,), -math.inf),
        ("expm1", (-math.inf,), -1.0),
        ("atan2", (-0.0, -1.0), -math.pi),
        ("pow", (-0.0, -3.0), -math.inf),
        ("pow", (math.nan, 0.0), 1.0),
        ("pow", (-8.0, 1 / 3), math.nan),
        ("divide", (-1.0, 0.0), -math.inf),
        ("floor_divide", (-7.0, 2.0), -4.0),
        ("remainder", (-7.0, 2.0), 1.0),
        ("round", (2.5,), 2.0),
        ("round", (-0.4,), -0.0),
        ("maximum", (math.nan, 1.0), math.nan),
        ("acosh", (0.5,), math.nan),
        ("atanh", (-1.0,), -math.inf),
    ],
)
def test_oracles_of_one_number(name: str, operands: tuple[float, ...], expected: float) -> None:
    found = TABLE[name].of("float64")(*operands)
    assert found == expected or (math.isnan(found) and math.isnan(expected))
    assert math.copysign(1, found) == math.copysign(1, expected) or math.isnan(expected)


def test_integers_wrap() -> None:
    assert scalars.wrapped(lambda x, y: x + y, "int8")(127, 1) == -128
    assert scalars.wrapped(lambda x, y: x - y, "uint8")(0, 1) == 255
    assert converted(-1, "uint64") == 2**64 - 1 and converted(2**24 + 1, "float32") == 2.0**24
    assert converted(-3.99, "int32") == -3 and converted(math.nan, "bool") is True


def test_oracles_of_axes() -> None:
    x = np.arange(24).reshape(2, 3, 4)
    assert dict(Flat(x).along([0, 2]))[(1,)] == [4, 5, 6, 7, 16, 17, 18, 19]
    assert total([1e16, 1.0, -1e16]) == 1.0 and running([1e16, 1.0, -1e16])[-1] == 1.0
    assert order([2.0, math.nan, 1.0, 2.0]) == [2, 0, 3, 1]
    broadcast = np.array([[1], [2]]), np.array([1, 2, 3])
    assert by_element(lambda a, b: a - b, broadcast, "int64").tolist() == [[0, -1, -2], [1, 0, -1]]


def test_oracles_of_places() -> None:
    x = np.arange(6).reshape(2, 3)
    assert permuted(x, (1, 0)).expected()[0].tolist() == [[0, 3], [1, 4], [2, 5]]
    assert item(x, (slice(None, None, -1), None, 1)).expected()[0].tolist() == [[4], [1]]
    assert joined([x, x[:, :1]], -1).expected()[0].tolist() == [[0, 1, 2, 0], [3, 4, 5, 3]]
    assert taken(x, np.array([2, 0]), 1).expected()[0].tolist() == [[2, 0], [5, 3]]
    assert scattered(x, np.array([1, 1]), x).expected()[0].tolist() == [[0, 1, 2], [6, 9, 12]]
    assert multiplied(x, x.T).expected()[0].tolist() == [[5, 14], [14, 50]]


def test_oracles_of_matrices() -> None:
    hilbert = np.array([[1 / (i + j + 1) for j in range(4)] for i in range(4)])
    assert determinant(hilbert) == pytest.approx(1 / 6048000, rel=1e-10)
    assert abs(determinant(with_values((), 3, 3, [5.0, 3.0, 1.0], "float64"))) == pytest.approx(15, rel=1e-14)


def test_random_words_are_those_of_the_authors() -> None:
    for key, counter, block in portable_random.VECTORS:
        assert portable_random.block(key, counter) == block
    for (seed, other), permutation in portable_random.PERMUTATIONS:
        assert portable_random.permutation((seed, other), 8) == permutation
    for key, dtype, numbers in portable_random.NORMALS:
        found = [portable_random.normal(key, element, dtype) for element in range(3)]
        np.testing.assert_allclose(found, numbers, rtol=1e-7 if dtype == "float32" else 1e-15)


@pytest.mark.parametrize(
    ("found", "expected", "dtype"),
    [
        (np.float32([1.0]), np.float64([1.0000002]), "float32"),
        (np.float32([0.0]), np.float64([-0.0]), "float32"),
        (np.float32([1.0]), np.float64([np.nan]), "float32"),
        (np.float32([[1.0]]), np.float64([1.0]), "float32"),
        (np.float64([1.0]), np.float64([1.0]), "float32"),
        (np.int64([2**53]), np.int64([2**53 + 1]), "int64"),
        (np.complex64([1 + 0j]), np.complex128([1 - 0j * 1]).conj(), "complex64"),
    ],
)
def test_what_does_not_agree(found: Any, expected: Any, dtype: str) -> None:
    with pytest.raises(AssertionError):
        agree(found, expected, Budget(0.5 if dtype == "float32" else 0.0, dtype))


def planted(**methods: Callable[..., Any]) -> Backend:
    """NumPy's backend with these functions in the place of its own."""
    return type("PlantedBackend", (type(backends.get("numpy")),), methods)()


def _contiguous(x: Any) -> Any:
    """The same number of elements from the same place in memory on, as if they lay side by side."""
    return np.lib.stride_tricks.as_strided(x, x.shape, np.zeros(x.shape, x.dtype).strides) if x.size else x


def _quietly_single(backend: Any, x: Any) -> Any:
    with np.errstate(all="ignore"):
        return np.sqrt(x.astype("float32")).astype(x.dtype) if x.dtype == np.float64 else np.sqrt(x)


def _numbers_first(backend: Any, x: Any, y: Any) -> Any:
    with np.errstate(all="ignore"):
        return x - y if hasattr(y, "dtype") else y - x


def _in_order(backend: Any, x: Any, *, axes: Any) -> Any:
    return np.reshape(x, [x.shape[axis] for axis in axes])


def _without_strides(backend: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    with np.errstate(all="ignore"):
        return np.add.reduce(_contiguous(x), axis, x.dtype, None, keepdims)


def _promoted(backend: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    with np.errstate(all="ignore"):
        return np.sum(x, axis=axis, keepdims=keepdims)


def _of_four_axes(backend: Any, x: Any, *, shape: Any) -> Any:
    return x.reshape(shape, order="F" if len(shape) == 4 else "C")[()]


def _nothing(backend: Any, state: Any, *, shape: Any, dtype: Any) -> Any:
    return np.zeros(shape, dtype.as_numpy_dtype)


_once = np.errstate(all="ignore")
FAULTS: tuple[tuple[str, str, Backend], ...] = (
    ("permute_dims", "elements where they were", planted(permute_dims=_in_order)),
    ("sum", "strides passed over", planted(sum=_without_strides)),
    ("sum", "int32 becomes int64", planted(sum=_promoted)),
    ("sqrt", "float64 in float32", planted(sqrt=_quietly_single)),
    ("subtract", "Python numbers on the wrong side", planted(subtract=_numbers_first)),
    ("from_numpy", "a view", planted(from_numpy=lambda b, array, device=None: np.asarray(array)[()])),
    ("reshape", "wrong for four axes", planted(reshape=_of_four_axes)),
    ("random_uniform", "always zero", planted(random_uniform=_nothing)),
    ("computing", "not to be entered twice", planted(computing=lambda b: _once)),
)


@pytest.mark.parametrize(("op", "what", "backend"), FAULTS, ids=[f"{op}-{what}" for op, what, _ in FAULTS])
def test_a_fault_is_found_by_a_case_that_names_it(op: str, what: str, backend: Backend) -> None:
    subject = Subject(backend)
    with subject.in_use():
        states = [run(case, subject).state for case in CASES if case.op == op]
    assert State.FAILED in states


def test_a_backend_that_declares_less_gets_fewer_cases() -> None:
    class Less(type(sound())):  # type: ignore[misc]
        dtypes = {"CPU": frozenset(backends.get("numpy").dtypes["CPU"] - {"float16", "complex64"})}  # noqa: RUF012

    from polytape_conformance.cases import cases
    from polytape_conformance.level import Level

    assert len(cases(Subject(Less()), level=Level.ARRAYS)) < len(cases(Subject(sound()), level=Level.ARRAYS))
