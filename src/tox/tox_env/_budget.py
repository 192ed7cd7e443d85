"""The time that the commands of an environment may take."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any, Final

from tox.config.loader.api import is_named
from tox.errors import Fail
from tox.execute._limit import Limit
from tox.tox_env._settings import Setting, declare

if TYPE_CHECKING:
    from tox.config.sets import EnvConfigSet
    from tox.execute.api import Outcome

__all__ = ["TIMED_OUT", "Budget", "declare_limits"]

#: what a command counts as that was stopped because its time was over, as that of the program ``timeout``
TIMED_OUT: Final = 124
_EACH, _ALL = "commands_timeout", "env_timeout"


def declare_limits(owner: object, conf: EnvConfigSet) -> None:
    """Declare those of the settings that are set; so a project that sets none has the settings it always had.

    :param conf: of the environment, which has its loaders already
    """
    # tests of plugins make environments with settings that are only pretended
    loaders = getattr(conf, "loaders", ())
    declare(owner, conf, (setting for setting in _SETTINGS if is_named(loaders, *setting.keys)))


class Budget:
    """Keeps account of the time that commands may take.

    :param conf: settings of the environment, a mapping
    :param overruns: takes a sentence for each command that runs into a limit, or does not run because of one
    :param whole: whether ``env_timeout`` counts, from now on
    :raises Fail: if a setting is no number of seconds
    """

    def __init__(self, conf: object, overruns: list[str], *, whole: bool = True) -> None:
        self._each = _seconds(conf, _EACH)
        total = _seconds(conf, _ALL) if whole else 0.0
        self._all = Limit(_ALL, total, time.monotonic() + total) if total else None
        self._overruns = overruns

    @property
    def is_spent(self) -> bool:
        """Whether no more commands may run."""
        return self._all is not None and not self._all.left

    @property
    def limit(self) -> Limit | None:
        """The limit of a command that starts now: that which comes first; None for none."""
        each = Limit(_EACH, self._each, time.monotonic() + self._each) if self._each else None
        limits = [limit for limit in (each, self._all) if limit is not None]
        return min(limits, key=lambda limit: limit.until) if limits else None

    @staticmethod
    def ended_by_whole(outcome: Outcome) -> bool:
        """Tell whether a command was stopped because the time of the whole environment was over."""
        return outcome.exceeded is not None and outcome.exceeded.setting == _ALL

    def refuse(self, run_id: str) -> str:
        """Note that a command does not run because no time is left.

        :returns: the sentence noted
        """
        self._overruns.append(f"{run_id} did not run, {self._all} was over")
        return self._overruns[-1]

    def note(self, run_id: str, outcome: Outcome) -> None:
        """Note that a command failed, if it was for a limit that it ran into."""
        if outcome.exceeded is not None:
            self._overruns.append(f"{run_id} ran into {outcome.exceeded}")


def _seconds(conf: Any, key: str) -> float:
    return float(conf[key]) if key in conf else 0.0


def _checked(key: str) -> Any:
    def check(value: float) -> float:
        if not (value >= 0 and math.isfinite(value)):
            raise Fail(f"{key} must be a number of seconds, zero or more, not {value:g}")
        return value

    return check


_SETTINGS = (
    Setting(
        (_ALL,),
        float,
        0.0,
        "seconds that `commands_pre` and `commands` may take together, setup not included, before they are stopped; "
        "`commands_post` gets the same time once more; 0 for any time",
        _checked(_ALL),
    ),
    Setting(
        (_EACH,),
        float,
        0.0,
        "seconds that each command may take before it is stopped, each attempt of `commands_retry` by itself; "
        "0 for any time",
        _checked(_EACH),
    ),
)
