"""Every way in which a plugin can be wrong is shown with its state and cause, and harms nobody else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from temporary_environment import Environment

GOOD = """
    from polytape.plugins import hookimpl

    class Focal: ...

    @hookimpl
    def polytape_losses():
        return {"Focal": Focal}
"""


def hook(name: str, body: str) -> str:
    return f"from polytape.plugins import hookimpl\n@hookimpl\ndef {name}():\n    {body}\n"


# plugin name: source of its module, state, words of the cause
BROKEN = {
    "raises": ("raise RuntimeError('no luck')", "importing 'raises' raised RuntimeError: no luck"),
    "exits": ("import sys; sys.exit(3)", "raised SystemExit: 3"),
    "lacks": ("import a_module_that_is_not_there", "No module named 'a_module_that_is_not_there'"),
    "garbled": ("def (", "SyntaxError"),
    "unprintable": (
        "class Evil(Exception):\n    def __str__(self): raise ValueError\nraise Evil",
        "Evil: (its message can't be shown)",
    ),
    "nonsense": (
        hook("polytape_losses", "return 42"),
        "polytape_losses returned 42; it must return a mapping",
    ),
    "nothing": (hook("polytape_losses", "return None"), "polytape_losses returned None"),
    "fails": (hook("polytape_metrics", "1 / 0"), "calling polytape_metrics raised ZeroDivisionError"),
    "numbered": (hook("polytape_losses", "return {1: 2}"), "1 is no name"),
    "misspelt": (hook("polytape_loses", "return {}"), "Did you mean 'polytape_losses'?"),
    "unmarked": ("def polytape_losses(): return {}", "Write `@hookimpl` above it"),
    "demanding": (
        "from polytape.plugins import hookimpl\n@hookimpl\ndef polytape_losses(gpu): return {}",
        "PluginValidationError",
    ),
}


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    folder = tmp_path_factory.mktemp("crowded")
    environment = Environment(folder)
    environment.add("good", {"good_plugin": GOOD}, plugins={"good": "good_plugin"})
    for name, (source, _) in BROKEN.items():
        environment.add(name, {name: source}, plugins={name: name})
    marker = "from pathlib import Path; Path(__file__).with_suffix('.ran').touch()"
    environment.add(
        "future",
        {"future": marker},
        plugins={"future": "future"},
        api={"future": "polytape.plugins.api:v999"},
    )
    environment.add("silent", {"silent": marker}, plugins={"silent": "silent"}, api={})
    environment.add("odd", {"odd": marker}, plugins={"odd": "odd.."})
    environment.add(
        "slow",
        {"slow": "import time; time.sleep(0.4)"},
        plugins={"slow": "slow"},
    )
    twin = "from polytape.plugins import hookimpl\n@hookimpl\ndef polytape_losses():\n    return {'Twin': 2}\n"
    environment.add("Twin.One", {"twin_one": twin}, plugins={"twin": "twin_one"})
    environment.add("twin_two", {"twin_two": twin}, plugins={"twin": "twin_two"})
    environment.add("chatty", {"chatty": "print('[hello]')"}, plugins={"chatty": "chatty"})
    return environment


@pytest.fixture(scope="module")
def rows(crowded: Environment) -> dict[str, dict[str, Any]]:
    return crowded.listing("plugins")


@pytest.mark.parametrize("name", BROKEN)
def test_broken(rows: dict[str, dict[str, Any]], name: str) -> None:
    row = rows[f"{name}:{name}"]
    assert (row["state"], row["distribution"], row["version"]) == ("broken", name, "1.0")
    assert BROKEN[name][1] in row["cause"]
    if "raised" in row["cause"]:
        assert "Traceback" in row["traceback"]


def test_good_one_is_ready_in_bad_company(rows: dict[str, dict[str, Any]]) -> None:
    row = rows["good:good"]
    assert row["state"] == "ready"
    assert row["cause"] is None and row["traceback"] is None
    assert row["contributions"] == {"losses": ["Focal"]}
    assert row["kind"] == "plugin" and row["api_version"] == "v1"


def test_other_api_version_is_said_before_anything_runs(crowded: Environment, rows: dict[str, dict[str, Any]]) -> None:
    row = rows["future:future"]
    assert row["state"] == "incompatible"
    assert "'v999'" in row["cause"] and "v1" in row["cause"]
    assert not (crowded.folder / "future.ran").exists()


def test_unstated_api_version_shows_the_lines_to_add(crowded: Environment, rows: dict[str, dict[str, Any]]) -> None:
    row = rows["silent:silent"]
    assert row["state"] == "incompatible" and row["api_version"] is None
    assert '[project.entry-points."polytape.api"]' in row["cause"]
    assert 'silent = "polytape.plugins.api:v1"' in row["cause"]
    assert not (crowded.folder / "silent.ran").exists()


def test_malformed_entry_point(rows: dict[str, dict[str, Any]]) -> None:
    assert rows["odd:odd"]["state"] == "broken"


def test_slow_one_is_timed(rows: dict[str, dict[str, Any]]) -> None:
    assert rows["slow:slow"]["state"] == "ready"
    assert rows["slow:slow"]["load_time_s"] >= 0.4


def test_two_claims_of_one_name(crowded: Environment, rows: dict[str, dict[str, Any]]) -> None:
    one, two = rows["twin-one:twin"], rows["twin-two:twin"]
    assert one["state"] == two["state"] == "ambiguous"
    assert "losses: Twin" in one["cause"] and "'twin-one:NAME'" in one["cause"]
    assert "losses: Twin" in two["cause"] and "'twin-two:NAME'" in two["cause"]


def test_what_a_plugin_prints_stays_out_of_the_json(crowded: Environment, rows: dict[str, dict[str, Any]]) -> None:
    assert rows["chatty:chatty"]["state"] == "ready"
    assert "[hello]" in crowded.polytape("plugins", "--json").stderr


def test_importing_polytape_loads_nothing_of_it(crowded: Environment) -> None:
    crowded.python(
        """
        import sys
        import polytape
        late = {"pluggy", "rich", "argparse", "importlib.metadata", "difflib", "traceback", "slow", "raises"}
        assert not late & set(sys.modules), late & set(sys.modules)
        """
    )


def test_importing_polytape_writes_no_file(environment: Environment) -> None:
    before = sorted(environment.folder.rglob("*"))
    environment.python("import polytape")
    assert sorted(environment.folder.rglob("*")) == before


def test_blocking(crowded: Environment) -> None:
    rows = crowded.listing("plugins", POLYTAPE_DISABLE_PLUGINS="raises, twin_two:twin ,Good,exits:exits")
    assert rows["raises:raises"]["state"] == "blocked"
    assert "POLYTAPE_DISABLE_PLUGINS" in rows["raises:raises"]["cause"]
    assert rows["exits:exits"]["state"] == "blocked"
    assert rows["good:good"]["state"] == "blocked"  # by its distribution, whatever the case
    assert rows["twin-two:twin"]["state"] == "blocked"
    assert rows["twin-one:twin"]["state"] == "ready"  # nobody else claims the name any more


def test_blocking_what_is_not_there_is_warned_of(environment: Environment) -> None:
    environment.add("good", {"good_plugin": GOOD}, plugins={"good": "good_plugin"})
    done = environment.polytape("plugins", POLYTAPE_DISABLE_PLUGINS="goood")
    assert "'goood'" in done.stderr and "Did you mean 'good'?" in done.stderr


def test_the_same_distribution_twice_on_the_path_is_no_conflict(environment: Environment) -> None:
    other = environment.folder / "other"
    environment.add("Good-One", {"good_plugin": GOOD}, plugins={"good": "good_plugin"}, version="2.0")
    environment.add("good_one", {"good_plugin": GOOD}, plugins={"good": "good_plugin"}, folder=other)
    source = f"""
        import sys
        sys.path.append({str(other)!r})
        from polytape.plugins import installed
        print([(r.qualified_name, r.version, r.state) for r in installed("plugin") if r.name == "good"])
    """
    assert environment.python(source).strip() == "[('good-one:good', '2.0', 'found')]"


def test_unreadable_metadata_is_a_remark(environment: Environment) -> None:
    environment.add("good", {"good_plugin": GOOD}, plugins={"good": "good_plugin"})
    bad = environment.folder / "bad-1.dist-info"
    bad.mkdir()
    Path(bad / "METADATA").write_text("Name: bad\nVersion: 1\n")
    Path(bad / "entry_points.txt").write_bytes(b"[polytape.plugins]\nname = \xff\xfe")
    assert environment.listing("plugins")["good:good"]["state"] == "ready"
    assert "bad-1.dist-info" in environment.polytape("doctor").stdout


def test_an_interrupt_is_not_swallowed(environment: Environment) -> None:
    environment.add("stop", {"stop": "raise KeyboardInterrupt"}, plugins={"stop": "stop"})
    assert "KeyboardInterrupt" in environment.polytape("plugins").stderr


def test_a_plugin_may_be_a_class(environment: Environment) -> None:
    source = """
        from polytape.plugins import hookimpl
        class Plugin:
            @hookimpl
            def polytape_metrics(self):
                return {"Kappa": type(self)}
    """
    environment.add("classy", {"classy": source}, plugins={"classy": "classy:Plugin"})
    assert environment.listing("plugins")["classy:classy"]["contributions"] == {"metrics": ["Kappa"]}
