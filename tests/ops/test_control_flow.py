"""Choices, loops, functions over slices, Python functions among the ops."""

from __future__ import annotations

import collections

import numpy as np
import pytest

import polytape as tf

Pair = collections.namedtuple("Pair", "total count")


def test_cond_calls_one_branch_alone() -> None:
    called = []
    assert tf.cond(tf.constant(True), lambda: called.append("true") or 1, lambda: called.append("false") or 2) == 1
    assert tf.cond(False, lambda: called.append("true") or 1, lambda: 2) == 2
    assert called == ["true"]


def test_cond_returns_structures_as_they_are() -> None:
    assert tf.cond(True, lambda: {"a": [1]}, lambda: None) == {"a": [1]}
    assert tf.cond(True, lambda: (1,), lambda: None) == (1,)


def test_gradient_through_cond() -> None:
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = tf.cond(x > 2, lambda: x * x, lambda: x)
    assert float(tape.gradient(y, x)) == 6.0


def test_cond_refuses() -> None:
    with pytest.raises(TypeError, match="cond: true_fn must be callable; received 1 of int"):
        tf.cond(True, 1, lambda: 2)
    with pytest.raises(TypeError, match="cond: false_fn must be callable; received None"):
        tf.cond(True, lambda: 2)
    with pytest.raises(ValueError, match=r"cond: pred must be one truth value; received a tensor of shape \(2,\)"):
        tf.cond(tf.constant([True, False]), lambda: 1, lambda: 2)


def test_case_takes_the_first_that_holds() -> None:
    x = tf.constant(5)
    pairs = [(x < 3, lambda: "a"), (x < 6, lambda: "b"), (x < 9, lambda: "c")]
    assert tf.case(pairs) == "b"
    assert tf.case([(False, lambda: "a")], default=lambda: "d") == "d"
    assert tf.case([(True, lambda: ["only"])]) == "only"
    assert tf.case([(True, lambda: ["only"])], strict=True) == ["only"]


def test_case_refuses() -> None:
    with pytest.raises(ValueError, match=r"exclusive=True, at most one condition may hold; those at \[0, 2\] of 3"):
        tf.case([(True, lambda: 1), (False, lambda: 2), (True, lambda: 3)], exclusive=True)
    with pytest.raises(ValueError, match="none of the 1 conditions holds, and there is no default"):
        tf.case([(False, lambda: 1)])
    with pytest.raises(TypeError, match="pred_fn_pairs must be a list of pairs"):
        tf.case(3)
    with pytest.raises(TypeError, match=r"must be a pair \(condition, function\)"):
        tf.case([(True,)])
    with pytest.raises(TypeError, match="the function of each pair must be callable"):
        tf.case([(True, 1)])


def test_switch_case() -> None:
    branches = [lambda: "a", lambda: "b", lambda: "c"]
    assert tf.switch_case(tf.constant(0), branches) == "a"
    assert tf.switch_case(7, branches) == "c"
    assert tf.switch_case(-1, branches) == "c"
    assert tf.switch_case(7, branches, default=lambda: "d") == "d"
    assert tf.switch_case(4, [(4, branches[0]), (2, branches[1])]) == "a"
    assert tf.switch_case(3, {4: branches[0], 2: branches[1]}) == "a"


def test_switch_case_refuses() -> None:
    with pytest.raises(ValueError, match="at least one function; received"):
        tf.switch_case(0, [])
    with pytest.raises(ValueError, match="branch 1 is given twice"):
        tf.switch_case(0, [(1, int), (1, int)])
    with pytest.raises(TypeError, match="branch_index must be an integer"):
        tf.switch_case(0.5, [int])
    with pytest.raises(TypeError, match="branch 0 must be callable"):
        tf.switch_case(0, {0: "a"})
    with pytest.raises(TypeError, match=r"functions or pairs \(number, function\)"):
        tf.switch_case(0, ["a"])


def test_while_loop_keeps_the_structure() -> None:
    i, state = tf.while_loop(
        lambda i, state: i < 4,
        lambda i, state: (i + 1, Pair(state.total + i, {"n": state.count["n"] + 1})),
        (0, Pair(0, {"n": 0})),
    )
    assert (int(i), int(state.total), int(state.count["n"])) == (4, 6, 4)
    assert isinstance(state, Pair)


def test_while_loop_of_one_variable() -> None:
    assert [int(v) for v in tf.while_loop(lambda i: i < 10, lambda i: (i * 2,), [tf.constant(1)])] == [16]
    assert [int(v) for v in tf.while_loop(lambda i: i < 10, lambda i: i * 2, [tf.constant(1)])] == [16]
    assert [int(v) for v in tf.while_loop(lambda i: False, lambda i: i, [5])] == [5]


