"""From a Python function to object code: Numba makes LLVM's language of it, LLVM the code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from polytape_numpy.native.loading import ENTRY, PACKED_ENTRY, SYMBOL
from polytape_numpy.native.processor import processor


def compiled(function: Callable[..., None], signature: Sequence[str]) -> tuple[bytes, list[str]]:
    """The object code of a function that Numba can compile, and the names of the kernels that it calls.

    Args:
        function: takes pointers to the elements of arrays, and numbers; it must not raise.
        signature: for each parameter `"int"`, `"float"`, `"address"` (a number too) or, for an array, its dtype; with a
            star before it, for its elements, which is for kernels that other kernels call. No two arrays may overlap.

    Returns:
        Code whose entry takes the array objects themselves, so that nobody must ask them where their elements are.
    """
    import numba
    from llvmlite import binding
    from numba import types
    from numba.core.compiler import Compiler

    class Apart(Compiler):  # type: ignore[misc]
        """Numba's compiler, told that no two arrays overlap."""

        def define_pipelines(self) -> Any:
            self.state.flags.noalias = True
            return super().define_pipelines()

    numbers = {"int": types.intp, "float": types.float64, "address": types.intp}
    parameters = tuple([numbers.get(kind) or types.CPointer(getattr(types, _element(kind))) for kind in signature])
    compiler = numba.njit(
        types.void(*parameters),
        error_model="numpy",
        pipeline_class=Apart,
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
    )(function)
    name = compiler.overloads[parameters].fndesc.llvm_func_name
    module = binding.parse_assembly(compiler.inspect_llvm(parameters))
    module.link_in(binding.parse_assembly(_entries(name, signature)))
    for made in module.functions:
        if not made.is_declaration and made.name not in (ENTRY, PACKED_ENTRY, name):
            made.linkage = binding.Linkage.internal
    host = processor()
    machine = binding.Target.from_triple(host.triple).create_target_machine(
        cpu=host.name, features=host.features, opt=3, jit=True
    )
    called = [made.name for made in module.functions if made.is_declaration and made.name.startswith(SYMBOL)]
    return bytes(machine.emit_object(module)), called


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
        builder.call(inner, passed)
        builder.ret_void()

    entry = ir.Function(module, ir.FunctionType(ir.VoidType(), types), ENTRY)
    write(ir.IRBuilder(entry.append_basic_block()), entry.args)
    packed = ir.Function(module, ir.FunctionType(ir.VoidType(), [index.as_pointer()]), PACKED_ENTRY)
    builder = ir.IRBuilder(packed.append_basic_block())
    places = [builder.gep(packed.args[0], [index(place)]) for place in range(len(types))]
    write(builder, [builder.load(builder.bitcast(place, kind.as_pointer())) for place, kind in zip(places, types)])
    return str(module)
