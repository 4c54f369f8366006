"""What can be held against CuPy itself without a GPU: names, signatures, and the kernels that fusing makes."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("cupy", reason="CuPy is not installed")

import cupy
from cupy_tracing import array_of_nothing, compiled, dtypes_of, traced

import polytape
import polytape_cupy
from polytape import dtypes
from polytape.backend import COMPOSITIONS
from polytape.ops import import_families
from polytape_cupy import arithmetic, fusing, indexing, normalization, random, softmax

import_families()
for module in ("polytape.optimizers", "polytape.compat.optimizers"):  # whose files hold the formulas of updates
    importlib.import_module(module)

FLOATS = ("float16", "float32", "float64")
FLAGS = ("approximate", "nesterov")
PAGE = Path(polytape_cupy.__file__).parent
SOURCES = {info.name: PAGE / f"{info.name}.py" for info in pkgutil.iter_modules([str(PAGE)])}


def _names(tree: ast.AST) -> dict[str, ast.AST]:
    """All dotted names that start with `cupy`, `cupyx` or `special`, and a place where each stands."""
    found: dict[str, ast.AST] = {}
    for node in ast.walk(tree):
        dotted = _dotted(node)
        if dotted and dotted.partition(".")[0] in ("cupy", "cupyx", "special"):
            found[dotted] = node
    return found


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (inner := _dotted(node.value)):
        return f"{inner}.{node.attr}"
    return ""


def _resolved(dotted: str) -> Any:
    first, *rest = dotted.split(".")
    found = importlib.import_module("cupyx.scipy.special" if first == "special" else first)
    for name in rest:
        found = getattr(found, name)
    return found


@pytest.mark.parametrize("module", sorted(SOURCES))
def test_every_name_of_cupy_is_there(module: str) -> None:
    tree = ast.parse(SOURCES[module].read_text(encoding="utf-8"))
    for name in _names(tree):
        assert _resolved(name) is not None, name


@pytest.mark.parametrize("module", sorted(SOURCES))
def test_every_call_fits_its_signature(module: str) -> None:
    for node in ast.walk(ast.parse(SOURCES[module].read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or _dotted(node.func).partition(".")[0] not in ("cupy", "cupyx"):
            continue
        function = _resolved(_dotted(node.func))
        starred = any(isinstance(argument, ast.Starred) for argument in node.args)
        if isinstance(function, cupy.ufunc):
            assert starred or len(node.args) == function.nin, ast.unparse(node)
        elif not starred and (signature := _signature(function)) is not None:
            signature.bind(*node.args, **{keyword.arg: keyword.value for keyword in node.keywords})


def _signature(function: Any) -> inspect.Signature | None:
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):  # written in C
        return None


def test_primitives_are_those_of_the_namespace() -> None:
    """What the backend leaves to CuPy's namespace is there, and takes as many arrays."""
    from polytape.backend import PRIMITIVES
    from polytape_cupy.functions import FUNCTIONS, METHODS

    left = [name for name in PRIMITIVES if name not in FUNCTIONS and name not in METHODS]
    assert "add" in left
    for name in left:
        function = getattr(cupy, name)
        if isinstance(function, cupy.ufunc):
            wanted = inspect.signature(vars(polytape.backend.Backend)[name].function)
            assert function.nin == len(wanted.parameters) - 1, name


def _metadata(name: str) -> tuple[int, dict[str, Any]]:
    """How many arrays a composition takes, and values for its metadata."""
    parameters = list(inspect.signature(COMPOSITIONS[name]).parameters.values())[1:]
    keywords = [parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY]
    return len(parameters) - len(keywords), {key: True if key in FLAGS else 0.5 for key in keywords}


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", sorted(fusing.ELEMENTWISE | fusing.UPDATES))
def test_composition_becomes_a_kernel(name: str, dtype: str) -> None:
    count, metadata = _metadata(name)
    passed = fusing.PASSED.get(name, ())
    fixed = tuple((key, value) for key, value in metadata.items() if key not in passed)
    function = fusing._kernel(name, passed, fixed).func
    kernel = traced(function, [*[0.5] * len(passed), *[array_of_nothing(dtype)] * count])
    slots = len(inspect.signature(COMPOSITIONS[name]).return_annotation.split(",")) if name in fusing.UPDATES else 1
    assert dtypes_of(kernel) == [dtype] * slots
    assert _machine_code(kernel)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", sorted(fusing.PASSED))
def test_numbers_may_be_arrays(name: str, dtype: str) -> None:
    """In a CUDA graph the numbers of the step are arrays without axes, which keep the dtype of the results."""
    count, metadata = _metadata(name)
    passed = fusing.PASSED[name]
    fixed = tuple((key, value) for key, value in metadata.items() if key not in passed)
    function = fusing._kernel(name, passed, fixed).func
    numbers = [array_of_nothing(dtype, 0) for _ in passed]
    kernel = traced(function, [*numbers, *[array_of_nothing(dtype)] * count])
    assert set(dtypes_of(kernel)) == {dtype}
    assert _machine_code(kernel)


