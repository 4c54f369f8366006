"""What a layer's class and the arguments of its constructor tell before it is called."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from polytape import nest
from polytape.layers.symbolic import whole_shape
from polytape.shape import TensorShape

if TYPE_CHECKING:
    from polytape.layers.layer import Layer

NO_TRAINING = (None, None)


def training_parameter(call: Callable[..., Any]) -> tuple[int | None, Any]:
    """The position of `training` among the arguments of `call`, `None` if it takes none, and its default."""
    parameters = list(inspect.signature(call).parameters.values())[1:]
    for position, parameter in enumerate(parameters):
        if parameter.name == "training":
            fallback = None if parameter.default is parameter.empty else parameter.default
            return (len(parameters) if parameter.kind is parameter.KEYWORD_ONLY else position), fallback
    return NO_TRAINING


def marking_built(build: Callable[..., None]) -> Callable[..., None]:
    """`build`, after which `built` is set whether or not it calls the base class's."""

    @wraps(build)
    def marking(self: Layer, *shapes: Any, **options: Any) -> None:
        self._require_initialized()
        build(self, *shapes, **options)
        self.built = True

    return marking


def beginning(kind: str, options: dict[str, Any]) -> TensorShape | None:
    """The shape of a batch of inputs, if the options of a layer's constructor tell it."""
    shape, length = options.pop("input_shape", None), options.pop("input_dim", None)
    batch_shape, batch_size = options.pop("batch_input_shape", None), options.pop("batch_size", None)
    options.pop("autocast", None)
    if options:
        raise TypeError(f"{kind}: unknown arguments {', '.join(options)}.")
    if shape is None and length is not None:
        shape = (length,)
    return None if shape is None and batch_shape is None else whole_shape(shape, batch_size, batch_shape, kind)


def shape_of(inputs: Any) -> Any:
    """The shape of a tensor, or the shapes of a structure of them."""
    return nest.map_structure(lambda value: getattr(value, "shape", None), inputs)


def shapes_by_name(layer: Layer, inputs: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Any] | None:
    """What to build a layer of several inputs with: for a `build` that takes `query_shape`, the shape of `query`.

    `None` for a `build` that takes the shape of the first input only.
    """
    wanted = [
        name for name, one in inspect.signature(layer.build).parameters.items() if one.kind is not one.VAR_KEYWORD
    ]
    if len(wanted) < 2 or not all(name.endswith("_shape") for name in wanted):
        return None
    given = inspect.signature(layer.call).bind_partial(*inputs, **options).arguments
    return {name: shape_of(given.get(name.removesuffix("_shape"))) for name in wanted}
