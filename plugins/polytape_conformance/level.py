"""The levels of conformance: each asks for what the one before it asks for, and more."""

from __future__ import annotations

from enum import IntEnum


class Level(IntEnum):
    """How far a backend's numbers can be trusted."""

    ARRAYS = 1
    """Every function of the contract: values, dtypes, special values, aliasing, exchange, random bits, errors."""
    INFERENCE = 2
    """Every op and every layer: what they compute, and what they refuse."""
    TRAINING = 3
    """First derivatives of every op; layers and optimizers over ten steps."""
    HIGHER_ORDER = 4
    """Second derivatives of every op; jacobians and forward mode."""
    GRAPH = 5
    """What `function` records computes the same when it is replayed."""

    @property
    def title(self) -> str:
        """The name as people read it."""
        return self.name.replace("_", " ").capitalize()

    @property
    def slug(self) -> str:
        """The name as command lines take it: `higher-order`."""
        return self.name.replace("_", "-").lower()

    @classmethod
    def named(cls, slug: str) -> Level:
        """The level of that name.

        Raises:
            ValueError: if there is none; the message lists them.
        """
        for level in cls:
            if level.slug == slug:
                return level
        raise ValueError(f"There is no level {slug!r}; the levels are {', '.join(level.slug for level in cls)}.")