def test_capturing_has_what_it_asks_for() -> None:
    """What is called on CuPy's objects, whose methods are written in C."""
    names = {
        cupy.cuda.Stream: ("begin_capture", "end_capture", "is_capturing", "record", "wait_event", "__enter__"),
        cupy.cuda.Graph: ("launch", "upload"),
        cupy.cuda.MemoryPool: ("malloc",),
        cupy.cuda.MemoryPointer: ("mem", "ptr", "device_id"),
        cupy.ndarray: ("data", "strides", "copy"),
    }
    for kind, attributes in names.items():
        for attribute in attributes:
            assert hasattr(kind, attribute), (kind, attribute)
    x = array_of_nothing("float32")
    assert x[1:].data.mem is x.data.mem is x.T.data.mem  # by which views of static memory are known
    assert cupy.cuda.runtime.is_hip is False


def test_slots_that_are_none_stay_out_of_the_kernel() -> None:
    function = fusing._kernel("rmsprop_update", ("rate",), (("rho", 0.9), ("momentum", 0.0), ("epsilon", 1e-7))).func
    x = array_of_nothing("float32")
    assert dtypes_of(traced(function, [0.5, x, x, x, None, None])) == ["float32"] * 2


OTHERS: list[tuple[Any, tuple[Any, ...], tuple[str, ...]]] = [
    *((arithmetic._remainder_of_floats, (dtype, dtype), (dtype,)) for dtype in FLOATS),
    *((arithmetic._complex_power, (dtype, dtype), (dtype,)) for dtype in ("complex64", "complex128")),
    *((arithmetic._expm1_parts, (dtype, dtype), (dtype, dtype)) for dtype in FLOATS[1:]),
    *((arithmetic._log1p_parts, (dtype, dtype), (dtype, dtype)) for dtype in FLOATS[1:]),
    *((indexing._inside, (dtype, 7), ("bool",)) for dtype in ("int32", "int64", "uint8")),
    *((softmax._powers, (dtype, dtype), (dtype,)) for dtype in FLOATS),
    *((softmax._log_shares, (dtype, dtype, dtype), (dtype,)) for dtype in FLOATS),
    *((softmax._excess, (dtype, dtype, "int32", "int32"), (dtype,)) for dtype in FLOATS),
    (softmax._places, ("int64", "int64", 10), ("int64",)),
    *((softmax._losses, ("int32", 10, dtype, dtype, dtype), (dtype,)) for dtype in FLOATS),
    *((normalization._squared_deviation, (dtype, dtype), (dtype,)) for dtype in FLOATS),
    *((normalization._standardized, (dtype, dtype, dtype, 1e-3), (dtype,)) for dtype in FLOATS),
    (random._threefry, ("uint32",) * 5, ("uint32",) * 2),
    (random._uniform(dtypes.float16), ("uint32",), ("float16",)),
    (random._uniform(dtypes.float32), ("uint32",), ("float32",)),
    (random._uniform(dtypes.float64), ("uint32",) * 2, ("float64",)),
    (random._normal(dtypes.float16), ("uint32",), ("float16",)),
    (random._normal(dtypes.float32), ("uint32",), ("float32",)),
    (random._normal(dtypes.float64), ("uint32",) * 2, ("float64",)),
]


@pytest.mark.parametrize(("fused", "arguments", "expected"), OTHERS)
def test_fused_function_becomes_a_kernel(fused: Any, arguments: tuple[Any, ...], expected: tuple[str, ...]) -> None:
    made = [array_of_nothing(item) if isinstance(item, str) else item for item in arguments]
    kernel = traced(fused.func, made)
    assert dtypes_of(kernel) == list(expected)
    assert _machine_code(kernel)


def _machine_code(kernel: Any) -> bytes:
    """The kernel compiled; a look at its source where NVRTC or CUDA's headers are not installed."""
    try:
        from cupy_backends.cuda.libs import nvrtc

        nvrtc.getVersion()
    except (ImportError, RuntimeError):
        return kernel.operation.encode()
    return compiled(kernel)


def test_every_fused_function_is_tried() -> None:
    kind = type(softmax._powers)
    modules = (arithmetic, indexing, normalization, random, softmax)
    there = {id(value) for module in modules for value in vars(module).values() if isinstance(value, kind)}
    assert there <= {id(function) for function, *_ in OTHERS}


def test_ufuncs_keep_the_dtypes_that_the_contract_names() -> None:
    """CuPy lists the dtypes that its element-wise functions are compiled for, GPU or not."""
    for name in ("exp", "log", "sqrt", "tanh", "asin", "acosh", "floor", "add", "divide", "maximum", "fmod"):
        types = getattr(cupy, name).types
        for code in "efd":
            count = getattr(cupy, name).nin
            assert f"{code * count}->{code}" in types, (name, code)
    assert np.dtype("q") == np.dtype("int64")
