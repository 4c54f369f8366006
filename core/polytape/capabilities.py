"""What a backend declares not to have: ops, some of them only in one dtype or on one kind of device.

A backend's `lacks` names each with its reason: `{"sort": "..."}`, `{"sort:float16": "..."}`, `{"sort@GPU": "..."}`,
`{"sort:float16@GPU": "..."}`. From this one table come the errors, what the conformance kit leaves out, and the docs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple

from polytape import dtypes
from polytape.errors import CapabilityError

if TYPE_CHECKING:
    from polytape.backend import Backend


class Lack(NamedTuple):
    """One entry of a backend's `lacks`."""

    op: str
    dtype: str | None
    kind: str | None
    reason: str

    @property
    def what(self) -> str:
        """The op, the dtype and the kind of device, as people say it."""
        return repr(self.op) + (f" in {self.dtype}" if self.dtype else "") + (f" on {self.kind}s" if self.kind else "")


def lacks(backend: Backend) -> Iterator[Lack]:
    """What `backend` declares not to have.

    Raises:
        ValueError: for a dtype that polytape does not know.
    """
    for key, reason in backend.lacks.items():
        name, _, kind = key.partition("@")
        op, _, dtype = name.partition(":")
        if dtype and dtype not in dtypes.BY_NAME:
            raise ValueError(
                f"The backend {backend.name!r} declares to lack {key!r}, but there is no dtype {dtype!r}. Entries of "
                "`lacks` are 'op', 'op:dtype', 'op@DEVICE' or 'op:dtype@DEVICE'."
            )
        yield Lack(op, dtype or None, kind or None, reason)


def refuse_lacking(backend: Backend, op: str, arrays: Sequence[Any] = ()) -> None:
    """Raise `CapabilityError` if `backend` declares not to have `op` for these bare arrays."""
    for lack in lacks(backend):
        if lack.op == op and _concerns(lack, backend, arrays):
            raise CapabilityError(f"The backend {backend.name!r} does not have {lack.what}: {lack.reason}")


def declared(backend: Backend, op: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` of bare arrays, refusing those for which `backend` declares not to have `op`; itself if it has all."""
    if not partly_lacking(backend, op):
        return function

    @wraps(function)
    def checked(*arguments: Any, **options: Any) -> Any:
        refuse_lacking(backend, op, [argument for argument in arguments if hasattr(argument, "dtype")])
        return function(*arguments, **options)

    return checked


def partly_lacking(backend: Backend, op: str) -> bool:
    """Whether `backend` declares not to have `op` in some dtype or on some kind of device."""
    return any(lack.op == op for lack in lacks(backend)) if backend.lacks else False


def _concerns(lack: Lack, backend: Backend, arrays: Sequence[Any]) -> bool:
    of_dtype = not lack.dtype or any(backend.dtype_of(array).name == lack.dtype for array in arrays)
    of_kind = not lack.kind or any(backend.device_of(array).startswith(f"{lack.kind}:") for array in arrays)
    return of_dtype and of_kind
