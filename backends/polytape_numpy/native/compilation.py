"""From a Python function to object code: Numba makes LLVM's language of it, LLVM the code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from polytape_numpy.native.loading import ENTRY, PACKED_ENTRY, SYMBOL


def compiled(function: Callable[..., None], signature: Sequence[str]) -> tuple[bytes, list[str]]:
    """The object code of a function that Numba can compile, and the names of the kernels that it calls.

    Args:
        function: takes pointers to the elements of arrays, and numbers; it must not raise.
        signature: for each parameter `"int"`, `"float"`, `"address"` (a number too) or, for an array, its dtype; with a
            star before it, for its elements, which is for kernels that other kernels call. No two arrays may overlap.

    Returns:
        Code whose entry takes the array objects themselves, so that nobody must ask them where their elements are.
    """
    from llvmlite import binding
    from numba import types

    from polytape_numpy.native.target import lowered, machine

    numbers = {"int": types.intp, "float": types.float64, "address": types.intp}
    parameters = [numbers.get(kind) or types.CPointer(getattr(types, _element(kind))) for kind in signature]
    name, parts = lowered(function, parameters)
    module = binding.parse_assembly(_entries(name, signature))
    for part in parts:
        module.link_in(binding.parse_assembly(str(part)))
    for made in module.functions:
        if not made.is_declaration and made.name not in (ENTRY, PACKED_ENTRY):
            made.linkage = binding.Linkage.internal
    _optimise(module)
    called = [made.name for made in module.functions if made.is_declaration and made.name.startswith(SYMBOL)]
    return bytes(machine().emit_object(module)), called


def _optimise(module: Any) -> None:
    """Run LLVM's passes: first some that find minima and maxima, which the others would take apart.

    No loop is unrolled: those that count are vectorised, and others only grow, out of the cache of instructions.
    """
    from llvmlite import binding

    from polytape_numpy.native.target import machine

    tuning = binding.create_pipeline_tuning_options(speed_level=3)
    tuning.loop_vectorization = True
    tuning.loop_unrolling = False
    builder = binding.create_pass_builder(machine(), tuning)
    early = binding.create_new_module_pass_manager()
    early.add_sroa_pass()
    early.add_simplify_cfg_pass()
    early.add_instruction_combine_pass()
    early.add_jump_threading_pass()
    for passes in (early, builder.getModulePassManager()):
        passes.run(module, builder)


def _element(dtype: str) -> str:
    """What an element is in memory."""
    return "uint8" if dtype == "bool" else dtype.removeprefix("*")


def _entries(kernel: str, signature: Sequence[str]) -> str:
    """Functions in LLVM's language that look up where each array's elements are, and call the kernel.

    An array object begins with what every Python object begins with; the address of its elements follows (NumPy's C
    API, `PyArrayObject`). A function of Numba takes two more places, for what it returns and for what it raises.
    """
    from llvmlite import ir

    index, number, address = ir.IntType(64), ir.DoubleType(), ir.IntType(8).as_pointer()
    types = [{"int": index, "address": index, "float": number}.get(kind, address) for kind in signature]
    spare = address.as_pointer()
    module = ir.Module()
    inner = ir.Function(module, ir.FunctionType(ir.IntType(32), [spare, spare, *types]), kernel)

    def write(builder: ir.IRBuilder, arguments: Sequence[Any]) -> None:
        passed = [builder.alloca(address), builder.alloca(address)]
        for argument, kind in zip(arguments, signature):
            if argument.type == address and not kind.startswith("*"):
                place = builder.gep(argument, [index(object.__basicsize__)])
                argument = builder.load(builder.bitcast(place, spare))
            passed.append(argument)
        builder.call(inner, passed, attrs=("noinline",))  # it is there once for both entries
        builder.ret_void()

    entry = ir.Function(module, ir.FunctionType(ir.VoidType(), types), ENTRY)
    write(ir.IRBuilder(entry.append_basic_block()), entry.args)
    packed = ir.Function(module, ir.FunctionType(ir.VoidType(), [index.as_pointer()]), PACKED_ENTRY)
    builder = ir.IRBuilder(packed.append_basic_block())
    places = [builder.gep(packed.args[0], [index(place)]) for place in range(len(types))]
    write(builder, [builder.load(builder.bitcast(place, kind.as_pointer())) for place, kind in zip(places, types)])
    return str(module)
