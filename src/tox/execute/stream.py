"""Bytes on their way from a process to memory and to the screen."""

from __future__ import annotations

from contextlib import contextmanager
from threading import RLock
from typing import IO, TYPE_CHECKING

from tox.util._ansi import DEFAULT_COLOR

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from typing_extensions import Self

__all__ = ["SyncWrite"]

#: bytes kept in memory before they move to a file; most commands print less, few print much more
_MOST_IN_MEMORY = 1024 * 1024
_COPY_CHUNK = 256 * 1024


class SyncWrite:
    """Keeps what a process prints, and shows it as whole lines.

    What is printed beyond a line's end waits for the rest of its line, so that lines of several processes do not mix;
    the reader calls :meth:`flush` when nothing came for :attr:`REFRESH_RATE`, as for a prompt. A large output moves
    from memory to a temporary file.

    :param name: ``out`` or ``err``, told in the representation
    :param target: where to show the content, as bytes; ``None`` only keeps it
    :param color: escape sequence put before what is shown
    """

    #: seconds an unfinished line may stay hidden
    REFRESH_RATE = 0.1

    def __init__(self, name: str, target: IO[bytes] | None, color: str | None = None) -> None:
        self.name = name
        self._target = target
        self._color = color
        self._kept = _Spool()
        self._unfinished = bytearray()
        self._lock = RLock()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, {self._target!r}, color={self._color!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        self.flush()

    def handler(self, content: bytes) -> int:
        """Take what a process printed.

        :returns: how many bytes were taken: all
        """
        with self._lock:
            self._kept.append(content)
            if self._target is not None:
                self._show_lines(content)
        return len(content)

    def flush(self) -> None:
        """Show an unfinished line as well."""
        with self._lock:
            if self._unfinished:
                self._write(bytes(self._unfinished))
                self._unfinished.clear()

    @property
    def waiting(self) -> bool:
        """Whether an unfinished line is held back."""
        return bool(self._unfinished)

    @property
    def content(self) -> bytearray:
        """All that was printed so far; a copy when there is much of it, else the live buffer."""
        with self._lock:
            return self._kept.read()

    @property
    def text(self) -> str:
        """All that was printed so far, as text; each byte that is no UTF-8 is a surrogate."""
        return self.content.decode("utf-8", errors="surrogateescape")

    @property
    def size(self) -> int:
        """How many bytes were printed so far."""
        return self._kept.size

    def since(self, position: int) -> bytes:
        """Give what was printed after so many bytes."""
        with self._lock:
            return self._kept.since(position)

    def copy_to(self, target: IO[bytes]) -> None:
        """Write all that was printed so far to a file, however much it is, in little memory."""
        with self._lock:
            self._kept.copy_to(target)

    @contextmanager
    def colored(self) -> Iterator[None]:
        """Put what is shown within the block in the colour of this stream."""
        if self._target is None or self._color is None:
            yield
            return
        self._target.write(self._color.encode())
        try:
            yield
        finally:
            self._target.write(DEFAULT_COLOR.encode())
            self._target.flush()

    def _show_lines(self, content: bytes) -> None:
        end = content.rfind(b"\n") + 1
        if end:
            if self._unfinished:
                self._unfinished += content[:end]
                self._write(bytes(self._unfinished))
                self._unfinished.clear()
            else:
                self._write(content if end == len(content) else content[:end])
        if end < len(content):
            self._unfinished += content[end:]
            if len(self._unfinished) > _MOST_IN_MEMORY:  # a line as long is no line for a person
                self.flush()

    def _write(self, content: bytes) -> None:
        target = self._target
        if target is None:
            return
        if self._color is not None:
            content = self._color.encode() + content + DEFAULT_COLOR.encode()
        try:
            target.write(content)
            target.flush()
        except (OSError, ValueError):
            # whoever read our output is gone: the process still runs to its end, what it prints is still kept
            self._target = None


class _Spool:
    """Bytes in order of arrival: the first ones in a temporary file once there are many, the others in memory.

    When the file cannot be written, as on a full disk, they stay in memory until it can.
    """

    def __init__(self) -> None:
        self._memory = bytearray()
        self._most = _MOST_IN_MEMORY
        self._file: IO[bytes] | None = None
        self._moved = 0

    def __del__(self) -> None:
        if self._file is not None:
            self._file.close()

    @property
    def size(self) -> int:
        return self._moved + len(self._memory)

    def append(self, content: bytes) -> None:
        self._memory += content
        if len(self._memory) > self._most:
            self._move()

    def _move(self) -> None:
        try:
            if self._file is None:
                self._file = _temporary_file()
            self._file.seek(self._moved)
            while self._memory:
                written = self._file.write(self._memory)
                self._moved += written
                self._memory = self._memory[written:]  # who was given the live buffer keeps it
            self._most = _MOST_IN_MEMORY
        except OSError:
            self._most = 2 * len(self._memory)  # tried again then, not at each line

    def since(self, position: int) -> bytes:
        kept = bytes(self._memory[max(position - self._moved, 0) :])
        return b"".join(self._chunks(position)) + kept

    def read(self) -> bytearray:
        return self._memory if self._file is None else bytearray(self.since(0))

    def copy_to(self, target: IO[bytes]) -> None:
        for chunk in self._chunks(0):
            target.write(chunk)
        target.write(self._memory)

    def _chunks(self, position: int) -> Iterator[bytes]:
        """Give what is in the file from some byte on."""
        if self._file is None or position >= self._moved:
            return
        self._file.seek(position)
        while position < self._moved and (chunk := self._file.read(min(_COPY_CHUNK, self._moved - position))):
            position += len(chunk)
            yield chunk


def _temporary_file() -> IO[bytes]:
    """Open a file without a name; loads the library for it, which few commands need."""
    from tempfile import TemporaryFile

    return TemporaryFile(buffering=0)  # a full disk is noticed at once, and not again when it is closed
