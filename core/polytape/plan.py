"""What a tape keeps of one op, and how it hands that to the op's gradient rules.

A rule names what it reads, and gets just that:

- `gradient`, the gradient that arrives at the op's output, and `backend`, which offers every op by name;
- a tensor argument of the op (`x`), or `output`: the tape keeps that array alive until the rule has run;
- `x_shape`, `x_dtype` (native) and the same for any tensor argument or for `output`: the tape keeps no array;
- any metadata of the op (`axis`).

So the tape keeps no array that no rule will read. A `Plan` is made once for an op and a set of watched inputs. Its
functions are generated as lambdas, because they run for every op of every training step.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from polytape.backend import Array

if TYPE_CHECKING:
    from polytape.op import Op

Rule = Callable[..., Any]
Record = list[Any]
"""`[plan, key of the watched input or tuple of keys, key of the output or tuple of keys, what was saved, backend]`.

A list, so that the backward pass can let go of what was saved.
"""


class Plan:
    """How to record one op whose inputs at `positions` are watched, and how to run the rules of those inputs.

    Attributes:
        op: the op.
        positions: the positions of the watched inputs; for an op of any number of tensors, of all.
        entry: `(inputs, metadata, output, key) -> Record`.
        quick: `(*inputs, output, key) -> Record`, for an op of one or two tensors without metadata.
        on_arrays: `(backend, gradient, saved) -> gradients`, a tuple with one for each position, or the gradient itself
            where there is one position; on the backend's bare arrays.
        on_tensors: the same on tensors, so that another tape can record the rules.
        each_on_arrays, each_on_tensors: the same, a function for each position.
    """

    __slots__ = ("each_on_arrays", "each_on_tensors", "entry", "on_arrays", "on_tensors", "op", "positions", "quick")

    def __init__(self, op: Op, positions: Sequence[int], broadcast: bool) -> None:
        self.op = op
        self.positions = tuple(positions)
        slots = _Slots(op)
        calls = {
            unwrap: [slots.call(position, unwrap, broadcast) for position in positions] for unwrap in (True, False)
        }
        names: dict[str, Any] = {f"rule{position}": op.rules[position] for position in positions if not op.variadic}
        names |= {"plan": self, "unbroadcast": unbroadcast}
        if op.variadic:
            names["rule"] = op.rules[0]
        if op.multiple:  # from what to make zeros for an output that nothing depends on: always the last
            slots.saved["outputs"] = "tuple([(tensor._array.shape, tensor._array.dtype) for tensor in output])"
        keys = "tuple([tensor._key for tensor in inputs])"
        if not op.variadic:
            keys = _one_or_tuple([f"inputs[{position}]._key" for position in positions])
        record = f"[plan, {keys}, key, {_tuple(slots.saved.values())}, inputs[0]._backend]"
        self.entry = _function("inputs, metadata, output, key", record, names)
        plain = record.replace("inputs[0]", "x").replace("inputs[1]", "y")
        self.quick = _function("x, output, key" if len(op.tensors) == 1 else "x, y, output, key", plain, names)
        self.on_arrays, self.each_on_arrays = _runs(op, calls[True], names)
        self.on_tensors, self.each_on_tensors = _runs(op, calls[False], names)


class _Slots:
    """The expressions that a plan saves, each once, and the places where its rules find them."""

    def __init__(self, op: Op) -> None:
        self.op = op
        self.saved: dict[str, str] = {}

    def call(self, position: int, unwrap: bool, broadcast: bool) -> str:
        """The source of a call of the rule at `position` with what its parameters name."""
        name, rule = ("rule", self.op.rules[0]) if self.op.variadic else (f"rule{position}", self.op.rules[position])
        assert rule is not None
        call = (
            f"{name}({', '.join(self._place(parameter, unwrap) for parameter in inspect.signature(rule).parameters)})"
        )
        if broadcast:
            call = f"unbroadcast(backend, {call}, {self._place(f'{self.op.tensors[position]}_shape', unwrap)})"
        return call

    def _place(self, parameter: str, unwrap: bool) -> str:
        if parameter in ("backend", "gradient"):
            return parameter
        expression, is_tensor, is_many = self._expression(parameter)
        self.saved.setdefault(parameter, expression)
        place = f"saved[{list(self.saved).index(parameter)}]"
        if not (is_tensor and unwrap):
            return place
        return f"[tensor._array for tensor in {place}]" if is_many else f"{place}._array"

    def _expression(self, parameter: str) -> tuple[str, bool, bool]:
        """How to get what `parameter` names when the op runs, whether it is a tensor, and whether it is several."""
        op = self.op
        if parameter in op.metadata:
            default = inspect.signature(op.forward).parameters[parameter].default
            found = (
                f"metadata[{parameter!r}]"
                if default is inspect.Parameter.empty
                else f"metadata.get({parameter!r}, {default!r})"
            )
            return found, False, False
        for suffix in ("", "_shape", "_dtype"):
            stem = parameter.removesuffix(suffix) if parameter.endswith(suffix) else None
            if stem == "output":
                source, many = "output", op.multiple
            elif stem in op.tensors:
                source, many = ("inputs", True) if op.variadic else (f"inputs[{op.tensors.index(stem)}]", False)
            else:
                continue
            if not suffix:
                return source, True, many
            attribute = f"_array.{suffix[1:]}"
            if many:
                return f"tuple([tensor.{attribute} for tensor in {source}])", False, True
            return f"{source}.{attribute}", False, False
        raise TypeError(
            f"A gradient rule of {op.name!r} asks for {parameter!r}. A rule may name 'gradient', 'backend', 'output', "
            f"the op's tensors {list(op.tensors)}, each also with '_shape' or '_dtype', and its metadata "
            f"{list(op.metadata)}."
        )


def _runs(op: Op, calls: list[str], names: dict[str, Any]) -> tuple[Callable[..., Any], tuple[Callable[..., Any], ...]]:
    """A function that runs all rules, and one for each."""
    parameters = "backend, gradient, saved"
    if op.variadic:
        return _function(parameters, calls[0], names), ()
    return _function(parameters, _one_or_tuple(calls), names), tuple(
        _function(parameters, call, names) for call in calls
    )


def _tuple(expressions: Any) -> str:
    return "(" + "".join(f"{expression}, " for expression in expressions) + ")"


def _one_or_tuple(expressions: list[str]) -> str:
    return expressions[0] if len(expressions) == 1 else _tuple(expressions)


def _function(parameters: str, body: str, names: dict[str, Any]) -> Callable[..., Any]:
    return eval(f"lambda {parameters}: {body}", names)  # type: ignore[no-any-return]


def unbroadcast(backend: Any, gradient: Array, shape: tuple[int, ...]) -> Array:
    """Sum `gradient` over the axes along which an operand of `shape` was broadcast."""
    found = gradient.shape
    if found == shape:
        return gradient
    leading = len(found) - len(shape)
    axes = (*range(leading), *(leading + axis for axis, length in enumerate(shape) if length != found[leading + axis]))
    return backend.reshape(backend.sum(gradient, axis=axes), shape=shape) if axes else gradient
