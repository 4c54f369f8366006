"""Wrong gradient rules."""

from __future__ import annotations

from fault import Fault, bent, rule, unbroadcast


def _first_only(backend, gradient, shape):
    """Sums the new leading axes and forgets those of length one."""
    leading = len(gradient.shape) - len(shape)
    if leading:
        gradient = backend.sum(gradient, axis=tuple(range(leading)))
    return backend.broadcast_to(backend.sum(gradient, axis=None), shape=shape) if gradient.shape != shape else gradient


def _mean_of(backend, gradient, shape):
    """The mean in place of the sum."""
    if gradient.shape == shape:
        return gradient
    leading = len(gradient.shape) - len(shape)
    axes = tuple(
        axis for axis in range(len(gradient.shape)) if axis < leading or shape[axis - leading] != gradient.shape[axis]
    )
    return backend.reshape(backend.mean(gradient, axis=axes), shape=shape)


def _constant(x):
    """A tensor cut off from what it was made of; an array as it is."""
    from polytape.tensor import Tensor

    return Tensor(x._array, x._backend) if type(x) is Tensor else x


def _all_ties(backend, gradient, x, x_dtype, output, axis):
    from polytape.ops.reduction import spread

    chosen = backend.astype(backend.equal(x, spread(backend, output, x.shape, axis)), dtype=x_dtype)
    return spread(backend, gradient, x.shape, axis) * chosen


