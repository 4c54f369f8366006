"""TensorFlow 1's optimizers: its argument names, defaults and methods over the same update rules.

Where TensorFlow 1 computed otherwise than Keras does now, so do these: momentum accumulates gradients, not
steps, RMSProp's mean square begins at one, and Adagrad divides by the bare root.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from polytape import nest
from polytape.backend import Array, Backend
from polytape.errors import FailedPreconditionError, InvalidArgumentError
from polytape.optimizers.adadelta import Adadelta
from polytape.optimizers.adagrad import Adagrad
from polytape.optimizers.adam import Adam
from polytape.optimizers.formula import update_formula
from polytape.optimizers.ftrl import Ftrl
from polytape.optimizers.optimizer import Optimizer as KerasOptimizer, write, zeros
from polytape.optimizers.rmsprop import RMSprop
from polytape.optimizers.sgd import SGD
from polytape.tape import GradientTape
from polytape.tensor import Tensor
from polytape.variable import Variable

Pairs = list[tuple[Any, Variable]]


class Optimizer(KerasOptimizer):
    """The methods of TensorFlow 1's optimizers in eager mode.

    >>> import polytape as tf
    >>> w, step = tf.Variable(3.0), tf.Variable(0)
    >>> tf.train.GradientDescentOptimizer(0.5).minimize(lambda: w * w, global_step=step)
    >>> float(w), int(step)
    (0.0, 1)
    """

    def compute_gradients(
        self,
        loss: Callable[[], Any],
        var_list: Any = None,
        gate_gradients: Any = None,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        grad_loss: Any = None,
    ) -> Pairs:
        """Return pairs of gradient and variable, in the form that `apply_gradients` takes.

        Args:
            loss: a function without arguments.
            var_list: the variables; by default the trainable ones that `loss` reads.
            grad_loss: what to weight the loss's elements with; by default ones.

        Raises:
            FailedPreconditionError: if the loss is a value: nothing was recorded when it was computed.
        """
        if not callable(loss):
            raise FailedPreconditionError(
                "`loss` passed to Optimizer.compute_gradients should be a function when eager execution is "
                f"enabled. Pass a function without arguments that returns the loss; received {loss!r:.100}."
            )
        with GradientTape() as tape:
            value = loss()
        variables = list(tape.watched_variables() if var_list is None else nest.flatten(var_list))
        return list(zip(tape.gradient(value, variables, grad_loss), variables))

    def apply_gradients(  # type: ignore[override]  # TensorFlow 2 has no global_step
        self, grads_and_vars: Iterable[tuple[Any, Any]], global_step: Any = None, name: str | None = None
    ) -> None:
        """Do one step, and count it.

        Args:
            grads_and_vars: pairs of gradient and variable; those whose gradient is `None` are passed over.
            global_step: a variable to which one is added.

        Raises:
            InvalidArgumentError: if no pair has a gradient.
        """
        pairs = list(grads_and_vars)
        super().apply_gradients([pair for pair in pairs if pair[0] is not None] or pairs)
        if global_step is not None:
            global_step.assign_add(1)

    def minimize(  # type: ignore[override]  # TensorFlow 2 has other arguments
        self,
        loss: Callable[[], Any],
        global_step: Any = None,
        var_list: Any = None,
        gate_gradients: Any = None,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        name: str | None = None,
        grad_loss: Any = None,
    ) -> None:
        """Compute the gradients of `loss`, a function without arguments, and do one step.

        Raises:
            FailedPreconditionError: if the loss is a value.
            InvalidArgumentError: if no variable has a gradient.
        """
        pairs = self.compute_gradients(loss, var_list, grad_loss=grad_loss)
        self.apply_gradients(pairs, global_step)

    def get_name(self) -> str:
        """The optimizer's name."""
        return self.name


class GradientDescentOptimizer(Optimizer, SGD):
    """w ← w - η·g."""

    def __init__(self, learning_rate: Any, use_locking: bool = False, name: str = "GradientDescent") -> None:
        super().__init__(learning_rate, name=name)


