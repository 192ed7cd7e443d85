"""Small things everybody uses."""

from __future__ import annotations

import contextvars
import shlex
import sys
import threading
from importlib import import_module
from pathlib import Path
from typing import Literal

import pytest

from tox._historical import NAMES
from tox.config.loader.str_convert import StrConvert
from tox.util._shell import join, join_paths
from tox.util._threads import start
from tox.util.typing_compat import is_class, override

WORD: contextvars.ContextVar[str] = contextvars.ContextVar("word", default="none")


@pytest.mark.skipif(sys.platform == "win32", reason="rules of another shell")
def test_shell() -> None:
    """A command line splits into the same arguments again."""
    arguments = ["a", "b c", "it's", '"', "", "$x", "\\"]

    assert shlex.split(join(arguments)) == arguments


@pytest.mark.parametrize(
    ("word", "quoted"),
    [
        (r"C:\a\b", r"C:\a\b"),
        ("C:\\a b\\", "'C:\\a b\\'"),
        ("print(1);%x%$&|", "print(1);%x%$&|"),
        ("print('w')", "'print('\"'\"'w'\"'\"')'"),
        ('a"b', "'a\"b'"),
        ("a\tb", "'a\tb'"),
        ("", "''"),
    ],
)
def test_shell_where_backslashes_separate_folders(word: str, quoted: str) -> None:
    """Only what would be split, or loses a quote, is quoted; a command of a configuration is split into it again."""
    assert join_paths(["x", word]) == f"x {quoted}"
    assert shlex.split(StrConvert.protect_windows_path_backslashes(f"x {quoted}")) == ["x", word]


def test_threads_inherit() -> None:
    """A thread knows what the thread that started it knew, and changes nothing there."""
    WORD.set("ours")
    seen: list[str] = []

    def work(more: str) -> None:
        seen.append(WORD.get() + more)
        WORD.set("theirs")

    start(work, "!", name="tox-test").join()

    assert (seen, WORD.get()) == (["ours!"], "ours")


def test_threads_are_named() -> None:
    """A thread has the name it was given, and does not keep the interpreter alive."""
    thread = start(threading.current_thread, name="tox-test")
    thread.join()

    assert (thread.name, thread.daemon) == ("tox-test", True)


@pytest.mark.parametrize("module", sorted(NAMES))
def test_historical_names(module: str) -> None:
    """Each is found where plugins look for it, and kept there; others are missing, as they are from any module."""
    found = import_module(module)

    for name in NAMES[module]:
        assert getattr(found, name) is vars(found)[name]
    with pytest.raises(AttributeError, match=f"module '{module}' has no attribute 'other'"):
        _ = found.other


def test_override() -> None:
    """A method that replaces another one can be marked at run time too."""

    class Base:
        def method(self) -> None: ...

    class Child(Base):
        @override
        def method(self) -> None: ...

    assert getattr(Child.method, "__override__", False)


@pytest.mark.parametrize(
    ("of_type", "expected"),
    [
        (str, True),
        (list, True),
        (Path, True),
        (list[str], False),
        (dict[str, int], False),
        (set[Path], False),
        (str | None, False),
        (Literal["a"], False),
        ("str", False),
        (None, False),
    ],
    ids=repr,
)
def test_classes(of_type: object, *, expected: bool) -> None:
    """What is made of other types is no class, on any Python."""
    assert is_class(of_type) is expected
