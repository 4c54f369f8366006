"""Python functions among the ops: on tensors (`py_function`) and on NumPy arrays (`numpy_function`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polytape import nest
from polytape.backend import Array, Backend
from polytape.batched import batching
from polytape.conversion import convert
from polytape.dtypes import ANY, DType, as_dtype
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.graph.live import tracing
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

    No gradient flows through it. In a `function` it is called at each call.

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

    def run(*inputs: Tensor) -> list[Tensor]:
        if not inputs:
            return _converted(func(), dtypes, None, "numpy_function")
        home = inputs[0]._backend
        arrays = host_function.op.forward(  # type: ignore[attr-defined]
            home, *[tensor._array for tensor in inputs], function=func, dtypes=dtypes
        )
        return [Tensor(array, home) for array in arrays]

    outputs = _run("numpy_function", run, tensors)
    if tensors:
        metadata = {"function": func, "dtypes": dtypes}
        for recorder in listening():
            recorder.record(host_function.op, tensors, metadata, tuple(outputs))  # type: ignore[attr-defined]
    return outputs if isinstance(Tout, (list, tuple)) else outputs[0]


def py_function(func: Callable[..., Any], inp: Any, Tout: Any, name: str | None = None) -> Any:
    """Call a Python function with tensors, and return what it returns as tensors of given dtypes.

    Its ops are recorded as any others, so that gradients flow through it, to its inputs and to the variables that it
    reads. In a `function` it is called at each call, and finds variables as they are at that point.

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
    tensors, dtypes = _prepared(func, inp, Tout, "py_function")

    def run(*inputs: Tensor) -> list[Tensor]:
        return _converted(func(*inputs), dtypes, inputs[0]._backend if inputs else None, "py_function")

    outputs = _run("py_function", run, tensors)
    return outputs if isinstance(Tout, (list, tuple)) else outputs[0]


def _run(name: str, function: Callable[..., list[Tensor]], tensors: list[Tensor]) -> list[Tensor]:
    """Call a function of tensors; while a run is recorded, as one step of it."""
    trace = tracing.get()
    if trace is None or batching.get() is not None:  # in a batch, each row is a call of its own
        return function(*tensors)
    from polytape.ops.python_call import recorded_call  # it imports what records, for which not every program asks

    return recorded_call(trace, name, function, tensors, differentiable=name == "py_function")


def _prepared(func: Any, inp: Any, tout: Any, name: str) -> tuple[list[Tensor], tuple[DType, ...]]:
    if not callable(func):
        raise DTypeError(f"{name}: func must be callable; received {func!r:.100} of {type(func).__name__}.")
    if not isinstance(inp, (list, tuple)):
        raise InvalidArgumentError(f"{name}: inp must be a list of tensors; received {inp!r:.100}.")
    return [convert(value) for value in inp], tuple([as_dtype(dtype) for dtype in nest.flatten(tout)])


def _converted(returned: Any, dtypes: tuple[DType, ...], backend: Backend | None, name: str) -> list[Tensor]:
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
    return [convert(value, dtype, backend=backend) for value, dtype in zip(values, dtypes)]
