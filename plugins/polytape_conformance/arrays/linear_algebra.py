"""The linear algebra extension: what it finds is put back into the equations that it has to solve.

Products are summed by Python. Matrices are made with known singular values or eigenvalues, so that none is nearly
singular: U·diag(s)·Vᴴ with U and V products of reflections.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from polytape_conformance.arrays.agreement import agree
from polytape_conformance.arrays.call import Call
from polytape_conformance.arrays.flat import Shape
from polytape_conformance.arrays.function import DECOMPOSABLE, Function
from polytape_conformance.arrays.matrices import adjoint, determinant, hermitian, product, spoiled, with_values
from polytape_conformance.arrays.samples import numbers
from polytape_conformance.budgets import Budget, budget
from polytape_conformance.figures import Figures
from polytape_conformance.op_class import OpClass

BATCHES: tuple[Shape, ...] = ((), (2,), (0,), (2, 1, 3))
SIZES = (1, 2, 3, 5)
RECTANGLES = ((1, 1), (3, 3), (4, 2), (2, 4), (5, 1))
LARGE = 24


class Judge:
    """Holds the parts of a result against the equations of one call."""

    def __init__(self, what: str, dtype: str, size: int) -> None:
        self.what = what
        self.dtype = dtype
        self.budget = budget(OpClass.DECOMPOSITION, dtype, size * size)
        self.figures: list[Figures] = []

    def same(self, found: Any, expected: Any, equation: str, scale: float = 1.0) -> None:
        """Two sides of an equation between numbers as large as `scale`."""
        allowed = Budget(self.budget.ulp, found.dtype.name)
        self.figures.append(agree(found, np.asarray(expected), allowed, scale=scale, what=f"{self.what}: {equation}"))

    def holds(self, found: Any, expected: Any, equation: str, scale: float = 1.0) -> None:
        """The same for what was computed from results in double precision."""
        self.same(np.asarray(found).astype(self.dtype), expected, equation, scale)

    @property
    def worst(self) -> Figures:
        """The largest errors so far."""
        return Figures.worst(self.figures) or Figures(0.0, 0.0, 0.0)


def _call(name: str, inputs: tuple[Any, ...], look: Callable[..., None], several: int = 0, **options: Any) -> Call:
    dtype = inputs[0].dtype.name
    real = {"complex64": "float32", "complex128": "float64"}.get(dtype, dtype)
    results = {
        "svd": (dtype, real, dtype),
        "svdvals": (real,),
        "eigh": (real, dtype),
        "eigvalsh": (real,),
        "slogdet": (dtype, real),
        "qr": (dtype, dtype),
    }.get(name, (dtype,))
    what = f"{name}({dtype}{list(inputs[0].shape)}{''.join(f', {k}={v}' for k, v in options.items())})"

    def judge(*found: Any) -> Figures:
        verdict = Judge(what, dtype, max(inputs[0].shape[-2:]))
        look(verdict, *found)
        return verdict.worst

    return Call(name, inputs, tuple, results, options, several=len(results) > 1, judge=judge)


def _eye(x: Any, size: int) -> Any:
    return np.broadcast_to(np.eye(size, dtype=np.result_type(x, "float64")), (*x.shape[:-2], size, size))


def cholesky(x: Any) -> Call:
    """L·Lᴴ = x, with zeros above and positive numbers on the diagonal."""

    def look(verdict: Judge, lower: Any) -> None:
        verdict.holds(product(lower, adjoint(lower)), x, "L·Lᴴ = x", 6)
        verdict.same(lower, np.tril(lower), "zeros above the diagonal")
        assert np.all(np.diagonal(lower, axis1=-2, axis2=-1).real > 0), "the diagonal is not positive"

    return _call("cholesky", (x,), look)


def inv(x: Any) -> Call:
    """x · x⁻¹ = 1, from both sides."""

    def look(verdict: Judge, inverse: Any) -> None:
        assert inverse.shape == x.shape, f"{verdict.what}: shape {inverse.shape}"
        verdict.holds(product(x, inverse), _eye(x, x.shape[-1]), "x·x⁻¹ = 1", 4)
        verdict.holds(product(inverse, x), _eye(x, x.shape[-1]), "x⁻¹·x = 1", 4)

    return _call("inv", (x,), look)


def solve(x: Any, y: Any) -> Call:
    """x · result = y."""

    def look(verdict: Judge, found: Any) -> None:
        outer = np.broadcast_shapes(x.shape[:-2], y.shape[:-2])
        assert found.shape == (*outer, *y.shape[-2:]), f"{verdict.what}: shape {found.shape}"
        whole = np.broadcast_to(x, (*outer, *x.shape[-2:]))
        verdict.holds(product(whole, found), np.broadcast_to(y, found.shape), "x·result = y", 40)

    return _call("solve", (x, y), look)


def det(x: Any) -> Call:
    """Leibniz's sum."""
    return _call("det", (x,), lambda verdict, found: verdict.same(found, determinant(x), "Leibniz's sum", 20))


def slogdet(x: Any) -> Call:
    """sign · exp(logarithm) is the determinant, and the sign is of length one."""

    def look(verdict: Judge, sign: Any, logarithm: Any) -> None:
        expected = determinant(x)
        verdict.same(sign, expected / np.abs(expected), "the sign")
        verdict.same(logarithm, np.log(np.abs(expected)), "the logarithm", 4)

    return _call("slogdet", (x,), look)


