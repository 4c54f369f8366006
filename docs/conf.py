"""Sphinx configuration."""

from __future__ import annotations

import sys
from pathlib import Path

import polytape

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "polytape"
author = "The polytape authors"
copyright = "the polytape authors"
version = release = polytape.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
    "polytape_reference",
]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "requirements.txt"]
default_role = "literal"
html_theme = "furo"
html_title = f"polytape {release}"

autodoc_member_order = "bysource"
autodoc_typehints = "none"
python_maximum_signature_line_length = 90
toc_object_entries_show_parents = "hide"
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
