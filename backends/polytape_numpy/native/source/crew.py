"""Threads that wait for work: a job is a kernel and the arguments of several calls of it.

Nothing here touches Python, so no thread waits for the interpreter's lock. The state is memory that all share: a mutex,
two conditions, and the job. It is read and written by who holds the mutex. Waking a thread that sleeps takes as long as
a small job does; so everyone looks for a moment whether there is something to do, and goes to sleep then.
"""

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from polytape_numpy.native.processor import processor
from polytape_numpy.native.source.tile import moved

_MUTEX, _WORK, _DONE = 0, 16, 32
_NEXT, _COUNT, _LEFT, _CODE, _ARGUMENTS, _STRIDE = 48, 49, 50, 51, 52, 53
"""Where in the state they are; `sizes.STATE_SIZE` is the size of all of it."""

_LOOKS = 4000
"""How often a thread looks before it sleeps: for about 0.1 ms, several times as long as it takes to wake one."""

_ADDRESS = types.CPointer(types.int64)
_initialize_mutex = types.ExternalFunction("pthread_mutex_init", types.int32(_ADDRESS, types.intp))
_initialize_condition = types.ExternalFunction("pthread_cond_init", types.int32(_ADDRESS, types.intp))
_lock = types.ExternalFunction("pthread_mutex_lock", types.int32(_ADDRESS))
_unlock = types.ExternalFunction("pthread_mutex_unlock", types.int32(_ADDRESS))
_wait = types.ExternalFunction("pthread_cond_wait", types.int32(_ADDRESS, _ADDRESS))
_wake = types.ExternalFunction("pthread_cond_broadcast", types.int32(_ADDRESS))


@intrinsic
def call(typing, code, arguments):
    """Call the code at an address with the address of its arguments."""

    def write(context, builder, signature, given):
        address = ir.IntType(64).as_pointer()
        function = builder.inttoptr(given[0], ir.FunctionType(ir.VoidType(), [address]).as_pointer())
        builder.call(function, [builder.inttoptr(given[1], address)])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), write


@intrinsic
def _seen(typing, pointer, place):
    """A number of the state that other threads may be writing to."""

    def write(context, builder, signature, arguments):
        return builder.load_atomic(builder.gep(arguments[0], [arguments[1]]), "monotonic", 8)

    return types.int64(pointer, types.intp), write


@intrinsic
def _pause(typing):
    """A moment in which a core that runs two threads runs the other one."""

    def write(context, builder, signature, arguments):
        x86 = processor().triple.startswith(("x86_64", "i386", "i686"))
        name, given = ("llvm.x86.sse2.pause", []) if x86 else ("llvm.aarch64.hint", [ir.Constant(ir.IntType(32), 1)])
        kind = ir.FunctionType(ir.VoidType(), [one.type for one in given])
        builder.call(cgutils.get_or_insert_function(builder.module, kind, name), given)
        return context.get_dummy_value()

    return types.void(), write


@njit(error_model="numpy")
def _take(state):
    """Make the next call; the mutex is held before and after."""
    part = state[_NEXT]
    state[_NEXT] = part + 1
    code, arguments = state[_CODE], state[_ARGUMENTS] + part * state[_STRIDE]
    _unlock(moved(state, _MUTEX))
    call(code, arguments)
    _lock(moved(state, _MUTEX))
    state[_LEFT] -= 1


def begin(state):
    """Make the mutex and the conditions of a new state, in which there is no work."""
    _initialize_mutex(moved(state, _MUTEX), 0)
    _initialize_condition(moved(state, _WORK), 0)
    _initialize_condition(moved(state, _DONE), 0)
    state[_NEXT] = state[_COUNT] = state[_LEFT] = 0


def work(state):
    """Make calls for ever."""
    while True:
        for _ in range(_LOOKS):
            if _seen(state, _NEXT) < _seen(state, _COUNT):
                break
            _pause()
        _lock(moved(state, _MUTEX))
        while state[_NEXT] >= state[_COUNT]:
            _wait(moved(state, _WORK), moved(state, _MUTEX))
        _take(state)
        if state[_LEFT] == 0:
            _wake(moved(state, _DONE))
        _unlock(moved(state, _MUTEX))


def share(state, code, arguments, count, stride):
    """Have `count` calls made, and make those that nobody else has begun; return when all have been made.

    Args:
        code: the address of the kernel's entry for packed arguments.
        arguments: the address of the arguments of the first call; those of each next one are `stride` bytes further.
    """
    _lock(moved(state, _MUTEX))
    state[_NEXT], state[_COUNT], state[_LEFT] = 0, count, count
    state[_CODE], state[_ARGUMENTS], state[_STRIDE] = code, arguments, stride
    _wake(moved(state, _WORK))
    while state[_NEXT] < state[_COUNT]:
        _take(state)
    _unlock(moved(state, _MUTEX))
    for _ in range(_LOOKS):
        if _seen(state, _LEFT) == 0:
            break
        _pause()
    _lock(moved(state, _MUTEX))
    while state[_LEFT] > 0:
        _wait(moved(state, _DONE), moved(state, _MUTEX))
    _unlock(moved(state, _MUTEX))
