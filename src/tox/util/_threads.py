"""Threads that know what the thread that started them knew."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from threading import Lock, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["inherited", "start"]

_INHERITED: ContextVar[bool] = ContextVar("tox_inherited", default=False)


def start(target: Callable[..., object], *args: object, name: str | None = None, daemon: bool = True) -> Thread:
    """Run a function in a new thread that inherits the context variables of this one.

    :param name: of the thread, for whoever looks at a stack dump
    :param daemon: whether the interpreter may exit while the thread still runs
    :returns: the running thread
    """
    thread = Thread(target=copy_context().run, args=(target, *args), name=name, daemon=daemon)
    thread.start()
    return thread


@contextmanager
def inherited() -> Iterator[None]:
    """Have threads that a library starts within the block, and those that they start, inherit the context variables.

    Threads that are started elsewhere meanwhile are left as they are.
    """
    token = _INHERITED.set(True)
    _PATCH.add(1)
    try:
        yield
    finally:
        _PATCH.add(-1)
        _INHERITED.reset(token)


class _Patch:
    """What threads do to start, put in place as long as anybody uses it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._users = 0
        self._start = Thread.start

    def add(self, users: int) -> None:
        """Count who uses it: one more or one less."""
        with self._lock:
            before, self._users = self._users, self._users + users
            if not before:
                self._start = Thread.start
                Thread.start = _start  # type: ignore[method-assign,assignment]
            elif not self._users:
                Thread.start = self._start  # type: ignore[method-assign]

    def start(self, thread: Thread) -> None:
        """Start a thread as it is done without us."""
        self._start(thread)


_PATCH = _Patch()


def _start(thread: Thread) -> None:
    if _INHERITED.get():
        context, run = copy_context(), thread.run
        thread.run = lambda: context.run(run)  # type: ignore[method-assign]
    _PATCH.start(thread)
