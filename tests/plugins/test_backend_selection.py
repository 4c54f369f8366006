"""Which backend is the default: the environment, calls of `use`, blocks, threads and tasks."""

from __future__ import annotations

import json

import pytest
from temporary_environment import Environment

TOY = """
    from polytape.backend import Backend

    class Toy(Backend):
        name = "{name}"
        requires = 'pip install "toy[{name}]"'
        priority = {priority}

        def __init__(self):
            {construct}

        def devices(self):
            return ("CPU:0", "TOY:0")

        def versions(self):
            return {{"toylib": "1.2"}}
"""


def toy(
    environment: Environment, name: str, construct: str = "pass", priority: int = 0, distribution: str = ""
) -> None:
    module = f"{distribution or name}_module"
    source = TOY.format(name=name, construct=construct, priority=priority)
    environment.add(distribution or f"{name}-dist", {module: source}, backends={name: f"{module}:Toy"})


@pytest.fixture
def toys(environment: Environment) -> Environment:
    for name in ("red", "green", "blue"):
        toy(environment, name)
    return environment


HEAD = "from polytape.backend import Backend\nclass red(Backend):\n"
SHOW = "from polytape.plugins.backends import current, get, use; "


def test_numpy_is_the_default(environment: Environment) -> None:
    assert environment.python(SHOW + "print(current().name)") == "numpy\n"


def test_the_environment_names_the_default(toys: Environment) -> None:
    assert toys.python(SHOW + "print(current().name)", POLYTAPE_BACKEND="red") == "red\n"
    assert toys.python(SHOW + "print(current().name)", POLYTAPE_BACKEND="red-dist:red") == "red\n"


def test_there_is_one_instance(toys: Environment) -> None:
    toys.python(SHOW + "assert get('red') is get('Red.Dist:red') is use('red').backend is current()")


def test_blocks_nest_and_calls_last(toys: Environment) -> None:
    toys.python(
        """
        from polytape.plugins.backends import current, get, use
        names = []
        with use("red") as red:
            assert red is current() is get("red")
            with use("green"):
                assert current().name == "green"
                use("blue")  # for the process; the block goes before it
                assert current().name == "green"
            assert current().name == "red"
        assert current().name == "blue"
        try:
            with use("red"):
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        assert current().name == "blue"
        use(get("green"))
        assert current().name == "green"
        """
    )


def test_a_kept_result_can_be_entered_again_and_again(toys: Environment) -> None:
    toys.python(
        """
        from polytape.plugins.backends import current, use
        use("blue")
        kept = use("red")
        assert current().name == "red"  # as yet it is a call
        for _ in range(3):
            with kept:
                assert current().name == "red"
                with kept:
                    assert current().name == "red"
                assert current().name == "red"
            assert current().name == "blue"
        """
    )


def test_a_call_holds_for_all_threads_and_a_block_for_its_own(toys: Environment) -> None:
    toys.python(
        """
        from concurrent.futures import ThreadPoolExecutor
        from polytape.plugins.backends import current, use
        with ThreadPoolExecutor(1) as pool:
            look = lambda: pool.submit(lambda: current().name).result()
            assert look() == "numpy"
            use("red")
            assert look() == "red"
            with use("green"):
                assert look() == "red"
            assert look() == "red"
            kept = use("blue")
            assert current().name == look() == "blue"
            del kept
            assert look() == "blue"
            for name in ("red", "green") * 100:
                use(name)
            assert look() == "green"
        from polytape.plugins import backends
        assert len(backends._process.calls) < 5
        """
    )


def test_a_block_never_shows_in_another_thread(toys: Environment) -> None:
    toys.python(
        """
        import sys, threading, time
        from polytape.plugins.backends import current, use
        sys.setswitchinterval(1e-6)
        use("red")
        stop, wrong = threading.Event(), []

        def enter(name):
            while not stop.is_set():
                with use(name):
                    if current().name != name:
                        wrong.append(current().name)
                if current().name != "red":
                    wrong.append(current().name)

        threads = [threading.Thread(target=enter, args=(name,)) for name in ("green", "blue", "green")]
        for thread in threads:
            thread.start()
        finish = time.monotonic() + 0.5
        while time.monotonic() < finish:
            if current().name != "red":
                wrong.append(current().name)
        stop.set()
        for thread in threads:
            thread.join()
        assert not wrong, wrong[:5]
        assert current().name == "red"
        """
    )


def test_tasks_do_not_disturb_one_another(toys: Environment) -> None:
    toys.python(
        """
        import asyncio
        from polytape.plugins.backends import current, use

        async def work(name):
            with use(name):
                for _ in range(5):
                    await asyncio.sleep(0)
                    assert current().name == name

        async def main():
            await asyncio.gather(work("red"), work("green"), work("blue"))
            assert current().name == "numpy"

        asyncio.run(main())
        """
    )


def test_one_instance_for_all_threads(environment: Environment) -> None:
    toy(environment, "slow", "import time; time.sleep(0.1); print('made')")
    source = """
        from concurrent.futures import ThreadPoolExecutor
        from polytape.plugins.backends import current
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda _: current(), range(8)))
        assert len(set(map(id, found))) == 1
    """
    assert environment.python(source, POLYTAPE_BACKEND="slow") == "made\n"


def failure(environment: Environment, name: str, **variables: str) -> tuple[str, str]:
    source = f"""
        import json
        from polytape.plugins.backends import current, use
        try:
            {f"use({name!r})" if name else "current()"}
        except Exception as error:
            print(json.dumps([type(error).__name__, str(error)]))
    """
    kind, message = json.loads(environment.python(source, **variables))
    return kind, message


