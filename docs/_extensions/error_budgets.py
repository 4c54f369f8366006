"""The tables of the page on error budgets, made from the conformance kit."""

from __future__ import annotations

from tables import table

from polytape_conformance import budgets
from polytape_conformance.op_class import OPS, OpClass


def error_budgets() -> str:
    """What each class may be off, in ULP, dtype by dtype."""
    rows = [(str(each), *[f"{ulp:g}" for ulp in budgets.BUDGETS[each]]) for each in OpClass]
    return table(("class", *[f"`{dtype}`" for dtype in budgets.DTYPES]), rows)


def relative_budgets() -> str:
    """The same relative to the size of the numbers."""
    rows = [
        (str(each), *[f"{budgets.budget(each, dtype).relative:.1e}" for dtype in budgets.DTYPES])
        for each in OpClass
        if each is not OpClass.EXACT
    ]
    return table(("class", *[f"`{dtype}`" for dtype in budgets.DTYPES]), rows)


def growing_budgets() -> str:
    """What sums of many terms may be off in single precision."""
    counts = (1, 10, 100, 10_000, 1_000_000)
    rows = [
        (str(each), *[f"{budgets.budget(each, 'float32', terms).ulp:.0f}" for terms in counts])
        for each in OpClass
        if each.cancels
    ]
    return table(("class", *[f"n = {terms:,}" for terms in counts]), rows)


def classes_of_ops() -> str:
    """The classes, and the functions of backends that belong to each."""
    rows = [(str(each), each.meaning, " ".join(f"`{name}`" for name in OPS[each].split())) for each in OpClass]
    return table(("class", "what it is", "functions"), rows)


FUNCTIONS = (error_budgets, relative_budgets, growing_budgets, classes_of_ops)
