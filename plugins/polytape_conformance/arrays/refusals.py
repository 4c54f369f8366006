"""What users are told: errors of polytape's own classes, which name the op and what was wrong with it.

They are asked for through the public ops, as users would; the library's own exceptions must not come through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from polytape import dtypes, errors
from polytape_conformance.case import Case
from polytape_conformance.level import Level
from polytape_conformance.refusal import refused
from polytape_conformance.subject import Subject

Trial = tuple[str, str, type[Exception], str, Callable[[Any], Any]]


def _ones(tf: Any, *shape: int, dtype: str = "float32") -> Any:
    return tf.constant(np.ones(shape, dtype))


TRIALS: tuple[Trial, ...] = (
    ("add", "shapes", errors.InvalidArgumentError, "add.*shape", lambda tf: _ones(tf, 3) + _ones(tf, 4)),
    (
        "multiply",
        "shapes",
        errors.InvalidArgumentError,
        "multiply.*shape",
        lambda tf: _ones(tf, 2, 3) * _ones(tf, 3, 2),
    ),
    ("pow", "shapes", errors.InvalidArgumentError, "pow.*shape", lambda tf: _ones(tf, 2, 3) ** _ones(tf, 2)),
    (
        "where",
        "shapes",
        errors.InvalidArgumentError,
        "where",
        lambda tf: tf.where(_ones(tf, 3) > 0, _ones(tf, 2), _ones(tf, 4)),
    ),
    ("matmul", "shapes", errors.InvalidArgumentError, "matmul", lambda tf: _ones(tf, 2, 3) @ _ones(tf, 2, 3)),
    (
        "solve",
        "shapes",
        errors.InvalidArgumentError,
        "solve",
        lambda tf: tf.linalg.solve(_ones(tf, 2, 2), _ones(tf, 3, 1)),
    ),
    ("reshape", "shapes", errors.InvalidArgumentError, "reshape", lambda tf: tf.reshape(_ones(tf, 6), [4, 2])),
    (
        "broadcast_to",
        "shapes",
        errors.InvalidArgumentError,
        "broadcast_to",
        lambda tf: tf.broadcast_to(_ones(tf, 3), [2, 4]),
    ),
    (
        "concat",
        "shapes",
        errors.InvalidArgumentError,
        "concat",
        lambda tf: tf.concat([_ones(tf, 2, 3), _ones(tf, 2, 2)], 0),
    ),
    (
        "add",
        "dtypes",
        errors.DTypeError,
        "add.*float32.*int32|add.*int32.*float32",
        lambda tf: _ones(tf, 3) + _ones(tf, 3, dtype="int32"),
    ),
    ("add", "dtypes of numbers", errors.DTypeError, "1.5.*int32", lambda tf: _ones(tf, 3, dtype="int32") + 1.5),
    ("add", "range of numbers", errors.InvalidArgumentError, "range", lambda tf: _ones(tf, 3, dtype="int8") + 300),
    ("exp", "dtypes", errors.DTypeError, "exp.*int32", lambda tf: tf.exp(_ones(tf, 3, dtype="int32"))),
    ("matmul", "dtypes", errors.DTypeError, "matmul", lambda tf: _ones(tf, 2, 2) @ _ones(tf, 2, 2, dtype="int32")),
    (
        "logical_and",
        "dtypes",
        errors.DTypeError,
        "logical_and.*float32",
        lambda tf: tf.logical_and(_ones(tf, 2), _ones(tf, 2)),
    ),
    (
        "bitwise_and",
        "dtypes",
        errors.DTypeError,
        "bitwise.*float32",
        lambda tf: tf.bitwise.bitwise_and(_ones(tf, 2), _ones(tf, 2)),
    ),
    ("sum", "axis", errors.InvalidArgumentError, "axis", lambda tf: tf.reduce_sum(_ones(tf, 2, 3), axis=2)),
    ("max", "axis", errors.InvalidArgumentError, "axis", lambda tf: tf.reduce_max(_ones(tf, 2, 3), axis=-3)),
    ("argmax", "axis", errors.InvalidArgumentError, "axis", lambda tf: tf.argmax(_ones(tf, 2, 3), axis=2)),
    ("sort", "axis", errors.InvalidArgumentError, "axis", lambda tf: tf.sort(_ones(tf, 2, 3), axis=2)),
    ("cumulative_sum", "axis", errors.InvalidArgumentError, "axis", lambda tf: tf.cumsum(_ones(tf, 2, 3), axis=2)),
    ("concat", "axis", errors.InvalidArgumentError, "axis", lambda tf: tf.concat([_ones(tf, 2)], 1)),
    (
        "permute_dims",
        "axis",
        errors.InvalidArgumentError,
        "transpose|perm",
        lambda tf: tf.transpose(_ones(tf, 2, 3), [0, 0]),
    ),
    ("argmax", "empty", errors.InvalidArgumentError, "argmax", lambda tf: tf.argmax(_ones(tf, 0, 3), axis=0)),
    ("getitem", "range", errors.OutOfRangeError, "5", lambda tf: _ones(tf, 2, 3)[5]),
    ("getitem", "axes", errors.InvalidArgumentError, "axes|indices|index", lambda tf: _ones(tf, 2, 3)[0, 0, 0]),
    ("take", "range", errors.OutOfRangeError, "7", lambda tf: tf.gather(_ones(tf, 3), [0, 7])),
    ("take", "negative", errors.OutOfRangeError, "-1", lambda tf: tf.gather(_ones(tf, 3), [-1])),
    (
        "scatter_add",
        "range",
        errors.OutOfRangeError,
        "9",
        lambda tf: tf.tensor_scatter_nd_add(_ones(tf, 3), [[9]], [1.0]),
    ),
    (
        "cholesky",
        "not positive",
        errors.InvalidArgumentError,
        "[Cc]holesky",
        lambda tf: tf.linalg.cholesky(-_ones(tf, 2, 2)),
    ),
    ("cholesky", "not square", errors.InvalidArgumentError, "cholesky", lambda tf: tf.linalg.cholesky(_ones(tf, 2, 3))),
    (
        "inv",
        "singular",
        errors.InvalidArgumentError,
        "invertible|[Ss]ingular",
        lambda tf: tf.linalg.inv(_ones(tf, 2, 2)),
    ),
    (
        "solve",
        "singular",
        errors.InvalidArgumentError,
        "invertible|[Ss]ingular",
        lambda tf: tf.linalg.solve(_ones(tf, 2, 2), _ones(tf, 2, 1)),
    ),
)


def cases(subject: Subject) -> Iterator[Case]:
    """A case for each thing that can be wrong, and those of two backends."""
    for op, what, kind, pattern, call in TRIALS:
        yield Case(Level.ARRAYS, op, "refusal", _refused(kind, pattern, call), variant=what.replace(" ", "-"))
    yield Case(Level.ARRAYS, "add", "refusal", _two_backends, variant="two-backends")
    yield Case(Level.ARRAYS, "device", "refusal", _no_such_device)
    for dtype in ("float64", "complex128", "float16"):
        if dtypes.BY_NAME[dtype] not in subject.dtypes:
            yield Case(Level.ARRAYS, "cast", "refusal", _no_such_dtype(dtype), variant=dtype)


def _refused(kind: type[Exception], pattern: str, call: Callable[[Any], Any]) -> Callable[[Subject], None]:
    def run(subject: Subject) -> None:
        with refused(kind, match=pattern) as caught:
            found = call(subject.tf)
            (found if hasattr(found, "numpy") else found[0]).numpy()
        assert isinstance(caught.value, errors.PolytapeError)
        assert isinstance(caught.value, ValueError) or not issubclass(kind, errors.InvalidArgumentError)

    return run


def _two_backends(subject: Subject) -> None:
    """An op on tensors of two backends names both."""
    tf, name = subject.tf, subject.backend.name
    here = tf.ones([2, 2])
    with tf.use("numpy") as foreign:
        if foreign is subject.backend:
            return
        there = tf.ones([2, 2])
    for call in (tf.add, tf.matmul, lambda x, y: tf.concat([x, y], 0)):
        with refused(errors.BackendMismatchError, match=f"'{name}'") as caught:
            call(here, there)
        assert "'numpy'" in str(caught.value), "the message does not name both backends"


def _no_such_device(subject: Subject) -> None:
    with refused(errors.DeviceError, match="GPU:99"), subject.tf.device("GPU:99"):
        pass
    with refused(errors.PolytapeError):
        subject.tf.ones([2]).to("GPU:99")


def _no_such_dtype(dtype: str) -> Callable[[Subject], None]:
    def run(subject: Subject) -> None:
        with refused(errors.DTypeError, match=dtype):
            subject.tf.cast(subject.tf.ones([2]), dtype)
        subject.undeclared.clear()

    return run
