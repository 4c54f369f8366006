"""What plugins contribute, hook by hook, and how it is asked for."""

from __future__ import annotations

import inspect
import re

import pluggy
import pytest
from temporary_environment import ROOT, Environment

from polytape.errors import InvalidArgumentError
from polytape.plugins import hookspecs
from polytape.plugins.contributions import KINDS, Contributions

HOOKS = {name for name, value in vars(hookspecs).items() if name.startswith("polytape_") and inspect.isfunction(value)}
CONTRIBUTING = {f"polytape_{kind}" for kind in KINDS}
LIFECYCLE = {"polytape_backend_selected", "polytape_shadow"}

ASK = "from polytape.plugins import Contributions\n"


def plugin(environment: Environment, distribution: str, source: str) -> None:
    module = f"{distribution}_plugin"
    head = "from polytape.plugins import hookimpl\n"
    environment.add(distribution, {module: head + source}, plugins={distribution: module})


def offering(hook: str, names: str) -> str:
    values = ", ".join(f"{name!r}: '{name} of ' + __name__" for name in names.split())
    return f"@hookimpl\ndef {hook}():\n    return {{{values}}}\n"


# Every hook.


def test_every_hook_is_tested_here() -> None:
    assert HOOKS == CONTRIBUTING | LIFECYCLE


def test_every_hook_has_a_heading_in_the_docs() -> None:
    page = (ROOT / "docs/how-to/write-a-plugin.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^#+ `(polytape_\w+)`", page, flags=re.MULTILINE)) == HOOKS


@pytest.mark.parametrize("hook", sorted(HOOKS))
def test_every_hook_has_a_docstring_with_an_example(hook: str) -> None:
    documentation = inspect.getdoc(getattr(hookspecs, hook)) or ""
    assert "Example::" in documentation and f"def {hook}(" in documentation


def test_every_hook_is_known_to_pluggy() -> None:
    manager = pluggy.PluginManager("polytape")
    manager.add_hookspecs(hookspecs)
    assert {name for name in vars(manager.hook) if not name.startswith("_")} == HOOKS


@pytest.mark.parametrize("hook", sorted(CONTRIBUTING))
def test_contributing_hook(environment: Environment, hook: str) -> None:
    kind = hook.removeprefix("polytape_")
    plugin(environment, "acme", offering(hook, "Beta Alpha"))
    out = environment.python(
        ASK + f"c = Contributions({kind!r}); print(c.names(), c.get('Beta'), '/', c.get('Acme:Alpha'))"
    )
    assert out.index("'Alpha', ") < out.index("'Beta'")  # between them, those that come with polytape
    assert out.endswith("] Beta of acme_plugin / Alpha of acme_plugin\n")


BACKENDS = """
from polytape.backend import Backend
class Red(Backend):
    name = "red"
class Green(Backend):
    name = "green"
"""


def test_polytape_backend_selected(environment: Environment) -> None:
    environment.add("toys", {"toys": BACKENDS}, backends={"red": "toys:Red", "green": "toys:Green"})
    plugin(environment, "acme", "@hookimpl\ndef polytape_backend_selected(backend):\n    print(backend.name)")
    out = environment.python(
        ASK
        + """
from polytape.plugins.backends import current, use
current()
use("green")
print("loading")
Contributions("losses").names()
print("using")
use("red")
with use("green"):
    print("inside")
print("again")
kept = use("green")
with kept: pass
with kept: pass
        """,
        POLYTAPE_BACKEND="red",
    )
    before, loading, using, inside, again = re.split("loading|using|inside|again", out.replace("\n", " "))
    assert before.split() == []  # nothing has been looked up, so no plugin is loaded
    assert loading.split() == ["green"]
    assert using.split() == ["red", "green"]
    assert inside.split() == ["red"]
    assert again.split() == ["green", "red", "green", "red"]


def test_polytape_backend_selected_by_the_environment(environment: Environment) -> None:
    plugin(environment, "acme", "@hookimpl\ndef polytape_backend_selected(backend):\n    print(backend.name)")
    source = "from polytape.plugins import backends\nContributions('losses').names(); print('loaded')\n"
    assert environment.python(ASK + source + "backends.current()") == "loaded\nnumpy\n"


def test_a_listener_that_fails_is_noted(environment: Environment) -> None:
    plugin(environment, "acme", "@hookimpl\ndef polytape_backend_selected(backend):\n    1 / 0")
    source = """
from polytape.plugins import installed
from polytape.plugins.backends import use
Contributions("losses").names()
use("numpy")
print([record.complaint() for record in installed("plugin") if record.name == "acme"])
"""
    out = environment.python(ASK + source)
    assert "broken: calling polytape_backend_selected raised ZeroDivisionError" in out


