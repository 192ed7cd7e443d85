"""What the system tells of processes."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import tox
from tox.util import _kernel32, _process

SOURCES = Path(tox.__file__).parent


def test_parent() -> None:
    """A process knows whom it comes from, and that it does not come from one that it has started."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        assert _process.parent(child.pid) == os.getpid()
        assert child.pid in _process.descendants([os.getpid()])
        assert not _process.is_descendant(child.pid)
        assert _process.start_time(child.pid) is not None
    finally:
        child.communicate()
    assert _process.start_time(child.pid) is None


def test_strangers_are_no_descendants(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who names a parent that started later does not come from it: its own has ended, and the id was given again."""
    born = {1: 0, 10: 50, 11: 60, 12: 20, 13: 70, 14: 30}
    monkeypatch.setattr(_process, "_parents", lambda: {10: 1, 11: 10, 12: 10, 13: 11, 14: 12})
    monkeypatch.setattr(_process, "_started_by", lambda pid, above: born[pid] >= born[above])

    assert sorted(_process.descendants([10])) == [11, 13]


@pytest.mark.skipif(sys.platform in {"linux", "win32"}, reason="the system is not asked by way of a program there")
def test_without_a_program_that_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the program that lists processes cannot be started, nothing is known of them."""
    monkeypatch.setenv("PATH", "")

    assert (_process.start_time(os.getpid()), _process.parent(os.getpid())) == (None, None)
    assert _process.descendants([os.getpid()]) == []


@pytest.mark.parametrize(
    ("structure", "size"),
    [
        (_kernel32.Overlapped, 32),
        (_kernel32.ProcessEntry, 304),
        (_kernel32.ExtendedLimits, 144),
        (_kernel32.CursorInfo, 8),
    ],
)
def test_layouts(structure: type[ctypes.Structure], size: int) -> None:
    """Structures are as large as those of Windows with 64 bits."""
    assert ctypes.sizeof(structure) == size


def test_all_that_is_called_is_declared() -> None:
    """No function of the library is called without a declaration, and none is declared that nobody calls."""
    called = {
        name
        for path in SOURCES.rglob("*.py")
        for name in re.findall(r"\bKERNEL32\.(\w+)", path.read_text(encoding="utf-8"))
    }

    assert called == set(_kernel32.SIGNATURES)
    others = [path for path in SOURCES.rglob("*.py") if "windll" in path.read_text(encoding="utf-8")]
    assert others == []
