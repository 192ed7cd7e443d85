"""Run one environment, and tell how it went whatever happens."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from tox._historical import elsewhere
from tox.errors import Fail, HandledError, Skip, ToxBackendFailed
from tox.plugin.manager import MANAGER
from tox.tox_env._budget import Budget
from tox.tox_env._commands import run_command_set, run_within

if TYPE_CHECKING:
    from tox.execute.api import Outcome
    from tox.tox_env.runner import RunToxEnv

__all__ = ["ToxEnvRunResult", "run_command_set", "run_one"]

_LOGGER = logging.getLogger(__name__)
_OK, _FAILED, _CRASHED, _INTERRUPTED = 0, 1, 2, -2
_BUILD_INTERRUPTED = "interrupted while the package was built"


ExitCode: TypeAlias = int
Seconds: TypeAlias = float


class ToxEnvRunResult(NamedTuple):
    """How an environment went."""

    name: str
    """of the environment"""
    skipped: bool
    """whether it did not run, which is no failure"""
    code: ExitCode
    """its exit code"""
    outcomes: list[Outcome]
    """how its commands went, in running order; may be empty"""
    duration: Seconds
    """seconds it took, setup and teardown included"""
    ignore_outcome: bool = False
    """whether a failure does not count"""
    fail_fast: bool = False
    """whether a failure ends the run"""
    unavailable: bool = False
    """whether its runner is not installed"""
    reason: str = ""
    """why it was skipped, or failed otherwise than by a command; as it was told; may be empty"""
    overruns: tuple[str, ...] = ()
    """a sentence for each command that ran into a time limit, or did not run because of one; in their order"""


class _Verdict(NamedTuple):
    skipped: bool
    code: int
    outcomes: list[Outcome]
    reason: str = ""
    overruns: tuple[str, ...] = ()


def run_one(tox_env: RunToxEnv, no_test: bool, suspend_display: bool) -> ToxEnvRunResult:
    """Set up an environment, run its commands, tear it down.

    :param no_test: only set it up
    :param suspend_display: keep what it prints for later
    """
    start = time.monotonic()
    with tox_env.display_context(suspend_display):
        verdict = _tear_down(tox_env, _judge(tox_env, no_test=no_test))
    return ToxEnvRunResult(
        tox_env.name,
        verdict.skipped,
        verdict.code,
        verdict.outcomes,
        time.monotonic() - start,
        tox_env.conf["ignore_outcome"],
        tox_env.conf["fail_fast"],
        reason=verdict.reason,
        overruns=verdict.overruns,
    )


def _judge(tox_env: RunToxEnv, *, no_test: bool) -> _Verdict:
    """Run an environment; whatever it raises becomes a verdict and a message."""
    try:
        tox_env.setup()
        if no_test or tox_env.options.package_only:
            return _Verdict(False, _OK, [])
        return _run_commands(tox_env)
    except Skip as reason:
        _LOGGER.warning("skipped because %s", reason)
        return _Verdict(True, _OK, [], str(reason))
    except ToxBackendFailed as failed:
        # Ctrl-C reaches the backend as well as us, and it may be the first to tell
        if _is_interrupted(tox_env) or failed.exc_type == KeyboardInterrupt.__name__:
            _LOGGER.error(_BUILD_INTERRUPTED)  # noqa: TRY400 - the traceback is the backend's
            return _Verdict(False, _INTERRUPTED, [], _BUILD_INTERRUPTED)
        _LOGGER.error("%s", failed)  # noqa: TRY400 - told to the user, our traceback would not help
        code = failed.code or _FAILED
        return _Verdict(False, code, [], str(failed))
    except Fail as reason:
        _LOGGER.error("failed with %s", reason)  # noqa: TRY400 - told to the user, our traceback would not help
        return _Verdict(False, _FAILED, [], str(reason))
    except HandledError as reason:
        _LOGGER.error("%s", reason)  # noqa: TRY400
        return _Verdict(False, _INTERRUPTED if _is_interrupted(tox_env) else reason.env_code, [], str(reason))
    except SystemExit as end:
        return _Verdict(False, _exit_code(end), [])
    except Exception as error:
        _LOGGER.exception("internal error")
        return _Verdict(False, _CRASHED, [], f"internal error: {error!r}")


def _is_interrupted(tox_env: RunToxEnv) -> bool:
    return any(env.is_interrupted for env in (tox_env, *tox_env.package_envs))


def _run_commands(tox_env: RunToxEnv) -> _Verdict:
    """Run the three sets of commands: pre, main, and post, which runs whatever the others did.

    :returns: code of the first set that failed, and how each command went
    """
    outcomes: list[Outcome] = []
    overruns: list[str] = []
    MANAGER.tox_before_run_commands(tox_env)
    code = -1  # as plugins know it, for commands that did not come to an end
    try:
        code = _run_sets(tox_env, outcomes, overruns)
    finally:
        MANAGER.tox_after_run_commands(tox_env, code, outcomes)
    return _Verdict(False, code, outcomes, overruns=tuple(overruns))


def _run_sets(tox_env: RunToxEnv, outcomes: list[Outcome], overruns: list[str]) -> int:
    cwd = tox_env.conf["change_dir"]
    cwd.mkdir(exist_ok=True, parents=True)
    ignore_errors = tox_env.conf["ignore_errors"]
    retries = tox_env.conf["commands_retry"]
    post_after_interrupt = tox_env.conf["interrupt_post_commands"]  # if it is wrong, nothing is run
    budget = Budget(tox_env.conf, overruns)
    code = _OK
    try:
        code = run_within(budget, tox_env, "commands_pre", cwd, ignore_errors, outcomes, retries)
        if code == _OK or ignore_errors:
            main = run_within(budget, tox_env, "commands", cwd, ignore_errors, outcomes, retries)
            code = code or main
    finally:
        # they put things in order, so what the others have used up is not taken from them
        budget = Budget(tox_env.conf, overruns)
        with tox_env.allow_post_commands_after_interrupt(post_after_interrupt):
            post = run_within(budget, tox_env, "commands_post", cwd, ignore_errors, outcomes, retries)
        code = code or post
    return code


def _tear_down(tox_env: RunToxEnv, verdict: _Verdict) -> _Verdict:
    """Tear an environment down; that failing makes a good environment a failed one and hides no earlier failure."""
    reason = "its teardown failed"
    try:
        tox_env.teardown()
    except SystemExit as end:
        code = _exit_code(end)
    except HandledError as error:
        _LOGGER.error("%s", error)  # noqa: TRY400
        code, reason = _FAILED, str(error)
    except Exception as error:
        _LOGGER.exception("internal error")
        code, reason = _CRASHED, f"internal error: {error!r}"
    else:
        return verdict
    if verdict.skipped or not verdict.code:
        verdict = verdict._replace(skipped=False, code=code, reason=reason)
    return verdict


def _exit_code(end: SystemExit) -> int:
    if end.code is None:
        return _OK
    return end.code if isinstance(end.code, int) else _FAILED


__getattr__ = elsewhere(__name__)
