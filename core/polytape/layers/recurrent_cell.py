"""Cells: one step of a recurrent network.

A cell computes what does not depend on its state for all steps at once (`project`), and the rest step by step
(`advance`); `call` does both for one step.
"""

from __future__ import annotations

from typing import Any

from polytape import activations, constraints, initializers, regularizers
from polytape.arguments import integer
from polytape.errors import InvalidArgumentError
from polytape.layers.layer import Layer
from polytape.ops.arithmetic import add, multiply
from polytape.ops.creation import ones_like, zeros
from polytape.ops.dropout import dropout as dropped
from polytape.ops.linear_algebra import matmul_
from polytape.ops.shape import reshape_
from polytape.tensor import Tensor
from polytape.variable import Variable

States = list[Tensor]


class RecurrentCell(Layer):
    """What `SimpleRNNCell`, `LSTMCell` and `GRUCell` have in common.

    Args:
        units: the length of the output and of each state.
        activation: the function of the output.
        use_bias: whether to add biases.
        kernel_initializer, recurrent_initializer, bias_initializer: what makes the first values.
        kernel_regularizer, recurrent_regularizer, bias_regularizer, kernel_constraint, recurrent_constraint,
            bias_constraint: as for other layers.
        dropout: the rate of the inputs' dropout in training.
        recurrent_dropout: the rate of the state's dropout in training.
        options: what `Layer` takes.
    """

    GATES = 1
    STATES = 1
    converts_integers = True

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        kind = type(self).__name__
        self.units = integer(units, f"{kind}: units")
        if self.units < 1:
            raise InvalidArgumentError(f"{kind}: units must be positive; received {units!r}.")
        for what, rate in (("dropout", dropout), ("recurrent_dropout", recurrent_dropout)):
            if not 0 <= rate < 1:
                raise InvalidArgumentError(f"{kind}: {what} must lie in [0, 1); received {rate!r}.")
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.recurrent_initializer = initializers.get(recurrent_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.recurrent_regularizer = regularizers.get(recurrent_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.recurrent_constraint = constraints.get(recurrent_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.dropout = dropout
        self.recurrent_dropout = recurrent_dropout

    @property
    def state_size(self) -> Any:
        """The length of the state, or the lengths of several."""
        return self.units if self.STATES == 1 else [self.units] * self.STATES

    @property
    def output_size(self) -> int:
        """The length of the output."""
        return self.units

    def build(self, input_shape: Any) -> None:
        """Make the kernels, and the bias if there is one."""
        width = self.units * self.GATES
        self.kernel = self.add_weight(
            name="kernel",
            shape=(tuple(input_shape)[-1], width),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.recurrent_kernel = self.add_weight(
            name="recurrent_kernel",
            shape=(self.units, width),
            initializer=self.recurrent_initializer,
            regularizer=self.recurrent_regularizer,
            constraint=self.recurrent_constraint,
        )
        self.bias: Variable | None = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=self.bias_shape(),
                initializer=self.first_bias,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def bias_shape(self) -> tuple[int, ...]:
        """The shape of the bias."""
        return (self.units * self.GATES,)

    def first_bias(self, shape: Any, dtype: Any = None) -> Tensor:
        """The first value of the bias."""
        return self.bias_initializer(shape, dtype=dtype)  # type: ignore[no-any-return]

    def input_bias(self) -> Tensor | None:
        """What is added to the projected inputs."""
        return None if self.bias is None else self.bias.read_value()

    def project(self, inputs: Tensor, biased: bool = True) -> Tensor:
        """Return inputs · kernel + bias for inputs of any rank; without the bias, if it is added later."""
        shape = inputs._array.shape
        flat = inputs if len(shape) == 2 else reshape_(inputs, shape=(-1, shape[-1]))
        projected = matmul_(flat, self.kernel.read_value())
        bias = self.input_bias() if biased else None
        if bias is not None:
            projected = add(projected, bias)
        if len(shape) > 2:
            projected = reshape_(projected, shape=(*shape[:-1], projected._array.shape[-1]))
        return projected  # type: ignore[no-any-return]

    def advance(self, projected: Tensor, states: States, weights: tuple[Tensor, ...]) -> tuple[Tensor, States]:
        """Return the output and the new states of one step.

        Args:
            projected: what `project` made of this step's inputs.
            states: the states before.
            weights: what `recurrent_weights` returns, read once for all steps.
        """
        raise NotImplementedError(f"{type(self).__name__} must define advance(projected, states, weights).")

    @property
    def has_one_op(self) -> bool:
        """Whether there is an op for all steps at once, `advance_all`."""
        return False

    def advance_all(self, projected: Tensor, states: States, backwards: bool) -> tuple[Tensor, States]:
        """Return the outputs of all steps, (batch, steps, units), and the last states.

        Args:
            projected: what `project` made of all inputs, without the bias.
            states: the first states.
            backwards: whether to begin with the last step.
        """
        raise NotImplementedError(f"{type(self).__name__} has no op for all steps at once.")

    def recurrent_weights(self) -> tuple[Tensor, ...]:
        """What each step reads."""
        return (self.recurrent_kernel.read_value(),)

    def dropped_inputs(self, inputs: Tensor, training: Any) -> Tensor:
        """The inputs with dropout, the same for all steps."""
        if not training or not self.dropout:
            return inputs
        shape = inputs._array.shape
        noise = shape if len(shape) == 2 else (shape[0], 1, shape[-1])
        return dropped(inputs, self.dropout, noise_shape=noise)

    def state_mask(self, state: Tensor, training: Any) -> Tensor | None:
        """What multiplies the state at each step of a training sequence."""
        if not training or not self.recurrent_dropout:
            return None
        return dropped(ones_like(state), self.recurrent_dropout)

    def call(self, inputs: Tensor, states: Any, training: Any = False) -> tuple[Tensor, States]:
        """One step: the output and the new states."""
        before = list(states) if isinstance(states, (list, tuple)) else [states]
        mask = self.state_mask(before[0], training)
        if mask is not None:
            before[0] = multiply(before[0], mask)
        return self.advance(self.project(self.dropped_inputs(inputs, training)), before, self.recurrent_weights())

    def get_initial_state(self, batch_size: int, dtype: Any = None) -> States:
        """States of zeros."""
        return [zeros((batch_size, self.units), dtype or self._dtype) for _ in range(self.STATES)]
