"""Run commands as processes of this machine."""

from __future__ import annotations

import logging
import sys
from contextlib import ExitStack, closing, suppress
from subprocess import DEVNULL, PIPE, Popen
from threading import Lock, current_thread, main_thread
from typing import TYPE_CHECKING, Any

from tox._historical import elsewhere
from tox.errors import Fail
from tox.execute._reach import BY_CONSOLE, Alone, Family, Group
from tox.execute._stop import SIG_INTERRUPT, patience, stop
from tox.execute.api import Execute, ExecuteInstance, ExecuteOptions, ExecuteStatus, FinishedExecuteStatus
from tox.execute.local_sub_process import _launch
from tox.execute.local_sub_process._job import SUSPENDED, end_with_us
from tox.execute.local_sub_process._patience import wait_interruptibly
from tox.execute.local_sub_process._pty import stream_file_no
from tox.execute.local_sub_process._size import size_variables
from tox.execute.request import ExecuteRequest, StdinSource

if sys.platform == "win32":  # pragma: win32 cover
    from tox.execute.local_sub_process.read_via_thread_windows import ReadViaThreadWindows as ReadViaThread
else:
    from tox.execute.local_sub_process.read_via_thread_unix import ReadViaThreadUnix as ReadViaThread

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from types import TracebackType

    from tox.execute._limit import Limit
    from tox.execute.stream import SyncWrite
    from tox.util.json_types import JsonValue

__all__ = [
    "SIG_INTERRUPT",
    "LocalSubProcessExecuteInstance",
    "LocalSubProcessExecutor",
    "LocalSubprocessExecuteFailedStatus",
    "LocalSubprocessExecuteStatus",
]

IS_WIN = sys.platform == "win32"
_LOGGER = logging.getLogger(__name__)


