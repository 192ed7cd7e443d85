"""Threads that run environments, and the interrupts that end them.

The main thread starts work and waits for what comes next: a result, an interrupt, or just time that has passed. An
interrupt arrives as an event in the same line as results do. So it never breaks the bookkeeping in the middle.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from tox.util._threads import start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Finished", "Interrupted", "Pool"]

ResultT = TypeVar("ResultT")
#: seconds after which waiting looks for a signal: one that the system hands to another thread does not end waiting
_LOOK_SECONDS = 0.1

if sys.platform == "win32":  # pragma: win32 cover
    #: Ctrl-Break is the one event that a program can send to another there: it asks us to end, as SIGTERM does
    _MEANINGS = {signal.SIGINT: signal.SIGINT, signal.SIGTERM: signal.SIGTERM, signal.SIGBREAK: signal.SIGTERM}
else:
    _MEANINGS = {signal.SIGINT: signal.SIGINT, signal.SIGTERM: signal.SIGTERM}


class Finished(NamedTuple):
    """Some work is done."""

    name: str  #: of the work
    result: Any  #: what it returned, nothing when it raised
    error: BaseException | None  #: what it raised


class Interrupted(NamedTuple):
    """Somebody wants us to end."""

    number: int  #: of the signal


class Pool(Generic[ResultT]):
    """Runs work in threads, at most so many at once.

    :param work: does the work of a name
    :param workers: how many at once; ``None`` for any number
    """

    def __init__(self, work: Callable[[str], ResultT], workers: int | None) -> None:
        self._work = work
        self._workers = workers
        self._events: SimpleQueue[Finished | Interrupted] = SimpleQueue()
        self._running: dict[str, threading.Thread] = {}

    @property
    def running(self) -> tuple[str, ...]:
        """What is being worked on, in order of start; includes work whose end was not yet told by :meth:`wait`."""
        return tuple(self._running)

    @property
    def has_room(self) -> bool:
        """Whether more work can start now."""
        return self._workers is None or len(self._running) < self._workers

    def start(self, name: str) -> None:
        """Begin to work on a name, in a thread that inherits the context."""
        self._running[name] = start(self._run, name, name=f"tox-{name}")

    def wait(self, timeout: float | None = None) -> Finished | Interrupted | None:
        """Wait for what happens next.

        :param timeout: at most so many seconds
        :returns: ``None`` when nothing happened in time
        """
        event = self._next_event(timeout)
        if isinstance(event, Finished):
            self._running.pop(event.name).join()
        return event

    @contextmanager
    def catching_signals(self) -> Iterator[None]:
        """Have interrupts arrive as events within the block.

        In other threads than the main one nothing changes, as signals are none of their business. So it is for a signal
        that is ignored, as after ``nohup``, or that would end us without any handler of ours.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        previous = {}
        for number in _MEANINGS:
            handler = signal.getsignal(number)
            if callable(handler):
                previous[number] = handler
                signal.signal(
                    number, lambda received, _frame: self._events.put(Interrupted(_MEANINGS[signal.Signals(received)]))
                )
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _run(self, name: str) -> None:
        try:
            event = Finished(name, self._work(name), None)
        except BaseException as error:  # noqa: BLE001 - handed to the main thread, which knows what to do
            event = Finished(name, None, error)
        self._events.put(event)

    def _next_event(self, timeout: float | None) -> Finished | Interrupted | None:
        until = None if timeout is None else time.monotonic() + timeout
        while True:
            left = _LOOK_SECONDS if until is None else max(until - time.monotonic(), 0.0)
            try:
                return self._events.get(timeout=min(left, _LOOK_SECONDS))
            except Empty:
                if until is not None and time.monotonic() >= until:
                    return None
