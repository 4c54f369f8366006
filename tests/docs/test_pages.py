"""The Python in the README, the tutorial and the how-to pages runs, and prints what the pages say."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import page
import pytest
from temporary_environment import Environment

ROOT = Path(__file__).parents[2]
RUNNER = Path(__file__).with_name("page.py")
PAGES = [
    ROOT / "docs" / "index.md",
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("tutorial/*.md")),
    *sorted((ROOT / "docs").glob("how-to/*.md")),
    ROOT / "docs" / "reference" / "array-api.md",
]
FILE = re.compile(r"^`(?P<name>[\w.]+)`:\n\n```\w+\n(?P<content>.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_page(environment: Environment, path: Path) -> None:
    add_distribution(environment, dict(FILE.findall(path.read_text(encoding="utf-8"))))
    done = environment.run(str(RUNNER), str(path), MPLBACKEND="Agg")
    assert done.returncode == 0, done.stderr


def add_distribution(environment: Environment, files: dict[str, str]) -> None:
    """Install the distribution that a page shows, if it does: a `pyproject.toml`, and the module beside it."""
    if "pyproject.toml" not in files:
        return
    project = tomllib.loads(files.pop("pyproject.toml"))["project"]
    entries = project["entry-points"]
    environment.add(
        project["name"],
        {name.removesuffix(".py"): content for name, content in files.items()},
        backends=entries.get("polytape.backends"),
        plugins=entries.get("polytape.plugins"),
        api=entries["polytape.api"],
        version=project["version"],
    )


def test_most_blocks_run() -> None:
    blocks = [block for path in PAGES for block in page.blocks(path.read_text(encoding="utf-8"))]
    left_out = [block for block in blocks if block.reason]
    assert len(blocks) >= 30 and len(left_out) <= 3


PAGE = """
# A page

```python
x = 2
print(x + 1)  # 3
print([x,
       x])
# [2,
#  2]
x = 5  # no output
```

<!-- not run: takes too long -->
```python
x = 0
```

```python
print(x)  # 5
```
"""


def test_outputs_are_compared(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(PAGE)
    assert page.run(path) == 3


@pytest.mark.parametrize(
    ("right", "wrong", "where"),
    [("# 3", "# 4", "page.md:6"), ("#  2]", "#  3]", "page.md:8"), ("# 5", "# 6", "page.md:20")],
)
def test_wrong_outputs_are_found(tmp_path: Path, right: str, wrong: str, where: str) -> None:
    path = tmp_path / "page.md"
    path.write_text(PAGE.replace(right, wrong))
    with pytest.raises(AssertionError, match=where):
        page.run(path)


def test_errors_name_the_page_and_its_line(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("Text.\n\n```python\nx = 1\nx / 0\n```\n")
    with pytest.raises(ZeroDivisionError) as raised:
        page.run(path)
    assert raised.traceback[-1].lineno + 1 == 5 and str(raised.traceback[-1].path) == str(path)
