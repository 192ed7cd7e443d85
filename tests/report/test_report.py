"""Log lines, and where output goes."""

from __future__ import annotations

import io
import logging
import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import pytest

from tox.report import AT_ONCE, COMMAND_LINE, LEVELS, LOGGER, NamedBytesIO, ToxHandler, setup_report
from tox.util import _threads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Streams:
    """A pair of streams in memory, in place of those of the process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pair = tuple(io.TextIOWrapper(NamedBytesIO(name), encoding="utf-8") for name in ("<stdout>", "<stderr>"))
        self._monkeypatch = monkeypatch

    def setup(self, verbosity: int, *, is_colored: bool = False) -> ToxHandler:
        """Print to memory from now on."""
        with self._monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", self.pair[0])
            patch.setattr(sys, "stderr", self.pair[1])
            return setup_report(verbosity, is_colored)

    def read(self) -> tuple[str, str]:
        """Give what was printed to both."""
        for stream in self.pair:
            stream.flush()
        out, err = (cast("Any", stream.buffer).getvalue().decode() for stream in self.pair)
        return out, err


@pytest.fixture
def streams(monkeypatch: pytest.MonkeyPatch) -> Iterator[Streams]:
    """Give streams in memory, and leave the root logger as it was."""
    handlers, level = list(LOGGER.handlers), LOGGER.level
    yield Streams(monkeypatch)
    LOGGER.handlers[:] = handlers
    LOGGER.setLevel(level)
    logging.getLogger("filelock").disabled = False


@pytest.mark.parametrize("verbosity", LEVELS)
def test_levels(streams: Streams, verbosity: int) -> None:
    """Each step of verbosity shows one more level."""
    streams.setup(verbosity)

    for level in (logging.CRITICAL, logging.ERROR, logging.WARNING, logging.INFO, logging.DEBUG):
        LOGGER.log(level, "it is %d", level)

    shown = [int(number) for number in re.findall(r"it is (\d+)", streams.read()[0])]
    assert shown == [level for level in (50, 40, 30, 20, 10) if level >= LEVELS[verbosity]]


@pytest.mark.parametrize("verbosity", [-1, 9])
def test_any_verbosity(streams: Streams, verbosity: int) -> None:
    """More than all and less than nothing are the same as all and nothing."""
    handler = streams.setup(verbosity)

    assert handler.level == LEVELS[0 if verbosity < 0 else 5]
    assert streams.read()[1] == ""


def test_line_names_environment(streams: Streams) -> None:
    """A line is led by the environment it is about, which ends with its block."""
    handler = streams.setup(2)

    with handler.with_context("py"):
        LOGGER.warning("inside")
    LOGGER.warning("outside")

    assert streams.read() == ("py: inside\nROOT: outside\n", "")


def test_debug_line(streams: Streams) -> None:
    """When debugging, lines tell time, level and place, the latter without the folder of the import."""
    streams.setup(4)

    LOGGER.info("hello")

    line = streams.read()[0].splitlines()[-1]
    assert re.fullmatch(r"ROOT: \d+ I hello \[\S*test_report\.py:\d+\]", line)


def test_exception(streams: Streams) -> None:
    """The traceback follows below the line."""
    streams.setup(1)

    try:
        raise LookupError("here")
    except LookupError:
        LOGGER.exception("failed")

    out = streams.read()[0]
    assert out.startswith("ROOT: failed\nTraceback (most recent call last):\n")
    assert out.endswith("LookupError: here\n")


@pytest.mark.parametrize(
    ("log", "line"),
    [
        pytest.param(lambda: LOGGER.error("x"), "\x1b[31m x\x1b[0m", id="error"),
        pytest.param(lambda: LOGGER.warning("x"), "\x1b[36m x\x1b[0m", id="warning"),
        pytest.param(lambda: LOGGER.info("x"), "\x1b[37m x\x1b[0m", id="info"),
        pytest.param(
            lambda: LOGGER.warning(COMMAND_LINE, "commands[0]", "", "python -V"),
            "\x1b[36m commands[0]\x1b[22m\x1b[2m>\x1b[0m python -V\x1b[0m",
            id="command",
        ),
        pytest.param(
            lambda: LOGGER.warning(COMMAND_LINE, "commands[0]", " /folder", "python -V"),
            "\x1b[36m commands[0]\x1b[22m /folder\x1b[2m>\x1b[0m python -V\x1b[0m",
            id="command elsewhere",
        ),
    ],
)
def test_colors(streams: Streams, log: Callable[[], None], line: str) -> None:
    """Each level has its colour, and the head of a command is set off from it."""
    streams.setup(3, is_colored=True)

    log()

    assert streams.read()[0] == f"\x1b[1m\x1b[35mROOT:\x1b[0m{line}\n"


def test_lock_attempts_are_not_told(streams: Streams) -> None:
    """The library of locks logs each attempt, which says nothing to a user."""
    streams.setup(5)

    logging.getLogger("filelock").debug("attempt")

    assert "attempt" not in streams.read()[0]


def test_redirection(streams: Streams) -> None:
    """Output can go to memory for a while, be continued there, and be printed later."""
    handler = streams.setup(2)

    with handler.suspend_out_err(yes=True) as held:
        LOGGER.warning("first")
        held[1].write("error")
    with handler.suspend_out_err(yes=True, out_err=held):
        LOGGER.warning("second")
    before = streams.read()
    held[1].flush()
    handler.write_out_err((cast("Any", held[0].buffer).getvalue(), cast("Any", held[1].buffer).getvalue()))

    assert before == ("", "")
    assert streams.read() == ("ROOT: first\nROOT: second\n", "error")


def test_no_redirection(streams: Streams) -> None:
    """Asked not to, output goes on as before, redirected or not."""
    handler = streams.setup(2)

    with handler.suspend_out_err(yes=True) as held, handler.suspend_out_err(yes=False) as still:
        assert still is held
    with handler.suspend_out_err(yes=False) as plain:
        assert plain == streams.pair


def test_threads(streams: Streams) -> None:
    """Threads inherit name and output; what one changes, no other sees."""
    handler = streams.setup(2)
    held: dict[str, bytes] = {}

    def work(name: str) -> None:
        with handler.with_context(name), handler.suspend_out_err(yes=True) as out_err:
            LOGGER.warning("from a thread")
            held[name] = cast("Any", out_err[0].buffer).getvalue()

    with handler.with_context("outer"):
        threads = [_threads.start(work, name) for name in ("a", "b")]
        for thread in threads:
            thread.join()
        _threads.start(LOGGER.warning, "inherited").join()

    assert held == {"a": b"a: from a thread\n", "b": b"b: from a thread\n"}
    assert streams.read()[0] == "outer: inherited\n"


def test_run_within_a_run(streams: Streams) -> None:
    """A second setup, as of a test that runs tox, is not caught in the redirection of the first one."""
    outer = streams.setup(2)

    with outer.with_context("outer"), outer.suspend_out_err(yes=True) as held:
        inner = streams.setup(2)
        LOGGER.warning("inner")
        assert (inner.name, inner.stdout) == ("ROOT", streams.pair[0])

    assert cast("Any", held[0].buffer).getvalue() == b""
    assert [type(handler) for handler in LOGGER.handlers] == [ToxHandler]


def test_verbosity_changes(streams: Streams) -> None:
    """More can be shown from some moment on."""
    handler = streams.setup(2)

    LOGGER.info("hidden")
    handler.update_verbosity(3)
    LOGGER.info("shown")

    assert streams.read()[0] == "ROOT: shown\n"


def test_patching_is_not_needed(streams: Streams) -> None:
    """The context that patched threads before is still there, and does nothing."""
    handler = streams.setup(2)

    with handler.patch_thread():
        LOGGER.warning("here")

    assert streams.read()[0] == "ROOT: here\n"


def test_seen_at_once(streams: Streams) -> None:
    """A record that must be seen while it holds passes by a redirection, led by the name at work."""
    handler = streams.setup(2)

    with handler.with_context("a"), handler.suspend_out_err(True) as kept:
        LOGGER.warning("later")
        LOGGER.warning("now", extra={AT_ONCE: True})

    kept[0].flush()
    assert streams.read()[0] == "a: now\n"
    assert cast("Any", kept[0].buffer).getvalue() == b"a: later\n"


def test_making_way(streams: Streams) -> None:
    """What is in the way is put aside for records that are shown, and only for them."""
    handler = streams.setup(2)
    out = streams.pair[0]

    @contextmanager
    def aside() -> Iterator[None]:
        out.write("<")
        yield
        out.write(">")

    with handler.making_way(aside):
        LOGGER.warning("shown")
        with handler.suspend_out_err(True):
            LOGGER.warning("kept back")
    LOGGER.warning("after")

    assert streams.read()[0] == "<ROOT: shown\n>ROOT: after\n"
