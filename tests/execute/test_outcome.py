"""How a command went."""

from __future__ import annotations

import io
import logging
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.execute.processes import python
from tox.execute import ExecuteRequest, Outcome
from tox.execute.local_sub_process import LocalSubProcessExecutor
from tox.execute.request import StdinSource
from tox.util._shell import as_started

if TYPE_CHECKING:
    from tox.execute.api import ExecuteStatus


def outcome(code: int | None, *, shown: bool = True) -> Outcome:
    """Make an outcome of two and a half seconds."""
    request = ExecuteRequest(["python", "--token=abc"], Path.cwd(), {}, StdinSource.OFF, "run")
    return Outcome(request, shown, code, "out", "err\n", 1.0, 3.5, ["python"], {"pid": 5, "more": 6})


@pytest.mark.parametrize(("code", "good"), [(0, True), (1, False), (None, False), (-9, False)])
def test_truth(code: int | None, good: bool) -> None:
    """An outcome is true when the command succeeded."""
    assert bool(outcome(code)) is good


def test_facts() -> None:
    """Elapsed seconds and both outputs are at hand, secrets are not shown."""
    made = outcome(0)

    assert (made.elapsed, made.out_err()) == (2.5, ("out", "err\n"))
    assert repr(made) == f"Outcome 0 of {as_started(['python', '--token=***'])}, after 2.50 seconds"


@pytest.mark.parametrize("code", [0, None])
def test_success(code: int | None, caplog: pytest.LogCaptureFixture) -> None:
    """A command that succeeded, or was not waited for, is logged as information."""
    with caplog.at_level(logging.INFO):
        outcome(code).assert_success()

    line = f"exit {code} (2.50 seconds) {Path.cwd()}> {as_started(['python', '--token=***'])} pid=5, more=6"
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [(logging.INFO, line)]


def test_failure(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    """A command that failed ends with its code, and is logged as critical."""
    with pytest.raises(SystemExit) as end:
        outcome(3).assert_success()

    assert (end.value.code, caplog.records[-1].levelno) == (3, logging.CRITICAL)
    assert capsys.readouterr() == ("", "")


def test_hidden_failure(capsys: pytest.CaptureFixture[str]) -> None:
    """What was hidden is shown when the command failed, errors in red, each ending with a line."""
    with pytest.raises(SystemExit):
        outcome(3, shown=False).assert_success()

    assert capsys.readouterr() == ("out\n", "\x1b[31merr\n\x1b[39m")


@pytest.mark.parametrize(("colored", "err"), [(True, "\x1b[33me\x1b[39m\n"), (False, "e\n")])
def test_hidden_failure_of_a_command(colored: bool, err: str) -> None:
    """It is shown where the command was to print to, coloured only when that is wanted."""
    status, out_err = called(f"{CODE}; sys.exit(3)", show=False, colored=colored, color="YELLOW")

    assert status.outcome is not None
    with pytest.raises(SystemExit):
        status.outcome.assert_success()

    assert shown(out_err) == ("o\n", err)


def test_expected_failure() -> None:
    """A command that should fail and does not ends with 1."""
    outcome(2).assert_failure()

    with pytest.raises(SystemExit) as end:
        outcome(0).assert_failure()

    assert end.value.code == Outcome.FAILED


def call(code: str, *, show: bool, colored: bool = False, color: str | None = None) -> tuple[ExecuteStatus, str, str]:
    """Run some Python through the executor, as an environment does.

    :returns: its status, and what was shown on both streams
    """
    status, out_err = called(code, show=show, colored=colored, color=color)
    out, err = (stream.buffer.getvalue().decode() for stream in out_err)
    return status, out, err


def called(code: str, *, show: bool, colored: bool, color: str | None) -> tuple[ExecuteStatus, tuple[Any, Any]]:
    """Run some Python through the executor: its status, and the streams to show output on."""
    settings = {"suicide_timeout": 0.0, "interrupt_timeout": 0.3, "terminate_timeout": 0.2}
    options = SimpleNamespace(no_capture=False, stderr_color=color)
    env = cast("Any", SimpleNamespace(conf=settings, options=options))
    pair = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    request = ExecuteRequest(python(code), Path.cwd(), {}, StdinSource.OFF, "run")
    with LocalSubProcessExecutor(colored).call(request, show, pair, env) as status:
        status.wait()
    return status, pair


def shown(streams: tuple[Any, Any]) -> tuple[str, ...]:
    """Tell what the streams that a command had show by now."""
    return tuple(stream.buffer.getvalue().decode().replace(os.linesep, "\n") for stream in streams)


CODE = "import sys; sys.stdout.write('o'); sys.stderr.write('e')"


def test_call() -> None:
    """After the call the status knows the outcome, with the command that really ran."""
    status, out, err = call(CODE, show=True)

    assert (out, err) == ("o", "e")
    assert status.outcome is not None
    assert status.outcome.out_err() == ("o", "e")
    assert status.outcome.cmd[0] == sys.executable
    assert (status.outcome.exit_code, status.outcome.show_on_standard) == (0, True)


def test_hidden_call() -> None:
    """What is not shown is still known."""
    status, out, err = call(CODE, show=False)

    assert (out, err) == ("", "")
    assert status.outcome is not None
    assert status.outcome.out_err() == ("o", "e")


@pytest.mark.parametrize(
    ("colored", "color", "shown"),
    [(True, "YELLOW", "\x1b[33me\x1b[39m"), (True, None, "e"), (True, "none such", "e"), (False, "YELLOW", "e")],
)
def test_color_of_errors(colored: bool, color: str | None, shown: str) -> None:
    """Errors have the colour the user chose, when colours are wanted at all."""
    assert call(CODE, show=True, colored=colored, color=color)[2] == shown


def test_copied_to_a_log(tmp_path: Path) -> None:
    """What was printed can be copied to a file, errors set off."""
    status, _, _ = call(CODE, show=False)
    path = tmp_path / "log"

    assert status.outcome is not None
    with path.open("wb") as file:
        status.outcome.copy_output(file, b"|")
        outcome(0).copy_output(file, b"|")

    assert path.read_bytes() == b"o|eout|err\n"


UNDECODED = "import sys; sys.stdout.buffer.write(b'o\\xff\\xc3\\n'); sys.stderr.buffer.write(b'e\\xfe\\n'); sys.exit(3)"


def test_output_that_cannot_be_decoded(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are surrogates to plugins, bytes again in a log, and replaced on a screen."""
    status, pair = called(UNDECODED, show=False, colored=False, color=None)
    made = status.outcome
    assert made is not None

    plain = Outcome(made.request, False, 3, *made.out_err(), 1.0, 3.5, ["python"], {})
    for number, one in enumerate((made, plain)):
        assert one.out_err() == ("o\udcff\udcc3\n", "e\udcfe\n")
        with (tmp_path / str(number)).open("wb") as file:
            one.copy_output(file, b"|")
        assert (tmp_path / str(number)).read_bytes() == b"o\xff\xc3\n|e\xfe\n"

    with pytest.raises(SystemExit):
        made.assert_success()
    assert shown(pair) == ("o\ufffd\ufffd\n", "e\ufffd\n")
