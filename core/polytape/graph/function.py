"""`function`: a Python function that is recorded once for each kind of call, and replayed from then on."""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from polytape import nest
from polytape.batched import batching
from polytape.errors import DTypeError, FailedPreconditionError, InvalidArgumentError
from polytape.graph.live import tracing
from polytape.graph.path import Path, record
from polytape.graph.program import Missed, Session
from polytape.graph.signature import rebuilt, signature
from polytape.graph.taping import Mode, modes
from polytape.plugins import backends
from polytape.recorder import listening
from polytape.tape import GradientTape
from polytape.tensor import Tensor
from polytape.tensor_spec import TensorSpec

PATHS = 16
"""How many ways through a function are recorded for one kind of call before it runs eagerly."""


class _Mode:
    """How functions run in this process."""

    eagerly = False


def run_functions_eagerly(run_eagerly: bool) -> None:
    """Run functions as they are, without recording or replaying them: for finding errors.

    >>> import polytape as tf
    >>> tf.config.run_functions_eagerly(True)
    >>> tf.config.functions_run_eagerly()
    True
    >>> tf.config.run_functions_eagerly(False)
    """
    _Mode.eagerly = bool(run_eagerly)


def functions_run_eagerly() -> bool:
    """Whether functions run as they are, by `run_functions_eagerly(True)`."""
    return _Mode.eagerly


class _Entry:
    """What is known of one kind of call: the ways that it may go, the last one first."""

    __slots__ = ("eagerly", "grown", "paths")

    def __init__(self) -> None:
        self.paths: list[Path] = []
        self.eagerly = False
        self.grown = False


