"""What happened in each environment, in a form that reports for people and services are made of."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tox.util.redact import redact_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

__all__ = ["Account", "Case", "Collector", "Trouble"]

#: characters or bytes that are kept of what a failed command printed, of its output and of its errors each
_TAIL: Final = 16 * 1024
#: how run ids of the commands start that an environment is for
_COMMANDS: Final = ("commands[", "commands_pre[", "commands_post[")


class Trouble(NamedTuple):
    """What went wrong."""

    message: str
    """in one line"""
    kind: str = "failure"
    """``failure``, ``timeout``, or ``error`` for what kept a command from running at all"""
    command: str = ""
    """secrets hidden; empty when it was no command"""
    out: str = ""
    """the end of its output, as far as that was captured"""
    err: str = ""
    """the end of its errors, likewise"""
    detail: str = ""
    """what was told beyond the message, over several lines; empty when the message is all"""


class Case(NamedTuple):
    """One part of what an environment does."""

    name: str
    """``setup``, ``teardown``, or the run id of a command such as ``commands[0]``"""
    command: str
    """secrets hidden; empty when it is no command"""
    seconds: float
    """it took, all attempts together"""
    trouble: Trouble | None
    """None when it went well"""


class Account(NamedTuple):
    """What happened in one environment."""

    name: str
    result: Any
    """its result, as the run has it"""
    cases: tuple[Case, ...]
    """setup first, commands in their order; empty when it did not run"""
    began: float
    """in seconds of the epoch"""
    facts: Mapping[str, str]
    """what is known of it beyond that"""

    @property
    def trouble(self) -> tuple[Case, Trouble] | None:
        """The first case that did not go well, and what went wrong in it."""
        return next(((case, case.trouble) for case in self.cases if case.trouble is not None), None)


class Collector:
    """Observes a run, and keeps an account of each environment.

    Of what commands print, at most the end is kept, and that only when they failed.

    :param names: of the environments that run; others only help them
    :param facts: tells what else to note of an environment; it is called once the environment has finished
    :param tell: is called at the end, with all accounts, the exit code, and the seconds the run took
    """

    def __init__(
        self,
        names: Collection[str],
        facts: Callable[[Any], Mapping[str, str]],
        tell: Callable[[list[Account], int, float], None],
    ) -> None:
        self._names = names
        self._facts = facts
        self._tell = tell
        self._began = time.monotonic()
        self._running: dict[str, Any] = {}
        #: outcomes of commands, which the result of their environment keeps as well
        self._outcomes: dict[str, list[Any]] = {}
        self._setup: dict[str, Trouble] = {}
        self._accounts: list[Account] = []

    def command_started(self, env: Any, request: Any) -> None:
        """Remember what runs, in case that nobody tells how it went."""
        self._running[env.name] = request

    def command_finished(self, env: Any, outcome: Any) -> None:
        """Remember how a command of the environment went; of its setup, the last one that failed."""
        name = env.name
        self._running.pop(name, None)
        if name in self._names and outcome.request.run_id.startswith(_COMMANDS):
            self._outcomes.setdefault(name, []).append(outcome)
        elif outcome.exit_code:
            self._setup[name] = _trouble(outcome)

    def environment_finished(self, env: Any, result: Any) -> None:
        """Make the account of an environment.

        :param env: None when there is none, as its kind is not known
        """
        outcomes = self._outcomes.pop(result.name, [])
        request = self._running.pop(result.name, None)
        helpers = () if env is None else [helper.name for helper in env.package_envs]
        in_setup = next((self._setup[name] for name in (result.name, *helpers) if name in self._setup), None)
        cases = () if _did_not_run(result) else tuple(_cases(result, outcomes, request, in_setup))
        facts = {} if env is None else self._facts(env)
        self._accounts.append(Account(result.name, result, cases, time.time() - result.duration, facts))

    def run_finished(self, code: int) -> None:
        """Tell all accounts."""
        self._tell(self._accounts, code, time.monotonic() - self._began)


def _did_not_run(result: Any) -> bool:
    return bool(result.skipped or result.unavailable)


def _cases(result: Any, outcomes: Iterable[Any], request: Any, in_setup: Trouble | None) -> Iterable[Case]:
    """Take apart what an environment did, and find the one that a failure without a failed command belongs to."""
    attempts: dict[str, list[Any]] = {}
    for outcome in outcomes:
        attempts.setdefault(outcome.request.run_id, []).append(outcome)
    commands = [_case(run_id, tries) for run_id, tries in attempts.items()]
    unexplained = bool(result.code) and not any(case.trouble for case in commands)
    trouble = _explained(result, Trouble(f"exit code {result.code}"))
    is_open = request is not None and request.run_id.startswith(_COMMANDS)
    failed_early = unexplained and not commands and not is_open
    if failed_early and in_setup is not None:
        trouble = _explained(result, in_setup)
    seconds = max(result.duration - sum(case.seconds for case in commands), 0.0)
    yield Case("setup", "", seconds, trouble if failed_early else None)
    yield from commands
    if unexplained and not failed_early:
        if is_open:
            command = request.shell_cmd_redacted
            yield Case(request.run_id, command, 0.0, trouble._replace(command=command))
        elif result.overruns:
            yield Case("commands", "", 0.0, Trouble(result.overruns[0], "timeout"))
        else:
            yield Case("teardown", "", 0.0, trouble)


def _explained(result: Any, trouble: Trouble) -> Trouble:
    """Tell what kept a command from running, in the words that the user was told, when there are any."""
    message, _, detail = redact_text(result.reason).strip().partition("\n")
    return trouble._replace(message=message or trouble.message, kind="error", detail=detail.strip("\n"))


def _case(run_id: str, attempts: list[Any]) -> Case:
    """Sum up the attempts to run one command, of which the last one counts."""
    last = attempts[-1]
    code = last.verdict if last.verdict is not None else last.exit_code
    seconds = sum(outcome.elapsed for outcome in attempts)
    return Case(run_id, last.request.shell_cmd_redacted, seconds, None if code == 0 else _trouble(last))


def _trouble(outcome: Any) -> Trouble:
    out, err = outcome.tail(_TAIL)
    command = outcome.request.shell_cmd_redacted
    if outcome.exceeded is not None:
        return Trouble(f"ran into {outcome.exceeded}", "timeout", command, out, err)
    if outcome.start_error is not None:
        return Trouble(
            f"could not be started: {redact_text(str(outcome.start_error), outcome.request.env)}",
            "error",
            command,
            out,
            err,
        )
    if not outcome.exit_code:
        return Trouble("succeeded, but was expected to fail", "failure", command, out, err)
    return Trouble(f"exit code {outcome.exit_code}", "failure", command, out, err)
