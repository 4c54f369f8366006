"""The program `polytape`, as people and other programs see it."""

from __future__ import annotations

import json
import tomllib

import pytest
from temporary_environment import ROOT, Environment

from polytape.cli import extras
from polytape.version import __version__

COMMANDS = """
from polytape.plugins import hookimpl

def greet(arguments):
    print("hello", *arguments)

@hookimpl
def polytape_commands():
    return {"greet": greet, "fail": lambda arguments: 7, "doctor": greet}
"""
KEYS = {
    *(
        "name",
        "qualified_name",
        "kind",
        "distribution",
        "version",
        "reference",
        "api_version",
        "state",
        "cause",
    ),
    *("traceback", "load_time_s"),
}


@pytest.fixture
def commands(environment: Environment) -> Environment:
    environment.add("acme", {"acme": COMMANDS}, plugins={"acme": "acme"})
    return environment


def test_version(environment: Environment) -> None:
    done = environment.polytape("--version")
    assert (done.returncode, done.stdout) == (0, f"polytape {__version__}\n")


def test_help_names_all_commands(commands: Environment) -> None:
    for arguments in ((), ("--help",), ("-h",)):
        done = commands.polytape(*arguments)
        assert done.returncode == 0
        for word in ("backends", "plugins", "doctor", "greet", "hidden by the built-in one"):
            assert word in done.stdout


def test_backends_as_json(environment: Environment) -> None:
    row = environment.listing("backends")["polytape:numpy"]
    assert set(row) == KEYS | {"devices", "libraries", "selected", "default"}
    assert (row["state"], row["devices"], row["selected"], row["default"]) == ("ready", ["CPU:0"], True, True)
    assert "numpy" in row["libraries"] and row["load_time_s"] > 0


def test_plugins_as_json(commands: Environment) -> None:
    row = commands.listing("plugins", "acme")["acme:acme"]
    assert set(row) == KEYS | {"contributions", "remarks"}
    assert row["contributions"] == {"commands": ["doctor", "fail", "greet"]}
    assert "hidden by the built-in one" in row["remarks"][0] and "acme:doctor" in row["remarks"][0]


def test_tables_fit_80_columns(commands: Environment) -> None:
    long = "a-distribution-with-quite-a-long-name-indeed"
    commands.add(
        long,
        {"long_one": "raise OSError('[red]brackets[/red]')"},
        plugins={"a_plugin_with_a_long_name": "long_one"},
    )
    for command in ("backends", "plugins"):
        done = commands.polytape(command)
        assert done.returncode == 0
        table = done.stdout.split("\n\n")[0]
        assert max(map(len, table.splitlines())) <= 80
    assert "OSError: [red]brackets[/red]" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_named_one_must_be_ready(commands: Environment) -> None:
    assert commands.polytape("backends", "numpy").returncode == 0
    done = commands.polytape("backends", "numpi")
    assert done.returncode == 1 and "Did you mean 'numpy'?" in done.stderr
    assert commands.polytape("plugins", "acme").returncode == 0
    done = commands.polytape("plugins", "acme", POLYTAPE_DISABLE_PLUGINS="acme")
    assert done.returncode == 1 and "acme is blocked" in done.stderr


def test_a_backend_named_by_the_environment_must_be_had(environment: Environment) -> None:
    for command in ("backends", "doctor"):
        done = environment.polytape(command, "--json", POLYTAPE_BACKEND="nonsense")
        assert done.returncode == 1
        assert "POLYTAPE_BACKEND asks for the backend 'nonsense'" in done.stderr
        assert json.loads(done.stdout)


def test_doctor(commands: Environment) -> None:
    commands.add("bad", {"bad": "1 / 0"}, plugins={"bad": "bad"})
    done = commands.polytape("doctor", POLYTAPE_BAKEND="x", POLYTAPE_DISABLE_PLUGINS="acme")
    assert done.returncode == 0, done.stderr
    for words in (
        *(f"polytape  {__version__}", "Python ", "NumPy ", "platform ", "POLYTAPE_BACKEND: unset"),
        *("POLYTAPE_DISABLE_PLUGINS: 'acme'", "POLYTAPE_BAKEND: 'x'", "Did you mean POLYTAPE_BACKEND?"),
        *("numpy (selected)", "ZeroDivisionError", "Traceback (most recent call last)", "datasets "),
    ):
        assert words in done.stdout


def test_doctor_as_json(environment: Environment) -> None:
    done = environment.polytape("doctor", "--json", POLYTAPE_BAKEND="x")
    report = json.loads(done.stdout)
    assert set(report) == {
        *(
            "polytape",
            "python",
            "platform",
            "numpy",
            "environment",
            "backends",
            "plugins",
            "extras",
            "remarks",
        ),
    }
    assert report["polytape"]["version"] == __version__
    assert {row["name"]: row["known"] for row in report["environment"]}["POLYTAPE_BAKEND"] is False
    assert set(report["extras"][0]) == {"name", "present", "install"}


def test_doctor_outlives_an_environment_that_makes_no_sense(environment: Environment) -> None:
    (environment.folder / "file").touch()
    done = environment.polytape("doctor", POLYTAPE_DISABLE_PLUGINS="a:b:c", POLYTAPE_DATA_DIR="file")
    assert done.returncode == 1
    assert done.stderr.count("'a:b:c'") == 1 and "not a folder" in done.stderr
    assert "Optional extras" in done.stdout


def test_extras_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert set(extras.MODULES) == set(project["optional-dependencies"]) - {"all", "test"}


def test_contributed_commands(commands: Environment) -> None:
    done = commands.polytape("greet", "--loud", "world")
    assert (done.returncode, done.stdout) == (0, "hello --loud world\n")
    assert commands.polytape("fail").returncode == 7
    assert commands.polytape("acme:doctor", "who").stdout == "hello who\n"
    assert "Python" in commands.polytape("doctor").stdout  # the built-in one wins


def test_unknown_command(commands: Environment) -> None:
    commands.add("bad", {"bad": "1 / 0"}, plugins={"bad": "bad"})
    done = commands.polytape("great")
    assert done.returncode == 2
    assert "no command 'great'" in done.stderr and "Did you mean 'greet'?" in done.stderr
    assert "backends, plugins, doctor, new, conformance, fail, greet" in done.stderr
    assert "plugin 'bad' (bad 1.0) is broken" in done.stderr
    assert commands.polytape("plugins", "--jason").returncode == 2


def test_every_key_is_documented(commands: Environment) -> None:
    page = (ROOT / "docs/how-to/write-a-plugin.md").read_text(encoding="utf-8")
    keys = {
        *commands.listing("plugins", "acme")["acme:acme"],
        *commands.listing("backends")["polytape:numpy"],
    }
    assert not [key for key in keys if f"`{key}`" not in page]