FAULTS: tuple[Fault, ...] = (
    unbroadcast("the axes of length one are not summed one by one", _first_only, "add", "multiply", "subtract"),
    unbroadcast("the mean in place of the sum", _mean_of, "add", "multiply", "subtract"),
    rule("multiply", 0, "the other operand", lambda gradient, x: gradient * x),
    rule("subtract", 1, "no minus", lambda gradient: gradient),
    bent("divide", 1, "no minus", lambda part: -part),
    rule("divide", 1, "y not squared", lambda gradient, output: -gradient * output),
    bent("pow", 1, "twice", lambda part: part * 2),
    rule("sqrt", 0, "without the half", lambda gradient, output: gradient / output),
    rule("exp", 0, "of the input", lambda gradient, x: gradient * x),
    rule("log", 0, "times, not by", lambda gradient, x: gradient * x, "math.log"),
    rule("sin", 0, "minus the cosine", lambda backend, gradient, x: -gradient * backend.cos(x)),
    rule(
        "tanh",
        0,
        "right once, wrong twice",
        lambda gradient, output: gradient * (1 - _constant(output) ** 2),
        "math.tanh",
    ),
    rule(
        "sigmoid",
        0,
        "right once, wrong twice",
        lambda gradient, output: gradient * _constant(output) * (1 - _constant(output)),
        "math.sigmoid",
    ),
    rule("square", 0, "without the two", lambda gradient, x: gradient * x),
    rule("abs", 0, "of the input", lambda gradient, x: gradient * x),
    rule("relu", 0, "everywhere", lambda gradient: gradient, "nn.relu"),
    bent("leaky_relu", 0, "a tenth", lambda part: part * 0.1, "nn.leaky_relu"),
    rule("maximum", 1, "to both", lambda gradient: gradient),
    bent("minimum", 0, "twice", lambda part: part * 2),
    rule("max", 0, "all of it to each of several equals", _all_ties, "reduce_max"),
    bent("sum", 0, "half", lambda part: part * 0.5, "reduce_sum"),
    bent("mean", 0, "twice", lambda part: part * 2, "reduce_mean"),
    bent("prod", 0, "NaN where an element is 0", lambda part: part / part * part, "reduce_prod"),
    bent("var", 0, "by the number of elements less one", lambda part: part * 1.25, "math.reduce_variance"),
    bent("logsumexp", 0, "minus", lambda part: -part, "reduce_logsumexp"),
    rule(
        "matmul",
        0,
        "not transposed",
        lambda backend, gradient, x_shape, y: backend.reshape(backend.matmul(gradient, y), shape=x_shape),
        "linalg.matmul",
    ),
    rule("matmul", 1, "none", None, "linalg.matmul"),
    rule(
        "permute_dims",
        0,
        "the same order again",
        lambda backend, gradient, axes: backend.permute_dims(gradient, axes=axes),
        "transpose",
    ),
    bent("concatenate", 0, "the parts exchanged", lambda parts: parts[::-1], "concat"),
    bent("pack", 0, "the parts exchanged", lambda parts: parts[::-1], "stack"),
    bent("getitem", 0, "twice", lambda part: part * 2, "slice", "strided_slice", "Tensor.__getitem__"),
    rule(
        "take",
        0,
        "of repeated rows just one",
        lambda backend, gradient, indices, x_shape, axis: (
            backend.scatter_update(backend.full(x_shape, 0, dtype=gradient.dtype), indices, gradient)
            if axis == 0
            else gradient
        ),
        "gather",
        "nn.embedding_lookup",
    ),
    rule(
        "cumulative_sum",
        0,
        "forwards",
        lambda backend, gradient, axis: backend.cumulative_sum(gradient, axis=axis),
        "math.cumsum",
        "cumsum",
    ),
    rule(
        "where",
        1,
        "of the other",
        lambda backend, gradient, condition: backend.where(condition, gradient * 0, gradient),
    ),
    bent("clip", 0, "half", lambda part: part * 0.5, "clip_by_value"),
    bent("pad", 0, "twice", lambda part: part * 2),
    bent("tile", 0, "half", lambda part: part * 0.5),
    rule("softmax", 0, "of the diagonal only", lambda gradient, output: gradient * output * (1 - output), "nn.softmax"),
    rule("log_softmax", 0, "without the sum", lambda gradient: gradient, "nn.log_softmax"),
    bent("softmax_cross_entropy", 1, "minus", lambda part: -part, "nn.softmax_cross_entropy_with_logits"),
    bent(
        "sparse_softmax_cross_entropy", 1, "twice", lambda part: part * 2, "nn.sparse_softmax_cross_entropy_with_logits"
    ),
    rule(
        "convolution",
        0,
        "the kernel flipped",
        lambda backend, gradient, kernel, x_shape, strides, padding, dilations, groups: backend.convolution_input(
            gradient,
            backend.getitem(kernel, key=(slice(None, None, -1),)),
            lengths=x_shape[1:-1],
            strides=strides,
            padding=padding,
            dilations=dilations,
            groups=groups,
        ),
        "nn.conv1d",
        "nn.conv2d",
        "nn.convolution",
    ),
    rule("convolution", 1, "none", None, "nn.conv1d", "nn.conv2d", "nn.convolution"),
    bent(
        "convolution_kernel",
        0,
        "twice: the second derivative alone",
        lambda part: part * 2,
        "nn.conv1d",
        "nn.conv2d",
        "nn.convolution",
    ),
    bent("max_pool", 0, "half", lambda part: part * 0.5, "nn.max_pool2d", "nn.max_pool"),
    bent("average_pool", 0, "by the window once more", lambda part: part * 0.25, "nn.avg_pool2d", "nn.avg_pool"),
    bent("mean_and_variance", 0, "twice", lambda part: part * 2, "nn.moments"),
    bent(
        "standardize",
        0,
        "as if the variance were a constant",
        lambda part: part * 1.1,
        "nn.batch_normalization",
        "layers.LayerNormalization",
        "layers.BatchNormalization",
    ),
    bent("gelu", 0, "one part in ten thousand", lambda part: part * 1.0001, "nn.gelu"),
    bent("erf", 0, "without two over root pi", lambda part: part / 1.1283791670955126, "math.erf"),
    bent("lgamma", 0, "one part in a hundred thousand", lambda part: part * 1.00001, "math.lgamma"),
    bent("cholesky", 0, "twice", lambda part: part * 2, "linalg.cholesky"),
    bent("inv", 0, "minus", lambda part: -part, "linalg.inv"),
    bent("solve", 1, "minus", lambda part: -part, "linalg.solve"),
    bent("det", 0, "half", lambda part: part * 0.5, "linalg.det"),
    bent("atan2", 1, "minus", lambda part: -part, "math.atan2"),
    bent(
        "setitem_zeros",
        0,
        "twice: the second derivative alone",
        lambda part: part * 2,
        "slice",
        "strided_slice",
        "Tensor.__getitem__",
    ),
    bent("roll", 0, "as it comes", lambda part: part[::-1], "roll"),
)
