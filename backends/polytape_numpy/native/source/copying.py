"""Elements of an array in order."""


def copied(start, stop, part, x, x_0, x_1, x_2, x_3, count_1, count_2, count_3, y):
    """Four nested loops over a view of `x`, whose steps are given; `y` is in order."""
    place = start * count_1 * count_2 * count_3
    for i in range(start, stop):
        for j in range(count_1):
            for k in range(count_2):
                first = i * x_0 + j * x_1 + k * x_2
                if x_3 == 1:
                    for m in range(count_3):
                        y[place + m] = x[first + m]
                else:
                    for m in range(count_3):
                        y[place + m] = x[first + m * x_3]
                place += count_3
