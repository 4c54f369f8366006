"""`tf.linalg`: linear algebra, gathered from the ops' families."""

# Diagonals.
# Norms of several tensors.
from polytape.ops.clipping import global_norm as global_norm
from polytape.ops.creation import eye as eye

# Products, functions, decompositions and equations.
from polytape.ops.decomposition import cholesky as cholesky, eigh as eigh, eigvalsh as eigvalsh, qr as qr
from polytape.ops.diagonal import (
    diag as diag,
    diag_part as diag_part,
    set_diag as set_diag,
    tensor_diag as tensor_diag,
    tensor_diag_part as tensor_diag_part,
)
from polytape.ops.einsum import einsum as einsum
from polytape.ops.l2_norm import l2_normalize as l2_normalize
from polytape.ops.least_squares import lstsq as lstsq, matrix_rank as matrix_rank, pinv as pinv
from polytape.ops.linear_algebra import (
    adjoint as adjoint,
    matmul as matmul,
    matrix_transpose as matrix_transpose,
    matvec as matvec,
    tensordot as tensordot,
)
from polytape.ops.matrix_functions import band_part as band_part, cross as cross, expm as expm, trace as trace
from polytape.ops.norms import norm as norm, normalize as normalize
from polytape.ops.singular_values import svd as svd
from polytape.ops.solving import (
    cholesky_solve as cholesky_solve,
    det as det,
    inv as inv,
    logdet as logdet,
    slogdet as slogdet,
    solve as solve,
    triangular_solve as triangular_solve,
)
