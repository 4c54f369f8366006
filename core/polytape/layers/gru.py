"""The gated recurrent unit: a step of it, and the layer."""

from __future__ import annotations

from typing import Any

from polytape import activations
from polytape.layers.recurrent import RecurrentLayer
from polytape.layers.recurrent_cell import RecurrentCell, States
from polytape.ops.arithmetic import add, multiply, subtract
from polytape.ops.joining import split
from polytape.ops.linear_algebra import matmul_
from polytape.tensor import Tensor


class GRUCell(RecurrentCell):
    """One step of a gated recurrent unit.

    Args:
        units: see `RecurrentCell`.
        activation: the function of the candidate state.
        recurrent_activation: the function of the gates.
        reset_after: whether the reset gate acts after the product with the recurrent kernel, which then has a bias of
            its own.
        options: what `RecurrentCell` takes.

    Source: Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014.

    >>> import polytape as tf
    >>> cell = tf.keras.layers.GRUCell(3)
    >>> output, states = cell(tf.ones((2, 4)), cell.get_initial_state(2))
    >>> output.shape, len(states)
    (TensorShape([2, 3]), 1)
    """

    GATES = 3

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        reset_after: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(units, activation, use_bias, **options)
        self.recurrent_activation = activations.get(recurrent_activation)
        self.reset_after = reset_after

    def bias_shape(self) -> tuple[int, ...]:
        """Two rows, for inputs and for the state, if the reset gate acts late."""
        return (2, 3 * self.units) if self.reset_after else (3 * self.units,)

    def input_bias(self) -> Tensor | None:
        """The first of the two rows."""
        bias = super().input_bias()
        return bias if bias is None or not self.reset_after else bias[0]

    def recurrent_weights(self) -> tuple[Tensor, ...]:
        """The kernel, and what else a step reads: the state's bias, or the kernel's parts."""
        kernel = self.recurrent_kernel.read_value()
        if not self.reset_after:
            return tuple(split(kernel, [2 * self.units, self.units], axis=1))
        return (kernel,) if self.bias is None else (kernel, self.bias.read_value()[1])

    def advance(self, projected: Tensor, states: States, weights: tuple[Tensor, ...]) -> tuple[Tensor, States]:
        """One step."""
        (hidden,) = states
        update, reset, candidate = split(projected, 3, axis=-1)
        if self.reset_after:
            recurrent = matmul_(hidden, weights[0])
            if len(weights) > 1:
                recurrent = add(recurrent, weights[1])
            of_update, of_reset, of_candidate = split(recurrent, 3, axis=-1)
            kept = self.recurrent_activation(add(update, of_update))
            opened = self.recurrent_activation(add(reset, of_reset))
            new = self.activation(add(candidate, multiply(opened, of_candidate)))
        else:
            of_update, of_reset = split(matmul_(hidden, weights[0]), 2, axis=-1)
            kept = self.recurrent_activation(add(update, of_update))
            opened = self.recurrent_activation(add(reset, of_reset))
            new = self.activation(add(candidate, matmul_(multiply(opened, hidden), weights[1])))
        hidden = add(multiply(kept, hidden), multiply(subtract(1.0, kept), new))
        return hidden, [hidden]


class GRU(RecurrentLayer):
    """A gated recurrent unit over inputs (batch, time, features).

    Args:
        units: the length of the output.
        arguments: what `GRUCell` takes.
        return_sequences, return_state, go_backwards, stateful: see `RNN`.

    >>> import polytape as tf
    >>> tf.keras.layers.GRU(4, return_sequences=True)(tf.ones((2, 5, 3))).shape
    TensorShape([2, 5, 4])
    """

    CELL = GRUCell
