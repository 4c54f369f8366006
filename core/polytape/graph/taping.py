"""Tapes outside of a function: what they would note of its ops is kept with the graph, and noted again at each replay.

While a run is recorded, a *probe* listens in the place of each such tape. Afterwards its records are made into a
pattern: arrays that gradient rules will read become outputs of the graph, keys become places. A replay fills the
pattern in and hands it to the tapes that listen then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from polytape import living
from polytape.backend import Array, Backend
from polytape.graph.tracing import Traced, home
from polytape.plan import Record
from polytape.recorder import Recorder
from polytape.tape import GradientTape
from polytape.tensor import Tensor, key_of, new_key
from polytape.variable import Variable

Mode = tuple[bool, tuple[bool, ...], frozenset[int]]
"""Whether a tape watches variables that are read, which arguments it watches, and which variables by themselves."""


def modes(listening: Sequence[Recorder], tensors: Sequence[Tensor]) -> tuple[Mode, ...] | None:
    """How each tape watches, which is what a recorded run must share; `None` where others than tapes listen."""
    if any(type(recorder) is not GradientTape for recorder in listening):
        return None
    found = []
    for tape in listening:
        assert isinstance(tape, GradientTape)
        accessed, watched = tape._watch_accessed_variables, tape._watched
        variables = frozenset() if accessed else frozenset(watched.intersection(living.variables))
        found.append((accessed, tuple([tensor._key in watched for tensor in tensors]), variables))
    return tuple(found)


def probe(tape: GradientTape, mode: Mode, arguments: Iterable[Tensor]) -> GradientTape:
    """A tape that watches what `tape` does; the watched ones among the arguments get keys of their own."""
    made = GradientTape(persistent=True, watch_accessed_variables=mode[0])
    made._watched = set(tape._watched)
    made._watched.update(key_of(tensor) for tensor, watched in zip(arguments, mode[1]) if watched)
    return made


class _Saved:
    """The place of a tensor that a rule reads, among the outputs of the graph; its key, for tapes further outside.

    Without a backend it is no tensor, but what a Python function has left for its gradient.
    """

    __slots__ = ("backend", "key", "place")

    def __init__(self, place: int, backend: Backend | None, key: int | None) -> None:
        self.place = place
        self.backend = backend
        self.key = key


class Taping:
    """What tapes note of one way through a function.

    Attributes:
        arrays: what gradient rules will read, as the run has left it: the graph's last outputs.
        repeatable: whether a replay can note it again. It can't if tensors from outside are watched that are no
            arguments, or where a gradient is a user's function, which remembers the values of one run.
    """

    def __init__(self, probes: Sequence[GradientTape], arguments: Sequence[Tensor], results: Sequence[Any]) -> None:
        self.arrays: list[Array] = []
        self._arguments = [tensor._key for tensor in arguments]
        self._results = [result._key if isinstance(result, Tensor) else None for result in results]
        self._variables: list[list[Variable]] = [list(probe._variables.values()) for probe in probes]
        self._complex = [probe._complex for probe in probes]
        self._places: dict[int, int] = {}
        self._records = [[self._pattern(record) for record in probe._records] for probe in probes]
        self._made = {key for records in self._records for record in records for key in _keys(record[2])}
        known = self._made | set(self._arguments) | set(living.variables) | {None}
        self.repeatable = all(
            known.issuperset(_keys(record[1])) and record[0].op.repeats
            for records in self._records
            for record in records
        )

    def note(
        self,
        tapes: Sequence[GradientTape],
        arguments: Sequence[Tensor],
        results: Sequence[Any],
        arrays: Sequence[Array],
    ) -> None:
        """Let tapes note a run.

        Args:
            tapes: those that listen.
            arguments: the tensors that the function was called with.
            results: what it returned; tensors among it get the keys by which tapes know them.
            arrays: what the rules will read.
        """
        keys: dict[Any, Any] = {key: new_key() for key in self._made}
        keys.update((key, tensor._key) for key, tensor in zip(self._arguments, arguments) if key is not None)
        for tape, variables, records, is_complex in zip(tapes, self._variables, self._records, self._complex):
            for variable in variables:
                tape.accessed(variable)
            tape._complex = tape._complex or is_complex
            for plan, inputs, output, saved, backend in records:
                made = _mapped(output, keys)
                tape._records.append([plan, _mapped(inputs, keys), made, _filled(saved, arrays, keys), backend])
                tape._watched.update(_keys(made))
        for result, key in zip(results, self._results):
            if key is not None:
                result._key = keys.get(key, key)

    def _pattern(self, record: Record) -> Record:
        plan, inputs, output, saved, backend = record
        return [plan, inputs, output, self._saved(saved), home(backend)]

    def _saved(self, saved: Any) -> Any:
        if isinstance(saved, Tensor):
            return _Saved(self._place(saved._array), home(saved._backend), saved._key)
        if type(saved) is Traced:
            return _Saved(self._place(saved), None, None)
        if type(saved) in (tuple, list):
            return type(saved)([self._saved(item) for item in saved])
        return home(saved)

    def _place(self, array: Array) -> int:
        place = self._places.get(id(array))
        if place is None:
            place = self._places[id(array)] = len(self.arrays)
            self.arrays.append(array)
        return place


def _filled(saved: Any, arrays: Sequence[Array], keys: dict[Any, Any]) -> Any:
    if type(saved) is _Saved:
        if saved.backend is None:
            return arrays[saved.place]
        tensor = Tensor(arrays[saved.place], saved.backend)
        tensor._key = keys.get(saved.key, saved.key)
        return tensor
    if type(saved) in (tuple, list):
        return type(saved)([_filled(item, arrays, keys) for item in saved])
    return saved


def _mapped(keys: Any, others: dict[Any, Any]) -> Any:
    if type(keys) is tuple:
        return tuple([others.get(key, key) for key in keys])
    return others.get(keys, keys)


def _keys(keys: Any) -> tuple[Any, ...]:
    return keys if type(keys) is tuple else (keys,)