class Function:
    """A function that `polytape.function` has made of a Python function.

    Attributes:
        python_function: the function itself.
    """

    def __init__(
        self,
        python_function: Callable[..., Any],
        input_signature: Sequence[Any] | None = None,
        reduce_retracing: bool = False,
        jit_compile: bool | None = None,
    ) -> None:
        functools.update_wrapper(self, python_function)
        self.python_function = python_function
        self.input_signature = None if input_signature is None else tuple(input_signature)
        self.reduce_retracing = reduce_retracing
        self.jit_compile = jit_compile
        self.name = getattr(python_function, "__name__", type(python_function).__name__)
        self._entries: dict[Any, _Entry] = {}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the function, by a replay if one of its recorded runs fits."""
        if _Mode.eagerly or tracing.get() is not None or batching.get() is not None:
            return self.python_function(*args, **kwargs)
        if self.input_signature is not None:
            args = self._checked(args, kwargs)
            kwargs = {}
        tensors: list[Tensor] = []
        key = self._key(args, kwargs, tensors)
        tapes: Any = listening()
        watching: Any = ()
        if tapes:
            watching = modes(tapes, tensors)
            if watching is None:  # a forward accumulator: it sees ops as they run
                return self.python_function(*args, **kwargs)
            key = (*key, watching)
        entry = self._entries.get(key)
        if entry is None:
            entry = self._entries[key] = _Entry()
        if entry.eagerly:
            return self.python_function(*args, **kwargs)
        session = Session()
        outcomes: list[Any] = []
        while True:
            path = next((path for path in entry.paths if path.follows(outcomes)), None)
            if path is None:
                return self._recorded(entry, args, kwargs, tensors, session, tapes, watching)
            try:
                outputs, writes = path.replay(session, [tensor._array for tensor in tensors])
            except Missed as missed:
                outcomes = [*path.program.outcomes[: missed.number], missed.outcome]
                session.again()
                continue
            except Exception as error:  # nothing is written yet: a run of the function itself says what is wrong
                if error is session.failed:
                    raise
                result = self._recorded(entry, args, kwargs, tensors, session, tapes, watching)
                self._blame(entry, error)
                return result
            if path is not entry.paths[0]:
                entry.paths.remove(path)
                entry.paths.insert(0, path)
            path.commit(session, writes)
            return path.result(outputs, tensors, tapes)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """The function as a method of `instance`."""
        return self if instance is None else functools.partial(self, instance)

    def experimental_get_tracing_count(self) -> int:
        """How many runs have been recorded so far."""
        return sum(len(entry.paths) + entry.grown for entry in self._entries.values())

    @property
    def kinds(self) -> int:
        """How many kinds of calls there have been: arguments of other shapes, dtypes or values are another one."""
        return len(self._entries)

    @property
    def paths(self) -> list[Path]:
        """All recorded ways through the function."""
        return [path for entry in self._entries.values() for path in entry.paths]

    def get_concrete_function(self, *args: Any, **kwargs: Any) -> ConcreteFunction:
        """Record a run for arguments of this kind and return what was recorded.

        Args:
            args, kwargs: tensors, or `TensorSpec`s of known shapes, for which the run gets zeros. What the run writes
                is taken back.
        """
        from polytape.ops.creation import zeros

        if not args and not kwargs and self.input_signature is not None:
            args = self.input_signature
        args, kwargs = nest.map_structure(
            lambda leaf: zeros(leaf.shape, leaf.dtype) if isinstance(leaf, TensorSpec) else leaf, (args, kwargs)
        )
        for _ in range(2):  # the first run may make variables
            tensors: list[Tensor] = []
            key = self._key(args, kwargs, tensors)
            entry = self._entries.setdefault(key, _Entry())
            if not entry.paths:
                self._recorded(entry, args, kwargs, tensors, Session(), (), (), keep=False)
        return ConcreteFunction(self, entry.paths[0])

    def pretty(self, cleaned: bool = True) -> str:
        """The recorded graphs as text; `cleaned=False` for what they were before the passes."""
        from polytape.graph.text import text

        self._require_runs()
        return "\n\n".join(text(path.graph if cleaned else path.recorded) for path in self.paths)

    def show(self, cleaned: bool = True) -> Any:
        """A drawing of the graph that was recorded last: notebooks show it, `save(path)` writes it."""
        from polytape.graph.drawing import Drawing

        self._require_runs()
        path = self.paths[-1]
        return Drawing(path.graph if cleaned else path.recorded)

    def __repr__(self) -> str:
        return f"<polytape.function {self.name!r}, {self.experimental_get_tracing_count()} recorded runs>"

    def _key(self, args: tuple[Any, ...], kwargs: dict[str, Any], tensors: list[Tensor]) -> Any:
        """What distinguishes this kind of call from others; the tensors among the arguments go to `tensors`."""
        parts: list[Any] = [backends.placement()]
        for value in args:
            if type(value) is Tensor:  # quick, since it happens at every step of a training
                tensors.append(value)
                array = value._array
                parts.append((value._backend, array.dtype, array.shape))
            else:
                parts.append(signature(value, tensors, self.reduce_retracing))
        if kwargs:
            parts.append(signature(kwargs, tensors, self.reduce_retracing))
        return tuple(parts)

    def _recorded(
        self,
        entry: _Entry,
        args: Any,
        kwargs: Any,
        tensors: list[Tensor],
        session: Session,
        tapes: Sequence[GradientTape],
        watching: Sequence[Mode],
        keep: bool = True,
    ) -> Any:
        numbers = self.reduce_retracing

        def run(take: Callable[[], Tensor]) -> Any:
            given, named = rebuilt(args, take, numbers), rebuilt(kwargs, take, numbers)
            return self.python_function(*given, **named)

        result, path, grown = record(self.name, run, tensors, session, keep, tapes, watching, self.jit_compile)
        if path.taping is not None and not path.taping.repeatable:
            entry.eagerly = True
        elif not grown:
            entry.paths.insert(0, path)
            self._give_up(entry)
        elif entry.grown:
            raise FailedPreconditionError(
                f"The function {self.name!r} makes new variables at each call. Make them once, outside of it or under "
                "`if self.variable is None`."
            )
        else:
            entry.grown = True
        return result

    def _blame(self, entry: _Entry, error: Exception) -> None:
        """Say that a replay has failed where the function itself does not."""
        entry.eagerly = True
        entry.paths.clear()
        warnings.warn(
            f"The function {self.name!r} runs eagerly from now on: its replay failed, although the function itself "
            f"does not. This is an error of polytape or of its backend. {type(error).__name__}: {error}",
            stacklevel=3,
        )

    def _give_up(self, entry: _Entry) -> None:
        """Run eagerly from now on if Python keeps seeing other values."""
        if len(entry.paths) <= PATHS:
            return
        first, second = entry.paths[:2]
        guards = first.graph.guards
        seen = zip(guards, first.program.outcomes, second.program.outcomes)
        differing = next((guard for guard, one, other in seen if one != other), guards[0])
        entry.eagerly = True
        entry.paths.clear()
        warnings.warn(
            f"The function {self.name!r} runs eagerly from now on: Python looks at a value that keeps changing, by "
            f"{differing.name}() at {differing.place}. Keep the value a tensor (tf.where, tf.cond), or take that line "
            "out of the function.",
            stacklevel=4,
        )

    def _checked(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """The arguments by position, held to `input_signature`."""
        from polytape.conversion import convert

        assert self.input_signature is not None
        bound = inspect.signature(self.python_function).bind(*args, **kwargs)
        given = bound.args
        own = given[: len(given) - len(self.input_signature)]  # `self` of a method
        rest = given[len(own) :]
        if len(rest) != len(self.input_signature):
            raise InvalidArgumentError(
                f"{self.name}: input_signature has {len(self.input_signature)} entries; received {len(rest)} arguments."
            )

        def fitting(spec: TensorSpec, value: Any) -> Tensor:
            tensor = convert(value, None if isinstance(value, Tensor) else spec.dtype)
            if tensor.dtype != spec.dtype:
                raise DTypeError(
                    f"{self.name}: input_signature asks for {spec.dtype.name}; received {tensor.dtype.name}."
                )
            if spec.shape is not None and not spec.shape.is_compatible_with(tensor.shape):
                raise InvalidArgumentError(
                    f"{self.name}: input_signature asks for shape {spec.shape}; received {tensor.shape}."
                )
            return tensor

        def structure(spec: Any, value: Any) -> Any:
            parts = [fitting(part, given) for part, given in zip(nest.flatten(spec), nest.flatten_up_to(spec, value))]
            return nest.pack_sequence_as(spec, parts) if nest.is_nested(spec) else parts[0]

        return (*own, *[structure(spec, value) for spec, value in zip(self.input_signature, rest)])

    def _require_runs(self) -> None:
        if not self.paths:
            raise FailedPreconditionError(
                f"No run of {self.name!r} has been recorded yet: call it once, or get_concrete_function."
            )


class ConcreteFunction:
    """One recorded run of a `Function`, for arguments of one kind."""

    def __init__(self, function: Function, path: Path) -> None:
        self._function = function
        self._path = path
        self.name = function.name

    @property
    def graph(self) -> Any:
        """The graph without what is superfluous."""
        return self._path.graph

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function, which replays this run where it fits."""
        return self._function(*args, **kwargs)

    def pretty(self) -> str:
        """The graph as text."""
        from polytape.graph.text import text

        return text(self.graph)

    def __repr__(self) -> str:
        return f"<polytape.function {self.name!r}, one recorded run>"


