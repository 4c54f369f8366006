"""The lines that the house's floor plan draws: who imports what, and what importing costs."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest
from temporary_environment import Environment

import polytape as tf
from polytape import protocols

ROOT = Path(__file__).parents[1]
CORE = ROOT / "core" / "polytape"

EXCHANGE = {
    "exchange": "the contract's own way to the host",
    "conversion": "reads Python's numbers, sequences and other libraries' arrays",
    "data.padded_batching": "indices of rows, on the host",
    "data.purity": "knows NumPy's arrays and numbers among what a function names",
    "data.references": "indices of rows, on the host",
    "data.rows": "indices of rows, on the host",
    "data.sources": "a block of numbers, made on the host",
    "dtypes": "names NumPy's dtypes, and knows their limits",
    "graph.signature": "takes arrays among the arguments of a function for tensors",
    "keras.utils.labels": "functions of NumPy arrays, as in Keras",
    "keras.utils.seeds": "seeds NumPy's generator, too, as in Keras",
    "notebook": "prints",
    "ops.assertions": "limits of dtypes, and values in messages",
    "ops.casting": "limits of dtypes, and bits read as another dtype on the host",
    "ops.einsum": "asks for the order of contractions",
    "ops.inspection": "values that are known without computing",
    "ops.least_squares": "limits of dtypes",
    "ops.printing": "prints",
    "ops.python_function": "hands arrays to functions of NumPy arrays",
    "random.distributions": "limits of dtypes",
    "random.generator": "seeds and states, on the host",
    "random.host": "random numbers that Python decides by",
    "random.keys": "seeds and keys, on the host",
    "random.stateless": "seeds, on the host",
    "tensor": "gives values out",
}
"""The modules of core that may import NumPy, each with what it exchanges with the host."""

OTHERS = {
    "rich": ("cli.printing", "models.summary", "profiling.table"),
    "pluggy": ("plugins.hookspecs", "plugins.manager"),
}
"""What else core may import from outside of the standard library, and where."""


class Import(NamedTuple):
    """One import statement of one name."""

    importer: str
    imported: str
    name: str | None
    at_import_time: bool


@cache
def modules() -> dict[str, ast.Module]:
    """The syntax tree of each module of core, by its name below `polytape`."""
    trees = {}
    for path in sorted(CORE.rglob("*.py")):
        parts = path.relative_to(CORE).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        trees[name] = ast.parse(path.read_text(), str(path))
    return trees


def imports(name: str, tree: ast.Module) -> Iterator[Import]:
    """The imports of a module, but those for type checkers only."""

    def walk(nodes: list[ast.stmt], at_import_time: bool) -> Iterator[Import]:
        for node in nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield Import(name, alias.name, None, at_import_time)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{name} imports relatively"
                for alias in node.names:
                    assert alias.name != "*", f"{name} imports a star"
                    yield Import(name, node.module or "", alias.name, at_import_time)
            elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
                yield from walk(node.orelse, at_import_time)
            else:
                inside = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
                for field in ("body", "orelse", "finalbody"):
                    yield from walk(getattr(node, field, []), at_import_time and not inside)
                for handler in getattr(node, "handlers", []):
                    yield from walk(handler.body, at_import_time)

    return walk(tree.body, True)


@cache
def all_imports() -> tuple[Import, ...]:
    return tuple(found for name, tree in modules().items() for found in imports(name, tree))


def test_core_knows_no_backend_and_no_plugin() -> None:
    folders = [path.name for source in ("backends", "plugins") for path in (ROOT / source).iterdir()]
    assert "polytape_numpy" in folders and "polytape_losses" in folders
    strangers = [found for found in all_imports() if found.imported.partition(".")[0] in folders]
    assert not strangers
    named = [
        name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in folders
    ]
    assert not named, "not by import_module, either"


def test_core_imports_no_array_library_but_numpy_for_exchange() -> None:
    outside = {
        (found.importer, package)
        for found in all_imports()
        if (package := found.imported.partition(".")[0]) != "polytape" and package not in sys.stdlib_module_names
    }
    allowed = {(module, "numpy") for module in EXCHANGE}
    allowed |= {(module, package) for package, names in OTHERS.items() for module in names}
    strangers = sorted(outside - allowed)
    assert not strangers, "compute with ops or `backend`; a module that exchanges with the host goes into the list"


def test_the_lists_of_exceptions_hold_no_more_than_is_needed() -> None:
    used = {(found.importer, found.imported.partition(".")[0]) for found in all_imports()}
    unused = [module for module in EXCHANGE if (module, "numpy") not in used]
    unused += [module for package, names in OTHERS.items() for module in names if (module, package) not in used]
    assert not unused


def imported_modules(found: Import) -> Iterator[str]:
    """The modules of core that an import statement runs, packages above them included."""
    if found.imported.partition(".")[0] != "polytape":
        return
    target = found.imported.removeprefix("polytape").removeprefix(".")
    if found.name is not None and f"{target}.{found.name}".removeprefix(".") in modules():
        yield f"{target}.{found.name}".removeprefix(".")
        if not target:
            return  # `from polytape import nest` while polytape itself is being imported is no circle
    while target:
        yield target
        target = target.rpartition(".")[0]


def test_no_circles_at_import_time() -> None:
    below: dict[str, set[str]] = {name: set() for name in modules()}
    for found in all_imports():
        if found.at_import_time and found.importer:
            below[found.importer] |= set(imported_modules(found)) - {found.importer}
    for name in below:  # a package that is being imported imports its own modules
        below[name] -= {package for package in below[name] if name.startswith(f"{package}.")}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, f"a circle of imports: {' → '.join((*path[path.index(name) :], name))}"
        if name not in done:
            for other in sorted(below[name]):
                visit(other, (*path, name))
            done.add(name)

    for name in below:
        visit(name, ())


FLOORS = (
    ("errors", "dtypes", "shape", "nest", "environment", "protocols", "spelling", "version"),
    ("backend", "plugins"),
    ("tensor", "conversion", "plan", "op", "recorder", "backward", "tape", "variable", "arguments"),
    ("ops",),
    ("layers", "models", "optimizers", "metrics", "data", "random"),
    ("keras", "compat", "contrib", "cli"),
)
"""The floors of docs/architecture.md; a module that is named here imports nothing of a higher one."""


def test_imports_run_downwards() -> None:
    floor = {name: level for level, names in enumerate(FLOORS) for name in names}
    upwards = {
        (found.importer, module)
        for found in all_imports()
        for module in imported_modules(found)
        if found.at_import_time
        and floor.get(module.partition(".")[0], -1) > floor.get(found.importer.partition(".")[0], 99)
    }
    assert not upwards


HEAVY = (
    "sklearn",
    "matplotlib",
    "rich",
    "pluggy",
    "pooch",
    "scipy",
    "argparse",
    "unittest",
    "polytape_losses",
)


ON_DEMAND = tuple(f"polytape.{name}" for name in ("graph.function", "keras", "layers", "profiling", "random"))


def test_importing_polytape_is_light(environment: Environment) -> None:
    printed = environment.python("import sys, polytape; print(*sys.modules)").split()
    heavy = {name.partition(".")[0] for name in printed} & {
        *HEAVY,
        "polytape_datasets",
        "polytape_conformance",
    }
    assert "polytape" in printed and not heavy
    backends = {name for name in printed if name.startswith("polytape_")}
    assert not backends, "a backend is imported by the first tensor"
    on_demand = {name for name in printed if name.startswith(ON_DEMAND)}
    assert not on_demand, "not every program asks for them"


def test_importing_polytape_writes_no_file(environment: Environment) -> None:
    source = """
        import sys
        written = []

        def watch(event, arguments):
            if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
                written.append(arguments[0])
            elif event in ("os.mkdir", "os.rename", "os.remove", "os.link", "os.symlink", "tempfile.mkstemp"):
                written.append((event, *arguments))

        sys.addaudithook(watch)
        import polytape
        print(written)
        """
    assert environment.python(source, PYTHONDONTWRITEBYTECODE="1") == "[]\n"


def test_the_environment_is_not_read_by_importing(environment: Environment) -> None:
    environment.python("import polytape", POLYTAPE_BACKEND="no such backend", POLYTAPE_DISABLE_PLUGINS="::")


ARGUMENTS = {
    "InputLayer": ((3,),),
    "Dense": (3,),
    "Dropout": (0.5,),
    "Embedding": (3, 2),
    "Conv2D": (2, 3),
    "Activation": ("relu",),
}
"""What to make classes of that can't be made without arguments."""


