"""The fully connected recurrence: a step of it, and the layer."""

from __future__ import annotations

from polytape.layers.recurrent import RecurrentLayer
from polytape.layers.recurrent_cell import RecurrentCell, States
from polytape.ops.arithmetic import add
from polytape.ops.linear_algebra import matmul_
from polytape.tensor import Tensor


class SimpleRNNCell(RecurrentCell):
    """One step of a fully connected recurrence: h' = activation(x · W + h · U + b). See `RecurrentCell`.

    >>> import polytape as tf
    >>> cell = tf.keras.layers.SimpleRNNCell(3)
    >>> output, states = cell(tf.ones((2, 4)), [tf.zeros((2, 3))])
    >>> output.shape, len(states)
    (TensorShape([2, 3]), 1)
    """

    def advance(self, projected: Tensor, states: States, weights: tuple[Tensor, ...]) -> tuple[Tensor, States]:
        """One step."""
        output = self.activation(add(projected, matmul_(states[0], weights[0])))
        return output, [output]


class SimpleRNN(RecurrentLayer):
    """A fully connected recurrence over inputs (batch, time, features).

    Args:
        units: the length of the output.
        arguments: what `SimpleRNNCell` takes.
        return_sequences, return_state, go_backwards, stateful: see `RNN`.

    >>> import polytape as tf
    >>> tf.keras.layers.SimpleRNN(4)(tf.ones((2, 5, 3))).shape
    TensorShape([2, 4])
    """

    CELL = SimpleRNNCell
