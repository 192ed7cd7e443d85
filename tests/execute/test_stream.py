"""Bytes on their way to memory and screen."""

from __future__ import annotations

import errno
import io
import os
import tempfile
from typing import TYPE_CHECKING

import pytest

from tox.execute import stream as stream_module
from tox.execute.stream import SyncWrite

if TYPE_CHECKING:
    from pathlib import Path

    from typing_extensions import Buffer


def test_kept_only() -> None:
    """Without a target the content is only kept; what is no UTF-8 stays readable."""
    write = SyncWrite("out", None)

    assert write.handler(b"a\xff") == 2
    assert (bytes(write.content), write.text, write.size) == (b"a\xff", "a\udcff", 2)


def test_whole_lines() -> None:
    """Lines are shown when they are complete, the rest when the stream ends."""
    target = io.BytesIO()
    seen = []

    with SyncWrite("out", target) as write:
        for content in (b"one\ntw", b"o", b"\nthree"):
            write.handler(content)
            seen.append((target.getvalue(), write.waiting))

    assert seen == [(b"one\n", True), (b"one\n", True), (b"one\ntwo\n", True)]
    assert target.getvalue() == b"one\ntwo\nthree"


def test_flush() -> None:
    """An unfinished line, as a prompt, can be shown at any time."""
    target = io.BytesIO()
    write = SyncWrite("out", target)

    write.handler(b"name? ")
    write.flush()

    assert (target.getvalue(), write.waiting) == (b"name? ", False)


def test_color() -> None:
    """What is shown is wrapped in the colour, what is kept is not."""
    target = io.BytesIO()

    with SyncWrite("err", target, "\x1b[31m") as write:
        write.handler(b"a\nb")

    assert target.getvalue() == b"\x1b[31ma\n\x1b[39m\x1b[31mb\x1b[39m"
    assert write.content == b"a\nb"


def test_colored_block() -> None:
    """A whole block can be put in the colour too."""
    target = io.BytesIO()
    write = SyncWrite("err", target, "\x1b[31m")

    with write.colored():
        target.write(b"x")

    assert target.getvalue() == b"\x1b[31mx\x1b[39m"


def test_reader_gone() -> None:
    """When nobody reads what is shown any more, it is still kept."""
    target = io.BytesIO()
    write = SyncWrite("out", target)
    target.close()

    write.handler(b"a\n")
    write.handler(b"b\n")

    assert write.content == b"a\nb\n"


def test_much_output(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A large output moves to a file, and reads the same as before."""
    monkeypatch.setattr(stream_module, "_MOST_IN_MEMORY", 10)
    write = SyncWrite("out", None)

    for _ in range(5):
        write.handler(b"12345678")
    with (tmp_path / "copy").open("wb") as file:
        write.copy_to(file)
    write.handler(b"end")

    assert write.content == b"12345678" * 5 + b"end"
    assert write.since(38) == b"78end"
    assert write.size == 43
    assert (tmp_path / "copy").read_bytes() == b"12345678" * 5


def test_representation() -> None:
    """A stream shows what it is made from."""
    assert repr(SyncWrite("out", None)) == "SyncWrite('out', None, color=None)"


@pytest.fixture
def no_room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Have ten bytes be much output, and temporary files go to a folder that is not there yet."""
    monkeypatch.setattr(stream_module, "_MOST_IN_MEMORY", 10)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "later"))
    return tmp_path / "later"


def test_no_room_for_much_output(no_room: Path, tmp_path: Path) -> None:
    """A large output stays in memory while no file can be made of it, and nothing of it is lost."""
    write = SyncWrite("out", None)
    for number in range(12):
        if number == 5:
            no_room.mkdir()
        write.handler(b"%08d" % number)
    with (tmp_path / "copy").open("wb") as file:
        write.copy_to(file)

    whole = b"".join(b"%08d" % number for number in range(12))
    assert (bytes(write.content), write.size, (tmp_path / "copy").read_bytes()) == (whole, 96, whole)
    assert [write.since(position) for position in (0, 50, 95, 96)] == [whole, whole[50:], b"1", b""]


class _Narrow(io.FileIO):
    """Takes a few bytes at once and then no more, as a disk that fills up."""

    room = 25

    def write(self, content: Buffer) -> int:
        """Take what fits."""
        taken = bytes(content)[: min(self.room, 7)]
        if not taken:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self.room -= len(taken)
        return super().write(taken)


def test_disk_that_fills_up(no_room: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fitted is read from the file, the rest from memory."""
    monkeypatch.setattr(stream_module, "_temporary_file", lambda: _Narrow(tmp_path / "file", "w+"))
    write = SyncWrite("out", None)
    for number in range(12):
        write.handler(b"%08d" % number)

    whole = b"".join(b"%08d" % number for number in range(12))
    assert not no_room.exists()
    assert (tmp_path / "file").read_bytes() == whole[:25]
    assert (bytes(write.content), write.since(20)) == (whole, whole[20:])
