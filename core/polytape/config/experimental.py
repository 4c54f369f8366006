"""`tf.config.experimental`: earlier places of `tf.config`'s names, and switches of the memory allocator."""

from __future__ import annotations

from polytape.config.devices import (
    PhysicalDevice,
    get_visible_devices as get_visible_devices,
    list_logical_devices as list_logical_devices,
    list_physical_devices as list_physical_devices,
    set_visible_devices as set_visible_devices,
)


def set_memory_growth(device: PhysicalDevice, enable: bool) -> None:
    """Do nothing: no backend takes all of a GPU's memory at its start, as TensorFlow does without this.

    >>> import polytape as tf
    >>> for gpu in tf.config.list_physical_devices("GPU"):
    ...     tf.config.experimental.set_memory_growth(gpu, True)
    """


def get_memory_growth(device: PhysicalDevice) -> bool:
    """Return True: memory is taken as it is needed."""
    return True
