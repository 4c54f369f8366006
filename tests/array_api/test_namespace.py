"""`polytape.array_api` against NumPy, which follows the same standard."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import polytape as tf
from polytape import array_api as xp
from polytape.errors import DTypeError, InvalidArgumentError, UnimplementedError

GENERATOR = np.random.default_rng(11)
X = GENERATOR.standard_normal((3, 4))
Y = GENERATOR.standard_normal((3, 4))
P = np.abs(X) + 0.1
UNIT = np.tanh(X)
ROW = GENERATOR.standard_normal(4)
INTS = GENERATOR.integers(-9, 9, (3, 4))
OTHERS = GENERATOR.integers(1, 5, (3, 4))
TRUTH, LIES = X > 0, Y > 0
SPECIAL = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1.5, -2.5])
COMPLEX = X + 1j * Y
CUBE = GENERATOR.standard_normal((2, 3, 4))
SQUARE = GENERATOR.standard_normal((2, 3, 3))
DEFINITE = SQUARE @ np.swapaxes(SQUARE, -1, -2) + np.eye(3)
SMALL = np.array([3, 1, 2, 3, 1, 3])

ELEMENTWISE: dict[str, list[tuple[Any, ...]]] = {
    **{name: [(X,)] for name in ("acos", "asin", "atanh")},
    **{
        name: [(X,), (SPECIAL,), (COMPLEX,)] for name in ("exp", "sin", "cos", "tanh", "square", "positive", "negative")
    },
    **{name: [(X,), (INTS,), (SPECIAL,)] for name in ("abs", "sign", "ceil", "floor", "round", "trunc", "isfinite")},
    **{name: [(X,), (SPECIAL,), (COMPLEX,)] for name in ("isinf", "isnan")},
    **{name: [(X,)] for name in ("asinh", "atan", "cosh", "sinh", "tan", "expm1")},
    **{name: [(P,)] for name in ("log", "log1p", "log2", "log10", "sqrt")},
    **{name: [(COMPLEX,)] for name in ("conj", "imag", "real", "abs")},
    **{name: [(TRUTH,)] for name in ("logical_not", "bitwise_invert")},
    **{name: [(TRUTH, LIES)] for name in ("logical_and", "logical_or", "logical_xor")},
    **{name: [(INTS, OTHERS), (TRUTH, LIES)] for name in ("bitwise_and", "bitwise_or", "bitwise_xor")},
    **{name: [(INTS, OTHERS)] for name in ("bitwise_left_shift", "bitwise_right_shift")},
    **{
        name: [(X, Y), (X, ROW), (INTS, OTHERS), (COMPLEX, COMPLEX), (X, 2.0), (2, X), (INTS.astype(np.int8), OTHERS)]
        for name in ("add", "subtract", "multiply")
    },
    **{
        name: [(X, Y), (X, ROW), (INTS, OTHERS), (X, X)]
        for name in ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal", "maximum", "minimum")
    },
    **{name: [(X, Y), (INTS, OTHERS), (X, ROW)] for name in ("floor_divide", "remainder")},
    "acosh": [(P + 1,)],
    "atan2": [(X, Y), (X, ROW)],
    "copysign": [(X, Y), (SPECIAL, -np.ones(7)), (np.ones(7), SPECIAL)],
    "divide": [(X, Y), (X.astype(np.float32), Y), (COMPLEX, X + 1j)],
    "hypot": [
        (X, Y),
        (1e300 * X, 1e300 * Y),
        (SPECIAL, SPECIAL[::-1].copy()),
        (np.array([np.inf]), np.array([np.nan])),
    ],
    "logaddexp": [(X, Y), (1e3 * X, 1e3 * Y), (SPECIAL, SPECIAL), (SPECIAL, SPECIAL[::-1].copy())],
    "pow": [(P, Y), (INTS, OTHERS)],
    "signbit": [(X,), (SPECIAL,)],
}


def to_tensors(value: Any) -> Any:
    """NumPy arrays as tensors, wherever they are in arguments."""
    if isinstance(value, np.ndarray):
        return tf.constant(value)
    if isinstance(value, (list, tuple)):
        return type(value)(to_tensors(item) for item in value)
    return value


def agree(found: Any, wanted: Any) -> None:
    """Assert the same values, shapes and dtypes, part by part."""
    if isinstance(wanted, (list, tuple)):
        assert len(found) == len(wanted)
        for one, other in zip(found, wanted):
            agree(one, other)
        return
    wanted = np.asarray(wanted)
    assert isinstance(found, tf.Tensor)
    assert tuple(found.shape) == wanted.shape and found.dtype == wanted.dtype
    np.testing.assert_allclose(found.numpy(), wanted, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_elementwise(name: str) -> None:
    for arguments in ELEMENTWISE[name]:
        if name in ("acos", "asin", "atanh"):
            arguments = (UNIT,)
        with np.errstate(all="ignore"):
            wanted = getattr(np, name)(*arguments)
        agree(getattr(xp, name)(*to_tensors(arguments)), wanted)


Case = tuple[str, tuple[Any, ...], dict[str, Any]]


def case(name: str, *arguments: Any, **options: Any) -> Case:
    return name, arguments, options


SAME_AS_NUMPY: list[Case] = [
    *(case(name, X, **options) for name in ("sum", "prod", "mean", "max", "min", "var", "std")
      for options in ({}, {"axis": 1}, {"axis": (0, 1), "keepdims": True}, {"axis": -1, "keepdims": True})),
    *(case(name, INTS.astype(kind), axis=0) for name in ("sum", "prod") for kind in (np.int8, np.int32, np.uint8)),
    case("sum", INTS, dtype=np.float64),
    case("sum", COMPLEX, axis=1),
    case("var", X, axis=0, correction=1),
    case("std", X, axis=(0, 1), correction=1.5),
    case("cumulative_sum", X, axis=1),
    case("cumulative_sum", ROW, include_initial=True),
    case("cumulative_sum", INTS.astype(np.int8), axis=0, include_initial=True),
    *(case(name, value, **options) for name in ("all", "any") for value in (TRUTH, INTS, X)
      for options in ({}, {"axis": 0}, {"axis": 1, "keepdims": True})),
    *(case(name, X, **options) for name in ("argmax", "argmin")
      for options in ({}, {"axis": 0}, {"axis": -1, "keepdims": True}, {"keepdims": True})),
    *(case("sort", value, axis=axis) for value in (X, INTS) for axis in (0, -1)),
    *(case("argsort", X, axis=axis) for axis in (0, -1)),
    case("argsort", SMALL, stable=True),
    case("nonzero", INTS),
    case("nonzero", TRUTH),
    case("searchsorted", np.sort(ROW), X),
    case("searchsorted", np.sort(SMALL), SMALL, side="right"),
    case("where", TRUTH, X, Y),
    case("where", TRUTH, X, 0.0),
    case("where", TRUTH, X.astype(np.float32), ROW),
    *(case(name, value) for name in ("unique_all", "unique_counts", "unique_inverse", "unique_values")
      for value in (SMALL, INTS, X, TRUTH, np.zeros(0))),
    case("concat", [X, Y], axis=1),
    case("concat", [X, ROW], axis=None),
    case("concat", [INTS.astype(np.int8), OTHERS]),
    case("stack", [X, Y], axis=-1),
    case("unstack", X, axis=1),
    case("expand_dims", X, axis=1),
    case("squeeze", X[:, None], axis=1),
    *(case("flip", CUBE, axis=axis) for axis in (None, 0, (0, -1))),
    case("moveaxis", CUBE, 0, -1),
    case("moveaxis", CUBE, (0, 1), (2, 0)),
    case("permute_dims", CUBE, (2, 0, 1)),
    case("repeat", X, 2),
    case("repeat", X, np.array([1, 0, 2]), axis=0),
    case("reshape", X, (2, -1)),
    case("roll", X, 2),
    case("roll", X, 1, axis=0),
    case("roll", X, (1, -2), axis=(0, 1)),
    case("tile", X, (2, 1)),
    case("tile", X, (2, 1, 3)),
    case("tile", CUBE, (2,)),
    case("take", X, np.array([2, 0, 2]), axis=1),
    case("take", ROW, np.array([3, 0])),
    case("take_along_axis", X, np.argsort(X, axis=1), axis=1),
    case("broadcast_to", ROW, (2, 4)),
    case("broadcast_arrays", X, ROW),
    case("clip", X, -0.5, 0.5),
    case("clip", X, np.float64(0.0) * ROW, None),
    case("tril", CUBE, k=1),
    case("triu", X, k=-1),
    case("meshgrid", ROW, np.arange(3.0), indexing="ij"),
    case("matmul", CUBE, ROW),
    case("matmul", np.arange(3.0), X),
    case("matmul", ROW, ROW),
    case("matmul", CUBE, Y.T),
    case("matmul", INTS, OTHERS.T),
    case("matrix_transpose", CUBE),
    case("tensordot", CUBE, X),
    case("tensordot", CUBE, X, axes=((1, 2), (0, 1))),
    case("vecdot", COMPLEX, COMPLEX),
    case("vecdot", CUBE, X, axis=-2),
    case("zeros_like", X, dtype=np.int32),
    case("full_like", X, 3),
    *(case(f"linalg.{name}", SQUARE) for name in ("det", "inv", "matrix_rank", "pinv", "slogdet")),
    *(case(f"linalg.{name}", SQUARE) for name in ("svdvals", "diagonal")),
    *(case(f"linalg.{name}", DEFINITE) for name in ("cholesky", "eigvalsh", "trace")),
    *(case("linalg.matrix_norm", SQUARE, ord=ord) for ord in ("fro", "nuc", 1, -1, 2, -2, math.inf, -math.inf)),
    *(case("linalg.vector_norm", X, ord=ord, axis=1) for ord in (0, 1, 2, 3, 0.5, math.inf, -math.inf)),
    case("linalg.vector_norm", COMPLEX, keepdims=True),
    case("linalg.vector_norm", CUBE, axis=(0, 2)),
    *(case("linalg.matrix_power", SQUARE, n) for n in (0, 1, 5, -2)),
    case("linalg.solve", SQUARE, CUBE),
    case("linalg.solve", SQUARE[0], np.arange(3.0)),
    case("linalg.cross", CUBE, CUBE[::-1].copy(), axis=1),
    case("linalg.outer", ROW, np.arange(3.0)),
    case("linalg.trace", INTS.astype(np.int8), offset=1),
]  # fmt: skip


def numpys(path: str) -> Callable[..., Any]:
    found: Any = np
    for name in path.split("."):
        found = getattr(found, name)
    return found  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("name", "arguments", "options"), SAME_AS_NUMPY, ids=lambda value: value if type(value) is str else ""
)
def test_same_as_numpy(name: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
    wanted = numpys(name)(*arguments, **options)
    if name == "unique_values":
        wanted = np.sort(wanted)  # in any order, by the standard
    found: Any = xp
    for part in name.split("."):
        found = getattr(found, part)
    agree(found(*to_tensors(arguments), **options), wanted)


def test_descending_order_is_stable() -> None:
    x = tf.constant(SMALL)
    assert xp.argsort(x, descending=True).numpy().tolist() == [0, 3, 5, 2, 1, 4]
    assert xp.sort(x, descending=True).numpy().tolist() == [3, 3, 3, 2, 1, 1]


def test_decompositions() -> None:
    x = tf.constant(CUBE)
    u, s, vh = xp.linalg.svd(x, full_matrices=False)
    np.testing.assert_allclose((u * s[..., None, :] @ vh).numpy(), CUBE, atol=1e-12)
    assert xp.linalg.svd(x).Vh.shape == (2, 4, 4)
    q, r = xp.linalg.qr(x)
    np.testing.assert_allclose((q @ r).numpy(), CUBE, atol=1e-12)
    values, vectors = xp.linalg.eigh(tf.constant(DEFINITE))
    np.testing.assert_allclose((vectors * values[..., None, :] @ vectors.mT).numpy(), DEFINITE, atol=1e-12)
    upper = xp.linalg.cholesky(tf.constant(DEFINITE), upper=True)
    np.testing.assert_allclose((upper.mT @ upper).numpy(), DEFINITE, atol=1e-12)


CREATED: list[tuple[Any, Any]] = [
    (lambda xp: xp.arange(5), np.arange(5)),
    (lambda xp: xp.arange(5, 0, -2), np.arange(5, 0, -2)),
    (lambda xp: xp.arange(3, 1), np.zeros(0, np.int64)),
    (lambda xp: xp.arange(0.0, 1.0, 0.25), np.arange(0.0, 1.0, 0.25, np.float32)),
    (lambda xp: xp.arange(2, dtype=xp.float64), np.arange(2.0)),
    (lambda xp: xp.linspace(0, 1, 5, dtype=xp.float64), np.linspace(0, 1, 5)),
    (lambda xp: xp.linspace(0, 1, 4, endpoint=False), np.linspace(0, 1, 4, False, dtype=np.float32)),
    (lambda xp: xp.linspace(2, 3, 1), np.full(1, 2, np.float32)),
    (lambda xp: xp.linspace(2, 3, 0), np.zeros(0, np.float32)),
    (lambda xp: xp.zeros((2, 3)), np.zeros((2, 3), np.float32)),
    (lambda xp: xp.ones(3, dtype=xp.int8), np.ones(3, np.int8)),
    (lambda xp: xp.full((2,), 7), np.full(2, 7)),
    (lambda xp: xp.full((), True), np.full((), True)),
    (lambda xp: xp.eye(3, 4, k=1), np.eye(3, 4, 1, np.float32)),
    (lambda xp: xp.eye(2, k=-1, dtype=xp.bool), np.eye(2, k=-1, dtype=bool)),
    (lambda xp: xp.asarray([1, 2]), np.array([1, 2])),
    (lambda xp: xp.asarray([[1.0], [2]]), np.array([[1], [2]], np.float32)),
    (lambda xp: xp.asarray(1j), np.array(1j, np.complex64)),
    (lambda xp: xp.asarray(True), np.array(True)),
    (lambda xp: xp.asarray(np.int8(3)), np.array(3, np.int8)),
    (lambda xp: xp.asarray(np.arange(3.0), dtype=xp.int32), np.arange(3, dtype=np.int32)),
    (lambda xp: xp.from_dlpack(np.arange(3.0)), np.arange(3.0)),
    (lambda xp: xp.ones_like(xp.zeros(3), dtype=xp.int16), np.ones(3, np.int16)),
    (lambda xp: xp.astype(xp.asarray([1.7, -1.7]), xp.int32), np.array([1, -1], np.int32)),
]


@pytest.mark.parametrize("index", range(len(CREATED)))
def test_creation(index: int) -> None:
    make, wanted = CREATED[index]
    found = make(xp)
    assert found.dtype == wanted.dtype and tuple(found.shape) == wanted.shape
    np.testing.assert_allclose(found.numpy(), wanted, rtol=1e-6)


def test_promotion_is_numpys_within_kinds() -> None:
    integers = [dtype.name for dtype in tf.dtypes.INTEGER]
    inexact = ["float16", "float32", "float64", "complex64", "complex128"]
    for names in (integers, inexact):
        for one in names:
            for other in names:
                if {one, other} & {"uint64"} and {one, other} & {"int8", "int16", "int32", "int64"}:
                    continue
                assert xp.result_type(one, other) == np.result_type(one, other)
    for pair in (("int32", "float32"), ("bool", "int8"), ("uint64", "int64")):
        with pytest.raises(DTypeError, match="have none in common"):
            xp.result_type(*pair)
        assert not xp.can_cast(*pair)
    with pytest.raises(DTypeError):
        xp.add(tf.constant(1), 1.5)
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.constant([1.0], tf.float32) + tf.constant([1.0], tf.float64)


def test_dtypes() -> None:
    for name in ("float16", "float32", "float64"):
        found, wanted = xp.finfo(name), np.finfo(name)
        for limit in ("bits", "eps", "max", "min", "smallest_normal"):
            assert getattr(found, limit) == float(getattr(wanted, limit))
    assert xp.finfo("complex128").dtype is xp.float64 and xp.iinfo(xp.int8)[:3] == (8, 127, -128)
    for dtype in tf.dtypes.ALL:
        for kind in ("bool", "signed integer", "unsigned integer", "integral", "real floating", "complex floating"):
            assert xp.isdtype(dtype, kind) == np.isdtype(np.dtype(dtype.name), kind)
    assert xp.isdtype(xp.int8, ("real floating", xp.int8)) and not xp.isdtype(xp.int8, xp.int16)
    with pytest.raises(InvalidArgumentError, match="the kinds are"):
        xp.isdtype(xp.int8, "whole")


def test_attributes_of_tensors() -> None:
    x = tf.constant(CUBE)
    agree(x.T, CUBE.T)
    agree(x.mT, np.swapaxes(CUBE, -1, -2))
    assert x.size == 24 and tf.constant(1).size == 1 and x.to_device(x.device).device == x.device
    assert x.__array_namespace__() is xp and x.__array_namespace__(api_version="2022.12") is xp
    with pytest.raises(UnimplementedError, match=r"2023\.12"):
        x.__array_namespace__(api_version="2099.12")


def test_the_namespace_knows_itself() -> None:
    info = xp.__array_namespace_info__()
    x = tf.constant(1.0)
    assert info.default_device() == x.device and x.device in info.devices()
    assert info.default_dtypes()["integral"] is xp.arange(3).dtype
    assert set(info.dtypes(kind="integral")) == {dtype.name for dtype in tf.dtypes.INTEGER}
    assert info.dtypes(device=x.device)["float64"] is xp.float64 and info.capabilities()["boolean indexing"]
    agree(xp.zeros(2, dtype=xp.float64, device=x.device), np.zeros(2))


def test_gradients_go_through() -> None:
    x = tf.constant(X)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = xp.sum(xp.square(x - xp.mean(x, axis=0)) / (xp.std(x, axis=0) + 1.0))
    assert tape.gradient(y, x).shape == X.shape


def test_bad_arguments() -> None:
    x = tf.constant(X)
    for call in (
        lambda: xp.add(1, 2),
        lambda: xp.sin(2.0),
        lambda: xp.mean(tf.constant([1, 2])),
        lambda: xp.astype(tf.constant(COMPLEX), xp.float64),
        lambda: xp.cumulative_sum(x),
        lambda: xp.take(x, tf.constant([0])),
        lambda: xp.concat([]),
        lambda: xp.asarray([1], copy=False),
        lambda: xp.arange(1, 2, 0),
        lambda: xp.tril(tf.constant([1.0])),
        lambda: xp.moveaxis(x, (0, 1), (0,)),
        lambda: xp.matmul(x, tf.constant(1.0, tf.float64)),
    ):
        with pytest.raises(InvalidArgumentError):
            call()
