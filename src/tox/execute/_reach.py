"""Whom a signal reaches: one process, its group, or all that it has started."""

from __future__ import annotations

import logging
import os
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from tox.util._process import descendants, only_zombies, start_time

if TYPE_CHECKING:
    from subprocess import Popen

__all__ = ["BY_CONSOLE", "KILL", "SIG_INTERRUPT", "Alone", "Family", "Group"]

_LOGGER = logging.getLogger(__name__)

if sys.platform == "win32":  # pragma: win32 cover
    SIG_INTERRUPT: Final = signal.CTRL_C_EVENT  #: what Ctrl-C sends
    KILL: Final = signal.SIGTERM  #: ends a process at once: TerminateProcess either way
    #: what a console sends to all that share it, and nobody can send to one of them alone: who tries ends the process
    BY_CONSOLE: Final = frozenset({signal.CTRL_C_EVENT})
else:
    SIG_INTERRUPT: Final = signal.SIGINT  #: what Ctrl-C sends
    KILL: Final = signal.SIGKILL  #: ends a process at once
    BY_CONSOLE: Final[frozenset[signal.Signals]] = frozenset()  #: signals that cannot be sent


class Alone:
    """One process.

    :param process: one that was started by us
    """

    def __init__(self, process: Popen[bytes]) -> None:
        self.process = process

    def send(self, number: int) -> None:
        """Send a signal to whom it concerns and who still lives; none that only a console can send."""
        if number in BY_CONSOLE:
            return
        try:
            self.process.send_signal(number)
        except OSError as error:  # it has ended, or is not ours to end
            _LOGGER.debug("could not send signal %d to %d: %s", number, self.process.pid, error)

    def kill(self) -> None:
        """End all at once, without waiting."""
        self.process.kill()

    @property
    def is_left(self) -> bool:
        """Whether somebody else than the process itself still lives."""
        return False


class Family(Alone):
    """A process and all that it has started, directly or not.

    What it starts is looked for before each signal: what others have started meanwhile, that had ended by then, is not
    found.
    """

    def __init__(self, process: Popen[bytes]) -> None:
        super().__init__(process)
        #: when each one started, by its id, which may be given to others once it has ended
        self._members: dict[int, str | None] = {}

    def send(self, number: int) -> None:
        """Send a signal to all of them."""
        self._look()
        if number not in BY_CONSOLE:
            self._send_to_others(number)
        super().send(number)

    def kill(self) -> None:
        """End all of them at once."""
        self._look()
        super().kill()
        self._send_to_others(KILL)

    @property
    def is_left(self) -> bool:
        """Whether any of those known still lives."""
        return bool(self._alive())

    def _look(self) -> None:
        for pid in descendants({self.process.pid, *self._alive()}):
            self._members.setdefault(pid, start_time(pid))

    def _alive(self) -> list[int]:
        return [pid for pid, started in self._members.items() if started is not None and start_time(pid) == started]

    def _send_to_others(self, number: int) -> None:
        for pid in self._alive():
            with suppress(OSError):  # it has ended, or is not ours to end
                os.kill(pid, number)


if sys.platform == "win32":  # pragma: win32 cover
    Group = Family  # who leads a group here, and what it starts, is out of reach for Ctrl-C

else:

    class Group(Alone):
        """A process group, led by a process; its number is not given to others before the group is empty."""

        def send(self, number: int) -> None:
            """Send a signal to the whole group."""
            with suppress(OSError):
                os.killpg(self.process.pid, number)

        def kill(self) -> None:
            """End the whole group at once."""
            self.send(KILL)
            super().kill()

        @property
        def is_left(self) -> bool:
            """Whether anybody is left of the group."""
            try:
                os.killpg(self.process.pid, 0)
            except OSError:
                return False
            return not only_zombies(self.process.pid)
