"""A target of Numba's: functions of pointers and numbers, in LLVM's language, which others optimise and load.

For its own target Numba makes machine code of each function, and of each that it calls, to call them from Python; it
prepares arrays, strings, dictionaries and what counts their references. Kernels need none of this, and are there in a
third of the time.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
from llvmlite import binding, ir
from numba.core import compiler, cpu, fastmathpass, target_extension, typed_passes, types, typing, untyped_passes
from numba.core.codegen import Codegen, CodeLibrary
from numba.core.compiler_lock import global_compiler_lock
from numba.core.compiler_machinery import PassManager
from numba.core.descriptors import TargetDescriptor
from numba.core.dispatcher import Dispatcher
from numba.core.typing import mathdecl

from polytape_numpy.native.processor import processor

NAME = "polytape"


@cache
def machine() -> Any:
    """What makes code for this processor."""
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    host = processor()
    target = binding.Target.from_triple(host.triple)
    return target.create_target_machine(cpu=host.name, features=host.features, opt=3, jit=True)


class _Library(CodeLibrary):  # type: ignore[misc]
    """A function in LLVM's language, and the libraries of those that it calls."""

    def __init__(self, codegen: _Codegen, name: str) -> None:
        super().__init__(codegen, name)
        self._modules: list[ir.Module] = []
        self._called: dict[_Library, None] = {}

    def add_ir_module(self, ir_module: ir.Module) -> None:
        self._modules.append(ir_module)

    def add_linking_library(self, library: _Library) -> None:
        self._called[library] = None

    def modules(self) -> Iterator[ir.Module]:
        """All that the function needs, each module once."""
        found: dict[_Library, None] = {self: None}
        waiting = [self]
        while waiting:
            library = waiting.pop()
            yield from library._modules
            waiting += [called for called in library._called if called not in found]
            found.update(library._called)

    def finalize(self) -> None:
        self._finalized = True

    def get_function(self, name: str) -> Any:
        raise NotImplementedError("Functions are there once all modules are linked.")

    def get_llvm_str(self) -> str:
        return "\n".join(map(str, self._modules))

    def get_asm_str(self) -> str:
        raise NotImplementedError("Machine code is made elsewhere.")


class _Codegen(Codegen):  # type: ignore[misc]
    """What makes libraries."""

    _library_class = _Library

    def __init__(self) -> None:
        self._target_data = machine().target_data

    def _create_empty_module(self, name: str) -> ir.Module:
        module = ir.Module(name)
        module.triple, module.data_layout = machine().triple, str(self._target_data)
        return module

    def _add_module(self, module: Any) -> None:
        raise NotImplementedError("Nothing is loaded here.")


class _Types(typing.BaseContext):  # type: ignore[misc]
    """What is known of types: numbers and their functions."""

    def __init__(self) -> None:
        super().__init__()
        for name in ("float32", "float64"):
            self.insert_global(getattr(np, name), types.NumberClass(getattr(types, name)))

    def load_additional_registries(self) -> None:
        self.install_registry(mathdecl.registry)

    def resolve_value_type(self, val: Any) -> Any:
        """The type of a constant; functions for Numba's own target are compiled for this one."""
        return super().resolve_value_type(_function(val) if isinstance(val, Dispatcher) else val)


class _Context(cpu.CPUContext):  # type: ignore[misc]
    """How functions are written in LLVM's language."""

    def init(self) -> None:
        self.is32bit = False
        self._internal_codegen = _Codegen()

    def load_additional_registries(self) -> None:
        from numba.cpython import builtins, mathimpl, numbers, rangeobj, tupleobj  # noqa: F401

        self.install_registry(mathimpl.registry)

    def get_abi_sizeof(self, ty: ir.Type) -> int:
        """The size of a type, for which LLVM is asked once."""
        return _size(ty)

    def post_lowering(self, mod: ir.Module, library: _Library) -> None:
        if self.fastmath:
            fastmathpass.rewrite_module(mod, self.fastmath)

    def get_executable(self, library: _Library, fndesc: Any, env: Any) -> Any:
        """By what the function is known to others."""
        return library


