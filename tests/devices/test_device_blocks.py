"""`tf.device`: what it makes new tensors on, among the devices of several backends."""

from __future__ import annotations

from pathlib import Path

import pytest
from loopback_backend import LoopbackBackend
from temporary_environment import Environment

import polytape as tf
from polytape.plugins import backends, devices

LOOPBACK = Path(__file__).parents[1] / "loopback_backend.py"


@pytest.fixture
def loopback(environment: Environment) -> Environment:
    """An environment in which the backend `loopback` is installed, with the devices CPU:0 and LOOP:0."""
    environment.add(
        "loopback-dist",
        {"loopback_backend": LOOPBACK.read_text()},
        backends={"loopback": "loopback_backend:LoopbackBackend"},
    )
    return environment


@pytest.mark.parametrize(
    "name",
    [
        "/cpu:0",
        "CPU:0",
        "cpu",
        "/CPU",
        "/device:CPU:0",
        "device:cpu:*",
        "/job:localhost/replica:0/task:0/device:CPU:0",
    ],
)
def test_spellings(name: str) -> None:
    with tf.device(name):
        for made in (tf.constant([1.0]), tf.ones(2), tf.Variable(1.0), tf.random.normal([2])):
            assert made.device == "/job:localhost/replica:0/task:0/device:CPU:0"
            assert made.backend == "numpy"


@pytest.mark.parametrize("name", ["", "/", "numpy", "cpu:x", "/cpu:0/", "a b", 3, ("cpu",)])
def test_what_is_no_name(name) -> None:
    with pytest.raises(ValueError, match=r"takes the name of a device.*received"), tf.device(name):
        pass


def test_devices_that_are_not_there() -> None:
    message = r"'/gpu:7' was asked for, but there is no GPU:7; devices:.*\(numpy\)"
    with pytest.raises(tf.errors.DeviceError, match=message), tf.device("/gpu:7"):
        pass
    with (
        pytest.raises(tf.errors.DeviceError, match="on another machine"),
        tf.device("/job:worker/device:CPU:0"),
    ):
        pass
    with pytest.raises(RuntimeError, match="there is no TPU:0"), tf.device("TPU"):
        pass


def test_a_backend_that_has_the_device_keeps_the_block() -> None:
    loopback = LoopbackBackend()
    with backends.use(loopback):
        with tf.device("cpu:0"):
            assert backends.placement() == (loopback, "CPU:0")
            with tf.device("LOOP:0"):
                assert "LOOP:0" in tf.ones([2]).device and "LOOP:0" in tf.constant(1.0).device
                assert "LOOP:0" in tf.Variable([1.0]).device and tf.ones([2]).backend == "loopback"
                with tf.device(None):
                    assert backends.placement() == (loopback, None)
                with backends.use("numpy"):
                    assert tf.ones([2]).device.endswith("CPU:0") and tf.ones([2]).backend == "numpy"
                    with tf.device("cpu"), tf.device(None):
                        assert backends.placement() == (backends.get("numpy"), None)
            assert backends.placement() == (loopback, "CPU:0")
        assert backends.placement() == (loopback, None)


def test_a_block_can_be_entered_again_and_ends_with_an_error() -> None:
    loopback = LoopbackBackend()
    block = tf.device("loop:0")
    with backends.use(loopback):
        for _ in range(2):
            with pytest.raises(ZeroDivisionError), block, block:
                assert backends.placement() == (loopback, "LOOP:0")
                raise ZeroDivisionError
            assert backends.placement() == (loopback, None)
    with pytest.raises(tf.errors.DeviceError), block:
        pass
    assert backends.placement() == (backends.current(), None)


