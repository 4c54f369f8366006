"""Cells on top of each other."""

from __future__ import annotations

from typing import Any

from polytape.layers.layer import Layer
from polytape.layers.recurrent import listed
from polytape.layers.serialization import deserialize, serialize
from polytape.shape import TensorShape
from polytape.tensor import Tensor


class StackedRNNCells(Layer):
    """Cells on top of each other, as one cell.

    >>> import polytape as tf
    >>> cells = [tf.keras.layers.LSTMCell(4), tf.keras.layers.GRUCell(2)]
    >>> tf.keras.layers.RNN(tf.keras.layers.StackedRNNCells(cells))(tf.ones((2, 5, 3))).shape
    TensorShape([2, 2])
    """

    def __init__(self, cells: Any, **options: Any) -> None:
        super().__init__(**options)
        self.cells = list(cells)

    @property
    def state_size(self) -> list[int]:
        """The lengths of all cells' states, one after the other."""
        return [size for cell in self.cells for size in listed(cell.state_size)]

    @property
    def output_size(self) -> int:
        """The length of the last cell's output."""
        last = self.cells[-1]
        return getattr(last, "output_size", None) or listed(last.state_size)[0]  # type: ignore[no-any-return]

    def call(self, inputs: Any, states: Any, training: Any = False) -> Any:
        """One step of each cell."""
        left, after = list(states), []
        for cell in self.cells:
            count = len(listed(cell.state_size))
            inputs, new = cell(inputs, left[:count], training=training)
            left = left[count:]
            after.extend(listed(new))
        return inputs, after

    def build(self, input_shape: Any) -> None:
        """Build each cell for the output of the one below."""
        for cell in self.cells:
            if not cell.built:
                cell.build(input_shape)
            width = getattr(cell, "output_size", None) or listed(cell.state_size)[0]
            input_shape = TensorShape((input_shape[0], width))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make a cell like this one."""
        return {**super().get_config(), "cells": [serialize(cell) for cell in self.cells]}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A cell of the arguments that `get_config` returned."""
        return cls(**{**config, "cells": [deserialize(cell) for cell in config["cells"]]})

    def get_initial_state(self, batch_size: int, dtype: Any = None) -> list[Tensor]:
        """The first states of all cells."""
        made = [cell.get_initial_state(batch_size=batch_size, dtype=dtype) for cell in self.cells]
        return [state for states in made for state in listed(states)]
