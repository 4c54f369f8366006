"""Threads that wait for work asleep: a job is a kernel and the arguments of several calls of it.

Nothing here touches Python, so no thread waits for the interpreter's lock. The state is memory that all share: a mutex,
two conditions, and the job. It is read and written by who holds the mutex.
"""

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

_MUTEX, _WORK, _DONE = 0, 16, 32
_NEXT, _COUNT, _LEFT, _CODE, _ARGUMENTS, _STRIDE = 48, 49, 50, 51, 52, 53
STATE_SIZE = 64
"""Numbers of 64 bits: 128 bytes for each of POSIX's objects, which need 64 at most, then the job."""

_ADDRESS = types.CPointer(types.int64)
_initialize_mutex = types.ExternalFunction("pthread_mutex_init", types.int32(_ADDRESS, types.intp))
_initialize_condition = types.ExternalFunction("pthread_cond_init", types.int32(_ADDRESS, types.intp))
_lock = types.ExternalFunction("pthread_mutex_lock", types.int32(_ADDRESS))
_unlock = types.ExternalFunction("pthread_mutex_unlock", types.int32(_ADDRESS))
_wait = types.ExternalFunction("pthread_cond_wait", types.int32(_ADDRESS, _ADDRESS))
_wake = types.ExternalFunction("pthread_cond_broadcast", types.int32(_ADDRESS))


@intrinsic
def _at(typing, pointer, place):
    """The address of a number of the state."""

    def write(context, builder, signature, arguments):
        return builder.gep(arguments[0], [arguments[1]])

    return pointer(pointer, types.intp), write


@intrinsic
def _call(typing, code, arguments):
    """Call the code at an address with the address of its arguments."""

    def write(context, builder, signature, given):
        address = ir.IntType(64).as_pointer()
        function = builder.inttoptr(given[0], ir.FunctionType(ir.VoidType(), [address]).as_pointer())
        builder.call(function, [builder.inttoptr(given[1], address)])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), write


@njit(error_model="numpy")
def _take(state):
    """Make the next call; the mutex is held before and after."""
    part = state[_NEXT]
    state[_NEXT] = part + 1
    code, arguments = state[_CODE], state[_ARGUMENTS] + part * state[_STRIDE]
    _unlock(_at(state, _MUTEX))
    _call(code, arguments)
    _lock(_at(state, _MUTEX))
    state[_LEFT] -= 1


def begin(state):
    """Make the mutex and the conditions of a new state, in which there is no work."""
    _initialize_mutex(_at(state, _MUTEX), 0)
    _initialize_condition(_at(state, _WORK), 0)
    _initialize_condition(_at(state, _DONE), 0)
    state[_NEXT] = state[_COUNT] = state[_LEFT] = 0


def work(state):
    """Make calls for ever."""
    _lock(_at(state, _MUTEX))
    while True:
        while state[_NEXT] >= state[_COUNT]:
            _wait(_at(state, _WORK), _at(state, _MUTEX))
        _take(state)
        if state[_LEFT] == 0:
            _wake(_at(state, _DONE))


def share(state, code, arguments, count, stride):
    """Have `count` calls made, and make those that nobody else has begun; return when all have been made.

    Args:
        code: the address of the kernel's entry for packed arguments.
        arguments: the address of the arguments of the first call; those of each next one are `stride` bytes further.
    """
    _lock(_at(state, _MUTEX))
    state[_NEXT], state[_COUNT], state[_LEFT] = 0, count, count
    state[_CODE], state[_ARGUMENTS], state[_STRIDE] = code, arguments, stride
    _wake(_at(state, _WORK))
    while state[_NEXT] < state[_COUNT]:
        _take(state)
    while state[_LEFT] > 0:
        _wait(_at(state, _DONE), _at(state, _MUTEX))
    _unlock(_at(state, _MUTEX))
