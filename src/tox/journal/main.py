"""What happened in a whole run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tox.journal.env import EnvJournal
from tox.version import version

if TYPE_CHECKING:
    from tox.util.json_types import JsonValue

__all__ = ["Journal"]

#: of the format, for who reads it
_REPORT_VERSION = "1"


class Journal:
    """Collects what happens in a run.

    :param enabled: whether to collect at all
    """

    def __init__(self, enabled: bool) -> None:
        self._enabled = enabled
        self._environments: dict[str, EnvJournal] = {}

    def __bool__(self) -> bool:
        return self._enabled

    def get_env_journal(self, name: str) -> EnvJournal:
        """Give the journal of an environment, the same one each time.

        :param name: of the environment
        """
        return self._environments.setdefault(name, EnvJournal(self._enabled, name))

    @property
    def content(self) -> dict[str, JsonValue]:
        """What was collected; nothing when it was not enabled."""
        if not self._enabled:
            return {}
        return {
            "reportversion": _REPORT_VERSION,
            "toxversion": version,
            "platform": sys.platform,
            "host": _host_name(),
            "testenvs": {name: journal.content for name, journal in self._environments.items()},
        }


def _host_name() -> str:
    """Ask for the full name of this machine; loads the library for it, which only a written journal needs."""
    from socket import getfqdn

    return getfqdn()
