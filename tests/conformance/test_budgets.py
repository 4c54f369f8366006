"""Error budgets: the class of every op, the table, and how errors are measured."""

from __future__ import annotations

import math

import numpy as np
import pytest

from polytape.backend import COMPOSITIONS, CONTRACT
from polytape.ops import import_families
from polytape_conformance import budgets, op_class
from polytape_conformance.budgets import Budget, budget, measure, spacing
from polytape_conformance.op_class import OpClass, class_of
from polytape_conformance.table import table


def _names(tables: dict[OpClass, str]) -> list[str]:
    return [name for names in tables.values() for name in names.split()]


def test_every_function_of_a_backend_has_one_class() -> None:
    import polytape.compat.optimizers  # noqa: F401  the updates are compositions, too

    import_families()
    names = _names(op_class.OPS)
    assert sorted(names) == sorted(set(names))
    assert sorted({*CONTRACT, *COMPOSITIONS} ^ set(names)) == []


def test_every_row_has_one_class() -> None:
    names, rows = _names(op_class.PUBLIC), {row.name for row in table()}
    assert sorted(names) == sorted(set(names))
    assert sorted(set(names) - rows) == []
    assert all(isinstance(class_of(name), OpClass) for name in rows)


def test_an_unknown_op_is_named() -> None:
    with pytest.raises(KeyError, match=r"names the op 'math\.frobnicate'"):
        class_of("math.frobnicate")
    assert class_of("math.frobnicate", OpClass.COMPOSED) is OpClass.COMPOSED


def test_names_lead_to_classes() -> None:
    assert class_of("sum") is class_of("reduce_sum") is class_of("math.reduce_sum") is OpClass.REDUCTION
    assert class_of("adam_update") is OpClass.COMPOSED
    assert class_of("math.log1p") is OpClass.ELEMENTARY


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_a_unit_is_the_distance_of_neighbours(dtype: str) -> None:
    numbers = np.array([1.0, 1.5, 2.0, 1000.0, 0.1], dtype)
    np.testing.assert_array_equal(spacing(numbers, dtype), np.spacing(numbers))
    neighbours = np.nextafter(numbers, np.array(np.inf, dtype))
    np.testing.assert_array_equal(measure(neighbours, numbers.astype(np.float64), dtype).ulp, 1.0)


def test_a_correctly_rounded_number_has_no_error() -> None:
    exact = np.array([0.1, 1 / 3, 1e30])
    assert measure(exact.astype(np.float32), exact, "float32").ulp.tolist() == [0.0, 0.0, 0.0]


def test_single_precision_is_far_off_in_double() -> None:
    exact = np.array([0.1, 1 / 3])
    assert measure(exact.astype(np.float32).astype(np.float64), exact, "float64").ulp.min() > 1e6


def test_subnormal_numbers_have_the_unit_of_the_smallest_normal_one() -> None:
    tiny = np.float32(1e-42)
    assert spacing(tiny, "float32") == spacing(np.finfo(np.float32).smallest_normal, "float32")
    assert measure(np.float32(0), 3e-45, "float32").ulp == pytest.approx(2, rel=0.1)


def test_what_is_no_number() -> None:
    found = np.array([np.nan, np.inf, -np.inf, np.nan, 1.0, np.inf, np.inf], np.float32)
    exact = np.array([np.nan, np.inf, -np.inf, 1.0, np.nan, -np.inf, 1.0])
    ulp = measure(found, exact, "float32").ulp
    assert ulp[:3].tolist() == [0.0, 0.0, 0.0]
    assert np.isinf(ulp[3:6]).all()
    assert ulp[6] > 1e30


def test_beyond_the_range_of_the_dtype() -> None:
    largest = float(np.finfo(np.float32).max)
    assert measure(np.float32(np.inf), 2 * largest, "float32").ulp == 0
    assert measure(np.float32(np.inf), largest, "float32").ulp == 1
    assert measure(np.float32(largest), 2 * largest, "float32").ulp == 1
    assert measure(np.float32(-np.inf), 2 * largest, "float32").ulp > 1e6


def test_where_terms_cancel_the_unit_is_theirs() -> None:
    found, exact = np.float32(1e-6), 0.0
    assert measure(found, exact, "float32").ulp > 1e30
    assert measure(found, exact, "float32", scale=10.0).ulp == pytest.approx(
        1e-6 / np.spacing(np.float32(10)), rel=1e-6
    )
    assert measure(found, exact, "float32", scale=np.array([1.0, 16.0])).ulp.shape == (2,)


def test_what_is_in_doubt_is_no_error() -> None:
    assert measure(np.float64(1.1), 1.0, "float64", doubt=0.2).ulp == 0
    assert measure(np.float64(1.3), 1.0, "float64", doubt=0.2).relative == pytest.approx(0.1)


def test_complex_numbers_by_their_modulus() -> None:
    exact = np.array([3 + 4j])
    found = exact + 2j * np.spacing(5.0)
    assert measure(found, exact, "complex128").ulp.tolist() == [2.0]


def test_integers_and_truth_values_are_exact() -> None:
    assert measure(np.array([1, 2]), np.array([1, 3]), "int32").ulp.tolist() == [0.0, math.inf]
    assert measure(np.array([True]), np.array([1]), "bool").ulp.tolist() == [0.0]
    assert budget(OpClass.PRODUCT, "int64", terms=100) == Budget(0.0, "int64")


def test_budgets_grow_with_terms_and_orders() -> None:
    one = budget(OpClass.REDUCTION, "float32")
    assert budget(OpClass.REDUCTION, "float32", terms=100).ulp == 10 * one.ulp
    assert budget(OpClass.REDUCTION, "float16", terms=100) == budget(OpClass.REDUCTION, "float16")
    assert budget(OpClass.ELEMENTARY, "float32", terms=100) == budget(OpClass.ELEMENTARY, "float32")
    assert budget(OpClass.EXACT, "float32", order=1).ulp == 2 * one.ulp
    assert budget(OpClass.COMPOSED, "float32", order=2).ulp == 4 * budget(OpClass.COMPOSED, "float32").ulp


def test_what_a_budget_allows() -> None:
    allowed = Budget(2.0, "float32").allowed([1.0, 0.5], scale=[0.0, 4.0])
    np.testing.assert_array_equal(allowed, 2 * np.spacing(np.array([1.0, 4.0], np.float32)))
    assert Budget(2.0, "float32").relative == 2.0**-22


def test_the_table_is_whole() -> None:
    assert list(budgets.BUDGETS) == list(OpClass)
    assert {len(row) for row in budgets.BUDGETS.values()} == {len(budgets.DTYPES)}
