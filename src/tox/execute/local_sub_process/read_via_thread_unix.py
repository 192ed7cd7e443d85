"""Drain the streams of a process by one thread, where files can be selected on."""

from __future__ import annotations

import contextlib
import errno
import os
import selectors
import sys
from typing import TYPE_CHECKING

from tox.execute.local_sub_process.read_via_thread import ReadViaThread

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from typing_extensions import Self

__all__ = ["ReadViaThreadUnix"]

#: read at a time, and asked of the kernel as size of each pipe: programs that print much are woken less often
_CHUNK_BYTES = 256 * 1024
#: what reading raises after the last user of a terminal is gone, or the file was closed
_ENDED = frozenset({errno.EIO, errno.EBADF})


class ReadViaThreadUnix(ReadViaThread):
    """Reads one file, or several by one selector."""

    def __init__(self, file_no: int, handler: Callable[[bytes], int], name: str, drain: bool) -> None:
        super().__init__(file_no, handler, name, drain)
        self._handlers: dict[int, Callable[[bytes], int]] = {}
        self._bell: tuple[int, int] | None = None
        self.also(file_no, handler)

    def also(self, file_no: int, handler: Callable[[bytes], int]) -> None:
        """Read another file too, to be asked for before the context is entered."""
        self._handlers[file_no] = handler
        _enlarge_pipe(file_no)

    def _read_stream(self) -> None:
        with selectors.DefaultSelector() as selector:
            # rung when the context ends: another process may keep a file open long after ours has ended
            bell = () if self._bell is None else (self._bell[0],)
            for file_no in (*self._handlers, *bell):
                selector.register(file_no, selectors.EVENT_READ)
            self._read_until_eof(selector)

    def _read_until_eof(self, selector: selectors.DefaultSelector) -> None:
        while self._handlers and not self.stop.is_set():
            ready = selector.select(self._patience())
            if not ready:
                self._let_go()
            for key, _ in ready:
                if key.fd in self._handlers:
                    self._read_chunk(selector, key)

    def _read_chunk(self, selector: selectors.DefaultSelector, key: selectors.SelectorKey) -> int:
        """Hand on what can be read now.

        :returns: how many bytes; none at the end of the file, which is not looked at again
        """
        try:
            content = os.read(key.fd, _CHUNK_BYTES)
        except OSError as error:
            if error.errno not in _ENDED:
                raise
            content = b""
        if content:
            self._handlers[key.fd](content)
        else:
            self._safe_unregister(selector, key)
            del self._handlers[key.fd]
        return len(content)

    @staticmethod
    def _safe_unregister(selector: selectors.DefaultSelector, key: selectors.SelectorKey) -> None:
        with contextlib.suppress(KeyError, ValueError, OSError):
            selector.unregister(key.fileobj)

    def _drain_stream(self) -> None:
        # what the process printed before it ended is in the pipe; more than fits comes from somebody who inherited it
        for file_no in list(self._handlers):
            left = _CHUNK_BYTES
            with selectors.DefaultSelector() as selector, contextlib.suppress(ValueError, OSError):
                key = selector.register(file_no, selectors.EVENT_READ)
                while left > 0 and file_no in self._handlers and selector.select(0):
                    left -= self._read_chunk(selector, key)

    def __enter__(self) -> Self:
        self._bell = os.pipe()  # before the thread starts, so that it can be rung at any time
        return super().__enter__()

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        try:
            super().__exit__(exc_type, exc_val, exc_tb)
        finally:
            for file_no in self._bell or ():
                os.close(file_no)
            self._bell = None

    def _wake(self) -> None:
        if self._bell is not None:
            os.write(self._bell[1], b"!")


def _enlarge_pipe(file_no: int) -> None:
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError, ValueError):  # a terminal, or over the limit of this account
            fcntl.fcntl(file_no, fcntl.F_SETPIPE_SZ, _CHUNK_BYTES)
