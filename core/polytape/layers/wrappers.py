"""Layers that run another layer: on each step of a sequence, or in both directions."""

from __future__ import annotations

from typing import Any

from polytape.arguments import choice
from polytape.errors import InvalidArgumentError
from polytape.layers.input_spec import InputSpec
from polytape.layers.layer import Layer
from polytape.layers.recurrent import RNN, backwards
from polytape.layers.serialization import deserialize, serialize
from polytape.ops.arithmetic import add, multiply
from polytape.ops.joining import concat
from polytape.ops.shape import reshape_
from polytape.shape import TensorShape
from polytape.tensor import Tensor


class TimeDistributed(Layer):
    """Applies a layer to each step of inputs (batch, time, ...), with the same variables.

    >>> import polytape as tf
    >>> tf.keras.layers.TimeDistributed(tf.keras.layers.Dense(4))(tf.ones((2, 5, 3))).shape
    TensorShape([2, 5, 4])
    """

    def __init__(self, layer: Layer, **options: Any) -> None:
        if not isinstance(layer, Layer):
            raise InvalidArgumentError(f"TimeDistributed takes a layer; received {layer!r}.")
        super().__init__(**{"dtype": layer.dtype, **options})
        self.layer = layer
        self.input_spec = InputSpec(min_ndim=3)

    def build(self, input_shape: Any) -> None:
        """Build the layer for inputs of one step."""
        batch, _, *rest = tuple(input_shape)
        if not self.layer.built:
            self.layer.build(TensorShape((batch, *rest)))

    def call(self, inputs: Tensor, training: Any = None) -> Tensor:
        """Run the layer once, on the steps of all examples as one batch."""
        shape = inputs._array.shape
        outputs = self.layer(reshape_(inputs, shape=(shape[0] * shape[1], *shape[2:])), training=training)
        return reshape_(outputs, shape=(*shape[:2], *outputs._array.shape[1:]))  # type: ignore[no-any-return]

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The layer's output shape, with the axis of time."""
        batch, steps, *rest = tuple(input_shape)
        _, *after = self.layer.compute_output_shape(TensorShape((batch, *rest)))
        return TensorShape((batch, steps, *after))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make a layer like this one."""
        return {**super().get_config(), "layer": serialize(self.layer)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A layer of the arguments that `get_config` returned."""
        return cls(**{**config, "layer": deserialize(config["layer"])})


class Bidirectional(Layer):
    """Runs a recurrent layer forwards and a copy of it backwards, and merges what they return.

    Args:
        layer: a recurrent layer.
        merge_mode: `"concat"`, `"sum"`, `"mul"`, `"ave"`, or `None` for both outputs in a list.
        backward_layer: what runs backwards, if it is not a copy.
        options: what `Layer` takes.

    >>> import polytape as tf
    >>> tf.keras.layers.Bidirectional(tf.keras.layers.LSTM(4))(tf.ones((2, 5, 3))).shape
    TensorShape([2, 8])
    """

    def __init__(
        self, layer: RNN, merge_mode: str | None = "concat", backward_layer: RNN | None = None, **options: Any
    ) -> None:
        if not isinstance(layer, RNN):
            raise InvalidArgumentError(f"Bidirectional takes a recurrent layer; received {layer!r}.")
        super().__init__(**{"dtype": layer.dtype, **options})
        self.forward_layer = layer
        if backward_layer is None:
            config = layer.get_config()
            backward_layer = type(layer).from_config(
                config | {"name": f"backward_{layer.name}", "go_backwards": not layer.go_backwards}
            )
        self.backward_layer = backward_layer
        if self.backward_layer.go_backwards == layer.go_backwards:
            raise InvalidArgumentError("Bidirectional: just one of the two layers must go backwards.")
        modes = ("concat", "sum", "mul", "ave")
        self.merge_mode = None if merge_mode is None else choice(merge_mode, modes, "Bidirectional", "merge_mode")
        self.input_spec = InputSpec(ndim=3)

    def build(self, input_shape: Any) -> None:
        """Build both layers."""
        for layer in (self.forward_layer, self.backward_layer):
            if not layer.built:
                layer.build(input_shape)

    def call(self, inputs: Tensor, initial_state: Any = None, training: Any = None) -> Any:
        """Run both layers and merge."""
        first: Any = (None, None)
        if initial_state is not None:
            half = len(initial_state) // 2
            first = (initial_state[:half], initial_state[half:])
        ahead = self.forward_layer(inputs, initial_state=first[0], training=training)
        back = self.backward_layer(inputs, initial_state=first[1], training=training)
        states: list[Tensor] = []
        if self.forward_layer.return_state:
            states = [*ahead[1:], *back[1:]]
            ahead, back = ahead[0], back[0]
        if self.forward_layer.return_sequences:
            back = backwards(back)
        merged = self._merged(ahead, back)
        return [*(merged if isinstance(merged, list) else [merged]), *states] if states else merged

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The merged outputs' shape, or a list of shapes."""
        shapes = self.forward_layer.compute_output_shape(input_shape)
        states: list[Any] = []
        if self.forward_layer.return_state:
            shapes, *states = shapes
        merged: Any = shapes
        if self.merge_mode is None:
            merged = [shapes, shapes]
        elif self.merge_mode == "concat":
            merged = TensorShape((*shapes[:-1], 2 * shapes[-1]))
        return [*(merged if isinstance(merged, list) else [merged]), *states, *states] if states else merged

    def get_config(self) -> dict[str, Any]:
        """The arguments that make a layer like this one."""
        within = {"layer": serialize(self.forward_layer), "backward_layer": serialize(self.backward_layer)}
        return {**super().get_config(), **within}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A layer of the arguments that `get_config` returned."""
        return cls(**{**config, **{name: deserialize(config[name]) for name in ("layer", "backward_layer")}})

    def _merged(self, ahead: Tensor, back: Tensor) -> Any:
        if self.merge_mode is None:
            return [ahead, back]
        if self.merge_mode == "concat":
            return concat([ahead, back], -1)
        if self.merge_mode == "mul":
            return multiply(ahead, back)
        total = add(ahead, back)
        return multiply(total, 0.5) if self.merge_mode == "ave" else total