REFUSING = """
@hookimpl
def polytape_shadow():
    return {answer}
"""
SHADOW = """
@hookimpl
def polytape_shadow(backend, reference, listing, directory):
    print(backend.name, reference.name, backend is reference, listing and listing.name, directory.name)
    return {answer}
"""


def test_polytape_shadow(environment: Environment) -> None:
    environment.add("toys", {"toys": BACKENDS}, backends={"red": "toys:Red", "green": "toys:Green"})
    plugin(environment, "acme", SHADOW.format(answer="None"))
    plugin(environment, "beta", SHADOW.format(answer="True"))
    plugin(environment, "gamma", SHADOW.format(answer="True"))
    source = "from polytape.plugins.backends import get\nget('red'); get('toys:green'); get('red')"
    out = environment.python(
        source,
        POLYTAPE_SHADOW="green",
        POLYTAPE_SHADOW_RECORD="all.jsonl",
        POLYTAPE_SHADOW_DIR="here",
        POLYTAPE_DISABLE_PLUGINS="conformance",
    )
    line = "{} green False all.jsonl here\n"
    assert out == 2 * line.format("red") + 2 * line.format("green")  # asked until one takes it on, once a backend


def test_polytape_shadow_that_fails_is_an_error(environment: Environment) -> None:
    plugin(environment, "acme", REFUSING.format(answer="1 / 0"))
    variables = {"POLYTAPE_SHADOW": "numpy", "POLYTAPE_DISABLE_PLUGINS": "conformance"}
    for _ in range(2):
        kind, message = failure(environment, "from polytape.plugins.backends import get; get('numpy')", **variables)
        assert kind == "PluginError" and "calling polytape_shadow raised ZeroDivisionError" in message


def test_polytape_shadow_without_a_plugin_that_can(environment: Environment) -> None:
    plugin(environment, "acme", REFUSING.format(answer="None"))
    source = "from polytape.plugins.backends import get; get('numpy')"
    variables = {"POLYTAPE_SHADOW": "numpy", "POLYTAPE_DISABLE_PLUGINS": "conformance"}
    kind, message = failure(environment, source, **variables)
    assert kind == "PluginError" and "no plugin that is installed and not blocked implements" in message
    assert "reinstall polytape, or take the kit out of POLYTAPE_DISABLE_PLUGINS" in message


# Asking for names.


def test_unknown_kind() -> None:
    with pytest.raises(InvalidArgumentError, match="no 'loses'; the kinds are losses, datasets"):
        Contributions("loses")


def failure(environment: Environment, expression: str, **variables: str) -> tuple[str, str]:
    source = f"""
try:
    {expression}
except Exception as error:
    print(type(error).__name__)
    print(error)
"""
    kind, _, message = environment.python(ASK + source, **variables).partition("\n")
    return kind, message


def test_an_unknown_name_comes_with_the_nearest_one_and_the_reasons(environment: Environment) -> None:
    plugin(environment, "acme", offering("polytape_metrics", "Kappa Gini"))
    plugin(environment, "bad", "raise OSError('disk on fire')")
    plugin(environment, "off", offering("polytape_metrics", "Brier"))
    kind, message = failure(environment, "Contributions('metrics').get('Kapa')", POLYTAPE_DISABLE_PLUGINS="off")
    assert kind == "UnknownContributionError"
    assert "Did you mean 'Kappa'?" in message and "Gini, Kappa" in message
    assert "plugin 'bad' (bad 1.0) is broken: importing 'bad_plugin' raised OSError: disk on fire" in message
    assert "plugin 'off' (off 1.0) is blocked" in message and "`polytape doctor`" in message


def test_one_name_from_two_distributions(environment: Environment) -> None:
    plugin(environment, "acme", offering("polytape_metrics", "Kappa Gini"))
    plugin(environment, "globex", offering("polytape_metrics", "Kappa"))
    kind, message = failure(environment, "Contributions('metrics').get('Kappa')")
    assert kind == "AmbiguousNameError"
    assert "(acme 1.0)" in message and "(globex 1.0)" in message and "'globex:Kappa'" in message
    source = "c = Contributions('metrics'); print(c.get('globex:Kappa'), c.names())"
    assert environment.python(ASK + source) == "Kappa of globex_plugin ['Gini']\n"
    assert failure(environment, "Contributions('metrics').get('globex:Gini')")[0] == "UnknownContributionError"


def test_plugins_of_one_label_do_not_stand_in_each_other_s_way(environment: Environment) -> None:
    for distribution, name in (("acme", "Kappa"), ("globex", "Gini")):
        module = f"{distribution}_plugin"
        source = "from polytape.plugins import hookimpl\n" + offering("polytape_metrics", name)
        environment.add(distribution, {module: source}, plugins={"metrics": module})
    source = "c = Contributions('metrics'); print(c.names(), c.get('Kappa'))"
    assert environment.python(ASK + source) == "['Gini', 'Kappa'] Kappa of acme_plugin\n"


