"""Arrays from the host and back: every dtype, every memory layout, copies, devices, DLPack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from polytape import dtypes
from polytape.errors import DTypeError
from polytape_conformance.arrays.agreement import agree
from polytape_conformance.arrays.creation import numbers_of
from polytape_conformance.arrays.function import ANY
from polytape_conformance.arrays.samples import numbers
from polytape_conformance.budgets import Budget
from polytape_conformance.case import Case
from polytape_conformance.level import Level
from polytape_conformance.refusal import refused
from polytape_conformance.subject import Subject

SHAPES: tuple[tuple[int, ...], ...] = ((), (1,), (5,), (0,), (0, 3), (3, 4), (2, 3, 4), (2, 1, 3, 2))


def cases(subject: Subject) -> Iterator[Case]:
    """Cases of every dtype, and of every dtype that the device does not have."""
    for dtype in ANY:
        yield Case(Level.ARRAYS, "from_numpy", "value", _there_and_back(dtype), dtype)
        yield Case(Level.ARRAYS, "from_numpy", "memory layout", _laid_out(dtype), dtype)
        yield Case(Level.ARRAYS, "from_numpy", "copy", _copied(dtype), dtype)
        yield Case(Level.ARRAYS, "to_numpy", "memory layout", _views(dtype), dtype)
        yield Case(Level.ARRAYS, "to_numpy", "copy", _written_to(dtype), dtype)
        yield Case(Level.ARRAYS, "to_dlpack", "value", _given(dtype), dtype)
        yield Case(Level.ARRAYS, "from_dlpack", "value", _taken(dtype), dtype)
        yield Case(Level.ARRAYS, "to_device", "value", _moved(dtype), dtype)
        if not subject.has(dtype):
            yield Case(Level.ARRAYS, "native_dtype", "refusal", _refused(dtype), variant=dtype)


def special(dtype: str) -> Any:
    """Numbers at the edges of a dtype, in one array."""
    return np.array(numbers_of(dtype), dtype)


def _same(subject: Subject, array: Any, expected: Any, what: str) -> None:
    found = np.asarray(subject.backend.to_numpy(array))
    assert tuple(array.shape) == expected.shape, f"{what}: shape {tuple(array.shape)}, expected {expected.shape}"
    agree(found, expected, Budget(0.0, expected.dtype.name), what=what)
    assert subject.backend.dtype_of(array).name == expected.dtype.name, f"{what}: {subject.backend.dtype_of(array)}"
    assert subject.backend.device_of(array) == subject.device, f"{what}: it is on {subject.backend.device_of(array)}"


def _there_and_back(dtype: str) -> Callable[[Subject], None]:
    def run(subject: Subject) -> None:
        for x in (*[numbers(shape, dtype) for shape in SHAPES], special(dtype), special(dtype)[0]):
            x = np.asarray(x)
            for device in (None, *subject.backend.devices()):
                there = subject.backend.from_numpy(x, device)
                if device is not None:
                    assert subject.backend.device_of(there) == device, f"asked for {device}, made elsewhere"
                if device in (None, subject.device):
                    _same(subject, there, x, f"from_numpy of {dtype}{list(x.shape)}")
                back = np.asarray(subject.backend.to_numpy(there))
                agree(back, x, Budget(0.0, dtype), what=f"to_numpy of {dtype}{list(x.shape)} on {device}")

    return run


def _laid_out(dtype: str) -> Callable[[Subject], None]:
    """Fortran's order, steps, steps backwards, repeated elements, swapped bytes, memory that is read-only."""

    def run(subject: Subject) -> None:
        x, row = numbers((4, 6), dtype), special(dtype)
        closed = x.copy()
        closed.flags.writeable = False
        for what, laid in {
            "in Fortran's order": np.asfortranarray(x),
            "transposed": x.T,
            "with steps": x[::2, 1::3],
            "backwards": x[::-1, ::-1],
            "a column": x[:, 2],
            "repeated": np.broadcast_to(x[:1], (3, 6)),
            "with swapped bytes": row.astype(row.dtype.newbyteorder()),
            "without axes, with swapped bytes": row[1].astype(row.dtype.newbyteorder()),
            "read-only": closed,
            "not aligned": np.frombuffer(b"\0" + row.tobytes(), dtype=row.dtype, offset=1),
        }.items():
            expected = np.ascontiguousarray(laid).astype(dtype).reshape(laid.shape)
            there = subject.backend.from_numpy(np.asarray(laid), subject.device)
            _same(subject, there, expected, f"from_numpy of {dtype} {what}")
            _same(subject, subject.tf.constant(laid)._array, expected, f"constant of {dtype} {what}")

    return run


def _copied(dtype: str) -> Callable[[Subject], None]:
    """Who writes to the array afterwards changes nothing."""

    def run(subject: Subject) -> None:
        for shape in ((), (5,), (3, 4), (70_001,)):
            for public in (False, True):
                x = np.array(numbers(shape, dtype))
                before = x.copy()
                there = subject.tf.constant(x)._array if public else subject.backend.from_numpy(x)
                x[...] = 1 if dtype == "bool" and not before.any() else 0
                _same(subject, there, before, f"{dtype}{list(shape)} whose source was written to")

    return run


