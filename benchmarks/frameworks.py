"""What is compared: polytape's own variants and its peers, each by a name that workloads use."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass, field

OWN = ("polytape", "polytape_function")
"""Eager code, and the same code under `tf.function`."""


class Unavailable(Exception):
    """What a workload's function raises where its framework lacks what it needs, such as a GPU."""


@dataclass(frozen=True)
class Framework:
    """A way to run a workload.

    Attributes:
        family: what `--peers` calls it, and the distribution that stands for it.
        packages: what must be installed.
        environment: the environment variables of its processes.
    """

    family: str
    packages: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def installed(self) -> bool:
        """Whether it can be run here."""
        return all(importlib.util.find_spec(package) for package in self.packages)


FRAMEWORKS = {
    "polytape": Framework("polytape", ("polytape",)),
    "polytape_function": Framework("polytape", ("polytape",)),
    "polytape_compile": Framework("polytape", ("polytape",)),
    "polytape_replay": Framework("polytape", ("polytape",)),
    "polytape_cupy": Framework("polytape", ("polytape", "cupy")),
    "polytape_mlx": Framework("polytape", ("polytape", "mlx")),
    "numpy": Framework("numpy", ("numpy",)),
    "torch": Framework("torch", ("torch",)),
    "torch_compile": Framework("torch", ("torch",)),
    "torch_cuda": Framework("torch", ("torch",)),
    "tensorflow": Framework("tensorflow", ("tensorflow",)),
    "tensorflow_function": Framework("tensorflow", ("tensorflow",)),
    "tensorflow_xla": Framework("tensorflow", ("tensorflow",)),
    "jax": Framework("jax", ("jax",)),
    "jax_eager": Framework("jax", ("jax",)),
    "keras_tensorflow": Framework("keras", ("keras", "tensorflow"), {"KERAS_BACKEND": "tensorflow"}),
    "keras_torch": Framework("keras", ("keras", "torch"), {"KERAS_BACKEND": "torch"}),
    "keras_jax": Framework("keras", ("keras", "jax"), {"KERAS_BACKEND": "jax"}),
    "autograd": Framework("autograd", ("autograd",)),
    "cupy": Framework("cupy", ("cupy",)),
    "mlx": Framework("mlx", ("mlx",)),
    "mlx_compile": Framework("mlx", ("mlx",)),
}
"""All of them; a workload runs on those for which it has a function.

`torch` and `tensorflow` are eager; `jax` is `jax.jit`; `tensorflow_xla` is `tf.function(jit_compile=True)`.
"""

FAMILIES = tuple(dict.fromkeys(one.family for one in FRAMEWORKS.values() if one.family != "polytape"))


def environment(name: str) -> dict[str, str]:
    """The environment of a process that runs this framework: no log lines, all cores."""
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "JAX_PLATFORMS": "cpu"}
    return {**os.environ, **quiet, **FRAMEWORKS[name].environment}
