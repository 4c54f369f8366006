"""Which functions certainly have no effect but their result."""

from __future__ import annotations

import builtins
import math
import random

import numpy as np
import pytest

import polytape as tf
from polytape.data.purity import is_pure

ARRAY = np.zeros(3)
SIZE = [28, 28]
COUNTS = {"calls": 0}
LAYER = tf.keras.layers.Dense(2)
VARIABLE = tf.Variable(1.0)
calls = 0


def helper(x, scale=2.0):
    return x * scale


def counting(x):
    global calls
    calls += 1
    return x


def recursive(x, depth=2):
    return recursive(x, depth - 1) if depth else x


def catching(x):
    try:
        return int(x)
    except TypeError:
        return 0


def importing(x):
    import time

    return x * time.time()


def naming(x):
    x = tf.reshape(x, [28, 28])
    rows = [helper(row) for row in x]
    rows[0] = rows[1]
    return {"x": tf.stack(rows), "y": len(rows)}


def local_function(x):
    total = 0.0

    def add(y):
        nonlocal total
        total = total + y

    add(x)
    return total


def remembering():
    total = 0.0

    def add(x):
        nonlocal total
        total = total + 1
        return x * total

    return add


def with_list(x, seen=[]):  # noqa: B006
    seen += [1]
    return x


def writing(x):
    ARRAY[0] = 1
    return x


def writing_within(x):
    def write():
        ARRAY[0] += 1

    write()
    return x


def numbering(x):
    array = tf.constant([1.0]).numpy()
    array[0] = 2
    return x


def in_scope(x):
    with tf.device("CPU"):
        return x + 1


PURE = {
    "arithmetic": lambda x: 2 * x - 1,
    "an op": tf.square,
    "ops": lambda x, y: (tf.cast(x, tf.float32) / 255.0, tf.one_hot(y, 10)),
    "ops in modules": lambda x: tf.nn.relu(tf.math.log(x)),
    "constants of modules": lambda x: x * math.pi + np.pi,
    "dtypes": lambda x: tf.cast(x, tf.float16) * np.float32(2),
    "arrays": lambda x: (x - ARRAY) / 2,
    "lists": lambda x: tf.reshape(x, SIZE),
    "a helper": lambda x: helper(x),
    "a function of its own": naming,
    "its own variables": local_function,
    "recursion": recursive,
    "builtins": lambda x: sum(float(n) for n in range(len(x.shape))),
    "a dictionary": lambda row: {key: value + 1 for key, value in row.items()},
}
IMPURE = {
    "a counter": counting,
    "a counter around": remembering(),
    "printing": lambda x: print(x),
    "printing of tensors": lambda x: tf.print("x"),
    "a list": lambda x: SIZE.append(1),
    "a dictionary": lambda x: COUNTS.update(calls=1),
    "a default": with_list,
    "an array": writing,
    "an array within": writing_within,
    "an array method": lambda x: ARRAY.fill(1),
    "a tensor's memory": numbering,
    "random numbers": lambda x: x * random.random(),
    "random arrays": lambda x: x + np.random.rand(),
    "random tensors": lambda x: tf.random.normal([2]),
    "Python": lambda x: tf.py_function(helper, [x], tf.float32),
    "settings": lambda x: tf.config.run_functions_eagerly(True),
    "a variable": lambda x: x * VARIABLE,
    "a layer": lambda x: LAYER(x),
    "an object": COUNTS.get,
    "errors": catching,
    "imports": importing,
    "scopes": in_scope,
    "a module": lambda x: (tf, x),
    "names that are not there": lambda x: missing,  # noqa: F821
    "no function": (3).__add__,
    "a class": dict,
    "assigning to attributes": lambda x: setattr(x, "y", 1),
}


@pytest.mark.parametrize("case", PURE)
def test_pure(case):
    assert is_pure(PURE[case])


@pytest.mark.parametrize("case", [case for case in IMPURE if case != "a class"])
def test_impure(case):
    assert not is_pure(IMPURE[case])


def test_a_name_of_python_may_be_another_s():
    """`print` is looked up where the function finds it."""
    space = {"print": abs, "__builtins__": builtins}
    exec("def function(x): return print(x)", space)
    assert is_pure(space["function"])


def test_a_long_function():
    source = "\n".join(f"    y{n} = tf.square(x) * {n}.5" for n in range(400))
    space = {"tf": tf}
    exec(f"def function(x):\n{source}\n    return y1", space)
    assert is_pure(space["function"])
