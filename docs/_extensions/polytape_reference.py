"""Sphinx extension: fills in the reference's pages from the code, and makes links of the names in all pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import benchmarks
import conformance
import docstrings
import error_budgets
import jinja2
import reference
import tables
from docutils import nodes
from public_names import documented_as, facades, first_names, names_by_object
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.logging import getLogger
from sphinx.util.nodes import make_refnode

from polytape import errors

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

logger = getLogger(__name__)
MODULES = (reference, tables, conformance, error_budgets, benchmarks)
FUNCTIONS = {function.__name__: function for module in MODULES for function in module.FUNCTIONS}
LONGEST_VALUE = 40
"""In characters; the values of attributes that are longer say less than their descriptions."""
OFFERED = ("polytape.errors", "polytape.keras.")
"""What users find below `tf` besides the facades' names."""
PUBLIC = re.compile(r"(?:tf|polytape)((?:\.\w+)+)(?:\(.*\))?")


def fill_in(app: Sphinx, docname: str, source: list[str]) -> None:
    """Replace what a page of the reference calls by what it returns."""
    if docname.startswith("reference/") and "{{" in source[0]:
        if "{{ conformance_" in source[0]:
            for path in conformance.FOLDER.glob("*.json"):  # a page that is made of them is made anew with them
                app.env.note_dependency(str(path))
        if "{{ benchmark_" in source[0] and benchmarks.FILE.exists():
            app.env.note_dependency(str(benchmarks.FILE))
        source[0] = jinja2.Template(source[0], undefined=jinja2.StrictUndefined).render(FUNCTIONS)


def add_other_names(app: Sphinx, what: str, name: str, value: Any, options: Any, lines: list[str]) -> None:
    """Say under which other names a function or class is found."""
    first = documented_as(value)
    if first is not None and name == first.full:
        others = [f":code:`{other.short}`" for other in names_by_object()[id(value)][1:]]
        if others:
            lines[:] = [*lines, "", f"Also {', '.join(others)}.", ""]


class LinkNames(SphinxPostTransform):
    """Makes links of `tf.add` in running text, and writes `tf.` in headings of what users find there."""

    default_priority = 5

    def run(self, **_: Any) -> None:
        for signature in self.document.findall(addnodes.desc_signature):
            if str(signature.get("module")).startswith(OFFERED) or signature.get("module") in facades():
                for prefix in signature.findall(addnodes.desc_addname):
                    text = prefix.astext()
                    if text.startswith("polytape."):
                        prefix.children = [nodes.Text("tf" + text.removeprefix("polytape"))]
            for value in list(signature.findall(addnodes.desc_annotation)):
                if len(value.astext()) > LONGEST_VALUE:
                    value.parent.remove(value)
        for literal in list(self.document.findall(nodes.literal)):
            inside = (nodes.reference, nodes.title, addnodes.pending_xref)
            if not any(isinstance(parent, inside) for parent in ancestors(literal)):
                self.link(literal)

    def link(self, literal: nodes.literal) -> None:
        """Put a link around a name that some page describes."""
        match = PUBLIC.fullmatch(literal.astext())
        if match is None or "code" in literal["classes"]:  # other names of what is described there
            return
        name = first_names().get(f"polytape{match[1]}", f"polytape{match[1]}")
        entry = self.env.domains["py"].data["objects"].get(name)
        if entry is not None and literal.parent is not None:
            place = literal.parent.index(literal)
            link = make_refnode(self.app.builder, self.env.docname, entry.docname, entry.node_id, literal.deepcopy())
            literal.parent[place] = link


def ancestors(node: nodes.Node) -> list[nodes.Node]:
    """The nodes around a node, innermost first."""
    found = []
    while node.parent is not None:
        node = node.parent
        found.append(node)
    return found


def find_error(app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, content: Any) -> nodes.Node | None:
    """Docstrings name errors without their module: `Raises: InvalidArgumentError`."""
    name = node.get("reftarget", "")
    entry = env.domains["py"].data["objects"].get(f"polytape.errors.{name}") if hasattr(errors, name) else None
    if entry is None:
        return None
    return make_refnode(app.builder, node["refdoc"], entry.docname, entry.node_id, content)


def find_missing(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of names that no page describes."""
    described = env.domains["py"].data["objects"]
    for name in sorted(set(first_names().values()) - set(described)):
        if not any(entry.startswith(f"{name}.") for entry in described):  # datasets are modules
            logger.warning("%s is described on no page of the reference: call `facade` or `described` on one", name)


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("source-read", fill_in)
    app.connect("autodoc-process-docstring", docstrings.translate)
    app.connect("autodoc-process-docstring", add_other_names, priority=600)
    app.connect("missing-reference", find_error)
    app.connect("env-check-consistency", find_missing)
    app.add_post_transform(LinkNames)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
