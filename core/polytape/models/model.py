"""`Model`: a layer made of layers, the outermost one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polytape.errors import UnimplementedError
from polytape.layers.layer import Layer
from polytape.layers.symbolic import SymbolicInput
from polytape.models.summary import summary_of

_LOOP = (
    "models here are trained by a loop of one's own: `with tf.GradientTape() as tape: loss = ...`, then "
    "`optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))`. "
    "docs/tutorial/training.md shows it whole"
)
_ABSENT = {
    "compile": _LOOP,
    "fit": _LOOP,
    "train_on_batch": _LOOP,
    "evaluate": "call the model on the batches of a dataset, and `update_state` a metric with what it returns",
    "test_on_batch": "call the model, and `update_state` a metric with what it returns",
    "predict": "call the model: `model(x, training=False)`",
    "predict_on_batch": "call the model: `model(x, training=False)`",
}
"""What Keras' models do and these do not, and what to do instead."""


class Model(Layer):
    """Base class of models: subclass it, make layers in `__init__`, use them in `call`.

    >>> import polytape as tf
    >>> class Net(tf.keras.Model):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.hidden = tf.keras.layers.Dense(8, activation="relu")
    ...         self.out = tf.keras.layers.Dense(1)
    ...     def call(self, inputs):
    ...         return self.out(self.hidden(inputs))
    >>> net = Net()
    >>> net(tf.zeros((2, 3))).shape, len(net.trainable_variables)
    (TensorShape([2, 1]), 4)
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        values = [*arguments, *options.values()]
        if "inputs" in options or "outputs" in options or any(isinstance(value, SymbolicInput) for value in values):
            raise UnimplementedError(
                "Model(inputs=..., outputs=...), the functional interface, is not there. Chain layers in a "
                "tf.keras.Sequential, or subclass tf.keras.Model and write the computation in `call`."
            )
        super().__init__(*arguments, **options)

    @property
    def layers(self) -> list[Layer]:
        """The layers that are attributes of the model, or in its lists and dictionaries."""
        return [layer for layer in self._held() if isinstance(layer, Layer)]

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """Return one of `layers`, by its name or its place."""
        from polytape.errors import NotFoundError

        layers = self.layers
        if index is not None and -len(layers) <= index < len(layers):
            return layers[index]
        for layer in layers:
            if index is None and layer.name == name:
                return layer
        wanted = f"at place {index}" if index is not None else f"called {name!r}"
        raise NotFoundError(
            f"The model {self.name!r} has no layer {wanted}; there are {[layer.name for layer in layers]}."
        )

    def summary(
        self,
        line_length: int | None = None,
        positions: Any = None,
        print_fn: Callable[[str], Any] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: Any = None,
    ) -> None:
        """Print a table of the layers, with the shapes of their outputs and the numbers of their parameters.

        Args:
            line_length: the table's width in characters.
            print_fn: what gets the text; by default `print`.
            expand_nested: whether to show the layers of layers, too.
            show_trainable: whether to show which layers are trainable.

        >>> import polytape as tf
        >>> tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1, name="out")], name="line").summary(40)
        Model: "line"
        ...
        Total params: 3 (12 B)
        ...
        """
        (print_fn or print)(summary_of(self, line_length, expand_nested, show_trainable))

    def __getattr__(self, name: str) -> Any:
        if name in _ABSENT:
            raise AttributeError(f"{type(self).__name__} has no {name!r}: {_ABSENT[name]}.")
        if hasattr(type(self), name):  # a property that failed: let its own error be seen
            return object.__getattribute__(self, name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}.")