def function(
    func: Callable[..., Any] | None = None,
    input_signature: Sequence[Any] | None = None,
    autograph: bool = True,
    jit_compile: bool | None = None,
    reduce_retracing: bool = False,
    experimental_implements: Any = None,
    experimental_autograph_options: Any = None,
    experimental_attributes: Any = None,
    experimental_follow_type_hints: Any = None,
) -> Any:
    """Make a function that records its first run of each kind of call, and replays it from then on.

    A replay computes what the function would: with the values that its arguments, the variables and the random streams
    have then. Where Python looks at a value (`if loss < 1:`), a replay looks again; another outcome is recorded as
    a way of its own. Python's other effects, such as `print`, happen when a run is recorded; those of `tf.print`
    and `py_function` at each call. What a call writes to variables is written at its end: a failing one leaves
    nothing behind.

    Args:
        func: the Python function; without it, a decorator is returned.
        input_signature: a `TensorSpec` for each argument: what else is given is an error.
        autograph: taken, and not needed: Python's control flow is recorded as it goes.
        jit_compile: whether a backend compiles the graph, if it can; by default where that pays.
        reduce_retracing: whether Python's numbers are taken for tensors, so that other numbers are no other kind of
            call.

    Returns:
        A `Function`, or a decorator that makes one.

    >>> import polytape as tf
    >>> @tf.function
    ... def square_sum(x):
    ...     return tf.reduce_sum(x * x)
    >>> float(square_sum(tf.constant([1.0, 2.0]))), float(square_sum(tf.constant([3.0, 4.0])))
    (5.0, 25.0)
    >>> square_sum.experimental_get_tracing_count()
    1
    """
    if func is None:
        return lambda func: function(func, input_signature, autograph, jit_compile, reduce_retracing)
    if not callable(func):
        raise DTypeError(f"function takes a callable; received {func!r:.100} of {type(func).__name__}.")
    made = func.python_function if isinstance(func, Function) else func
    return Function(made, input_signature, reduce_retracing, jit_compile)
