"""The CuPy backend: what it has, and how arrays come in and go out."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any, ClassVar, cast

from polytape import dtypes
from polytape.backend import CONTRACT, Array, Backend
from polytape.dtypes import DType
from polytape_cupy.availability import INSTALL, count_devices, load_cupy, version_text

_ON_HOST = 1  # DLPack's kDLCPU


class CupyBackend(Backend):
    """CuPy on NVIDIA's GPUs, on each thread's current stream.

    Functions return when the GPU has been told what to do. It is waited for where a value is asked for (`numpy()`,
    `float()`, `if tensor:`, printing), and where a result's shape or an error depends on values; docs/how-to/
    compute-on-a-gpu.md lists these.
    0-d results stay on the GPU, as CuPy has no scalars of NumPy's kind.

    The functions stand in the other files of this package. They are fetched when the backend is made: so they can
    import CuPy at their top, and a backend that nobody uses costs nothing.
    """

    name = "cupy"
    requires = INSTALL
    priority = 20
    dtypes: ClassVar[dict[str, frozenset[DType]]] = {"GPU": dtypes.ANY}
    deterministic = False  # a GPU adds up rows in whichever order its threads arrive
    deviations: ClassVar[dict[str, str]] = dict.fromkeys(
        (
            *("take-refusal-*", "gather-refusals", "nn.embedding_lookup-refusals"),
            *("nn.sparse_softmax_cross_entropy_with_logits-refusals", "nn.ctc_loss-refusals-different-labels"),
        ),
        "An index or label out of range is no error: to look at it would mean to wait for the GPU.",
    )

    def __init__(self) -> None:
        cupy = load_cupy()
        count = count_devices(cupy)

        from polytape_cupy import current_device
        from polytape_cupy.functions import FUNCTIONS, METHODS
        from polytape_cupy.fusing import ELEMENTWISE, UPDATES

        self.namespace = cupy
        self._devices = tuple([current_device.name_of(number) for number in range(count)])
        self._native = {dtype: cupy.dtype(dtype.name) for dtype in dtypes.ANY}
        self._dtypes = {native: dtype for dtype, native in self._native.items()}
        self._fused = {**dict.fromkeys(ELEMENTWISE, "fused"), **dict.fromkeys(UPDATES, "fused_update")}
        vars(self).update(FUNCTIONS)
        vars(self).update({name: partial(function, self) for name, function in METHODS.items()})
        if count > 1:
            self._follow_arrays()

    def _follow_arrays(self) -> None:
        """Let each function run on the device of its arrays."""
        from polytape_cupy.current_device import follow, on_their_device

        self.follow = follow
        creation = {"full", "arange"}  # they are told their device
        names = (CONTRACT.keys() | vars(self).keys()) - creation
        functions = {name: getattr(self, name) for name in names if not name.startswith("_") and name != "follow"}
        vars(self).update({name: on_their_device(found) for name, found in functions.items() if callable(found)})

    def __getattr__(self, name: str) -> Any:
        kind = self.__dict__.get("_fused", {}).get(name)
        if kind is None:
            found = super().__getattr__(name)
        else:
            from polytape_cupy import fusing

            found = getattr(fusing, kind)(name)
            if self.observer is not None:
                found = self.observer(name, found)
        if self.follow is not None and callable(found):
            from polytape_cupy.current_device import on_their_device

            found = on_their_device(found)
        self.__dict__[name] = found
        return found

    def devices(self) -> tuple[str, ...]:
        """CUDA's GPUs, in its order: the fastest first, unless `CUDA_DEVICE_ORDER` says otherwise."""
        return self._devices

    def versions(self) -> dict[str, str]:
        """CuPy's version, the driver's, the runtime's, and what the GPUs are called."""
        runtime = self.namespace.cuda.runtime
        found = {
            "cupy": str(self.namespace.__version__),
            "CUDA driver": version_text(int(runtime.driverGetVersion())),
            "CUDA runtime": version_text(int(runtime.runtimeGetVersion())),
        }
        for number, device in enumerate(self._devices):
            found[device] = runtime.getDeviceProperties(number)["name"].decode()
        return found

    def device_of(self, array: Array) -> str:
        """The device that holds the array."""
        return self._devices[int(array.data.device_id)]

    def to_device(self, array: Array, device: str) -> Array:
        """A copy on another device, in step with the streams of both."""
        from polytape_cupy.current_device import moved, number_of

        return moved(array, number_of(device))

    def synchronize(self, array: Array) -> None:
        """Wait for the current stream of the array's device."""
        if isinstance(array, self.namespace.ndarray):
            with self._on(self.device_of(array)):
                self.namespace.cuda.get_current_stream().synchronize()

    def computing(self) -> AbstractContextManager[Any]:
        """With several devices, a block after which the current one is what it was."""
        if self.follow is None:
            return nullcontext()
        return cast("AbstractContextManager[Any]", self.namespace.cuda.Device())

    def compiles(self) -> bool:
        """Whether there are CUDA graphs: everywhere but on AMD's GPUs, for which CuPy has none."""
        return not self.namespace.cuda.runtime.is_hip

    def compile(self, graph: Any) -> Any:
        """A function's graph with stretches of it as CUDA graphs."""
        from polytape_cupy.capture import compiled

        return compiled(graph, self)

    def _on(self, device: str | None) -> AbstractContextManager[Any]:
        """A block in which arrays are made on a device; CuPy's current one if none is named."""
        if device is None or self.follow is None:
            return nullcontext()
        return cast("AbstractContextManager[Any]", self.namespace.cuda.Device(int(device.partition(":")[2])))

    def native_dtype(self, dtype: DType) -> Any:
        """NumPy's dtype object, which CuPy uses as well."""
        return self._native[dtype]

    def dtype_of(self, array: Array) -> DType:
        """The dtype of an array."""
        return self._dtypes[array.dtype]

    def from_numpy(self, array: Any, device: str | None = None) -> Array:
        """A copy on the GPU; the host's array may be written to as soon as this returns."""
        native = self._native[dtypes.as_dtype(array.dtype)]
        with self._on(device):
            return self.namespace.array(array.astype(native, copy=False), dtype=native, order="C")

    def to_numpy(self, array: Array) -> Any:
        """A copy in the host's memory, once the thread's current stream has come to it."""
        return array.get()

    def to_dlpack(self, array: Array, **options: Any) -> Any:
        """The array's own memory, which nobody may write to; a copy if one is asked for (`copy=True`)."""
        if options.get("copy") and options.get("dl_device") in (None, array.__dlpack_device__()):
            array, options = array.copy(), {name: value for name, value in options.items() if name != "copy"}
        return array.__dlpack__(**options)

    def from_dlpack(self, source: Any) -> Array:
        """The memory of an array on a GPU, in step with the stream it comes from; a copy of what the host has."""
        if source.__dlpack_device__()[0] == _ON_HOST:
            import numpy

            return self.from_numpy(numpy.from_dlpack(source))
        return self.namespace.from_dlpack(source)

    def scalar(self, value: Any, like: Array) -> Array:
        """An array without axes, on the device of `like`."""
        return self.full((), value, dtype=like.dtype, device=self.device_of(like))

    def full(self, shape: Any, value: Any, *, dtype: Any, device: str | None = None) -> Array:
        """An array of one value; `dtype` is NumPy's."""
        with self._on(device):
            if type(value) is int and not value:
                return self.namespace.zeros(shape, dtype)
            return self.namespace.full(shape, dtype.type(value), dtype)

    def arange(self, start: Any, stop: Any, step: Any, *, dtype: Any, device: str | None = None) -> Array:
        """Evenly spaced values; integers exactly, which CuPy counts in float64."""
        cupy = self.namespace
        with self._on(device):
            if dtype.kind not in "iu":
                return cupy.arange(start, stop, step, dtype=dtype)
            found = cupy.arange(len(range(start, stop, step)), dtype=dtype)
            if step != 1:
                found = found * cupy.full((), _wrapped(step, dtype), dtype)
            return found + cupy.full((), _wrapped(start, dtype), dtype) if start else found


def _wrapped(value: int, dtype: Any) -> Any:
    """An integer as a number of the dtype, negative ones modulo its range if it has no sign."""
    return dtype.type(value % 2 ** (8 * dtype.itemsize) if dtype.kind == "u" else value)
