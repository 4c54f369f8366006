"""`Sequential`: a model in which each layer takes the output of the one before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polytape.errors import FailedPreconditionError, InvalidArgumentError
from polytape.layers.input_layer import InputLayer
from polytape.layers.layer import Layer
from polytape.layers.serialization import deserialize, serialize
from polytape.layers.symbolic import SymbolicInput
from polytape.models.model import Model
from polytape.shape import TensorShape


class Sequential(Model):
    """A chain of layers.

    Args:
        layers: the layers. If the first is an `Input`, or has `input_shape=...`, all are built at once; else when the
            model is first called, or by `build`.
        trainable: whether the variables count as trainable.
        name: the name.

    >>> import polytape as tf
    >>> model = tf.keras.Sequential([tf.keras.layers.Dense(8, activation="relu"), tf.keras.layers.Dense(1)])
    >>> model(tf.zeros((2, 3))).shape
    TensorShape([2, 1])
    """

    def __init__(self, layers: Sequence[Any] | None = None, trainable: bool = True, name: str | None = None) -> None:
        super().__init__(name=name, trainable=trainable)
        self._layers: list[Layer] = []
        self._input: TensorShape | None = None
        self._reached: Any = None
        if isinstance(layers, Layer):
            raise InvalidArgumentError(f"Sequential takes a list of layers; received the layer {layers.name!r} itself.")
        for layer in layers or ():
            self.add(layer)

    @property
    def layers(self) -> list[Layer]:
        """The layers, without an `InputLayer`."""
        return [layer for layer in self._layers if not isinstance(layer, InputLayer)]

    @property
    def input_shape(self) -> TensorShape | None:
        """The shape of the inputs, if it is known."""
        return self._input

    @property
    def output_shape(self) -> Any:
        """The shape of the outputs, if that of the inputs is known."""
        return None if self._input is None else self.compute_output_shape(self._input)

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Append a layer."""
        if isinstance(layer, SymbolicInput):
            layer = InputLayer(batch_shape=layer.shape, dtype=layer.dtype, name=layer.name)
        if not isinstance(layer, Layer):
            hint = " Wrap a function in tf.keras.layers.Lambda." if callable(layer) else ""
            raise InvalidArgumentError(
                f"Only layers can be added to the Sequential model {self.name!r}; received {layer!r}.{hint}"
            )
        if isinstance(layer, InputLayer) and self._layers:
            raise InvalidArgumentError(f"The Sequential model {self.name!r} has layers already: an Input comes first.")
        if not self._layers:
            self._input = self._reached = layer.batch_shape if isinstance(layer, InputLayer) else layer._begin
        elif self._reached is not None:
            self._reached = self._after(self._layers[-1], self._reached)
        self._layers.append(layer)
        if self._reached is not None:
            self._build_layer(layer, self._reached)
            self.built = True

    def pop(self, rebuild: bool = True) -> Layer:
        """Remove the last layer and return it."""
        if not self._layers:
            raise FailedPreconditionError(f"The Sequential model {self.name!r} has no layers to remove.")
        removed = self._layers.pop()
        if not self._layers:
            self._input, self._reached, self.built = None, None, False
        elif self._input is not None:
            self.build(self._input)
        return removed

    def build(self, input_shape: Any = None) -> None:
        """Make the variables of all layers for inputs of a shape; lengths may be `None` where they don't matter."""
        shape: Any = self._input if input_shape is None else input_shape
        if shape is None:
            raise InvalidArgumentError(f"build of {self.name!r}: give an input_shape, the batch axis included.")
        self._input = self._reached = TensorShape(shape)
        for position, layer in enumerate(self._layers):
            if position:
                self._reached = self._after(self._layers[position - 1], self._reached)
            self._build_layer(layer, self._reached)

    def call(self, inputs: Any) -> Any:
        """Run all layers."""
        for layer in self._layers:
            inputs = layer(inputs)
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the outputs for inputs of a shape."""
        for layer in self._layers:
            input_shape = layer.compute_output_shape(input_shape)
        return input_shape

    def summary(self, *arguments: Any, **options: Any) -> None:
        """Print a table of the layers; see `Model.summary`."""
        if self._layers and self._reached is not None:
            self._after(self._layers[-1], self._reached)
        super().summary(*arguments, **options)

    def _build_for(self, inputs: tuple[Any, ...], options: dict[str, Any]) -> None:
        """Nothing is to be built before the first call: each layer builds itself for what reaches it."""
        self.built = True

    @staticmethod
    def _build_layer(layer: Layer, shape: Any) -> None:
        if not layer.built:
            layer.build(shape)

    @staticmethod
    def _after(layer: Layer, shape: Any) -> Any:
        """The shape of a layer's outputs."""
        reached = layer.compute_output_shape(shape)
        if layer._output_shape is None:
            layer._output_shape = reached
        return reached

    def get_config(self) -> dict[str, Any]:
        """The name, and the classes and configurations of all layers."""
        return {"name": self.name, "trainable": self.trainable, "layers": [serialize(layer) for layer in self._layers]}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A model of layers as `get_config` described them."""
        made = [deserialize(entry) for entry in config["layers"]]
        return cls(made, trainable=config.get("trainable", True), name=config.get("name"))