def test_a_name_contributed_twice_is_shown_with_both(environment: Environment) -> None:
    plugin(environment, "acme", offering("polytape_metrics", "Kappa Gini"))
    plugin(environment, "globex", offering("polytape_metrics", "Kappa"))
    rows = environment.listing("plugins")
    for name in ("acme:acme", "globex:globex"):
        assert rows[name]["state"] == "ambiguous"
        assert "metrics: Kappa" in rows[name]["cause"] and "Gini" not in rows[name]["cause"]


def test_a_broken_hook_takes_nothing_from_the_other_plugins_and_kinds(environment: Environment) -> None:
    plugin(environment, "acme", offering("polytape_metrics", "Kappa"))
    broken = "@hookimpl\ndef polytape_metrics():\n    return ['Gini']\n"
    plugin(environment, "globex", broken + offering("polytape_layers", "Maxout"))
    source = "print(Contributions('metrics').names(), Contributions('layers').get('Maxout'))"
    assert environment.python(ASK + source) == "['Kappa'] Maxout of globex_plugin\n"
    row = environment.listing("plugins")["globex:globex"]
    assert row["state"] == "broken" and row["contributions"] == {"layers": ["Maxout"]}


LAZY = """
from collections.abc import Mapping
class Lazy(Mapping):
    def __getitem__(self, name):
        print("importing", name)
        if name == "Bad":
            raise ImportError("no such library")
        return None
    def __iter__(self):
        return iter(["Good", "Bad"])
    def __len__(self):
        return 2
@hookimpl
def polytape_layers():
    return Lazy()
"""


def test_values_are_fetched_as_late_as_they_are_used(environment: Environment) -> None:
    plugin(environment, "acme", LAZY)
    out = environment.python(ASK + "c = Contributions('layers'); print(c.names()); print(c.get('Good'))")
    assert out == "['Bad', 'Good']\nimporting Good\nNone\n"
    _, message = failure(environment, "Contributions('layers').get('Bad')")
    assert "no such library" in message and "'acme' (acme 1.0)" in message


FACADE = """
from polytape.plugins.contributions import Contributions
class Hinge: ...
contributions = Contributions("metrics", __name__)
__getattr__ = contributions.attribute
__dir__ = contributions.directory
"""


def test_a_facade_shows_them(environment: Environment) -> None:
    plugin(environment, "acme", offering("polytape_metrics", "Kappa"))
    (environment.folder / "facade.py").write_text(FACADE)
    environment.python(
        """
        import sys, facade
        assert not hasattr(facade, "__wrapped__") and not hasattr(facade, "_private")
        assert "acme_plugin" not in sys.modules
        assert facade.Hinge
        assert "acme_plugin" not in sys.modules
        from facade import Kappa
        assert Kappa == facade.Kappa == "Kappa of acme_plugin"
        assert {"Hinge", "Kappa"} <= set(dir(facade))
        assert not hasattr(facade, "Gini")
        try:
            from facade import Gini
        except ImportError:
            pass
        try:
            facade.Hing
        except AttributeError as error:
            assert "in facade" in str(error) and "Did you mean 'Hinge'?" in str(error), error
        """
    )


def test_threads_load_a_plugin_once(environment: Environment) -> None:
    plugin(
        environment,
        "acme",
        "import time; time.sleep(0.2); print('loaded')\n" + offering("polytape_layers", "Maxout"),
    )
    out = environment.python(
        ASK
        + """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(8) as pool:
    assert all(pool.map(lambda _: "Maxout" in Contributions("layers").names(), range(8)))
"""
    )
    assert out == "loaded\n"


def test_a_plugin_may_look_contributions_up_while_it_is_imported(environment: Environment) -> None:
    source = "from polytape.plugins import Contributions\nContributions('metrics').names()\n"
    plugin(environment, "acme", source + offering("polytape_metrics", "Kappa"))
    assert environment.python(ASK + "print(Contributions('metrics').names())") == "['Kappa']\n"


def test_a_plugin_that_was_imported_directly_contributes_all_the_same(environment: Environment) -> None:
    source = "import polytape as tf\nclass Focal(tf.keras.losses.Loss): ...\n"
    hook = "@hookimpl\ndef polytape_losses():\n    return {'Focal': Focal}\n"
    plugin(environment, "acme", source + hook)
    out = environment.python("import acme_plugin, polytape as tf; print(tf.keras.losses.Focal is acme_plugin.Focal)")
    assert out == "True\n"
