"""`Optimizer`: what all rules that move variables along their gradients have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from polytape import configuration, dtypes, nest
from polytape.backend import Array
from polytape.errors import InvalidArgumentError
from polytape.graph.live import live, tracing
from polytape.indexed_slices import IndexedSlices
from polytape.living import optimizers
from polytape.optimizers import clipping
from polytape.optimizers.hyperparameter import Hyperparameter
from polytape.optimizers.learning_rate import LearningRate
from polytape.optimizers.pairs import usable
from polytape.optimizers.rows import Rows
from polytape.tape import GradientTape
from polytape.tensor import Tensor
from polytape.variable import Variable

_new = object.__new__


class Optimizer:
    """Base class of optimizers. A subclass defines `update`, and `create_slots` if it remembers something.

    Args:
        learning_rate: a number, a schedule, or a function without arguments that returns a number.
        name: a name for people to read.
        weight_decay: if given, variables shrink by this times the learning rate before each update.
        clipnorm: if given, the largest norm of a variable's gradient; a longer one is scaled down.
        clipvalue: if given, the largest absolute value of a gradient's element.
        global_clipnorm: if given, the largest norm of all gradients together.

    >>> import polytape as tf
    >>> class SignDescent(tf.keras.optimizers.Optimizer):
    ...     def update(self, gradient, variable, slots):
    ...         variable.assign_sub(self.rate * tf.sign(gradient))
    >>> w = tf.Variable([1.0, 2.0])
    >>> SignDescent(learning_rate=0.5).apply_gradients([(tf.constant([3.0, -4.0]), w)])
    >>> w.numpy().tolist()
    [0.5, 2.5]
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        *,
        name: str | None = None,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        **unknown: Any,
    ) -> None:
        self._refuse(unknown)
        self.name = name or type(self).__name__
        self.weight_decay = weight_decay
        self.clipnorm = clipnorm
        self.clipvalue = clipvalue
        self.global_clipnorm = global_clipnorm
        self._clip = clipping.choose(clipnorm, clipvalue, global_clipnorm)
        self._learning_rate = LearningRate(learning_rate)
        self._iterations = Hyperparameter(0, dtypes.int64, "iterations")
        self._slots: dict[int, tuple[Variable, dict[str, Any]]] = {}
        self._decays: Callable[[Variable], bool] | None = None
        self._warned: set[tuple[str, ...]] = set()
        self._rate = 0.0
        self._step = 0
        optimizers.add(self)

    @property
    def rate(self) -> Any:
        """The learning rate of the step that runs."""
        return live(lambda: self._rate)

    @property
    def step(self) -> Any:
        """The number of the step that runs, from one."""
        return live(lambda: self._step)

    def create_slots(self, variable: Variable) -> dict[str, Any]:
        """Return what is remembered of `variable` from step to step: arrays or tensors by name."""
        return {}

    def update(self, gradient: Tensor, variable: Variable, slots: dict[str, Any]) -> None:
        """Move `variable` along `gradient`, and bring `slots` up to date.

        `self.rate` is the learning rate and `self.step` the number of the step, from one.
        """
        raise NotImplementedError(f"{type(self).__name__} must define update(gradient, variable, slots).")

    def prepare(self) -> None:
        """Compute what all variables of a step share, from `_rate` and `_step`, before they are updated."""

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Any]], name: str | None = None) -> None:
        """Do one step.

        Args:
            grads_and_vars: pairs `(gradient, variable)`. Where a gradient is `None` the variable stays as it is, with
                one warning. `IndexedSlices` change the rows that they name, those of the slots included, and no others.

        Raises:
            InvalidArgumentError: if all gradients are `None`, or shapes differ.
        """
        gradients, variables = usable(grads_and_vars, self._warned)
        if self._clip is not None:
            with variables[0]._value._backend.computing():
                gradients = self._clip(gradients)
        trace = tracing.get()
        if trace is None:
            self._begin()
        else:
            trace.step(self, self._begin, self._end)
        for gradient, variable in zip(gradients, variables):
            entry = self._slots.get(variable._key)
            slots = self.slots_of(variable) if entry is None else entry[1]
            if type(gradient) is not Tensor:
                self._update_rows(gradient, variable, slots)
            elif self.weight_decay:
                self._update_decayed(gradient, variable, slots, variable)
            else:
                self.update(gradient, variable, slots)
            if variable.constraint is not None:
                variable.assign(variable.constraint(variable.read_value()))
        if trace is None:
            self._end()

    def _begin(self, before: int = 0) -> None:
        """Look up what the step needs; `before` others of one recorded run have not ended yet."""
        done: int = self._iterations.get() + before
        self._step = done + 1
        self._rate = self._learning_rate.get(done)
        self.prepare()

    def _end(self) -> None:
        self._iterations.set(self._iterations.get() + 1)

    def apply(self, grads: Sequence[Any], trainable_variables: Sequence[Variable] | None = None) -> None:
        """Do one step, given gradients and variables as two sequences.

        Without variables, those of `build` or of the first steps are taken, in their order.
        """
        variables = self._known() if trainable_variables is None else list(trainable_variables)
        gradients = list(grads)
        if len(gradients) != len(variables):
            raise InvalidArgumentError(f"apply: received {len(gradients)} gradients for {len(variables)} variables.")
        self.apply_gradients(zip(gradients, variables))

    def minimize(self, loss: Any, var_list: Any, tape: GradientTape | None = None, name: str | None = None) -> None:
        """Compute the gradients of `loss` and do one step.

        Args:
            loss: a function without arguments that returns the loss; with `tape`, the loss itself.
            var_list: the variables, or a function that returns them.
            tape: the tape on which the loss was recorded.
        """
        if callable(loss):
            with tape or GradientTape() as tape:
                loss = loss()
        elif tape is None:
            raise InvalidArgumentError("minimize: a loss that is a tensor needs the tape that recorded it; pass tape=.")
        variables = nest.flatten(var_list() if callable(var_list) else var_list)
        self.apply_gradients(zip(tape.gradient(loss, variables), variables))

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the slots of variables now instead of at their first step."""
        for variable in variables:
            self.slots_of(variable)

    def slots_of(self, variable: Variable) -> dict[str, Any]:
        """What is remembered of `variable`, by name."""
        entry = self._slots.get(variable._key)
        if entry is None:
            entry = self._slots[variable._key] = (variable, self.create_slots(variable))
        return entry[1]

    def exclude_from_weight_decay(
        self, var_list: Sequence[Variable] | None = None, var_names: Sequence[str] | None = None
    ) -> None:
        """Spare variables from weight decay: those in `var_list`, and those whose names contain one of `var_names`."""
        keys = {variable._key for variable in var_list or ()}
        names = tuple(var_names or ())
        self._decays = lambda variable: variable._key not in keys and not any(n in variable.name for n in names)

    @property
    def iterations(self) -> Variable:
        """The number of steps done, an int64 variable."""
        return self._iterations.variable()

    @iterations.setter
    def iterations(self, value: Any) -> None:
        self._iterations.set(int(value))

    @property
    def learning_rate(self) -> Any:
        """The learning rate: a variable that may be assigned to, or the value that a schedule has now."""
        return self._learning_rate.read(self._iterations.get())

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        self._learning_rate.set(value)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an optimizer like this one, without its slots."""
        return configuration.of(self, Optimizer) | {"learning_rate": self._learning_rate.configured()}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """An optimizer of the arguments that `get_config` returned."""
        return cls(**config)

    def _known(self) -> list[Variable]:
        return [variable for variable, _ in self._slots.values()]

    def _update_decayed(self, gradient: Any, variable: Variable, slots: dict[str, Any], owner: Variable) -> None:
        """`update` after weight decay, unless `owner`, the variable or the one whose rows it holds, is spared."""
        if self.weight_decay and (self._decays is None or self._decays(owner)):
            held = variable._value
            write(variable, held._backend.sgd_update(held._array, held._array, rate=self.weight_decay * self.rate))
        self.update(gradient, variable, slots)

    def _update_rows(self, gradient: IndexedSlices, variable: Variable, slots: dict[str, Any]) -> None:
        if gradient.indices._array.shape[0]:
            rows = Rows(variable, slots, gradient.indices)
            self._update_decayed(gradient.values, rows.variable, rows.slots, variable)
            rows.put_back()

    @staticmethod
    def _refuse(unknown: dict[str, Any]) -> None:
        if "lr" in unknown:
            raise InvalidArgumentError("The argument lr is called learning_rate; pass learning_rate=...")
        if "decay" in unknown:
            raise InvalidArgumentError(
                "The argument decay is gone; pass learning_rate=tf.keras.optimizers.schedules.InverseTimeDecay(...)."
            )
        if unknown:
            raise TypeError(
                f"Unknown arguments of an optimizer: {', '.join(unknown)}. Known to all of them are learning_rate, "
                "name, weight_decay, clipnorm, clipvalue and global_clipnorm."
            )


def write(variable: Variable, array: Array) -> None:
    """Give `variable` an array of the backend, shape and dtype that it has."""
    held = _new(Tensor)
    held._array = array
    held._backend = variable._value._backend
    held._key = variable._key
    variable._value = held


def zeros(variable: Variable, value: float = 0.0) -> Array:
    """A slot of the shape and dtype of `variable`, filled with one value."""
    array, backend = variable._value._array, variable._value._backend
    return backend.full(tuple(array.shape), value, dtype=array.dtype, device=backend.device_of(array))
