"""The table that `Model.summary` prints."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import TYPE_CHECKING, Any

from polytape.variable import Variable

if TYPE_CHECKING:
    from polytape.layers.layer import Layer
    from polytape.models.model import Model


def summary_of(model: Model, width: int | None, nested: bool, trainable: bool) -> str:
    """Return the table of a model's layers as text.

    Args:
        width: the table's width in characters; by default as wide as it needs, up to 100.
        nested: whether to show the layers of layers, too.
        trainable: whether to show which layers are trainable.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SQUARE_DOUBLE_HEAD, show_lines=False, expand=width is not None)
    for title, side in (("Layer (type)", "left"), ("Output shape", "left"), ("Param #", "right")):
        table.add_column(title, justify=side)  # type: ignore[arg-type]
    if trainable:
        table.add_column("Trainable", justify="center")
    for depth, layer in _rows(model, nested, 0):
        cells = [f"{'  ' * depth}{layer.name} ({type(layer).__name__})", _shape(layer), _parameters(layer)]
        table.add_row(*cells, *([("yes" if layer.trainable else "no")] if trainable else []))
    text = StringIO()
    console = Console(file=text, width=width or 100, color_system=None, highlight=False, markup=False)
    console.print(f'Model: "{model.name}"')
    console.print(table)
    trained = model.trainable_variables
    lines = (("Total", model.variables), ("Trainable", trained), ("Non-trainable", model.non_trainable_variables))
    for what, variables in lines:
        console.print(f"{what} params: {_count(variables):,} ({_size(variables)})")
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines())


def _rows(model: Any, nested: bool, depth: int) -> Iterator[tuple[int, Layer]]:
    for layer in getattr(model, "layers", None) or (
        layer for layer in model._held() if not isinstance(layer, Variable)
    ):
        yield depth, layer
        if nested:
            yield from _rows(layer, nested, depth + 1)


def _shape(layer: Layer) -> str:
    shape = layer._output_shape
    return "?" if shape is None else str(tuple(shape))


def _parameters(layer: Layer) -> str:
    variables = layer.variables
    return f"{_count(variables):,}" if layer.built or variables else "0 (unbuilt)"


def _count(variables: list[Variable]) -> int:
    return sum(variable.shape.num_elements() or 0 for variable in variables)


def _size(variables: list[Variable]) -> str:
    size = float(sum((variable.shape.num_elements() or 0) * variable.dtype.size for variable in variables))
    for unit in ("B", "KB", "MB", "GB"):
        if size < 1024 or unit == "GB":
            break
        size /= 1024
    return f"{size:.0f} B" if unit == "B" else f"{size:.2f} {unit}"
