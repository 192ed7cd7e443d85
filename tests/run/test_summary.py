"""What is told of a run."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from tox.execute import ExecuteRequest, Outcome
from tox.execute.request import StdinSource
from tox.session.cmd.run._summary import (
    Progress,
    exit_code,
    print_lines,
    report,
    report_line,
    sign_of_life,
    unused_line,
)
from tox.session.cmd.run.single import ToxEnvRunResult

OK = ToxEnvRunResult("ok", False, 0, [], 1.5)
FAIL = ToxEnvRunResult("fail", False, 3, [], 1.5)
OTHER = ToxEnvRunResult("other", False, 4, [], 1.5)
SKIP = ToxEnvRunResult("skip", True, 0, [], 0.0)
IGNORED = ToxEnvRunResult("ignored", False, 3, [], 1.5, ignore_outcome=True)
FAST = ToxEnvRunResult("fast", False, 5, [], 1.5, fail_fast=True)
NONE = ToxEnvRunResult("none", False, 0, [], 0.0, unavailable=True)


@pytest.mark.parametrize(
    ("results", "fail_fast", "code"),
    [
        pytest.param([], False, 1, id="nothing"),
        pytest.param([OK], False, 0, id="good"),
        pytest.param([OK, SKIP], False, 0, id="good and skipped"),
        pytest.param([SKIP, SKIP], False, 1, id="all skipped"),
        pytest.param([FAIL], False, 3, id="single failure"),
        pytest.param([FAIL, OK], False, 1, id="one of several"),
        pytest.param([OK, OTHER, FAIL], True, 4, id="fail fast"),
        pytest.param([OTHER, FAST], False, 4, id="fail fast by key"),
        pytest.param([IGNORED, OK], True, 0, id="ignored"),
        pytest.param([NONE], False, 0, id="not available"),
    ],
)
def test_exit_code(results: list[ToxEnvRunResult], fail_fast: bool, code: int) -> None:
    """The exit code tells of the failures that count."""
    assert exit_code(results, fail_fast=fail_fast) == code


@pytest.mark.parametrize(
    ("result", "line"),
    [
        (OK, "  ok: OK (1.50 seconds)"),
        (FAIL, "  fail: FAIL code 3 (1.50 seconds)"),
        (SKIP, "  skip: SKIP (0.00 seconds)"),
        (IGNORED, "  ignored: IGNORED FAIL code 3 (1.50 seconds)"),
        (NONE, "  none: NOT AVAILABLE (0.00 seconds)"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_lines(result: ToxEnvRunResult, line: str) -> None:
    """Each environment has a line with its status and duration."""
    assert report_line(result, 2)[0] == line


@pytest.mark.parametrize(("verbosity", "split"), [(2, "=setup[0.50]+cmd[0.25,0.75]"), (1, "")])
def test_split(verbosity: int, split: str) -> None:
    """Durations of setup and commands are told by default."""
    request = ExecuteRequest(["a"], Path.cwd(), {}, StdinSource.OFF, "run")
    outcomes = [Outcome(request, True, 0, "", "", 1.0, end, [], {}) for end in (1.25, 1.75)]

    assert report_line(OK._replace(outcomes=outcomes), verbosity)[0] == f"  ok: OK (1.50{split} seconds)"


@pytest.mark.parametrize(
    ("code", "verbosity", "last"),
    [(0, 1, "  congratulations :) (2.00 seconds)"), (1, 1, "  evaluation failed :( (2.00 seconds)"), (1, 0, None)],
)
def test_report(code: int, verbosity: int, last: str | None) -> None:
    """The report ends with a verdict; who wants to hear nothing gets none."""
    lines = report([OK], 2.0, code, verbosity)

    assert [line for line, _ in lines][-1:] == ([] if last is None else [last])


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.mark.parametrize(
    ("stream", "colored", "text"),
    [
        pytest.param(Terminal(), True, "\x1b[32ma\x1b[39m\n", id="coloured terminal"),
        pytest.param(Terminal(), False, "a\n", id="plain terminal"),
        pytest.param(io.StringIO(), True, "a\n", id="file"),
    ],
)
def test_colors(stream: io.StringIO, colored: bool, text: str) -> None:
    """The report is coloured only on a terminal."""
    print_lines([("a", "\x1b[32m")], stream, colored=colored)

    assert stream.getvalue() == text


def test_unused() -> None:
    """Keys nobody read are told with their section."""
    assert unused_line("testenv:a", ["b", "c"])[0] == "  [testenv:a] unused config key(s): b, c"


def test_sign_of_life() -> None:
    """Who sees no progress is told what goes on."""
    assert sign_of_life([("a", 60.2), ("b", 1.0)]) == "still running: a (1 minute), b (1 second)"


def test_progress() -> None:
    """Environments are told as they finish, but for the last one, whose result follows at once."""
    stream = io.StringIO()
    progress = Progress(enabled=False, colored=False, stream=stream)
    printed: list[Any] = []

    class Handler:
        def write_out_err(self, pair: tuple[bytes, bytes]) -> None:
            printed.append(pair)

    for result in (OK, FAIL, SKIP):
        progress.add(result.name)
        progress.done(result, last=result is SKIP)
    progress.print_bytes([(b"out", b"err")], Handler())

    assert stream.getvalue() == "ok: OK + in 0 seconds\nfail: FAIL ! in 0 seconds\n"
    assert printed == [(b"out", b"err")]
