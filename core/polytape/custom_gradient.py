"""Functions whose gradient their author writes: `custom_gradient`, and `recompute_grad`, which saves memory with it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any

from polytape import nest
from polytape.backend import Array
from polytape.backward import as_tensor
from polytape.conversion import convert
from polytape.dtypes import ANY
from polytape.errors import InvalidArgumentError
from polytape.op import op
from polytape.recorder import Recorder, listening, recorders
from polytape.tape import GradientTape
from polytape.tensor import Tensor
from polytape.variable import Variable


@op(lambda backend, gradient, rule: rule(backend, gradient), accepts=ANY, multiple=True, holomorphic=False)
def user_function(
    backend: Any, *xs: Array, rule: Callable[..., Any], function: Callable[..., Any]
) -> tuple[Array, ...]:
    """Run a user's function, whose gradient is the user's `rule`."""
    return tuple(function(*xs))


user_function.op.batches = user_function.op.repeats = False  # type: ignore[attr-defined]


def custom_gradient(f: Callable[..., Any] | None = None) -> Callable[..., Any]:
    """Give a function a gradient of its own.

    Args:
        f: takes tensors (and keyword arguments, which have no gradients) and returns `(result, grad_fn)`. `grad_fn`
            takes the gradient of each tensor in `result` and returns that of each positional argument of `f`. Where `f`
            reads trainable variables, `grad_fn` must take `variables=` as well and return
            `(gradients of the arguments, gradients of the variables)`.

    Returns:
        A function that returns `result`. What `f` does is not recorded.

    Raises:
        InvalidArgumentError: if `f` does not return a pair, or `grad_fn` returns the wrong number of gradients.

    >>> import polytape as tf
    >>> @tf.custom_gradient
    ... def log1pexp(x):
    ...     e = tf.exp(x)
    ...     return tf.math.log1p(e), lambda upstream: upstream * (1 - 1 / (1 + e))
    >>> x = tf.constant(100.0)
    >>> with tf.GradientTape() as tape:
    ...     tape.watch(x)
    ...     y = log1pexp(x)
    >>> float(tape.gradient(y, x))
    1.0
    """

    if f is None:  # `@tf.custom_gradient()`
        return custom_gradient

    @wraps(f)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        arguments = [convert(leaf) for leaf in nest.flatten(args)]
        with _unrecorded() as variables:
            returned = f(*nest.pack_sequence_as(args, arguments), **kwargs)
        if not isinstance(returned, tuple) or len(returned) != 2 or not callable(returned[1]):
            raise InvalidArgumentError(
                f"custom_gradient: {_name(f)} must return (result, grad_fn); received {returned!r:.100}."
            )
        result, grad_fn = returned
        used = list(variables.read.values())
        if used and not _takes_variables(grad_fn):
            raise InvalidArgumentError(
                f"custom_gradient: {_name(f)} reads the variables {[v.name for v in used]}, so its grad_fn must take a "
                "keyword argument `variables` and return (gradients of arguments, gradients of variables)."
            )
        outputs = [Tensor(convert(leaf)._array, convert(leaf)._backend) for leaf in nest.flatten(result)]

        def rule(backend: Any, gradient: Sequence[Any]) -> list[Any]:
            upstream = [as_tensor(part, output._backend) for part, output in zip(gradient, outputs)]
            found = _gradients(f, grad_fn, upstream, len(arguments), used)
            if type(gradient[0]) is Tensor:
                return found
            return [None if part is None else part._array for part in found]

        inputs = (*arguments, *[variable.read_value() for variable in used])
        if inputs:
            for recorder in listening():
                recorder.record(user_function.op, inputs, {"rule": rule}, tuple(outputs))  # type: ignore[attr-defined]
        return nest.pack_sequence_as(result, outputs)

    return decorated


def recompute_grad(f: Callable[..., Any]) -> Callable[..., Any]:
    """Return `f` such that a tape keeps none of its intermediate results, but runs it again for the gradient.

    Args:
        f: a function of tensors that gives the same result each time.

    >>> import polytape as tf
    >>> x = tf.Variable(2.0)
    >>> with tf.GradientTape() as tape:
    ...     y = tf.recompute_grad(lambda x: tf.exp(x) * x)(x)
    >>> round(float(tape.gradient(y, x)), 4)
    22.1672
    """

    @custom_gradient
    @wraps(f)
    def recomputed(*args: Any, **kwargs: Any) -> Any:
        def grad_fn(*upstream: Any, variables: Sequence[Variable] = ()) -> Any:
            leaves = [leaf for leaf in nest.flatten(args) if leaf.dtype.is_differentiable]
            with GradientTape() as tape:
                tape.watch(leaves)
                tape.watch(list(variables))
                again = f(*args, **kwargs)
            found = tape.gradient(again, [*leaves, *variables], output_gradients=nest.pack_sequence_as(again, upstream))
            gradients = iter(found)
            of_arguments = [next(gradients) if leaf.dtype.is_differentiable else None for leaf in nest.flatten(args)]
            return (of_arguments, list(gradients)) if variables else of_arguments

        return f(*args, **kwargs), grad_fn

    return recomputed


class _Reads(Recorder):
    """Listens for the variables that a function reads."""

    def __init__(self) -> None:
        self.read: dict[int, Variable] = {}

    def record(self, *_: Any) -> None:
        """Ops inside are the author's business."""

    def accessed(self, variable: Variable) -> None:
        """Take note of a variable."""
        self.read[variable._key] = variable


@contextmanager
def _unrecorded() -> Any:
    reads = _Reads()
    token = recorders.set((reads,))
    try:
        yield reads
    finally:
        recorders.reset(token)


def _gradients(
    f: Callable[..., Any], grad_fn: Callable[..., Any], upstream: list[Any], count: int, used: list[Variable]
) -> list[Any]:
    """What the author's function gives, for each argument and then each variable."""
    if used:
        returned = grad_fn(*upstream, variables=used)
        if not isinstance(returned, tuple) or len(returned) != 2:
            raise InvalidArgumentError(
                f"custom_gradient: with variables, the grad_fn of {_name(f)} must return (gradients of arguments, "
                f"gradients of variables); received {returned!r:.100}."
            )
        of_arguments, of_variables = _listed(returned[0]), _listed(returned[1])
    else:
        of_arguments, of_variables = _listed(grad_fn(*upstream)), []
    if len(of_arguments) != count or len(of_variables) != len(used):
        raise InvalidArgumentError(
            f"custom_gradient: the grad_fn of {_name(f)} returned {len(of_arguments)} gradients for {count} "
            "arguments and "
            f"{len(of_variables)} for {len(used)} variables."
        )
    return [None if part is None else convert(part) for part in (*of_arguments, *of_variables)]


def _listed(gradients: Any) -> list[Any]:
    return nest.flatten(gradients)


def _takes_variables(grad_fn: Callable[..., Any]) -> bool:
    parameters = inspect.signature(grad_fn).parameters.values()
    return any(parameter.name == "variables" or parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)


def _name(f: Callable[..., Any]) -> str:
    return getattr(f, "__name__", repr(f))
