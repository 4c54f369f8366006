"""`from polytape import *` brings every public name, what is imported on demand too."""

from __future__ import annotations

import polytape as tf


def test_every_public_name_comes() -> None:
    names: dict[str, object] = {}
    exec("from polytape import *", names)
    assert {"function", "profile", "keras", "losses", "use", "GradientTape", "constant"} <= set(names)
    public = {name for name in dir(tf) if not name.startswith("_")}
    assert public <= set(names)
    assert all(names[name] is getattr(tf, name) for name in public)
