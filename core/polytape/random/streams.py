"""Where random ops, with a seed of their own or without, take their numbers from; `set_seed` starts anew."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from threading import Lock

from polytape.arguments import integer
from polytape.batched import refuse_in_batch
from polytape.graph.live import tracing
from polytape.random.keys import Key, derived, key_of, state_tensor
from polytape.tensor import Tensor

Draw = Callable[[int], Tensor]
"""Given how many elements are wanted, the state tensor from which to compute them."""

DEFAULT_SEED = 87_654_321
"""What stands for the global seed where only the op has one; TensorFlow's number."""


class Stream:
    """A key and a counter that moves on by one for each element drawn; threads may share it."""

    __slots__ = ("_lock", "counter", "key")

    def __init__(self, key: Key, counter: int = 0) -> None:
        self.key = key
        self.counter = counter
        self._lock = Lock()

    def advance(self, count: int) -> tuple[Key, int]:
        """Move on by `count`; return the key, and the counter before that."""
        refuse_in_batch("Drawing random numbers")
        with self._lock:
            key, counter = self.key, self.counter
            self.counter = counter + count & 0xFFFFFFFFFFFFFFFF
        return key, counter

    def move(self, key: Key, counter: int, count: int) -> bool:
        """Move on by `count`, if it is where these say; return whether it was."""
        with self._lock:
            if (self.key, self.counter) != (key, counter):
                return False
            self.counter = counter + count & 0xFFFFFFFFFFFFFFFF
        return True

    def draw(self, count: int) -> Tensor:
        """A state tensor for `count` elements."""
        trace = tracing.get()
        if trace is not None:
            return trace.draw(lambda: self, count)
        many = draws_for_many.get()
        return state_tensor(*self.advance(count)) if many is None else many(self, count)

    def ahead(self, offset: int) -> Tensor:
        """The state tensor that follows `offset` more elements, without moving on."""
        return state_tensor(self.key, self.counter + offset & 0xFFFFFFFFFFFFFFFF)

    def restart(self, key: Key, counter: int = 0) -> None:
        """Go on from another key and counter."""
        with self._lock:
            self.key, self.counter = key, counter


draws_for_many: ContextVar[Callable[[Stream, int], Tensor] | None] = ContextVar("polytape_draws_for_many", default=None)
"""While a function runs once for many elements that draw: what gives the states of all of them."""


class _Seeds:
    """The global seed, and what the ops have drawn since it was set."""

    def __init__(self, seed: int | None) -> None:
        self.seed = seed
        self.unseeded = Stream(derived(secrets.randbits(64) if seed is None else seed, b"polytape"))
        self.seeded: dict[tuple[str, int], Stream] = {}

    def stream(self, op: str, seed: int) -> Stream:
        """The stream of an op with a seed of its own."""
        found = self.seeded.get((op, seed))
        if found is None:
            key = key_of(DEFAULT_SEED if self.seed is None else self.seed, seed)
            found = self.seeded.setdefault((op, seed), Stream(key))
        return found


_current = _Seeds(None)


def set_seed(seed: int | None) -> None:
    """Set the global seed: what random ops give from here on repeats after the same seed.

    Ops without a seed of their own draw from one stream, so each call gives other numbers. An op with a seed
    draws from a stream of its own, made of both seeds. With neither seed, numbers differ from run to run.

    Args:
        seed: any integer; `None` for fresh randomness.

    >>> import polytape as tf
    >>> tf.random.set_seed(7)
    >>> first = tf.random.uniform([2])
    >>> tf.random.set_seed(7)
    >>> bool(tf.reduce_all(tf.random.uniform([2]) == first))
    True
    """
    global _current
    _current = _Seeds(None if seed is None else integer(seed, "set_seed: seed"))


def global_seed() -> int | None:
    """The seed that `set_seed` was given last."""
    return _current.seed


def unseeded() -> Stream:
    """The stream that all ops without a seed of their own draw from."""
    return _current.unseeded


def drawing(op: str, seed: int | None) -> Draw:
    """Where an op with a seed, or with none, takes its numbers from."""
    trace = tracing.get()
    if seed is None:
        return _current.unseeded.draw if trace is None else partial(trace.draw, unseeded)
    number = integer(seed, f"{op}: seed")
    return (
        _current.stream(op, number).draw if trace is None else partial(trace.draw, lambda: _current.stream(op, number))
    )