def test_while_loop_stops_after_maximum_iterations() -> None:
    (i,) = tf.while_loop(lambda i: True, lambda i: [i + 1], [0], maximum_iterations=tf.constant(7))
    assert int(i) == 7


def test_shapes_may_change_in_a_loop() -> None:
    _, x = tf.while_loop(lambda i, x: i < 3, lambda i, x: (i + 1, tf.concat([x, x], 0)), [0, tf.ones([1])])
    assert x.shape == (8,)


def test_gradient_through_while_loop() -> None:
    x = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        _, y = tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * x), [0, 1.0])
        _, stopped = tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * x), [0, 1.0], back_prop=False)
    assert float(tape.gradient(y, x)) == 12.0
    assert tape.gradient(stopped, x) is None


def test_while_loop_refuses() -> None:
    with pytest.raises(TypeError, match="while_loop: cond must be callable"):
        tf.while_loop(1, lambda i: i, [0])
    with pytest.raises(TypeError, match="while_loop: body must be callable"):
        tf.while_loop(lambda i: True, 1, [0])
    with pytest.raises(ValueError, match="loop_vars must be a list or tuple of at least one"):
        tf.while_loop(lambda i: True, lambda i: i, [])
    with pytest.raises(ValueError, match="body must return the next values in the structure of loop_vars"):
        tf.while_loop(lambda i, j: i < 1, lambda i, j: i + 1, [0, 0])
    with pytest.raises(ValueError, match="what cond returns must be one truth value"):
        tf.while_loop(lambda i: i < 1, lambda i: i + 1, [tf.zeros([2])])


def test_map_fn_over_structures() -> None:
    elems = {"x": tf.constant([1.0, 2.0]), "y": tf.constant([[1.0, 1.0], [2.0, 2.0]])}
    found = tf.map_fn(lambda e: tf.reduce_sum(e["y"]) * e["x"], elems, fn_output_signature=tf.float32)
    assert found.numpy().tolist() == [2.0, 8.0]
    found = tf.map_fn(lambda e: {"x": e["x"] + 1, "y": e["y"]}, elems)
    assert found["x"].numpy().tolist() == [2.0, 3.0]
    first, second = tf.map_fn(lambda e: (e, e > 1), tf.constant([1, 2]), fn_output_signature=(tf.int32, tf.bool))
    assert (first.numpy().tolist(), second.numpy().tolist()) == ([1, 2], [False, True])
    assert tf.map_fn(lambda e: 1, tf.constant([5, 6])).numpy().tolist() == [1, 1]
    assert tf.map_fn(lambda e: e, [[1, 2], [3, 4]]).numpy().tolist() == [[1, 2], [3, 4]]


def test_map_fn_over_nothing() -> None:
    spec = tf.TensorSpec([3], tf.int64)
    found = tf.map_fn(lambda e: e, tf.zeros([0, 2]), fn_output_signature=spec)
    assert (found.shape, found.dtype) == ((0, 3), tf.int64)