def built_in() -> dict[str, tuple[type, object]]:
    """Built-in objects by name, each with the protocol that it is to keep."""
    found: dict[str, tuple[type, object]] = {
        "tensor": (protocols.Tensor, tf.constant(1.0)),
        "variable": (protocols.Variable, tf.Variable(1.0)),
        "tape": (protocols.GradientTape, tf.GradientTape()),
        "backend": (protocols.Backend, import_module("polytape.plugins.backends").current()),
    }
    for protocol in (protocols.Layer, protocols.Optimizer, protocols.Metric):
        facade = getattr(tf.keras, f"{protocol.__name__.lower()}s")
        base = getattr(facade, protocol.__name__)
        classes = {name: value for name in dir(facade) if isinstance(value := getattr(facade, name), type)}
        for name, made in classes.items():
            if issubclass(made, base) and made is not base and (name in ARGUMENTS or needs_nothing(made)):
                found[f"{facade.__name__}.{name}"] = (protocol, made(*ARGUMENTS.get(name, ())))
    return found


def needs_nothing(made: type) -> bool:
    """Whether a class can be made without arguments."""
    parameters = inspect.signature(made).parameters.values()
    return all(p.default is not p.empty or p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) for p in parameters)


BUILT_IN = built_in()


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_classes_keep_what_the_protocols_promise(name: str) -> None:
    protocol, instance = BUILT_IN[name]
    assert isinstance(instance, protocol)


def test_the_protocols_are_tried_on_all_kinds() -> None:
    tried = [protocol.__name__ for protocol, _ in BUILT_IN.values()]
    assert tried.count("Optimizer") >= 8 and tried.count("Layer") >= 15 and tried.count("Metric") >= 15


def test_built_in_contributions_keep_what_is_promised() -> None:
    from polytape.plugins import installed
    from polytape.plugins.contributions import Contributions

    own = [record for record in installed("plugin") if record.distribution == "polytape"]
    assert own and all(record.state in ("found", "ready") for record in own), [record.cause for record in own]
    losses = Contributions("losses")
    for name in losses.names():
        assert callable(losses.get(name))
    datasets = Contributions("datasets")
    assert {"mnist"} <= set(datasets.names())
    for name in datasets.names():
        assert callable(datasets.get(name).load_data)
