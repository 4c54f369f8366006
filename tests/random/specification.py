"""What docs/reference/portable-random.md specifies, in plain Python integers, and the tables of that page."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "portable-random.md"
WORD = 0xFFFFFFFF
ROTATIONS = (13, 15, 26, 6), (17, 29, 16, 24)


def rows(*first_heading: str) -> list[list[str]]:
    """The rows of the page's table whose heading starts with these columns."""
    lines = [line.strip() for line in PAGE.read_text(encoding="utf-8").splitlines()]
    start = next(i for i, line in enumerate(lines) if line.startswith("| " + " | ".join(first_heading) + " |"))
    found = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    assert found, f"the table of {first_heading} is empty"
    return found


def integers(cell: str, base: int = 10) -> list[int]:
    """The integers in a cell."""
    return [int(word, base) for word in cell.replace(",", " ").split()]


def block(key: tuple[int, int], counter: tuple[int, int]) -> tuple[int, int]:
    """The block of a counter."""
    keys = (*key, key[0] ^ key[1] ^ 0x1BD11BDA)
    x0, x1 = counter[0] + keys[0] & WORD, counter[1] + keys[1] & WORD
    for group in range(5):
        for rotation in ROTATIONS[group % 2]:
            x0 = x0 + x1 & WORD
            x1 = (x1 << rotation | x1 >> 32 - rotation) & WORD ^ x0
        x0 = x0 + keys[(group + 1) % 3] & WORD
        x1 = x1 + keys[(group + 2) % 3] + group + 1 & WORD
    return x0, x1


def derived(number: int, name: str) -> tuple[int, int]:
    """The key derived from a number for a purpose."""
    letters = name.encode()
    counter = int.from_bytes(letters[:4], "big"), int.from_bytes(letters[4:], "big")
    return block((number & WORD, number >> 32 & WORD), counter)


def key_of(first: int, second: int) -> tuple[int, int]:
    """The key of a stateless op's seed."""
    if all(-(2**31) <= seed < 2**31 for seed in (first, second)):
        return first & WORD, second & WORD
    return block((first >> 32 & WORD, second >> 32 & WORD), (first & WORD, second & WORD))


def blocks(key: tuple[int, int], count: int, start: int = 0) -> list[tuple[int, int]]:
    """Blocks in a row."""
    return [block(key, (c & WORD, c >> 32 & WORD)) for c in range(start, start + count)]


def words32(key: tuple[int, int], count: int) -> list[int]:
    """32-bit words."""
    return [word for pair in blocks(key, (count + 1) // 2) for word in pair][:count]


def words64(key: tuple[int, int], count: int) -> list[int]:
    """64-bit words."""
    return [high << 32 | low for high, low in blocks(key, count)]


def uniform(key: tuple[int, int], count: int, dtype: str) -> list[float]:
    """Uniform numbers."""
    if dtype == "float64":
        return [((high >> 5) * 2**26 + (low >> 6)) * 2.0**-53 for high, low in blocks(key, count)]
    bits = 24 if dtype == "float32" else 11
    return [(word >> 32 - bits) * 2.0**-bits for word in words32(key, count)]


def integers_below(key: tuple[int, int], count: int, dtype: str, low: int, high: int) -> list[int]:
    """Integers from low up to but without high."""
    if dtype in ("int32", "uint32"):
        return [low + (word * (high - low) >> 32) for word in words32(key, count)]
    return [low + (word * (high - low) >> 64) for word in words64(key, count)]


def permutation(key: tuple[int, int], count: int) -> list[int]:
    """A permutation."""
    words = words64(key, count)
    return sorted(range(count), key=words.__getitem__)


def tails(key: tuple[int, int], count: int, dtype: str) -> list[tuple[bool, float]]:
    """Whether a normal number is negative, and its tail probability."""
    if dtype == "float64":
        return [
            (not high >> 31, ((high & 0x7FFFFFFF) * 2**32 + low + 0.5) * 2.0**-64) for high, low in blocks(key, count)
        ]
    return [(not word >> 31, ((word & 0x7FFFFFFF) + 0.5) * 2.0**-32) for word in words32(key, count)]
