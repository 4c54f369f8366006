"""The shape of a layer's output, found by a run on zeros."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polytape import nest
from polytape.floatx import default
from polytape.ops.creation import zeros
from polytape.recorder import recorders
from polytape.shape import TensorShape

if TYPE_CHECKING:
    from polytape.layers.layer import Layer


def shape_of_trial(layer: Layer, input_shape: Any) -> Any:
    """Return the shape of the outputs that `layer` computes from zeros of `input_shape`, unseen by any tape.

    Axes of unknown length are tried with length one; if the first axis is one of them, it is unknown in the result.
    """
    if _is_shape(input_shape):
        inputs = _zeros(input_shape, layer)
        unknown = bool(input_shape) and input_shape[0] is None
    else:
        shapes = list(input_shape.values()) if isinstance(input_shape, dict) else list(input_shape)
        values = [_zeros(shape, layer) for shape in shapes]
        inputs = dict(zip(input_shape, values)) if isinstance(input_shape, dict) else values
        unknown = any(shape and shape[0] is None for shape in shapes)
    token = recorders.set(())
    try:
        outputs = layer(inputs, training=False)
    finally:
        recorders.reset(token)
    return nest.map_structure(
        lambda output: TensorShape((None, *output.shape[1:]) if unknown else output.shape), outputs
    )


def _is_shape(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(length is None or isinstance(length, int) for length in value)


def _zeros(shape: Any, layer: Layer) -> Any:
    return zeros([1 if length is None else length for length in shape], default(layer.dtype))
