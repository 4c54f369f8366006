"""Every error polytape raises on purpose.

Each class subclasses the Python builtin that fits, so `except ValueError` and `except tf.errors.InvalidArgumentError`
both work. Messages state what was wrong, what was received and what to do.
"""

from __future__ import annotations


class PolytapeError(Exception):
    """Base class of all errors that polytape raises on purpose."""


class OpError(PolytapeError):
    """An op refused its inputs or failed; base class of the errors that TensorFlow calls op errors."""


class InvalidArgumentError(OpError, ValueError):
    """An op received a value, shape or axis that it can't work on."""


class DTypeError(InvalidArgumentError, TypeError):
    """A tensor has a dtype that the op does not take, or two tensors should share a dtype and don't."""


class ScalarError(InvalidArgumentError, TypeError):
    """A tensor of one element was needed, to make a Python number or truth value of it."""


class OutOfRangeError(InvalidArgumentError, IndexError):
    """An index points outside the tensor."""


class NotFoundError(OpError, LookupError):
    """Something was asked for by a name under which nothing exists."""


class FailedPreconditionError(OpError, RuntimeError):
    """An object is not in the state that the call needs: not built, already used up, not entered."""


class RecordingError(FailedPreconditionError, ValueError):
    """A tape that records already was entered again."""


class UnimplementedError(OpError, NotImplementedError):
    """The backend declares that it does not have this op, or not for this dtype or device."""


class CapabilityError(UnimplementedError):
    """A backend declares that it does not have the op, or not for this dtype or device."""


class UnconnectedError(FailedPreconditionError):
    """A gradient was asked for that does not exist; the message says where the connection was lost."""


class BackendError(PolytapeError, RuntimeError):
    """A backend can't be had or failed in a way that polytape did not foresee; the cause is attached."""


class BackendNotFoundError(BackendError, LookupError):
    """No installed distribution offers a backend of the name that was asked for."""


class BackendUnavailableError(BackendError, ImportError):
    """A backend is installed, but its library or its device is missing; the message says how to mend it."""


class BackendMismatchError(PolytapeError, TypeError):
    """One op received tensors of two backends."""


class DeviceError(InvalidArgumentError, RuntimeError):
    """A device was asked for that is not there."""


class PluginError(PolytapeError, RuntimeError):
    """A plugin is broken, blocked, or was written for another plugin API."""


class AmbiguousNameError(PluginError, LookupError):
    """Two distributions claim one name; `distribution:name` picks one."""


class ConfigurationError(PolytapeError, ValueError):
    """An environment variable holds a value that can't be understood."""


class DatasetError(PolytapeError, ValueError):
    """A dataset's files are missing, incomplete or damaged."""
