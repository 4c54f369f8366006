"""`polytape new`: what it writes works as it is, and where it can't write, it leaves nothing behind."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from temporary_environment import ROOT, Environment

from polytape.cli import main
from polytape.cli.project_names import LONGEST, ProjectNames

KINDS = ("backend", "plugin")
EACH_KIND = pytest.mark.parametrize("kind", KINDS)
OF_BOTH = {".github/workflows/test.yml", ".gitignore", "README.md", "pyproject.toml", "tox.ini"}
LONG = "a" * LONGEST


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def files(folder: Path) -> set[str]:
    """All files in a folder, by their paths in it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def project(folder: Path) -> dict[str, Any]:
    """What pyproject.toml says."""
    return tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@EACH_KIND
def test_all_files_are_written_and_told(folder: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", kind, "my-thing"]) == 0
    written = files(folder / "polytape-my-thing")
    assert written >= OF_BOTH | {"src/polytape_my_thing/__init__.py", "src/polytape_my_thing/py.typed"}
    assert [path.name for path in folder.iterdir()] == ["polytape-my-thing"]
    printed, _, following = capsys.readouterr().out.partition("\nNext:\n")
    assert {line.strip() for line in printed.splitlines()[1:]} == written
    assert [line.strip() for line in following.splitlines()] == [
        "cd polytape-my-thing",
        'python -m pip install tox --editable ".[test]"',
        "tox",
    ]


@EACH_KIND
def test_nothing_is_left_of_the_templates(folder: Path, kind: str) -> None:
    assert main(["new", kind, "my-thing"]) == 0
    for path in sorted((folder / "polytape-my-thing").rglob("*")):
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        assert "$" not in path.name and ".template" not in path.name
        allowed = {".md": "$ ", ".yml": "${{ matrix.python }}"}.get(path.suffix)
        assert "$" not in (text.replace(allowed, "") if allowed else text), path
        if path.suffix == ".py":
            compile(text, str(path), "exec")


@pytest.mark.parametrize(
    ("name", "distribution", "module", "class_name"),
    [
        ("lib", "polytape-lib", "polytape_lib", "Lib"),
        ("my-lib", "polytape-my-lib", "polytape_my_lib", "MyLib"),
        ("my_lib", "polytape-my-lib", "polytape_my_lib", "MyLib"),
        ("lib2-x", "polytape-lib2-x", "polytape_lib2_x", "Lib2X"),
    ],
)
def test_names(folder: Path, name: str, distribution: str, module: str, class_name: str) -> None:
    names = ProjectNames(name)
    assert (names.distribution, names.module, names.class_name) == (distribution, module, class_name)
    assert main(["new", "backend", name]) == 0
    found = project(folder / distribution)
    assert found["name"] == distribution
    assert found["entry-points"]["polytape.backends"] == {name: f"{module}.backend:{class_name}Backend"}
    assert found["entry-points"]["polytape.api"] == {module: "polytape.plugins.api:v1"}


@pytest.mark.parametrize(
    ("kind", "name", "message"),
    [
        ("backend", "My-Lib", "lower-case letters"),
        ("backend", "2lib", "a letter first"),
        ("backend", "my--lib", "one '-' or '_'"),
        ("backend", "lib-", "one '-' or '_'"),
        ("backend", "my:lib", "lower-case letters"),
        ("backend", "../lib", "lower-case letters"),
        ("backend", "größe", "English alphabet"),
        ("backend", "", "lower-case letters"),
        ("backend", "a" * (LONGEST + 1), f"at most {LONGEST}"),
        ("backend", "polytape-lib", "Leave it out: 'lib'"),
        ("backend", "polytape", "Say what comes after it"),
        ("backend", "class", "a word of the Python language"),
        ("plugin", "import", "a word of the Python language"),
        ("backend", "auto", "the best backend"),
        ("backend", "numpy", "offers a backend of that name"),
        ("plugin", "losses", "offers a plugin of that name"),
        ("backend", "conformance", "there is a module polytape_conformance already"),
        ("plugin", "doctor", "`polytape doctor` is one already"),
        ("plugin", "mnist", "tf.keras.datasets has it already"),
    ],
)
def test_names_that_are_refused(
    folder: Path, kind: str, name: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", kind, name]) == 1
    told = capsys.readouterr()
    assert told.out == "" and told.err.startswith("polytape: ") and message in told.err
    assert list(folder.iterdir()) == []


def test_names_of_what_is_installed_are_refused(environment: Environment) -> None:
    environment.add("acme", {"acme": ""}, backends={"rapid": "acme:Rapid"})
    environment.add("polytape-swift", {"swift": ""})
    before = files(environment.folder)
    for name, message in (
        ("rapid", "acme 1.0 offers a backend of that name"),
        ("swift", "the distribution polytape-swift 1.0 is installed"),
    ):
        done = environment.polytape("new", "backend", name)
        assert done.returncode == 1 and message in done.stderr
    assert {path for path in files(environment.folder) if "__pycache__" not in path} == before
    assert environment.polytape("new", "plugin", "rapid").returncode == 0  # a plugin's name is another matter


def test_what_the_command_line_refuses(folder: Path) -> None:
    for arguments in (["new"], ["new", "backend"], ["new", "layer", "x"], ["new", "backend", "x", "--json"]):
        with pytest.raises(SystemExit) as raised:
            main(arguments)
        assert raised.value.code == 2
    assert list(folder.iterdir()) == []


def test_another_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "backend", "my-lib", "--directory", "a folder"]) == 0
    assert files(folder / "a folder") >= OF_BOTH
    assert "cd 'a folder'" in capsys.readouterr().out


