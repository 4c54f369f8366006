"""What an op is: one entry with its forward computation, its gradient rules and its docstring.

::

    @elementwise(
        lambda gradient, y: gradient * y,
        lambda gradient, x: gradient * x,
    )
    def multiply(backend, x, y):
        '''Element-wise product of two broadcastable tensors.'''
        return backend.multiply(x, y)

The decorated name is a function of tensors. Its positional parameters after `backend` are tensors, its keyword-only
parameters are metadata. There is one rule for each tensor, or `None` where no derivative exists; `polytape.plan` says
what a rule may name. Forward and rules are written against `backend`: they run on a real backend's bare arrays, and
rules run as well on tensors, where `backend` is a `TensorBackend` whose functions are the ops themselves. That is how
one definition gives every order of derivative.

An op's name is its function's without a trailing underscore: `reshape_(x, *, shape)` defines the op `reshape` where a
public function of TensorFlow's signature, `reshape(tensor, shape, name=None)`, stands beside it.
"""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, NoReturn

from polytape import calls, dtypes, errors
from polytape.backend import COMPOSITIONS, Backend
from polytape.capabilities import partly_lacking, refuse_lacking
from polytape.conversion import convert_group, scalar_like
from polytape.dtypes import DType
from polytape.plan import Plan, Rule
from polytape.tensor import Tensor

if TYPE_CHECKING:
    from collections.abc import Mapping


OPS: dict[str, Callable[..., Any]] = {}
"""Every op's function, by name."""

_NUMBERS = frozenset((int, float, complex))


