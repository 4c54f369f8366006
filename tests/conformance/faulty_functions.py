"""Functions of the contract that give wrong numbers."""

from __future__ import annotations

import numpy as np
from fault import Fault, function


def _in(dtype):
    """A function computed in a smaller dtype, its result converted back."""

    def faulty(original, *arrays, **options):
        wide = arrays[0].dtype
        if wide.kind not in "fc" or wide.itemsize <= np.dtype(dtype).itemsize:
            return original(*arrays, **options)
        return original(*[x.astype(dtype) for x in arrays], **options).astype(wide)

    return faulty


def _where(condition, found, wrong):
    return np.where(condition, wrong, found).astype(found.dtype)[()]


def _of_rank(rank, change):
    """Another axis, for arrays of one rank only."""

    def faulty(original, x, *, axis=None, **options):
        if x.ndim == rank and isinstance(axis, int):
            axis = change(axis, rank)
        return original(x, axis=axis, **options)

    return faulty


def _half_sum(original, x, *, axis=None, keepdims=False):
    if x.dtype != np.float16 or axis is not None:
        return original(x, axis=axis, keepdims=keepdims)
    total = np.float16(0)
    for value in x.ravel():
        total = np.float16(total + value)
    return total.reshape((1,) * x.ndim) if keepdims else total


def _without_last(original, x, *, axis=None, keepdims=False):
    if axis is None and x.size > 65_536:
        return original(x.reshape(-1)[:-1], axis=None, keepdims=keepdims)
    return original(x, axis=axis, keepdims=keepdims)


def _naive_float32(original, x, *, axis=None, keepdims=False):
    if x.dtype == np.float32 and axis is None and x.size:
        return np.cumsum(x.ravel(), dtype=np.float32)[-1].reshape((1,) * x.ndim if keepdims else ())[()]
    return original(x, axis=axis, keepdims=keepdims)


def _shuffled(original, x, *, axis=None, keepdims=False):
    if axis is None and x.dtype.kind == "f":
        x = np.random.default_rng().permutation(x.reshape(-1)).reshape(x.shape)
    return original(x, axis=axis, keepdims=keepdims)


def _last_tie(original, x, *, axis):
    return x.shape[axis] - 1 - original(np.flip(x, axis), axis=axis)


def _nan_first(original, x, *, axis):
    return (
        np.roll(original(x, axis=axis), 1, axis)
        if x.dtype.kind == "f" and np.isnan(x).any()
        else original(x, axis=axis)
    )


def _ties_reversed(original, x, *, axis):
    return (
        x.shape[axis] - 1 - np.flip(original(np.flip(x, axis), axis=axis), axis)
        if False
        else np.flip(np.argsort(-np.flip(x, axis) if x.dtype.kind in "if" else x, axis=axis, kind="stable"), axis)
    )


def _columns_first(original, x, *, shape):
    return np.reshape(x, original(x, shape=shape).shape, order="F") if x.ndim > 1 else original(x, shape=shape)


def _without_repeats(original, x, indices, updates):
    found = np.array(x)
    found[indices] = x[indices] + updates
    return found