def _views(dtype: str) -> Callable[[Subject], None]:
    """What was permuted, stepped through or repeated on the device comes back in order."""

    def run(subject: Subject) -> None:
        backend, x = subject.backend, numbers((4, 6), dtype)
        there = backend.from_numpy(x, subject.device)
        backwards = (slice(None, None, -1), slice(1, None, 2))
        _same(subject, backend.permute_dims(there, axes=(1, 0)), x.T, "to_numpy of permuted axes")
        _same(subject, backend.getitem(there, key=backwards), x[backwards], "to_numpy of steps")
        _same(subject, backend.getitem(there, key=(2,)), x[2], "to_numpy of a row")
        row = backend.getitem(there, key=(slice(0, 1),))
        _same(subject, backend.broadcast_to(row, shape=(3, 6)), np.broadcast_to(x[:1], (3, 6)), "to_numpy of repeats")

    return run


def _written_to(dtype: str) -> Callable[[Subject], None]:
    """What users get of a tensor is theirs to write to, or can't be written to; the tensor stays what it is."""

    def run(subject: Subject) -> None:
        for shape in ((5,), (3, 4)):
            x = numbers(shape, dtype)
            tensor = subject.tf.constant(x)
            own = tensor.numpy()
            assert own.flags.writeable, "what tensor.numpy() gives can't be written to"
            own[...] = 1 if dtype == "bool" else 77
            _same(subject, tensor._array, x, "a tensor after tensor.numpy() was written to")
            assert not np.asarray(tensor).flags.writeable, "np.asarray(tensor) can be written to"

    return run


def _given(dtype: str) -> Callable[[Subject], None]:
    """A tensor as NumPy takes it by DLPack, after the tensor is gone."""

    def run(subject: Subject) -> None:
        for shape in ((), (5,), (3, 4), (0, 3), (30_001,)):
            x = numbers(shape, dtype)
            tensor = subject.tf.constant(x)
            if tensor.__dlpack_device__()[0] != 1:
                return  # NumPy reads the host's memory only
            found = np.from_dlpack(tensor)
            del tensor
            again = [subject.tf.constant(np.zeros_like(x)) for _ in range(4)]  # would take the memory if it were free
            agree(found, x, Budget(0.0, dtype), what=f"{dtype}{list(shape)} as NumPy takes it by DLPack")
            del again

    return run


def _taken(dtype: str) -> Callable[[Subject], None]:
    """NumPy's arrays as the backend takes them by DLPack, after NumPy's are gone."""

    def run(subject: Subject) -> None:
        for shape in ((5,), (3, 4), (2, 3, 4)):
            for number in range(3):
                whole = np.array(numbers(shape, dtype))
                x = (whole, whole.T, whole[::2])[number]
                del whole
                expected = np.array(x, order="C")
                there = subject.backend.from_dlpack(x)
                del x
                again = [np.zeros(shape, dtype) for _ in range(4)]  # would take the memory if it were free
                found = np.asarray(subject.backend.to_numpy(there))
                agree(found, expected, Budget(0.0, dtype), what=f"from_dlpack of {dtype}{list(expected.shape)}")
                assert subject.backend.dtype_of(there).name == dtype
                del again

    return run


def _moved(dtype: str) -> Callable[[Subject], None]:
    """From each device to each other one; and to NumPy's backend and back."""

    def run(subject: Subject) -> None:
        x = special(dtype)
        here = subject.backend.from_numpy(x, subject.device)
        for device in subject.backend.devices():
            if dtypes.BY_NAME[dtype] not in subject.backend.dtypes[device.partition(":")[0]]:
                continue
            there = subject.backend.to_device(here, device)
            assert subject.backend.device_of(there) == device, f"moved to {device}, found elsewhere"
            back = subject.backend.to_device(there, subject.device)
            _same(subject, back, x, f"{dtype} that was on {device}")
        tensor = subject.tf.constant(x)
        for array in (x, np.array(numbers((3, 4), dtype)).T):
            tensor = subject.tf.constant(array)
            elsewhere = tensor.to("numpy")
            assert elsewhere.backend == "numpy"
            agree(elsewhere.numpy(), array, Budget(0.0, dtype), what=f"{dtype} moved to NumPy's backend")
            _same(subject, elsewhere.to(subject.backend)._array, array, f"{dtype} moved from NumPy's backend")

    return run


def _refused(dtype: str) -> Callable[[Subject], None]:
    """A dtype that the device does not declare is not taken for another."""

    def run(subject: Subject) -> None:
        if dtypes.BY_NAME[dtype] in frozenset().union(*subject.backend.dtypes.values()):
            return  # another device has it
        with refused(DTypeError, match=dtype):
            subject.backend.native_dtype(dtypes.BY_NAME[dtype])
        with refused(DTypeError):
            subject.tf.constant(np.zeros(3, dtype))
        subject.undeclared.clear()

    return run
