"""Writes a script that repeats one call by itself and says whether its result is right."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import numpy as np

from polytape.dtypes import DType
from polytape.version import __version__
from polytape_conformance.shadow.admissible import BY_PARTS
from polytape_conformance.shadow.call import Call, NativeDtype, leaves
from polytape_conformance.shadow.comparison import Part
from polytape_conformance.shadow.judgement import worst_element

_LITERAL = 200
"""Up to so many elements stand in the script itself; more stand in a file beside it."""

_HEAD = '''"""{headline}

Found by a shadow run of polytape {version}{where}, compared with {reference!r}.
Run this by itself: it prints what is wrong and exits with 1 as long as something is, and with 0 once that is mended.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import numpy as np
from numpy import inf, nan

os.environ.pop("POLYTAPE_SHADOW", None)  # the comparison is made here
os.environ.pop("POLYTAPE_SHADOW_RECORD", None)

import polytape as tf
from polytape.plugins import backends

backend = backends.get({backend!r})
'''

_CALL = '''

def call(inputs):
    """The op on arrays of the backend, and those arrays."""
    arrays = [backend.from_numpy(array, {device!r}) for array in inputs]
    returned = backend.{name}({arguments})
    return list(returned) if isinstance(returned, (tuple, list)) else [returned], arrays


def on_host(array):
    return np.asarray(backend.to_numpy(array) if hasattr(array, "dtype") else array)


def fail(problem):
    print(f"'{name}' on the backend {{backend.name!r}} disagrees with the reference: {{problem}}")
    sys.exit(1)
