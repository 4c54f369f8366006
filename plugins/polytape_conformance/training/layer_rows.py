"""The table of layers: how each is made, its input and weights, and its formula."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from polytape_conformance.training import layer_formulas as formulas

Shape = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class LayerRow:
    """What a layer must compute while training.

    Attributes:
        name: its name in `tf.keras.layers`.
        arguments: what it is made with.
        shape: the shape of its input.
        weights: the shapes of its trainable weights.
        formula: `(input, *weights) -> output` in float64 NumPy.
        variant: what sets this row apart from others of the layer.
        integers: if given, the input is of integers below this.
        twice: whether the layer is given its input twice, as attention is.
    """

    name: str
    arguments: dict[str, Any]
    shape: Shape
    weights: tuple[Shape, ...]
    formula: Callable[..., Any]
    variant: str = ""
    integers: int | None = None
    twice: bool = False

    def values(self) -> list[Any]:
        """The input and the weights to start from, in float64."""
        random = np.random.default_rng(23)
        given = random.uniform(-1.5, 1.5, self.shape)
        if self.integers is not None:
            given = random.integers(0, self.integers, self.shape).astype(np.int32)
        return [given, *(random.uniform(-0.8, 0.8, shape) for shape in self.weights)]


_IMAGE = (2, 4, 5, 2)
_SERIES = (2, 5, 2)
LAYERS = (
    LayerRow("Dense", {"units": 3, "activation": "tanh"}, (2, 3, 4), ((4, 3), (3,)), formulas.dense),
    LayerRow(
        "Conv1D",
        {"filters": 3, "kernel_size": 2, "padding": "causal", "dilation_rate": 2},
        (2, 6, 2),
        ((2, 2, 3), (3,)),
        formulas.convolution(strides=(1,), dilation=(2,), pads=((2, 0),)),
        "causal",
    ),
    LayerRow(
        "Conv2D",
        {"filters": 2, "kernel_size": (3, 2), "strides": (2, 1), "padding": "same"},
        _IMAGE,
        ((3, 2, 2, 2), (2,)),
        formulas.convolution(strides=(2, 1), dilation=(1, 1), pads=((0, 1), (0, 1))),
        "same",
    ),
    LayerRow(
        "Conv2D",
        {"filters": 4, "kernel_size": 2, "groups": 2, "use_bias": False},
        _IMAGE,
        ((2, 2, 1, 4),),
        formulas.convolution(strides=(1, 1), dilation=(1, 1), pads=((0, 0), (0, 0)), groups=2),
        "groups",
    ),
    LayerRow(
        "Conv3D",
        {"filters": 2, "kernel_size": 2},
        (1, 3, 2, 3, 2),
        ((2, 2, 2, 2, 2), (2,)),
        formulas.convolution(strides=(1, 1, 1), dilation=(1, 1, 1), pads=((0, 0), (0, 0), (0, 0))),
    ),
    LayerRow(
        "Conv2DTranspose",
        {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"},
        (1, 2, 3, 2),
        ((3, 3, 2, 2), (2,)),
        formulas.transposed_convolution(strides=(2, 2), sizes=(4, 6), pads=(0, 0)),
    ),
    LayerRow(
        "DepthwiseConv2D",
        {"kernel_size": 2, "depth_multiplier": 2},
        _IMAGE,
        ((2, 2, 2, 2), (4,)),
        formulas.depthwise,
    ),
    LayerRow(
        "SeparableConv2D",
        {"filters": 3, "kernel_size": 2, "depth_multiplier": 2},
        _IMAGE,
        ((2, 2, 2, 2), (1, 1, 4, 3), (3,)),
        formulas.separable,
    ),
    LayerRow("BatchNormalization", {"epsilon": 1e-2}, (3, 2, 3), ((3,), (3,)), formulas.batch_normalization),
    LayerRow("LayerNormalization", {}, (2, 3, 4), ((4,), (4,)), formulas.layer_normalization),
    LayerRow("GroupNormalization", {"groups": 2}, (2, 3, 4), ((4,), (4,)), formulas.group_normalization),
    LayerRow("PReLU", {}, (3, 4), ((4,),), formulas.prelu),
    LayerRow("Embedding", {"input_dim": 5, "output_dim": 3}, (3, 4), ((5, 3),), formulas.embedding, integers=5),
    LayerRow("MaxPooling2D", {}, (2, 4, 4, 2), (), formulas.pooling(np.max)),
    LayerRow("AveragePooling2D", {}, (2, 4, 4, 2), (), formulas.pooling(np.mean)),
    LayerRow("SimpleRNN", {"units": 3}, _SERIES, ((2, 3), (3, 3), (3,)), formulas.simple_recurrent),
    LayerRow(
        "LSTM",
        {"units": 2, "return_sequences": True},
        _SERIES,
        ((2, 8), (2, 8), (8,)),
        formulas.long_short_term_memory,
    ),
    LayerRow("GRU", {"units": 2}, _SERIES, ((2, 6), (2, 6), (2, 6)), formulas.gated_recurrent(reset_after=True)),
    LayerRow(
        "GRU",
        {"units": 2, "reset_after": False},
        _SERIES,
        ((2, 6), (2, 6), (6,)),
        formulas.gated_recurrent(reset_after=False),
        "reset before",
    ),
    LayerRow(
        "MultiHeadAttention",
        {"num_heads": 2, "key_dim": 2},
        (1, 3, 4),
        ((4, 2, 2), (2, 2), (4, 2, 2), (2, 2), (4, 2, 2), (2, 2), (2, 2, 4), (4,)),
        formulas.attention,
        twice=True,
    ),
)
