"""`Generator`: a source of random numbers with a state of its own."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from enum import Enum
from threading import Lock
from typing import Any

import numpy as np

from polytape.arguments import integer
from polytape.conversion import convert, to_numpy
from polytape.dtypes import float32, int32, int64, uint64
from polytape.errors import InvalidArgumentError
from polytape.random import distributions
from polytape.random.keys import derived, words
from polytape.random.streams import Stream
from polytape.tensor import Tensor


class Algorithm(Enum):
    """The algorithms that TensorFlow has; polytape's numbers all come from Threefry."""

    PHILOX = 1
    THREEFRY = 2
    AUTO_SELECT = 3


class Generator:
    """A source of random numbers: a key of 64 bits, and a counter that moves on by one for each number drawn.

    Make one with `from_seed`, `from_state`, `from_key_counter` or `from_non_deterministic_state`. Threads may
    share it.

    Args:
        copy_from: a generator whose state to start from.
        state: the counter and the key: two 64-bit integers.
        alg: `"threefry"` or `"auto_select"`.

    >>> import polytape as tf
    >>> generator = tf.random.Generator.from_seed(1)
    >>> first = generator.normal([2])
    >>> generator.reset_from_seed(1)
    >>> bool(tf.reduce_all(generator.normal([2]) == first))
    True
    """

    def __init__(self, copy_from: Generator | None = None, state: Any = None, alg: Any = None) -> None:
        if (copy_from is None) == (state is None):
            raise InvalidArgumentError("Generator takes either copy_from or state; see Generator.from_seed.")
        check_algorithm(alg)
        counter, key = _counter_and_key(state if copy_from is None else copy_from.state)
        self._stream = Stream(words(key), counter)

    @classmethod
    def from_seed(cls, seed: Any, alg: Any = None) -> Generator:
        """Return a generator that is the same for the same seed, an integer of any size."""
        return cls(state=(0, _key_from_seed(seed)), alg=alg)

    @classmethod
    def from_non_deterministic_state(cls, alg: Any = None) -> Generator:
        """Return a generator that is another each time."""
        return cls(state=(secrets.randbits(64), secrets.randbits(64)), alg=alg)

    @classmethod
    def from_state(cls, state: Any, alg: Any = None) -> Generator:
        """Return a generator with a state that `state` gave: int64 of shape [2], counter and key."""
        return cls(state=state, alg=alg)

    @classmethod
    def from_key_counter(cls, key: Any, counter: Any, alg: Any = None) -> Generator:
        """Return a generator with a key and a counter, each a 64-bit integer."""
        return cls(state=(_single(counter, "counter"), _single(key, "key")), alg=alg)

    @property
    def algorithm(self) -> int:
        """The number of the algorithm in `Algorithm`."""
        return Algorithm.THREEFRY.value

    @property
    def key(self) -> Tensor:
        """The key, as an int64 tensor without axes."""
        return _signed(_joined(self._stream.key))

    @property
    def state(self) -> Tensor:
        """The counter and the key, as an int64 tensor of shape [2]."""
        key, counter = self._stream.advance(0)
        return _signed((counter, _joined(key)))

    def reset(self, state: Any) -> None:
        """Go on from a state that `state` gave."""
        counter, key = _counter_and_key(state)
        self._stream.restart(words(key), counter)

    def reset_from_seed(self, seed: Any) -> None:
        """Go on as a new generator of this seed would."""
        self._stream.restart(words(_key_from_seed(seed)))

    def reset_from_key_counter(self, key: Any, counter: Any) -> None:
        """Go on from a key and a counter."""
        self._stream.restart(words(_single(key, "key")), _single(counter, "counter") % 2**64)

    def skip(self, delta: Any) -> Tensor:
        """Move on as if `delta` numbers had been drawn; return the state before that."""
        key, counter = self._stream.advance(integer(delta, "Generator.skip: delta"))
        return _signed((counter, _joined(key)))

    def split(self, count: int = 1) -> list[Generator]:
        """Return `count` generators, independent of this one and of each other."""
        keys = np.asarray(self.uniform_full_int([integer(count, "Generator.split: count")], int64))
        return [Generator(state=(0, key)) for key in keys.tolist()]

    def make_seeds(self, count: int = 1) -> Tensor:
        """Return seeds for stateless ops: int64 of shape [2, count], a seed in each column."""
        return self.uniform_full_int([2, integer(count, "Generator.make_seeds: count")], int64)

    def normal(
        self, shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = float32, name: str | None = None
    ) -> Tensor:
        """Return normally distributed numbers; see `tf.random.normal`."""
        return distributions.normal(self._stream.draw, shape, mean, stddev, dtype, "Generator.normal")

    def truncated_normal(
        self, shape: Any, mean: Any = 0.0, stddev: Any = 1.0, dtype: Any = float32, name: str | None = None
    ) -> Tensor:
        """Return normal numbers within two standard deviations; see `tf.random.truncated_normal`."""
        op = "Generator.truncated_normal"
        return distributions.truncated_normal(self._stream.draw, shape, mean, stddev, dtype, op)

    def uniform(
        self, shape: Any, minval: Any = 0, maxval: Any = None, dtype: Any = float32, name: str | None = None
    ) -> Tensor:
        """Return uniformly distributed numbers or integers; see `tf.random.uniform`."""
        return distributions.uniform(self._stream.draw, shape, minval, maxval, dtype, "Generator.uniform")

    def uniform_full_int(self, shape: Any, dtype: Any = uint64, name: str | None = None) -> Tensor:
        """Return integers of a dtype of 32 or 64 bits, each value as likely as any other."""
        return distributions.full_integers(self._stream.draw, shape, dtype, "Generator.uniform_full_int")

    def binomial(self, shape: Any, counts: Any, probs: Any, dtype: Any = int32, name: str | None = None) -> Tensor:
        """Return how many of `counts` trials succeed; see `tf.random.stateless_binomial`."""
        return distributions.binomial(self._stream.draw, shape, counts, probs, dtype, "Generator.binomial")

    def __repr__(self) -> str:
        counter, key = np.asarray(self.state).tolist()
        return f"<polytape.random.Generator: counter={counter}, key={key}>"


