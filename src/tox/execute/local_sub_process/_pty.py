"""The file a process prints to: a terminal of its own when we have one, else a pipe.

Programs print in colour, and line by line, only to a terminal.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from subprocess import PIPE
from typing import TYPE_CHECKING

from tox.execute.local_sub_process._size import size

if TYPE_CHECKING:
    from collections.abc import Generator
    from subprocess import Popen

    from tox.execute.local_sub_process._size import Size

__all__ = ["stream_file_no"]


def stream_file_no(key: str) -> Generator[int, Popen[bytes], None]:
    """Prepare a stream of a process: yields what to start it with, takes the process, yields what to read from.

    Closing the generator closes what was opened.

    :param key: ``stdout`` or ``stderr``
    """
    pair = _open_terminal(key)
    if pair is None:
        process = yield PIPE
        stream = process.stdout if key == "stdout" else process.stderr
        if stream is None:
            raise ValueError(f"the process was started without {key}")
        with stream:
            yield stream.fileno()
        return
    ours, theirs = pair
    try:
        try:
            yield theirs
        finally:
            _close(theirs)  # while it is open here, reading never ends
        yield ours
    finally:
        _close(ours)


if sys.platform == "win32":  # pragma: win32 cover

    def _open_terminal(key: str) -> tuple[int, int] | None:
        """Open a terminal; there is none to be had here."""
        return None

    def _close(file_no: int) -> None:
        import os

        os.close(file_no)

else:
    import os

    _MOST = 65535  # columns or lines that a terminal can have

    def _open_terminal(key: str) -> tuple[int, int] | None:
        """Open a terminal like that of our own stream of that name.

        :returns: descriptors of our end and of the process' end; ``None`` when we have no terminal, or none is left
        """
        stream = getattr(sys, key)
        if stream is None or not stream.isatty():
            return None
        import pty
        import termios

        try:
            ours, theirs = pty.openpty()
        except OSError:
            return None
        with suppress(OSError, ValueError, termios.error):  # a terminal of unknown size is still one
            attributes = termios.tcgetattr(theirs)
            attributes[1] &= ~termios.ONLCR  # lines end as the program wrote them, our terminal adds the rest
            termios.tcsetattr(theirs, termios.TCSADRAIN, attributes)
            _resize(theirs, size(stream))
        return ours, theirs

    def _resize(terminal: int, wanted: Size) -> None:
        import fcntl
        import struct
        import termios

        if all(wanted):
            columns, lines = (min(number, _MOST) for number in wanted)
            fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def _close(file_no: int) -> None:
        with suppress(OSError):  # closed already
            os.close(file_no)
