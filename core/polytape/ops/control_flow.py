"""Choices and loops as functions. They run Python's own `if` and `while`, so tapes record what has run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from polytape import arguments, nest
from polytape.conversion import convert
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.ops.identity import stop_gradient
from polytape.tensor import Tensor

Branch = Callable[[], Any]


def cond(pred: Any, true_fn: Any = None, false_fn: Any = None, name: str | None = None) -> Any:
    """Return what one of two functions returns, the first if a condition holds. The other one is not called.

    Args:
        pred: a truth value: a bool, or a tensor of one element.
        true_fn, false_fn: functions without parameters.

    Raises:
        DTypeError: if one of the functions can't be called.
        InvalidArgumentError: if the condition is a tensor of several elements.

    >>> import polytape as tf
    >>> x, y = tf.constant(2), tf.constant(5)
    >>> int(tf.cond(x < y, lambda: x * 10, lambda: y * 10))
    20
    """
    _check_callable(true_fn, "cond: true_fn")
    _check_callable(false_fn, "cond: false_fn")
    return true_fn() if _truth(pred, "cond: pred") else false_fn()


def case(
    pred_fn_pairs: Any,
    default: Branch | None = None,
    exclusive: bool = False,
    strict: bool = False,
    name: str = "case",
) -> Any:
    """Return what the function beside the first condition that holds returns.

    Args:
        pred_fn_pairs: pairs `(condition, function without parameters)`.
        default: what to call if no condition holds.
        exclusive: whether it is an error if several conditions hold.
        strict: whether a function's list or tuple of one item is returned as it is; by default, the item is.

    Raises:
        InvalidArgumentError: if no condition holds and there is no default, or several hold and must not.
        DTypeError: if the pairs are not what they should be.

    >>> import polytape as tf
    >>> x = tf.constant(5)
    >>> tf.case([(x < 3, lambda: "small"), (x < 10, lambda: "medium")], default=lambda: "large")
    'medium'
    """
    pairs = _pairs(pred_fn_pairs)
    if default is not None:
        _check_callable(default, "case: default")
    if exclusive:
        holding = [place for place, (pred, _) in enumerate(pairs) if _truth(pred, "case: each condition")]
        if len(holding) > 1:
            raise InvalidArgumentError(
                f"case: with exclusive=True, at most one condition may hold; those at {holding} of {len(pairs)} do."
            )
    for pred, function in pairs:
        if _truth(pred, "case: each condition"):
            return _single(function(), strict)
    if default is None:
        raise InvalidArgumentError(
            f"case: none of the {len(pairs)} conditions holds, and there is no default; pass default=."
        )
    return _single(default(), strict)


def switch_case(branch_index: Any, branch_fns: Any, default: Branch | None = None, name: str = "switch_case") -> Any:
    """Return what the function of a number returns.

    Args:
        branch_index: an integer, or an integer tensor without axes.
        branch_fns: functions without parameters: a list of them, a dictionary by number, or pairs
            `(number, function)`.
        default: what to call if there is no function of that number; by default, the one of the largest.

    Raises:
        DTypeError: if the index is not an integer, or a branch can't be called.
        InvalidArgumentError: if there is no branch, or a number is given twice.

    >>> import polytape as tf
    >>> tf.switch_case(tf.constant(1), [lambda: "a", lambda: "b"])
    'b'
    >>> tf.switch_case(7, {2: lambda: "two", 3: lambda: "three"}, default=lambda: "another")
    'another'
    """
    branches = _branches(branch_fns)
    if default is not None:
        _check_callable(default, "switch_case: default")
    index = arguments.integer(branch_index, "switch_case: branch_index")
    return branches.get(index, default or branches[max(branches)])()


def while_loop(
    cond: Any,
    body: Any,
    loop_vars: Any,
    shape_invariants: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    maximum_iterations: Any = None,
    name: str | None = None,
) -> Any:
    """Repeat a function as long as a condition holds.

    Args:
        cond: gets the loop's variables, each as an argument, and returns a truth value.
        body: gets the same, and returns their next values in the same structure.
        loop_vars: a list or tuple of tensors, or of structures of tensors: the first values.
        shape_invariants: taken, and not needed: shapes may change from one round to the next.
        parallel_iterations: taken, and not needed.
        back_prop: whether gradients flow back through the loop.
        swap_memory: taken, and not needed.
        maximum_iterations: how many rounds there are at most.

    Returns:
        The last values, in the structure of `loop_vars`.

    Raises:
        InvalidArgumentError: if there are no variables, or `body` returns another structure.
        DTypeError: if `cond` or `body` can't be called.

    >>> import polytape as tf
    >>> i, total = tf.while_loop(lambda i, total: i < 5, lambda i, total: (i + 1, total + i), [0, 0])
    >>> int(i), int(total)
    (5, 10)
    """
    _check_callable(cond, "while_loop: cond")
    _check_callable(body, "while_loop: body")
    if not isinstance(loop_vars, (list, tuple)) or not loop_vars:
        raise InvalidArgumentError(
            f"while_loop: loop_vars must be a list or tuple of at least one variable; received {loop_vars!r:.100}."
        )
    limit = None
    if maximum_iterations is not None:
        limit = arguments.integer(maximum_iterations, "while_loop: maximum_iterations")
    values = nest.map_structure(convert, loop_vars)
    rounds = 0
    while (limit is None or rounds < limit) and _truth(cond(*values), "while_loop: what cond returns"):
        values = _next_values(body(*values), loop_vars)
        rounds += 1
    return values if back_prop else nest.map_structure(stop_gradient, values)


def _next_values(returned: Any, loop_vars: Any) -> Any:
    """What the body has returned, as tensors in the structure of the loop's variables."""
    if not isinstance(returned, (list, tuple)) and len(loop_vars) == 1:
        returned = (returned,)
    try:
        nest.assert_same_structure(
            list(loop_vars), list(returned) if isinstance(returned, (list, tuple)) else returned, check_types=False
        )
    except InvalidArgumentError as error:
        raise InvalidArgumentError(
            f"while_loop: body must return the next values in the structure of loop_vars. {error}"
        ) from None
    return nest.pack_sequence_as(loop_vars, [convert(leaf) for leaf in nest.flatten(returned)])


