"""Running a command: who runs it, how it goes, how it went."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Protocol, cast

from tox._historical import elsewhere
from tox.execute._outcome import LazyOutcome, Outcome, Screen
from tox.execute.request import ExecuteRequest, StdinSource
from tox.execute.stream import SyncWrite
from tox.util.typing_compat import is_class

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import TextIOWrapper
    from types import TracebackType

    from tox.execute._limit import Limit
    from tox.util.json_types import JsonValue

__all__ = [
    "ContentHandler",
    "Execute",
    "ExecuteInstance",
    "ExecuteOptions",
    "ExecuteStatus",
    "FinishedExecuteStatus",
    "Outcome",
    "StdinSource",
]

#: takes bytes a process printed, returns how many
ContentHandler = Callable[[bytes], int]
#: runs a request with handlers for its output and its errors, returns its exit code
Executor = Callable[[ExecuteRequest, ContentHandler, ContentHandler], int]


class _Settings(Protocol):
    """What is asked of the settings of an environment."""

    def __getitem__(self, item: str) -> Any: ...

    def add_config(self, keys: Any, of_type: Any, default: Any, desc: str) -> Any: ...


class _Environment(Protocol):
    """What is asked of an environment that runs commands."""

    @property
    def conf(self) -> _Settings: ...

    @property
    def options(self) -> Any: ...  # an argparse namespace


class ExecuteOptions:
    """Settings of an environment on how its commands run and end.

    :param env: the environment
    """

    def __init__(self, env: _Environment) -> None:
        self._env = env

    @classmethod
    def register_conf(cls, env: _Environment) -> None:
        """Declare the settings.

        :param env: the environment that gets them
        """
        for key, seconds, desc in (
            ("suicide_timeout", 0.0, "seconds a process gets to end by itself when the run is interrupted"),
            ("interrupt_timeout", 0.3, "seconds to wait after the interrupt signal before asking it to terminate"),
            ("terminate_timeout", 0.2, "seconds to wait after the terminate signal before the process is killed"),
        ):
            env.conf.add_config(keys=[key], of_type=float, default=seconds, desc=desc)

    @property
    def no_capture(self) -> bool:
        """Whether commands write straight to the terminal of the user."""
        return bool(getattr(self._env.options, "no_capture", False))

    @property
    def suicide_timeout(self) -> float:
        """Seconds a process gets to end by itself before it is interrupted."""
        return self._seconds("suicide_timeout")

    @property
    def interrupt_timeout(self) -> float:
        """Seconds between the interrupt and the terminate signal."""
        return self._seconds("interrupt_timeout")

    @property
    def terminate_timeout(self) -> float:
        """Seconds between the terminate and the kill signal."""
        return self._seconds("terminate_timeout")

    def _seconds(self, key: str) -> float:
        return float(self._env.conf[key])


class Execute(ABC):
    """A way to run commands.

    :param colored: whether escape sequences for colours may be printed
    """

    #: makes the options of a run from the environment; a way with more settings names its own class here
    _option_class: Callable[[Any], ExecuteOptions] = ExecuteOptions

    def __init__(self, colored: bool) -> None:
        self._colored = colored

    @contextmanager
    def call(
        self,
        request: ExecuteRequest,
        show: bool,
        out_err: tuple[TextIOWrapper, TextIOWrapper],
        env: _Environment,
    ) -> Iterator[ExecuteStatus]:
        """Run a command; it has ended when the block is left, and how it went is in ``outcome`` of the status.

        :param show: whether to show its output while it runs
        :param out_err: where to show it
        :param env: the environment it runs in
        """
        out_target, err_target = _shown_on(out_err) if show else (None, None)
        color = _named_color(getattr(env.options, "stderr_color", None)) if self._colored else None
        with SyncWrite("out", out_target) as out, SyncWrite("err", err_target, color) as err:
            instance = self.build_instance(request, self._options(env), out, err)
            start = time.monotonic()
            with instance as status:
                yield status
            times, screen = (start, time.monotonic()), Screen(*out_err, color)
            status.outcome = LazyOutcome(status, request, show, times, instance.cmd, (out, err), screen)

    @classmethod
    def _options(cls, env: _Environment) -> ExecuteOptions:
        return cls._option_class(env)

    @abstractmethod
    def build_instance(
        self, request: ExecuteRequest, options: ExecuteOptions, out: SyncWrite, err: SyncWrite
    ) -> ExecuteInstance:
        """Make what runs one command.

        :param options: on how it ends
        :param out: takes its output
        :param err: takes its errors
        """
        raise NotImplementedError

    @classmethod
    def register_conf(cls, env: _Environment) -> None:
        """Declare the settings of this way on an environment."""
        option_class = cls._option_class
        if is_class(option_class) and issubclass(option_class, ExecuteOptions):
            option_class.register_conf(env)


class ExecuteInstance(ABC):
    """The running of one command: entering starts it, leaving ends it.

    :param request: the command
    :param options: on how it ends
    :param out: takes its output
    :param err: takes its errors
    """

    def __init__(self, request: ExecuteRequest, options: ExecuteOptions, out: SyncWrite, err: SyncWrite) -> None:
        self.request = request
        self.options = options
        self._out = out
        self._err = err

    @property
    def out_handler(self) -> ContentHandler:
        """Takes bytes of its output."""
        return self._out.handler

    @property
    def err_handler(self) -> ContentHandler:
        """Takes bytes of its errors."""
        return self._err.handler

    @abstractmethod
    def __enter__(self) -> ExecuteStatus:
        raise NotImplementedError

    @abstractmethod
    def __exit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        raise NotImplementedError

    @property
    @abstractmethod
    def cmd(self) -> Sequence[str]:
        """Program and arguments that really run.

        :raises Fail: if the program may not run
        """
        raise NotImplementedError


class ExecuteStatus(ABC):
    """How a command goes.

    :param options: on how it ends
    :param out: has its output
    :param err: has its errors
    """

    #: the limit it ran into, for which it was stopped; None as long as it did not
    exceeded: Limit | None = None

    def __init__(self, options: ExecuteOptions, out: SyncWrite, err: SyncWrite) -> None:
        self.options = options
        self.outcome: Outcome | None = None  #: how it went, once it has ended and its context was left
        self._out = out
        self._err = err

    @property
    @abstractmethod
    def exit_code(self) -> int | None:
        """How it ended; ``None`` while it runs, on POSIX negative when a signal ended it."""
        raise NotImplementedError

    @abstractmethod
    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until it ends.

        :param timeout: at most so many seconds
        :returns: the exit code, ``None`` when it still runs
        """
        raise NotImplementedError

    @abstractmethod
    def write_stdin(self, content: str) -> None:
        """Give it input; allowed when its input comes from our code."""
        raise NotImplementedError

    @abstractmethod
    def interrupt(self) -> None:
        """Stop it: politely first, for good in the end; it has ended when this returns."""
        raise NotImplementedError

    def time_out(self, limit: Limit) -> None:
        """Stop it because its time is over, as :meth:`interrupt` does; it has ended when this returns.

        :param limit: what it ran into; nothing happens to a command that has ended just in time
        """
        if self.exit_code is None:
            self.exceeded = limit
            self.interrupt()

    def kill(self) -> None:
        """Stop it for good, at once."""
        self.interrupt()

    def set_out_err(self, out: SyncWrite, err: SyncWrite) -> tuple[SyncWrite, SyncWrite]:
        """Have others take output and errors from now on.

        :returns: those who took them before
        """
        previous = self._out, self._err
        self._out, self._err = out, err
        return previous

    @property
    def out(self) -> bytearray:
        """Its output so far."""
        return self._out.content

    @property
    def err(self) -> bytearray:
        """Its errors so far."""
        return self._err.content

    @property
    def metadata(self) -> dict[str, JsonValue]:
        """What else is known, such as the ``pid``; may be empty."""
        return {}

    @property
    def start_error(self) -> BaseException | None:
        """Why it could not be started; ``None`` when it could."""
        return None

    def streams(self) -> tuple[SyncWrite, SyncWrite]:
        """Give those who take output and errors."""
        return self._out, self._err