'''

_FORM = """
outputs, arrays = call(inputs)
if len(outputs) != {count}:
    fail(f"the number of outputs is wrong: {{len(outputs)}}, expected {count}.")
for output, dtype, shape in zip(outputs, {dtypes!r}, {shapes!r}):
    if dtype is None or not hasattr(output, "dtype"):
        continue
    if backend.dtype_of(output).name != dtype:
        fail(f"the dtype is wrong: {{backend.dtype_of(output).name!r}}, expected {{dtype!r}}.")
    if tuple(output.shape) != shape:
        fail(f"the shape is wrong: {{list(output.shape)}}, expected {{list(shape)}}.")
"""

_VALUES = """
{found}
standards = [
{standards}]
judged = [worst_element(found, *standard) for standard in standards]
if None not in judged:
    place, ulp, wrong = judged[0]
    print("worst element:", list(place), "found", found[place].item(), "expected", standards[0][0][place].item())
    many = f"{{wrong}} of {{found.size}} elements{of} are wrong" if found.size != 1 else "the value{of} is wrong"
    size = f", by up to {{ulp:.3g}} ULP, where {{standards[0][2]:.3g}} are allowed" if np.isfinite(ulp) else ""
    fail(f"{{many}}{{size}}.")
"""

_INPUTS = """
for position, (array, before) in enumerate(zip(arrays, inputs)):
    if position not in {writable!r} and not np.array_equal(on_host(array), before, equal_nan=before.dtype.kind in "fc"):
        fail(f"it has written to its input {{position}}.")
"""

_EARLIER = """
{earlier}
first, _ = call(earlier)
before = [np.array(on_host(output)) for output in first]
second, _ = call(inputs)
for output, value in zip(first, before):
    if not np.array_equal(on_host(output), value, equal_nan=value.dtype.kind in "fc"):
        fail("it has changed what an earlier call returned.")
"""


class Unwritable(Exception):
    """A call that can't be written down as source."""


class _Store:
    """Turns arrays into source: into a literal where all of them are small, else into a place in a file."""

    def __init__(self, arrays: list[Any]) -> None:
        self.beside = sum(array.size for array in arrays) > _LITERAL or any(array.dtype.kind == "c" for array in arrays)
        self.kept: dict[str, Any] = {}

    def source(self, array: Any) -> str:
        if not self.beside:
            literal = f'np.array({array.ravel().tolist()!r}, "{array.dtype.name}")'
            return literal if array.ndim == 1 else f"{literal}.reshape({array.shape!r})"
        name = f"a{len(self.kept)}"
        self.kept[name] = array
        return f"stored[{name!r}]"


def write_script(
    directory: Path,
    call: Call,
    *,
    headline: str,
    backend: str,
    reference: str,
    where: str,
    results: list[tuple[str, tuple[int, ...]] | None],
    part: Part | None,
    earlier: Call | None,
    writable: tuple[int, ...],
) -> Path:
    """Write the script, and a file beside it with its arrays if they are large; return where it is.

    Args:
        directory: where to write; made if it is not there.
        call: the call.
        headline: what is wrong, in a line.
        backend, reference: the names of the two.
        where: the user's line.
        results: the dtype and shape that each output must have; `None` for what is no array.
        part: the values that are wrong, if values are.
        earlier: the call before, whose result this one has changed, if that is what is wrong.
        writable: the arrays that the op may write to.

    Raises:
        Unwritable: if an argument can't be written as source.
        OSError: if the file can't be written.
    """
    standards = part.standards if part is not None else ()
    numbers = [array for each in standards for array in (each.expected, np.asarray(each.unit))]
    store = _Store([*call.arrays, *(earlier.arrays if earlier is not None else []), *numbers])
    body = [_CALL.format(device=call.device, name=call.name, arguments=_arguments(call))]
    body += [f"\ninputs = {_list(store, call.arrays)}\n"]
    dtypes, shapes = [each and each[0] for each in results], [each and each[1] for each in results]
    body += [_FORM.format(count=len(results), dtypes=dtypes, shapes=shapes)]
    if part is not None:
        body += ["\n\n" + inspect.getsource(worst_element) + "\n", *_values(store, call, part)]
    body += [_INPUTS.format(writable=writable)]
    if earlier is not None:
        body += [_EARLIER.format(earlier=f"earlier = {_list(store, earlier.arrays)}")]
    body += [f'print("{call.name!r} on the backend {backend!r} is right.")\n']
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"reproduce_{call.name}.py"
    head = _HEAD.format(
        headline=headline.replace("\\", "\\\\"),
        version=__version__,
        where=f" at {where}".replace("\\", "\\\\") if where else "",
        reference=reference,
        backend=backend,
    )
    if store.kept:
        np.savez_compressed(path.with_suffix(".npz"), **store.kept)
        head += f'stored = np.load(os.path.join(os.path.dirname(os.path.abspath(__file__)), "{path.stem}.npz"))\n'
    path.write_text(head + "".join(body), encoding="utf-8")
    return path


def _values(store: _Store, call: Call, part: Part) -> list[str]:
    functions = []
    if part.index is None:
        function, _ = BY_PARTS[call.name]
        functions = [inspect.getsource(function) + "\n"]
        wide = 'array.astype("complex128" if array.dtype.kind == "c" else "float64")'
        found = (
            f"wide = [{wide} for array in (inputs[0], *map(on_host, outputs))]\n"
            f"found = {{what: found for what, found, _ in {function.__name__}(wide[0], wide[1:])}}[{part.what!r}]"
        )
    else:
        found = f"found = on_host(outputs[{part.index}])"
    standards = "".join(
        f"    ({store.source(each.expected)}, {store.source(np.asarray(each.unit))}, {each.limit!r}),\n"
        for each in part.standards
    )
    of = f" of {part.what}" if part.what else ""
    return [*functions, _VALUES.format(found=found, standards=standards, of=of)]


def _list(store: _Store, arrays: list[Any]) -> str:
    return "[" + "".join(f"\n    {store.source(array)}," for array in arrays) + ("\n]" if arrays else "]")


def _arguments(call: Call) -> str:
    """The arguments as source, arrays by their position among all arrays."""
    places = {id(array): index for index, array in enumerate(call.arrays)}

    def source(value: Any) -> str:
        if isinstance(value, np.ndarray):
            return f"arrays[{places[id(value)]}]"
        if type(value) in (tuple, list):
            inner = "".join(f"{source(item)}, " for item in value).rstrip(" ")
            return f"({inner})" if type(value) is tuple else f"[{inner}]"
        if isinstance(value, NativeDtype):
            return f"backend.native_dtype(tf.{value.dtype.name})"
        if isinstance(value, DType):
            return f"tf.{value.name}"
        if value is None or value is Ellipsis or type(value) in (bool, int, float, complex, str, slice):
            return repr(value)
        raise Unwritable(f"its argument {value!r:.80} can't be written down in a script")

    options = dict(call.options)
    if call.name in ("full", "arange") and call.device is not None:
        options["device"] = call.device
    named = [f"{name}={source(value)}" for name, value in options.items()]
    return ", ".join([*(source(argument) for argument in call.arguments), *named])


def options_of(call: Call) -> tuple[str, ...]:
    """The arguments that are no arrays, as people read them."""
    shown = [(str(position), value) for position, value in enumerate(call.arguments)] + list(call.options.items())
    return tuple(
        f"{name}={value.dtype.name if isinstance(value, NativeDtype) else value!r:.80}"
        for name, value in shown
        if not any(isinstance(leaf, np.ndarray) for leaf in leaves(value))
    )
