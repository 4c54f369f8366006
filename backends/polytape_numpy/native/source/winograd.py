"""Convolutions of windows of 3 x 3 with fewer multiplications: Winograd's minimal filtering.

A tile of 4 x 4 places of the output is `S [(K g K.T) * (D d D.T)] S.T` for the kernel `g` and the 6 x 6 places `d` of
the image under it, for each pair of channels: 36 multiplications in place of 144 (A. Lavin and S. Gray, "Fast
algorithms for convolutional neural networks", 2016). Over channels these are 36 products of matrices, one for each
plane: the elements of one place in all tiles. The kernel's gradient is `K.T [(D d D.T) * (S.T y S)] K`, added up over
the tiles.

The three matrices multiply two polynomials by their values at 0, at `±NEAR`, at `±FAR`, and at infinity. The points
0, ±1, ±2 of most programs lose a further digit; with these the error is as small as that of adding up one by one.
"""

from functools import cache

from polytape_numpy.native.source.sizes import OUT, PLANES, SIDE
from polytape_numpy.native.source.tile import called, lanes, moved, strip
from polytape_numpy.native.source.transform import transform, transposed

NEAR, FAR = 0.75, 1.5
_N, _F = NEAR * NEAR, FAR * FAR
_BY_NEAR, _BY_FAR = 1 / (2 * _N * (_N - _F)), 1 / (2 * _F * (_F - _N))

OF_IMAGE = (
    (_N * _F, 0, -_N - _F, 0, 1, 0),
    (0, -NEAR * _F, -_F, NEAR, 1, 0),
    (0, NEAR * _F, -_F, -NEAR, 1, 0),
    (0, -FAR * _N, -_N, FAR, 1, 0),
    (0, FAR * _N, -_N, -FAR, 1, 0),
    (0, _N * _F, 0, -_N - _F, 0, 1),
)
OF_KERNEL = (
    (1 / (_N * _F), 0, 0),
    (_BY_NEAR, _BY_NEAR * NEAR, _BY_NEAR * _N),
    (_BY_NEAR, -_BY_NEAR * NEAR, _BY_NEAR * _N),
    (_BY_FAR, _BY_FAR * FAR, _BY_FAR * _F),
    (_BY_FAR, -_BY_FAR * FAR, _BY_FAR * _F),
    (0, 0, 1),
)
OF_SUMS = (
    (1, 1, 1, 1, 1, 0),
    (0, NEAR, -NEAR, FAR, -FAR, 0),
    (0, _N, _N, _F, _F, 0),
    (0, NEAR * _N, -NEAR * _N, FAR * _F, -FAR * _F, 1),
)


def _tiles(dtype: str, side: int, of_image: bool):
    """Transforms the tiles of images, OUT places apart, which are of this side; outside of an image all is zero.

    An element of tile `t` in the plane of place `p` goes to `planes[p * plane + t * row + channel]`.
    """
    lane = lanes(dtype)
    change = transform(dtype, OF_IMAGE if of_image else transposed(OF_SUMS))

    def tiles(x, height, width, depth, top, left, down, across, begin, count, planes, plane, row, patch):
        n, i, j = begin // (down * across), begin // across % down, begin % across
        for t in range(count):
            image, target = moved(x, n * height * width * depth), moved(planes, t * row)
            upper, before = i * OUT + top, j * OUT + left
            source, line, step = moved(image, (upper * width + before) * depth), width * depth, depth
            if depth < lane or upper < 0 or before < 0 or upper + side > height or before + side > width:
                line, step = side * max(depth, lane), max(depth, lane)
                for a in range(side):
                    for b in range(side):
                        place, inside = a * line + b * step, moved(source, (a * width + b) * depth)
                        if 0 <= upper + a < height and 0 <= before + b < width:
                            for c in range(depth):
                                patch[place + c] = inside[c]
                        else:
                            for c in range(depth):
                                patch[place + c] = 0
                source = patch
            for c in range(0, depth, lane):
                first = max(min(c, depth - lane), 0)
                change(moved(source, first), line, step, moved(target, first), SIDE * plane, plane)
            j += 1
            if j == across:
                i, j = i + 1, 0
                if i == down:
                    n, i = n + 1, 0

    return tiles


@cache
def tiles(dtype: str, of_image: bool):
    """A kernel of its own: output and kernel's gradient both transform images."""
    elements = f"*{dtype}"
    signature = (elements, *["int"] * 9, elements, "int", "int", elements)
    return called(f"winograd.tiles_of_{'image' if of_image else 'gradient'}_{dtype}", signature)


def _kernel(dtype: str):
    lane = lanes(dtype)
    width = 2 * lane
    change = transform(dtype, OF_KERNEL)

    def kernel(kernel, depth, outputs, panels, first, last, patch):
        plane = depth * width
        for start in range(0, outputs, width):
            present = min(width, outputs - start)
            for k in range(first, last):
                source, target = moved(kernel, k * outputs + start), moved(panels, start * depth * PLANES + k * width)
                line, step = 3 * depth * outputs, depth * outputs
                if present < width:
                    for tap in range(9):
                        for c in range(width):
                            patch[tap * width + c] = source[tap * step + c] if c < present else 0
                    source, line, step = patch, 3 * width, width
                for c in range(0, width, lane):
                    change(moved(source, c), line, step, moved(target, c), SIDE * plane, plane)

    return kernel


