"""`tf.keras`: its modules come when they are used, hold what they should, and show what plugins contribute."""

from __future__ import annotations

import importlib

import pytest
from temporary_environment import Environment

import polytape as tf

MODULES = (
    *("activations", "backend", "callbacks", "constraints", "datasets", "initializers", "layers", "losses", "metrics"),
    *("models", "optimizers", "random", "regularizers", "utils"),
)


@pytest.mark.parametrize("name", MODULES)
def test_modules_can_be_reached_and_imported(name: str) -> None:
    module = importlib.import_module(f"polytape.keras.{name}")
    assert getattr(tf.keras, name) is module
    assert module.__doc__
    assert name in dir(tf.keras)


def test_short_names() -> None:
    keras = tf.keras
    assert keras.Sequential is keras.models.Sequential
    assert keras.Model is keras.models.Model
    assert keras.Input is keras.layers.Input
    assert keras.Layer is keras.layers.Layer
    assert tf.optimizers.Adam is keras.optimizers.Adam
    assert tf.optimizers.schedules.CosineDecay is keras.optimizers.schedules.CosineDecay
    assert tf.metrics.Mean is keras.metrics.Mean
    assert tf.initializers.GlorotUniform is keras.initializers.glorot_uniform
    with pytest.raises(AttributeError, match="no attribute 'applications'"):
        _ = keras.applications


def test_importing_polytape_imports_no_layers(environment: Environment) -> None:
    source = """
import sys
import polytape as tf
print([name for name in sys.modules if name.startswith(("polytape.layers", "polytape.optimizers", "polytape.keras"))])
tf.keras.optimizers.SGD
print("polytape.layers" in sys.modules)
    """
    assert environment.python(source) == "[]\nFalse\n"


CONTRIBUTED = """
from polytape.plugins import hookimpl

@hookimpl
def polytape_layers():
    return {"Maxout": "a layer", "Dense": "another"}

@hookimpl
def polytape_optimizers():
    return {"Sophia": "an optimizer"}

@hookimpl
def polytape_metrics():
    return {"Kappa": "a metric"}

@hookimpl
def polytape_callbacks():
    return {"Message": "a callback"}
"""


def test_contributed_names_appear_and_built_in_ones_stay(environment: Environment) -> None:
    environment.add("acme", {"acme_plugin": CONTRIBUTED}, plugins={"acme": "acme_plugin"})
    source = """
import polytape as tf
keras = tf.keras
print(keras.layers.Maxout, keras.layers.Dense.__module__)
print(keras.optimizers.Sophia, tf.optimizers.Sophia, keras.metrics.Kappa, tf.metrics.Kappa, keras.callbacks.Message)
print({"Maxout", "Conv2D"} <= set(dir(keras.layers)), hasattr(keras.layers, "Minout"))
    """
    assert environment.python(source).splitlines() == [
        "a layer polytape.layers.dense",
        "an optimizer an optimizer a metric a metric a callback",
        "True False",
    ]


def test_unknown_names_get_a_suggestion() -> None:
    with pytest.raises(AttributeError, match="Did you mean 'Conv2D'"):
        _ = tf.keras.layers.Conv2d
    with pytest.raises(AttributeError, match="Did you mean 'RMSprop'"):
        _ = tf.keras.optimizers.RMSProp
