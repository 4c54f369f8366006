"""Derivatives as functions: the interface of early eager mode, over `GradientTape`.

The derivative of a function is a function of the same arguments, so derivatives of any order are had by
calling these on one another's results. All of them can be used as decorators.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from operator import attrgetter
from typing import Any

from polytape.conversion import convert
from polytape.errors import InvalidArgumentError
from polytape.ops.identity import identity
from polytape.tape import GradientTape
from polytape.tensor import Tensor
from polytape.variable import Variable

Parameters = Sequence[int] | Sequence[str] | None
GradientsAndVariables = list[tuple[Any, Variable]]


def implicit_value_and_gradients(f: Callable[..., Any]) -> Callable[..., tuple[Any, GradientsAndVariables]]:
    """Return a function that gives the value of `f`, and its derivative by each trainable variable it reads.

    Args:
        f: a function that returns a tensor, or a nested structure of tensors whose derivatives are added up.

    Returns:
        A function of the arguments of `f` that returns `(value, [(gradient, variable), ...])`, the pairs in
        the order in which the variables were made. It raises `InvalidArgumentError` if `f` reads no trainable
        variable, or returns `None`.

    >>> import polytape as tf
    >>> v = tf.Variable(3.0)
    >>> f = tf.contrib.eager.implicit_value_and_gradients(lambda x: v * v * x)
    >>> value, [(gradient, variable)] = f(2.0)
    >>> float(value), float(gradient), variable is v
    (18.0, 12.0, True)
    """

    @wraps(f)
    def value_and_gradients(*arguments: Any, **options: Any) -> tuple[Any, GradientsAndVariables]:
        with GradientTape() as tape:
            value = _value(f, f(*arguments, **options))
        variables = sorted(tape.watched_variables(), key=_AGE)
        if not variables:
            raise InvalidArgumentError(
                f"No trainable variables were accessed while {_name(f)} was being computed. Read a "
                "tf.Variable in it, or differentiate by its arguments with gradients_function."
            )
        return value, list(zip(tape.gradient(value, variables), variables))

    return value_and_gradients


def implicit_gradients(f: Callable[..., Any]) -> Callable[..., GradientsAndVariables]:
    """Return a function that gives the derivative of `f` by each trainable variable it reads.

    What is returned and raised is as with `implicit_value_and_gradients`, without the value: a list that
    `apply_gradients` of an optimizer takes.

    >>> import polytape as tf
    >>> v = tf.Variable(3.0)
    >>> @tf.contrib.eager.implicit_gradients
    ... def square():
    ...     return v * v
    >>> tf.train.GradientDescentOptimizer(0.5).apply_gradients(square())
    >>> float(v)
    0.0
    """
    value_and_gradients = implicit_value_and_gradients(f)

    @wraps(f)
    def gradients(*arguments: Any, **options: Any) -> GradientsAndVariables:
        return value_and_gradients(*arguments, **options)[1]

    return gradients


def value_and_gradients_function(
    f: Callable[..., Any], params: Parameters = None
) -> Callable[..., tuple[Any, list[Any]]]:
    """Return a function that gives the value of `f`, and its derivative by each of its arguments.

    Args:
        f: a function of positional arguments that returns a tensor, or a nested structure of tensors whose
            derivatives are added up.
        params: the arguments by which to differentiate, all of them by position or all of them by name; by
            default all.

    Returns:
        A function of the arguments of `f`, and of `dy`, with which the value's elements are weighted (by
        default ones). It returns `(value, [gradient, ...])`; a gradient is `None` if the value does not
        depend on the argument.

    Raises:
        InvalidArgumentError: if `params` are of both kinds, or not among the arguments.

    >>> import polytape as tf
    >>> value, gradients = tf.contrib.eager.value_and_gradients_function(lambda x, y: x * x * y)(3.0, 2.0)
    >>> float(value), [float(gradient) for gradient in gradients]
    (18.0, [12.0, 9.0])
    """
    positions = _positions(f, params)

    @wraps(f)
    def value_and_gradients(*arguments: Any, dy: Any = None, **options: Any) -> tuple[Any, list[Any]]:
        if options:
            raise InvalidArgumentError(
                f"Functions to be differentiated cannot receive keyword arguments; received "
                f"{', '.join(options)}. Pass them by position."
            )
        given = list(arguments)
        chosen = range(len(given)) if positions is None else positions
        sources: list[Tensor] = []
        for position in chosen:
            if position >= len(given):
                raise InvalidArgumentError(
                    f"{_name(f)} is to be differentiated by argument {position}, and received {len(given)}."
                )
            source = convert(given[position])
            if any(source is other for other in sources):  # each of its places has a derivative
                source = identity(source)
            given[position] = source
            sources.append(source)
        with GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(sources)
            value = _value(f, f(*given))
        return value, tape.gradient(value, sources, dy)

    return value_and_gradients


def gradients_function(f: Callable[..., Any], params: Parameters = None) -> Callable[..., list[Any]]:
    """Return a function that gives the derivative of `f` by each of its arguments.

    Arguments, results and errors are those of `value_and_gradients_function`, without the value.

    >>> import polytape as tf
    >>> derivative = tf.contrib.eager.gradients_function
    >>> cube = lambda x: x * x * x
    >>> second = derivative(lambda x: derivative(cube)(x)[0])
    >>> float(second(2.0)[0])
    12.0
    """
    value_and_gradients = value_and_gradients_function(f, params)

    @wraps(f)
    def gradients(*arguments: Any, **options: Any) -> list[Any]:
        return value_and_gradients(*arguments, **options)[1]

    return gradients


_AGE = attrgetter("_key")  # keys count up as variables are made


def _positions(f: Callable[..., Any], params: Parameters) -> Sequence[int] | None:
    """The positions of the arguments to differentiate by; `None` for all that are passed."""
    if params is None:
        return None
    if not isinstance(params, (list, tuple, range)) or not params:
        raise InvalidArgumentError(f"params must be a list of positions or of names; received {params!r}.")
    if all(type(parameter) is int for parameter in params):
        if any(parameter < 0 for parameter in params):
            raise InvalidArgumentError(f"params must hold no negative positions; received {params!r}.")
        return params
    if not all(isinstance(parameter, str) for parameter in params):
        raise InvalidArgumentError(f"params must be all strings or all integers; received {params!r}.")
    names: list[Any] = list(inspect.signature(f).parameters)
    unknown = [name for name in params if name not in names]
    if unknown:
        raise InvalidArgumentError(
            f"{_name(f)} has no argument {unknown[0]!r} to differentiate by; its arguments are {names}."
        )
    return [names.index(name) for name in params]


def _value(f: Callable[..., Any], value: Any) -> Any:
    if value is None:
        raise InvalidArgumentError(
            f"Cannot differentiate a function that returns None; did you forget to return a value from {_name(f)}?"
        )
    return value


def _name(f: Callable[..., Any]) -> str:
    return str(getattr(f, "__name__", f))