class MomentumOptimizer(Optimizer):
    """a ← μ·a + g; w ← w - η·a (Nesterov: w ← w - η·(g + μ·a)).

    Unlike `tf.keras.optimizers.SGD`, it applies a changed learning rate to all that has been accumulated.
    """

    def __init__(
        self,
        learning_rate: Any,
        momentum: float,
        use_locking: bool = False,
        name: str = "Momentum",
        use_nesterov: bool = False,
    ) -> None:
        super().__init__(learning_rate, name=name)
        if not 0 <= momentum <= 1:
            raise InvalidArgumentError(f"MomentumOptimizer: momentum must be in [0, 1]; received {momentum!r}.")
        self.momentum = momentum
        self.use_nesterov = use_nesterov

    def create_slots(self, variable: Variable) -> dict[str, Any]:
        """The accumulated gradients."""
        return {"momentum": zeros(variable)}

    def update(self, gradient: Tensor, variable: Variable, slots: dict[str, Any]) -> None:
        """Move `variable` against the accumulated gradients."""
        held = variable._value
        value, slots["momentum"] = held._backend.accumulated_momentum_update(
            held._array,
            gradient._array,
            slots["momentum"],
            rate=self.rate,
            momentum=self.momentum,
            nesterov=self.use_nesterov,
        )
        write(variable, value)


class AdamOptimizer(Optimizer, Adam):
    """`tf.keras.optimizers.Adam` with another ε by default."""

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        use_locking: bool = False,
        name: str = "Adam",
    ) -> None:
        super().__init__(learning_rate, beta1, beta2, epsilon, name=name)


class RMSPropOptimizer(Optimizer, RMSprop):
    """`tf.keras.optimizers.RMSprop` whose mean square begins at one."""

    def __init__(
        self,
        learning_rate: Any,
        decay: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-10,
        use_locking: bool = False,
        centered: bool = False,
        name: str = "RMSProp",
    ) -> None:
        super().__init__(learning_rate, decay, momentum, epsilon, centered, name=name)

    def create_slots(self, variable: Variable) -> dict[str, Any]:
        """As in `RMSprop`, with ones for the mean square."""
        return super().create_slots(variable) | {"velocity": zeros(variable, 1.0)}


class AdagradOptimizer(Optimizer, Adagrad):
    """a ← a + g²; w ← w - η·g / √a."""

    def __init__(
        self,
        learning_rate: Any,
        initial_accumulator_value: float = 0.1,
        use_locking: bool = False,
        name: str = "Adagrad",
    ) -> None:
        if not initial_accumulator_value > 0:
            raise InvalidArgumentError(
                f"AdagradOptimizer: initial_accumulator_value must be positive; received {initial_accumulator_value!r}."
            )
        super().__init__(learning_rate, initial_accumulator_value, 0.0, name=name)


class AdadeltaOptimizer(Optimizer, Adadelta):
    """`tf.keras.optimizers.Adadelta` with another ε by default."""

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: float = 0.95,
        epsilon: float = 1e-8,
        use_locking: bool = False,
        name: str = "Adadelta",
    ) -> None:
        super().__init__(learning_rate, rho, epsilon, name=name)


class FtrlOptimizer(Optimizer, Ftrl):
    """`tf.keras.optimizers.Ftrl` without its `beta`."""

    def __init__(
        self,
        learning_rate: Any,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "Ftrl",
        accum_name: str | None = None,
        linear_name: str | None = None,
        l2_shrinkage_regularization_strength: float = 0.0,
    ) -> None:
        super().__init__(
            learning_rate,
            learning_rate_power,
            initial_accumulator_value,
            l1_regularization_strength,
            l2_regularization_strength,
            l2_shrinkage_regularization_strength,
            name=name,
        )


@update_formula
def accumulated_momentum_update(
    backend: Backend,
    parameter: Array,
    gradient: Array,
    accumulator: Array,
    *,
    rate: float,
    momentum: float,
    nesterov: bool,
) -> tuple[Array, Array]:
    """Return parameter and accumulated gradients one step of TensorFlow 1's momentum later."""
    accumulator = accumulator * momentum + gradient
    step = gradient + accumulator * momentum if nesterov else accumulator
    return parameter - step * rate, accumulator
