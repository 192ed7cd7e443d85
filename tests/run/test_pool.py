"""Threads that run environments, and interrupts."""

from __future__ import annotations

import signal
import sys
import threading

import pytest

from tox.session.cmd.run._pool import Finished, Interrupted, Pool


def fail(name: str) -> str:
    """Fail, with the name."""
    raise LookupError(name)


def test_results() -> None:
    """What the work returns arrives with its name."""
    pool = Pool(str.upper, None)
    for name in ("a", "b"):
        pool.start(name)

    events = {pool.wait(), pool.wait()}

    assert events == {Finished("a", "A", None), Finished("b", "B", None)}
    assert pool.running == ()


def test_errors() -> None:
    """What the work raises arrives too."""
    pool = Pool(fail, None)
    pool.start("a")

    event = pool.wait()

    assert isinstance(event, Finished)
    assert isinstance(event.error, LookupError)


def test_room() -> None:
    """There is room for so many at once; one that is done leaves its room when it was told."""
    go = threading.Event()
    pool: Pool[bool] = Pool(lambda _: go.wait(60), 2)
    pool.start("a")
    half = pool.has_room
    pool.start("b")
    full = pool.has_room
    go.set()
    pool.wait()

    assert (half, full, pool.has_room) == (True, False, True)
    pool.wait()


def test_time_passes() -> None:
    """Waiting can be limited."""
    go = threading.Event()
    pool: Pool[bool] = Pool(lambda _: go.wait(60), None)
    pool.start("a")

    assert pool.wait(timeout=0.01) is None
    assert pool.running == ("a",)
    go.set()
    assert pool.wait() == Finished("a", True, None)


@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        ("SIGINT", signal.SIGINT),
        ("SIGTERM", signal.SIGTERM),
        pytest.param(
            "SIGBREAK",
            signal.SIGTERM,
            marks=pytest.mark.skipif(sys.platform != "win32", reason="there is none elsewhere"),
        ),
    ],
)
def test_interrupt(sent: str, heard: signal.Signals) -> None:
    """A signal is an event like others, and what handled it before does so again after the block."""
    pool, number = Pool(str.upper, None), getattr(signal, sent)
    before = signal.signal(number, signal.default_int_handler)
    try:
        with pool.catching_signals():
            signal.raise_signal(number)
            event = pool.wait()
        after = signal.getsignal(number)
    finally:
        signal.signal(number, before)

    assert event == Interrupted(heard)
    assert after is signal.default_int_handler


def test_interrupt_while_waiting() -> None:
    """Waiting ends when a signal comes."""
    pool = Pool(str.upper, None)
    timer = threading.Timer(0.05, signal.raise_signal, (signal.SIGINT,))

    with pool.catching_signals():
        timer.start()
        event = pool.wait(timeout=60)
        timer.join()

    assert event == Interrupted(signal.SIGINT)


def test_ignored_signals_stay_ignored() -> None:
    """Who started us with interrupts ignored meant it."""
    pool = Pool(str.upper, None)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with pool.catching_signals():
            during = signal.getsignal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)

    assert during is signal.SIG_IGN


def test_other_threads() -> None:
    """In another thread than the main one signals are nobody's business."""
    seen: list[object] = []
    before = signal.getsignal(signal.SIGINT)

    def work() -> None:
        with Pool(str.upper, None).catching_signals():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert seen == [before]
