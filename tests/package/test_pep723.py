"""Scripts that say themselves what they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.run.projects import Ended, tox

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CONFIG = "no_package = true\nenv_list = ['s']\n[env.s]\nrunner = 'virtualenv-pep-723'\nscript = 's.py'\n"


@pytest.fixture
def script(tmp_path: Path, environ: dict[str, str]) -> Callable[..., Ended]:
    """Make a function that runs tox with a script."""

    def run(text: str, *args: str, config: str = CONFIG) -> Ended:
        (tmp_path / "s.py").write_text(text)
        return tox(tmp_path, "r", *args, env=environ, tox_toml=config)

    return run


def block(*lines: str, kind: str = "script") -> str:
    """Write a block of metadata."""
    return "\n".join([f"# /// {kind}", *(f"# {line}" for line in lines), "# ///", ""])


def test_run(script: Callable[..., Ended]) -> None:
    """What the script needs is installed, and it gets the arguments of the user."""
    text = block("dependencies = ['pluggy']", "requires-python = '>=3.8'") + "import pluggy, sys; print(sys.argv[1:])"

    ended = script(text, "--", "a", "b c")

    assert ended.code == 0, ended
    assert ended.out.splitlines()[:3] == [
        "s: install_deps> python -I -m pip install pluggy",
        "s: commands[0]> python <root>/s.py a 'b c'",
        "['a', 'b c']",
    ]


@pytest.mark.parametrize(
    ("after", "anew"),
    [
        pytest.param(block("dependencies = ['pluggy']"), False, id="kept"),
        pytest.param(block("dependencies = []"), True, id="none"),
        pytest.param(block("requires-python = '>=3.8'"), True, id="not named"),
        pytest.param("", True, id="no block"),
    ],
)
def test_last_dependency_goes(after: str, anew: bool, script: Callable[..., Ended]) -> None:
    """A script that needs nothing any more does not find what it needed before."""
    text = "import importlib.util; print(importlib.util.find_spec('pluggy') is None)"
    script(block("dependencies = ['pluggy']") + text)

    ended = script(after + text)

    assert str(anew) in ended.out.splitlines()
    assert ("s: recreate env because" in ended.out) is anew


@pytest.mark.parametrize(
    "text",
    ["print(4)", block("x = 3", kind="tool") + "print(4)", "# /// script\n# x = 3\nprint(4)", block() + "print(4)"],
    ids=["none", "other", "not closed", "empty"],
)
def test_no_metadata(text: str, script: Callable[..., Ended]) -> None:
    """A script that says nothing just runs."""
    ended = script(text)

    assert (ended.code, ended.out.splitlines()[1]) == (0, "4")


def test_own_commands(script: Callable[..., Ended]) -> None:
    """Commands can be configured in place of running the script."""
    ended = script("print(4)", config=f"{CONFIG}commands = [['python', '-c', 'print(7)']]\n")

    assert (ended.code, ended.out.splitlines()[1]) == (0, "7")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            block("requires-python = '>=3.99'"),
            "could not find python interpreter matching any of the specs >=3.99",
        ),
        (block("requires-python = 'zork'"), "invalid requires-python 'zork'"),
        (block("requires-python = 3"), "requires-python must be a string, got int"),
        (block("dependencies = 'zork'"), "dependencies must be a list, got 'zork'"),
        (block("dependencies = [3]"), "a dependency must be text, got 3"),
        (block("dependencies = ['!!']"), "'!!' is not valid requirement in s.py"),
        (block("x = ["), "invalid inline script metadata in <root>/s.py: "),
        (f"{block('x = 1')}print()\n{block('x = 1')}", "multiple [script] metadata blocks found in script"),
        (f"{block()}\n{block('x = 1')}", "multiple [script] metadata blocks found in script"),
        (f"{block('x = 1')}\n{block()}", "multiple [script] metadata blocks found in script"),
        (f"{block()}\n{block()}", "multiple [script] metadata blocks found in script"),
        ("#" * (5 * 1024 * 1024 + 1), "is 5242881 bytes, exceeds the 5242880 byte limit"),
    ],
    ids=lambda value: value[:40] if value.startswith(("invalid", "could")) else "",
)
def test_broken(text: str, reason: str, script: Callable[..., Ended]) -> None:
    """What is wrong in a script is told."""
    ended = script(text)

    assert ended.code == 1
    assert reason in ended.out.splitlines()[0]


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        (CONFIG.replace("s.py", "none.py"), "script file not found: <root>/none.py"),
        (CONFIG.replace("s.py", "../s.py"), "script <root>/../s.py is outside of the project <root>"),
        (f"{CONFIG}base_python = 'python3'\n", "cannot set base_python with virtualenv-pep-723 runner"),
    ],
)
def test_broken_configuration(config: str, reason: str, script: Callable[..., Ended]) -> None:
    """A script has to be there, and it alone says which Python it needs."""
    ended = script("print(4)", config=config)

    assert ended.code == 1
    assert reason in ended.out.splitlines()[0]
