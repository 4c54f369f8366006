"""What is said of the MLX backend where MLX is not installed."""

from __future__ import annotations

import sys

import pytest

from polytape_mlx import MlxBackend


def test_the_class_is_there_without_mlx(monkeypatch: pytest.MonkeyPatch) -> None:
    """Importing it needs no MLX, constructing it does; `polytape doctor` shows the error and what installs MLX."""
    monkeypatch.setitem(sys.modules, "mlx", None)
    monkeypatch.setitem(sys.modules, "mlx.core", None)
    with pytest.raises(ImportError, match="mlx"):
        MlxBackend()
    assert MlxBackend.requires == 'pip install "polytape[mlx]"'
