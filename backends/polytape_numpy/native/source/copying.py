"""Elements of an array to other places."""


def copied(start, stop, part, x, x_0, x_1, x_2, x_3, count_1, count_2, count_3, y, y_0, y_1, y_2, y_3):
    """Four nested loops over views of `x` and `y`, whose steps are given."""
    for i in range(start, stop):
        for j in range(count_1):
            for k in range(count_2):
                source, target = i * x_0 + j * x_1 + k * x_2, i * y_0 + j * y_1 + k * y_2
                if x_3 == 1 and y_3 == 1:
                    for m in range(count_3):
                        y[target + m] = x[source + m]
                else:
                    for m in range(count_3):
                        y[target + m * y_3] = x[source + m * x_3]


def cleared(start, stop, part, x):
    """Zeros everywhere."""
    for i in range(start, stop):
        x[i] = 0