def _forward(dtype: str):
    lane = lanes(dtype)
    panel_width = 2 * lane
    tiles_of_image, finish = tiles(dtype, True), transform(dtype, OF_SUMS)
    wide, narrow = strip(dtype, 2), strip(dtype, 1)

    def forward(
        x, height, width, depth, top, left, panels, outputs, z, lines, rows,
        first, last, block, planes, row, sums, patch,
    ):  # fmt: skip
        down, across = (lines + OUT - 1) // OUT, (rows + OUT - 1) // OUT
        plane, plane_out = block * row, block * panel_width
        for begin in range(first, last, block):
            count = min(block, last - begin)
            tiles_of_image(x, height, width, depth, top, left, down, across, begin, count, planes, plane, row, patch)
            for start in range(0, outputs, panel_width):
                present = min(panel_width, outputs - start)
                for p in range(PLANES):
                    under, total = moved(planes, p * plane), moved(sums, p * plane_out)
                    panel = moved(panels, (start * PLANES + p * panel_width) * depth)
                    if present <= lane:
                        narrow(count, under, row, 1, 0, depth, 1, panel, panel_width, total, panel_width, False)
                    else:
                        wide(count, under, row, 1, 0, depth, 1, panel, panel_width, total, panel_width, False)
                for t in range(count):
                    n, i = (begin + t) // (down * across), (begin + t) // across % down * OUT
                    j = (begin + t) % across * OUT
                    target, source = (
                        moved(z, ((n * lines + i) * rows + j) * outputs + start),
                        moved(sums, t * panel_width),
                    )
                    whole = present >= lane and i + OUT <= lines and j + OUT <= rows
                    line, step = (rows * outputs, outputs) if whole else (OUT * panel_width, panel_width)
                    out = target if whole else patch
                    for c in range(0, present, lane):
                        k = min(c, present - lane) if whole else c
                        finish(moved(source, k), SIDE * plane_out, plane_out, moved(out, k), line, step)
                    if not whole:
                        for a in range(min(OUT, lines - i)):
                            for b in range(min(OUT, rows - j)):
                                for c in range(present):
                                    target[(a * rows + b) * outputs + c] = patch[a * line + b * step + c]

    return forward


def _kernel_gradient(dtype: str):
    lane = lanes(dtype)
    panel_width = 2 * lane
    tiles_of_image, tiles_of_gradient = tiles(dtype, True), tiles(dtype, False)
    finish = transform(dtype, transposed(OF_KERNEL))
    wide, narrow = strip(dtype, 2), strip(dtype, 1)

    def kernel_gradient(
        x, height, width, depth, top, left, y, lines, rows, outputs, z,
        first, last, block, planes, row, gradients, row_out, totals, patch,
    ):  # fmt: skip
        down, across = (lines + OUT - 1) // OUT, (rows + OUT - 1) // OUT
        plane, plane_out, plane_total = block * row, block * row_out, depth * row_out
        for begin in range(first, last, block):
            count = min(block, last - begin)
            tiles_of_image(x, height, width, depth, top, left, down, across, begin, count, planes, plane, row, patch)
            tiles_of_gradient(
                y, lines, rows, outputs, 0, 0, down, across, begin, count, gradients, plane_out, row_out, patch
            )
            for p in range(PLANES):
                under = moved(planes, p * plane)
                for start in range(0, outputs, panel_width):
                    panel = moved(gradients, p * plane_out + start)
                    total = moved(totals, p * plane_total + start)
                    if outputs - start <= lane:
                        narrow(depth, under, 1, 1, 0, count, row, panel, row_out, total, row_out, begin > first)
                    else:
                        wide(depth, under, 1, 1, 0, count, row, panel, row_out, total, row_out, begin > first)
        whole = outputs >= lane
        line, step = (3 * depth * outputs, depth * outputs) if whole else (3 * lane, lane)
        for k in range(depth):
            for start in range(0, outputs, lane):
                c = max(min(start, outputs - lane), 0)
                source, target = moved(totals, k * row_out + c), moved(z, k * outputs + c)
                out = target if whole else patch
                finish(source, SIDE * plane_total, plane_total, out, line, step)
                if not whole:
                    for tap in range(9):
                        for o in range(outputs):
                            target[tap * depth * outputs + o] = patch[tap * lane + o]

    return kernel_gradient


tiles_of_image_float32, tiles_of_image_float64 = _tiles("float32", SIDE, True), _tiles("float64", SIDE, True)
tiles_of_gradient_float32, tiles_of_gradient_float64 = _tiles("float32", OUT, False), _tiles("float64", OUT, False)
kernel_float32, kernel_float64 = _kernel("float32"), _kernel("float64")
forward_float32, forward_float64 = _forward("float32"), _forward("float64")
kernel_gradient_float32, kernel_gradient_float64 = _kernel_gradient("float32"), _kernel_gradient("float64")