@cache
def _size(kind: ir.Type) -> int:
    size: int = kind.get_abi_size(machine().target_data)
    return size


class _Options(cpu.CPUTargetOptions):  # type: ignore[misc]
    """What the compiler is told."""

    def finalize(self, flags: Any, options: Any) -> None:
        super().finalize(flags, options)
        flags.error_model = "numpy"
        flags.no_cpython_wrapper = flags.no_cfunc_wrapper = True
        flags.nrt = False


class _Description(TargetDescriptor):  # type: ignore[misc]
    """The target's parts."""

    options = _Options

    def __init__(self) -> None:
        super().__init__(NAME)
        self._types = _Types()
        self._context = _Context(self._types, NAME)

    @property
    def typing_context(self) -> _Types:
        return self._types

    @property
    def target_context(self) -> _Context:
        return self._context


class _Compiler(compiler.CompilerBase):  # type: ignore[misc]
    """The steps from Python's byte code to LLVM's language."""

    def define_pipelines(self) -> list[PassManager]:
        steps = PassManager(NAME)
        for step in (
            untyped_passes.TranslateByteCode,
            untyped_passes.FixupArgs,
            untyped_passes.IRProcessing,
            untyped_passes.ReconstructSSA,
            typed_passes.NopythonTypeInference,
            typed_passes.PreLowerStripPhis,
            typed_passes.IRLegalization,
            typed_passes.NativeLowering,
            typed_passes.NoPythonBackend,
        ):
            steps.add_pass(step, step.__name__)
        steps.finalize()
        return [steps]


class Kernels(target_extension.CPU):  # type: ignore[misc]
    """The target's name among those that Numba knows."""


target_extension.target_registry[NAME] = Kernels


class _Function(Dispatcher):  # type: ignore[misc]
    """A function that others call, compiled for each of the types of its arguments."""

    targetdescr = _Description()

    def get_call_template(self, args: Sequence[Any], kws: dict[str, Any]) -> Any:
        """The types of a call; constants are of the type of other numbers, for which the function is there already."""
        return super().get_call_template(tuple(map(types.unliteral, args)), kws)

    def add_overload(self, cres: Any) -> None:
        """Know a compiled function; Python does not call it."""
        self.overloads[tuple(cres.signature.args)] = cres


def _compiling(**options: Any) -> Callable[[Any], _Function]:
    """The decorator of functions for the target."""
    return lambda function: _Function(function, targetoptions={**options, "nopython": True}, pipeline_class=_Compiler)


target_extension.dispatcher_registry[Kernels] = _Function
target_extension.jit_registry[Kernels] = _compiling


@cache
def _function(other: Dispatcher) -> _Function:
    """What Numba would compile for its own target, for this one."""
    return other if isinstance(other, _Function) else _compiling(**other.targetoptions)(other.py_func)


@global_compiler_lock  # type: ignore[untyped-decorator]
def lowered(function: Callable[..., None], parameters: Sequence[Any]) -> tuple[str, Iterator[ir.Module]]:
    """A function of no result in LLVM's language: its name there, and the modules of it and of all that it calls.

    No two of the arrays that its parameters point to overlap.
    """
    description = _Function.targetdescr
    flags = description.options.parse_as_flags(compiler.Flags(), {"nopython": True})
    flags.noalias = True
    with target_extension.target_override(NAME), _without_collections():
        made = compiler.compile_extra(
            description.typing_context,
            description.target_context,
            function,
            tuple(parameters),
            types.void,
            flags,
            {},
            pipeline_class=_Compiler,
        )
    return made.fndesc.llvm_func_name, made.library.modules()


@contextmanager
def _without_collections() -> Iterator[None]:
    """No search for garbage: Numba makes many objects, which stay, and a tenth of its time would go into looking."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
