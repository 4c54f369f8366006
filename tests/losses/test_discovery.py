"""The losses are in `tf.keras.losses` because a plugin offers them, and cost nothing before they are used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import polytape as tf
from polytape.plugins import Contributions


def test_facade_shows_what_the_plugin_contributes() -> None:
    offered = Contributions("losses").names()
    assert {"MeanSquaredError", "SparseCategoricalCrossentropy", "mse", "kld", "Loss"} <= set(offered)
    for name in offered:
        assert getattr(tf.keras.losses, name) is Contributions("losses").get(name)
    assert set(offered) <= set(dir(tf.keras.losses))


def test_blocked_plugin_contributes_nothing() -> None:
    code = "import polytape as tf; tf.keras.losses.MeanSquaredError"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={"POLYTAPE_DISABLE_PLUGINS": "losses", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1 and "MeanSquaredError" in run.stderr and "losses" in run.stderr


def test_importing_the_plugin_is_light() -> None:
    code = "import sys, polytape_losses; print([m for m in sys.modules if m.startswith('polytape_losses.')])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_misspelt_names_get_a_hint() -> None:
    with pytest.raises(AttributeError, match="MeanSquaredError"):
        _ = tf.keras.losses.MeanSquareError
