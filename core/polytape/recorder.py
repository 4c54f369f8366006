"""Who listens to ops: for each thread and each asynchronous task its own list, outermost first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polytape.op import Op
    from polytape.tensor import Tensor
    from polytape.variable import Variable

NO_METADATA: dict[str, Any] = {}


class Recorder:
    """What listens to ops: a gradient tape, a forward accumulator, the recorder of a `function`."""

    def record(self, op: Op, inputs: Sequence[Tensor], metadata: Mapping[str, Any], output: Any) -> None:
        """Take note that `op` made `output` of `inputs`."""
        raise NotImplementedError

    def record_unary(self, op: Op, x: Tensor, output: Tensor) -> None:
        """The same for an op of one tensor without metadata: a short way for those who need speed."""
        self.record(op, (x,), NO_METADATA, output)

    def record_binary(self, op: Op, x: Tensor, y: Tensor, output: Tensor) -> None:
        """The same for an op of two tensors without metadata."""
        self.record(op, (x, y), NO_METADATA, output)

    def accessed(self, variable: Variable) -> None:
        """Take note that a trainable variable was read."""

    def left(self, tensor: Tensor, how: str) -> None:
        """Take note that a tensor's value went to NumPy or Python by the call that `how` names."""


recorders: ContextVar[tuple[Recorder, ...]] = ContextVar("polytape_recorders", default=())
listening = recorders.get
"""Those that listen now, outermost first."""
