"""Running commands in an environment, and what becomes of their output."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from tox.errors import Fail
from tox.execute.request import ExecuteRequest, StdinSource
from tox.tox_env import _records
from tox.tox_env._lock import claims
from tox.util._here import current_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from io import BytesIO, TextIOWrapper
    from pathlib import Path

    from tox.config.cli.parser import Parsed
    from tox.config.sets import CoreConfigSet, EnvConfigSet
    from tox.execute._limit import Limit
    from tox.execute.api import Execute, ExecuteStatus, Outcome
    from tox.journal.env import EnvJournal
    from tox.report import OutErr, ToxHandler
    from tox.tox_env._hold import Hold
    from tox.tox_env._lock import EnvLock, TreeLocks

__all__ = ["RunsCommands"]

#: commands that are repeated by every setup, or precede a new one
_OF_USERS = ("extra_setup_commands", "recreate_commands", "freeze", "install_")
#: commands that only look at an environment, though its setup runs them
_LOOKING_RUN_IDS = frozenset({"freeze"})


class RunsCommands:
    """The half of an environment that runs commands; what it needs of the other half is declared here."""

    lock: EnvLock
    trees: TreeLocks
    conf: EnvConfigSet
    core: CoreConfigSet
    options: Parsed
    observers: list[Any]
    journal: EnvJournal
    log_handler: ToxHandler
    _hold: Hold

    if TYPE_CHECKING:

        @property
        def name(self) -> str: ...
        @property
        def env_log_dir(self) -> Path: ...
        @property
        def environment_variables(self) -> dict[str, str]: ...
        @property
        def executor(self) -> Execute: ...
        @property
        def _allow_externals(self) -> list[str]: ...

    def __init__(self) -> None:
        self._hidden_out_err: OutErr | None = None
        # a package environment prints for several run environments, each in a thread of its own
        self._output_lock = threading.Lock()
        self._output_users = 0
        self._statuses: dict[int, ExecuteStatus] = {}
        self._interrupted = False
        self._run_after_interrupt = False
        self._forced = False

    def execute(
        self,
        cmd: Sequence[Path | str],
        stdin: StdinSource,
        show: bool | None = None,
        cwd: Path | None = None,
        run_id: str = "",
        executor: Execute | None = None,
        *,
        capture: bool = False,
        limit: Limit | None = None,
    ) -> Outcome:
        """Run a command in the environment and wait for its end.

        :param cmd: program and arguments
        :param stdin: what the command reads from
        :param show: whether to print its output; by default when debugging
        :param cwd: folder to start in; by default the root of the project
        :param run_id: what the command is known as in messages and logs
        :param executor: instead of that of the environment
        :param capture: keep the output for the caller, whatever the user asked for
        :param limit: by when it has to have ended; it is stopped then, and so is what it has started
        :returns: how it ended, also when it could not be started
        """
        own_group = limit is not None and stdin is not StdinSource.USER
        with self.execute_async(
            cmd, stdin, show, cwd, run_id, executor, capture=capture, own_group=own_group
        ) as status:
            while status.wait(None if limit is None else limit.left) is None:
                if limit is not None and not limit.left:
                    logging.error("%s ran into %s, which ends it", run_id, limit)
                    status.time_out(limit)
        outcome = status.outcome
        if outcome is None:
            raise RuntimeError(f"the executor told no outcome of {run_id or cmd}")
        return outcome

    @contextmanager
    def execute_async(
        self,
        cmd: Sequence[Path | str],
        stdin: StdinSource,
        show: bool | None = None,
        cwd: Path | None = None,
        run_id: str = "",
        executor: Execute | None = None,
        *,
        capture: bool = False,
        own_group: bool = False,
    ) -> Iterator[ExecuteStatus]:
        """Run a command in the environment while the block runs; see :meth:`execute` for the other parameters.

        :param own_group: whether what it starts is to be stopped with it; it must not read from a terminal then
        :returns: a context with the running command, whose ``outcome`` is known after the block
        """
        if self._interrupted and (self._forced or not self._run_after_interrupt):
            raise SystemExit(-2)
        changes = self._changes_environment(run_id)
        if changes:
            self._hold.begin_change(f"run {run_id}")
        request = ExecuteRequest(
            cmd,
            cast("Path", self.core["tox_root"]) if cwd is None else cwd,
            {**self.environment_variables, **claims()},
            stdin,
            run_id,
            allow=self._allow_externals,
            capture=capture,
            # the lock outlives us as long as the child does: what it runs in must not change meanwhile
            pass_fds=(*self.lock.descriptors, *self.trees.descriptors),
            own_group=own_group,
        )
        _refuse_null_bytes(request)
        # what setup runs is shown only when debugging, and goes where messages go
        stdout = self.log_handler.stdout if show is not None else self.log_handler.messages
        show = self.options.verbosity > 3 if show is None else show
        started_in = "" if str(request.cwd) == current_folder() else f" {request.cwd}"
        logging.getLogger().warning("%s%s> %s", run_id, started_in, request.shell_cmd_redacted)
        for observer in self.observers:
            observer.command_started(self, request)
        out_err = stdout, self.log_handler.stderr
        with self._execute_call(executor or self.executor, out_err, request, show) as status:
            self._statuses[id(status)] = status
            self._stop_if_interrupted_meanwhile(status)
            try:
                yield status
            finally:
                self._statuses.pop(id(status), None)
        self._command_finished(request, status)

    def _stop_if_interrupted_meanwhile(self, status: ExecuteStatus) -> None:
        """Stop a command that started while the environment was interrupted, when nobody could know of it yet."""
        if self._forced:
            status.kill()
        elif self._interrupted and not self._run_after_interrupt:
            status.interrupt()

    def _command_finished(self, request: ExecuteRequest, status: ExecuteStatus) -> None:
        if status.exit_code and self._hold.looking and not request.run_id.startswith(_OF_USERS):
            self._hold.mark_broken()
        if status.outcome is not None:
            status.outcome.exceeded = status.exceeded
            self.journal.add_execute(status.outcome, request.run_id)
            for observer in self.observers:
                observer.command_finished(self, status.outcome)
        self._log_execute(request, status)

    def _changes_environment(self, run_id: str) -> bool:
        """Tell whether a command is taken to change the environment: all that setup runs, save a few known ones."""
        return self._hold.looking and run_id not in _LOOKING_RUN_IDS

    @contextmanager
    def _execute_call(
        self, executor: Execute, out_err: OutErr, request: ExecuteRequest, show: bool
    ) -> Iterator[ExecuteStatus]:
        """Start a command; test suites of plugins replace this method to pretend one."""
        with executor.call(request=request, show=show, out_err=out_err, env=self) as status:
            yield status

    def _log_execute(self, request: ExecuteRequest, status: ExecuteStatus) -> None:
        """Write the log file of a command; that it cannot be written is no reason to fail.

        Where this process does not hold the lock, as when it ends the backend of a package environment, there is none:
        another one may be removing the folder.
        """
        if not self.lock.held:
            return
        try:
            log_file = _records.claim_log(self.env_log_dir, request.run_id)
            self._write_execute_log(self.name, log_file, request, status)
        except OSError as error:
            logging.warning("could not write the log of %s: %s", request.run_id, error)

    @staticmethod
    def _write_execute_log(env_name: str, log_file: Path, request: ExecuteRequest, status: ExecuteStatus) -> None:
        """Write one log file: the request, how it ended, what it printed."""
        _records.write_log(env_name, log_file, request, status)

    @property
    def is_interrupted(self) -> bool:
        """Whether somebody wants the environment to end before its time."""
        return self._interrupted

    def interrupt(self) -> None:
        """Stop the running commands and the waits for the lock, and start no more; called from another thread."""
        logging.warning("interrupt tox environment: %s", self.conf.name)
        self._interrupted = True
        self.lock.cancel()
        self.trees.cancel()
        for status in list(self._statuses.values()):
            status.interrupt()

    def kill(self) -> None:
        """End the running commands for good and start none, not even those after an interrupt; from another thread."""
        self._interrupted, self._forced = True, True
        for status in list(self._statuses.values()):
            status.kill()

    @contextmanager
    def allow_post_commands_after_interrupt(self, enabled: bool) -> Iterator[None]:
        """Start commands within the block although the environment was interrupted.

        :param enabled: with ``False`` nothing changes
        """
        before, self._run_after_interrupt = self._run_after_interrupt, enabled or self._run_after_interrupt
        try:
            yield
        finally:
            self._run_after_interrupt = before

    # -- output -------------------------------------------------------------------------------------------------------

    @contextmanager
    def display_context(self, suspend: bool) -> Iterator[None]:
        """Lead messages by the name of this environment within the block.

        :param suspend: keep what is printed for :meth:`close_and_read_out_err`
        """
        with self._log_context():
            if not suspend:
                yield
                return
            with self._output_lock:
                self._output_users += 1
                with self.log_handler.suspend_out_err(True, self._hidden_out_err) as out_err:
                    self._hidden_out_err = out_err
            try:
                with self.log_handler.suspend_out_err(True, out_err):
                    yield
            finally:
                with self._output_lock:
                    self._output_users -= 1

    def close_and_read_out_err(self) -> tuple[bytes, bytes] | None:
        """Return what was printed while suspended, once.

        :returns: standard output and standard error; None when output was not suspended since the last call
        """
        with self._output_lock:
            if self._hidden_out_err is None:
                return None
            pair = self._hidden_out_err
            in_use = self._output_users > 0
            out, err = (_take(stream) for stream in pair)
            if not in_use:
                self._hidden_out_err = None
                for stream in pair:
                    stream.close()
            return out, err

    @property
    def _has_display_suspended(self) -> bool:
        """Whether output is kept back at the moment."""
        return self._hidden_out_err is not None

    @contextmanager
    def _log_context(self) -> Iterator[None]:
        with self.log_handler.with_context(self.conf.name):
            yield


def _take(stream: TextIOWrapper) -> bytes:
    """Return what a stream in memory holds, and empty it."""
    stream.flush()
    buffer = cast("BytesIO", stream.buffer)
    content = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return content


def _refuse_null_bytes(request: ExecuteRequest) -> None:
    """Refuse what no system can hand to a process.

    :raises Fail: if a word of the command, or a variable, holds a null byte, as only TOML can write it
    """
    variables = (name for name, value in request.env.items() if "\0" in value)
    held = "a word of it" if any("\0" in word for word in request.cmd) else next(variables, "")
    if held:
        raise Fail(f"{request.run_id} cannot be started, as {held} holds a null byte")
