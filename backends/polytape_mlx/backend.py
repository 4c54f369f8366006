"""The MLX backend: what it has, and how arrays come in and go out."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial, wraps
from threading import local
from typing import Any, ClassVar

from polytape import dtypes
from polytape.backend import PRIMITIVES, Array, Backend
from polytape.capabilities import declared
from polytape.dtypes import DType
from polytape.errors import DTypeError
from polytape.graph.graph import Graph
from polytape.primitive import Primitive

_GPU = dtypes.ANY - {dtypes.float64, dtypes.complex128}


class MlxBackend(Backend):
    """MLX on the device that it computes on by default: the GPU where there is one, else the CPU.

    MLX's arrays are lazy: an op adds a node to a graph, and the graph is computed when a value is asked for. They lie
    in memory that CPU and GPU share, and know nothing of devices; hence the backend has one device, which is settled
    when it is made. To have float64, which GPUs don't have, call `mlx.core.set_default_device(mlx.core.cpu)` before.

    The functions stand in the other files of this package. They are fetched when the backend is made: so they can
    import MLX at their top, and a backend that nobody uses costs nothing.
    """

    name = "mlx"
    requires = 'pip install "polytape[mlx]"'
    priority = 10 if sys.platform == "darwin" else -1  # its CPU build elsewhere is no faster than NumPy
    dtypes: ClassVar[dict[str, frozenset[DType]]] = {"GPU": _GPU, "CPU": _GPU | {dtypes.float64}}
    lacks: ClassVar[dict[str, str]] = {
        f"{name}:complex64": "MLX's is for real matrices; move the tensor, for example with tensor.to('numpy')"
        for name in ("cholesky", "det", "slogdet", "qr")
    }

    def __init__(self) -> None:
        import mlx.core as mx

        from polytape_mlx.functions import FUNCTIONS, METHODS

        self.namespace = mx
        bodies = {
            name: getattr(type(self), name) for name, body in vars(Backend).items() if isinstance(body, Primitive)
        }
        found = {
            name: partial(body.function, self)
            for name, body in bodies.items()
            if isinstance(body, Primitive) and not body.required
        }
        found |= {name: getattr(mx, name) for name in PRIMITIVES if hasattr(mx, name)}
        found |= FUNCTIONS | {name: partial(function, self) for name, function in METHODS.items()}
        self._device = "GPU:0" if mx.default_device().type == mx.DeviceType.gpu else "CPU:0"
        self._native = {dtype: getattr(mx, "bool_" if dtype.is_bool else dtype.name) for dtype in self._available}
        self._dtypes = {native: dtype for dtype, native in self._native.items()}
        # By itself every thread has a stream of its own, and can't compute what another one has begun.
        make_stream = getattr(mx, "new_thread_unsafe_stream", None)
        self._stream = make_stream(mx.default_device()) if make_stream else None
        self._thread = local()
        self._join_stream()
        vars(self).update({name: declared(self, name, self._joined(function)) for name, function in found.items()})

    @property
    def _available(self) -> frozenset[DType]:
        return self.dtypes[self._device.partition(":")[0]]

    def _join_stream(self) -> None:
        """Let this thread add to the graph that all threads share."""
        if self._stream is not None and not hasattr(self._thread, "joined"):
            self.namespace.set_default_stream(self._stream)
            self._thread.joined = True

    def _joined(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function`, in a thread that has joined: the first thing a thread does may be any op, on another's tensor."""
        thread, join = self._thread, self._join_stream

        @wraps(function)
        def call(*arrays: Any, **options: Any) -> Any:
            if not hasattr(thread, "joined"):
                join()
            return function(*arrays, **options)

        return call

    def devices(self) -> tuple[str, ...]:
        """MLX's default device."""
        return (self._device,)

    def versions(self) -> dict[str, str]:
        """MLX's version."""
        from importlib.metadata import version

        return {"mlx": version("mlx")}

    def device_of(self, array: Array) -> str:
        """The one device."""
        return self._device

    def computing(self) -> AbstractContextManager[Any]:
        """Nothing but a look at the thread."""
        self._join_stream()
        return nullcontext()

    def synchronize(self, array: Array) -> None:
        """Compute `array`, unless `mx.compile` looks on: then it has no value yet."""
        try:
            self.namespace.eval(array)
        except ValueError as error:
            if "transformation" not in str(error):
                raise

    def compiles(self) -> bool:
        """On the GPU: on the CPU MLX calls a C++ compiler, which takes seconds for each kernel.

        The step of `benchmarks/workloads/mlx_dense_step.py` takes 8 ms of one core there in any case.
        With layers of 12, 8, 6 and 4 units and five examples it takes 1.1 ms eagerly, 0.63 replayed and 0.19 compiled.
        """
        return self._device.startswith("GPU")

    def compile(self, graph: Graph) -> Graph:
        """The graph's calls by `mx.compile`; on the CPU as they are where there is no `g++`, which MLX calls there."""
        if self._device.startswith("CPU") and shutil.which("g++") is None:
            return graph
        from polytape_mlx.compilation import compiled

        return compiled(graph, self)

    def native_dtype(self, dtype: DType) -> Any:
        """MLX's dtype object; `DTypeError` for one that the device does not have."""
        found = self._native.get(dtype)
        if found is None:
            cause = "MLX has no complex128 at all"
            if dtype is dtypes.float64:
                cause = "GPUs don't have it; mlx.core.set_default_device(mlx.core.cpu), called before, chooses the CPU"
            raise DTypeError(
                f"The backend 'mlx' has no {dtype.name} on {self._device}: {cause}. Here it has "
                f"{dtypes.names(self._available)}."
            )
        return found

    def dtype_of(self, array: Array) -> DType:
        """The dtype of an array."""
        return self._dtypes[array.dtype]

    def from_numpy(self, array: Any, device: str | None = None) -> Array:
        """A copy."""
        self._join_stream()
        native = self.native_dtype(dtypes.as_dtype(array.dtype))
        plain = array.flags.c_contiguous and array.dtype.isnative
        if not plain or min(array.strides, default=0) < 0:  # MLX reads neither negative strides nor swapped bytes
            array = array.astype(array.dtype.newbyteorder("="), order="C")
        return self.namespace.array(array, dtype=native)

    def to_numpy(self, array: Array) -> Any:
        """A view that can't be written to; the graph that leads to `array` is computed now."""
        import numpy

        self._join_stream()
        found = numpy.asarray(array)
        found.flags.writeable = False
        return found

    def from_dlpack(self, source: Any) -> Array:
        """A copy; of what lies in the host's memory by NumPy's reading, as MLX's own turns float64 into float32."""
        import numpy

        if source.__dlpack_device__()[0] == 1:
            return self.from_numpy(numpy.from_dlpack(source))
        self._join_stream()
        return self.namespace.from_dlpack(source)

    def scalar(self, value: Any, like: Array) -> Array:
        """An array without axes."""
        return self.full((), value, dtype=like.dtype)

    def full(self, shape: Any, value: Any, *, dtype: Any, device: str | None = None) -> Array:
        """An array of one value; `dtype` is native."""
        self._join_stream()
        mx = self.namespace
        if dtype == mx.uint64 and type(value) is int and value >= 2**63:  # numbers come in as int64
            return mx.full(shape, value - 2**64, dtype=mx.int64).view(mx.uint64)
        if dtype in (mx.complex64, mx.bool_):  # of a plain number MLX makes a plain array, whatever the dtype
            value = complex(value) if dtype == mx.complex64 else bool(value)
        return mx.full(shape, value, dtype=dtype) if shape else mx.array(value, dtype=dtype)

    def arange(self, start: Any, stop: Any, step: Any, *, dtype: Any, device: str | None = None) -> Array:
        """Evenly spaced values; large integers exactly, which `mx.arange` counts in float64."""
        self._join_stream()
        mx = self.namespace
        if not mx.issubdtype(dtype, mx.integer):
            return mx.arange(start, stop, step, dtype=dtype)
        return mx.arange(0, len(range(start, stop, step)), 1, dtype=dtype) * self.full(
            (), step % 2**64 if dtype == mx.uint64 else step, dtype=dtype
        ) + self.full((), start, dtype=dtype)
