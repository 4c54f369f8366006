"""Several GPUs: CUDA computes on a current device, polytape where the arrays are.

With one GPU none of this is used. With several, each function of the backend first looks for the device of its arrays,
and enters it if another is the current one. CuPy would compute on the current one all the same, by access to the other
GPU's memory over the bus, and leave the result there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import cupy

from polytape.errors import DeviceError

_current = cupy.cuda.runtime.getDevice


def name_of(number: int) -> str:
    """The name of a device by its number."""
    return f"GPU:{number}"


def number_of(device: str) -> int:
    """The number of a device by its name."""
    return int(device.partition(":")[2])


def on_their_device(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return `function` of arrays, run on the device that holds them."""

    @wraps(function)
    def call(*arguments: Any, **options: Any) -> Any:
        found = {array.data.device_id for array in _arrays(arguments)}
        if len(found) > 1:
            names = " and ".join(name_of(number) for number in sorted(found))
            raise DeviceError(
                f"All tensors of one op must be on one device; received {names}. Move one with tensor.to('GPU:0')."
            )
        if not found or found == {_current()}:
            return function(*arguments, **options)
        with cupy.cuda.Device(*found):
            return function(*arguments, **options)

    return call


def follow(arrays: Any) -> None:
    """Make the device that holds the first array among `arrays` the current one, until somebody changes it again."""
    for array in _arrays((arrays,)):
        if array.data.device_id != _current():
            cupy.cuda.Device(array.data.device_id).use()
        return


def moved(array: Any, number: int) -> Any:
    """A copy on another device, which neither device's stream runs ahead of."""
    source, target = cupy.cuda.Device(array.data.device_id), cupy.cuda.Device(number)
    with source:
        leaving = cupy.cuda.get_current_stream()
        made = leaving.record()
    with target:
        arriving = cupy.cuda.get_current_stream()
        arriving.wait_event(made)
        found = array.copy()
        copied = arriving.record()
    with source:
        leaving.wait_event(copied)  # the source's memory may be used again only now
    return found


def _arrays(values: Any) -> Iterator[Any]:
    for value in values:
        if isinstance(value, cupy.ndarray):
            yield value
        elif isinstance(value, (tuple, list)):
            yield from _arrays(value)
