"""Expressions, evaluated on polytape and on TensorFlow: dtypes, shapes, values, Python's types, and kinds of errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from accepted_expressions import ACCEPTED
from comparison import differing
from expressions import EXPRESSIONS

import polytape

tensorflow: Any = pytest.importorskip("tensorflow", reason="TensorFlow, the peer, is not installed (tox -e peers)")

CAUGHT = (
    *(ArithmeticError, AttributeError, IndexError, KeyError, NotImplementedError, RuntimeError, TypeError, ValueError),
)
PLAIN = (str, int, float, bool, type, type(None))


def _evaluated(tf: Any, expression: str) -> tuple[Any, Exception | None]:
    try:
        return eval(expression, {"tf": tf, "np": np}), None
    except Exception as error:
        return None, error


def _kinds(tf: Any, error: Exception) -> set[str]:
    """The names by which `except` catches an error: Python's, and those of `tf.errors` that both sides have."""
    shared = [
        name
        for name in dir(tensorflow.errors)
        if _is_class(tensorflow.errors, name) and _is_class(polytape.errors, name)
    ]
    return {kind.__name__ for kind in CAUGHT if isinstance(error, kind)} | {
        f"errors.{name}" for name in shared if isinstance(error, getattr(tf.errors, name))
    }


def _is_class(module: Any, name: str) -> bool:
    """Whether a module has a class of this name."""
    return isinstance(getattr(module, name, None), type)


def _words(expression: str) -> str | None:
    """How the two sides differ, or `None`."""
    theirs, their_error = _evaluated(tensorflow, expression)
    ours, our_error = _evaluated(polytape, expression)
    if our_error is None and their_error is None:
        return _difference(_plain(polytape, ours), _plain(tensorflow, theirs))
    if our_error is None:
        return f"TensorFlow raises {their_error!r}; polytape gives {ours!r}"
    if their_error is None:
        return f"TensorFlow gives {theirs!r}; polytape raises {our_error!r}"
    missed = _kinds(tensorflow, their_error) - _kinds(polytape, our_error)
    return f"{our_error!r} is not caught as {sorted(missed)}; TensorFlow raises {their_error!r}" if missed else None


def _plain(tf: Any, value: Any) -> Any:
    """What can be compared: arrays with their dtypes, and Python's own values and containers."""
    if isinstance(value, tf.TensorShape):
        return "TensorShape", tuple(value)
    if isinstance(value, tf.DType):
        return "DType", value.name
    if isinstance(value, (tf.Tensor, tf.Variable, np.ndarray, np.generic)):
        return np.asarray(value)
    if isinstance(value, tuple):
        return "tuple", *(_plain(tf, item) for item in value)
    if type(value).__name__ in ("list", "ListWrapper"):
        return "list", *(_plain(tf, item) for item in value)
    return value if isinstance(value, PLAIN) else type(value).__name__


def _difference(ours: Any, theirs: Any) -> str | None:
    if isinstance(ours, np.ndarray) and isinstance(theirs, np.ndarray):
        return "; ".join(differing("", ours, theirs)) or None
    if isinstance(ours, tuple) and isinstance(theirs, tuple) and len(ours) == len(theirs):
        return next((words for pair in zip(ours, theirs) if (words := _difference(*pair))), None)
    same = type(ours) is type(theirs) and not isinstance(ours, np.ndarray) and ours == theirs
    return None if same else f"{ours!r}, TensorFlow {theirs!r}"


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_expression(expression: str) -> None:
    words = _words(expression)
    if expression in ACCEPTED:
        assert words, f"{expression}: take it out of accepted_expressions, there is no difference any more"
    else:
        assert words is None, f"{expression}: {words}"


def test_accepted_differences_are_tried() -> None:
    assert sorted(set(ACCEPTED) - set(EXPRESSIONS)) == []
    assert len(set(EXPRESSIONS)) == len(EXPRESSIONS) > 600
