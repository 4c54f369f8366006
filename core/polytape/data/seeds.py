"""Where shuffling takes its randomness from: its own seed, the seed of `tf.random.set_seed`, or neither."""

from __future__ import annotations

from polytape.random import streams
from polytape.random.keys import block, key_of, words


def seed_for(seed: int | None) -> int:
    """The 64-bit seed of a dataset that is being made.

    With a seed of its own it is a function of that and of the global one. Without, it is drawn from the
    stream of all
    ops without a seed: the next dataset gets another one, and `tf.random.set_seed` starts them over.
    """
    if seed is None:
        key, counter = streams.unseeded().advance(1)
    else:
        first = streams.global_seed()
        key, counter = key_of(streams.DEFAULT_SEED if first is None else first, seed), 0
    low, high = block(key, words(counter))
    return high << 32 | low
