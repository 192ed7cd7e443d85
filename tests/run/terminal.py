"""tox on a pseudo terminal, as a person has it."""

from __future__ import annotations

import os
import re
import signal
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.run.projects import offline_environ

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["ESCAPES", "UNSEEDED", "Terminal", "on_terminal"]

#: what a terminal understands as orders rather than text
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
#: nothing is installed into the environments, so they are made without an installer, which takes a tenth of the time
UNSEEDED = {"VIRTUALENV_NO_SEED": "1"}
_DEADLINE_SECONDS = 60.0  # guards against hanging only


class Terminal:
    """A running tox, and the terminal that it thinks it has."""

    def __init__(self, child: Any) -> None:
        import termios

        self._child = child
        self._attributes = termios.tcgetattr(child.child_fd)
        self._seen = ""

    @property
    def output(self) -> str:
        """What was printed so far, with all escape sequences."""
        return self._seen

    @property
    def lines(self) -> list[str]:
        """What a person can read in the end: the last state of each line, without escape sequences."""
        lines = []
        for line in self._seen.split("\r\n"):
            shown = line.replace("^C", "").split("\r\x1b[K")[-1]
            lines.append(ESCAPES.sub("", shown).strip("\r"))
        return lines

    @property
    def frames(self) -> list[str]:
        """Each picture of the line that turns, without escape sequences."""
        found = re.findall(r"\r\x1b\[K\r([^\r\n]+)", self._seen)
        return [ESCAPES.sub("", frame).replace("^C", "").rstrip() for frame in found]

    def expect(self, pattern: str) -> str:
        """Read until a pattern was printed, and return what matched."""
        self._child.expect(pattern, timeout=_DEADLINE_SECONDS)
        self._seen += self._child.before + self._child.after
        return str(self._child.after)

    def interrupt(self) -> None:
        """Press Ctrl-C, which reaches the whole foreground process group."""
        self._child.sendintr()

    def end(self) -> int:
        """Read to the end; the terminal is as it was, the cursor is shown, and no process of the session is left.

        :returns: the exit code
        """
        import termios

        import pexpect

        self._child.expect(pexpect.EOF, timeout=_DEADLINE_SECONDS)
        self._seen += self._child.before
        attributes = termios.tcgetattr(self._child.child_fd)
        self._child.wait()
        assert attributes == self._attributes
        assert self._seen.count("\x1b[?25l") == self._seen.count("\x1b[?25h")
        assert _session(self._child.pid) == []
        assert self._child.signalstatus is None
        return int(self._child.exitstatus)


@contextmanager
def on_terminal(
    folder: Path, *args: str, columns: int = 80, variables: Mapping[str, str] | None = None
) -> Iterator[Terminal]:
    """Start tox on a terminal, and leave no process behind.

    :param args: of the command line
    :param columns: width of the terminal
    :param variables: beside those of :func:`offline_environ`; colours are neither forbidden nor forced otherwise
    """
    import pexpect

    usual = {name: value for name, value in offline_environ().items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
    child = pexpect.spawn(
        sys.executable,
        ["-m", "tox", *args],
        cwd=str(folder),
        env={**usual, **UNSEEDED, "TERM": "xterm", **(variables or {})},
        dimensions=(24, columns),
        encoding="utf-8",
        codec_errors="replace",
    )
    try:
        yield Terminal(child)
    finally:
        for pid in _session(child.pid):
            os.kill(pid, signal.SIGKILL)
        child.close(force=True)


def _session(leader: int) -> list[int]:
    """List the living processes of a session, which tox never leaves; Linux only, elsewhere none is found."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, session = path.read_text(encoding="utf-8").rpartition(")")[2].split()[:4]
        except (OSError, ValueError):
            continue
        if int(session) == leader and state != "Z":
            found.append(int(path.parent.name))
    return found