class Implementations(dict[Backend, Callable[..., Any]]):
    """The function that runs an op on each backend, looked up once."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def __missing__(self, backend: Backend) -> Callable[..., Any]:
        refuse_lacking(backend, self.name)
        found: Callable[..., Any] = getattr(backend, self.name)
        self[backend] = found
        return found


class Op:
    """An op's definition.

    Attributes:
        name: the name under which backends may override it.
        forward: `(backend, *arrays, **metadata) -> array`, or a tuple of arrays if `multiple`.
        parameters: those of `forward` behind `backend`.
        rules: a gradient rule for each tensor, or one that returns a gradient for each if `variadic`.
        tensors: the names of its tensor arguments.
        metadata: the names of its keyword-only arguments.
        accepts: the dtypes that each tensor may have. Tensors that are given one and the same set share one dtype.
        multiple: whether it makes a tuple.
        broadcasts: whether it works element by element on operands of different shapes; the gradients that its rules
            give, of the output's shape, are then summed to the operands' shapes.
        holomorphic: whether its rules are those of a complex-differentiable function, `gradient * f'(x)`. For complex
            numbers the backward pass then conjugates around them, which gives TensorFlow's `gradient * conj(f'(x))`.
        partial: whether its rule copes with `None` for an output that nothing depends on; by
            default it gets zeros.
        batches: whether its rules can run on a `BatchedBackend`; those that call a user's function can't.
        repeats: whether a replay of a `function` can note it again; not if its rule remembers the values of one run.
    """

    def __init__(
        self,
        forward: Callable[..., Any],
        rules: tuple[Rule | None, ...],
        accepts: frozenset[DType] | tuple[frozenset[DType], ...],
        multiple: bool = False,
        broadcasts: bool = False,
        holomorphic: bool = True,
        partial: bool = False,
    ) -> None:
        parameters = self.parameters = tuple(inspect.signature(forward).parameters.values())[1:]
        self.name = forward.__name__.rstrip("_")
        self.forward = forward
        self.rules = rules
        self.multiple = multiple
        self.broadcasts = broadcasts
        self.holomorphic = holomorphic
        self.partial = partial
        self.batches = True
        self.repeats = True
        self.variadic = any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters)
        self.tensors = tuple(p.name for p in parameters if p.kind is not p.KEYWORD_ONLY)
        self.metadata = tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)
        self.accepts = accepts if isinstance(accepts, tuple) else (accepts,) * len(self.tensors)
        self.implementations = Implementations(self.name)
        self.checked: defaultdict[Backend, set[Any]] = defaultdict(set)
        self.plans: dict[int, Plan | None] = {}
        if rules and not self.variadic and len(rules) != len(self.tensors):
            raise TypeError(f"{self.name!r} has {len(self.tensors)} tensors and {len(rules)} gradient rules.")

    def plan(self, watched: int, inputs: Sequence[Tensor]) -> Plan | None:
        """The plan for a set of watched inputs, made once; `None` where nothing can be differentiated.

        `plans` keeps it: for an op of any number of tensors by that number, for others by the bits of `watched`, with
        one more above them if the inputs' shapes differ and are broadcast.

        Args:
            watched: a bit for each input, set where it is watched.
            inputs: the tensors.
        """
        count = key = len(inputs)
        if not self.variadic:
            key = watched
            if self.broadcasts and len({tensor._array.shape for tensor in inputs}) > 1:
                key += 1 << count
        if key not in self.plans:
            rules = (self.rules * count if self.variadic else self.rules) or (None,) * count
            chosen = range(count) if self.variadic else [index for index in range(count) if watched >> index & 1]
            positions = [index for index in chosen if rules[index] is not None]
            broadcast = not self.variadic and bool(key >> count)
            self.plans[key] = Plan(self, positions, broadcast) if positions else None
        return self.plans[key]

    def accepted(self, position: int) -> frozenset[DType]:
        """The dtypes that the tensor at `position` may have."""
        return self.accepts[0 if self.variadic else position]

    def prepare(self, values: Sequence[Any]) -> list[Tensor]:
        """Turn all of an op's arguments into tensors, those of one group to the dtype of its first tensor."""
        groups = [self.accepted(position) for position in range(len(values))]
        return convert_group(values, groups, self.name)

    def operands(self, x: Any, y: Any) -> Sequence[Tensor]:
        """The same for two arguments that share a dtype, quick where they are tensors, variables or numbers."""
        if type(x) is not Tensor and hasattr(x, "__polytape_tensor__"):
            x = x.__polytape_tensor__()
        if type(y) is not Tensor and hasattr(y, "__polytape_tensor__"):
            y = y.__polytape_tensor__()
        if type(x) is Tensor:
            if type(y) is Tensor:
                return x, y
            if type(y) in _NUMBERS:
                return x, scalar_like(y, x, self.name)
        elif type(y) is Tensor and type(x) in _NUMBERS:
            return scalar_like(x, y, self.name), y
        return self.prepare((x, y))

    def check(self, inputs: Sequence[Tensor]) -> Sequence[Tensor]:
        """Check backends and dtypes; what passes once is remembered in `checked` by backend and native dtypes.

        Returns:
            The inputs, all on one backend: one that takes another's arrays, as a `BatchedBackend` does, adopts them.
        """
        backend = inputs[0]._backend
        for tensor in inputs:
            if tensor._backend.takes(backend):
                backend = tensor._backend
            elif not backend.takes(tensor._backend):
                raise errors.BackendMismatchError(
                    f"{self.name}: all tensors of one op must be on one backend; received "
                    f"{' and '.join(repr(t._backend.name) for t in inputs)}. Move one with tensor.to({backend.name!r})."
                )
        if any(tensor._backend is not backend for tensor in inputs):
            inputs = [adopted(tensor, backend) for tensor in inputs]
        groups: dict[int, DType] = {}
        for position, tensor in enumerate(inputs):
            accepted = self.accepted(position)
            dtype = tensor.dtype
            what = "its argument" if self.variadic else repr(self.tensors[position])
            if dtype not in accepted:
                raise errors.DTypeError(
                    f"{self.name}: {what} must be of a dtype among {dtypes.names(accepted)}; received {dtype.name}. "
                    "Convert it with tf.cast."
                )
            if groups.setdefault(id(accepted), dtype) is not dtype:
                raise errors.DTypeError(
                    f"{self.name}: cannot combine tensors of dtype {groups[id(accepted)].name} and {dtype.name}; "
                    f"{what} is of the latter. Convert one of them with tf.cast."
                )
        if partly_lacking(backend, self.name):
            refuse_lacking(backend, self.name, [tensor._array for tensor in inputs])
            return inputs
        natives = tuple(tensor._array.dtype for tensor in inputs)
        self.checked[backend].add(natives)
        if len(set(natives)) == 1:
            self.checked[backend].add(natives[0])
        return inputs

    def fail(self, error: Exception, inputs: Sequence[Tensor], metadata: Mapping[str, Any]) -> NoReturn:
        """Raise what is to be said where a backend raised `error`; what can't be explained keeps its cause."""
        if isinstance(error, errors.PolytapeError):
            raise error
        described = ", ".join(f"{tensor.dtype.name}{list(tensor._array.shape)}" for tensor in inputs)
        extra = "".join(f", {name}={value!r}" for name, value in metadata.items())
        if self.broadcasts and not metadata and not broadcastable([tensor._array.shape for tensor in inputs]):
            raise errors.InvalidArgumentError(
                f"{self.name}: incompatible shapes {' and '.join(str(list(t._array.shape)) for t in inputs)}. Aligned "
                "at their last axes, two lengths must be equal or one of them 1; reshape or expand_dims one of them."
            ) from None
        raise errors.InvalidArgumentError(
            f"{self.name}: the backend {inputs[0]._backend.name!r} refused ({described}{extra}): {error}"
        ) from error


def broadcastable(shapes: Sequence[tuple[int, ...]]) -> bool:
    """Return whether arrays of these shapes can be combined element by element."""
    for axis in range(1, max(map(len, shapes)) + 1):
        lengths = {shape[-axis] for shape in shapes if len(shape) >= axis}
        if len(lengths - {1}) > 1:
            return False
    return True


def op(
    *rules: Rule | None,
    accepts: frozenset[DType] | tuple[frozenset[DType], ...] = dtypes.NUMERIC,
    multiple: bool = False,
    broadcasts: bool = False,
    holomorphic: bool = True,
    partial: bool = False,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Define an op; see the module's docstring.

    Args:
        rules: a gradient rule for each tensor argument, `None` where there is no derivative; nothing at all for an op
            that is not differentiable; for an op of any number of tensors one rule that returns a list.
        accepts: the dtypes it takes, or one set for each tensor; tensors given the same set share one dtype.
        multiple: whether it returns a tuple.
        broadcasts: whether it works element by element; see `elementwise`.
        holomorphic: whether its rules are those of a complex-differentiable function; see `Op`.
        partial: whether its rule copes with `None` among the gradients of several outputs; see `Op`.
    """

    def define(forward: Callable[..., Any]) -> Callable[..., Any]:
        definition = Op(forward, rules, accepts, multiple, broadcasts, holomorphic, partial)
        if definition.name in OPS and OPS[definition.name].__module__ != forward.__module__:
            raise TypeError(
                f"Two ops are called {definition.name!r}: in {OPS[definition.name].__module__} and "
                f"{forward.__module__}."
            )
        COMPOSITIONS[definition.name] = forward
        if definition.variadic or multiple or len(definition.tensors) > 2:
            call = calls.general(definition)
        elif definition.metadata:
            call = calls.unary_with_metadata(definition) if len(definition.tensors) == 1 else calls.general(definition)
        else:
            call = calls.unary(definition) if len(definition.tensors) == 1 else calls.binary(definition)
            code = call.__code__  # the op's own argument names work as keywords: no wrapper for `f(input=x)`
            names = (*definition.tensors, *code.co_varnames[len(definition.tensors) :])
            call.__code__ = code.replace(co_varnames=names)
        update_wrapper(call, forward, updated=())
        call.op = definition  # type: ignore[attr-defined]
        named = "name" in call.__code__.co_varnames
        call.__signature__ = _public_signature(definition, named)  # type: ignore[attr-defined]
        OPS[definition.name] = call
        return call

    return define


def elementwise(
    *rules: Rule | None,
    accepts: frozenset[DType] | tuple[frozenset[DType], ...] = dtypes.NUMERIC,
    holomorphic: bool = True,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Define an op that works element by element on operands that broadcast.

    Its rules need not think of broadcasting: what they give is summed to each operand's shape.
    """
    return op(*rules, accepts=accepts, broadcasts=True, holomorphic=holomorphic)


def _public_signature(definition: Op, named: bool) -> inspect.Signature:
    """The signature without `backend`; with `name=None` at its end, which TensorFlow's ops have, where it is taken."""
    parameters = [inspect.Parameter(p.name, p.kind, default=p.default) for p in definition.parameters]
    if named:
        parameters.append(inspect.Parameter("name", inspect.Parameter.POSITIONAL_OR_KEYWORD, default=None))
    return inspect.Signature(parameters)


def adopted(tensor: Tensor, backend: Backend) -> Tensor:
    """The same tensor, for tapes too, on a backend that takes its array as it is."""
    if tensor._backend is backend:
        return tensor
    found = Tensor(backend.adopted(tensor._array), backend)
    found._key = tensor._key
    return found