FAULTS: tuple[Fault, ...] = (
    function("add", "float32 in float16", _in("float16")),
    function(
        "subtract", "operands swapped if they broadcast", lambda f, x, y: f(y, x) if x.shape != y.shape else f(x, y)
    ),
    function(
        "multiply", "no negative zero", lambda f, x, y: f(x, y) + x.dtype.type(0) if x.dtype.kind == "f" else f(x, y)
    ),
    function(
        "multiply",
        "int64 by way of float64",
        lambda f, x, y: f(x.astype("float64"), y.astype("float64")).astype("int64") if x.dtype == np.int64 else f(x, y),
    ),
    function("divide", "0 in place of an infinity", lambda f, x, y: _where(y == 0, f(x, y), 0)),
    function("divide", "by a reciprocal, which rounds twice", lambda f, x, y: x * f(y.dtype.type(1), y)),
    function(
        "floor_divide",
        "towards zero",
        lambda f, x, y: (
            np.trunc(x / y).astype(x.dtype)
            if x.dtype.kind == "f"
            else f(x, y) + ((x % y != 0) & ((x < 0) != (y < 0))).astype(x.dtype)
        ),
    ),
    function("remainder", "with the sign of the dividend", lambda f, x, y: np.fmod(x, y)),
    function("pow", "0 to the power of 0 is 0", lambda f, x, y: _where((x == 0) & (y == 0), f(x, y), 0)),
    function(
        "abs",
        "NaN becomes 0",
        lambda f, x: np.nan_to_num(f(x), nan=0.0, posinf=np.inf) if x.dtype.kind == "f" else f(x),
    ),
    function(
        "negative",
        "the smallest of a row of three stays",
        lambda f, x: _where(x == 2, f(x), 2) if x.dtype == np.int16 else f(x),
    ),
    function("maximum", "NaN lost", lambda f, x, y: np.fmax(x, y)),
    function("minimum", "NaN lost", lambda f, x, y: np.fmin(x, y)),
    function("exp", "float64 in float32", _in("float32")),
    function(
        "exp",
        "subnormal results become 0",
        lambda f, x: _where(abs(f(x)) < np.finfo(x.dtype).tiny, f(x), 0) if x.dtype.kind == "f" else f(x),
    ),
    function("expm1", "exp(x) - 1", lambda f, x: np.exp(x) - x.dtype.type(1)),
    function("log1p", "log(1 + x)", lambda f, x: np.log(x.dtype.type(1) + x)),
    function("log", "of a negative number is 0", lambda f, x: _where(x < 0, f(x), 0) if x.dtype.kind == "f" else f(x)),
    function("sqrt", "one part in a million off", lambda f, x: f(x) * x.dtype.type(1 + 1e-6)),
    function(
        "sin",
        "of large numbers imprecise",
        lambda f, x: (
            f(np.fmod(x.astype("float32"), np.float32(2 * np.pi))).astype(x.dtype) if x.dtype.kind == "f" else f(x)
        ),
    ),
    function("cos", "wrong sign in matrices", lambda f, x: -f(x) if x.ndim == 2 else f(x)),
    function("tan", "complex128 in complex64", _in("complex64")),
    function("atan2", "only right of the axis", lambda f, y, x: np.arctan(y / x)),
    function("tanh", "1 beyond 4", lambda f, x: _where(x > 4, f(x), 1) if x.dtype.kind == "f" else f(x)),
    function(
        "asinh",
        "of large negative numbers by cancellation",
        lambda f, x: np.log(x + np.sqrt(x * x + 1)) if x.dtype.kind == "f" else f(x),
    ),
    function("floor", "towards zero", lambda f, x: np.trunc(x)),
    function(
        "round",
        "halves away from zero",
        lambda f, x: np.sign(x) * np.floor(np.abs(x) + x.dtype.type(0.5)) if x.dtype.kind == "f" else f(x),
    ),
    function("equal", "NaN equals NaN", lambda f, x, y: f(x, y) | ((x != x) & (y != y))),
    function(
        "equal",
        "int64 compared as float64",
        lambda f, x, y: f(x.astype("float64"), y.astype("float64")) if x.dtype == np.int64 else f(x, y),
    ),
    function("less", "NaN is less than all", lambda f, x, y: f(x, y) | (x != x)),
    function("less_equal", "not greater, which NaN is", lambda f, x, y: ~np.greater(x, y)),
    function("not_equal", "NaN is like itself", lambda f, x, y: f(x, y) & ((x == x) | (y == y))),
    function("logical_or", "one but not both", lambda f, x, y: x ^ y),
    function("logical_not", "truth values without axes stay", lambda f, x: f(x) if x.ndim else x),
    function(
        "bitwise_left_shift",
        "int64 in int32",
        lambda f, x, y: f(x.astype("int32"), y.astype("int32")).astype("int64") if x.dtype == np.int64 else f(x, y),
    ),
    function(
        "bitwise_right_shift",
        "of negative numbers brings in zeros",
        lambda f, x, y: f(x.astype("uint32"), y.astype("uint32")).astype("int32") if x.dtype == np.int32 else f(x, y),
    ),
    function(
        "where",
        "swapped if the condition has fewer axes",
        lambda f, c, x, y: f(c, y, x) if c.ndim < max(x.ndim, y.ndim) else f(c, x, y),
    ),
    function("isnan", "infinities too", lambda f, x: ~np.isfinite(x)),
    function("isfinite", "NaN too", lambda f, x: ~np.isinf(x)),
    function("sum", "float16 added up in float16", _half_sum, "reduce_sum"),
    function("sum", "float32 added up one by one", _naive_float32, "reduce_sum"),
    function("sum", "wrong axis for three axes only", _of_rank(3, lambda axis, rank: (axis + 1) % rank), "reduce_sum"),
    function(
        "sum",
        "negative axes counted from the wrong end",
        lambda f, x, axis=None, keepdims=False: f(
            x, axis=-axis - 1 if isinstance(axis, int) and axis < 0 else axis, keepdims=keepdims
        ),
        "reduce_sum",
    ),
    function("sum", "the last of many is left out", _without_last, "reduce_sum"),
    function(
        "sum",
        "int64 in float64",
        lambda f, x, axis=None, keepdims=False: (
            np.asarray(np.sum(x.astype("float64"), axis=axis, keepdims=keepdims)).astype("int64")[()]
            if x.dtype == np.int64
            else f(x, axis=axis, keepdims=keepdims)
        ),
        "reduce_sum",
    ),
    function("sum", "another order each time", _shuffled, "reduce_sum"),
    function(
        "prod",
        "of nothing is 0",
        lambda f, x, axis=None, keepdims=False: (
            f(x, axis=axis, keepdims=keepdims) * x.dtype.type(0 if x.size == 0 else 1)
        ),
        "reduce_prod",
    ),
    function(
        "max",
        "NaN lost",
        lambda f, x, axis=None, keepdims=False: np.fmax.reduce(x, axis=axis, keepdims=keepdims),
        "reduce_max",
    ),
    function(
        "max",
        "never below 0",
        lambda f, x, axis=None, keepdims=False: np.maximum(f(x, axis=axis, keepdims=keepdims), x.dtype.type(0)),
        "reduce_max",
    ),
    function("min", "wrong axis for three axes only", _of_rank(3, lambda axis, rank: (axis + 1) % rank), "reduce_min"),
    function("argmax", "the last of equals", _last_tie),
    function("argmax", "int32", lambda f, x, axis: f(x, axis=axis).astype("int32")),
    function(
        "argmin",
        "NaN passed over",
        lambda f, x, axis: (
            f(np.where(x != x, np.inf, x).astype(x.dtype), axis=axis) if x.dtype.kind == "f" else f(x, axis=axis)
        ),
    ),
    function(
        "all",
        "of nothing is false",
        lambda f, x, axis=None, keepdims=False: f(x, axis=axis, keepdims=keepdims) & (x.size > 0),
        "reduce_all",
    ),
    function("any", "wrong axis for three axes only", _of_rank(3, lambda axis, rank: (axis + 1) % rank), "reduce_any"),
    function("cumulative_sum", "without the element itself", lambda f, x, axis: f(x, axis=axis) - x, "math.cumsum"),
    function(
        "cumulative_sum",
        "float16 added up in float16",
        lambda f, x, axis: np.add.accumulate(x, axis=axis),
        "math.cumsum",
    ),
    function("sort", "NaN first", _nan_first),
    function("argsort", "equal elements reversed", _ties_reversed),
    function("reshape", "columns first", _columns_first),
    function(
        "permute_dims", "the inverse order", lambda f, x, axes: f(x, axes=tuple(np.argsort(axes).tolist())), "transpose"
    ),
    function(
        "concat",
        "reversed along a negative axis",
        lambda f, xs, axis: f(tuple(xs)[::-1] if axis < 0 else xs, axis=axis),
    ),
    function(
        "getitem",
        "steps backwards begin one too early",
        lambda f, x, key: f(
            x,
            key=tuple(
                slice(k.start - 1 if k.start else -2, k.stop, k.step)
                if isinstance(k, slice) and (k.step or 1) < 0
                else k
                for k in key
            ),
        ),
    ),
    function(
        "take",
        "along the first axis if the lengths allow it",
        lambda f, x, i, axis: f(x, i, axis=0) if x.ndim == 2 and x.shape[0] == x.shape[1] else f(x, i, axis=axis),
        "gather",
    ),
    function("scatter_add", "repeated rows do not add up", _without_repeats),
    function("matmul", "float32 in float16", _in("float16")),
    function(
        "matmul",
        "the leading axes of the right operand are not broadcast",
        lambda f, x, y: f(x, y[(slice(0, 1),) * (y.ndim - 2)]) if y.ndim > 2 else f(x, y),
    ),
    function("conj", "does nothing", lambda f, x: x),
    function("imag", "negated", lambda f, x: -f(x)),
    function(
        "astype",
        "rounds to integers",
        lambda f, x, dtype: f(np.round(x) if x.dtype.kind == "f" and np.dtype(dtype).kind in "iu" else x, dtype=dtype),
        "cast",
    ),
    function(
        "astype",
        "only numbers above 0 are true",
        lambda f, x, dtype: x > 0 if np.dtype(dtype) == bool and x.dtype.kind in "if" else f(x, dtype=dtype),
        "cast",
    ),
    function("cholesky", "the upper triangle", lambda f, x: np.swapaxes(f(x), -1, -2), "linalg.cholesky"),
    function("solve", "with the matrix transposed", lambda f, x, y: f(np.swapaxes(x, -1, -2), y), "linalg.solve"),
    function("eigh", "the largest first", lambda f, x: (np.flip(f(x)[0], -1), np.flip(f(x)[1], -1)), "linalg.eigh"),
    function(
        "svd",
        "V in place of its adjoint",
        lambda f, x, full_matrices: (
            f(x, full_matrices=full_matrices)[0],
            f(x, full_matrices=full_matrices)[1],
            np.swapaxes(f(x, full_matrices=full_matrices)[2], -1, -2),
        ),
        "linalg.svd",
    ),
    function("det", "its absolute value", lambda f, x: np.abs(f(x)).astype(x.dtype), "linalg.det"),
)
