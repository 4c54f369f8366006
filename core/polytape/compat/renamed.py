"""Names that TensorFlow 2 moved: what TensorFlow 1 calls them, and where they are."""

from __future__ import annotations

_UNDER_MATH = (
    *("ceil", "cumprod", "digamma", "erf", "erfc", "expm1", "floordiv", "floormod", "lbeta", "lgamma", "log"),
    *("log1p", "log_sigmoid", "polygamma", "reciprocal", "rint", "rsqrt", "segment_max", "segment_mean"),
    *("segment_min", "segment_prod", "segment_sum", "squared_difference", "unsorted_segment_max"),
    *("unsorted_segment_mean", "unsorted_segment_min", "unsorted_segment_prod", "unsorted_segment_sum"),
    "zeta",
)
_UNDER_LINALG = ("cholesky", "cholesky_solve", "cross", "expm", "logdet", "qr", "svd", "trace")

RENAMED: dict[str, str] = {
    **{name: f"math.{name}" for name in _UNDER_MATH},
    **{name: f"linalg.{name}" for name in _UNDER_LINALG},
    "check_numerics": "debugging.check_numerics",
    "diag": "linalg.tensor_diag",
    "diag_part": "linalg.tensor_diag_part",
    "global_norm": "linalg.global_norm",
    "is_finite": "math.is_finite",
    "is_inf": "math.is_inf",
    "is_nan": "math.is_nan",
    "matrix_band_part": "linalg.band_part",
    "matrix_determinant": "linalg.det",
    "matrix_diag": "linalg.diag",
    "matrix_diag_part": "linalg.diag_part",
    "matrix_inverse": "linalg.inv",
    "matrix_solve": "linalg.solve",
    "matrix_triangular_solve": "linalg.triangular_solve",
    "mod": "math.floormod",
    "random_gamma": "random.gamma",
    "random_normal": "random.normal",
    "random_poisson": "random.poisson",
    "random_shuffle": "random.shuffle",
    "random_uniform": "random.uniform",
    "real_div": "math.divide",
    "self_adjoint_eig": "linalg.eigh",
    "set_random_seed": "random.set_seed",
    "truncated_normal": "random.truncated_normal",
}
"""Names of `tf.compat.v1` whose function has the same first arguments under its present name."""
