"""Drain a stream of a process by a thread, where pipes can only be peeked into."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, cast

from tox.execute.local_sub_process.read_via_thread import ReadViaThread

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ReadViaThreadWindows"]

_CHUNK_BYTES = 64 * 1024
#: seconds between two looks into an empty pipe: first, and at most
_SHORTEST_WAIT, _LONGEST_WAIT = 0.001, 0.02


class ReadViaThreadWindows(ReadViaThread):
    """Reads one file.

    A pipe of a process is no overlapped one, and reading from it could not be ended by us while somebody who inherited
    it lives. So only as much is read as is there.
    """

    def __init__(self, file_no: int, handler: Callable[[bytes], int], name: str, drain: bool) -> None:
        super().__init__(file_no, handler, name, drain)
        self._ended = False

    def _read_stream(self) -> None:
        self._do_read_stream()

    def _drain_stream(self) -> None:
        self._do_drain_stream()

    def _do_read_stream(self) -> None:
        wait_seconds, last = _SHORTEST_WAIT, time.monotonic()
        while not self._ended and not self.stop.is_set():
            if self._read_available():
                wait_seconds, last = _SHORTEST_WAIT, time.monotonic()
                continue
            patience = self._patience()
            if patience is not None and time.monotonic() - last >= patience:
                self._let_go()
            self.stop.wait(wait_seconds)
            wait_seconds = min(wait_seconds * 2, _LONGEST_WAIT)

    def _do_drain_stream(self) -> None:
        # what the process printed before it ended is in the pipe; more than fits comes from somebody who inherited it
        left = _CHUNK_BYTES
        while left > 0 and not self._ended:
            count = self._read_available()
            if not count:
                return
            left -= count

    def _read_available(self) -> int:
        """Hand on what is there.

        :returns: how many bytes there were
        """
        available = _peek(self.file_no)
        if available is None:
            self._ended = True
            return 0
        if not available:
            return 0
        import os

        content = os.read(self.file_no, min(available, _CHUNK_BYTES))
        self.handler(content)
        return len(content)


if sys.platform == "win32":  # pragma: win32 cover
    import _winapi
    import msvcrt

    def _peek(file_no: int) -> int | None:
        """Tell how many bytes can be read; ``None`` when the other end is closed."""
        try:
            answer = _winapi.PeekNamedPipe(msvcrt.get_osfhandle(file_no), 0)
        except OSError:
            return None
        return cast("int", answer[0])

else:

    def _peek(file_no: int) -> int | None:
        """Tell how many bytes can be read; ``None`` when the other end is closed."""
        import fcntl
        import termios

        try:
            answer = fcntl.ioctl(file_no, termios.FIONREAD, b"\0" * 4)
        except OSError:
            return None
        return int.from_bytes(answer, sys.byteorder)