def test_an_empty_folder_is_filled(folder: Path) -> None:
    number = folder.stat().st_ino
    assert main(["new", "backend", "my-lib", "--directory", "."]) == 0
    assert files(folder) >= OF_BOTH and folder.stat().st_ino == number
    assert ".polytape" not in " ".join(path.name for path in folder.parent.iterdir())


def test_folders_that_are_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "full").mkdir()
    (folder / "full" / "notes.txt").write_text("mine")
    (folder / "file").write_text("mine")
    (folder / "link").symlink_to("nowhere")
    before = files(folder)
    for name, message in (
        ("full", "is not empty"),
        ("file", "is no folder"),
        ("link", "is no folder"),
        ("missing/folder", "Make it first"),
    ):
        assert main(["new", "plugin", "my-plugin", "--directory", name]) == 1
        assert message in capsys.readouterr().err
    assert files(folder) == before and (folder / "full" / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("directory", ["new", "empty"])
@pytest.mark.parametrize("failing", ["write_text", "rename"])
def test_a_failure_in_the_middle_leaves_nothing(
    folder: Path, directory: str, failing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "empty").mkdir()
    original = getattr(Path, failing)
    calls: list[Path] = []

    def fail(self: Path, *arguments: Any, **options: Any) -> Any:
        calls.append(self)
        if len(calls) == (1 if (failing, directory) == ("rename", "new") else 3):
            raise OSError(28, "No space left on device")
        return original(self, *arguments, **options)

    monkeypatch.setattr(Path, failing, fail)
    assert main(["new", "backend", "my-lib", "--directory", directory]) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert list(folder.iterdir()) == [folder / "empty"] and list((folder / "empty").iterdir()) == []


def install(environment: Environment, kind: str, name: str) -> Path:
    """Write a distribution beside the environment, and put what its wheel would hold into it; return its folder."""
    names, target = ProjectNames(name), environment.folder.parent / "project"
    assert main(["new", kind, name, "--directory", str(target)]) == 0
    copytree(target / "src" / names.module, environment.folder / names.module)
    groups = project(target)["entry-points"]
    environment.add(
        names.distribution,
        {},
        backends=groups.get("polytape.backends"),
        plugins=groups.get("polytape.plugins"),
        api=groups["polytape.api"],
    )
    return target


@EACH_KIND
def test_what_is_written_passes_its_tests(environment: Environment, kind: str) -> None:
    target = install(environment, kind, "my-thing")
    tests = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(target), str(target / "tests"))
    done = environment.run(*tests, "-W", "error::RuntimeWarning")
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout and "skipped" not in done.stdout


def test_what_the_plugin_contributes(environment: Environment) -> None:
    install(environment, "plugin", "my-plugin")
    row = environment.listing("plugins", "my-plugin")["polytape-my-plugin:my-plugin"]
    assert row["state"] == "ready" and row["contributions"] == {
        "losses": ["MyPluginLoss"],
        "datasets": ["my_plugin"],
        "layers": ["MyPluginLayer"],
        "commands": ["my-plugin"],
    }


def test_the_backend_in_the_conformance_kit(environment: Environment) -> None:
    install(environment, "backend", "my-lib")
    kit = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "--pyargs", "polytape_conformance", "--polytape-quick")
    # One dtype only: `tox -e third-party` runs the whole level.
    options = ("--polytape-backend=my-lib", "--polytape-level=arrays", "-k", "float32", "-W", "error::RuntimeWarning")
    done = environment.run(*kit, *options, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.rpartition(" passed")[0].split()[-1]) >= 100


def needs(module: str) -> None:
    if find_spec(module) is None:
        pytest.skip(f"needs {module}")


@EACH_KIND
@pytest.mark.parametrize("name", ["x", "my-thing", LONG], ids=["short", "usual", "long"])
def test_what_is_written_is_as_ruff_likes_it(folder: Path, kind: str, name: str) -> None:
    needs("ruff")
    assert main(["new", kind, name, "--directory", "project"]) == 0
    rules = ",".join(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]["select"])
    for arguments in (["check"], ["check", "--select", rules], ["format", "--diff"]):
        command = [sys.executable, "-m", "ruff", *arguments, "--no-cache", "."]
        done = subprocess.run(command, cwd=folder / "project", capture_output=True, encoding="utf-8")
        assert done.returncode == 0, done.stdout + done.stderr


@EACH_KIND
def test_types_of_what_is_written(folder: Path, kind: str) -> None:
    needs("mypy")
    assert main(["new", kind, "my-thing", "--directory", "project"]) == 0
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(folder / "cache")]
    done = subprocess.run(command, cwd=folder / "project", capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


@EACH_KIND
def test_its_wheel(folder: Path, kind: str) -> None:
    needs("hatchling")
    from zipfile import ZipFile

    assert main(["new", kind, "my-thing", "--directory", "project"]) == 0
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    done = subprocess.run(command, cwd=folder / "project", capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    wheel = folder / "project" / "dist" / "polytape_my_thing-0.1.0-py3-none-any.whl"
    with ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info" not in name}
    assert inside == {path.removeprefix("src/") for path in files(folder / "project") if path.startswith("src/")}


def test_the_backend_marks_where_the_library_goes(folder: Path) -> None:
    assert main(["new", "backend", "my-lib", "--directory", "project"]) == 0
    source = (folder / "project" / "src" / "polytape_my_lib" / "backend.py").read_text(encoding="utf-8")
    assert source.count("LIBRARY:") >= 8
    (backend,) = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef) and node.bases]
    assigned = {
        target.id
        for node in backend.body
        if isinstance(node, (ast.Assign, ast.AnnAssign))
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    defined = {node.name for node in backend.body if isinstance(node, ast.FunctionDef)}
    assert assigned >= {"name", "requires", "priority", "dtypes", "lacks"}
    assert defined >= {"versions", "devices", "native_dtype", "from_numpy", "to_numpy"}
