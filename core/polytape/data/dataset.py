"""`Dataset`: elements one after the other, each a tensor or a structure of tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polytape import arguments
from polytape.data.batching import Batched
from polytape.data.cache import Cached
from polytape.data.combination import Concatenated, Zipped
from polytape.data.creation import Creation
from polytape.data.filtering import Filtered, TakenWhile
from polytape.data.mapping import FlatMapped, Interleaved, Mapped, stage_of
from polytape.data.padded_batching import PaddedBatched
from polytape.data.prefetch import Prefetched
from polytape.data.rows import Rows
from polytape.data.seeds import seed_for
from polytape.data.selection import Repeated, Sharded, Skipped, Taken
from polytape.data.shuffle import Shuffled
from polytape.data.sources import Numbers
from polytape.data.stage import Stage
from polytape.data.unbatching import Unbatched
from polytape.data.window import Windowed
from polytape.dtypes import int64
from polytape.errors import DTypeError, InvalidArgumentError, UnimplementedError

AUTOTUNE = -1
"""As a number of elements to prefetch or of parallel calls: the library's choice."""
_AHEAD = 2
_CYCLE = 4


class Dataset(Creation):
    """Elements one after the other, each a tensor or a structure of tensors; nothing is computed before it is
    needed.

    Every transformation returns a new dataset, and each `for` loop runs through one from its start.

    >>> import polytape as tf
    >>> dataset = tf.data.Dataset.from_tensor_slices([1.0, 2.0, 3.0]).map(lambda x: 2.0 * x).batch(2)
    >>> [batch.numpy().tolist() for batch in dataset]
    [[2.0, 4.0], [6.0]]
    """

    def _on_order(self, transformation: Callable[[Stage], Stage]) -> Dataset:
        """Transform the order of a table's rows, or else the elements themselves."""
        stage = self._stage
        return Dataset(stage.reordered(transformation) if type(stage) is Rows else transformation(stage))

    def shuffle(
        self,
        buffer_size: Any,
        seed: Any = None,
        reshuffle_each_iteration: bool | None = True,
        name: str | None = None,
    ) -> Dataset:
        """Bring the elements into random order.

        A buffer as large as the dataset makes every order equally likely. A smaller one is filled with the
        first elements; then each new element takes the place of one drawn from it at random.

        Args:
            buffer_size: how many elements the buffer holds.
            seed: a number that fixes the orders, together with `tf.random.set_seed`.
            reshuffle_each_iteration: whether each run through gets an order of its own.

        >>> import polytape as tf
        >>> sorted(int(x) for x in tf.data.Dataset.range(4).shuffle(4, seed=1))
        [0, 1, 2, 3]
        """
        size = _positive(buffer_size, "shuffle: buffer_size")
        start = seed_for(None if seed is None else arguments.integer(seed, "shuffle: seed"))
        reshuffle = reshuffle_each_iteration is not False
        return self._on_order(lambda stage: Shuffled(stage, size, start, reshuffle))

    def take(self, count: Any, name: str | None = None) -> Dataset:
        """The first `count` elements; all if it is negative."""
        number = arguments.integer(count, "take: count")
        return self._on_order(lambda stage: Taken(stage, number))

    def skip(self, count: Any, name: str | None = None) -> Dataset:
        """All but the first `count` elements; none if it is negative."""
        number = arguments.integer(count, "skip: count")
        return self._on_order(lambda stage: Skipped(stage, number))

    def shard(self, num_shards: Any, index: Any, name: str | None = None) -> Dataset:
        """Every `num_shards`-th element, starting with number `index`."""
        shards = _positive(num_shards, "shard: num_shards")
        number = arguments.integer(index, "shard: index")
        if not 0 <= number < shards:
            raise InvalidArgumentError(f"shard: index must be from 0 to {shards - 1}; received {number}.")
        return self._on_order(lambda stage: Sharded(stage, shards, number))

    def repeat(self, count: Any = None, name: str | None = None) -> Dataset:
        """The dataset `count` times; without end by default or if it is negative.

        >>> import polytape as tf
        >>> [int(x) for x in tf.data.Dataset.range(2).repeat(2)]
        [0, 1, 0, 1]
        """
        times = -1 if count is None else arguments.integer(count, "repeat: count")
        return self._on_order(lambda stage: Repeated(stage, times))

    def cache(self, filename: Any = "", name: str | None = None) -> Dataset:
        """The same elements, kept in memory from the first complete run through."""
        if filename:
            raise UnimplementedError("cache: elements are kept in memory only; leave out filename.")
        return self._on_order(Cached)

    def batch(
        self,
        batch_size: Any,
        drop_remainder: bool = False,
        num_parallel_calls: Any = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """Stack every `batch_size` elements along a new first axis.

        Args:
            drop_remainder: whether to leave out a last batch that would be smaller.

        >>> import polytape as tf
        >>> [batch.shape for batch in tf.data.Dataset.range(5).batch(2)]
        [TensorShape([2]), TensorShape([2]), TensorShape([1])]
        """
        return Dataset(Batched(self._stage, _positive(batch_size, "batch: batch_size"), bool(drop_remainder)))

    def padded_batch(
        self,
        batch_size: Any,
        padded_shapes: Any = None,
        padding_values: Any = None,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """Stack every `batch_size` elements, which are filled up at the ends of their axes to one shape.

        Args:
            padded_shapes: the shape to fill up to, or a structure of them; `None`, also for an axis or a
                component, stands for the longest in the batch.
            padding_values: what to fill with, or a structure of that; by default zero.

        >>> import polytape as tf
        >>> rows = tf.data.Dataset.range(1, 4).map(lambda n: tf.fill([int(n)], n))
        >>> rows.padded_batch(3).get_single_element().numpy().tolist()
        [[1, 0, 0], [2, 2, 0], [3, 3, 3]]
        """
        size = _positive(batch_size, "padded_batch: batch_size")
        return Dataset(PaddedBatched(self._stage, size, padded_shapes, padding_values, bool(drop_remainder)))

    def unbatch(self, name: str | None = None) -> Dataset:
        """Take every element apart along its first axis."""
        return Dataset(Unbatched(self._stage))

    def window(
        self,
        size: Any,
        shift: Any = None,
        stride: Any = 1,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Dataset:
        """Datasets of `size` elements each, `stride` apart, the next starting `shift` (by default `size`)
        further on.

        >>> import polytape as tf
        >>> windows = tf.data.Dataset.range(4).window(3, shift=1, drop_remainder=True)
        >>> [[int(x) for x in window] for window in windows]
        [[0, 1, 2], [1, 2, 3]]
        """
        length = _positive(size, "window: size")
        step = length if shift is None else _positive(shift, "window: shift")
        apart = _positive(stride, "window: stride")
        return Dataset(Windowed(self._stage, length, step, apart, bool(drop_remainder), Dataset))

    def map(
        self,
        map_func: Callable[..., Any],
        num_parallel_calls: Any = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """Apply a function to each element.

        Args:
            map_func: takes the components of a tuple as its arguments, any other element as one; returns a
                tensor or a structure. No tape records what it does. For a `batch` that follows it is called
                once for all elements of a batch, with tensors that stand for them, if it has no effect but its
                result and random draws, and each element gets the same bits; else once for each element.
            num_parallel_calls: accepted; what has to be called for each element is so one after the other.

        >>> import polytape as tf
        >>> [int(x) for x in tf.data.Dataset.range(3).map(lambda x: x * x)]
        [0, 1, 4]
        """
        return Dataset(Mapped(self._stage, _function(map_func, "map")))

    def flat_map(self, map_func: Callable[..., Any], name: str | None = None) -> Dataset:
        """The elements of the datasets that `map_func` makes of the elements, one dataset after the other.

        >>> import polytape as tf
        >>> [int(x) for x in tf.data.Dataset.range(3).flat_map(lambda n: tf.data.Dataset.range(int(n)))]
        [0, 0, 1]
        """
        return Dataset(FlatMapped(self._stage, _function(map_func, "flat_map")))

    def interleave(
        self,
        map_func: Callable[..., Any],
        cycle_length: Any = None,
        block_length: Any = None,
        num_parallel_calls: Any = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Dataset:
        """The elements of the datasets that `map_func` makes of the elements, in turn from several datasets.

        Args:
            cycle_length: how many datasets are open at once, by default 4.
            block_length: how many elements each gives before it is the next one's turn; by default one.
        """
        cycle = _CYCLE if cycle_length in (None, AUTOTUNE) else _positive(cycle_length, "interleave: cycle_length")
        block = 1 if block_length is None else _positive(block_length, "interleave: block_length")
        return Dataset(Interleaved(self._stage, _function(map_func, "interleave"), cycle, block))

    def filter(self, predicate: Callable[..., Any], name: str | None = None) -> Dataset:
        """The elements for which `predicate` returns true; asked about many at once where `map` would be.

        >>> import polytape as tf
        >>> [int(x) for x in tf.data.Dataset.range(5).filter(lambda x: x % 2 == 0)]
        [0, 2, 4]
        """
        return Dataset(Filtered(self._stage, _function(predicate, "filter")))

    def take_while(self, predicate: Callable[..., Any], name: str | None = None) -> Dataset:
        """The elements before the first for which `predicate` returns false."""
        return Dataset(TakenWhile(self._stage, _function(predicate, "take_while")))

    def concatenate(self, dataset: Any, name: str | None = None) -> Dataset:
        """The elements of this dataset, then those of another of the same structure and dtypes."""
        return Dataset(Concatenated(self._stage, stage_of(dataset, "concatenate: dataset")))

    def enumerate(self, start: Any = 0, name: str | None = None) -> Dataset:
        """Pairs of a number, counted from `start`, and an element.

        >>> import polytape as tf
        >>> [(int(i), int(x)) for i, x in tf.data.Dataset.range(7, 9).enumerate()]
        [(0, 7), (1, 8)]
        """
        first = arguments.integer(start, "enumerate: start")
        numbers = Numbers(range(first, int64.max), int64)
        return Dataset(Zipped((None, None), [numbers, self._stage]))

    def prefetch(self, buffer_size: Any, name: str | None = None) -> Dataset:
        """Let a thread of its own compute up to `buffer_size` elements ahead; `tf.data.AUTOTUNE` stands for
        two.

        It starts once it would have saved time, which takes an element and what is done with it that both last for
        longer than handing an element over. An error there is raised where the element would have come. The thread
        ends with the loop that started it.
        """
        size = arguments.integer(buffer_size, "prefetch: buffer_size")
        if size < -1:
            raise InvalidArgumentError(f"prefetch: buffer_size must not be negative, or AUTOTUNE; received {size}.")
        return self if size == 0 else Dataset(Prefetched(self._stage, _AHEAD if size == AUTOTUNE else size))

    def apply(self, transformation_func: Callable[[Dataset], Any], name: str | None = None) -> Any:
        """Apply a function that makes a dataset of this dataset."""
        made = _function(transformation_func, "apply")(self)
        stage_of(made, "What the function given to apply returns")
        return made

    def __repr__(self) -> str:
        stage = self._stage
        spec = repr(stage.specification()) if stage.is_specified() else "<known from the first element>"
        return f"<Dataset element_spec={spec}>"


def _positive(value: Any, name: str) -> int:
    number = arguments.integer(value, name)
    if number < 1:
        raise InvalidArgumentError(f"{name} must be at least 1; received {number}.")
    return number


def _function(value: Any, call: str) -> Callable[..., Any]:
    if not callable(value):
        raise DTypeError(f"{call} takes a function; received {value!r:.80} of {type(value).__name__}.")
    return value  # type: ignore[no-any-return]
