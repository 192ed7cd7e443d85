"""Running the chosen environments: what may start, who does it, what is told."""

from __future__ import annotations

import logging
import os
import signal
import time
from typing import TYPE_CHECKING, Any

from tox._historical import elsewhere
from tox.errors import HandledError, Terminated
from tox.journal import write_journal
from tox.session._misspelt import warn
from tox.session.cmd.run import _schedule
from tox.session.cmd.run._flags import InstallPackageAction, SkipMissingInterpreterAction, env_run_create_flags
from tox.session.cmd.run._observing import finish, observe
from tox.session.cmd.run._pool import Finished, Interrupted, Pool
from tox.session.cmd.run._redirect import redirect_to_best, refuse_in_its_place
from tox.session.cmd.run._summary import Progress, Verbosity, exit_code, print_lines, report, sign_of_life, unused_line
from tox.session.cmd.run.single import ToxEnvRunResult, run_one
from tox.util import _threads

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import TextIOWrapper

    from tox.config.types import EnvList
    from tox.journal._observer import Observer
    from tox.session.state import State
    from tox.tox_env.runner import RunToxEnv

__all__ = ["InstallPackageAction", "SkipMissingInterpreterAction", "env_run_create_flags", "execute", "run_order"]

_LOGGER = logging.getLogger(__name__)
_REFUSED = _INTERRUPTED = -2
_TERMINATED = 143
#: code of an environment that an interrupt kept from starting
_CANCELLED = -3
_CRASHED = 2
#: seconds of silence after which somebody who sees no spinner is told that we are alive
_SILENCE = 60.0


def execute(state: State, max_workers: int | None, has_spinner: bool, live: bool) -> int:
    """Run the chosen environments.

    :param max_workers: how many side by side; ``None`` for all
    :param has_spinner: whether to show which ones run, when the output is a terminal
    :param live: whether to show what they print at once; else it is shown for those that fail
    :returns: exit code
    :raises HandledError: if what is asked for cannot run, or the file for the record of the run is a folder
    """
    start = time.monotonic()
    names = _chosen(state)
    refuse_in_its_place(state)
    if getattr(state.conf.options, "explain", False):
        return _explain(state, names)
    _check_files(state)
    observers = observe(state, names)
    stream: TextIOWrapper = state.log_handler.stdout
    progress = Progress(
        enabled=has_spinner and stream.isatty() and os.environ.get("TERM") != "dumb",
        colored=state.conf.options.is_colored,
        stream=stream,
        total=len(names),
    )
    run = _Run(state, names, progress, live=live, workers=max_workers)
    refusal = 0
    try:
        with progress, state.log_handler.making_way(progress.paused):
            run.to_the_end()
    except HandledError as error:
        # the reason comes before what follows from it
        _LOGGER.error("%s| %s", type(error).__name__, error)  # noqa: TRY400
        refusal = _REFUSED
        run.tear_down()
    finally:
        code = _conclude(state, run, observers, time.monotonic() - start)
    return refusal or code


def _check_files(state: State) -> None:
    """Refuse folders for the files that a run ends with; an empty path is the current one."""
    for option in ("result_json", "junit_xml"):
        path = getattr(state.conf.options, option, None)
        place = "" if path is None else os.fspath(path) or "."
        if os.path.isdir(place):
            raise HandledError(f"the record of the run cannot be written to {place}, which is a folder")


def _chosen(state: State) -> list[str]:
    """Name the environments to run, in the order they were asked for; package environments learn of them.

    :raises HandledError: if what is asked for is not known, or cannot run
    """
    state.envs.ensure_only_run_env_is_active()
    names = list(state.envs.iter())
    if not names:
        for sentence in state.envs.unmatched():
            _LOGGER.error("%s", sentence)
    for name in names:
        _as_run_env(state, name).mark_active()
    warn(state)
    return names


def _explain(state: State, names: list[str]) -> int:
    """Tell what running would do to each environment, in running order; nothing is done.

    :returns: exit code, which tells whether there was anything to explain
    :raises HandledError: if environments depend on each other in a circle
    """
    from tox.session.cmd.run._explain import tell, tell_plugins

    if not names:
        _LOGGER.error("no environment is selected, so nothing would run")
        return 1
    tell_plugins(state)
    for name in _schedule.one_by_one(*run_order(state, names)):
        tell(state.log_handler, _as_run_env(state, name).explain(), colored=state.conf.options.is_colored)
    return 0


