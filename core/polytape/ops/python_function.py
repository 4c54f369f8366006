"""Python functions among the ops: on tensors (`py_function`) and on NumPy arrays (`numpy_function`)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from polytape import nest
from polytape.backend import Array, Backend
from polytape.conversion import convert
from polytape.dtypes import ANY, DType, as_dtype
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.graph.live import tracing, untraced
from polytape.op import op
from polytape.recorder import listening
from polytape.tensor import Tensor


@op(accepts=ANY, multiple=True)
def host_function(
    backend: Backend, *xs: Array, function: Callable[..., Any], dtypes: tuple[DType, ...]
) -> tuple[Array, ...]:
    """Run a function of NumPy arrays, whose results have the given dtypes; see `numpy_function`."""
    returned = function(*[np.array(backend.to_numpy(x))[()] for x in xs])
    return tuple([tensor._array for tensor in _converted(returned, dtypes, backend, "numpy_function")])


def numpy_function(
    func: Callable[..., Any], inp: Any, Tout: Any, stateful: bool = True, name: str | None = None
) -> Any:
    """Call a function of NumPy arrays with the values of tensors, and return what it returns as tensors.

    No gradient flows through it.

    Args:
        func: gets a NumPy array (or scalar, for a tensor without axes) for each tensor, and returns one or
            several.
        inp: the tensors.
        Tout: the dtype of what the function returns, or a list of dtypes.
        stateful: taken, and not needed.

    Returns:
        A tensor, or a list of tensors if `Tout` is a list.

    Raises:
        InvalidArgumentError: if the function returns another number of values than `Tout` has.
        DTypeError: if a value does not fit its dtype.

    >>> import polytape as tf
    >>> import numpy as np
    >>> float(tf.numpy_function(np.median, [tf.constant([1.0, 9.0, 2.0])], tf.float32))
    2.0
    """
    tensors, dtypes = _prepared(func, inp, Tout, "numpy_function")
    home = tensors[0]._backend if tensors else None
    if home is None:
        outputs = _converted(func(), dtypes, None, "numpy_function")
    else:
        arrays = host_function.op.forward(  # type: ignore[attr-defined]
            home, *[tensor._array for tensor in tensors], function=func, dtypes=dtypes
        )
        outputs = [Tensor(array, home) for array in arrays]
        for recorder in listening():
            metadata = {"function": func, "dtypes": dtypes}
            recorder.record(host_function.op, tensors, metadata, tuple(outputs))  # type: ignore[attr-defined]
    return outputs if isinstance(Tout, (list, tuple)) else outputs[0]


def py_function(func: Callable[..., Any], inp: Any, Tout: Any, name: str | None = None) -> Any:
    """Call a Python function with tensors, and return what it returns as tensors of given dtypes.

    Its ops are recorded as any others, so that gradients flow through it. In a `function` it is called at each call;
    where a tape listens within the function, its ops are replayed instead.

    Args:
        func: gets the tensors, and returns one or several.
        inp: the tensors.
        Tout: the dtype of what the function returns, or a list of dtypes; an empty list for a function that
            returns nothing.

    Returns:
        A tensor, or a list of tensors if `Tout` is a list.

    Raises:
        InvalidArgumentError: if the function returns another number of values than `Tout` has.
        DTypeError: if a value does not fit its dtype.

    >>> import polytape as tf
    >>> x = tf.constant(3.0)
    >>> with tf.GradientTape() as tape:
    ...     tape.watch(x)
    ...     y = tf.py_function(lambda x: x * x if x > 0 else -x, [x], tf.float32)
    >>> float(tape.gradient(y, x))
    6.0
    """
    if tracing.get() is not None and not listening():
        return numpy_function(partial(_on_tensors, func), inp, Tout)
    tensors, dtypes = _prepared(func, inp, Tout, "py_function")
    home = tensors[0]._backend if tensors else None
    outputs = _converted(func(*tensors), dtypes, home, "py_function")
    return outputs if isinstance(Tout, (list, tuple)) else outputs[0]


def _on_tensors(function: Callable[..., Any], *arrays: Any) -> Any:
    """Call a function of tensors with NumPy arrays, for NumPy arrays, unseen by the run that is being recorded."""
    with untraced():
        returned = function(*[convert(array) for array in arrays])
        results = list(returned) if isinstance(returned, (list, tuple)) else [returned]
        return [np.asarray(convert(result)) for result in results if result is not None]


def _prepared(func: Any, inp: Any, tout: Any, name: str) -> tuple[list[Tensor], tuple[DType, ...]]:
    if not callable(func):
        raise DTypeError(f"{name}: func must be callable; received {func!r:.100} of {type(func).__name__}.")
    if not isinstance(inp, (list, tuple)):
        raise InvalidArgumentError(f"{name}: inp must be a list of tensors; received {inp!r:.100}.")
    return [convert(value) for value in inp], tuple([as_dtype(dtype) for dtype in nest.flatten(tout)])


def _converted(returned: Any, dtypes: tuple[DType, ...], home: Backend | None, name: str) -> list[Tensor]:
    """What the function has returned, as tensors of the dtypes."""
    if not dtypes:
        return []
    values = list(returned) if isinstance(returned, (list, tuple)) and len(dtypes) != 1 else [returned]
    if len(dtypes) == 1 and isinstance(returned, (list, tuple)) and len(returned) == 1:
        values = list(returned)
    if len(values) != len(dtypes):
        raise InvalidArgumentError(
            f"{name}: Tout has {len(dtypes)} dtypes, but the function returned {len(values)} values."
        )
    return [convert(value, dtype, backend=home) for value, dtype in zip(values, dtypes)]
