"""What layers over space have in common: windows, strides and paddings as Keras writes them, and resulting lengths."""

from __future__ import annotations

from typing import Any

from polytape.arguments import choice, integer
from polytape.errors import InvalidArgumentError
from polytape.shape import TensorShape


def per_axis(value: Any, rank: int, layer: str, name: str, least: int = 1) -> tuple[int, ...]:
    """Return one integer, or one for each spatial axis, as a tuple of `rank` integers of at least `least`."""
    given = (value,) * rank if isinstance(value, int) else tuple(value)
    numbers = tuple(integer(item, f"{layer}: {name}") for item in given)
    if len(numbers) != rank or any(number < least for number in numbers):
        raise InvalidArgumentError(
            f"{layer}: {name} must be an integer of at least {least}, or {rank} of them; received {value!r}."
        )
    return numbers


def padding_of(value: Any, layer: str, allowed: tuple[str, ...] = ("valid", "same")) -> str:
    """Return a padding in lower case."""
    return choice(value.lower() if isinstance(value, str) else value, allowed, layer, "padding")


def format_of(value: Any, layer: str) -> str:
    """Return `channels_last` or `channels_first`; `None` stands for the former."""
    return choice(
        "channels_last" if value is None else value, ("channels_last", "channels_first"), layer, "data_format"
    )


def op_format(data_format: str, rank: int) -> str:
    """The same in the letters that ops take, such as `NHWC`."""
    letters = "DHW"[-rank:]
    return f"N{letters}C" if data_format == "channels_last" else f"NC{letters}"


def channel_axis(data_format: str) -> int:
    """The axis of the channels."""
    return -1 if data_format == "channels_last" else 1


def windowed(length: int | None, window: int, stride: int, padding: str, dilation: int = 1) -> int | None:
    """The length of an axis after a window has been moved along it; `None` stays unknown."""
    if length is None:
        return None
    reach = (window - 1) * dilation + 1
    return -(-length // stride) if padding != "valid" else max(0, (length - reach) // stride + 1)


def with_space(input_shape: Any, data_format: str, space: list[Any], channels: Any) -> TensorShape:
    """The shape of a batch with given lengths of its spatial axes, and a number of channels."""
    batch = input_shape[0]
    return TensorShape((batch, *space, channels) if data_format == "channels_last" else (batch, channels, *space))


def space_of(input_shape: Any, data_format: str) -> list[Any]:
    """The lengths of the spatial axes."""
    lengths = list(input_shape)
    return lengths[1:-1] if data_format == "channels_last" else lengths[2:]