def run_order(state: State, to_run: list[str]) -> tuple[list[str], dict[str, set[str]]]:
    """Put environments in the order they run in.

    :param to_run: their names, in the order they were asked for
    :returns: the names, each after those it depends on; for each name those it has to wait for
    :raises HandledError: if some wait for each other
    """
    depends: dict[str, set[str]] = {}
    for name in to_run:
        patterns: EnvList = _as_run_env(state, name).conf["depends"]
        depends[name] = _schedule.depends_on(name, patterns.envs, to_run)
    return _schedule.order(depends), depends


class _Run:
    """One run: feeds the pool, listens to it, keeps the results."""

    def __init__(self, state: State, names: list[str], progress: Progress, *, live: bool, workers: int | None) -> None:
        self._state = state
        self._options: Any = state.conf.options
        self._progress = progress
        self._live = live
        # who sees the output of several environments on a terminal, or of one anywhere, is told enough
        self._is_silent = not progress.enabled and not (live and (workers == 1 or progress.stream.isatty()))
        self._pool: Pool[ToxEnvRunResult] = Pool(self._run_one, workers)
        self._started: dict[str, float] = {}
        #: those that may start, the one that has waited longest for a worker first
        self._queue: list[str] = []
        self._stopping = False
        self.names = names
        self.results: dict[str, ToxEnvRunResult] = {}
        self.interrupts: list[int] = []

    def to_the_end(self) -> None:
        """Run everything that may run; what was not started has no result.

        :raises HandledError: if nothing can run because of a circle, or a setting is wrong that counts at the end
        """
        order, depends = run_order(self._state, self.names)
        self._judge_flags()
        with self._pool.catching_signals():
            while True:
                self._start_what_can(order, depends)
                event = self._pool.wait(self._patience())
                if isinstance(event, Interrupted):
                    self._interrupted(event)
                elif isinstance(event, Finished):
                    self._finished(event, order, depends)
                elif self._pool.running:
                    self._tell_alive()
                else:
                    self._release_the_rest()
                    return

    def _judge_flags(self) -> None:
        """Refuse wrong values of what is asked when an environment has ended, before any is started."""
        for name in self.names:
            conf = _as_run_env(self._state, name).conf
            for key in ("ignore_outcome", "fail_fast"):
                conf[key]

    def _patience(self) -> float | None:
        """Tell how many seconds to wait for what happens next.

        When nothing runs any more, what has happened is heard all the same: SIGTERM may come with the last result, and
        whoever sent it wants no success.
        """
        if not self._pool.running:
            return 0.0
        return _SILENCE if self._is_silent else None

    def all_results(self) -> Iterator[ToxEnvRunResult]:
        """Give a result for each environment, in the order they were asked for; those not available come last."""
        for name in self.names:
            result = self.results.get(name)
            if result is None:
                cancelled = bool(self.interrupts)
                code = _CANCELLED if cancelled else 0
                result = ToxEnvRunResult(name, not cancelled, code, [], 0.0, reason="it was not started")
            yield result
        for name in self._state.envs.unavailable_envs():
            yield ToxEnvRunResult(name, False, 0, [], 0.0, unavailable=True)

    def _release_the_rest(self) -> None:
        """Have package environments not wait for environments that will not run."""
        for name in self.names:
            if name not in self.results:
                _as_run_env(self._state, name).mark_inactive()

    def tear_down(self) -> None:
        """Tear down all environments, none of which was started."""
        for name in self.names:
            _as_run_env(self._state, name).teardown()

    def _run_one(self, name: str) -> ToxEnvRunResult:
        return run_one(_as_run_env(self._state, name), self._options.no_test, suspend_display=not self._live)

    def _start_what_can(self, order: list[str], depends: dict[str, set[str]]) -> None:
        self._queue = _schedule.queue(self._queue, self._startable(order, depends))
        while self._queue and self._pool.has_room:
            name = self._queue.pop(0)
            self._progress.add(name)
            self._started[name] = time.monotonic()
            self._pool.start(name)

    def _startable(self, order: list[str], depends: dict[str, set[str]]) -> tuple[str, ...]:
        return () if self._stopping else _schedule.ready(order, depends, self._started, self.results)

    def _finished(self, event: Finished, order: list[str], depends: dict[str, set[str]]) -> None:
        env = _as_run_env(self._state, event.name)
        result = event.result
        if result is None:
            result = self._crashed(event)
        self.results[event.name] = result
        if result.code and not result.ignore_outcome and (result.fail_fast or self._options.fail_fast):
            self._stopping = True
        last = not self._pool.running and not self._startable(order, depends)
        self._progress.done(result, last=last)
        self._show_output(env, result)
        if env.journal:
            env.journal["result"] = {
                "success": result.code == 0,
                "exit_code": result.code,
                "duration": result.duration,
                "skipped": result.skipped,
                **({"overruns": list(result.overruns)} if result.overruns else {}),
            }
        for observer in env.observers:
            observer.environment_finished(env, result)

    def _crashed(self, event: Finished) -> ToxEnvRunResult:
        """Make a result for an environment that could not even tell how it went."""
        code = _CRASHED
        if isinstance(event.error, KeyboardInterrupt):
            self.interrupts.append(signal.SIGTERM if isinstance(event.error, Terminated) else signal.SIGINT)
            self._stopping = True
            code = _INTERRUPTED
        else:
            _LOGGER.error("internal error in %s", event.name, exc_info=event.error)
        return ToxEnvRunResult(event.name, False, code, [], time.monotonic() - self._started[event.name])

    def _show_output(self, env: RunToxEnv, result: ToxEnvRunResult) -> None:
        """Print what an environment and its package environments printed, if anybody wants to see it."""
        read = [part.close_and_read_out_err() for part in (*env.package_envs, env)]
        held = [pair for pair in read if pair is not None]
        failed = result.code != 0 and not result.skipped
        if held and (failed or self._options.list_dependencies or env.conf["parallel_show_output"]):
            self._progress.print_bytes(held, self._state.log_handler)

    def _interrupted(self, event: Interrupted) -> None:
        """Stop what runs: politely the first time, for good from the second time on."""
        self.interrupts.append(event.number)
        self._stopping = True
        running = [_as_run_env(self._state, name) for name in self._pool.running]
        if len(self.interrupts) > 1:
            _LOGGER.error("[%s] interrupted again, forcing full stop", os.getpid())
            for env in running:
                env.kill()
            return
        what = "KeyboardInterrupt" if event.number == signal.SIGINT else signal.Signals(event.number).name
        _LOGGER.error("[%s] %s - teardown started", os.getpid(), what)
        for env in running:
            # each takes its time to end; from here we hear of a second interrupt meanwhile
            _threads.start(env.interrupt, name=f"tox-interrupt-{env.name}")

    def _tell_alive(self) -> None:
        now = time.monotonic()
        stream = self._state.log_handler.stdout
        stream.write(f"{sign_of_life((name, now - self._started[name]) for name in self._pool.running)}\n")
        stream.flush()


