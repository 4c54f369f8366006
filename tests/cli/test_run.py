"""`polytape run`: programs that import TensorFlow and Keras, and all else as `python` has it."""

from __future__ import annotations

import subprocess
from textwrap import dedent
from zipfile import ZipFile

import pytest
from temporary_environment import Environment


@pytest.fixture
def write(environment: Environment):
    """Write a program into the folder in which the interpreters run."""

    def write(name: str, source: str, encoding: str = "utf-8") -> str:
        path = environment.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(dedent(source).encode(encoding))
        return name

    return write


def run(environment: Environment, *arguments: str) -> str:
    done = environment.polytape("run", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


PROGRAM = """
    import tensorflow as tf
    from tensorflow import keras
    from tensorflow.keras import layers
    import keras as bare_keras
    from keras.layers import Dense as BareDense
    from tensorflow.keras.layers import Dense
    import tensorflow.keras.backend as K
    import tensorflow.compat.v1 as tf1
    import tensorflow.compat.v2 as tf2
    import tensorflow.contrib.eager as tfe
    from tensorflow.math import log
    import tensorflow.math as math
    import polytape

    assert Dense is layers.Dense is BareDense is bare_keras.layers.Dense is polytape.keras.layers.Dense
    assert tf.matmul is tf1.matmul is tf2.matmul is polytape.matmul and log is math.log is tf.math.log
    assert tf.keras.layers is layers and keras is tf.keras and tfe.Variable is tf.Variable
    assert tf.__version__.split(".")[0] == "2" and "polytape" in tf.__version__ and keras.layers.__doc__
    assert "matmul" in dir(tf) and "Dense" in dir(layers)
    w = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        loss = w * w
    optimizer = keras.optimizers.SGD(0.5)
    optimizer.apply_gradients([(tape.gradient(loss, w), w)])
    print(float(w))
"""


def test_a_program_runs_as_it_is(environment: Environment, write) -> None:
    name = write("program.py", PROGRAM)
    assert run(environment, name) == "0.0\n"
    assert run(environment, "-m", "program") == "0.0\n"
    assert run(environment, "-c", dedent(PROGRAM)) == "0.0\n"


def test_an_installed_tensorflow_is_passed_over(environment: Environment, write) -> None:
    write("tensorflow/__init__.py", "raise SystemExit('the installed one')")
    write("keras.py", "raise SystemExit('the installed one')")
    write("program.py", "import tensorflow, keras\nprint(tensorflow.constant(1).numpy())")
    assert run(environment, "program.py") == "1\n"


def test_nothing_else_is_affected(environment: Environment, write) -> None:
    before = sorted(environment.folder.iterdir())
    child = "try:\n    import tensorflow\nexcept ImportError as error:\n    print(error.name)"
    write("parent.py", f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}], check=True)")
    assert run(environment, "parent.py") == "tensorflow\n"
    (environment.folder / "parent.py").unlink()
    assert sorted(environment.folder.iterdir()) == before
    environment.python("import polytape, sys; assert not {'tensorflow', 'keras'} & set(sys.modules)")


def test_star_imports_and_modules_of_objects(environment: Environment) -> None:
    environment.add(
        "shapes",
        {
            "shapes": """
                from types import SimpleNamespace
                from polytape.plugins import hookimpl

                @hookimpl
                def polytape_datasets():
                    return {"spirals": SimpleNamespace(load_data=lambda: "data")}
                """
        },
        plugins={"shapes": "shapes"},
    )
    source = """
        from tensorflow.keras.layers import *
        from tensorflow.keras.datasets import spirals
        import tensorflow.keras.datasets.spirals as same
        from tensorflow.keras.datasets.spirals import load_data
        assert Dense.__name__ == "Dense" and spirals is same
        print(load_data())
        """
    assert run(environment, "-c", dedent(source)) == "data\n"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "import tensorflow as tf\ntf.reduce_summ",
            "AttributeError: tensorflow.reduce_summ is not in polytape yet. Did you mean 'reduce_sum'?",
        ),
        (
            "from tensorflow.keras.layers import Densee",
            "ModuleNotFoundError: tensorflow.keras.layers.Densee is not in polytape yet. Did you mean 'Dense",
        ),
        (
            "import tensorflow as tf\ntf.placeholder",
            "AttributeError: tensorflow.placeholder is in polytape as tensorflow.compat.v1.placeholder.",
        ),
        (
            "import tensorflow.kerras",
            "ModuleNotFoundError: tensorflow.kerras is not in polytape yet. Did you mean 'keras'?",
        ),
        (
            "import tensorflow.Variable",
            "ModuleNotFoundError: tensorflow.Variable is no module; write `from tensorflow import Variable`.",
        ),
        ("import tensorflow.python.eager", "ModuleNotFoundError: tensorflow.python is not in polytape yet."),
        (
            "import tensorflow as tf\ntf.keras.losses.Poissonn",
            "AttributeError: tensorflow.keras.losses.Poissonn is not in polytape yet. Did you mean",
        ),
    ],
)
def test_names_that_are_missing(environment: Environment, code: str, message: str) -> None:
    done = environment.polytape("run", "-c", code)
    lines = done.stderr.splitlines()
    assert done.returncode == 1 and done.stdout == ""
    assert lines[:2] == [
        "Traceback (most recent call last):",
        f'  File "<string>", line {len(code.splitlines())}, in <module>',
    ]
    assert lines[2].startswith(message)


def test_what_is_missing_can_be_caught(environment: Environment) -> None:
    source = """
        import tensorflow as tf
        try:
            from tensorflow.keras import not_there
        except ImportError:
            not_there = None
        assert not hasattr(tf, "not_there") and getattr(tf.keras, "not_there", 3) == 3
        assert not_there is None
        """
    run(environment, "-c", dedent(source))


