"""A profiler: what a block of a program computes, how long each op takes, and which line asks for it."""

from __future__ import annotations

from polytape.profiling.event import Event as Event
from polytape.profiling.profile import Profile as Profile, profile as profile
from polytape.profiling.totals import Total as Total

__all__ = ["Event", "Profile", "Total", "profile"]
