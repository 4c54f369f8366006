"""Rows that are added to the rows of another matrix."""

from polytape_numpy.native.source.tile import moved


def add_rows(places, count, rows, width, result, first, last):
    """Add the columns from `first` to `last` of each row to those of the row at its place, one after the other."""
    for i in range(count):
        row, sums = moved(rows, i * width), moved(result, places[i] * width)
        for j in range(first, last):
            sums[j] += row[j]
