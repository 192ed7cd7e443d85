"""What reads the output of processes: one table for the readers of all platforms."""

from __future__ import annotations

import os
import sys
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from tests.processes import eventually
from tox.execute.local_sub_process.read_via_thread_unix import ReadViaThreadUnix
from tox.execute.local_sub_process.read_via_thread_windows import ReadViaThreadWindows
from tox.execute.stream import SyncWrite

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tox.execute.local_sub_process.read_via_thread import ReadViaThread

not_on_windows = pytest.mark.skipif(sys.platform == "win32", reason="pipes cannot be selected on there")
readers = pytest.mark.parametrize(
    "reader",
    [
        pytest.param(ReadViaThreadUnix, id="selects", marks=not_on_windows),
        pytest.param(ReadViaThreadWindows, id="peeks"),
    ],
)


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Give the two ends of a pipe."""
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


@readers
def test_unfinished_line_is_shown(reader: type[ReadViaThread], pipe: tuple[int, int]) -> None:
    """A prompt is shown after a moment, though nothing follows it, and so is the next one."""
    target = BytesIO()
    stream = SyncWrite("out", target)
    made = reader(pipe[0], stream.handler, "reader", True)
    made.settle(stream)

    with made:
        for shown, written in ((b"name? ", b"name? "), (b"name? x\nage? ", b"x\nage? ")):
            os.write(pipe[1], written)
            eventually(lambda shown=shown: target.getvalue() == shown)


@readers
def test_unfinished_line_waits_for_its_end(reader: type[ReadViaThread], pipe: tuple[int, int]) -> None:
    """A line is shown whole when its end comes soon."""
    shown: list[bytes] = []

    class Target(BytesIO):
        def write(self, content: object) -> int:
            shown.append(bytes(content))  # type: ignore[call-overload]
            return 0

    stream = SyncWrite("out", Target())
    stream.REFRESH_RATE = 60.0
    made = reader(pipe[0], stream.handler, "reader", True)
    made.settle(stream)

    with made:
        os.write(pipe[1], b"one ")
        eventually(lambda: stream.size == 4)
        os.write(pipe[1], b"line\n")
        eventually(lambda: shown == [b"one line\n"])


@readers
@pytest.mark.parametrize(("drain", "expected"), [(True, b"rest"), (False, b"")])
def test_what_is_left(reader: type[ReadViaThread], pipe: tuple[int, int], drain: bool, expected: bytes) -> None:
    """What is in the pipe when reading ends is read, if that is wanted; who holds it open is not waited for."""
    stream = SyncWrite("out", None)
    made = reader(pipe[0], stream.handler, "reader", drain)
    made.stop.set()

    with made:
        eventually(lambda: made._thread is not None and not made._thread.is_alive())
        os.write(pipe[1], b"rest")

    assert bytes(stream.content) == expected