def _truth(value: Any, role: str) -> bool:
    if hasattr(value, "__polytape_tensor__"):
        value = value.__polytape_tensor__()
    if isinstance(value, Tensor) and value.shape.num_elements() != 1:
        raise InvalidArgumentError(
            f"{role} must be one truth value; received a tensor of shape {value.shape}. Reduce it, for "
            f"example with tf.reduce_all."
        )
    return bool(value)


def _check_callable(value: Any, role: str) -> None:
    if not callable(value):
        raise DTypeError(f"{role} must be callable; received {value!r:.100} of {type(value).__name__}.")


def _pairs(given: Any) -> list[tuple[Any, Branch]]:
    if not isinstance(given, (list, tuple)):
        raise DTypeError(f"case: pred_fn_pairs must be a list of pairs; received {given!r:.100}.")
    for pair in given:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            raise DTypeError(f"case: each item must be a pair (condition, function); received {pair!r:.100}.")
        _check_callable(pair[1], "case: the function of each pair")
    return [(pred, function) for pred, function in given]


def _branches(given: Any) -> dict[int, Branch]:
    """The functions by number."""
    if isinstance(given, Mapping):
        pairs: Sequence[Any] = list(given.items())
    elif isinstance(given, (list, tuple)):
        pairs = given if given and not callable(given[0]) else list(enumerate(given))
    else:
        pairs = []
    if not pairs:
        raise InvalidArgumentError(
            f"switch_case: branch_fns must be a list or dictionary of at least one function; received {given!r:.100}."
        )
    branches: dict[int, Branch] = {}
    for pair in pairs:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            raise DTypeError(
                f"switch_case: branch_fns must be functions or pairs (number, function); received {pair!r:.100}."
            )
        number = arguments.integer(pair[0], "switch_case: the number of each branch")
        _check_callable(pair[1], f"switch_case: branch {number}")
        if number in branches:
            raise InvalidArgumentError(f"switch_case: branch {number} is given twice.")
        branches[number] = pair[1]
    return branches


def _single(result: Any, strict: bool) -> Any:
    """The item of a list or tuple of one, unless `strict`."""
    return result[0] if not strict and isinstance(result, (list, tuple)) and len(result) == 1 else result
