"""Convolution of each channel on its own, and its gradients: rows of channels times rows of the kernel."""

from numba import float64, njit

from polytape_numpy.native.source.floating import FORMATS
from polytape_numpy.native.source.pooling import reach, span
from polytape_numpy.native.source.tile import moved

_FUSED = {"contract"}


@njit(fastmath=_FUSED, error_model="numpy", forceinline=True)
def _multiply_add(total, x, y):
    return total + x * y


def _convolution(dtype: str):
    zero = FORMATS[dtype].number(0)

    def lines(
        begin, end, part, x, height, width, depth, top, left, z, out_height, out_width,
        window_height, window_width, stride_height, stride_width, dilation_height, dilation_width, kernel,
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
                    factors, offset = moved(kernel, (i * window_width + j) * depth), j * dilation_width - left
                    first, last = span(offset, stride_width, out_width, width)
                    for q in range(first, last):
                        at = ((y + i * dilation_height) * width + q * stride_width + offset) * depth
                        here, out = moved(image, at), moved(row, q * depth)
                        for c in range(depth):
                            out[c] = _multiply_add(out[c], here[c], factors[c])

    return lines


def _convolution_input(dtype: str):
    zero = FORMATS[dtype].number(0)

    def images(
        begin, end, part, gradient, height, width, depth, top, left, z, out_height, out_width,
        window_height, window_width, stride_height, stride_width, dilation_height, dilation_width, kernel,
    ):  # fmt: skip
        for n in range(begin, end):
            target = moved(z, n * height * width * depth)
            for place in range(height * width * depth):
                target[place] = zero
            for r in range(out_height):
                y, upper, lower = reach(r, stride_height, top, window_height, dilation_height, height)
                for q in range(out_width):
                    given = moved(gradient, ((n * out_height + r) * out_width + q) * depth)
                    start, first, last = reach(q, stride_width, left, window_width, dilation_width, width)
                    for i in range(upper, lower):
                        for j in range(first, last):
                            at = ((y + i * dilation_height) * width + start + j * dilation_width) * depth
                            out, factors = moved(target, at), moved(kernel, (i * window_width + j) * depth)
                            for c in range(depth):
                                out[c] = _multiply_add(out[c], given[c], factors[c])

    return images


def _convolution_kernel(dtype: str):
    """Sums of a line are made in `scratch`; those of all lines in float64. Each part has its own of both."""
    zero = FORMATS[dtype].number(0)

    def lines(
        begin, end, part, x, height, width, depth, top, left, gradient, out_height, out_width,
        window_height, window_width, stride_height, stride_width, dilation_height, dilation_width, scratch, totals,
    ):  # fmt: skip
        size = window_height * window_width * depth
        sums, all_sums = moved(scratch, part * size), moved(totals, part * size)
        for place in range(size):
            all_sums[place] = 0
        for line in range(begin, end):
            n, r = line // out_height, line % out_height
            image = moved(x, n * height * width * depth)
            y, upper, lower = reach(r, stride_height, top, window_height, dilation_height, height)
            for place in range(size):
                sums[place] = zero
            for q in range(out_width):
                given = moved(gradient, (line * out_width + q) * depth)
                start, first, last = reach(q, stride_width, left, window_width, dilation_width, width)
                for i in range(upper, lower):
                    for j in range(first, last):
                        at = ((y + i * dilation_height) * width + start + j * dilation_width) * depth
                        here, out = moved(image, at), moved(sums, (i * window_width + j) * depth)
                        for c in range(depth):
                            out[c] = _multiply_add(out[c], here[c], given[c])
            for place in range(size):
                all_sums[place] += float64(sums[place])

    return lines


convolution_float32, convolution_float64 = _convolution("float32"), _convolution("float64")
convolution_input_float32, convolution_input_float64 = _convolution_input("float32"), _convolution_input("float64")
convolution_kernel_float32, convolution_kernel_float64 = _convolution_kernel("float32"), _convolution_kernel("float64")
