"""Where polytape's signatures part from TensorFlow's, each with the reason; an entry that is no longer true fails."""

from __future__ import annotations

_LAYOUT = "of distributed tensors (DTensor), which polytape does not have"
_AVERAGE = "averages of the weights are not there"
_SERIALISED = "custom objects are found by their registered classes"
_SYMBOLIC = "inputs are dense, and are never optional"
_LORA = "low-rank adaptation and quantization are not there"

LEFT_OUT = {
    "bad_indices_policy": "an index out of range is always an error",
    "custom_objects": _SERIALISED,
    "dim": "TensorFlow's deprecated name of axis",
    "ema_momentum": _AVERAGE,
    "ema_overwrite_frequency": _AVERAGE,
    "flash_attention": "a choice among TensorFlow's kernels",
    "grad_a": "a hint to TensorFlow's kernels",
    "grad_b": "a hint to TensorFlow's kernels",
    "gradient_accumulation_steps": "gradients are added up in the training loop",
    "graph": "of TensorFlow 1's graphs",
    "handle_data": "inside TensorFlow",
    "input_axes": "Keras 3.15's hint to initializers about unusual kernels",
    "input_tensor": _SYMBOLIC,
    "layout": _LAYOUT,
    "lora_alpha": _LORA,
    "lora_rank": _LORA,
    "loss_scale_factor": "a loss is scaled in the training loop",
    "optional": _SYMBOLIC,
    "output_axes": "Keras 3.15's hint to initializers about unusual kernels",
    "quantization_config": _LORA,
    "ragged": _SYMBOLIC,
    "renorm": "batch renormalization is not there",
    "renorm_clipping": "batch renormalization is not there",
    "renorm_momentum": "batch renormalization is not there",
    "sliding_window": "attention sees all positions, or what its mask says",
    "sparse": _SYMBOLIC,
    "support_partition": "of variables cut in parts",
    "synchronized": "of several devices at work on one batch",
    "synchronous": "of TensorFlow's threads",
    "type_enum": "inside TensorFlow",
    "use_ema": _AVERAGE,
    "use_gate": "Keras 3.13's gated attention is not there",
    "use_own_namescope_for_non_slot_vars": "of TensorFlow 1's graphs",
    "use_unbounded_threadpool": "of TensorFlow's threads",
    "weights": "initial weights are given by an initializer, or by set_weights",
    "zero_output_for_mask": "a step that is masked repeats the last output",
}
"""Parameters that polytape's functions do not have, whichever they are."""

_SEED = "its dropout is seeded by tf.random.set_seed"
_OPTIONAL_TYPES = "TensorFlow's None makes a decorator; here the function is given at once"

_ORDER_IN_3D = {
    "order filters, kernel_size, strides, padding, output_padding, data_format, dilation_rate, activation, "
    "use_bias, kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer, activity_regularizer, "
    "kernel_constraint, bias_constraint": "Keras has another order here than in its other transposed ones",
}

DIFFERENCES: dict[str, dict[str, str]] = {
    "numpy_function": {
        "Tout=required, not None": _OPTIONAL_TYPES,
        "func=required, not None": _OPTIONAL_TYPES,
        "inp=required, not None": _OPTIONAL_TYPES,
    },
    "py_function": {
        "Tout=required, not None": _OPTIONAL_TYPES,
        "func=required, not None": _OPTIONAL_TYPES,
        "inp=required, not None": _OPTIONAL_TYPES,
    },
    "shape": {"out_type=int32, not None": "TensorFlow's None means int32"},
    "size": {"out_type=int32, not None": "TensorFlow's None means int32"},
    "compat.v1.train.FtrlOptimizer": {"lacks beta": "TensorFlow's addition of 2020 to its old optimizer"},
    "compat.v1.train.Optimizer": {
        "lacks use_locking": "there is one thread to a step",
    },
    "keras.layers.Conv3DTranspose": _ORDER_IN_3D,
    "keras.layers.Convolution3DTranspose": _ORDER_IN_3D,
    "keras.layers.GRUCell": {"lacks seed": _SEED},
    "keras.layers.LSTMCell": {"lacks seed": _SEED},
    "keras.layers.Lambda": {"lacks mask": "masks are not passed on"},
    "keras.layers.MultiHeadAttention": {"lacks seed": _SEED},
    "keras.layers.SimpleRNNCell": {"lacks seed": _SEED},
    "keras.metrics.Metric": {"order name, dtype": "the order of Keras 2, and of all other metrics in Keras 3"},
    "keras.metrics.SparseCategoricalCrossentropy": {"lacks ignore_class": "the loss of that name has it"},
    "keras.metrics.SparseTopKCategoricalAccuracy": {"lacks from_sorted_ids": "predictions are scores"},
    "keras.metrics.sparse_top_k_categorical_accuracy": {"lacks from_sorted_ids": "predictions are scores"},
    "keras.Sequential.call": {
        "lacks mask": "masks are not passed on",
        "lacks training": "it is handed to the layers by calling the model",
    },
}
"""By the path of a function, differences in the words of `signatures.differences`."""
