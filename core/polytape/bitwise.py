"""`tf.bitwise`: the bits of integers."""

from polytape.ops.bitwise import (
    bitwise_and as bitwise_and,
    bitwise_invert as invert,  # noqa: F401
    bitwise_left_shift as left_shift,  # noqa: F401
    bitwise_or as bitwise_or,
    bitwise_right_shift as right_shift,  # noqa: F401
    bitwise_xor as bitwise_xor,
)
