"""What two libraries that speak TensorFlow's language must agree on: structure, shape, dtype, value, gradient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

TOLERANCE = {"float16": 4e-3, "float32": 4e-5, "float64": 1e-9, "complex64": 4e-5, "complex128": 1e-9}


@dataclass(frozen=True)
class Outcome:
    """What a call gave: a structure, and its leaves as arrays; a leaf that is `None` stays so."""

    structure: Any
    leaves: list[Any]


def results(tf: Any, call: Callable[..., Any], inputs: tuple[Any, ...]) -> Outcome:
    """Call on tensors made from `inputs`."""
    found = call(tf, *map(tf.constant, inputs))
    return Outcome(_structure(found), [_array(tf, leaf) for leaf in tf.nest.flatten(found)])


def gradients(tf: Any, call: Callable[..., Any], inputs: tuple[Any, ...]) -> Outcome:
    """Differentiate a weighted sum of the call's floating-point results with respect to all inputs that can be."""
    tensors = [tf.constant(item) for item in inputs]
    watched = [tensor for tensor in tensors if tensor.dtype.is_floating or tensor.dtype.is_complex]
    with tf.GradientTape() as tape:
        for tensor in watched:
            tape.watch(tensor)
        targets = [
            tf.reduce_sum(leaf * _weights(leaf, index))
            for index, leaf in enumerate(tf.nest.flatten(call(tf, *tensors)))
            if getattr(getattr(leaf, "dtype", None), "is_floating", False)
        ]
    found = tape.gradient(targets, watched) if targets else [None] * len(watched)
    return Outcome(len(found), [_array(tf, gradient) for gradient in found])


def differences(ours: Outcome, theirs: Outcome, tolerance: float = 1.0) -> list[str]:
    """Return in words all that differs between two outcomes."""
    if ours.structure != theirs.structure:
        return [f"structure {ours.structure}, TensorFlow {theirs.structure}"]
    found = []
    for index, (mine, other) in enumerate(zip(ours.leaves, theirs.leaves, strict=True)):
        found += differing(str(index), mine, other, tolerance)
    return found


def differing(what: str, mine: Any, other: Any, tolerance: float = 1.0) -> list[str]:
    """Return in words how two arrays differ; an empty list if they agree."""
    if mine is None or other is None:
        return [] if mine is other else [f"{what}: {_presence(mine)}, TensorFlow {_presence(other)}"]
    if mine.shape != other.shape:
        return [f"{what}: shape {mine.shape}, TensorFlow {other.shape}"]
    if mine.dtype != other.dtype:
        return [f"{what}: dtype {mine.dtype}, TensorFlow {other.dtype}"]
    limit = TOLERANCE.get(str(other.dtype), 0.0) * tolerance
    finite = other[np.isfinite(other)] if other.dtype.kind in "fc" else other.ravel()[:0]
    scale = float(np.max(np.abs(finite), initial=1.0))
    if np.allclose(mine, other, rtol=limit, atol=limit * scale, equal_nan=True):
        return []
    return [f"{what}:\n{mine}\nTensorFlow:\n{other}"]


def in_dtype(item: Any, dtype: str) -> Any:
    """Return an input of a row in the floating-point dtype under test; integers and truth values as they are."""
    array = np.asarray(item)
    return array.astype(dtype) if array.dtype.kind == "f" else array


def _weights(leaf: Any, seed: int) -> Any:
    weights = np.random.default_rng(97 + seed).uniform(0.5, 1.5, tuple(leaf.shape))
    return weights.astype(leaf.dtype.as_numpy_dtype)


def _structure(results: Any) -> Any:
    """The structure with its leaves taken out; named tuples count by their fields."""
    if isinstance(results, tuple) and hasattr(results, "_fields"):
        return {field: _structure(item) for field, item in zip(results._fields, results)}
    if isinstance(results, (list, tuple)):
        return [_structure(item) for item in results]
    if isinstance(results, dict):
        return {key: _structure(item) for key, item in results.items()}
    return None


def _array(tf: Any, leaf: Any) -> Any:
    return None if leaf is None else np.asarray(tf.convert_to_tensor(leaf) if hasattr(leaf, "dense_shape") else leaf)


def _presence(leaf: Any) -> str:
    return "nothing" if leaf is None else "a value"
