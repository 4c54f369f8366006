"""Recurrent networks: a cell run along the second axis of its inputs."""

from __future__ import annotations

from typing import Any

from polytape.errors import InvalidArgumentError, UnimplementedError
from polytape.layers.input_spec import InputSpec
from polytape.layers.layer import Layer
from polytape.layers.recurrent_cell import RecurrentCell
from polytape.layers.serialization import deserialize, serialize
from polytape.ops.arithmetic import multiply
from polytape.ops.joining import stack, unstack
from polytape.ops.repetition import reverse
from polytape.shape import TensorShape
from polytape.tensor import Tensor


class RNN(Layer):
    """Runs a cell over the steps of inputs (batch, time, features).

    Args:
        cell: a layer with `state_size`, whose `call(inputs, states)` returns the output and the list of new states.
        return_sequences: whether to return the outputs of all steps, or the last one.
        return_state: whether to return the last states as well: `[outputs, *states]`.
        go_backwards: whether to begin with the last step.
        stateful: whether the states at the end of a call are those at the start of the next; see `reset_states`.
        options: what `Layer` takes.

    >>> import polytape as tf
    >>> layer = tf.keras.layers.RNN(tf.keras.layers.LSTMCell(4), return_sequences=True)
    >>> layer(tf.ones((2, 5, 3))).shape
    TensorShape([2, 5, 4])
    """

    converts_integers = True

    def __init__(
        self,
        cell: Any,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        **options: Any,
    ) -> None:
        if not callable(cell) or not hasattr(cell, "state_size"):
            raise InvalidArgumentError(f"RNN: a cell is a layer with a state_size; received {cell!r}.")
        if options.get("dtype") is None:
            options["dtype"] = getattr(cell, "dtype", None)
        super().__init__(**options)
        self.cell = cell
        self.return_sequences = return_sequences
        self.return_state = return_state
        self.go_backwards = go_backwards
        self.stateful = stateful
        self.unroll = unroll
        self.states: list[Tensor] | None = None
        self.input_spec = InputSpec(ndim=3)

    def build(self, input_shape: Any) -> None:
        """Build the cell for the inputs of one step."""
        batch, _, features = tuple(input_shape)
        self.input_spec = InputSpec(ndim=3, axes={-1: features})
        if not self.cell.built:
            self.cell.build(TensorShape((batch, features)))

    def call(self, inputs: Tensor, initial_state: Any = None, mask: Any = None, training: Any = False) -> Any:
        """Run the cell over all steps."""
        if mask is not None:
            raise UnimplementedError(f"The layer {self.name!r}: masks are not there.")
        states = self._first_states(inputs, initial_state)
        steps = range(inputs._array.shape[1])
        if not steps:
            raise InvalidArgumentError(f"The layer {self.name!r} needs at least one step; received {inputs.shape}.")
        if self._runs_at_once(training):
            projected = self.cell.project(self.cell.dropped_inputs(inputs, training), biased=False)
            result, states = self.cell.advance_all(projected, states, self.go_backwards)
            result = result if self.return_sequences else states[0]
        else:
            outputs, states = self._run(inputs, states, training)
            result = stack(outputs, axis=1) if self.return_sequences else outputs[-1]
        if self.stateful:  # without the record of how they came about
            self.states = [Tensor(state._array, state._backend) for state in states]
        return [result, *states] if self.return_state else result

    def reset_states(self, states: Any = None) -> None:
        """Let the next call of a stateful layer begin with zeros, or with given states."""
        self.states = None if states is None else list(states)

    reset_state = reset_states

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape of the outputs, followed by those of the states if they are returned."""
        batch, steps, _ = tuple(input_shape)
        sizes = listed(self.cell.state_size)
        width = getattr(self.cell, "output_size", sizes[0])
        outputs = TensorShape((batch, steps, width) if self.return_sequences else (batch, width))
        return [outputs, *[TensorShape((batch, size)) for size in sizes]] if self.return_state else outputs

    def get_config(self) -> dict[str, Any]:
        """The arguments that make a layer like this one."""
        return {**super().get_config(), "cell": serialize(self.cell)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A layer of the arguments that `get_config` returned."""
        return cls(**{**config, "cell": deserialize(config["cell"])})

    def _first_states(self, inputs: Tensor, given: Any) -> list[Tensor]:
        sizes = listed(self.cell.state_size)
        states = given if given is not None else self.states
        if states is None:
            return list(listed(self.cell.get_initial_state(batch_size=inputs._array.shape[0], dtype=inputs.dtype)))
        states = listed(states)
        expected = [(inputs._array.shape[0], size) for size in sizes]
        if [tuple(state.shape) for state in states] != expected:
            raise InvalidArgumentError(
                f"The layer {self.name!r} ({type(self).__name__}) needs states of shapes {expected}; received "
                f"{[tuple(state.shape) for state in states]}."
            )
        return list(states)

    def _runs_at_once(self, training: Any) -> bool:
        """Whether all steps are one op."""
        cell = self.cell
        drops = training and getattr(cell, "recurrent_dropout", 0.0)
        return isinstance(cell, RecurrentCell) and cell.has_one_op and not drops

    def _run(self, inputs: Tensor, states: list[Tensor], training: Any) -> tuple[list[Tensor], list[Tensor]]:
        """The outputs of all steps, and the last states."""
        cell = self.cell
        outputs: list[Tensor] = []
        if not isinstance(cell, RecurrentCell):
            for step in self._ordered(inputs):
                output, new = cell(step, states, training=training)
                states = list(listed(new))
                outputs.append(output)
            return outputs, states
        mask = cell.state_mask(states[0], training)
        weights = cell.recurrent_weights()
        for step in self._ordered(cell.project(cell.dropped_inputs(inputs, training))):
            if mask is not None:
                states[0] = multiply(states[0], mask)
            output, states = cell.advance(step, states, weights)
            outputs.append(output)
        return outputs, states

    def _ordered(self, inputs: Tensor) -> list[Tensor]:
        steps = unstack(inputs, axis=1)
        return steps[::-1] if self.go_backwards else steps


class RecurrentLayer(RNN):
    """A recurrent layer that makes its cell from its own arguments."""

    CELL: type[RecurrentCell]

    def __init__(
        self,
        units: int,
        *arguments: Any,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
        activity_regularizer: Any = None,
        **options: Any,
    ) -> None:
        of_layer = {
            key: options.pop(key) for key in ("input_shape", "batch_input_shape", "input_dim") if key in options
        }
        options.pop("implementation", None)
        options.pop("use_cudnn", None)
        super().__init__(
            self.CELL(units, *arguments, dtype=dtype, **options),
            return_sequences,
            return_state,
            go_backwards,
            stateful,
            unroll,
            name=name,
            trainable=trainable,
            dtype=dtype,
            activity_regularizer=activity_regularizer,
            **of_layer,
        )
        self.units = self.cell.units

    def get_config(self) -> dict[str, Any]:
        """The arguments that make a layer like this one."""
        own = super().get_config()
        del own["cell"]
        return {**self.cell.get_config(), **own}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A layer of the arguments that `get_config` returned."""
        return cls(**config)


def backwards(x: Tensor) -> Tensor:
    """A sequence from its last step to its first."""
    return reverse(x, [1])


def listed(value: Any) -> Any:
    """A list of what may be one thing or several."""
    return value if isinstance(value, (list, tuple)) else [value]
