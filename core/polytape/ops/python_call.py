"""The gradient of a Python function that a `function` calls at each replay: each call keeps a tape of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from polytape import living
from polytape.backend import Array, Backend
from polytape.backward import UnconnectedGradients
from polytape.conversion import convert
from polytape.dtypes import ANY
from polytape.errors import BackendMismatchError
from polytape.graph.live import tracing
from polytape.graph.trace import Trace
from polytape.graph.tracing import Traced, bare, home, tracing_backend
from polytape.op import op
from polytape.plugins import backends
from polytape.recorder import Recorder, listening, recorders
from polytape.tape import GradientTape
from polytape.tensor import Tensor


class PythonCall:
    """One call of a function of tensors, and what its gradient needs.

    Attributes:
        sources: the inputs, and the values of the variables that were read.
        outputs: what the function returned.
        variables: the keys of these variables.
    """

    def __init__(
        self, tape: GradientTape, sources: Sequence[Tensor], outputs: Sequence[Tensor], variables: tuple[int, ...] = ()
    ) -> None:
        self.sources = list(sources)
        self.outputs = list(outputs)
        self.variables = variables
        self._tape = tape

    def gradient(self, gradients: Sequence[Tensor], again: bool) -> PythonCall:
        """The gradients of the differentiable sources, from those of the differentiable outputs.

        Args:
            gradients: those of the outputs.
            again: whether they will be differentiated as well; then the tape listens to how they are computed.
        """
        seeds = [Tensor(gradient._array, gradient._backend) for gradient in gradients]
        if again:
            self._tape.watch(seeds)
        token = recorders.set((self._tape,) if again else ())
        try:
            found = self._tape.gradient(
                _differentiable(self.outputs), _differentiable(self.sources), seeds, UnconnectedGradients.ZERO
            )
            return PythonCall(self._tape, [*self.sources, *seeds], [convert(part) for part in found])
        finally:
            recorders.reset(token)


def called(function: Callable[..., list[Tensor]], inputs: Sequence[Tensor], watched: frozenset[int]) -> PythonCall:
    """Call a function of tensors; `watched` are the keys of variables that somebody watches by themselves."""
    with GradientTape(persistent=True) as tape:
        tape._watched.update(watched)
        tape.watch(_differentiable(inputs))
        outputs = function(*inputs)
    keys = {key for record in tape._records for key in (record[1] if type(record[1]) is tuple else (record[1],))}
    keys.update(output._key for output in outputs)
    variables = tuple(sorted(keys.intersection(tape._watched, living.variables)))
    return PythonCall(tape, [*inputs, *[living.variables[key]._value for key in variables]], outputs, variables)


def recorded_call(
    trace: Trace, name: str, function: Callable[..., list[Tensor]], inputs: Sequence[Tensor], differentiable: bool
) -> list[Tensor]:
    """Call a function of tensors while a run is recorded: one step, whose results are values of the graph.

    Args:
        trace: the run.
        name: what people call it.
        function: gets tensors without a trace, and returns some.
        inputs: the tensors.
        differentiable: whether it is one op for those who listen, with a gradient.
    """
    homes = [home(tensor._backend) for tensor in inputs]
    backend = homes[0] if homes else backends.placement()[0]
    arrays = [tensor._array for tensor in inputs]
    above = tracing_backend(backend)
    if not (differentiable and listening()):

        def run(*arrays: Array) -> list[Any]:
            return arrays_of(function(*map(Tensor, arrays, homes)), backend, name)

        return [Tensor(array, above) for array in trace.python(name, run, arrays, backend)]

    watched = frozenset().union(*[_watched_variables(recorder) for recorder in listening()])

    def run_watched(*arrays: Array) -> list[Any]:
        made = called(function, [*map(Tensor, arrays, homes)], watched)
        return [*arrays_of(made.outputs, backend, name), made.variables, made]

    *results, variables, call = trace.python(name, run_watched, arrays, backend)
    trace.guard(variables, "variables", variables.array)
    outputs = [Tensor(array, above) for array in results]
    read = [living.variables[key].__polytape_tensor__() for key in variables.array]
    _record([*inputs, *read], call, outputs)
    return outputs


def arrays_of(outputs: Sequence[Tensor], backend: Backend, name: str) -> list[Array]:
    """The arrays of what a function has returned, which must all be on one backend."""
    for output in outputs:
        if output._backend is not backend:
            raise BackendMismatchError(
                f"{name}: the function returned a tensor on the backend {output.backend!r}; its results must be on "
                f"{backend.name!r}. Move it with tensor.to({backend.name!r})."
            )
    return [output._array for output in outputs]


def _gradients(backend: Any, gradient: Sequence[Any], xs: Sequence[Any], call: Any) -> list[Any]:
    """The gradients of the inputs, by the tape of the call; while a run is recorded, of each replay's call."""
    made: PythonCall = bare(call)
    again = type(gradient[0]) is Tensor
    given = [part for part, output in zip(gradient, made.outputs) if output.dtype.is_differentiable]
    arrays = [part._array for part in given] if again else given
    plain = home(backend.backend if again else backend)

    def run(made: PythonCall, *arrays: Array) -> list[Any]:
        found = made.gradient([Tensor(array, plain) for array in arrays], again)
        return [*[output._array for output in found.outputs], found]

    trace = tracing.get()
    if trace is None or type(call) is not Traced or call.trace is not trace:
        *results, after = run(made, *map(bare, arrays))
    else:
        *results, after = trace.python("gradient of py_function", run, [call, *arrays], plain)
    if again:
        results = [Tensor(array, tracing_backend(plain) if type(array) is Traced else plain) for array in results]
        _record([*xs, *given], after, results)
    found = iter(results)
    return [next(found) if source.dtype.is_differentiable else None for source in made.sources]


@op(_gradients, accepts=ANY, multiple=True, holomorphic=False)
def python_call(backend: Backend, *xs: Array, call: PythonCall) -> tuple[Array, ...]:
    """What a Python function has made of arrays, and of the variables that it has read."""
    return tuple([output._array for output in call.outputs])


python_call.op.batches = False  # type: ignore[attr-defined]


def _record(inputs: Sequence[Tensor], call: Any, outputs: Sequence[Tensor]) -> None:
    if inputs:
        for recorder in listening():
            recorder.record(python_call.op, inputs, {"call": call}, tuple(outputs))  # type: ignore[attr-defined]


def _differentiable(tensors: Sequence[Tensor]) -> list[Tensor]:
    return [tensor for tensor in tensors if tensor.dtype.is_differentiable]


def _watched_variables(recorder: Recorder) -> frozenset[int]:
    watched = recorder._watched if isinstance(recorder, GradientTape) else ()
    return frozenset(living.variables.keys()).intersection(watched)
