"""A plot of the ratios: for each workload, polytape's time as a share of each peer's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.frameworks import FRAMEWORKS, OWN

COLORS = {
    "torch": "#d9542b",
    "tensorflow": "#e5a50a",
    "jax": "#7b52ab",
    "keras": "#2878b5",
    "autograd": "#5b8a72",
    "mlx": "#12a5a5",
    "numpy": "#8a8a8a",
}
COMPILED = ("_compile", "_function", "_xla", "jax")
"""How the names of frameworks end that compile a step by themselves; Keras is shown with the others."""
LABELS = {OWN[0]: "eager", OWN[1]: "under function"}


def write(rows: list[dict[str, Any]], path: Path) -> None:
    """Write the plot: a line for each workload, a point for each peer; a column for each of polytape's variants."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    rows = [row for row in rows if any(f"{own}_ratio" in row for own in OWN)]
    workloads = list(dict.fromkeys(row["workload"] for row in rows))[::-1]
    variants = [own for own in OWN if any(f"{own}_ratio" in row for row in rows)]
    size = (5.2 * len(variants) + 1, 0.42 * len(workloads) + 1.5)
    figure, drawn = pyplot.subplots(1, len(variants), sharex=True, sharey=True, squeeze=False, figsize=size)
    for axes, own in zip(drawn[0], variants):
        for row in rows:
            if f"{own}_ratio" in row:
                color = COLORS[FRAMEWORKS[row["framework"]].family]
                marker = (
                    "s" if row["framework"].endswith(COMPILED) and not row["framework"].startswith("keras") else "o"
                )
                place = workloads.index(row["workload"])
                axes.plot(row[f"{own}_ratio"], place, marker, color=color, markersize=7, alpha=0.85, markeredgewidth=0)
        axes.axvline(1.0, color="black", linewidth=1)
        axes.set_xscale("log")
        axes.set_title(f"polytape {LABELS[own]} ÷ peer")
        axes.set_xlabel("ratio of times; left of the line polytape is faster")
        axes.grid(axis="both", color="#dddddd", linewidth=0.6)
        axes.set_axisbelow(True)
    drawn[0][0].set_yticks(range(len(workloads)), workloads)
    drawn[0][0].set_ylim(-0.6, len(workloads) - 0.4)
    families = list(dict.fromkeys(FRAMEWORKS[row["framework"]].family for row in rows))
    kinds = [("o", "eager, Keras"), ("s", "compiled")]
    handles = [pyplot.Line2D([], [], marker="o", linestyle="", color=COLORS[name], label=name) for name in families]
    handles += [pyplot.Line2D([], [], marker=m, linestyle="", color="#555555", label=label) for m, label in kinds]
    figure.legend(handles=handles, loc="lower center", ncols=len(handles), frameon=False, fontsize=9)
    figure.tight_layout(rect=(0, 0.6 / size[1], 1, 1))
    figure.savefig(path, dpi=150)
    pyplot.close(figure)
