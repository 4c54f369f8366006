"""Calls of kernels one after another, without a word to Python in between."""

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from polytape_numpy.native.source import crew
from polytape_numpy.native.source.sizes import HANDLE
from polytape_numpy.native.source.tile import moved

_share = njit(error_model="numpy")(crew.share)


@intrinsic
def _number_at(typing, address):
    """The 64 bits at an address."""

    def write(context, builder, signature, given):
        return builder.load(builder.inttoptr(given[0], ir.IntType(64).as_pointer()))

    return types.int64(types.int64), write


@intrinsic
def _put(typing, address, number):
    """Write 64 bits to an address."""

    def write(context, builder, signature, given):
        builder.store(given[1], builder.inttoptr(given[0], ir.IntType(64).as_pointer()))
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), write


def perform(state, steps, count, places, arrays, numbers, given, together):
    """Call kernels, each for all of its parts, before the next one begins.

    Args:
        state: the crew's.
        steps: for each kernel the address of its code, that of its first part's arguments, how many parts there are,
            and how many bytes apart their arguments are.
        count: how many kernels.
        places: for each of so many `arrays`, and then for each of so many `numbers`, the address to which something
            goes, which of those given it is, and for arrays how many bytes beyond their beginning are meant.
        given: the address of a row of array objects and numbers.
        together: 0 if the crew has no time.
    """
    for n in range(arrays):
        place = moved(places, 3 * n)
        _put(place[0], _number_at(_number_at(given + 8 * place[1]) + 8 * (HANDLE - 1)) + place[2])
    for n in range(arrays, arrays + numbers):
        place = moved(places, 3 * n)
        _put(place[0], _number_at(given + 8 * place[1]))
    for n in range(count):
        step = moved(steps, 4 * n)
        if step[2] > 1 and together:
            _share(state, step[0], step[1], step[2], step[3])
        else:
            for part in range(step[2]):
                crew.call(step[0], step[1] + part * step[3])