def test_a_named_backend_that_is_not_there(toys: Environment) -> None:
    kind, message = failure(toys, "", POLYTAPE_BACKEND="nonsense")
    assert kind == "BackendNotFoundError"
    assert "POLYTAPE_BACKEND" in message and "'nonsense'" in message
    assert "blue, cupy, green" in message and "numpy, red" in message
    kind, message = failure(toys, "Numpi")
    assert kind == "BackendNotFoundError"
    assert "use('Numpi')" in message and "Did you mean 'numpy'?" in message


def test_the_message_repeats_each_time(toys: Environment) -> None:
    source = """
        from polytape.plugins.backends import current
        for _ in range(2):
            try:
                current()
            except LookupError:
                print("no")
    """
    assert toys.python(source, POLYTAPE_BACKEND="nonsense") == "no\nno\n"


@pytest.mark.parametrize(
    ("construct", "kind", "words"),
    [
        ("import toylib_that_is_not_there", "BackendUnavailableError", "No module named"),
        (
            "import polytape.errors as e; raise e.BackendUnavailableError('no driver')",
            "BackendUnavailableError",
            "no driver",
        ),
        ("1 / 0", "PluginError", "ZeroDivisionError"),
        ("raise SystemExit", "PluginError", "SystemExit"),
    ],
)
def test_a_named_backend_that_can_not_be_had(environment: Environment, construct: str, kind: str, words: str) -> None:
    toy(environment, "red", construct)
    raised, message = failure(environment, "red")
    assert raised == kind
    assert "'red' (red-dist 1.0)" in message and words in message
    assert ('pip install "toy[red]"' in message) == (kind == "BackendUnavailableError")
    done = environment.polytape("backends", POLYTAPE_BACKEND="red")
    assert done.returncode == 1 and words in done.stderr
    assert environment.polytape("backends").returncode == 0


def test_a_blocked_and_an_incompatible_backend(environment: Environment) -> None:
    toy(environment, "red")
    kind, message = failure(environment, "red", POLYTAPE_DISABLE_PLUGINS="red")
    assert kind == "PluginError" and "POLYTAPE_DISABLE_PLUGINS" in message
    environment.add(
        "old",
        {"old": "raise AssertionError"},
        backends={"old": "old:Toy"},
        api={"old": "polytape.plugins.api:v0"},
    )
    kind, message = failure(environment, "old")
    assert kind == "PluginError" and "'v0'" in message


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("red = 3", "no subclass of polytape.backend.Backend"),
        ("class red: pass", "no subclass of polytape.backend.Backend"),
        (HEAD + "    name = 'rot'", "'rot'"),
        (HEAD + "    name = 'red'\n    priority = 'high'", "'high'"),
        ("nothing = 1", "AttributeError"),
    ],
)
def test_what_is_no_backend(environment: Environment, source: str, words: str) -> None:
    environment.add("red-dist", {"red_module": source}, backends={"red": "red_module:red"})
    row = environment.listing("backends")["red-dist:red"]
    assert row["state"] == "broken" and words in row["cause"]


def test_a_name_claimed_twice(environment: Environment) -> None:
    toy(environment, "red", distribution="acme")
    toy(environment, "red", distribution="globex")
    kind, message = failure(environment, "red")
    assert kind == "AmbiguousNameError" and "'acme:red'" in message and "'globex:red'" in message
    source = SHOW + "print(type(use('acme:red').backend).__module__, type(current()).__module__)"
    assert environment.python(source) == "acme_module acme_module\n"
    states = {name: row["state"] for name, row in environment.listing("backends").items() if row["name"] == "red"}
    assert states == {"acme:red": "ambiguous", "globex:red": "ambiguous"}
    rows = environment.listing("backends", POLYTAPE_BACKEND="globex:red")
    assert rows["globex:red"]["selected"] and rows["globex:red"]["devices"] == ["CPU:0", "TOY:0"]
    rows = environment.listing("backends", POLYTAPE_DISABLE_PLUGINS="acme", POLYTAPE_BACKEND="red")
    assert rows["globex:red"]["selected"] and rows["acme:red"]["state"] == "blocked"


def test_the_best_available_is_taken_and_said(environment: Environment) -> None:
    toy(environment, "fast", "raise ImportError('no fastlib')", priority=100)
    toy(environment, "good", priority=50)
    toy(environment, "fair", "print('constructed in vain')", priority=10)
    done = environment.run("-c", SHOW + "print(current().name, get('auto').name)", POLYTAPE_BACKEND="auto")
    assert done.stdout == "good good\n"
    assert done.stderr.count("\n") == 1
    assert "'good'" in done.stderr and "'fast'" in done.stderr and "no fastlib" in done.stderr


def test_numpy_is_the_last_resort(toys: Environment) -> None:
    done = toys.run("-c", SHOW + "print(current().name)", POLYTAPE_BACKEND="auto", POLYTAPE_DISABLE_PLUGINS="mlx")
    assert done.stdout == "blue\n"


def test_use_takes_names_and_backends_only(environment: Environment) -> None:
    source = """
        from polytape.plugins.backends import use
        try:
            use(3)
        except ValueError as error:
            print(error)
    """
    assert "received 3" in environment.python(source)


def test_the_default_is_found_quickly(environment: Environment) -> None:
    source = """
        from timeit import repeat
        from polytape.plugins.backends import current
        current()
        print(min(repeat(current, number=10_000)) / 10_000)
    """
    assert float(environment.python(source)) < 2e-6
