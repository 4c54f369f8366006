"""`ForwardAccumulator`: derivatives carried forward with the computation, from the same rules as those carried back.

A rule gives an op's vector-Jacobian product, which is linear in the gradient that arrives. The transpose of that linear
map is the op's Jacobian-vector product; it is had by differentiating the rule with respect to the arriving gradient.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from polytape import nest
from polytape.backward import UnconnectedGradients, full_like, tensor_backend
from polytape.conversion import as_source, convert
from polytape.errors import FailedPreconditionError, InvalidArgumentError
from polytape.indexed_slices import IndexedSlices
from polytape.op import Op
from polytape.recorder import Recorder, listening, recorders
from polytape.tape import GradientTape
from polytape.tensor import Tensor, key_of


class ForwardAccumulator(Recorder):
    """Computes Jacobian-vector products along with the computation.

    Args:
        primals: a tensor or variable, or a nested structure of them, with respect to which to differentiate.
        tangents: the vector: the structure of `primals`, each of its primal's shape and dtype.

    >>> import polytape as tf
    >>> x = tf.constant(2.0)
    >>> with tf.autodiff.ForwardAccumulator(x, tf.constant(1.0)) as accumulator:
    ...     y = x**3
    >>> float(accumulator.jvp(y))
    12.0
    """

    def __init__(self, primals: Any, tangents: Any) -> None:
        self._tangents: dict[int, Tensor] = {}
        self._recording = False
        nest.assert_same_structure(primals, tangents, check_types=False)
        for primal, tangent in zip(nest.flatten(primals), nest.flatten(tangents)):
            tensor = as_source(primal, "each primal")
            vector = convert(tangent, tensor.dtype, like=tensor)
            if not tensor.dtype.is_differentiable:
                raise InvalidArgumentError(f"Primals must be floating-point or complex; received {tensor.dtype.name}.")
            if vector.shape != tensor.shape:
                raise InvalidArgumentError(
                    f"A tangent has the shape of its primal; received {vector.shape} for {tensor.shape}."
                )
            self._tangents[key_of(tensor)] = vector

    def __enter__(self) -> ForwardAccumulator:
        if self._recording:
            raise FailedPreconditionError("This accumulator is already recording: it can't be entered twice.")
        self._recording = True
        recorders.set((*listening(), self))
        return self

    def __exit__(self, *exception: object) -> None:
        self._recording = False
        recorders.set(tuple([recorder for recorder in listening() if recorder is not self]))

    def jvp(self, primals: Any, unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE) -> Any:
        """Return the product of the Jacobian of `primals` with the tangents.

        Args:
            primals: a tensor computed inside the context, or a nested structure of tensors.
            unconnected_gradients: whether one without influence of the primals gets `None` or zeros.
        """
        zero = UnconnectedGradients(unconnected_gradients) is UnconnectedGradients.ZERO

        def product(leaf: Any) -> Tensor | None:
            tensor = as_source(leaf, "each primal")
            found = None if tensor._key is None else self._tangents.get(tensor._key)
            return full_like(tensor, 0) if found is None and zero else found

        return nest.map_structure(product, primals)

    def record(self, op: Op, inputs: Sequence[Tensor], metadata: Mapping[str, Any], output: Any) -> None:
        """Carry the tangents of `inputs` on to `output`."""
        tangents = [None if tensor._key is None else self._tangents.get(tensor._key) for tensor in inputs]
        mask = sum([1 << index for index, tangent in enumerate(tangents) if tangent is not None])
        if not mask:
            return
        plan = op.plan(mask, inputs)
        if plan is None:
            return
        outputs = output if op.multiple else (output,)
        _, _, _, saved, backend = plan.entry(inputs, metadata, output, None)
        home, conjugate = tensor_backend(backend), op.holomorphic and outputs[0].dtype.is_complex
        around = listening()
        token = recorders.set(around[: around.index(self)])  # those outside may record the products too
        try:
            with GradientTape(watch_accessed_variables=False) as tape:
                arriving = [full_like(tensor, 0) for tensor in outputs]
                tape.watch([tensor for tensor in arriving if tensor.dtype.is_differentiable])
                given = [home.conj(tensor) for tensor in arriving] if conjugate else arriving
                parts = plan.on_tensors(home, given if op.multiple else given[0], saved)
                found = parts if len(plan.positions) > 1 or op.variadic else (parts,)
                found = [convert(part) if type(part) is IndexedSlices else part for part in found]
                if conjugate:  # around the rules of holomorphic functions, as the walk back does
                    found = [None if part is None else home.conj(part) for part in found]
            pairs = [(part, tangents[position]) for part, position in zip(found, plan.positions)]
            pairs = [(part, tangent) for part, tangent in pairs if part is not None and tangent is not None]
            products = tape.gradient([part for part, _ in pairs], arriving, [tangent for _, tangent in pairs])
        finally:
            recorders.reset(token)
        for tensor, made in zip(outputs, products):
            if made is not None:
                self._tangents[key_of(tensor)] = convert(made)
