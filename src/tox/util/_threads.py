"""Threads that know what the thread that started them knew."""

from __future__ import annotations

from contextvars import copy_context
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["start"]


def start(target: Callable[..., object], *args: object, name: str | None = None, daemon: bool = True) -> Thread:
    """Run a function in a new thread that inherits the context variables of this one.

    :param name: of the thread, for whoever looks at a stack dump
    :param daemon: whether the interpreter may exit while the thread still runs
    :returns: the running thread
    """
    thread = Thread(target=copy_context().run, args=(target, *args), name=name, daemon=daemon)
    thread.start()
    return thread
