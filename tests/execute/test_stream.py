"""Bytes on their way to memory and screen."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from tox.execute import stream as stream_module
from tox.execute.stream import SyncWrite

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_kept_only() -> None:
    """Without a target the content is only kept; what is no UTF-8 stays readable."""
    write = SyncWrite("out", None)

    assert write.handler(b"a\xff") == 2
    assert (bytes(write.content), write.text, write.size) == (b"a\xff", "a\ufffd", 2)


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
