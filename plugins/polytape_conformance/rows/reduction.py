"""Reductions along axes. The references add, multiply and compare element by element."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from polytape_conformance.row import Row, booleans, distinct, integers, positive, real

_INPUTS = ((real(2, 3),), (real(3, 2, 2).T,), (real(),), (real(5, low=3.0, high=4.0),))
_DISTINCT = ((distinct(2, 3),), (distinct(3, 2, 2).T,), (distinct(),))
_HALF = ("float16", "float32", "float64")
_ZEROS = np.array([[1.5, 0.0, -2.0], [0.0, 3.0, 0.0], [0.5, 2.0, -1.0]])


def _reduced(fold: Callable[[list[Any]], Any], axis: Any = None, keepdims: bool = False) -> Callable[[Any], Any]:
    """A reduction by `fold`, which makes one number of a list of them."""

    def reference(x: Any) -> Any:
        axes = tuple(range(x.ndim)) if axis is None else (axis,) if isinstance(axis, int) else axis
        axes = tuple(number % x.ndim for number in axes)
        shape = [1 if number in axes else length for number, length in enumerate(x.shape)]
        groups: dict[tuple[int, ...], list[Any]] = {index: [] for index in np.ndindex(*shape)}
        for index in np.ndindex(*x.shape):
            place = tuple(0 if number in axes else at for number, at in enumerate(index))
            groups[place].append(x[index])
        result = np.array([fold(group) for group in groups.values()]).reshape(shape)
        return result if keepdims else result.reshape([n for i, n in enumerate(shape) if i not in axes])

    return reference


def _mean(group: list[Any]) -> Any:
    return math.fsum(group) / len(group) if group else math.nan


def _variance(group: list[Any]) -> float:
    mean = _mean(group)
    return math.fsum((value - mean) ** 2 for value in group) / len(group)


def _logsumexp(group: list[Any]) -> float:
    largest = max(group)
    return float(largest + math.log(math.fsum(math.exp(value - largest) for value in group)))


def _norm(group: list[Any]) -> float:
    return math.hypot(*group)


def _truncated_mean(group: list[Any]) -> int:
    return int(math.fsum(map(float, group)) / len(group))


def _rows(path: str, fold: Callable[[list[Any]], Any], cases: Any, alias: str, **options: Any) -> list[Row]:
    """The rows of one reduction: over all axes, one, several, with and without keeping them."""

    def call(**arguments: Any) -> Callable[..., Any]:
        def run(tf: Any, x: Any) -> Any:
            function = tf
            for part in path.split("."):
                function = getattr(function, part)
            return function(x, **arguments)

        return run

    axes = tuple(case for case in cases if case[0].ndim)
    name = path.rpartition(".")[2]
    return [
        Row(
            path,
            call(),
            _reduced(fold),
            cases,
            alias_of=(alias,) if alias else (),
            rejects=(
                (
                    lambda tf: call(axis=2)(tf, np.ones((2, 3), np.float32)),
                    ValueError,
                    f"{name}: axis 2 is out of",
                ),
                (
                    lambda tf: call(axis=[0, -2])(tf, np.ones((2, 3), np.float32)),
                    ValueError,
                    "names an axis twice",
                ),
                (lambda tf: call(axis=0.5)(tf, np.ones((2, 3), np.float32)), TypeError, "must be an integer"),
                (lambda tf: call()(tf, [True, False]), TypeError, "must be of a dtype among"),
            ),
            **options,
        ),
        Row(path, call(axis=-1), _reduced(fold, -1), axes, variant="last", **options),
        Row(path, call(axis=0, keepdims=True), _reduced(fold, 0, True), axes, variant="kept", **options),
        Row(path, call(axis=[0, -1]), _reduced(fold, (0, -1)), (cases[0],), variant="several", **options),
        Row(
            path,
            call(axis=[]),
            lambda x: x if fold not in _CONSTANT else _reduced(fold, ())(x),
            (cases[0],),
            variant="none",
            **options,
        ),
    ]


_CONSTANT = (_variance, _norm)
_TRUTH = ((booleans(2, 3),), (booleans(3, 2, seed=1).T,), (np.array(True),), (np.zeros((0, 2), bool),))

ROWS = [
    *_rows("reduce_sum", math.fsum, (*_INPUTS, (real(0, 3),)), "math.reduce_sum", dtypes=_HALF),
    *_rows("reduce_mean", _mean, (*_INPUTS, (real(0, 3),)), "math.reduce_mean", dtypes=_HALF),
    *[
        Row(
            f"reduce_{name}",
            lambda tf, x, name=name: getattr(tf, f"reduce_{name}")(x, 1),
            _reduced(fold, 1),
            ((positive(2, 700),),),
            variant="many terms",
            differentiable=(),
        )
        for name, fold in (("sum", math.fsum), ("mean", _mean))
    ],
    *_rows("reduce_prod", math.prod, (*_INPUTS, (_ZEROS,), (real(0, 3),)), "math.reduce_prod"),
    *_rows("reduce_max", max, _DISTINCT, "math.reduce_max", dtypes=_HALF),
    *_rows("reduce_min", min, _DISTINCT, "math.reduce_min", dtypes=_HALF),
    *_rows("reduce_logsumexp", _logsumexp, _INPUTS, "math.reduce_logsumexp"),
    Row(
        "reduce_logsumexp",
        lambda tf, x: tf.reduce_logsumexp(x, 1),
        _reduced(_logsumexp, 1),
        ((real(2, 3) + 900.0,),),
        variant="far from zero",
        tolerance=100,  # gradients are exp(x - result), which multiplies the rounding of the result by its size
    ),
    *_rows("math.reduce_variance", _variance, _INPUTS, ""),
    *_rows("math.reduce_std", lambda group: math.sqrt(_variance(group)), (_INPUTS[0], _INPUTS[3]), "")[:3],
    *_rows("math.reduce_euclidean_norm", _norm, ((positive(2, 3),), (positive(3, 2, 2).T,), (positive(),)), ""),
    Row(
        "reduce_mean",
        lambda tf, x: tf.reduce_mean(x, 1),
        _reduced(_truncated_mean, 1),
        (
            (integers(3, 5, low=-9),),
            (integers(2, 300, low=-9, high=120, dtype="int8"),),
            (integers(2, 300, high=250, dtype="uint8"),),
            (integers(2, 5, low=2**30, high=2**31 - 1),),
        ),
        variant="integers",
    ),
    Row(
        "reduce_sum",
        lambda tf, x: tf.reduce_sum(x, 1),
        _reduced(lambda group: sum(map(int, group)), 1),
        ((integers(3, 5, low=-9, dtype="int64"),),),
        variant="integers",
    ),
    Row(
        "reduce_max",
        lambda tf, x: tf.reduce_max(x, 1),
        _reduced(max, 1),
        ((integers(3, 5, low=-9),),),
        variant="integers",
    ),
    Row(
        "reduce_all",
        lambda tf, x: tf.reduce_all(x, 0),
        _reduced(lambda group: False not in group, 0),
        _TRUTH[:2] + _TRUTH[3:],
        variant="axis",
    ),
    Row(
        "reduce_all",
        lambda tf, x: tf.reduce_all(x),
        _reduced(lambda group: False not in group),
        _TRUTH,
        alias_of=("math.reduce_all",),
        rejects=((lambda tf: tf.reduce_all([1, 2]), TypeError, "must be of a dtype among bool"),),
    ),
    Row(
        "reduce_any",
        lambda tf, x: tf.reduce_any(x, 0),
        _reduced(lambda group: True in group, 0),
        _TRUTH[:2] + _TRUTH[3:],
        variant="axis",
    ),
    Row(
        "reduce_any",
        lambda tf, x: tf.reduce_any(x, keepdims=True),
        _reduced(lambda group: True in group, keepdims=True),
        _TRUTH,
        alias_of=("math.reduce_any",),
        rejects=((lambda tf: tf.reduce_any([1.0]), TypeError, "must be of a dtype among bool"),),
    ),
    Row(
        "math.count_nonzero",
        lambda tf, x: tf.math.count_nonzero(x, axis=1),
        _reduced(lambda group: len([value for value in group if value]), 1),
        ((_ZEROS,), (integers(2, 4, high=2),), (booleans(2, 3),)),
        differentiable=(),
        rejects=((lambda tf: tf.math.count_nonzero([1], dtype=tf.bool), TypeError, "dtype must be numeric"),),
    ),
    Row(
        "argmax",
        lambda tf, x: tf.argmax(x, axis=1),
        lambda x: np.array([list(row).index(max(row)) for row in x]),
        ((distinct(3, 4),), (integers(4, 5, high=3),), (distinct(4, 3).T,), (booleans(3, 4),)),
        differentiable=(),
        alias_of=("math.argmax",),
        rejects=(
            (lambda tf: tf.argmax(3.0), ValueError, "argmax: axis 0 is out of range for a tensor of rank 0"),
            (lambda tf: tf.argmax(np.zeros((0, 2))), ValueError, "holds no elements"),
            (lambda tf: tf.argmax([1.0], output_type=tf.float32), TypeError, "int32 or int64"),
        ),
    ),
    Row(
        "argmin",
        lambda tf, x: tf.argmin(x, output_type=tf.int32),
        lambda x: np.array([list(column).index(min(column)) for column in x.T]),
        ((distinct(3, 4),), (integers(4, 5, high=3),), (distinct(4, 3).T,)),
        differentiable=(),
        alias_of=("math.argmin",),
        rejects=((lambda tf: tf.argmin([[1.0]], axis=2), ValueError, "argmin: axis 2 is out of range"),),
    ),
]
