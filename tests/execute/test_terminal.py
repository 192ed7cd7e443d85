"""Commands that print to a terminal, because we do."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.execute.processes import python, run

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no terminals to be had")


class Terminal:
    """Stands for a standard stream that is a terminal."""

    def __init__(self, file_no: int) -> None:
        self._file_no = file_no

    def isatty(self) -> bool:
        """Say so."""
        return True

    def fileno(self) -> int:
        """Give the descriptor of the terminal."""
        return self._file_no


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """Open a terminal of 40 lines and 100 columns."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    yield Terminal(theirs)
    os.close(ours)
    os.close(theirs)


def test_terminal(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command gets a terminal as large as ours, and its lines end as it wrote them."""
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setattr(sys, "stderr", terminal)
    code = "import os, sys; print(sys.stdout.isatty(), sys.stderr.isatty(), os.get_terminal_size()[:])"

    assert run(python(code)) == (0, "True True (100, 40)\n", "")


def test_each_stream_for_itself(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream of ours that is no terminal is none for the command."""
    monkeypatch.setattr(sys, "stdout", terminal)
    code = "import sys; print(sys.stdout.isatty(), sys.stderr.isatty())"

    assert run(python(code))[1] == "True False\n"