PROGRAMS = {
    "arguments": """
        import sys
        print(sys.argv, __name__, __file__, __doc__, __spec__, __package__, sys.path[0])
        """,
    "globals": "print(sorted(globals()))\nprint(__builtins__, __loader__.__class__, __annotations__)",
    "pickle": """
        import pickle
        class Point:
            x: int = 3
        print(pickle.loads(pickle.dumps(Point())).x, __import__("__main__").Point is Point)
        """,
    "annotations": "def f(x: undefined_name): pass",
    "error": """
        def f():
            return 1 / 0

        try:
            f()
        except ZeroDivisionError as error:
            raise KeyError("x") from error
        """,
    "error_in_module": "import helper",
    "attribute_error": "import math\nmath.sqroot",
    "syntax_error": "x = (1,\nprint(x",
    "group": "raise ExceptionGroup('several', [ValueError(1), TypeError(2)])",
    "exit": "raise SystemExit",
    "exit_code": "import sys\nsys.exit(3)",
    "exit_message": "import sys\nsys.exit('no')",
    "hard_exit": "import os\nos._exit(4)",
    "interrupt": "raise KeyboardInterrupt",
    "excepthook": "import sys\nsys.excepthook = lambda *a: print(a[0], a[2].tb_lineno, a[2].tb_next)\n1 / 0",
    "atexit": "import atexit\natexit.register(print, 'end')\nraise ValueError('before the end')",
    "thread": """
        import threading, time, __main__
        value = 5
        threading.Thread(target=lambda: (time.sleep(0.1), print(__main__.value))).start()
        """,
    "traceback_of_caught": """
        import traceback

        try:
            1 / 0
        except ZeroDivisionError:
            traceback.print_exc()
        """,
}


def both(environment: Environment, *arguments: str) -> list[subprocess.CompletedProcess[str]]:
    """What `python` does, and what `polytape run` does."""
    return [environment.run(*arguments), environment.polytape("run", *arguments)]


AS_CODE = ("error", "syntax_error", "exit_code")


@pytest.mark.parametrize(
    ("name", "way"), [(name, "script") for name in PROGRAMS] + [(name, "code") for name in AS_CODE]
)
def test_all_else_is_as_with_python(environment: Environment, write, name: str, way: str) -> None:
    write("helper.py", "def helped():\n    raise RuntimeError('help')\n\nhelped()\n")
    source = dedent(PROGRAMS[name])
    program = (write("the_program.py", source),) if way == "script" else ("-c", source)
    expected, found = both(environment, *program, "one", "--two", "-m")
    assert found.stdout == expected.stdout
    assert found.stderr == expected.stderr
    assert found.returncode == expected.returncode


def test_code_is_what_python_makes_of_it(environment: Environment) -> None:
    source = "import sys; print(sys.argv, __name__, sorted(globals()), repr(sys.path[0]))"
    expected, found = both(environment, "-c", source, "one")
    assert found.stdout == expected.stdout and found.returncode == 0


def test_modules_packages_folders_and_archives(environment: Environment, write) -> None:
    source = """
        import sys
        from . import near
        print(near.x, __name__, __package__, sys.argv, sys.path[0])
        """
    write("package/__init__.py", "print('package', __name__)")
    write("package/near.py", "x = 3")
    write("package/__main__.py", source)
    write("package/other.py", source)
    write("folder/__main__.py", "import sys, beside\nprint(beside.x, sys.argv, __name__, len(sys.path))")
    write("folder/beside.py", "x = 4")
    with ZipFile(environment.folder / "archive.zip", "w") as archive:
        archive.writestr("__main__.py", "import sys\nprint(sys.argv[1:], __name__)")
    for arguments in (("-m", "package", "a"), ("-m", "package.other"), ("folder", "a"), ("archive.zip", "a")):
        expected, found = both(environment, *arguments)
        assert (found.stdout, found.returncode) == (expected.stdout, 0), found.stderr


def test_encodings(environment: Environment, write) -> None:
    write("latin.py", "# -*- coding: latin-1 -*-\nprint('é', len('é'))", encoding="latin-1")
    assert run(environment, "latin.py") == "é 1\n"


def test_what_can_not_be_run(environment: Environment, write) -> None:
    write("package/__init__.py", "")
    for arguments, code, message in (
        (["missing.py"], 2, f"polytape: can't open file '{environment.folder / 'missing.py'}'"),
        (["-m", "missing"], 1, "polytape: No module named missing"),
        (["-m", "missing.part"], 1, "polytape: No module named missing.part (No module named 'missing')"),
        (
            ["-m", "package"],
            1,
            "polytape: No module named package.__main__; 'package' is a package and cannot",
        ),
        ([], 2, "usage: polytape run"),
        (["-m"], 2, "usage: polytape run"),
        (["--fast", "x.py"], 2, "usage: polytape run"),
    ):
        done = environment.polytape("run", *arguments)
        assert done.returncode == code and done.stderr.startswith(message), done.stderr
    assert environment.polytape("run", "--help").stdout.startswith("usage: polytape run")
    assert "run a program that imports TensorFlow" in environment.polytape("--help").stdout


def test_the_search_path_begins_at_the_script(environment: Environment, write) -> None:
    write("inner/program.py", "import beside\nprint(beside.x)")
    write("inner/beside.py", "x = 1")
    link = environment.folder / "link.py"
    link.symlink_to(environment.folder / "inner" / "program.py")
    assert run(environment, "inner/program.py") == run(environment, "link.py") == "1\n"
