"""Moves bare arrays between backends and devices: by DLPack where both have it, else through the host."""

from __future__ import annotations

from polytape import dtypes
from polytape.backend import Array, Backend
from polytape.errors import DTypeError
from polytape.tensor import Tensor


def transfer(array: Array, source: Backend, target: Backend, device: str | None = None) -> Array:
    """Return an array of `source` as one of `target`, itself if it is in place.

    Args:
        device: one of the target's devices; by default the array's if that is one of them, else the best.

    Raises:
        DTypeError: if the device does not have the array's dtype.
    """
    here = source.device_of(array)
    if source is target:
        return array if device is None or device == here else source.to_device(array, device)
    there = device or target.devices()[0]
    kind = there.partition(":")[0]
    dtype = source.dtype_of(array)
    if dtype not in target.dtypes[kind]:
        raise DTypeError(
            f"to: the backend {target.name!r} has no {dtype.name} on {there}; it has "
            f"{dtypes.names(target.dtypes[kind])}. Convert the tensor with tf.cast first."
        )
    if array.shape and kind == here.partition(":")[0]:
        try:
            made = target.from_dlpack(Tensor(array, source))
        except (AttributeError, BufferError, NotImplementedError, TypeError):
            pass  # one of the two has no DLPack, or not for this dtype or memory layout
        else:
            return made if target.device_of(made) == there else target.to_device(made, there)
    return target.from_numpy(source.to_numpy(array), there)
