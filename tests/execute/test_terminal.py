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
    set_size(monkeypatch, {})
    monkeypatch.setattr(sys, "stdout", terminal)
    monkeypatch.setattr(sys, "stderr", terminal)
    code = "import os, sys; print(sys.stdout.isatty(), sys.stderr.isatty(), os.get_terminal_size()[:])"

    assert run(python(code)) == (0, "True True (100, 40)\n", "")


def test_each_stream_for_itself(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream of ours that is no terminal is none for the command."""
    monkeypatch.setattr(sys, "stdout", terminal)
    code = "import sys; print(sys.stdout.isatty(), sys.stderr.isatty())"

    assert run(python(code))[1] == "True False\n"


#: COLUMNS and LINES of the user; what a command is told without a terminal, and on one of 100 columns and 40 lines
SIZES = {
    "none": ({}, (None, None), ("100", "40")),
    "both": ({"COLUMNS": "77", "LINES": "11"}, ("77", "11"), ("77", "11")),
    "columns": ({"COLUMNS": "77"}, ("77", None), ("77", "40")),
    "lines": ({"LINES": "11"}, (None, "11"), ("100", "11")),
    "no number": ({"COLUMNS": "wide", "LINES": "11"}, (None, "11"), ("100", "11")),
    "zero": ({"COLUMNS": "0", "LINES": ""}, (None, None), ("100", "40")),
    "negative": ({"COLUMNS": "-3", "LINES": "11"}, (None, "11"), ("100", "11")),
    "too many": ({"COLUMNS": "70000", "LINES": "11"}, ("70000", "11"), ("70000", "11")),
}
TELL_SIZE = """
import os, sys
print([os.environ.get(name) for name in ("COLUMNS", "LINES")])
print(os.get_terminal_size(1)[:] if os.isatty(1) else None)
"""


def set_size(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    """Have the user set these variables, and no other one about sizes."""
    for name in ("COLUMNS", "LINES"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("case", SIZES)
def test_size_by_variables(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands are told the size that the user's variables tell, also without a terminal."""
    variables, told, _ = SIZES[case]
    set_size(monkeypatch, variables)

    assert run(python(TELL_SIZE), env={}) == (0, f"{[*told]}\nNone\n", "")


@pytest.mark.parametrize("case", SIZES)
def test_size_on_a_terminal(case: str, terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a terminal, commands are told the size that the variables leave open, and theirs has that size."""
    variables, _, told = SIZES[case]
    set_size(monkeypatch, variables)
    monkeypatch.setattr(sys, "stdout", terminal)

    size = tuple(min(int(number), 65535) for number in told)
    assert run(python(TELL_SIZE), env={}) == (0, f"{[*told]}\n{size}\n", "")


def test_size_that_is_set_for_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an environment sets itself stays."""
    monkeypatch.setenv("COLUMNS", "77")

    code, out, _ = run(python("import os; print(os.environ['COLUMNS'])"), env={"COLUMNS": "5"})

    assert (code, out) == (0, "5\n")
