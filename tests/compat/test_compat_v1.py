"""`tf.compat.v1` in eager mode: what works, and how graph mode refuses."""

from __future__ import annotations

import pytest

import polytape as tf
from polytape.compat.renamed import RENAMED

v1 = tf.compat.v1


@pytest.mark.parametrize(
    ("call", "pattern"),
    [
        (
            lambda: v1.placeholder(tf.float32, [1, 1]),
            r"^tf\.placeholder\(\) is not compatible with eager",
        ),
        (
            lambda: v1.gradients(1, 2),
            r"^tf\.gradients is not supported when eager execution is enabled",
        ),
        (lambda: tf.gradients(1, 2), r"^tf\.gradients is not supported"),
        (v1.Session, r"^tf\.Session: graph mode is not there"),
        (v1.InteractiveSession, r"^tf\.InteractiveSession: graph mode is not there"),
        (v1.Graph, r"^tf\.Graph: graph mode is not there"),
        (v1.disable_eager_execution, "graph mode is not there"),
        (v1.disable_v2_behavior, "graph mode is not there"),
    ],
)
def test_graph_mode_refuses(call, pattern: str) -> None:
    with pytest.raises(RuntimeError, match=pattern):
        call()


def test_calls_for_eager_mode_do_nothing() -> None:
    assert tf.executing_eagerly() is v1.executing_eagerly() is True
    assert v1.enable_eager_execution() is None and tf.enable_eager_execution() is None
    assert v1.enable_v2_behavior() is None and v1.global_variables_initializer() is None
    with pytest.raises(ValueError, match="execution_mode"):
        v1.enable_eager_execution(execution_mode=1)
    assert float(v1.placeholder_with_default(2.0, ())) == 2.0


def test_other_names_are_those_of_polytape() -> None:
    assert tf.compat.v2 is tf
    assert v1.matmul is tf.matmul and v1.Variable is tf.Variable and v1.keras is tf.keras
    assert v1.log is tf.math.log and v1.random_uniform is tf.random.uniform
    assert {"placeholder", "matmul", "random_normal"} <= set(dir(v1))
    with pytest.raises(AttributeError, match="no attribute 'not_a_name'"):
        v1.not_a_name  # noqa: B018


def test_renamed_functions_exist() -> None:
    missing = [name for name in RENAMED if not callable(getattr(v1, name, None))]
    assert not missing
