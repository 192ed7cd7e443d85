"""How a command went."""

from __future__ import annotations

import logging
import sys
from typing import IO, TYPE_CHECKING, Any, NamedTuple, NoReturn, Protocol

from tox.util._ansi import DEFAULT_COLOR, RED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tox.execute._limit import Limit
    from tox.execute.request import ExecuteRequest
    from tox.execute.stream import SyncWrite
    from tox.util.json_types import JsonValue

__all__ = ["LazyOutcome", "Outcome", "Screen"]

_LOGGER = logging.getLogger(__name__)
#: how bytes that are no UTF-8 become text, and bytes again
_UNDECODED = "surrogateescape"


class _Status(Protocol):
    """What is asked of a command that has ended."""

    @property
    def exit_code(self) -> int | None: ...

    @property
    def metadata(self) -> dict[str, JsonValue]: ...

    @property
    def start_error(self) -> BaseException | None: ...


class Outcome:
    """How a command went.

    :param request: the command
    :param show_on_standard: whether its output was shown while it ran
    :param exit_code: how it ended; ``None`` when it was not waited for
    :param out: its output
    :param err: its errors
    :param start: when it started, in seconds of a monotonic clock
    :param end: when it ended, on the same clock
    :param cmd: program and arguments that really ran
    :param metadata: what else is known
    :param start_error: why it could not be started
    """

    OK = 0
    FAILED = 1

    #: the limit that ended the command; None when it ended by itself
    exceeded: Limit | None = None
    #: what the command counts as, 0 for success; None when it was not judged, as commands of setup are not
    verdict: int | None = None

    def __init__(
        self,
        request: ExecuteRequest,
        show_on_standard: bool,
        exit_code: int | None,
        out: str,
        err: str,
        start: float,
        end: float,
        cmd: Sequence[str],
        metadata: dict[str, JsonValue],
        start_error: BaseException | None = None,
    ) -> None:
        self.request, self.cmd = request, cmd
        self.exit_code, self.start_error = exit_code, start_error
        self.start, self.end = start, end
        self.show_on_standard = show_on_standard
        self.metadata = metadata
        self._printed = out, err

    @property
    def out(self) -> str:
        """The output; each byte that is no UTF-8 is a surrogate, so that none is lost."""
        return self._printed[0]

    @property
    def err(self) -> str:
        """The errors, as the output."""
        return self._printed[1]

    @property
    def elapsed(self) -> float:
        """Seconds it took."""
        return self.end - self.start

    def __bool__(self) -> bool:
        return self.exit_code == self.OK

    def __repr__(self) -> str:
        command = self.request.shell_cmd_redacted
        return f"{Outcome.__name__} {self.exit_code} of {command}, after {self.elapsed:.2f} seconds"

    def out_err(self) -> tuple[str, str]:
        """Give output and errors."""
        return self.out, self.err

    def tail(self, most: int) -> tuple[str, str]:
        """Give the ends of output and errors.

        :param most: bytes to give of each, about
        """
        return self.out[-most:], self.err[-most:]

    def copy_output(self, target: IO[bytes], between: bytes) -> None:
        """Write what was printed to a file, in little memory however much it is.

        :param between: what separates errors from output, written when there are any
        """
        target.write(self.out.encode(errors=_UNDECODED))
        if self.err:
            target.write(between + self.err.encode(errors=_UNDECODED))

    def assert_success(self) -> None:
        """Log that it ended, at information level.

        :raises SystemExit: with its exit code, if it failed; what it printed is shown before when it was not yet
        """
        if self.exit_code is not None and self.exit_code != self.OK:
            self._assert_fail(self.exit_code)
        self.log_run_done(logging.INFO)

    def assert_failure(self) -> None:
        """Log that it ended, at information level.

        :raises SystemExit: with 1, if it succeeded; what it printed is shown before when it was not yet
        """
        if self.exit_code is not None and self.exit_code == self.OK:
            self._assert_fail(self.FAILED)
        self.log_run_done(logging.INFO)

    def _assert_fail(self, code: int) -> NoReturn:
        if not self.show_on_standard:
            self._show()
        self.log_run_done(logging.CRITICAL)
        raise SystemExit(code)

    def _show(self) -> None:
        """Print what was printed; nothing is known of where the command was to print to."""
        _print(self.out, sys.stdout)
        _print(self.err, sys.stderr, RED)

    def log_run_done(self, lvl: int) -> None:
        """Log how it ended.

        :param lvl: a level of :mod:`logging`
        """
        known = ", ".join(f"{key}={value}" for key, value in self.metadata.items())
        _LOGGER.log(
            lvl,
            "exit %s (%.2f seconds) %s> %s%s",
            self.exit_code,
            self.elapsed,
            self.request.cwd,
            self.request.shell_cmd_redacted,
            f" {known}" if known else "",
        )


class Screen(NamedTuple):
    """Where a command was to print to."""

    out: Any
    """text stream for its output"""
    err: Any
    """text stream for its errors"""
    color: str | None
    """escape sequence of the colour of errors; None when there is to be no colour"""


class LazyOutcome(Outcome):
    """An outcome that reads what was printed when asked for it."""

    def __init__(
        self,
        status: _Status,
        request: ExecuteRequest,
        show: bool,
        times: tuple[float, float],
        cmd: Sequence[str],
        streams: tuple[SyncWrite, SyncWrite],
        screen: Screen,
    ) -> None:
        start, end = times
        super().__init__(request, show, status.exit_code, "", "", start, end, cmd, status.metadata, status.start_error)
        self._streams = streams
        self._screen = screen

    @property
    def out(self) -> str:
        return self._streams[0].text

    @property
    def err(self) -> str:
        return self._streams[1].text

    def tail(self, most: int) -> tuple[str, str]:
        out, err = (stream.since(max(stream.size - most, 0)) for stream in self._streams)
        return out.decode("utf-8", errors="replace"), err.decode("utf-8", errors="replace")

    def copy_output(self, target: IO[bytes], between: bytes) -> None:
        out, err = self._streams
        out.copy_to(target)
        if err.size:
            target.write(between)
            err.copy_to(target)

    def _show(self) -> None:
        """Print what was printed, where it was to be shown, which may be kept back as that of its environment."""
        out, err, color = self._screen
        _print(self.out, out)
        _print(self.err, err, color)


def _print(text: str, stream: Any, color: str | None = None) -> None:
    """Print what ends with a line, whether it does already or not."""
    if text:
        # a screen takes no surrogates
        text = text.encode(errors=_UNDECODED).decode(errors="replace")
        colored = text if color is None else f"{color}{text}{DEFAULT_COLOR}"
        stream.write(colored + ("" if text.endswith("\n") else "\n"))
        stream.flush()