def _conclude(state: State, run: _Run, observers: list[Observer], seconds: float) -> int:
    """Write and print what is to be told at the end.

    :returns: exit code
    """
    options: Any = state.conf.options
    results = list(run.all_results())
    code = exit_code(results, fail_fast=options.fail_fast)
    if signal.SIGTERM in run.interrupts:
        code = _TERMINATED
    lines = report(results, seconds, code, options.verbosity)
    if options.verbosity >= Verbosity.UNUSED:
        lines = [*_unused(state, run.names), *lines]
    print_lines(lines, state.log_handler.stdout, colored=options.is_colored)
    if state.journal:
        for name in state.envs.all_names():
            state.journal.get_env_journal(name)
        code = _write_record(state, code)
    redirect_to_best(state, run.results)
    finish(state, observers, results, run.results, code)
    return code


def _write_record(state: State, code: int) -> int:
    """Write the record of the run.

    :returns: the exit code, which tells it if nothing worse happened than that this failed
    """
    options: Any = state.conf.options
    try:
        write_journal(getattr(options, "result_json", None), state.journal)
    except OSError as error:
        _LOGGER.error("the record of the run cannot be written: %s", error)  # noqa: TRY400 - no fault of ours
        return code or _REFUSED
    return code


def _unused(state: State, names: list[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        keys = state.envs[name].conf.unused()
        if keys:
            yield unused_line(f"testenv:{name}", keys)
    keys = state.conf.core.unused()
    if keys:
        yield unused_line("tox", keys)


def _as_run_env(state: State, name: str) -> RunToxEnv:
    """Give an environment that is known to run commands."""
    env: Any = state.envs[name]
    run_env: RunToxEnv = env
    return run_env


__getattr__ = elsewhere(__name__)
