"""Running the commands of a setting, one after the other."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from tox.execute.request import StdinSource
from tox.tox_env._budget import TIMED_OUT, Budget

if TYPE_CHECKING:
    from pathlib import Path

    from tox.config.types import Command
    from tox.execute.api import Outcome
    from tox.tox_env.api import ToxEnv

__all__ = ["run_command_set", "run_within", "verdict"]

_OK = 0


def run_command_set(
    tox_env: ToxEnv,
    key: str,
    cwd: Path,
    ignore_errors: bool,
    outcomes: list[Outcome],
    retry_count: int = 0,
) -> int:
    """Run the commands of one setting.

    :param key: name of the setting
    :param cwd: folder to start them in
    :param ignore_errors: whether to go on after a command has failed
    :param outcomes: how each attempt ended is appended here
    :param retry_count: how many more times to try a command that fails
    :returns: code of the first command that failed; 0 when none did
    """
    budget = Budget(tox_env.conf, [], whole=False)
    return run_within(budget, tox_env, key, cwd, ignore_errors, outcomes, retry_count)


def run_within(
    budget: Budget,
    tox_env: ToxEnv,
    key: str,
    cwd: Path,
    ignore_errors: bool,
    outcomes: list[Outcome],
    retry_count: int = 0,
) -> int:
    """Run the commands of one setting, as long as the time lasts; see :func:`run_command_set` for the other parameters.

    A command that runs into a limit fails, whatever it ends with. Ignored errors do not keep an environment going that
    has no time left.

    :param budget: the time there is; it notes what ran into a limit
    :returns: code of the first command that failed, 124 for one that was stopped, or not run, for want of time
    """
    first_failure = _OK
    for index, command in enumerate(tox_env.conf[key]):
        run_id = f"{key}[{index}]"
        if budget.is_spent:
            logging.error("%s", budget.refuse(run_id))
            return first_failure or TIMED_OUT
        if command.args:
            code = _run_command(tox_env, command, run_id, cwd, outcomes, retry_count, budget)
        else:
            logging.error("%s names no program", run_id)
            code = 1
        if code != _OK:
            first_failure = first_failure or code
            if not ignore_errors:
                break
    return first_failure


def _run_command(
    tox_env: ToxEnv,
    command: Command,
    run_id: str,
    cwd: Path,
    outcomes: list[Outcome],
    retry_count: int,
    budget: Budget,
) -> int:
    code = _OK
    attempts = 1 + max(retry_count, 0)
    for attempt in range(1, attempts + 1):
        outcome = _attempt(tox_env, command, run_id, cwd, budget)
        outcomes.append(outcome)
        code = outcome.verdict = verdict(command, outcome)
        if code == _OK:
            outcome.log_run_done(logging.INFO)
            break
        outcome.log_run_done(logging.CRITICAL)
        if command.ignore_exit_code and not budget.ended_by_whole(outcome):
            logging.warning("command failed but is marked ignore outcome so handling it as success")
            outcome.verdict = _OK
            return _OK
        if attempt == attempts or budget.is_spent:
            budget.note(run_id, outcome)
            break
        logging.warning(
            "command failed (attempt %d of %d), retrying ...: %s",
            attempt,
            attempts,
            outcome.request.shell_cmd_redacted,
        )
    return code


def _attempt(tox_env: ToxEnv, command: Command, run_id: str, cwd: Path, budget: Budget) -> Outcome:
    limit = budget.limit
    # environments of plugins, and those that tests make up, need not know of limits
    within: dict[str, Any] = {} if limit is None else {"limit": limit}
    return tox_env.execute(command.args, _stdin(tox_env), show=True, cwd=cwd, run_id=run_id, **within)


def _stdin(tox_env: ToxEnv) -> StdinSource:
    """Give the user's input to a command that writes straight to the user; else only what a person types."""
    return StdinSource.USER if getattr(tox_env.options, "no_capture", False) else StdinSource.user_only()


def verdict(command: Command, outcome: Outcome) -> int:
    """Judge how a command ended.

    :returns: 0 for success; a command that could not be started, or did not end in time, never succeeds, one that
        should fail and did not counts as 1
    """
    if outcome.exceeded is not None:
        return TIMED_OUT
    code = 1 if outcome.exit_code is None else outcome.exit_code
    if command.invert_exit_code and outcome.start_error is None:
        return 1 if code == _OK else _OK
    return code
