"""Moving tensors between backends and devices."""

from __future__ import annotations

from typing import Any

from polytape.backend import Array, Backend
from polytape.conversion import convert
from polytape.dtypes import ANY
from polytape.errors import InvalidArgumentError
from polytape.op import Op
from polytape.plugins import backends, devices
from polytape.recorder import listening
from polytape.tensor import Tensor
from polytape.transfer import transfer


def to(tensor: Any, place: str | Backend) -> Tensor:
    """Return the tensor on another backend or device; itself if it is there already.

    Gradients move back the same way.

    Args:
        place: the name of a backend; that of a device, such as `"/gpu:0"`, of whichever backend has it; or
            a backend.

    Raises:
        BackendNotFoundError: if no backend has that name.
        DeviceError: if there is no such device.
        DTypeError: if that backend does not have the tensor's dtype.

    >>> import polytape as tf
    >>> tf.constant([1.0, 2.0]).to("numpy").backend
    'numpy'
    """
    if type(tensor) is not Tensor:
        tensor = convert(tensor)
    if isinstance(place, Backend):
        return moved(tensor, place, None)
    if not isinstance(place, str):
        raise InvalidArgumentError(
            f"to() takes the name of a backend or of a device, or a backend; received {place!r:.200}."
        )
    if devices.parse(place) is None:
        return moved(tensor, backends.get(place, f"to({place!r})"), None)
    return moved(tensor, *devices.find(place, tensor._backend))


def cpu(tensor: Any) -> Tensor:
    """Return the tensor on a CPU: `tensor.to("CPU:0")`."""
    return to(tensor, "CPU:0")


def gpu(tensor: Any, gpu_index: int = 0) -> Tensor:
    """Return the tensor on a GPU: `tensor.to("GPU:0")`."""
    return to(tensor, f"GPU:{gpu_index}")


def moved(tensor: Tensor, target: Backend, device: str | None) -> Tensor:
    """Return `tensor` on a device of `target`, and let those that listen take note of the move."""
    source, array = tensor._backend, tensor._array
    made = transfer(array, source, target, device)
    if made is array and source is target:
        return tensor
    output = Tensor(made, target)
    metadata = {"source": source, "target": target, "device": device, "home": source.device_of(array)}
    for recorder in listening():
        recorder.record(_MOVE, (tensor,), metadata, output)
    return output


def _move(backend: Backend, x: Array, *, source: Backend, target: Backend, device: str | None, home: str) -> Array:
    return transfer(x, source, target, device)


def _move_back(gradient: Any, source: Backend, target: Backend, home: str) -> Any:
    if type(gradient) is Tensor:
        return moved(gradient, source, home)
    return transfer(gradient, target, source, home)


# Not one of the ops that backends may override: its output is on another backend than its input. Moving is
# linear over the real numbers, so that nothing has to be conjugated on the way back.
_MOVE = Op(_move, (_move_back,), ANY, holomorphic=False)
