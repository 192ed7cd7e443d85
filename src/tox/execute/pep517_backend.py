"""A build backend that is kept alive between the calls of its hooks.

The process is started by the first call and gets one line of input for each. What it prints meanwhile belongs to that
call. It says itself when it is done.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from threading import Lock
from typing import TYPE_CHECKING

from tox.execute.api import Execute, ExecuteInstance
from tox.execute.local_sub_process import LocalSubProcessExecuteInstance
from tox.execute.request import ExecuteRequest, StdinSource
from tox.execute.stream import SyncWrite

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType

    from tox.execute.api import ExecuteOptions, ExecuteStatus

__all__ = ["LocalSubProcessPep517Executor"]

#: what the process prints once it can take a call
_STARTED = b"started backend"
#: seconds between two looks whether it has started
_POLL_SECONDS = 0.005
#: seconds a backend gets to end after it was told so
_EXIT_SECONDS = 5.0


class LocalSubProcessPep517Executor(Execute):
    """Runs calls of hooks in one process.

    :param cmd: starts the backend
    :param env: its variables
    :param cwd: folder it runs in
    """

    def __init__(self, colored: bool, cmd: Sequence[str], env: dict[str, str], cwd: Path) -> None:
        super().__init__(colored)
        self.cmd = cmd
        self.env = env
        self.cwd = cwd
        self.pass_fds: tuple[int, ...] = ()  #: descriptors the process inherits, those of the lock it works under
        self._stack = ExitStack()
        self._starting = Lock()
        self._running: tuple[LocalSubProcessExecuteInstance, ExecuteStatus] | None = None

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._running is not None and self._running[1].exit_code is None

    def build_instance(
        self, request: ExecuteRequest, options: ExecuteOptions, out: SyncWrite, err: SyncWrite
    ) -> ExecuteInstance:
        """Make what runs one call of a hook."""
        return _Call(self, request, options, out, err)

    def local_execute(self, options: ExecuteOptions) -> tuple[LocalSubProcessExecuteInstance, ExecuteStatus]:
        """Give the process; start it and wait until it can take a call when there is none.

        A process that ended by itself is not replaced: whoever waits for an answer has to learn of it. After
        :meth:`close` there is a new one.

        :param options: on how it is stopped
        """
        with self._starting:
            if self._running is None:
                self._running = self._start(options)
            return self._running

    def close(self) -> None:
        """End the process: its input ends, so it does when it waits for a call; else it is stopped after some seconds.

        Once it has ended, the next call starts another one.
        """
        running, self._running = self._running, None
        if running is None:
            return
        stack, self._stack = self._stack, ExitStack()
        with stack:
            running[0].close_stdin()
            running[1].wait(_EXIT_SECONDS)

    def _start(self, options: ExecuteOptions) -> tuple[LocalSubProcessExecuteInstance, ExecuteStatus]:
        request = ExecuteRequest(
            self.cmd, self.cwd, self.env, StdinSource.API, "pep517", capture=True, pass_fds=self.pass_fds
        )
        out, err = SyncWrite("pep517-out", None), SyncWrite("pep517-err", None)
        instance = LocalSubProcessExecuteInstance(request, options, out, err, on_exit_drain=False)
        with ExitStack() as stack:
            status = stack.enter_context(instance)
            while status.exit_code is None and _STARTED not in out.content:
                time.sleep(_POLL_SECONDS)
            self._stack = stack.pop_all()
        return instance, status


class _Call(ExecuteInstance):
    """One call of a hook: has the output of the process while it lasts."""

    def __init__(
        self,
        executor: LocalSubProcessPep517Executor,
        request: ExecuteRequest,
        options: ExecuteOptions,
        out: SyncWrite,
        err: SyncWrite,
    ) -> None:
        super().__init__(request, options, out, err)
        self._executor = executor
        self._before: tuple[SyncWrite, SyncWrite] | None = None
        self._process: LocalSubProcessExecuteInstance | None = None

    @property
    def cmd(self) -> Sequence[str]:
        """What started the process, its program as it was found."""
        return self._executor.cmd if self._process is None else self._process.cmd

    def __enter__(self) -> ExecuteStatus:
        self._process, status = self._executor.local_execute(self.options)
        self._before = self._process.set_out_err(self._out, self._err)
        for earlier, ours in zip(self._before, (self._out, self._err), strict=True):
            if earlier.name.startswith("pep517-") and earlier.content:  # what it printed to start belongs to us
                ours.handler(bytes(earlier.content))
                earlier.content.clear()
        return status

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        if self._process is not None and self._before is not None:
            self._process.set_out_err(*self._before)
