"""Convolutions of images, straight from the image: no window is copied.

The windows of one line of the output are rows of a matrix whose elements overlap in memory, which a tile does not mind.
"""

from functools import cache

from numba import njit

from polytape_numpy.native.source.products import packing
from polytape_numpy.native.source.tile import lanes, moved, strip


@cache
def framing():
    """Copies a part of an image to a place of its own; what lies outside of the image is zero."""

    @njit(error_model="numpy")
    def run(image, height, width, depth, top, left, out, out_height, out_width):
        for i in range(out_height):
            line = moved(out, i * out_width * depth)
            inside = 0 <= i + top < height
            begin, end = min(max(-left, 0), out_width), max(min(width - left, out_width), 0)
            if not inside or end <= begin:
                begin = end = out_width
            for j in range(begin * depth):
                line[j] = 0
            if begin < end:
                source = moved(image, ((i + top) * width + left) * depth)
                for j in range(begin * depth, end * depth):
                    line[j] = source[j]
            for j in range(end * depth, out_width * depth):
                line[j] = 0

    return run


def _forward(dtype: str):
    lane = lanes(dtype)
    panel_width = 2 * lane
    pack, frame = packing(panel_width), framing()
    wide, narrow = strip(dtype, 2), strip(dtype, 1)

    def images(
        x, height, width, depth, top, left, framed_height, framed_width, kernel, window_height, window_width, outputs,
        z, z_start, z_image, z_line, z_row, lines, rows, stride_height, stride_width, dilation_height, dilation_width,
        first, last, panels, framed, scratch,
    ):  # fmt: skip
        size = window_height * window_width * depth
        pack(kernel, outputs, 1, size, 0, outputs, panels)
        dense = dilation_width == 1
        outer = window_height if dense else window_width
        outer_step = dilation_height * framed_width * depth if dense else dilation_width * depth
        inner = window_width * depth if dense else depth
        row = stride_width * depth
        frames = framed_height != height or framed_width != width or top != 0 or left != 0
        for n in range(first, last):
            image = moved(x, n * height * width * depth)
            if frames:
                frame(image, height, width, depth, top, left, framed, framed_height, framed_width)
            for line in range(lines):
                for c in range(0, outputs, panel_width):
                    present = min(panel_width, outputs - c)
                    target = moved(z, z_start + n * z_image + line * z_line + c)
                    spills = present != lane and present != panel_width
                    out, out_row = (scratch, panel_width) if spills else (target, z_row)
                    for tap in range(1 if dense else window_height):
                        adds = tap > 0
                        start = (line * stride_height + tap * dilation_height) * framed_width * depth
                        windows = moved(framed, start) if frames else moved(image, start)
                        panel = moved(panels, (c * size) + tap * window_width * depth * panel_width)
                        if present <= lane:
                            narrow(
                                rows, windows, row, outer, outer_step, inner, 1, panel, panel_width, out, out_row, adds
                            )
                        else:
                            wide(
                                rows, windows, row, outer, outer_step, inner, 1, panel, panel_width, out, out_row, adds
                            )
                    if spills:
                        for i in range(rows):
                            for j in range(present):
                                target[i * z_row + j] = scratch[i * panel_width + j]

    return images


def _kernel_gradient(dtype: str):
    lane = lanes(dtype)
    panel_width = 2 * lane
    pack, frame = packing(panel_width), framing()
    wide, narrow = strip(dtype, 2), strip(dtype, 1)

    def images(
        x, height, width, depth, top, left, framed_height, framed_width, y, lines, rows, outputs,
        z, window_height, window_width, stride_height, stride_width, dilation_height, dilation_width,
        first, last, panels, framed, scratch,
    ):  # fmt: skip
        dense = dilation_width == 1
        together = window_width * depth if dense else depth
        frames = framed_height != height or framed_width != width or top != 0 or left != 0
        places = lines * rows
        for n in range(first, last):
            image = moved(x, n * height * width * depth)
            if frames:
                frame(image, height, width, depth, top, left, framed, framed_height, framed_width)
            gradient = moved(y, n * places * outputs)
            for c in range(0, outputs, panel_width):
                present = min(panel_width, outputs - c)
                spills = present != lane and present != panel_width
                if spills:
                    pack(gradient, outputs, 1, places, c, outputs, panels)
                panel, panel_row = (panels, panel_width) if spills else (moved(gradient, c), outputs)
                for tap in range(window_height * (1 if dense else window_width)):
                    i, j = (tap, 0) if dense else (tap // window_width, tap % window_width)
                    start = (i * dilation_height * framed_width + j * dilation_width) * depth
                    windows = moved(framed, start) if frames else moved(image, start)
                    target = moved(z, tap * together * outputs + c)
                    out, out_row, adds = (scratch, panel_width, False) if spills else (target, outputs, n > first)
                    line, step = stride_height * framed_width * depth, stride_width * depth
                    if present <= lane:
                        narrow(together, windows, 1, lines, line, rows, step, panel, panel_row, out, out_row, adds)
                    else:
                        wide(together, windows, 1, lines, line, rows, step, panel, panel_row, out, out_row, adds)
                    if spills:
                        for r in range(together):
                            for column in range(present):
                                value = scratch[r * panel_width + column]
                                place = r * outputs + column
                                target[place] = target[place] + value if n > first else value

    return images


forward_float32, forward_float64 = _forward("float32"), _forward("float64")
kernel_gradient_float32, kernel_gradient_float64 = _kernel_gradient("float32"), _kernel_gradient("float64")
