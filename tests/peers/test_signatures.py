"""Every public function that polytape and TensorFlow share takes the same parameters in one order."""

from __future__ import annotations

import inspect
from typing import Any

import accepted_signatures as accepted
import pytest
from signatures import differences

import polytape

tensorflow: Any = pytest.importorskip("tensorflow", reason="TensorFlow, the peer, is not installed (tox -e peers)")

NAMESPACES = (
    *("", "autodiff", "bitwise", "compat.v1.train", "debugging", "linalg", "math", "nest", "nn", "random"),
    *("keras.activations", "keras.constraints", "keras.initializers", "keras.layers", "keras.losses", "keras.metrics"),
    *("keras.optimizers", "keras.optimizers.schedules", "keras.random", "keras.regularizers", "keras.utils"),
)
CLASSES = (
    *("GradientTape", "IndexedSlices", "Module", "Tensor", "TensorShape", "TensorSpec", "Variable", "data.Dataset"),
    *("autodiff.ForwardAccumulator", "keras.Model", "keras.Sequential", "keras.layers.Layer", "keras.metrics.Metric"),
    *("keras.optimizers.Optimizer", "random.Generator"),
)


def _found(module: Any, path: str) -> Any:
    for part in path.split(".") if path else ():
        module = getattr(module, part, None)
    return module


def _shared(path: str) -> list[str]:
    """The paths of what is public and can be called on both sides."""
    ours, theirs = _found(polytape, path), _found(tensorflow, path)
    names = [name for name in dir(theirs) if not name.startswith("_") and name in dir(ours)]
    return [
        f"{path}.{name}".lstrip(".")
        for name in names
        if callable(getattr(theirs, name)) and not inspect.ismodule(getattr(theirs, name))
    ]


PATHS = [path for place in (*NAMESPACES, *CLASSES) for path in _shared(place)]


@pytest.fixture(scope="module")
def found() -> dict[str, set[str]]:
    return {path: differences(_found(polytape, path), _found(tensorflow, path)) for path in PATHS}


def _accepted(path: str) -> set[str]:
    return set(accepted.DIFFERENCES.get(path, {})) | {f"lacks {name}" for name in accepted.LEFT_OUT}


def test_enough_is_compared() -> None:
    assert len(PATHS) > 800


def test_signatures(found: dict[str, set[str]]) -> None:
    left = {path: sorted(words - _accepted(path)) for path, words in found.items()}
    assert {path: words for path, words in left.items() if words} == {}


def test_accepted_differences_are_there(found: dict[str, set[str]]) -> None:
    gone = [
        (path, word)
        for path, words in accepted.DIFFERENCES.items()
        for word in words
        if word not in found.get(path, ())
    ]
    assert gone == []


def test_parameters_left_out_are_ones_that_tensorflow_has(found: dict[str, set[str]]) -> None:
    lacking = set().union(*found.values())
    assert sorted(name for name in accepted.LEFT_OUT if f"lacks {name}" not in lacking) == []
