"""The part of the backend contract that a backend need not have: the array API's `linalg` extension."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, cast

from polytape.errors import UnimplementedError
from polytape.primitive import Array, adapted


class LinearAlgebraExtension:
    """Linear algebra on the last two axes; a function that is missing is refused when it is called."""

    name: ClassVar[str]
    namespace: Any

    @adapted
    def cholesky(self, x: Array) -> Array:
        """The lower triangle L of x = L·Lᴴ."""
        return self._linalg("cholesky")(x)

    @adapted
    def inv(self, x: Array) -> Array:
        """The inverse."""
        return self._linalg("inv")(x)

    @adapted
    def solve(self, x: Array, y: Array) -> Array:
        """What x is to be multiplied with to give the matrix y; leading axes broadcast."""
        return self._linalg("solve")(x, y)

    @adapted
    def det(self, x: Array) -> Array:
        """The determinant."""
        return self._linalg("det")(x)

    @adapted
    def slogdet(self, x: Array) -> tuple[Array, Array]:
        """The determinant's sign and the logarithm of its modulus."""
        return tuple(self._linalg("slogdet")(x))

    @adapted
    def qr(self, x: Array, *, full_matrices: bool) -> tuple[Array, Array]:
        """Q with orthonormal columns and the upper triangle R of x = Q·R."""
        return tuple(self._linalg("qr")(x, mode="complete" if full_matrices else "reduced"))

    @adapted
    def svd(self, x: Array, *, full_matrices: bool) -> tuple[Array, Array, Array]:
        """U, the singular values s from the largest, and Vᴴ of x = U·diag(s)·Vᴴ."""
        return tuple(self._linalg("svd")(x, full_matrices=full_matrices))

    @adapted
    def svdvals(self, x: Array) -> Array:
        """The singular values, from the largest."""
        return self._linalg("svdvals")(x)

    @adapted
    def eigh(self, x: Array) -> tuple[Array, Array]:
        """The eigenvalues from the smallest, and the eigenvectors, of a Hermitian matrix's lower triangle."""
        return tuple(self._linalg("eigh")(x))

    @adapted
    def eigvalsh(self, x: Array) -> Array:
        """The eigenvalues from the smallest, of a Hermitian matrix's lower triangle."""
        return self._linalg("eigvalsh")(x)

    def _linalg(self, name: str) -> Callable[..., Any]:
        """A function of the namespace's `linalg`."""
        found = getattr(getattr(self.namespace, "linalg", None), name, None)
        if found is None:
            raise UnimplementedError(
                f"The backend {self.name!r} does not have {name!r}: it is neither a method of it nor in its "
                "namespace's linalg. Move the tensor to another backend, for example with tensor.to('numpy')."
            )
        return cast("Callable[..., Any]", found)
