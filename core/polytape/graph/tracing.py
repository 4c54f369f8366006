"""Recording a run: arrays that note what is done to them, and the backend that computes with them.

`Traced` stands for an array of the backend below and computes at once; `TracingBackend` fulfils the contract over
traced and ordinary arrays alike. So whatever is written against a backend, the gradient rules of a tape and the updates
of an optimizer included, runs as ever and is recorded on the way. What depends on no traced array is not: it is a
constant of the graph.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import cache, partial
from threading import get_ident
from typing import TYPE_CHECKING, Any

from polytape.backend import COMPOSITIONS, CONTRACT, Array, Backend
from polytape.graph.graph import Value
from polytape.graph.live import Live, number, tracing

if TYPE_CHECKING:
    from polytape.graph.trace import Trace

SHAPED_BY_VALUES = frozenset({"nonzero", "unique_places", "sum_rows"})
"""Functions whose results' shapes depend on values: the shapes become guards."""


class Traced:
    """An array of a run that is being recorded; `value` is its place in the graph, or the array if it is a constant."""

    __slots__ = ("array", "backend", "trace", "value")
    __array_ufunc__ = None
    __hash__ = object.__hash__

    def __init__(self, array: Array, value: Any, trace: Trace, backend: TracingBackend) -> None:
        self.array = array
        self.value = value
        self.trace = trace
        self.backend = backend

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of the axes."""
        return tuple(self.array.shape)

    @property
    def dtype(self) -> Any:
        """The native dtype."""
        return self.array.dtype

    def __bool__(self) -> bool:
        return bool(self._looked_at("bool", bool(self.array)))

    def __int__(self) -> int:
        return int(self._looked_at("int", int(self.array)))

    def __index__(self) -> int:
        return int(self._looked_at("int", int(self.array)))

    def __float__(self) -> float:
        return float(self._looked_at("float", float(self.array)))

    def _looked_at(self, how: str, outcome: Any) -> Any:
        self.trace.guard(self, how, outcome)
        return outcome


_OPERATORS = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "divide",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "pow": "pow",
    "matmul": "matmul",
    "and": "bitwise_and",
    "or": "bitwise_or",
    "xor": "bitwise_xor",
    "lshift": "bitwise_left_shift",
    "rshift": "bitwise_right_shift",
    "eq": "equal",
    "ne": "not_equal",
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
    "neg": "negative",
    "abs": "abs",
    "invert": "bitwise_invert",
    "getitem": "[]",
}
"""Python's operators on arrays, by the names under which they stand in the graph."""


def _operator(short: str, name: str, *, reflected: bool = False) -> Callable[..., Any]:
    function = getattr(operator, f"__{short}__")

    def of(self: Traced, *others: Any) -> Any:
        arguments = (*others, self) if reflected else (self, *others)
        return self.backend.call(name, function, arguments, {})

    return of


for _short, _name in _OPERATORS.items():
    setattr(Traced, f"__{_short}__", _operator(_short, _name))
    if _name in CONTRACT and _short not in ("eq", "ne", "lt", "le", "gt", "ge", "neg", "abs", "invert"):
        setattr(Traced, f"__r{_short}__", _operator(_short, _name, reflected=True))


