"""Standard output and standard error that nothing we print can break.

Loaded before anything else is: it imports nothing that Python has not loaded for itself.
"""

from __future__ import annotations

import os
import sys
from io import BufferedWriter, RawIOBase, TextIOWrapper

TYPE_CHECKING = False
if TYPE_CHECKING:
    from io import FileIO
    from typing import TextIO

    from typing_extensions import Buffer

__all__ = ["forgive_failures", "show_everything"]

_NAMES = ("stdout", "stderr")
_ERRORS = "backslashreplace"
_LAST_STANDARD = 2


def show_everything() -> None:
    """Have both streams show what their encoding lacks by escapes; where there is no stream, nothing is shown.

    Streams that somebody put in their place stay; those that cannot be told how to encode stay as they are.
    """
    if None in (sys.stdin, sys.stdout, sys.stderr):
        _occupy_standard_descriptors()
    for name in _NAMES:
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, _nowhere())
        elif isinstance(stream, TextIOWrapper) and stream.errors != _ERRORS:
            stream.reconfigure(errors=_ERRORS)


def forgive_failures() -> None:
    """Have what cannot be written to the streams of the process be left out, now and when the interpreter ends.

    A reader that has seen enough or a disk that is full must not decide how a run ends. Streams that somebody put in
    the place of those of the process stay as they are.
    """
    for name in _NAMES:
        stream: TextIO | None = getattr(sys, name)
        if stream is getattr(sys, f"__{name}__") and isinstance(stream, TextIOWrapper):
            setattr(sys, name, _forgiving(stream))


class _Forgiving(RawIOBase):
    """Writes to a stream of the process what it takes, and drops the rest.

    :param raw: the stream, which stays open when this is closed
    """

    def __init__(self, raw: FileIO) -> None:
        self._raw = raw
        self.name = raw.name

    def write(self, content: Buffer, /) -> int:
        view = memoryview(content).cast("B")
        size = len(view)
        while view:
            try:
                written = self._raw.write(view)
                if written is None:  # somebody made it non-blocking, and its reader is slow
                    self._wait()
            except OSError:
                break
            view = view[written or 0 :]
        return size

    def _wait(self) -> None:
        from select import select

        select([], [self._raw], [])

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._raw.isatty()

    def fileno(self) -> int:
        return self._raw.fileno()


def _forgiving(stream: TextIOWrapper) -> TextIOWrapper:
    """Make a stream that writes where another one does."""
    stream.flush()
    raw: FileIO | None = getattr(stream.buffer, "raw", None)
    forgiving = _Forgiving(stream.buffer if raw is None else raw)  # type: ignore[arg-type] # python -u: no buffer
    made = TextIOWrapper(
        forgiving if raw is None else BufferedWriter(forgiving),
        encoding=stream.encoding,
        errors=stream.errors,
        newline=None if sys.platform == "win32" else "\n",
        line_buffering=stream.line_buffering,
        write_through=stream.write_through,
    )
    made.mode = "w"  # type: ignore[misc] # as Python's own say
    return made


def _occupy_standard_descriptors() -> None:
    """Have descriptors 0 to 2 lead somewhere: a file of ours that got one would be a standard stream of commands."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= _LAST_STANDARD:
        os.set_inheritable(descriptor, True)
    os.close(descriptor)


def _nowhere() -> TextIO:
    descriptor = os.open(os.devnull, os.O_WRONLY)
    return open(descriptor, "w", encoding="utf-8", errors=_ERRORS, closefd=False)