class LocalSubprocessExecuteStatus(ExecuteStatus):
    """How a process goes.

    :param process: the process
    :param leads_group: whether what it has started is stopped with it
    """

    def __init__(
        self,
        options: ExecuteOptions,
        out: SyncWrite,
        err: SyncWrite,
        process: Popen[bytes],
        *,
        leads_group: bool = False,
    ) -> None:
        super().__init__(options, out, err)
        self._process = process
        self._reach = Group(process) if leads_group else Alone(process)
        self._stopping = Lock()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(pid={self._process.pid}, exit_code={self.exit_code!r})"

    @property
    def exit_code(self) -> int | None:
        """How it ended; ``None`` while it runs, negative when a signal ended it on POSIX."""
        return self._process.poll()

    @property
    def metadata(self) -> dict[str, JsonValue]:
        """The ``pid``, once there is one."""
        return {"pid": self._process.pid} if self._process.pid else {}

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until it ends.

        :param timeout: at most so many seconds
        :returns: the exit code, ``None`` when it still runs
        """
        if timeout is not None:
            wait_interruptibly(self._process, timeout)
            return self._process.poll()
        if current_thread() is main_thread():
            wait_interruptibly(self._process)
        return self._process.wait()

    def write_stdin(self, content: str) -> None:
        """Give it input; when it has ended, the input is lost.

        :param content: sent as UTF-8
        """
        stdin = self._process.stdin
        if stdin is None or self._process.poll() is not None:
            return
        self._write_stdin_bytes(stdin, content.encode())

    @staticmethod
    def _write_stdin_bytes(stdin: Any, bytes_content: bytes) -> None:
        with suppress(OSError, ValueError):  # it ended meanwhile, which its exit code tells
            stdin.write(bytes_content)
            stdin.flush()

    def interrupt(self) -> None:
        """Stop it: let it end, interrupt, terminate, kill; it has ended when this returns."""
        with self._stopping:  # who comes second waits for the first one's success
            if self._process.poll() is None:
                stop(self._process, patience(self.options), self._reach)

    def time_out(self, limit: Limit) -> None:
        """Stop it because its time is over: interrupt, terminate, kill; it has ended when this returns."""
        with self._stopping:
            if self._process.poll() is None:
                self.exceeded = limit
                # nobody has told it to end by itself, so it need not be given time for that
                seconds = patience(self.options)._replace(suicide=0.0)
                if SIG_INTERRUPT in BY_CONSOLE:  # which has not sent any
                    seconds = seconds._replace(interrupt=0.0)
                # without a group of its own, what it has started can only be found by who started whom
                stop(self._process, seconds, Family(self._process) if type(self._reach) is Alone else self._reach)

    def kill(self) -> None:
        """Stop it for good, at once, also while it is being stopped more politely."""
        if self._process.poll() is None:
            self._reach.kill()


class LocalSubprocessExecuteFailedStatus(FinishedExecuteStatus):
    """A process that could not be started.

    :param start_error: why; its number is the exit code
    """

    def __init__(self, options: ExecuteOptions, out: SyncWrite, err: SyncWrite, start_error: OSError) -> None:
        super().__init__(options, out, err, start_error.errno or 1)
        self._start_error = start_error

    @property
    def start_error(self) -> OSError:
        """Why it could not be started."""
        return self._start_error


class LocalSubProcessExecuteInstance(ExecuteInstance):
    """Runs one command as a process; leaving the context stops it if it still runs.

    :param on_exit_drain: whether output that was not read yet is read when the context is left
    """

    def __init__(
        self,
        request: ExecuteRequest,
        options: ExecuteOptions,
        out: SyncWrite,
        err: SyncWrite,
        on_exit_drain: bool = True,
    ) -> None:
        super().__init__(request, options, out, err)
        self.process: Popen[bytes] | None = None
        self._cmd: list[str] | None = None
        self._start_error: OSError | None = None  # known before the system is asked
        self._on_exit_drain = on_exit_drain
        self._stack = ExitStack()
        self._status: ExecuteStatus | None = None
        self._sinks = {"stdout": _Sink(out), "stderr": _Sink(err)}

    @property
    def cmd(self) -> Sequence[str]:
        """Program, as the absolute path found, and arguments.

        :raises Fail: if the program is found but may not run
        """
        if self._cmd is None:
            base = self.request.cmd[0]
            target, path = self._search_target(base)
            executable = _launch.find(target, path, self.request.cwd)
            if executable is None:
                self._cmd = self.request.cmd  # the system's own words on why it cannot be started are the best
                self._start_error = _launch.start_error(base)
            else:
                self._check_allowed(base, executable)
                self._cmd = [*self._executable_cmd(executable), *self.request.cmd[1:]]
        return self._cmd

    def _search_target(self, base: str) -> tuple[str, str]:
        return _launch.search_target(base, self.request.cwd, self.request.env)

    def _check_allowed(self, base: str, executable: str) -> None:
        _launch.check_allowed(base, executable, self.request.allow)

    def _executable_cmd(self, executable: str) -> list[str]:
        return _launch.interpreter_for(executable, self.request.env)

    def __enter__(self) -> ExecuteStatus:
        cmd = _launch.command_line(list(self.cmd))
        with ExitStack() as stack:  # closes what was opened when something goes wrong
            status = self._start(cmd, stack)
            self._stack = stack.pop_all()
        self._status = status
        return status

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        with self._stack:
            if self._status is not None and self.process is not None and self.process.poll() is None:
                self._status.interrupt()

    def _start(self, cmd: list[str] | str, stack: ExitStack) -> ExecuteStatus:
        if self._start_error is not None:
            return self._failed(self._start_error)
        captured = self.request.capture or not self.options.no_capture
        streams = {key: stack.enter_context(closing(self.get_stream_file_no(key))) for key in _keys(captured)}
        files = {key: next(stream) for key, stream in streams.items()}
        # on Windows no child can inherit the lock, see there
        ends_with_us = IS_WIN and bool(self.request.pass_fds)
        try:
            process = Popen(
                cmd,
                stdout=files.get("stdout"),
                stderr=files.get("stderr"),
                stdin=_stdin(self.request.stdin),
                cwd=str(self.request.cwd),
                env={**size_variables(), **self.request.env},
                creationflags=SUSPENDED if ends_with_us else 0,
                pass_fds=() if IS_WIN else self.request.pass_fds,
                **_group_arguments(self.request),
            )
            if ends_with_us:  # pragma: win32 cover
                end_with_us(process)
        except OSError as error:
            return self._failed(error)
        except UnicodeEncodeError as error:
            lacking = ascii(error.object[error.start : error.end])
            raise Fail(f"a command, or a variable of it, holds {lacking}, which the locale cannot pass on") from error
        self.process = process
        if process.stdin is not None:
            stack.callback(_close_quietly, process.stdin)
        self._read({key: stream.send(process) for key, stream in streams.items()}, process.pid, stack)
        return LocalSubprocessExecuteStatus(
            self.options, self._out, self._err, process, leads_group=self.request.own_group
        )

    def _failed(self, error: OSError) -> ExecuteStatus:
        _LOGGER.error("Exception running subprocess %s", error)
        return LocalSubprocessExecuteFailedStatus(self.options, self._out, self._err, error)

    def _read(self, files: dict[str, int], pid: int, stack: ExitStack) -> None:
        """Start reading the streams of the process, until the stack unwinds.

        :param files: for each stream the descriptor to read from
        """
        if not files:
            return
        drain = self._on_exit_drain
        if sys.platform == "win32":  # pragma: win32 cover
            for key, file_no in files.items():
                reader = ReadViaThread(file_no, self._sinks[key].handler, f"tox-{key}-{pid}", drain)
                reader.settle(self._sinks[key])
                stack.callback(self._sinks[key].flush)
                stack.enter_context(reader)
        else:
            (first, file_no), *rest = files.items()
            reader = ReadViaThread(file_no, self._sinks[first].handler, f"tox-output-{pid}", drain)
            for key, other in rest:
                reader.also(other, self._sinks[key].handler)
            reader.settle(*(self._sinks[key] for key in files))
            stack.enter_context(reader)

    def set_out_err(self, out: SyncWrite, err: SyncWrite) -> tuple[SyncWrite, SyncWrite]:
        """Have others take output and errors from now on.

        :returns: those who took them before
        """
        previous = self._out, self._err
        self._out, self._err = out, err
        self._sinks["stdout"].stream, self._sinks["stderr"].stream = out, err
        if self._status is not None:
            self._status.set_out_err(out, err)
        return previous

    def close_stdin(self) -> None:
        """Tell the process that no more input comes."""
        if self.process is not None and self.process.stdin is not None:
            _close_quietly(self.process.stdin)

    @staticmethod
    def get_stream_file_no(key: str) -> Generator[int, Popen[bytes], None]:
        """Prepare a stream of a process: yields what to start it with, takes the process, yields what to read from.

        :param key: ``stdout`` or ``stderr``
        """
        return stream_file_no(key)


class LocalSubProcessExecutor(Execute):
    """Runs commands as processes of this machine."""

    def build_instance(
        self, request: ExecuteRequest, options: ExecuteOptions, out: SyncWrite, err: SyncWrite
    ) -> ExecuteInstance:
        """Make what runs one command as a process."""
        return LocalSubProcessExecuteInstance(request, options, out, err)


class _Sink:
    """Passes on to a stream that may be changed while a process runs."""

    def __init__(self, stream: SyncWrite) -> None:
        self.stream = stream

    @property
    def REFRESH_RATE(self) -> float:  # noqa: N802 - as the stream calls it
        return self.stream.REFRESH_RATE

    @property
    def waiting(self) -> bool:
        return self.stream.waiting

    def handler(self, content: bytes) -> int:
        return self.stream.handler(content)

    def flush(self) -> None:
        self.stream.flush()


def _keys(captured: bool) -> tuple[str, ...]:
    return ("stdout", "stderr") if captured else ()


def _group_arguments(request: ExecuteRequest) -> dict[str, Any]:
    """Give what makes a process lead a group; on Windows Ctrl-C would not reach one that does, and what it starts."""
    if IS_WIN or not request.own_group:
        return {}
    return {"process_group": 0} if sys.version_info >= (3, 11) else {"start_new_session": True}


def _stdin(source: StdinSource) -> int | None:
    return {StdinSource.OFF: DEVNULL, StdinSource.USER: None, StdinSource.API: PIPE}[source]


def _close_quietly(stream: Any) -> None:
    with suppress(OSError):  # what was not written yet has nobody left to read it
        stream.close()


#: names that plugins may know from here
__getattr__ = elsewhere(__name__)
