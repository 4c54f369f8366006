"""Why a gradient is `None`: what a tape notes of the places where a connection is lost, and how that is told."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from polytape.tensor import Tensor, key_of

if TYPE_CHECKING:
    from polytape.op import Op

_OURS = (os.path.dirname(__file__), "<string>")


class Loss(NamedTuple):
    """A place where a value went on without its gradient."""

    op: str
    dtype: Any
    origin: tuple[int | None, ...]
    """The keys of what went in."""
    file: str
    line: int

    @property
    def where(self) -> str:
        """The place in the user's code."""
        return f"{self.file}:{self.line}"


class Losses:
    """What a tape notes besides its record.

    Attributes:
        severed: the keys of what depends on something watched, without a gradient, and where it was lost.
        read: the watched values that left as NumPy arrays or Python numbers, by key, and where.
    """

    def __init__(self) -> None:
        self.severed: dict[int, Loss] = {}
        self.read: list[tuple[int, str, str]] = []
        self.records: Sequence[Any] = ()
        self.watched: set[int] = set()
        self.roots: set[int] = set()

    def remember(self, records: Sequence[Any], watched: set[int], roots: set[int]) -> None:
        """Keep what led where, for questions after the tape has let go of its record."""
        self.records, self.watched, self.roots = records, watched, roots

    def sever(self, op: Op, keys: tuple[int | None, ...], output: Any) -> None:
        """Take note that an op without a gradient used what the keys name."""
        for tensor in output if op.multiple else (output,):
            self.severed[key_of(tensor)] = Loss(op.name, tensor.dtype, keys, *_caller())

    def follow(self, op: Op, inputs: Sequence[Tensor], output: Any) -> None:
        """Take note of what is computed further from what was severed."""
        for tensor in inputs:
            found = self.severed.get(tensor._key) if tensor._key is not None else None
            if found is not None:
                for made in output if op.multiple else (output,):
                    self.severed[key_of(made)] = found
                return

    def leaves(self, key: int, how: str) -> None:
        """Take note that a watched value left polytape."""
        file, line = _caller()
        self.read.append((key, how, f"{file}:{line}"))


def explain(losses: Losses, target: Tensor, source: Any, watches_variables: bool) -> str:
    """Return in words why the gradient of `target` with respect to `source` exists or does not."""
    dtype = source.dtype
    if not dtype.is_differentiable:
        return (
            f"No gradient: the source is of dtype {dtype.name}; only floating-point and complex values have gradients."
        )
    key = source._key
    if key is None or key not in losses.watched:
        return _not_watched(source, key, losses, watches_variables)
    reached = _descendants(key, losses.records)
    if target._key in reached:
        if target.dtype.is_differentiable:
            return "There is a gradient: the target was computed from the source with differentiable ops."
        return f"No gradient: the target is of dtype {target.dtype.name}, which has none."
    lost = None if target._key is None else losses.severed.get(target._key)
    if lost is not None and not reached.isdisjoint(lost.origin):
        return _severed(lost)
    left = [(how, where) for read, how, where in losses.read if read in reached]
    if left:
        how, where = left[-1]
        return (
            f"No gradient: a value that depends on the source left the tape through {how} at {where}. What NumPy or "
            "Python computes from it is a constant to the tape; use polytape's ops instead."
        )
    if target._key is None or target._key not in losses.watched:
        return (
            "No gradient: the target was not computed inside the tape's context from anything that it watches. Compute "
            "it inside `with tf.GradientTape() as tape:`."
        )
    return "No gradient: the target was recorded, but was computed without the source."


def _not_watched(source: Any, key: int | None, losses: Losses, watches_variables: bool) -> str:
    if isinstance(source, Tensor):
        return (
            "No gradient: the source is a tensor that the tape does not watch.\n"
            "Call tape.watch(source) before you compute with it. If the name stood for a Variable and was given a "
            "tensor "
            "since (`v = v - step`), keep the Variable: v.assign_sub(step)."
        )
    if not source.trainable:
        return (
            f"No gradient: the variable {source.name!r} is not trainable, so the tape does not watch it by itself; "
            "call tape.watch."
        )
    if not watches_variables:
        return (
            f"No gradient: the tape was made with watch_accessed_variables=False; call tape.watch on {source.name!r}."
        )
    return f"No gradient: the variable {source.name!r} was not read inside the tape's context."


def _severed(loss: Loss) -> str:
    if loss.op == "stop_gradient":
        return f"No gradient: it was stopped by tf.stop_gradient at {loss.where}."
    if not loss.dtype.is_differentiable:
        return (
            f"No gradient: on the way from the source to the target {loss.op!r} at {loss.where} gave "
            f"{loss.dtype.name}, "
            f"and {loss.dtype.name} has no gradient."
        )
    return f"No gradient: on the way from the source to the target stands {loss.op!r} at {loss.where}, which has none."


def _descendants(key: int, records: Iterable[Any]) -> set[int]:
    reached = {key}
    for _, keys, output, *_ in records:
        if not reached.isdisjoint(keys if type(keys) is tuple else (keys,)):
            reached.update(output if type(output) is tuple else (output,))
    return reached


def _caller() -> tuple[str, int]:
    """File and line of the user's code that is running."""
    frame: Any = sys._getframe(2)
    while frame.f_code.co_filename.startswith(_OURS) and frame.f_back is not None:
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno
