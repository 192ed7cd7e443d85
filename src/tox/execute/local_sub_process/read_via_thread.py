"""Drain the output of a process from a thread."""

from __future__ import annotations

from abc import ABC, abstractmethod
from threading import Event
from typing import TYPE_CHECKING, Protocol

from tox.util._threads import start

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Thread
    from types import TracebackType

    from typing_extensions import Self

__all__ = ["ReadViaThread"]


class Settling(Protocol):
    """Something that holds back what is not complete yet."""

    @property
    def REFRESH_RATE(self) -> float:  # noqa: N802 - as streams have it
        """Seconds it may be held back."""
        ...

    @property
    def waiting(self) -> bool:
        """Whether something is held back."""
        ...

    def flush(self) -> None:
        """Let it go."""
        ...


class ReadViaThread(ABC):
    """Hands what can be read from a file to a handler, from a thread that lives as long as the context.

    :param file_no: descriptor to read from
    :param handler: takes what was read
    :param name: of the thread
    :param drain: whether what is left in the file when the context ends is still read
    """

    def __init__(self, file_no: int, handler: Callable[[bytes], int], name: str, drain: bool) -> None:
        self.file_no = file_no
        self.stop = Event()
        self.name = name
        self.handler = handler
        self._on_exit_drain = drain
        self._thread: Thread | None = None
        self._settling: list[Settling] = []

    def settle(self, *streams: Settling) -> None:
        """Let go what streams hold back whenever nothing was read for a while."""
        self._settling.extend(streams)

    def _patience(self) -> float | None:
        """Seconds without anything to read after which streams let go; ``None`` when nothing is held back."""
        return min((stream.REFRESH_RATE for stream in self._settling if stream.waiting), default=None)

    def _let_go(self) -> None:
        for stream in self._settling:
            stream.flush()

    def __enter__(self) -> Self:
        self._thread = start(self._read_stream, name=self.name)
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        self.stop.set()
        self._wake()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._on_exit_drain:
            self._drain_stream()

    def _wake(self) -> None:  # noqa: B027 - not every way of reading waits
        """End the thread's waiting for something to read."""

    @abstractmethod
    def _read_stream(self) -> None:
        """Read until the file ends or the context does."""
        raise NotImplementedError

    @abstractmethod
    def _drain_stream(self) -> None:
        """Read what is there without waiting for more."""
        raise NotImplementedError
