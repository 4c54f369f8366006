"""The product of two square float32 matrices of growing size, on the processor and, where there is one, on a GPU.

A GPU's queue is emptied at the end of a measurement.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.frameworks import Unavailable

FRAMEWORKS = ("polytape", "numpy", "torch", "tensorflow", "jax", "polytape_mlx", "polytape_cupy", "torch_cuda")
CASES = ("32", "128", "512", "2048")
UNITS, REPEATS, TOLERANCE = 20, 5, 1e-3
TINY = {"UNITS": 2}
Prepared = tuple[Callable[[], None], Callable[[], Any]]


def matrices(size: int) -> tuple[Any, Any]:
    """Two random matrices."""
    import numpy as np

    rng = np.random.default_rng(8)
    return tuple(rng.uniform(size=(size, size)).astype(np.float32) for _ in range(2))  # type: ignore[return-value]


def polytape(case: str) -> Prepared:
    """`tf.matmul` on NumPy."""
    import polytape as tf

    return _products(case, tf.matmul, tf.constant)


def polytape_mlx(case: str) -> Prepared:
    """`tf.matmul` on MLX."""
    import mlx.core as mx

    import polytape as tf

    tf.use("mlx")
    return _products(case, tf.matmul, tf.constant, lambda product: mx.eval(product._array), every=True)


def polytape_cupy(case: str) -> Prepared:
    """`tf.matmul` on a GPU."""
    import cupy

    import polytape as tf

    if not tf.config.list_physical_devices("GPU"):
        raise Unavailable("no GPU that polytape can use")
    tf.use("cupy")
    return _products(case, tf.matmul, tf.constant, lambda _: cupy.cuda.get_current_stream().synchronize())


def numpy(case: str) -> Prepared:
    """`np.matmul`."""
    import numpy as np

    return _products(case, np.matmul, np.asarray)


def torch(case: str) -> Prepared:
    """`torch.matmul`."""
    import torch

    return _products(case, torch.matmul, torch.from_numpy)


def torch_cuda(case: str) -> Prepared:
    """`torch.matmul` on a GPU, in full float32."""
    import torch

    if not torch.cuda.is_available():
        raise Unavailable("no GPU that PyTorch can use")
    torch.backends.cuda.matmul.allow_tf32 = False
    made = _products(
        case, torch.matmul, lambda array: torch.from_numpy(array).cuda(), lambda _: torch.cuda.synchronize()
    )
    return made[0], lambda: [value.cpu() for value in made[1]()]


def tensorflow(case: str) -> Prepared:
    """`tf.matmul`."""
    import tensorflow as tf

    return _products(case, tf.matmul, tf.constant)


def jax(case: str) -> Prepared:
    """`jnp.matmul`, which is compiled."""
    from jax import numpy as jnp

    return _products(case, jnp.matmul, jnp.asarray, lambda product: product.block_until_ready())


def _products(
    case: str,
    matmul: Callable[[Any, Any], Any],
    converted: Callable[[Any], Any],
    finished: Callable[[Any], Any] = lambda product: product,
    *,
    every: bool = False,
) -> Prepared:
    x, y = map(converted, matrices(int(case)))

    def run() -> None:
        product = None
        for _ in range(UNITS):
            product = matmul(x, y)
            if every:  # a lazy library would compute only the last
                finished(product)
        finished(product)

    return run, lambda: [matmul(x, y)[0, 0], matmul(x, y)[-1, -1]]
