"""Threads that know what the thread that started them knew."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from threading import Event, Thread

from tox.util._threads import inherited, start

NAME: ContextVar[str] = ContextVar("name", default="nobody")


def of_thread(inner: bool = False) -> str:
    """Start a thread as a library does, which may start another one, and tell what the last one knows."""
    told: list[str] = []

    def tell() -> None:
        told.append(of_thread() if inner else NAME.get())

    thread = Thread(target=tell)
    thread.start()
    thread.join()
    return told[0]


def named(name: str) -> str:
    """Set the variable, and tell what a thread knows of it that starts within the block."""
    NAME.set(name)
    with inherited():
        return of_thread()


def test_within_the_block() -> None:
    """Threads, their threads and those of executors inherit within the block, and only there."""
    original = Thread.start

    def look() -> tuple[str, str, str]:
        NAME.set("a")
        with inherited(), ThreadPoolExecutor(1) as pool:
            return of_thread(), of_thread(inner=True), pool.submit(NAME.get).result()

    assert copy_context().run(look) == ("a", "a", "a")
    assert of_thread() == "nobody"
    assert Thread.start is original


def test_others_are_left_alone() -> None:
    """A thread that is started elsewhere meanwhile knows nothing, and several blocks may overlap."""
    original = Thread.start
    entered, leave = Event(), Event()

    def hold() -> None:
        NAME.set("held")
        with inherited():
            entered.set()
            leave.wait(60)

    holder = start(hold)
    entered.wait(60)

    assert of_thread() == "nobody"
    assert copy_context().run(named, "b") == "b"
    leave.set()
    holder.join(60)
    assert Thread.start is original