_global: Generator | None = None
_lock = Lock()


def get_global_generator() -> Generator:
    """Return the global generator, made from fresh entropy when first asked for."""
    global _global
    with _lock:
        if _global is None:
            _global = Generator.from_non_deterministic_state()
        return _global


def set_global_generator(generator: Generator) -> None:
    """Make `generator` the global one."""
    global _global
    if not isinstance(generator, Generator):
        raise InvalidArgumentError(f"set_global_generator takes a tf.random.Generator; received {generator!r}.")
    _global = generator


def create_rng_state(seed: Any, alg: Any = None) -> Tensor:
    """Return the state of `Generator.from_seed(seed)`."""
    return Generator.from_seed(seed, alg).state


def check_algorithm(alg: Any) -> None:
    """Raise `InvalidArgumentError` unless `alg` allows Threefry."""
    known = (None, "threefry", "auto_select", Algorithm.THREEFRY, Algorithm.AUTO_SELECT, 2, 3)
    if (alg.lower() if isinstance(alg, str) else alg) not in known:
        raise InvalidArgumentError(
            f"alg must be 'threefry' or 'auto_select', the algorithm of all numbers here; received {alg!r}. "
            "Leave it out: no other library's numbers are reproduced."
        )


def _key_from_seed(seed: Any) -> int:
    """A key of 64 bits; seeds of more are folded into it, 64 bits at a time."""
    parts = _integers(seed) if _is_sequence(seed) else [integer(seed, "Generator.from_seed: seed")]
    key = 0
    for number in parts:
        while True:
            key = _joined(derived(key ^ number & 0xFFFFFFFFFFFFFFFF, b"generate"))
            number >>= 64
            if number in (0, -1):
                break
    return key


def _counter_and_key(state: Any) -> tuple[int, int]:
    numbers = _integers(state)
    if len(numbers) != 2:
        raise InvalidArgumentError(
            f"The state of a generator is two integers, counter and key; received {len(numbers)}."
        )
    return numbers[0] % 2**64, numbers[1] % 2**64


def _integers(value: Any) -> list[int]:
    if isinstance(value, (list, tuple)) and all(isinstance(item, int) for item in value):
        return list(value)
    array = np.asarray(value) if isinstance(value, Tensor) else to_numpy(value)
    if array.dtype.kind not in "iu" or array.ndim != 1:
        raise InvalidArgumentError(
            f"A state or seed is a sequence of integers; received {array.dtype} of shape {list(array.shape)}."
        )
    return [int(number) for number in array]


def _is_sequence(value: Any) -> bool:
    return isinstance(value, Sequence) or bool(getattr(value, "shape", ()))


def _single(value: Any, what: str) -> int:
    """One integer; a counter may be given as TensorFlow takes it, as a sequence of one."""
    numbers = _integers(value) if _is_sequence(value) else [integer(value, f"Generator: {what}")]
    if len(numbers) != 1:
        raise InvalidArgumentError(f"Generator: {what} is one 64-bit integer; received {len(numbers)} of them.")
    return numbers[0]


def _joined(key: tuple[int, int]) -> int:
    return key[0] | key[1] << 32


def _signed(value: Any) -> Tensor:
    return convert(np.array(value, np.uint64).view(np.int64))
