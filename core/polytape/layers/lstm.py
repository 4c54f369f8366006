"""Long short-term memory: a step of it, and the layer."""

from __future__ import annotations

from typing import Any

from polytape import activations
from polytape.layers.recurrent import RecurrentLayer
from polytape.layers.recurrent_cell import RecurrentCell, States
from polytape.ops.arithmetic import add, multiply
from polytape.ops.creation import ones_like
from polytape.ops.joining import concat, split
from polytape.ops.linear_algebra import matmul_
from polytape.ops.recurrence import long_short_term_memory
from polytape.ops.repetition import flip
from polytape.ops.shape import permute_dims
from polytape.tensor import Tensor


class LSTMCell(RecurrentCell):
    """One step of a long short-term memory; its states are the output and the memory.

    Args:
        units: see `RecurrentCell`.
        activation: the function of what is written to the memory and read from it.
        recurrent_activation: the function of the gates.
        unit_forget_bias: whether the forget gate's bias begins at 1.
        options: what `RecurrentCell` takes.

    Source: Hochreiter and Schmidhuber, "Long short-term memory", 1997; with a forget gate, Gers et al., 2000.

    >>> import polytape as tf
    >>> cell = tf.keras.layers.LSTMCell(3)
    >>> output, (hidden, memory) = cell(tf.ones((2, 4)), cell.get_initial_state(2))
    >>> output.shape, memory.shape
    (TensorShape([2, 3]), TensorShape([2, 3]))
    """

    GATES = 4
    STATES = 2

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        unit_forget_bias: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(units, activation, use_bias, **options)
        self.recurrent_activation = activations.get(recurrent_activation)
        self.unit_forget_bias = unit_forget_bias

    def first_bias(self, shape: Any, dtype: Any = None) -> Tensor:
        """The bias initializer's values, and ones for the forget gate, the second of the four."""
        made = super().first_bias(shape, dtype)
        if not self.unit_forget_bias:
            return made
        before, forget, after = split(made, [self.units, self.units, 2 * self.units])
        return concat([before, ones_like(forget), after], 0)

    def advance(self, projected: Tensor, states: States, weights: tuple[Tensor, ...]) -> tuple[Tensor, States]:
        """One step."""
        hidden, memory = states
        gates = split(add(projected, matmul_(hidden, weights[0])), 4, axis=-1)
        write, forget, read = (self.recurrent_activation(gates[place]) for place in (0, 1, 3))
        memory = add(multiply(forget, memory), multiply(write, self.activation(gates[2])))
        hidden = multiply(read, self.activation(memory))
        return hidden, [hidden, memory]

    @property
    def has_one_op(self) -> bool:
        """Whether the gates have their usual functions."""
        return self.activation is activations.tanh and self.recurrent_activation is activations.sigmoid

    def advance_all(self, projected: Tensor, states: States, backwards: bool) -> tuple[Tensor, States]:
        """All steps as one op."""
        steps = permute_dims(projected, axes=(1, 0, 2))
        if backwards:
            steps = flip(steps, axes=(0,))
        bias = self.input_bias()
        weights = (self.recurrent_kernel.read_value(), *([] if bias is None else [bias]))
        outputs, memories, _ = long_short_term_memory(steps, *states, *weights)
        return permute_dims(outputs, axes=(1, 0, 2)), [outputs[-1], memories[-1]]


class LSTM(RecurrentLayer):
    """A long short-term memory over inputs (batch, time, features).

    Args:
        units: the length of the output.
        arguments: what `LSTMCell` takes.
        return_sequences, return_state, go_backwards, stateful: see `RNN`.

    >>> import polytape as tf
    >>> outputs, hidden, memory = tf.keras.layers.LSTM(4, return_sequences=True, return_state=True)(tf.ones((2, 5, 3)))
    >>> outputs.shape, memory.shape
    (TensorShape([2, 5, 4]), TensorShape([2, 4]))
    """

    CELL = LSTMCell
