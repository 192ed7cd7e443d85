"""Progress of environments that run side by side: a line that turns, and one line for each that is done."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from threading import Event, RLock
from typing import IO, TYPE_CHECKING, ClassVar, NamedTuple

from tox.util._ansi import DEFAULT_COLOR, GREEN, RED, YELLOW
from tox.util._threads import start

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from threading import Thread
    from types import TracebackType

    from typing_extensions import Self

__all__ = ["MISS_DURATION", "Spinner", "td_human_readable"]

#: seconds told for an environment that was never seen to start
MISS_DURATION = 0.01


class _Outcome(NamedTuple):
    ok: str
    fail: str
    skip: str


class Spinner:
    """Shows which environments run, redrawing one terminal line from a thread while in its context.

    :param enabled: whether to draw that line; lines of finished environments are printed anyway
    :param refresh_rate: seconds between two frames
    :param colored: whether lines of finished environments are coloured
    :param stream: where to print, by default standard output
    :param total: how many environments there are, when known
    """

    #: columns of the line at most, the cursor's included
    max_width = 120
    #: escape sequence that wipes from the cursor on
    CLEAR_LINE = "\x1b[K"
    ASCII_FRAMES: ClassVar[Sequence[str]] = list("|-+x*")
    ASCII_OUTCOME = _Outcome(ok="+", fail="!", skip="?")
    UNICODE_FRAMES: ClassVar[Sequence[str]] = list("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏")
    UNICODE_OUTCOME = _Outcome(ok="✔", fail="✖", skip="⚠")

    def __init__(
        self,
        enabled: bool = True,
        refresh_rate: float = 0.1,
        colored: bool = True,
        stream: IO[str] | None = None,
        total: int | None = None,
    ) -> None:
        self.stream: IO[str] = sys.stdout if stream is None else stream
        self.enabled, self.is_colored = enabled, colored
        self.refresh_rate, self.total = refresh_rate, total
        self.print_report = True
        unicode = _can_encode(self.stream, "".join([*self.UNICODE_FRAMES, *self.UNICODE_OUTCOME]))
        self.frames = self.UNICODE_FRAMES if unicode else self.ASCII_FRAMES
        self.outcome = self.UNICODE_OUTCOME if unicode else self.ASCII_OUTCOME
        self._started: dict[str, float] = {}
        self._frame_index = 0
        self._stop = Event()
        self._thread: Thread | None = None
        #: lines of finished environments and frames come from different threads and must not mix
        self._drawing = RLock()

    def __enter__(self) -> Self:
        if self.enabled:
            self.disable_cursor()
            self.render_frame()
            self._thread = start(self.render, name="tox-spinner")
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self.enabled:
            self._frame_index = 0
            self.clear()
            self.enable_cursor()

    def add(self, name: str) -> None:
        """Show an environment as running from now on."""
        self._started[name] = time.monotonic()

    def succeed(self, key: str) -> None:
        """Say that an environment is done, and well."""
        self.finalize(key, f"OK {self.outcome.ok}", GREEN)

    def fail(self, key: str) -> None:
        """Say that an environment failed."""
        self.finalize(key, f"FAIL {self.outcome.fail}", RED)

    def skip(self, key: str) -> None:
        """Say that an environment did not run."""
        self.finalize(key, f"SKIP {self.outcome.skip}", YELLOW)

    def finalize(self, key: str, status: str, color: str) -> None:
        """Stop showing an environment as running and print one line on how it went.

        :param status: what to say between its name and the duration
        :param color: escape sequence that starts the colour of the line
        """
        began = self._started.pop(key, None)
        seconds = MISS_DURATION if began is None else time.monotonic() - began
        if not self.print_report:
            return
        text = f"{key}: {status} in {td_human_readable(seconds)}"
        if self.is_colored:
            text = f"{color}{text}{DEFAULT_COLOR}"
        with self._drawing:
            if self.enabled:
                self.clear()
            self._print(f"{text}\n")

    def clear(self) -> None:
        """Wipe the line that turns."""
        self._print(f"\r{self.CLEAR_LINE}")

    def render(self) -> Spinner:
        """Redraw the line until the context ends."""
        while not self._stop.wait(self.refresh_rate):
            self.render_frame()
        return self

    def render_frame(self) -> None:
        """Redraw the line once, if it is shown at all."""
        if not self.enabled:
            return
        with self._drawing:
            self._print(f"\r{self.CLEAR_LINE}\r{self.frame()}")

    def frame(self) -> str:
        """Compose the next picture of the line.

        :returns: text of at most one column less than :attr:`max_width`, and than the terminal has
        """
        picture = self.frames[self._frame_index % len(self.frames)]
        self._frame_index += 1
        running = list(self._started)
        count = str(len(running)) if self.total is None else f"{len(running)}/{self.total}"
        return _shorten(f"{picture} [{count}] ", " | ".join(running), self._width() - 1).rstrip()

    def _width(self) -> int:
        """Tell how many columns the line may take now: a longer one would wrap, and only its end would be wiped."""
        try:
            columns = os.get_terminal_size(self.stream.fileno()).columns
        except (AttributeError, OSError, ValueError):
            return self.max_width
        return min(columns, self.max_width) if columns > 0 else self.max_width

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Wipe the line and do not redraw it within the block, where others print."""
        with self._drawing:
            if self.enabled:
                self.clear()
            yield

    def disable_cursor(self) -> None:
        """Hide the cursor of a terminal."""
        self._control_cursor("\x1b[?25l", visible=False)

    def enable_cursor(self) -> None:
        """Show the cursor of a terminal again."""
        self._control_cursor("\x1b[?25h", visible=True)

    def _control_cursor(self, sequence: str, *, visible: bool) -> None:
        if not self.stream.isatty():
            return
        if sys.platform == "win32":  # pragma: win32 cover
            _set_console_cursor(visible=visible)
        else:
            self._print(sequence)

    def _print(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()


def td_human_readable(seconds: float) -> str:
    """Tell a duration in words, such as ``1 minute 3.5 seconds``.

    :param seconds: rounded to hundredths; trailing zeros are dropped
    :returns: days to seconds, units that are zero left out
    """
    rest = round(seconds, 2)
    parts: list[str] = []
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if rest >= length:
            count, rest = divmod(rest, length)
            parts.append(_quantity(f"{count:.0f}", unit))
    number = f"{rest:.2f}".rstrip("0").rstrip(".")
    if number != "0" or not parts:
        parts.append(_quantity(number, "second"))
    return " ".join(parts)


def _quantity(number: str, unit: str) -> str:
    return f"{number} {unit}" if number == "1" else f"{number} {unit}s"


def _shorten(start: str, text: str, width: int) -> str:
    """Cut a text that is too wide after a word, or within its first one; what it starts with stays while it fits."""
    if len(start) + len(text) <= width:
        return f"{start}{text}"
    room = max(width - len(start) - len("..."), 0)
    cut = text[: room + 1].rfind(" ")
    return f"{start}{text[: cut if cut > 0 else room]}..."[:width]


def _can_encode(stream: IO[str], text: str) -> bool:
    encoding = getattr(stream, "encoding", None)
    if not encoding:
        return False
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


if sys.platform == "win32":  # pragma: win32 cover
    import ctypes

    from tox.util._kernel32 import KERNEL32, CursorInfo

    _STANDARD_OUTPUT = 0xFFFFFFF5

    def _set_console_cursor(*, visible: bool) -> None:
        """Show or hide the cursor of the console; old ones know no escape sequence for it."""
        info = CursorInfo()
        handle = KERNEL32.GetStdHandle(_STANDARD_OUTPUT)
        if KERNEL32.GetConsoleCursorInfo(handle, ctypes.byref(info)):
            info.visible = visible
            KERNEL32.SetConsoleCursorInfo(handle, ctypes.byref(info))
