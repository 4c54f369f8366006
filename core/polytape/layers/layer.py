"""`Layer`: a function with variables, which are made when the first input's shape is known."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from polytape import activations, configuration, constraints, nest, regularizers
from polytape.dtypes import DType
from polytape.errors import FailedPreconditionError, InvalidArgumentError, PolytapeError
from polytape.floatx import default
from polytape.layers import call_context, weight
from polytape.layers.conversion import as_inputs
from polytape.layers.declaration import (
    NO_TRAINING,
    beginning,
    marking_built,
    shape_of,
    shapes_by_name,
    training_parameter,
)
from polytape.layers.naming import snake_case, unique_name
from polytape.layers.trial import shape_of_trial
from polytape.module import Module
from polytape.shape import TensorShape
from polytape.tensor import Tensor
from polytape.variable import Variable


class Layer(Module):
    """Base class of layers. A subclass defines `call`, and `build` if it makes variables for a shape of input.

    Args:
        name: the name; by default the class's in snake case, numbered.
        trainable: whether its variables count as trainable.
        dtype: the dtype of its variables, to which floating-point inputs are converted; by default `floatx`.
        activity_regularizer: a function of the output, whose value is added to the losses.
        options: `input_shape` (of one example), `input_dim` or `batch_input_shape`, for the first layer of a
            `Sequential` model.

    >>> import polytape as tf
    >>> class Scale(tf.keras.layers.Layer):
    ...     def build(self, input_shape):
    ...         self.factor = self.add_weight(shape=(input_shape[-1],), initializer="ones", name="factor")
    ...     def call(self, inputs):
    ...         return inputs * self.factor
    >>> layer = Scale()
    >>> layer([[1.0, 2.0]]).numpy().tolist(), [v.name for v in layer.variables]
    ([[1.0, 2.0]], ['scale/factor:0'])
    """

    input_spec: Any = None
    """An `InputSpec`, or a list of them for several inputs, which is checked against each input of a new shape."""
    built: bool = False
    """Whether `build` has been run."""
    converts_integers: bool = False
    """Whether integer inputs are converted to the layer's dtype as floating-point ones are."""
    _dtype: DType | None = None
    _accepted: Any = None
    _training: tuple[int | None, Any] = NO_TRAINING

    def __init_subclass__(cls, **options: Any) -> None:
        """Note once for each class whether `call` takes `training`, and let `build` set `built`."""
        super().__init_subclass__(**options)
        if "call" in vars(cls):
            cls._training = training_parameter(cls.call)
        if "build" in vars(cls):
            cls.build = marking_built(cls.build)  # type: ignore[method-assign]

    def __init__(
        self,
        name: str | None = None,
        trainable: bool = True,
        dtype: Any = None,
        *,
        activity_regularizer: Any = None,
        **options: Any,
    ) -> None:
        if name is not None and not isinstance(name, str):
            raise InvalidArgumentError(f"{type(self).__name__}: name must be a string; received {name!r}.")
        super().__init__(name or unique_name(snake_case(type(self).__name__)))
        self._trainable = bool(trainable)
        self._dtype = default(dtype)
        self._begin = beginning(type(self).__name__, options)
        self._output_shape: Any = None
        self._penalties: list[Callable[[], Tensor | None]] = []
        self._call_losses: list[Any] = []
        self.activity_regularizer = regularizers.get(activity_regularizer)

    # What a subclass defines.

    def build(self, input_shape: Any) -> None:
        """Make the variables for inputs of `input_shape`; runs once, before the first `call`."""
        self.built = True

    def call(self, *inputs: Any, **options: Any) -> Any:
        """Compute the outputs from the inputs; may take `training`."""
        raise NotImplementedError(f"{type(self).__name__} must define call(inputs).")

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Return the shape of the output for inputs of a shape; unless overridden, found by a run on zeros."""
        self._require_initialized()
        return shape_of_trial(self, input_shape)

    def add_weight(self, *arguments: Any, **options: Any) -> Variable:
        """Make a variable; keep it as an attribute, which is where it is found.

        It takes `shape=(), initializer=None, dtype=None, trainable=True, regularizer=None, constraint=None, name=None`,
        best by name. The initializer is by default Glorot's uniform one, and zeros for integers and truth values. A
        name in the first place says that the others follow in the order of earlier versions of TensorFlow.
        """
        self._require_initialized()
        given = weight.named(arguments, options)
        given["constraint"] = constraints.get(given.get("constraint"))
        made = weight.make(given, self.name, self._dtype, "glorot_uniform", trainable=True)
        regularizer = regularizers.get(given.get("regularizer"))
        if regularizer is not None:
            self._penalties.append(partial(self._penalty, regularizer, made))
        return made

    def add_loss(self, loss: Any) -> None:
        """Add a tensor, or several, to `losses`, until the outermost layer is called anew."""
        self._call_losses.extend(nest.flatten(loss))
        call_context.Losses.added = True

    # What users call.

    def __call__(self, *inputs: Any, **options: Any) -> Any:
        """Build the layer if that has not been done, and compute the outputs.

        Args:
            inputs: tensors, or what converts to them: arrays, lists of numbers. Floating-point ones are converted to
                the layer's dtype.
            options: `training`, which holds for all layers within, and what else `call` takes.
        """
        if options or len(inputs) != 1 or type(inputs[0]) is not Tensor or inputs[0].dtype is not self._dtype:
            inputs, options = self._converted(inputs, options)
        if not self.built:
            self._build_for(inputs, options)
        if self.input_spec is not None:
            self._check_inputs(inputs)
        position, fallback = self._training
        training = options.pop("training", None) if options else None
        if position is not None and len(inputs) > position:
            training = inputs[position]
        context = call_context.running()
        if training is None:
            training = fallback if context is None or context.training is None else context.training
        if position is not None and training is not None and len(inputs) <= position:
            options["training"] = training
        try:
            if context is not None and context.training is training:
                outputs = self.call(*inputs, **options)
            else:
                outputs = self._call_within(training, context is None, inputs, options)
        except PolytapeError as error:
            error.add_note(f"  in layer {self.name!r} ({type(self).__name__})")
            raise
        if self._output_shape is None:
            self._output_shape = _batch_shape(outputs)
        if self.activity_regularizer is not None:
            for output in nest.flatten(outputs):
                self.add_loss(self.activity_regularizer(output))
        return outputs

    @property
    def dtype(self) -> DType | None:
        """The dtype of the variables, and of what floating-point inputs are converted to."""
        return self._dtype

    compute_dtype = variable_dtype = dtype

    @property
    def trainable(self) -> bool:
        """Whether the variables count as trainable; setting it sets it for all layers within."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        for module in self._modules():
            module._trainable = bool(value)

    @property
    def weights(self) -> list[Variable]:
        """All variables, each once, in the order of the attributes that hold them."""
        return self.variables

    @property
    def trainable_weights(self) -> list[Variable]:
        """The variables that an optimizer is meant to change."""
        return self.trainable_variables

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """All other variables, such as moving averages."""
        return self.non_trainable_variables

    @property
    def losses(self) -> list[Any]:
        """The penalties of regularized variables, as they are now, and what was added in the last call."""
        found: list[Any] = []
        for layer in self._layers_below():
            found.extend(loss for loss in [penalty() for penalty in layer._penalties] if loss is not None)
            found.extend(layer._call_losses)
        return found

    def count_params(self) -> int:
        """Return the number of elements of all variables."""
        if not self.built and not self.variables:
            raise FailedPreconditionError(
                f"The layer {self.name!r} has no variables yet: its first call makes them, or build(...)."
            )
        return sum(variable.shape.num_elements() or 0 for variable in self.variables)

    def get_weights(self) -> list[Any]:
        """Return the values of `weights` as NumPy arrays."""
        return [variable.numpy() for variable in self.variables]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Give `weights` the values of arrays of the same shapes, in the same order."""
        variables = self.variables
        if len(weights) != len(variables):
            raise InvalidArgumentError(
                f"set_weights of {self.name!r}: it has {len(variables)} variables; received {len(weights)} arrays."
                + ("" if self.built else " It is not built yet: call it or its build(...) first.")
            )
        for variable, value in zip(variables, weights):
            variable.assign(value)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make a layer like this one, without its variables' values."""
        found = configuration.of(self, Layer)
        return {
            name: activations.serialize(value) if inspect.isroutine(value) else value for name, value in found.items()
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """A layer of the arguments that `get_config` returned."""
        return cls(**config)

    # One call.

    def _converted(self, inputs: tuple[Any, ...], options: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        self._require_initialized()
        dtype: Any = self._dtype
        return (
            tuple([as_inputs(value, dtype, self.converts_integers) for value in inputs]),
            {name: as_inputs(value, dtype, False) for name, value in options.items()},
        )

    def _build_for(self, inputs: tuple[Any, ...], options: dict[str, Any]) -> None:
        self._require_initialized()
        values = [*inputs, *options.values()]
        if not values:
            raise InvalidArgumentError(f"The layer {self.name!r} needs an input: call it with a tensor.")
        if self.input_spec is not None:
            self._check_inputs(inputs)
        shapes = shapes_by_name(self, inputs, options)
        self.build(*([shape_of(values[0])] if shapes is None else []), **(shapes or {}))
        self.built = True

    def _check_inputs(self, inputs: tuple[Any, ...]) -> None:
        leaves = inputs if type(inputs[0]) is Tensor else nest.flatten(inputs[0])
        shape = leaves[0]._array.shape if len(leaves) == 1 else [leaf._array.shape for leaf in leaves]
        if shape == self._accepted:
            return
        specs = nest.flatten(self.input_spec)
        if len(specs) > 1 and len(specs) != len(leaves):
            raise InvalidArgumentError(
                f"Layer {self.name!r} ({type(self).__name__}) expects {len(specs)} inputs; received {len(leaves)}."
            )
        for spec, leaf in zip(specs, leaves):
            spec.check(leaf, self)
        self._accepted = shape

    def _call_within(self, training: Any, outermost: bool, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
        if outermost and call_context.Losses.added:
            for layer in self._layers_below():
                layer._call_losses.clear()
        token = call_context.enter(call_context.Call(training))
        try:
            return self.call(*inputs, **options)
        finally:
            call_context.leave(token)

    def _penalty(self, regularizer: Any, variable: Variable) -> Tensor | None:
        return regularizer(variable.read_value()) if self._trainable and variable.trainable else None

    def _layers_below(self) -> list[Layer]:
        return [module for module in self._modules() if isinstance(module, Layer)]

    def _require_initialized(self) -> None:
        if self._dtype is None:
            raise FailedPreconditionError(
                f"In the layer {type(self).__name__}, you forgot to call `super().__init__()` as the first statement "
                "of its `__init__`."
            )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self._name}, built={self.built}>"


def _batch_shape(outputs: Any) -> Any:
    """The shapes of outputs, for people to read: the batch axis of any length."""
    shapes = [getattr(output, "shape", None) for output in nest.flatten(outputs)]
    shown = [None if shape is None else TensorShape((None, *shape[1:])) if shape else shape for shape in shapes]
    return shown[0] if len(shown) == 1 else shown or TensorShape(())
