"""Fixtures that several rooms of the house share."""

from __future__ import annotations

from pathlib import Path

import pytest
from temporary_environment import Environment


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """An environment of throw-away distributions, beside polytape itself."""
    folder = tmp_path / "site"
    folder.mkdir()
    return Environment(folder)
