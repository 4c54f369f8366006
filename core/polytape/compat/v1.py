"""`tf.compat.v1`: the names of TensorFlow 1, as far as they make sense in eager mode.

What is not defined or renamed here is what it is in polytape itself: `tf.compat.v1.matmul` is `tf.matmul`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from polytape.compat.graph_mode import (
    Graph as Graph,
    InteractiveSession as InteractiveSession,
    Session as Session,
    disable_eager_execution as disable_eager_execution,
    disable_v2_behavior as disable_v2_behavior,
    enable_v2_behavior as enable_v2_behavior,
    global_variables_initializer as global_variables_initializer,
    gradients as gradients,
    local_variables_initializer as local_variables_initializer,
    placeholder as placeholder,
    placeholder_with_default as placeholder_with_default,
)
from polytape.compat.renamed import RENAMED
from polytape.eager import (
    enable_eager_execution as enable_eager_execution,
    executing_eagerly as executing_eagerly,
)
from polytape.ops.clipping import clip_by_average_norm as clip_by_average_norm


def __getattr__(name: str) -> Any:
    found: Any = import_module("polytape")
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    for part in RENAMED.get(name, name).split("."):
        found = getattr(found, part)
    return found


def __dir__() -> list[str]:
    import polytape

    return sorted({*globals(), *RENAMED, *(name for name in dir(polytape) if not name.startswith("_"))})
