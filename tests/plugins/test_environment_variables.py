"""The environment is read strictly."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest
from temporary_environment import ROOT, Environment

from polytape import environment
from polytape.errors import ConfigurationError


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("POLYTAPE_"):
            monkeypatch.delenv(name)
    environment.warn_of_unknown.cache_clear()


@pytest.mark.parametrize("value", ["", "  "])
def test_empty_is_unset(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    for variable in environment.KNOWN:
        monkeypatch.setenv(variable.name, value)
    assert environment.backend() is None and environment.data_directory() is None
    assert environment.disabled_plugins() == ()
    assert environment.boolean("POLYTAPE_DATA_DIR", default=True) is True


def test_strings_lose_the_white_space_around_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLYTAPE_BACKEND", " numpy\n")
    assert environment.backend() == "numpy"


def test_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLYTAPE_DISABLE_PLUGINS", "a, b:c,,d ")
    assert environment.disabled_plugins() == ("a", "b:c", "d")


@pytest.mark.parametrize("value", ["a b", "a:b:c", ":a", "a:"])
def test_list_refuses_what_is_no_name(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("POLYTAPE_DISABLE_PLUGINS", value)
    with pytest.raises(ConfigurationError, match="POLYTAPE_DISABLE_PLUGINS"):
        environment.disabled_plugins()


def test_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLYTAPE_DATA_DIR", "not/there/yet")
    assert environment.data_directory() == tmp_path / "not/there/yet"
    monkeypatch.setenv("POLYTAPE_DATA_DIR", "~/data")
    assert environment.data_directory() == Path.home() / "data"
    (tmp_path / "file").touch()
    monkeypatch.setenv("POLYTAPE_DATA_DIR", "file")
    with pytest.raises(ConfigurationError, match="not a folder"):
        environment.data_directory()


@pytest.mark.parametrize(
    ("value", "meaning"),
    [*((v, True) for v in ("1", "True", "YES", "on")), *((v, False) for v in ("0", "false", "No", "off"))],
)
def test_booleans(monkeypatch: pytest.MonkeyPatch, value: str, meaning: bool) -> None:
    monkeypatch.setenv("POLYTAPE_DATA_DIR", value)
    assert environment.boolean("POLYTAPE_DATA_DIR", default=not meaning) is meaning


@pytest.mark.parametrize("value", ["2", "ja", "y", "none"])
def test_other_booleans_are_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("POLYTAPE_DATA_DIR", value)
    with pytest.raises(ConfigurationError, match=f"POLYTAPE_DATA_DIR .*{value!r}.*true"):
        environment.boolean("POLYTAPE_DATA_DIR")


def test_unknown_names_are_warned_about_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLYTAPE_BAKEND", "mlx")
    monkeypatch.setenv("POLYTAPE_XYZZY", "1")
    assert environment.unknown() == {"POLYTAPE_BAKEND": "POLYTAPE_BACKEND", "POLYTAPE_XYZZY": None}
    with pytest.warns(UserWarning) as caught:
        environment.backend()
    messages = [str(warning.message) for warning in caught]
    assert len(messages) == 2
    assert "POLYTAPE_BAKEND" in messages[0] and "Did you mean POLYTAPE_BACKEND?" in messages[0]
    assert "POLYTAPE_DATA_DIR" in messages[1]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        environment.backend()


def test_importing_polytape_reads_nothing(environment: Environment) -> None:
    done = environment.run("-W", "error", "-c", "import polytape", POLYTAPE_BAKEND="mlx", POLYTAPE_BACKEND="no")
    assert (done.returncode, done.stderr) == (0, "")


def test_every_variable_that_is_read_is_in_the_table() -> None:
    read = set()
    for path in (ROOT / "core").rglob("*.py"):
        for word in path.read_text(encoding="utf-8").replace("'", '"').split('"'):
            if word.startswith("POLYTAPE_") and word.replace("_", "").isalnum() and word != environment.PREFIX:
                read.add(word)
    assert read == {variable.name for variable in environment.KNOWN}


def test_the_docs_list_the_same_variables() -> None:
    page = (ROOT / "docs/how-to/select-a-backend.md").read_text(encoding="utf-8")
    for variable in environment.KNOWN:
        assert f"| `{variable.name}` | {variable.documentation} |" in page
