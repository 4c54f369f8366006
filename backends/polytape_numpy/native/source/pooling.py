"""The largest element and the mean under a window that moves over images, and their gradients.

Channels stand side by side, so each element under the window is a row of them, which is looked at in whole vectors. A
line of windows is made at once, one position in the window after another: so what is read has not just been written.
"""

from numba import njit

from polytape_numpy.native.source.floating import FORMATS
from polytape_numpy.native.source.tile import moved


@njit(error_model="numpy", forceinline=True)
def reach(place, stride, before, size, dilation, length):
    """Where the window begins, and which of its positions lie inside."""
    start = place * stride - before
    first = max(0, (dilation - 1 - start) // dilation) if start < 0 else 0
    last = min(size, (length - start + dilation - 1) // dilation) if start < length else 0
    return start, first, max(first, last)


@njit(error_model="numpy", forceinline=True)
def span(offset, stride, count, length):
    """The first and the last of so many windows of which the element at an offset lies inside."""
    first = (stride - 1 - offset) // stride if offset < 0 else 0
    last = min(count, (length - 1 - offset) // stride + 1) if offset < length else 0
    return first, max(first, last)


def _max_pool(dtype: str):
    lowest = FORMATS[dtype].number("-inf")

    def lines(
        begin, end, part, x, height, width, depth, top, left, z, out_height, out_width,
        window_height, window_width, stride_height, stride_width, dilation_height, dilation_width,
    ):  # fmt: skip
        for line in range(begin, end):
            n, r = line // out_height, line % out_height
            image = moved(x, n * height * width * depth)
            row = moved(z, line * out_width * depth)
            for place in range(out_width * depth):
                row[place] = lowest
            y, upper, lower = reach(r, stride_height, top, window_height, dilation_height, height)
            for i in range(upper, lower):
                for j in range(window_width):
                    offset = j * dilation_width - left
                    first, last = span(offset, stride_width, out_width, width)
                    for q in range(first, last):
                        at = ((y + i * dilation_height) * width + q * stride_width + offset) * depth
                        here, out = moved(image, at), moved(row, q * depth)
                        for c in range(depth):
                            value, found = here[c], out[c]
                            larger = (value > found) | (value != value)
                            out[c] = value if larger else found

    return lines


def _max_pool_input(dtype: str):
    """Each gradient goes to the first largest element, in row-major order; `scratch` is memory for two rows."""
    zero, lowest = FORMATS[dtype].number(0), FORMATS[dtype].number("-inf")

    def images(
        begin, end, part, gradient, x, height, width, depth, top, left, z, out_height, out_width,
        window_height, window_width, stride_height, stride_width, dilation_height, dilation_width, scratch,
    ):  # fmt: skip
        largest, rest = moved(scratch, 2 * part * depth), moved(scratch, (2 * part + 1) * depth)
        for n in range(begin, end):
            image, target = moved(x, n * height * width * depth), moved(z, n * height * width * depth)
            for place in range(height * width * depth):
                target[place] = zero
            for r in range(out_height):
                y, upper, lower = reach(r, stride_height, top, window_height, dilation_height, height)
                for q in range(out_width):
                    given = moved(gradient, ((n * out_height + r) * out_width + q) * depth)
                    for c in range(depth):
                        largest[c] = lowest
                        rest[c] = given[c]
                    start, first, last = reach(q, stride_width, left, window_width, dilation_width, width)
                    for i in range(upper, lower):
                        for j in range(first, last):
                            at = ((y + i * dilation_height) * width + start + j * dilation_width) * depth
                            here = moved(image, at)
                            for c in range(depth):
                                value, found = here[c], largest[c]
                                larger = (value > found) | (value != value)
                                largest[c] = value if larger else found
                    for i in range(upper, lower):
                        for j in range(first, last):
                            at = ((y + i * dilation_height) * width + start + j * dilation_width) * depth
                            here, out = moved(image, at), moved(target, at)
                            for c in range(depth):
                                left_over, attained = rest[c], here[c] == largest[c]
                                added = left_over if attained else zero
                                out[c] = out[c] + added
                                rest[c] = zero if attained else left_over

    return images


def _average_pool(dtype: str):
    """Sums, divided by how many elements lie under the window."""
    real, zero = FORMATS[dtype].element, FORMATS[dtype].number(0)

    def lines(
        begin, end, part, x, height, width, depth, top, left, z, out_height, out_width,
        window_height, window_width, stride_height, stride_width, dilation_height, dilation_width,
    ):  # fmt: skip
        for line in range(begin, end):
            n, r = line // out_height, line % out_height
            image = moved(x, n * height * width * depth)
            row = moved(z, line * out_width * depth)
            for place in range(out_width * depth):
                row[place] = zero
            y, upper, lower = reach(r, stride_height, top, window_height, dilation_height, height)
            for i in range(upper, lower):
                for j in range(window_width):
                    offset = j * dilation_width - left
                    first, last = span(offset, stride_width, out_width, width)
                    for q in range(first, last):
                        at = ((y + i * dilation_height) * width + q * stride_width + offset) * depth
                        here, out = moved(image, at), moved(row, q * depth)
                        for c in range(depth):
                            out[c] = out[c] + here[c]
            for q in range(out_width):
                _, first, last = reach(q, stride_width, left, window_width, dilation_width, width)
                under, out = real((lower - upper) * (last - first)), moved(row, q * depth)
                for c in range(depth):
                    out[c] = out[c] / under

    return lines


def _average_pool_input(dtype: str):
    """Each gradient in equal shares to what lies under its window; `scratch` is memory for two rows."""
    real, zero = FORMATS[dtype].element, FORMATS[dtype].number(0)

    def images(
        begin, end, part, gradient, height, width, depth, top, left, z, out_height, out_width,
        window_height, window_width, stride_height, stride_width, dilation_height, dilation_width, scratch,
    ):  # fmt: skip
        share = moved(scratch, 2 * part * depth)
        for n in range(begin, end):
            target = moved(z, n * height * width * depth)
            for place in range(height * width * depth):
                target[place] = zero
            for r in range(out_height):
                y, upper, lower = reach(r, stride_height, top, window_height, dilation_height, height)
                for q in range(out_width):
                    given = moved(gradient, ((n * out_height + r) * out_width + q) * depth)
                    start, first, last = reach(q, stride_width, left, window_width, dilation_width, width)
                    under = real((lower - upper) * (last - first))
                    for c in range(depth):
                        share[c] = given[c] / under
                    for i in range(upper, lower):
                        for j in range(first, last):
                            at = ((y + i * dilation_height) * width + start + j * dilation_width) * depth
                            out = moved(target, at)
                            for c in range(depth):
                                out[c] = out[c] + share[c]

    return images


max_pool_float32, max_pool_float64 = _max_pool("float32"), _max_pool("float64")
max_pool_input_float32, max_pool_input_float64 = _max_pool_input("float32"), _max_pool_input("float64")
average_pool_float32, average_pool_float64 = _average_pool("float32"), _average_pool("float64")
average_pool_input_float32, average_pool_input_float64 = _average_pool_input("float32"), _average_pool_input("float64")
