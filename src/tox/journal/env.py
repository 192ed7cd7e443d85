"""What happened in one environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tox._historical import elsewhere
from tox.util.redact import redact_argv

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tox.util.json_types import JsonValue

__all__ = ["EnvJournal"]

#: how the run ids start of what is a test; all else belongs to the setup
_TESTS = ("commands", "build")


class _Limit(Protocol):
    """What is asked of the limit that ended a command."""

    @property
    def setting(self) -> str: ...

    @property
    def seconds(self) -> float: ...


class _Request(Protocol):
    """What is asked of what was to run."""

    env: dict[str, str]


class _Outcome(Protocol):
    """What is asked of how a command went."""

    @property
    def cmd(self) -> Sequence[str]: ...

    @property
    def out(self) -> str: ...

    @property
    def err(self) -> str: ...

    @property
    def request(self) -> _Request: ...

    exit_code: int | None
    show_on_standard: bool
    start: float
    end: float

    @property
    def exceeded(self) -> _Limit | None: ...

    @property
    def elapsed(self) -> float: ...


class EnvJournal:
    """Collects what happens in one environment.

    :param enabled: whether to collect at all
    :param name: of the environment
    """

    def __init__(self, enabled: bool, name: str) -> None:
        self._enabled = enabled
        self.name = name
        self._facts: dict[str, JsonValue] = {}
        self._commands: dict[str, list[JsonValue]] = {"test": [], "setup": []}

    def __bool__(self) -> bool:
        return self._enabled

    def __setitem__(self, key: str, value: JsonValue) -> None:
        self._facts[key] = value

    @property
    def content(self) -> dict[str, JsonValue]:
        """What was collected: facts in order of arrival, then commands; those that never ran are left out."""
        return {**self._facts, **{key: list(commands) for key, commands in self._commands.items() if commands}}

    def add_execute(self, outcome: _Outcome, run_id: str) -> None:
        """Collect how a command went.

        :param run_id: what the command was for; decides whether it is a test or belongs to the setup
        """
        if not self._enabled:
            return
        exceeded = outcome.exceeded
        self._commands["test" if run_id.startswith(_TESTS) else "setup"].append({
            "command": redact_argv(outcome.cmd, outcome.request.env),
            "output": outcome.out,
            "err": outcome.err,
            "retcode": outcome.exit_code,
            "elapsed": outcome.elapsed,
            "show_on_standard": outcome.show_on_standard,
            "run_id": run_id,
            "start": outcome.start,
            "end": outcome.end,
            # absent in most records, which readers know without it
            **({} if exceeded is None else {"timeout": {exceeded.setting: exceeded.seconds}}),
        })


__getattr__ = elsewhere(__name__)
