"""What goes into a step: pairs of gradient and variable, sorted out and checked."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any, NoReturn

from polytape.conversion import convert
from polytape.errors import BackendMismatchError, DTypeError, InvalidArgumentError
from polytape.graph.live import tracing
from polytape.indexed_slices import IndexedSlices
from polytape.optimizers.rows import without_duplicates
from polytape.tensor import Tensor
from polytape.variable import Variable


def usable(grads_and_vars: Iterable[tuple[Any, Any]], warned: set[tuple[str, ...]]) -> tuple[list[Any], list[Variable]]:
    """Return the gradients that are there, and their variables.

    Args:
        grads_and_vars: pairs `(gradient, variable)`.
        warned: the sets of variables without gradients of which a warning has been given; added to.

    Raises:
        InvalidArgumentError: if no gradient is there at all, or one has another shape than its variable.
        DTypeError, BackendMismatchError: if it has another dtype, or is on another backend.
    """
    gradients: list[Any] = []
    variables: list[Variable] = []
    without: list[Variable] = []
    trace = tracing.get()
    for gradient, variable in grads_and_vars:
        if gradient is None:
            without.append(variable)
            continue
        if trace is not None and type(gradient) is Tensor:
            gradient = trace.seen(gradient)
        elif trace is not None and type(gradient) is IndexedSlices and type(gradient.values) is Tensor:
            seen = trace.seen(gradient.values), trace.seen(gradient.indices)
            gradient = IndexedSlices(*seen, gradient.dense_shape)
        if type(gradient) is Tensor and type(variable) is Variable:
            array, held = gradient._array, variable._value
            if (
                array.shape != held._array.shape
                or array.dtype != held._array.dtype
                or gradient._backend is not held._backend
            ):
                _refuse(gradient, variable)
        else:
            gradient = _converted(gradient, variable)
        gradients.append(gradient)
        variables.append(variable)
    if without or not variables:
        _complain(without, bool(variables), warned)
    return gradients, variables


def _converted(gradient: Any, variable: Any) -> Any:
    """A gradient that is no plain tensor: rows, or something that converts to a tensor."""
    if type(variable) is not Variable:
        hint = " The pairs are (gradient, variable), in this order." if type(gradient) is Variable else ""
        raise InvalidArgumentError(
            f"An optimizer changes tf.Variable objects; received {_described(variable)} in the place of one.{hint}"
        )
    held = variable._value
    if type(gradient) is not IndexedSlices:
        gradient = convert(gradient, variable.dtype, like=held)
    elif type(gradient.values) is not Tensor:
        gradient = convert(gradient)
    dense = type(gradient) is Tensor
    values = gradient if dense else gradient.values
    shape = tuple(gradient.shape) if dense else tuple(gradient.dense_shape)
    if shape != tuple(held._array.shape) or values.dtype is not held.dtype or values._backend is not held._backend:
        _refuse(gradient, variable)
    return gradient if dense else without_duplicates(gradient)


def _refuse(gradient: Any, variable: Variable) -> NoReturn:
    values = gradient if type(gradient) is Tensor else gradient.values
    about = f"The gradient of the variable {variable.name!r}"
    if values._backend is not variable._backend:
        raise BackendMismatchError(
            f"{about} is on the backend {values.backend!r}, the variable on {variable.backend!r}. Compute the loss "
            "where the variable is."
        )
    if values.dtype is not variable.dtype:
        raise DTypeError(
            f"{about} has dtype {values.dtype.name}, the variable {variable.dtype.name}. Convert it with tf.cast."
        )
    raise InvalidArgumentError(
        f"{about} has shape {gradient.shape}, the variable {variable.shape}. Pass zip(gradients, variables) in the "
        "order in which the gradients were asked for."
    )


def _complain(without: list[Variable], others: bool, warned: set[tuple[str, ...]]) -> None:
    names = tuple(variable.name for variable in without)
    if not others:
        what = f" of {', '.join(names)}" if names else ": the list of pairs is empty"
        raise InvalidArgumentError(
            f"No gradients provided for any variable{what}. The loss must be computed from them inside the tape's "
            "context, by polytape's own ops; tape.explain(loss, variable) says where the way breaks off."
        )
    if names not in warned:
        warned.add(names)
        warnings.warn(
            f"Gradients do not exist for variables {list(names)} when minimizing the loss; they stay as they are.",
            stacklevel=4,
        )


def _described(value: Any) -> str:
    return f"{type(value).__name__} {value!r:.80}"