class TracingBackend(Backend):
    """The backend `inner`, for arrays some of which are traced."""

    name = "tracing"

    def __init__(self, inner: Backend) -> None:
        self.inner = inner
        own = vars(self)
        for attribute in ("name", "requires", "priority", "dtypes", "lacks", "on_host", "deviations", "deterministic"):
            own[attribute] = getattr(inner, attribute)
        own["numbers"] = None  # they would outlive their trace
        follow = inner.follow
        own["follow"] = follow and (lambda arrays: follow(_plain(arrays, [])))
        for method in ("devices", "versions", "computing", "native_dtype"):
            own[method] = getattr(inner, method)
        for name in {*CONTRACT, *COMPOSITIONS} - set(own) - set(vars(TracingBackend)):
            own[name] = partial(self._function, name)

    def takes(self, other: Backend) -> bool:
        """Its own arrays, and those of the backend below."""
        return other is self or other is self.inner

    def __getattr__(self, name: str) -> Any:
        getattr(self.inner, name)  # refuses what is neither a primitive nor an op
        found = self.__dict__[name] = partial(self._function, name)
        return found

    def _function(self, name: str, /, *arguments: Any, **options: Any) -> Any:
        return self.call(name, getattr(self.inner, name), arguments, options)

    def call(self, name: str, function: Callable[..., Any], arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Call `function`, and record the call if one of its arguments is traced."""
        traces: list[Trace] = []
        plain = [_plain(argument, traces) for argument in arguments]
        if not traces:
            return self.adopted(function(*plain, **{name: number(option) for name, option in options.items()}))
        return traces[0].call(self, name, function, arguments, plain, options)

    def adopted(self, array: Array) -> Array:
        """A constant of the graph that is being recorded; the array itself if none is."""
        trace = tracing.get()
        if trace is None or type(array) is Traced:
            return array
        if type(array) in (tuple, list):
            return type(array)([self.adopted(item) for item in array])
        return Traced(array, array, trace, self) if hasattr(array, "shape") else array

    def host_function(self, *xs: Array, function: Callable[..., Any], dtypes: tuple[Any, ...]) -> tuple[Array, ...]:
        """A function of the user's, which is called at each replay."""
        run = partial(self.inner.host_function, function=function, dtypes=dtypes)
        trace = tracing.get()
        return tuple(run(*map(bare, xs)) if trace is None else trace.python("host_function", run, xs, self.inner))

    # The exchange functions, which do not compute.

    def from_numpy(self, array: Any, device: str | None = None) -> Array:
        """A constant from the host."""
        return self.adopted(self.inner.from_numpy(array, device))

    def from_dlpack(self, source: Any) -> Array:
        """A constant from another library."""
        return self.adopted(self.inner.from_dlpack(source))

    def device_of(self, array: Array) -> str:
        """The device that holds an array."""
        return self.inner.device_of(bare(array))

    def to_device(self, array: Array, device: str) -> Array:
        """An array on another device."""
        return self.call("to_device", self.inner.to_device, (array, device), {})

    def dtype_of(self, array: Array) -> Any:
        """The dtype of an array."""
        return self.inner.dtype_of(bare(array))

    def to_numpy(self, array: Array) -> Any:
        """The array on the host, where Python looks at it."""
        found = self.inner.to_numpy(bare(array))
        if type(array) is Traced:
            array.trace.guard(array, "numpy", (found.shape, found.tobytes()))
        return found

    def to_dlpack(self, array: Array, **options: Any) -> Any:
        """A capsule; whoever takes it looks at the array."""
        if type(array) is Traced:
            self.to_numpy(array)
        return self.inner.to_dlpack(bare(array), **options)

    def dlpack_device(self, array: Array) -> tuple[int, int]:
        """DLPack's pair of device kind and number."""
        return self.inner.dlpack_device(bare(array))

    def scalar(self, value: Any, like: Array) -> Array:
        """A zero-dimensional array of a Python number."""
        return self.adopted(self.inner.scalar(value, bare(like)))


tracing_backend = cache(TracingBackend)
"""The tracing backend over a backend; one for each."""


def home(backend: Any) -> Any:
    """The backend below a tracing one; any other itself."""
    return backend.inner if isinstance(backend, TracingBackend) else backend


def bare(array: Any) -> Array:
    """The array of the backend below."""
    return array.array if type(array) is Traced else array


def _plain(argument: Any, traces: list[Trace]) -> Any:
    """An argument with bare arrays in place of traced ones; the traces that are still open go to `traces`."""
    if type(argument) is Traced:
        if type(argument.value) is Value and argument.trace.thread == get_ident():
            traces.append(argument.trace)
        return argument.array
    if type(argument) is Live:
        return argument.compute()
    if type(argument) in (tuple, list):
        return type(argument)([_plain(item, traces) for item in argument])
    return argument


def recorded(argument: Any, trace: Trace) -> Any:
    """An argument as it stands in the graph: values in place of arrays that were traced."""
    if type(argument) is Traced:
        return argument.value if argument.trace is trace else argument.array
    if type(argument) in (tuple, list):
        return tuple([recorded(item, trace) for item in argument])
    return argument