def test_gradient_through_map_fn() -> None:
    x = tf.constant([1.0, 2.0, 3.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.map_fn(lambda e: e * e, x)
        stopped = tf.map_fn(lambda e: e * e, x, back_prop=False)
    assert tape.gradient(y, x).numpy().tolist() == [2.0, 4.0, 6.0]
    assert tape.gradient(stopped, x) is None


def test_map_fn_refuses() -> None:
    with pytest.raises(TypeError, match="map_fn: fn must be callable"):
        tf.map_fn(1, [1])
    with pytest.raises(ValueError, match="at least one axis to slice"):
        tf.map_fn(lambda e: e, tf.constant(1))
    with pytest.raises(ValueError, match=r"must be equally long: \[2, 3\]"):
        tf.map_fn(lambda e: e, (tf.zeros([2]), tf.zeros([3])))
    with pytest.raises(ValueError, match="elems must hold at least one tensor"):
        tf.map_fn(lambda e: e, [])
    with pytest.raises(ValueError, match="fn returned another structure than expected"):
        tf.map_fn(lambda e: (e, e), tf.zeros([2]))
    with pytest.raises(TypeError, match="requested dtype float32 for a tensor of dtype bool"):
        tf.map_fn(lambda e: e > 1, tf.zeros([2]))


def test_vectorized_map() -> None:
    found = tf.vectorized_map(lambda e: {"double": e * 2, "small": e < 2}, tf.constant([1.0, 2.0]))
    assert found["double"].numpy().tolist() == [2.0, 4.0]
    assert found["small"].numpy().tolist() == [True, False]
    with pytest.raises(ValueError, match="vectorized_map: elems hold no slices"):
        tf.vectorized_map(lambda e: e, tf.zeros([0]))


def test_folds_and_scans() -> None:
    x = tf.constant([1, 2, 3, 4])
    assert int(tf.foldl(lambda a, e: a - e, x)) == ((1 - 2) - 3) - 4
    assert int(tf.foldr(lambda a, e: a - e, x)) == ((4 - 3) - 2) - 1
    assert int(tf.foldl(lambda a, e: a - e, x, initializer=0)) == -10
    assert int(tf.foldr(lambda a, e: a * 10 + e, x, initializer=9)) == 94321
    assert tf.scan(lambda a, e: a * e, x).numpy().tolist() == [1, 2, 6, 24]
    assert tf.scan(lambda a, e: a * e, x, reverse=True).numpy().tolist() == [24, 24, 12, 4]
    assert tf.scan(lambda a, e: a + e, x, initializer=10).numpy().tolist() == [11, 13, 16, 20]


def test_scan_over_structures() -> None:
    fibonacci = tf.scan(lambda a, _: (a[1], a[0] + a[1]), tf.zeros([5]), initializer=(0, 1))
    assert fibonacci[0].numpy().tolist() == [1, 1, 2, 3, 5]
    elems = (tf.constant([1.0, 2.0]), tf.constant([3.0, 4.0]))
    assert float(tf.foldl(lambda a, e: a + e[0] * e[1], elems, initializer=0.0)) == 11.0


def test_gradient_through_scan() -> None:
    x = tf.constant([2.0, 3.0, 4.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.scan(lambda a, e: a * e, x)
    assert tape.gradient(y, x).numpy().tolist() == [1.0 + 3.0 + 12.0, 2.0 + 8.0, 6.0]


def test_folds_and_scans_refuse() -> None:
    nothing = tf.zeros([0])
    with pytest.raises(ValueError, match="foldl: elems hold no slices to begin with; pass an initializer"):
        tf.foldl(lambda a, e: a, nothing)
    with pytest.raises(ValueError, match="scan: elems hold no slices, so there is nothing to stack"):
        tf.scan(lambda a, e: a, nothing, initializer=0.0)
    with pytest.raises(ValueError, match="foldr: fn returned another structure"):
        tf.foldr(lambda a, e: (a, a), tf.zeros([2]))
    with pytest.raises(TypeError, match="requested dtype int32 for a tensor of dtype float32"):
        tf.scan(lambda a, e: e, tf.zeros([2]), initializer=1)


def test_py_function() -> None:
    log = []
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y, n = tf.py_function(lambda x: (x * x, 3), [x], [tf.float32, tf.int64])
    assert tape.gradient(y, x).numpy().tolist() == [2.0, 4.0]
    assert (n.dtype, int(n)) == (tf.int64, 3)
    assert tf.py_function(lambda: log.append(1), [], []) == []
    assert log == [1]
    assert tf.py_function(lambda x: [x], [x], tf.float32).shape == (2,)
    assert tf.py_function(lambda: [1, 2], [], tf.int32).numpy().tolist() == [1, 2]


def test_numpy_function() -> None:
    def function(x, n):
        assert isinstance(x, np.ndarray) and isinstance(n, np.int32)
        x[0] = 9.0  # a copy: the tensor does not change
        return np.sort(x), n

    x = tf.constant([3.0, 1.0])
    values, n = tf.numpy_function(function, [x, 2], [tf.float64, tf.int32])
    assert (values.dtype, values.numpy().tolist(), int(n)) == (tf.float64, [1.0, 9.0], 2)
    assert x.numpy().tolist() == [3.0, 1.0]
    assert float(tf.numpy_function(lambda: 1.5, [], tf.float32)) == 1.5


def test_no_gradient_through_numpy_function() -> None:
    x = tf.constant(1.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.numpy_function(np.sin, [x], tf.float32)
    assert tape.gradient(y, x) is None


def test_python_functions_refuse() -> None:
    with pytest.raises(TypeError, match="py_function: func must be callable"):
        tf.py_function(1, [], tf.int32)
    with pytest.raises(ValueError, match="numpy_function: inp must be a list of tensors"):
        tf.numpy_function(np.sin, 1.0, tf.float32)
    with pytest.raises(ValueError, match="Tout has 2 dtypes, but the function returned 1 values"):
        tf.py_function(lambda: 1, [], [tf.int32, tf.int32])
    with pytest.raises(TypeError, match="Cannot convert"):
        tf.numpy_function(lambda: 1.5, [], tf.int32)
