"""`GradientTape`: a record of the ops that ran on what it watches, walked backwards for gradients.

The record of an op is a tuple `(plan, keys, output key, saved, backend)` appended to a list, which is in topological
order as it grows. The backward pass runs the rules on the backend's bare arrays. Where somebody else listens, an outer
tape or this one because its context is still open, it runs them on tensors, so that the derivative is recorded too.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING, Any

from polytape import nest
from polytape.backward import as_tensor, consume, leading_to, walk
from polytape.conversion import convert
from polytape.errors import FailedPreconditionError, InvalidArgumentError
from polytape.op import Op, listening, recorders
from polytape.plan import Record
from polytape.tensor import Tensor, key_of, new_key

if TYPE_CHECKING:
    from polytape.variable import Variable


class UnconnectedGradients(Enum):
    """What `gradient` gives for a source that the target does not depend on."""

    NONE = "none"
    ZERO = "zero"


class GradientTape:
    """Records ops for automatic differentiation.

    Trainable variables that are read inside the context are watched; tensors are watched with `watch`.

    Args:
        persistent: whether `gradient` may be called more than once; the record then lives as long as the tape.
        watch_accessed_variables: whether variables are watched when they are read.

    >>> import polytape as tf
    >>> x = tf.constant(3.0)
    >>> with tf.GradientTape() as tape:
    ...     tape.watch(x)
    ...     y = x * x
    >>> float(tape.gradient(y, x))
    6.0
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self._persistent = persistent
        self._watch_accessed_variables = watch_accessed_variables
        self._records: list[Record] = []
        self._watched: set[int] = set()
        self._roots: set[int] = set()
        self._variables: dict[int, Variable] = {}
        self._complex = False
        self._recording = False
        self._used = False

    def __enter__(self) -> GradientTape:
        if self._recording:
            raise FailedPreconditionError("This tape is already recording: it can't be entered twice.")
        self._recording = True
        recorders.set((*listening(), self))
        return self

    def __exit__(self, *exception: object) -> None:
        self._stop()

    def _stop(self) -> None:
        self._recording = False
        recorders.set(tuple([recorder for recorder in listening() if recorder is not self]))

    def watch(self, tensor: Any) -> None:
        """Watch a tensor, a variable, or each one in a nested structure.

        Only floating-point and complex values have gradients; others are left out with a warning.
        """
        for leaf in nest.flatten(tensor):
            if not isinstance(leaf, Tensor) and not hasattr(leaf, "__polytape_tensor__"):
                raise InvalidArgumentError(f"watch takes tensors and variables; received {leaf!r} of {type(leaf).__name__}.")
            if not leaf.dtype.is_differentiable:
                warnings.warn(
                    f"A watched tensor must be floating-point or complex; received {leaf.dtype.name}, which has no "
                    "gradient.",
                    stacklevel=2,
                )
                continue
            key = key_of(leaf)
            self._watched.add(key)
            self._roots.add(key)
            if not isinstance(leaf, Tensor):
                self._variables[key] = leaf

    def accessed(self, variable: Variable) -> None:
        """Take note that a trainable variable was read."""
        key = variable._key
        if self._watch_accessed_variables and key not in self._watched:
            self._watched.add(key)
            self._roots.add(key)
            self._variables[key] = variable

    def watched_variables(self) -> tuple[Variable, ...]:
        """The variables watched so far, in the order in which they were first read."""
        return tuple(self._variables.values())

    def record(self, op: Op, inputs: Sequence[Tensor], metadata: Mapping[str, Any], output: Any) -> None:
        """Take note that `op` made `output` of `inputs`, if one of them is watched."""
        watched = self._watched
        count = len(inputs)
        if count == 1:
            mask = 1 if inputs[0]._key in watched else 0
        elif count == 2:
            x, y = inputs
            mask = (x._key in watched) + 2 * (y._key in watched)
            if mask and op.broadcasts and x._array.shape != y._array.shape:
                mask += 4
        else:
            mask = sum([1 << index for index, tensor in enumerate(inputs) if tensor._key in watched])
            if mask and op.broadcasts and len({tensor._array.shape for tensor in inputs}) > 1:
                mask += 1 << count
        if not mask:
            return
        try:
            plan = op.plans[mask]
        except KeyError:
            plan = op.plan(mask, count)
        if plan is None:
            return
        if plan.plain:
            key = output._key
            if key is None:
                key = output._key = new_key()
            watched.add(key)
        else:
            key = self._special(op, output)
        self._records.append(plan.entry(inputs, metadata, output, key))

    def _special(self, op: Op, output: Any) -> Any:
        """Take note of an op of several outputs, or one that may lead to complex numbers; return the outputs' keys."""
        self._complex = self._complex or not op.holomorphic
        key = tuple([key_of(tensor) for tensor in output]) if op.multiple else key_of(output)
        self._watched.update(key if op.multiple else (key,))
        return key

    def reset(self) -> None:
        """Forget everything, as if the context had just been entered."""
        self._records, self._watched, self._roots, self._variables = [], set(), set(), {}

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """Run a block without recording it."""
        if not self._recording:
            raise FailedPreconditionError("stop_recording needs a tape that is recording: call it inside the context.")
        self._stop()
        try:
            yield
        finally:
            self.__enter__()

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
    ) -> Any:
        """Return the derivative of `target` with respect to each of `sources`.

        Args:
            target: a tensor, or a nested structure of tensors whose derivatives are added up.
            sources: a tensor or variable, or a nested structure of them.
            output_gradients: what to weight each target's elements with; by default ones. The structure of `target`.
            unconnected_gradients: whether a source without influence gets `None` or zeros.

        Returns:
            The structure of `sources`, each with its gradient, of its own shape and dtype.

        Raises:
            FailedPreconditionError: if the tape is not persistent and has answered before.
        """
        if self._used and not self._persistent:
            raise FailedPreconditionError(
                "A non-persistent GradientTape can only be used to compute one set of gradients. Make it with "
                "GradientTape(persistent=True) to ask again."
            )
        unconnected = UnconnectedGradients(unconnected_gradients)
        targets = [_as_tensor(leaf, "target") for leaf in nest.flatten(target)]
        leaves = nest.flatten(sources)
        origins = [_as_tensor(leaf, "each source") for leaf in leaves]
        seeds = self._seeds(targets, output_gradients)
        if not self._persistent:
            self._used = True
            if self._recording:
                self._stop()
        on_tensors = bool(listening())
        gradients: dict[int, Any] = {}
        for tensor, seed in zip(targets, seeds):
            key = tensor._key
            if key is not None and tensor.dtype.is_differentiable:
                start = seed if on_tensors else seed._array
                gradients[key] = gradients[key] + start if key in gradients else start
        found: dict[int, Any] = {}
        if gradients:
            wanted = {leaf._key for leaf in origins if leaf._key is not None}
            needed = None if self._roots <= wanted else leading_to(wanted, self._records)
            records = reversed(self._records) if self._persistent else consume(self._records)
            conjugate = self._complex or any(tensor.dtype.is_complex for tensor in origins)
            with targets[0]._backend.computing():
                found = walk(records, gradients, wanted, needed, on_tensors=on_tensors, conjugate=conjugate)
        if not self._persistent:
            self.reset()
        results = []
        for tensor in origins:
            part = None if tensor._key is None else found.get(tensor._key)
            if part is not None:
                results.append(as_tensor(part, tensor._backend))
            else:
                results.append(_full_like(tensor, 0) if unconnected is UnconnectedGradients.ZERO else None)
        return nest.pack(sources, results)

    def _seeds(self, targets: list[Tensor], output_gradients: Any) -> list[Tensor]:
        if output_gradients is None:
            given = [None] * len(targets)
        else:
            given = nest.flatten(output_gradients)
            if len(given) != len(targets):
                raise InvalidArgumentError(f"There are {len(targets)} targets and {len(given)} output_gradients.")
        seeds = []
        for tensor, seed in zip(targets, given):
            if not tensor.dtype.is_differentiable:
                warnings.warn(
                    f"The target of gradient must be floating-point or complex; received {tensor.dtype.name}.",
                    stacklevel=3,
                )
            seed = _full_like(tensor, 1) if seed is None else convert(seed, tensor.dtype, backend=tensor._backend)
            if seed._array.shape != tensor._array.shape:
                raise InvalidArgumentError(
                    f"An output gradient has the shape of its target; received {seed.shape} for {tensor.shape}."
                )
            seeds.append(seed)
        return seeds


def _as_tensor(value: Any, role: str) -> Tensor:
    if isinstance(value, Tensor):
        return value
    if hasattr(value, "__polytape_tensor__"):
        return value.__polytape_tensor__()  # type: ignore[no-any-return]
    raise InvalidArgumentError(
        f"{role} must be a tensor or a variable, or a structure of them; received {value!r} of {type(value).__name__}."
    )


def _full_like(tensor: Tensor, value: int) -> Tensor:
    array = tensor._array
    backend = tensor._backend
    return Tensor(backend.full(array.shape, value, dtype=array.dtype, device=backend.device_of(array)), backend)
