"""Progress on a terminal."""

from __future__ import annotations

import io
import sys

import pytest

from tox.util.spinner import Spinner, td_human_readable


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        """Say so."""
        return True


def draw(stream: io.StringIO, *, enabled: bool, colored: bool = False) -> str:
    """Show a run of three environments; the clock never moves a frame on by itself."""
    with Spinner(enabled=enabled, refresh_rate=1000, colored=colored, stream=stream, total=3) as spinner:
        spinner.add("a")
        spinner.add("b" * 130)
        spinner.render_frame()
        spinner.succeed("a")
        spinner.fail("b" * 130)
        spinner.skip("never started")
    return stream.getvalue().replace("b" * 130, "B")


def test_frames() -> None:
    """The line is wiped, redrawn and shortened; the cursor is hidden meanwhile."""
    hide, show = ("", "") if sys.platform == "win32" else ("\x1b[?25l", "\x1b[?25h")  # there it is asked of the system

    assert draw(Terminal(), enabled=True) == (
        f"{hide}\r\x1b[K\r⠋ [0/3]"
        "\r\x1b[K\r⠙ [2/3] a |..."
        "\r\x1b[Ka: OK ✔ in 0 seconds\n"
        "\r\x1b[KB: FAIL ✖ in 0 seconds\n"
        "\r\x1b[Knever started: SKIP ⚠ in 0.01 seconds\n"
        f"\r\x1b[K{show}"
    )


def test_colors() -> None:
    """Lines of finished environments are coloured by how they went."""
    assert draw(Terminal(), enabled=False, colored=True) == (
        "\x1b[32ma: OK ✔ in 0 seconds\x1b[39m\n"
        "\x1b[31mB: FAIL ✖ in 0 seconds\x1b[39m\n"
        "\x1b[33mnever started: SKIP ⚠ in 0.01 seconds\x1b[39m\n"
    )


def test_plain_stream() -> None:
    """A stream that may not know the signs gets ASCII, and no cursor to hide."""
    assert draw(io.StringIO(), enabled=False) == (
        "a: OK + in 0 seconds\nB: FAIL ! in 0 seconds\nnever started: SKIP ? in 0.01 seconds\n"
    )


def test_silent() -> None:
    """Finished environments can be kept quiet."""
    stream = io.StringIO()
    spinner = Spinner(enabled=False, stream=stream)
    spinner.print_report = False

    spinner.succeed("a")

    assert not stream.getvalue()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (0.5, "0.5 seconds"),
        (1, "1 second"),
        (1.004, "1 second"),
        (2.714, "2.71 seconds"),
        (59.999, "1 minute"),
        (63.5, "1 minute 3.5 seconds"),
        (120, "2 minutes"),
        (3661.25, "1 hour 1 minute 1.25 seconds"),
        (90061.5, "1 day 1 hour 1 minute 1.5 seconds"),
        (34560000, "400 days"),
    ],
)
def test_duration(seconds: float, words: str) -> None:
    """Durations are told in words, rounded to hundredths."""
    assert td_human_readable(seconds) == words
