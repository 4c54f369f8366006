"""`python -m polytape` is the program `polytape`."""

from __future__ import annotations

from polytape.cli import main

raise SystemExit(main())
