"""`GradientTape`: a record of the ops that ran on what it watches, walked backwards for gradients.

The record of an op is `[plan, keys, output key, saved, backend]`, appended to a list, which is in topological order as
it grows. The backward pass runs the rules on the backend's bare arrays. Where somebody else listens, an outer
tape or this one because its context is still open, it runs them on tensors, so that the derivative is recorded too.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from polytape import nest
from polytape.arguments import choice
from polytape.backward import UnconnectedGradients, View, as_tensor, full_like, leading_to, tensor_backend, walk
from polytape.batched import batching
from polytape.conversion import as_source, convert
from polytape.errors import FailedPreconditionError, InvalidArgumentError, RecordingError, UnconnectedError
from polytape.explain import Losses, explain
from polytape.jacobian import batch_jacobian, jacobian
from polytape.op import Op
from polytape.plan import Record
from polytape.recorder import NO_METADATA, Recorder, listening, recorders
from polytape.tensor import Tensor, key_of, new_key

if TYPE_CHECKING:
    from polytape.variable import Variable


class GradientTape(Recorder):
    """Records ops for automatic differentiation.

    Trainable variables that are read inside the context are watched; tensors are watched with `watch`.

    Args:
        persistent: whether `gradient` may be called more than once; the record then lives as long as the tape.
        watch_accessed_variables: whether variables are watched when they are read.
        on_unconnected: `"none"` for TensorFlow's way, a gradient of `None` for a source without influence; `"raise"` to
            raise `UnconnectedError`, which says why.

    >>> import polytape as tf
    >>> x = tf.constant(3.0)
    >>> with tf.GradientTape() as tape:
    ...     tape.watch(x)
    ...     y = x * x
    >>> float(tape.gradient(y, x))
    6.0
    """

    def __init__(
        self, persistent: bool = False, watch_accessed_variables: bool = True, on_unconnected: str = "none"
    ) -> None:
        self._persistent = persistent
        self._watch_accessed_variables = watch_accessed_variables
        self._records: list[Record] = []
        self._watched: set[int] = set()
        self._roots: set[int] = set()
        self._variables: dict[int, Variable] = {}
        self._raises = choice(on_unconnected, ("none", "raise"), "GradientTape", "on_unconnected") == "raise"
        self._losses = Losses()
        self._complex = False
        self._recording = False
        self._used = False

    def __enter__(self) -> GradientTape:
        if self._recording:
            raise RecordingError("This tape is already recording: it can't be entered twice.")
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
                raise InvalidArgumentError(
                    f"watch takes tensors and variables; received {leaf!r} of {type(leaf).__name__}."
                )
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
        mask = sum([1 << index for index, tensor in enumerate(inputs) if tensor._key in watched])
        if not mask:
            if self._losses.severed:
                self._losses.follow(op, inputs, output)
            return
        plan = op.plan(mask, inputs)
        if plan is None:
            self._losses.sever(op, tuple([tensor._key for tensor in inputs]), output)
            return
        key = tuple([key_of(tensor) for tensor in output]) if op.multiple else key_of(output)
        watched.update(key if op.multiple else (key,))  # type: ignore[arg-type]
        if not op.holomorphic and not self._complex:
            self._complex = any(
                tensor.dtype.is_complex for tensor in (*inputs, *(output if op.multiple else (output,)))
            )
        self._records.append(plan.entry(inputs, metadata, output, key))

    def record_unary(self, op: Op, x: Tensor, output: Tensor) -> None:
        """`record` for one tensor, without its loops."""
        watched = self._watched
        if x._key in watched and 1 in op.plans:
            plan = op.plans[1]
            if plan is None:
                self._losses.sever(op, (x._key,), output)
                return
            if op.holomorphic or not self._may_be_complex(x, output):
                key = output._key
                if key is None:
                    key = output._key = new_key()
                watched.add(key)
                self._records.append(plan.quick(x, output, key))
                return
        self.record(op, (x,), NO_METADATA, output)

    def record_binary(self, op: Op, x: Tensor, y: Tensor, output: Tensor) -> None:
        """`record` for two tensors, without its loops."""
        watched = self._watched
        mask = (x._key in watched) + 2 * (y._key in watched)
        if mask:
            if x._array.shape != y._array.shape:
                mask += 4 * op.broadcasts
            if mask in op.plans:
                plan = op.plans[mask]
                if plan is None:
                    self._losses.sever(op, (x._key, y._key), output)
                    return
                if op.holomorphic or not self._may_be_complex(x, output):
                    key = output._key
                    if key is None:
                        key = output._key = new_key()
                    watched.add(key)
                    self._records.append(plan.quick(x, y, output, key))
                    return
        elif not self._losses.severed:
            return
        self.record(op, (x, y), NO_METADATA, output)

    def _may_be_complex(self, x: Tensor, output: Tensor) -> bool:
        return x.dtype.is_complex or output.dtype.is_complex

    def left(self, tensor: Tensor, how: str) -> None:
        """Take note that a watched value went to NumPy or Python."""
        if tensor._key in self._watched:
            self._losses.leaves(tensor._key, how)

    def reset(self) -> None:
        """Forget everything, as if the context had just been entered."""
        self._records, self._watched, self._roots, self._variables = [], set(), set(), {}
        self._losses = Losses()

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
        unconnected = UnconnectedGradients(unconnected_gradients)
        targets = [as_source(leaf, "target") for leaf in nest.flatten(target)]
        leaves = nest.flatten(sources)
        origins = [as_source(leaf, "each source") for leaf in leaves]
        seeds = self._seeds(target, targets, output_gradients)
        self._use()
        view = tensor_backend if listening() else batching.get()
        if view is None and targets and origins and (targets[0]._backend.observer or origins[0]._backend.observer):
            view = tensor_backend
        starts: dict[int, Any] = {}
        for tensor, seed in zip(targets, seeds):
            key = tensor._key
            if key is not None and tensor.dtype.is_differentiable:
                start = seed if view is tensor_backend else seed._array
                starts[key] = starts[key] + start if key in starts else start
        found = self._propagate(starts, origins, view)
        results = [None if tensor._key is None else found.get(tensor._key) for tensor in origins]
        missing = [leaf for leaf, part in zip(leaves, results) if part is None]
        if missing and self._raises and unconnected is UnconnectedGradients.NONE:
            raise UnconnectedError("\n".join(self.explain(target, leaf) for leaf in missing))
        self._let_go()
        zero = unconnected is UnconnectedGradients.ZERO
        handed = [
            (full_like(tensor, 0) if zero else None) if part is None else as_tensor(part, tensor._backend)
            for tensor, part in zip(origins, results)
        ]
        return nest.pack_sequence_as(sources, handed)

    def jacobian(
        self,
        target: Any,
        sources: Any,
        unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
        parallel_iterations: int | None = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """Return the derivative of every element of `target` with respect to every element of each source.

        Args:
            target: a tensor.
            sources: a tensor or variable, or a nested structure of them.
            unconnected_gradients: whether a source without influence gets `None` or zeros.
            parallel_iterations: taken for TensorFlow's sake; without effect.
            experimental_use_pfor: whether all elements may go backwards in one pass.

        Returns:
            The structure of `sources`; for each a tensor of shape `target.shape + source.shape`.

        >>> import polytape as tf
        >>> x = tf.Variable([1.0, 2.0])
        >>> with tf.GradientTape() as tape:
        ...     y = x * x
        >>> tape.jacobian(y, x).numpy().tolist()
        [[2.0, 0.0], [0.0, 4.0]]
        """
        return jacobian(self, target, sources, UnconnectedGradients(unconnected_gradients), experimental_use_pfor)

    def batch_jacobian(
        self,
        target: Any,
        source: Any,
        unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
        parallel_iterations: int | None = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """Return the jacobian of each example of `target` with respect to the same example of `source`.

        Args:
            target: a tensor of shape `(batch, ...)`, each row of which depends on one row of `source` alone.
            source: a tensor of shape `(batch, ...)`.
            unconnected_gradients, parallel_iterations, experimental_use_pfor: as for `jacobian`.

        Returns:
            A tensor of shape `(batch, *target.shape[1:], *source.shape[1:])`.
        """
        return batch_jacobian(self, target, source, UnconnectedGradients(unconnected_gradients), experimental_use_pfor)

    def explain(self, target: Any, source: Any) -> str:
        """Return why the gradient of `target` with respect to `source` is what it is, above all if it is `None`.

        >>> import polytape as tf
        >>> x = tf.constant(1.0)
        >>> with tf.GradientTape() as tape:
        ...     y = x * 2.0
        >>> tape.explain(y, x).splitlines()[0]
        'No gradient: the source is a tensor that the tape does not watch.'
        """
        if self._watched:
            self._losses.remember(self._records, self._watched, self._roots)
        return explain(self._losses, as_source(target, "target"), source, self._watch_accessed_variables)

    def _use(self) -> None:
        """Take note that a question was asked; a tape that is not persistent answers one."""
        if self._used and not self._persistent:
            raise FailedPreconditionError(
                "A non-persistent GradientTape can only be used to compute one set of gradients. Make it with "
                "GradientTape(persistent=True) to ask again."
            )
        self._used = True
        if self._recording and not self._persistent:
            self._stop()

    def _propagate(
        self, starts: dict[int, Any], origins: list[Tensor], view: View | None, keep: bool = False
    ) -> dict[int, Any]:
        """The gradients of `origins` by key, from the gradients of the targets by key.

        Args:
            view: see `polytape.backward.walk`.
            keep: whether the record is wanted again.
        """
        if not starts:
            return {}
        wanted = {tensor._key for tensor in origins if tensor._key is not None}
        needed = None if self._roots <= wanted else leading_to(wanted, self._records)
        conjugate = self._complex or any(tensor.dtype.is_complex for tensor in origins)
        consume = not (keep or self._persistent)
        with origins[0]._backend.computing():
            return walk(self._records, starts, wanted, needed, view=view, conjugate=conjugate, consume=consume)

    def _let_go(self) -> None:
        """Free the record of a tape that has answered and is not persistent."""
        if not self._persistent:
            self._losses.remember(self._records, self._watched, self._roots)
            self._records, self._watched, self._roots = [], set(), set()

    def _seeds(self, target: Any, targets: list[Tensor], output_gradients: Any) -> list[Tensor]:
        given = [None] * len(targets)
        if output_gradients is not None:
            if type(output_gradients) in (list, tuple) and len(output_gradients) == 1 and not nest.is_nested(target):
                inner = output_gradients[0]  # TensorFlow flattens both: a list of one tensor does for one target
                output_gradients = inner if isinstance(inner, Tensor) else output_gradients
            given = nest.flatten_up_to(target, output_gradients)
        seeds = []
        for tensor, seed in zip(targets, given):
            if not tensor.dtype.is_differentiable:
                warnings.warn(
                    f"The target of gradient must be floating-point or complex; received {tensor.dtype.name}.",
                    stacklevel=3,
                )
            seed = full_like(tensor, 1) if seed is None else convert(seed, tensor.dtype, like=tensor)
            if seed._array.shape != tensor._array.shape:
                raise InvalidArgumentError(
                    f"An output gradient has the shape of its target; received {seed.shape} for {tensor.shape}."
                )
            seeds.append(seed)
        return seeds
