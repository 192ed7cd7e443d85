"""Processes that tests put in order by what they print and what they are told, never by sleeping."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Final

from tox.util._process import descendants, start_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["KILLED", "Child", "accept_interrupts", "eventually", "is_running", "started"]

if sys.platform == "win32":
    #: exit code of a process after :meth:`Child.kill`
    KILLED: Final = int(signal.SIGTERM)
    _STARTS_SLOWER: Final = 6  # below Wine an interpreter takes seconds to start
    _DEADLINE_SECONDS: Final = 300.0  # guards against hanging only
    #: a console of its own, which no window shows: so Ctrl-C can be pressed for it and what it starts alone
    _OWN_CONSOLE: Final = subprocess.CREATE_NO_WINDOW
else:
    KILLED: Final = -signal.SIGKILL
    _STARTS_SLOWER: Final = 1
    _DEADLINE_SECONDS: Final = 60.0
    _OWN_CONSOLE: Final = 0
#: joins the console of a process, and presses Ctrl-C there, which is not for itself
_PRESS = """\
import ctypes, sys
kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
kernel32.FreeConsole()
done = kernel32.AttachConsole(int(sys.argv[1]))
done = done and kernel32.SetConsoleCtrlHandler(None, True) and kernel32.GenerateConsoleCtrlEvent(0, 0)
sys.exit(0 if done else str(ctypes.WinError(ctypes.get_last_error())))
"""


def accept_interrupts() -> None:
    """Have this process, and those that it starts, take interrupts.

    A shell that starts us in the background has us ignore them, and what we start would inherit that.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


class Child:
    """A running process whose output is read line by line as it comes."""

    def __init__(self, command: Sequence[str | Path], cwd: Path, env: Mapping[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            creationflags=_OWN_CONSOLE,
        )
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._seen: list[str] = []
        self._pumping = threading.Thread(target=self._pump, daemon=True)
        self._pumping.start()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    @property
    def output(self) -> str:
        """What was read so far."""
        return "".join(self._seen)

    def _pump(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stream:
            for line in stream:
                self._lines.put(line.decode(errors="replace"))
        self._lines.put(None)

    def expect(self, text: str, within: float = _DEADLINE_SECONDS) -> str:
        """Read until a line contains the text, and return that line."""
        end = time.monotonic() + min(within * _STARTS_SLOWER, _DEADLINE_SECONDS)
        while True:
            try:
                line = self._lines.get(timeout=max(end - time.monotonic(), 0.0))
            except queue.Empty:
                raise AssertionError(f"{text!r} did not come within {within} s:\n{self.output}") from None
            if line is None:
                self._lines.put(None)
                raise AssertionError(f"the process ended without {text!r}:\n{self.output}")
            self._seen.append(line)
            if text in line:
                return line

    def tell(self, text: str = "") -> None:
        """Send it a line."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{text}\n".encode())
        self.process.stdin.flush()

    def send(self, sign: signal.Signals) -> None:
        """Send a signal to the process alone."""
        self.process.send_signal(sign)

    def interrupt(self, *, group: bool = False) -> None:
        """Interrupt the process: by a signal, or on Windows by Ctrl-C, which reaches all that share its console.

        :param group: have the signal reach all of its group as well, as Ctrl-C in a terminal does
        """
        if sys.platform == "win32":
            subprocess.run([sys.executable, "-c", _PRESS, str(self.pid)], check=True, timeout=_DEADLINE_SECONDS)
        elif group:
            os.killpg(self.pid, signal.SIGINT)
        else:
            self.send(signal.SIGINT)

    def terminate(self) -> None:
        """Ask the process alone to end, which no system but POSIX can."""
        self.send(signal.SIGTERM)

    def kill(self) -> None:
        """End the process alone, at once, so that it can clean nothing up."""
        os.kill(self.pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)

    def end(self, within: float = _DEADLINE_SECONDS) -> int:
        """Read what is left, wait for its end and return its exit code."""
        within = min(within * _STARTS_SLOWER, _DEADLINE_SECONDS)
        end = time.monotonic() + within
        code = self.process.wait(within)
        while True:
            try:
                line = self._lines.get(timeout=max(end - time.monotonic(), 0.01))
            except queue.Empty:
                return code  # a grandchild keeps the pipe open
            if line is None:
                return code
            self._seen.append(line)

    def dispose(self) -> None:
        """Kill whatever is left of it and of its session, or on Windows of what it has started."""
        if sys.platform == "win32":
            for pid in descendants([self.pid]):
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGTERM)
        else:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        self._pumping.join(_DEADLINE_SECONDS)
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):
            self.process.stdin.close()


@contextlib.contextmanager
def started(
    *commands: Sequence[str | Path], cwd: Path, env: Mapping[str, str] | None = None
) -> Iterator[tuple[Child, ...]]:
    """Start processes one after the other, and leave none behind."""
    children: list[Child] = []
    try:
        for command in commands:
            children.append(Child(command, cwd, env))  # noqa: PERF401 - those before a failing one are disposed of
        yield tuple(children)
    finally:
        for child in children:
            child.dispose()


def is_running(pid: int) -> bool:
    """Tell whether a process runs; one that waits to be reaped does not."""
    return start_time(pid) is not None


def eventually(condition: object, within: float = _DEADLINE_SECONDS) -> None:
    """Wait until a callable returns something true; the deadline only guards against hanging."""
    assert callable(condition)
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, f"{condition} did not become true within {within} s"
        time.sleep(0.01)
