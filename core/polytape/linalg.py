"""`tf.linalg`: linear algebra, gathered from the ops' families."""

# Diagonals.
from polytape.ops.creation import eye as eye
from polytape.ops.diagonal import (
    diag as diag,
    diag_part as diag_part,
    set_diag as set_diag,
    tensor_diag as tensor_diag,
    tensor_diag_part as tensor_diag_part,
)

# Norms of several tensors.
from polytape.ops.clipping import global_norm as global_norm
