"""Expressions on which polytape and TensorFlow part, each with the reason; an entry that is no longer true fails."""

from __future__ import annotations

_LENIENT = "polytape takes it, and there is one thing that it can mean"
_SAFE = "polytape raises, where TensorFlow changes the value without a word"
_EMPTY = "polytape says that there is nothing there"
_SCALARS = "NumPy scalars have a dtype of their own, also in a list"
_NOT_POSITIVE = "TensorFlow's CPU kernel gives NaN instead of its documented error"

ACCEPTED = {
    "1 in tf.constant([1,2])": "TensorFlow compares slice by slice, which is slow, and fails with more than one axis",
    "[1,2,3][tf.constant(1.0)]": "a TypeError, as Python's own for a float",
    "bool(tf.constant([]))": _EMPTY,
    "float(tf.constant([[1]]))": _LENIENT,
    "int(tf.constant([1]))": _LENIENT,
    "tf.argmin([1.,float('nan')])": "NaN counts as extreme, as in NumPy; TensorFlow skips it unless it comes first",
    "tf.as_dtype(int)": _LENIENT,
    "tf.boolean_mask([1,2],[1,0])": "a mask is bool, as TensorFlow documents it",
    "tf.constant(-1,tf.uint8)": _SAFE,
    "tf.constant(1)+np.float32(2)": _SAFE,
    "tf.constant(1)+np.float32(2.5)": _SAFE,
    "tf.constant(1, int)": _LENIENT,
    "tf.constant(1e39)": "a float too large for float32 is infinite, as everywhere in arithmetic",
    "tf.constant(3)=='a'": "what can't be equal is not equal, as in Python",
    "tf.constant(300,tf.uint8)": _SAFE,
    "tf.constant([True,1])": _LENIENT,
    "tf.constant([np.float32(1),2.0])": _SCALARS,
    "tf.constant([np.int64(1),np.int64(2)])": _SCALARS,
    "tf.constant([tf.constant(1.0),tf.constant(2.0)])": _LENIENT,
    "tf.fill([2],[1])": "the value has no axes, as TensorFlow documents it",
    "tf.float32.max": "a Python number, as TensorFlow documents it",
    "tf.linalg.cholesky([[-1.]])": _NOT_POSITIVE,
    "tf.linalg.cholesky([[1.,2.],[2.,1.]])": _NOT_POSITIVE,
    "tf.linspace(0.0,1.0,0)": "num is positive, as TensorFlow documents it",
    "tf.math.bincount([1.0])": _SAFE,
    "tf.math.digamma([0.0])": "the limit from the right, as in SciPy",
    "tf.name_scope('a')": "a context manager as well",
    "tf.nn.embedding_lookup([[1.],[2.]],[1])": "a list is one table, not a table in parts",
    "tf.nn.max_pool2d(tf.zeros([1,4,4,1]),2,2,'same')": _LENIENT,
    "tf.norm([[3.,4.]],ord='fro')": _LENIENT,
    "tf.reduce_all([])": "an empty list is float32, also here",
    "tf.reshape([],[0,-1])": "TensorFlow makes the unknown length 1, NumPy refuses; no length says more than 0",
    "tf.reverse([1,2],0)": _LENIENT,
    "tf.stack([])": _EMPTY,
    "tf.tile([1,2],2)": _LENIENT,
    "tf.while_loop(lambda i:i<3,lambda i:(i+1,),[0])": "the result has the structure of loop_vars, as documented",
    "tf.while_loop(lambda i:i<3,lambda i:i+1,[tf.constant(0)])": _LENIENT,
}
