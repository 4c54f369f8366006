"""Einstein's summation."""

from __future__ import annotations

import numpy as np

from polytape_conformance.row import Row, integers, real

_CASES = {
    "ij,jk->ik": ((2, 3), (3, 4)),
    "ij,jk": ((2, 3), (3, 4)),
    "ba,cb": ((2, 3), (4, 2)),
    "bij,bjk->bik": ((2, 2, 3), (2, 3, 2)),
    "bij,bkj->kbi": ((2, 2, 3), (2, 2, 3)),
    "abcd,cdef->bfae": ((2, 2, 3, 2), (3, 2, 2, 2)),
    "i,i->": ((3,), (3,)),
    "i,j->ij": ((3,), (2,)),
    "ij,ij->ij": ((2, 3), (2, 3)),
    "ij,k->j": ((2, 3), (4,)),
    "ij->ji": ((2, 3),),
    "ij->": ((2, 3),),
    "ji": ((2, 3),),
    "ii->i": ((3, 3),),
    "ii": ((3, 3),),
    "iij,jk->ik": ((2, 2, 3), (3, 2)),
    "iijj->": ((2, 2, 3, 3),),
    "iii->i": ((3, 3, 3),),
    "...ij,...jk->...ik": ((2, 2, 3), (2, 3, 2)),
    "...ij,jk->i...k": ((2, 2, 3), (3, 2)),
    "...i,...i->...": ((2, 1, 3), (4, 3)),
    "i...->...": ((3, 2),),
    "i...,...i": ((3, 2), (2, 3)),
    ",ij->ij": ((), (2, 3)),
    "ij,jk,kl->il": ((2, 3), (3, 4), (4, 2)),
    "ij,j,i->": ((2, 3), (3,), (2,)),
    "i,i,i,i->i": ((3,), (3,), (3,), (3,)),
    "ab,bc,cd,de,ea->": ((2, 3), (3, 2), (2, 3), (3, 2), (2, 2)),
    "a b , b c -> a c": ((2, 3), (3, 2)),
    "ij,jk->ki": ((0, 3), (3, 2)),
    "iJ,Jk->ki": ((2, 0), (0, 3)),
}


def _row(equation: str, *shapes: tuple[int, ...]) -> Row:
    return Row(
        "einsum",
        lambda tf, *x: tf.einsum(equation, *x),
        lambda *x: np.einsum(equation, *x),
        (tuple(real(*shape, seed=i) for i, shape in enumerate(shapes)),),
        equation,
        complex=True,
    )


ROWS = [
    *(_row(equation, *shapes) for equation, shapes in _CASES.items()),
    Row(
        "einsum",
        lambda tf, x, y: tf.einsum("ij,jk->ik", x, y),
        lambda x, y: np.einsum("ij,jk->ik", x, y),
        ((integers(2, 3), integers(3, 2, seed=1)), (real(3, 2).T, real(2, 3).T)),
        "other layouts and dtypes",
        rejects=(
            (lambda tf: tf.einsum("ij,jk->ik", [[1.0]]), ValueError, "for 2 tensors; received 1"),
            (lambda tf: tf.einsum("ij->i", [1.0]), ValueError, "names 2 axes"),
            (lambda tf: tf.einsum("i->ij", [1.0]), ValueError, "behind '->'"),
            (lambda tf: tf.einsum("ij->ii", [[1.0]]), ValueError, "behind '->'"),
            (
                lambda tf: tf.einsum("i,i->", [1.0, 2.0], [1.0, 2.0, 3.0]),
                ValueError,
                "'i'.* length 2 in one place and 3",
            ),
            (lambda tf: tf.einsum("...,...->...", [1.0, 2.0], [1.0, 2.0, 3.0]), ValueError, "axis of '...'"),
            (lambda tf: tf.einsum("i1->i", [[1.0]]), ValueError, "must be made of letters"),
            (lambda tf: tf.einsum("i->i"), ValueError, "at least one tensor"),
            (lambda tf: tf.einsum("i->i", [1.0], optimise="x"), TypeError, "optimise"),
            (lambda tf: tf.einsum("i,i->", tf.constant([1]), tf.constant([1.0])), TypeError, "int32"),
        ),
        alias_of=("linalg.einsum",),
    ),
]
