"""Programs that users of eager mode have published run to their end, with their own asserts.

They lie in a folder beside the project, with their data; without it only this reason is given.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "snippets"
PROGRAMS = sorted(path for path in FOLDER.glob("*.py") if not path.stem.endswith("_v1")) if FOLDER.is_dir() else []

pytestmark = pytest.mark.skipif(not PROGRAMS, reason=f"there are no published programs in {FOLDER}")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_it_runs_to_its_end(program: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(program)],
        cwd=tmp_path,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].endswith(" ok")