def qr(x: Any, full: bool) -> Call:
    """Q·R = x, QᴴQ = 1, R with zeros below its diagonal."""

    def look(verdict: Judge, q: Any, r: Any) -> None:
        rows, columns = x.shape[-2:]
        inner = rows if full else min(rows, columns)
        assert q.shape == (*x.shape[:-2], rows, inner), f"{verdict.what}: Q has shape {q.shape}"
        assert r.shape == (*x.shape[:-2], inner, columns), f"{verdict.what}: R has shape {r.shape}"
        verdict.holds(product(q, r), x, "Q·R = x", 6)
        verdict.holds(product(adjoint(q), q), _eye(x, inner), "QᴴQ = 1")
        verdict.same(r, np.triu(r), "zeros below the diagonal")

    return _call("qr", (x,), look, full_matrices=full)


def svd(x: Any, values: Any, full: bool) -> Call:
    """U·diag(s)·Vᴴ = x, with orthonormal columns and rows, and s from the largest."""

    def look(verdict: Judge, u: Any, s: Any, vh: Any) -> None:
        rows, columns = x.shape[-2:]
        least = min(rows, columns)
        shapes = ((rows, rows), (columns, columns)) if full else ((rows, least), (least, columns))
        assert (u.shape[-2:], vh.shape[-2:]) == shapes, f"{verdict.what}: shapes {u.shape} and {vh.shape}"
        verdict.same(s, np.broadcast_to(values, (*x.shape[:-2], least)), "s", 6)
        verdict.holds(product(u[..., :least] * s[..., None, :], vh[..., :least, :]), x, "U·diag(s)·Vᴴ = x", 6)
        verdict.holds(product(adjoint(u), u), _eye(x, u.shape[-1]), "UᴴU = 1")
        verdict.holds(product(vh, adjoint(vh)), _eye(x, vh.shape[-2]), "VᴴV = 1")

    return _call("svd", (x,), look, full_matrices=full)


def svdvals(x: Any, values: Any) -> Call:
    """The singular values that the matrix was made with."""
    shape = (*x.shape[:-2], min(x.shape[-2:]))
    return _call("svdvals", (x,), lambda verdict, s: verdict.same(s, np.broadcast_to(values, shape), "s", 6))


def eigh(x: Any, values: Any) -> Call:
    """x·v = v·diag(w), with orthonormal v, and w from the smallest; only the lower triangle is read."""

    def look(verdict: Judge, w: Any, v: Any) -> None:
        verdict.same(w, np.broadcast_to(values, x.shape[:-1]), "w", 6)
        verdict.holds(product(x, v), v * w[..., None, :], "x·v = v·diag(w)", 6)
        verdict.holds(product(adjoint(v), v), _eye(x, x.shape[-1]), "vᴴv = 1")

    return _call("eigh", (spoiled(x),), look)


def eigvalsh(x: Any, values: Any) -> Call:
    """The eigenvalues that the matrix was made with."""
    expected = np.broadcast_to(values, x.shape[:-1])
    return _call("eigvalsh", (spoiled(x),), lambda verdict, w: verdict.same(w, expected, "w", 6))


def _values(count: int) -> Any:
    return np.linspace(5.0, 1.0, count) if count > 1 else np.array([2.0])


def _square(batch: Shape, size: int, dtype: str) -> Any:
    return with_values(batch, size, size, _values(size), dtype)


def _calls(
    name: str, dtype: str, batches: tuple[Shape, ...], sizes: tuple[int, ...], rectangles: Any
) -> Iterator[Call]:
    for batch in batches:
        for size in sizes:
            values = np.linspace(-3.0, 4.0, size) if size > 1 else np.array([2.5])
            if name == "cholesky":
                yield cholesky(hermitian(batch, size, _values(size), dtype))
            elif name in ("inv", "det", "slogdet"):
                x = _square(batch, size, dtype)
                for each in (x, x[..., ::-1, :]):  # the determinants of some of the latter are negative
                    yield {"inv": inv, "det": det, "slogdet": slogdet}[name](each)
            elif name == "solve":
                for right in (batch, (), (2, 1, 3)):
                    if batch in ((), right) or right == ():
                        yield solve(_square(batch, size, dtype), numbers((*right, size, 2), dtype))
            elif name in ("eigh", "eigvalsh"):
                yield {"eigh": eigh, "eigvalsh": eigvalsh}[name](hermitian(batch, size, values, dtype), values)
        for rows, columns in rectangles:
            values = _values(min(rows, columns))
            x = with_values(batch, rows, columns, values, dtype)
            if name == "svdvals":
                yield svdvals(x, values)
            elif name in ("qr", "svd"):
                yield from (qr(x, full) if name == "qr" else svd(x, values, full) for full in (False, True))


def _named(name: str) -> Function:
    large = (6,) if name in ("det", "slogdet") else (LARGE,)
    return Function(
        *(name, DECOMPOSABLE),
        small=lambda dtype: _calls(name, dtype, BATCHES, SIZES, RECTANGLES),
        large=lambda dtype: _calls(name, dtype, ((),), large, ((LARGE, 9), (9, LARGE))),
    )


NAMES = ("cholesky", "inv", "solve", "det", "slogdet", "qr", "svd", "svdvals", "eigh", "eigvalsh")
FUNCTIONS = tuple(_named(name) for name in NAMES)
