"""What a run tells its user: progress while it goes on, the result of each environment at its end."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any, Final

from tox.util._ansi import DEFAULT_COLOR, GREEN, RED, YELLOW
from tox.util.spinner import Spinner, td_human_readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tox.session.cmd.run.single import ToxEnvRunResult

__all__ = ["Progress", "Verbosity", "exit_code", "report", "report_line", "sign_of_life", "status", "unused_line"]

_OK: Final = 0
_FAILED: Final = 1


class Verbosity:
    """From which verbosity on something is told."""

    REPORT: Final = 1  #: the result of each environment
    TIMES: Final = 2  #: how long setup and each command took
    UNUSED: Final = 3  #: settings that nobody read


def exit_code(results: Sequence[ToxEnvRunResult], *, fail_fast: bool) -> int:
    """Decide the exit code of a run.

    :param results: of all environments, in the order they were asked for
    :param fail_fast: whether the first failure is the one to tell
    :returns: 0 when nothing that counts failed and not all was skipped, the code of a single environment, else 1
    """
    if all(result.skipped for result in results):
        return _FAILED
    failures = [result.code for result in results if _counts_as_failure(result)]
    if not failures:
        return _OK
    if len(results) == 1 or fail_fast or any(result.fail_fast for result in results):
        return failures[0]
    return _FAILED


def report(results: Sequence[ToxEnvRunResult], seconds: float, code: int, verbosity: int) -> list[tuple[str, str]]:
    """Compose the final report.

    :param results: of all environments, in the order they were asked for
    :param seconds: the whole run took
    :param code: its exit code
    :returns: lines, each with the escape sequence of its colour; none when the user wants to hear nothing
    """
    if verbosity < Verbosity.REPORT:
        return []
    lines = [line for result in results for line in (*_overruns(result), report_line(result, verbosity))]
    if code == _OK:
        lines.append((f"  congratulations :) ({seconds:.2f} seconds)", GREEN))
    else:
        lines.append((f"  evaluation failed :( ({seconds:.2f} seconds)", RED))
    return lines


def report_line(result: ToxEnvRunResult, verbosity: int) -> tuple[str, str]:
    """Tell how one environment went.

    :returns: the line, and the escape sequence of its colour
    """
    words, color = _status(result)
    return f"  {result.name}: {words} ({result.duration:.2f}{_split(result, verbosity)} seconds)", color


def status(result: ToxEnvRunResult) -> str:
    """Tell in a few words how one environment went, such as ``OK`` or ``FAIL code 1``."""
    return _status(result)[0]


def _overruns(result: ToxEnvRunResult) -> list[tuple[str, str]]:
    """Tell which commands ran into which time limits; a line each."""
    return [(f"  {result.name}: {sentence}", RED) for sentence in result.overruns]


def unused_line(name: str, keys: Iterable[str]) -> tuple[str, str]:
    """Tell which keys of a section nobody read.

    :returns: the line, and the escape sequence of its colour
    """
    return f"  [{name}] unused config key(s): {', '.join(keys)}", YELLOW


def sign_of_life(running: Iterable[tuple[str, float]]) -> str:
    """Tell what is still going on.

    :param running: names of environments, each with the seconds it has been running for
    """
    return "still running: " + ", ".join(f"{name} ({td_human_readable(round(since))})" for name, since in running)


def print_lines(lines: Iterable[tuple[str, str]], stream: IO[str], *, colored: bool) -> None:
    """Print lines, in colour when that is asked for and the stream is a terminal.

    :param lines: each with the escape sequence of its colour
    """
    colored = colored and stream.isatty()
    for text, color in lines:
        stream.write(f"{color}{text}{DEFAULT_COLOR}\n" if colored else f"{text}\n")
    stream.flush()


class Progress(Spinner):
    """Shows which environments run and prints a line for each that is done, except for the last one."""

    def done(self, result: ToxEnvRunResult, *, last: bool) -> None:
        """Tell how an environment went.

        :param last: whether it is the last one; the report that follows at once tells of it
        """
        self.print_report = not last
        if result.skipped:
            self.skip(result.name)
        elif result.code == _OK:
            self.succeed(result.name)
        else:
            self.fail(result.name)

    def print_bytes(self, stream_pairs: Iterable[tuple[bytes, bytes]], handler: Any) -> None:
        """Print what environments printed.

        :param stream_pairs: standard output and standard error of each
        :param handler: knows where they go
        """
        with self.paused():
            for pair in stream_pairs:
                handler.write_out_err(pair)


def _counts_as_failure(result: ToxEnvRunResult) -> bool:
    return result.code != _OK and not (result.skipped or result.ignore_outcome or result.unavailable)


def _status(result: ToxEnvRunResult) -> tuple[str, str]:
    if result.unavailable:
        return "NOT AVAILABLE", YELLOW
    if result.skipped:
        return "SKIP", YELLOW
    if result.code == _OK:
        return "OK", GREEN
    if result.ignore_outcome:
        return f"IGNORED FAIL code {result.code}", YELLOW
    return f"FAIL code {result.code}", RED


def _split(result: ToxEnvRunResult, verbosity: int) -> str:
    if verbosity < Verbosity.TIMES or not result.outcomes:
        return ""
    commands = [outcome.elapsed for outcome in result.outcomes]
    setup = result.duration - sum(commands)
    return f"=setup[{setup:.2f}]+cmd[{','.join(f'{seconds:.2f}' for seconds in commands)}]"