class FinishedExecuteStatus(ExecuteStatus):
    """A command that has ended, or never started.

    :param exit_code: how it ended
    """

    def __init__(self, options: ExecuteOptions, out: SyncWrite, err: SyncWrite, exit_code: int | None) -> None:
        super().__init__(options, out, err)
        self._exit_code = exit_code

    @property
    def exit_code(self) -> int | None:
        """How it ended."""
        return self._exit_code

    def wait(self, timeout: float | None = None) -> int | None:
        """Give the exit code at once."""
        return self._exit_code

    def write_stdin(self, content: str) -> None:
        """Ignore the input, nobody would read it."""

    def interrupt(self) -> None:
        """Do nothing: it has ended."""


def _shown_on(out_err: tuple[TextIOWrapper, TextIOWrapper]) -> tuple[IO[bytes], IO[bytes]]:
    """Give the byte streams below a pair of text streams, which must have written all they had."""
    for stream in out_err:
        stream.flush()
    return cast("IO[bytes]", out_err[0].buffer), cast("IO[bytes]", out_err[1].buffer)


def _named_color(name: str | None) -> str | None:
    """Look up an escape sequence; loads the table of names only when one is asked for."""
    if not name:
        return None
    from colorama import Fore

    color: str | None = getattr(Fore, name, None)
    return color or None


__getattr__ = elsewhere(__name__)
