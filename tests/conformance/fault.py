"""Deliberate faults, which the conformance kit has to find: in a backend's functions, and in gradient rules."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from polytape import plan
from polytape.backend import Backend
from polytape.op import OPS
from polytape.ops import import_families
from polytape.plugins import backends

import_families()


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        name: what is wrong, in a few words.
        ops: the names by which a case may tell where it is wrong: a function, the public op over it.
        plant: a block in which the fault is there; it gives the backend that has it, or on which it shows.
    """

    name: str
    ops: tuple[str, ...]
    plant: Callable[[], AbstractContextManager[Backend]]


def sound() -> Backend:
    """A new instance of the NumPy backend, the soil for faults."""
    return type(backends.get("numpy"))()


def function(name: str, what: str, faulty: Callable[..., Any], *ops: str) -> Fault:
    """A backend whose function `name` is `faulty(original, *arguments, **options)`."""
    original = getattr(sound(), name)

    def method(backend: Backend, *arguments: Any, **options: Any) -> Any:
        return faulty(original, *arguments, **options)

    return Fault(f"{name}: {what}", (name, *ops), lambda: _backend_with({name: method}))


def attributes(what: str, ops: tuple[str, ...], **given: Any) -> Fault:
    """A backend with these methods and attributes of its own."""
    return Fault(f"{ops[0]}: {what}", ops, lambda: _backend_with(given))


def rule(op: str, position: int, what: str, faulty: Callable[..., Any] | None, *ops: str) -> Fault:
    """The gradient rule of `op` for the tensor at `position` replaced by another."""

    @contextmanager
    def plant() -> Iterator[Backend]:
        definition = OPS[op].op
        rules = definition.rules
        definition.rules = (*rules[:position], faulty, *rules[position + 1 :])
        definition.plans.clear()
        try:
            yield sound()
        finally:
            definition.rules = rules
            definition.plans.clear()

    return Fault(f"gradient of {op}: {what}", (op, *ops), plant)


def bent(op: str, position: int, what: str, change: Callable[[Any], Any], *ops: str) -> Fault:
    """The gradient rule of `op` for the tensor at `position`, with `change` made to what it gives."""
    original = OPS[op].op.rules[position]

    @functools.wraps(original)
    def faulty(*arguments: Any) -> Any:
        return change(original(*arguments))

    return rule(op, position, what, faulty, *ops)


def unbroadcast(what: str, faulty: Callable[..., Any], *ops: str) -> Fault:
    """What the tape does to sum a gradient to the shape of a broadcast operand replaced by another function."""

    @contextmanager
    def plant() -> Iterator[Backend]:
        right = plan.unbroadcast
        plan.unbroadcast = faulty
        _forget_plans()
        try:
            yield sound()
        finally:
            plan.unbroadcast = right
            _forget_plans()

    return Fault(f"broadcast operands: {what}", ops, plant)


def _forget_plans() -> None:
    for call in OPS.values():
        if hasattr(call, "op"):
            call.op.plans.clear()


@contextmanager
def _backend_with(methods: dict[str, Any]) -> Iterator[Backend]:
    yield type("FaultyBackend", (type(backends.get("numpy")),), methods)()
