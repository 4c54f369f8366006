"""Every function of the contract that computes, with the calls that try it."""

from __future__ import annotations

from polytape_conformance.arrays import elementwise_table, linear, linear_algebra, movement_table, reductions
from polytape_conformance.arrays.function import Function

FUNCTIONS: dict[str, Function] = {
    function.name: function
    for family in (elementwise_table, reductions, movement_table, linear, linear_algebra)
    for function in family.FUNCTIONS
}