def test_the_best_backend_that_has_the_device_takes_the_block(loopback: Environment) -> None:
    loopback.python(
        """
        import polytape as tf
        from polytape.plugins.backends import current
        assert tf.ones(2).backend == "numpy"
        with tf.device("/LOOP:0"):
            x = tf.ones([2])
            assert x.backend == "loopback" and x.device.endswith("LOOP:0")
            with tf.device("/cpu:0"):  # the backend in use has one
                assert tf.ones([2]).backend == "loopback"
            with tf.device(None):
                assert current().name == "numpy"
        assert current().name == "numpy"
        y = tf.ones([2])
        for place in ("LOOP:0", "loopback", "loopback-dist:loopback"):
            assert y.to(place).backend == "loopback"
        assert y.to("LOOP:0").device.endswith("LOOP:0") and y.to("loopback").device.endswith("CPU:0")
        assert x.cpu().backend == "loopback" and x.to("numpy").cpu().backend == "numpy"
        try:
            x + y
        except tf.errors.BackendMismatchError as error:
            assert "'loopback'" in str(error) and "'numpy'" in str(error)
        else:
            raise AssertionError
        names = [device.name for device in tf.config.list_physical_devices()]
        assert names == ["/physical_device:CPU:0", "/physical_device:LOOP:0"], names
        assert tf.config.list_logical_devices("LOOP") == [("/device:LOOP:0", "LOOP")]
        assert tf.config.list_physical_devices("GPU") == []
        assert len(tf.config.experimental.list_physical_devices()) == 2
        """
    )


def test_hidden_devices_are_not_chosen(loopback: Environment) -> None:
    loopback.python(
        """
        import polytape as tf
        before = tf.config.get_visible_devices()
        tf.config.set_visible_devices([], "LOOP")
        assert tf.config.get_visible_devices() == tf.config.list_physical_devices("CPU")
        assert tf.config.list_logical_devices("LOOP") == []
        try:
            with tf.device("loop:0"):
                pass
        except tf.errors.DeviceError as error:
            assert "no LOOP:0; devices: CPU:0 (loopback); CPU:0 (numpy)" in str(error), error
        else:
            raise AssertionError
        for wrong, kind in (([], "CPU"), ([], None)):
            try:
                tf.config.set_visible_devices(wrong, kind)
            except tf.errors.DeviceError as error:
                assert "'numpy'" in str(error)
            else:
                assert kind == "CPU"
        tf.config.set_visible_devices(before)
        assert tf.config.get_visible_devices() == before == tf.config.list_physical_devices()
        try:
            tf.config.set_visible_devices([tf.config.PhysicalDevice("/physical_device:GPU:9", "GPU")])
        except ValueError as error:
            assert "GPU:9" in str(error)
        else:
            raise AssertionError
        """
    )


def test_a_broken_backend_is_mentioned(environment: Environment) -> None:
    source = """
        from polytape.backend import Backend

        class Lost(Backend):
            name = "lost"

            def __init__(self):
                raise ImportError("no driver")
        """
    environment.add("lost-dist", {"lost_module": source}, backends={"lost": "lost_module:Lost"})
    environment.python(
        """
        import polytape as tf
        try:
            with tf.device("gpu"):
                pass
        except tf.errors.DeviceError as error:
            assert "no GPU:0; devices: CPU:0 (numpy)." in str(error) and "no driver" in str(error), error
        else:
            raise AssertionError
        """
    )


def test_plugins_hear_of_the_backend_that_a_block_chooses(loopback: Environment) -> None:
    loopback.add(
        "listener",
        {
            "listener": """
                from polytape.plugins import hookimpl
                heard = []

                @hookimpl
                def polytape_backend_selected(backend):
                    heard.append(backend.name)
                """
        },
        plugins={"listener": "listener"},
    )
    loopback.python(
        """
        import polytape as tf
        from polytape.plugins import Contributions
        tf.ones(1)
        Contributions("losses").names()
        from listener import heard
        heard.clear()
        with tf.device("cpu"), tf.device("LOOP:*"), tf.device("loop:0"):
            pass
        assert heard == ["loopback", "numpy"], heard
        """
    )


def test_parsing_is_remembered() -> None:
    assert devices.parse("/gpu:1") is devices.parse("/gpu:1")
    assert str(devices.parse("GPU")) == "GPU:0" and devices.parse("numpy") is None
