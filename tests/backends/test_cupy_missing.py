"""What is said of the CuPy backend where CuPy, its driver or a GPU is missing. The driver is the stand-in's."""

from __future__ import annotations

import sys
from typing import Any

import cupy_stand_in
import pytest
from cupy_stand_in import cuda

import polytape as tf
from polytape_cupy import CupyBackend


def test_the_class_is_there_without_cupy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Importing it needs no CuPy, constructing it does; `polytape doctor` shows the error and what installs CuPy."""
    monkeypatch.setitem(sys.modules, "cupy", None)
    with pytest.raises(
        tf.errors.BackendUnavailableError, match=r"CuPy can't be imported .*polytape\[cuda13\]"
    ) as error:
        CupyBackend()
    assert isinstance(error.value, ImportError)
    assert CupyBackend.requires == 'pip install "polytape[cuda12]"'
    assert CupyBackend.requires in str(error.value)


@pytest.mark.parametrize(
    ("driver", "error", "pattern"),
    [
        (
            0,
            (35, "cudaErrorInsufficientDriver: insufficient"),
            r"there is no NVIDIA driver: .* error 35 \(",
        ),
        (11040, (35, "cudaErrorInsufficientDriver: insufficient"), r"driver is too old \(it is for CUDA 11.4\)"),
        (12080, (100, "cudaErrorNoDevice: no device"), r"its driver finds no GPU: .* error 100"),
        (12080, (999, "cudaErrorUnknown: unknown"), r"CUDA can't be used: .* error 999"),
        (12080, None, "there is no GPU: cudaGetDeviceCount counts none"),
    ],
)
def test_an_unusable_gpu_is_said(driver: int, error: Any, pattern: str) -> None:
    with cupy_stand_in.installed(devices=0 if error is None else 1):
        cuda.MACHINE.driver, cuda.MACHINE.error = driver, error
        with pytest.raises(tf.errors.BackendUnavailableError, match=pattern) as raised:
            CupyBackend()
        assert CupyBackend.requires in str(raised.value)  # so that nobody is told to install what is there
        assert "\n" not in str(raised.value)


def test_an_old_cupy_is_said() -> None:
    with cupy_stand_in.installed() as stand_in:
        stand_in.__version__ = "13.6.0"
        with pytest.raises(tf.errors.BackendUnavailableError, match="is installed, but version 14 or later"):
            CupyBackend()
