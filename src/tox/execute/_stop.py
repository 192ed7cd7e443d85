"""Stop a process: let it end, interrupt it, ask it to terminate, kill it."""

from __future__ import annotations

import logging
import signal
import time
from subprocess import TimeoutExpired
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from tox.execute._reach import BY_CONSOLE, KILL, SIG_INTERRUPT, Alone

if TYPE_CHECKING:
    from subprocess import Popen

__all__ = ["SIG_INTERRUPT", "Patience", "patience", "stop"]

_LOGGER = logging.getLogger(__name__)
#: seconds between two looks whether anybody is left beside the process
_LOOK_SECONDS: Final = 0.01
_SENT: Final = "send %s to process %d, wait %.2f seconds"
_HEARD: Final = "%s reaches process %d by its console, wait %.2f seconds"


class Patience(NamedTuple):
    """Seconds a process gets on each rung of the ladder."""

    suicide: float  #: before anything is sent to it
    interrupt: float  #: after the interrupt signal
    terminate: float  #: after the terminate signal


class _Timeouts(Protocol):
    @property
    def suicide_timeout(self) -> float: ...

    @property
    def interrupt_timeout(self) -> float: ...

    @property
    def terminate_timeout(self) -> float: ...


def patience(options: _Timeouts) -> Patience:
    """Read the seconds of each rung from the options of a run."""
    return Patience(options.suicide_timeout, options.interrupt_timeout, options.terminate_timeout)


def stop(process: Popen[bytes], seconds: Patience, reach: Alone | None = None) -> None:
    """End a process; it has ended when this returns.

    What only a console can send has come to the process from there when it came to us, so it is given the time all the
    same.

    An interrupt meanwhile means that the user has no more patience: the process is killed at once, and the interrupt
    goes on afterwards.

    :param process: stopping one that has ended does nothing
    :param seconds: how long it gets on each rung
    :param reach: whom else to end; by default nobody
    """
    reach = Alone(process) if reach is None else reach
    _LOGGER.warning("stop process %d, it has %.2f seconds to end by itself", process.pid, seconds.suicide)
    try:
        if not _ended(reach, seconds.suicide):
            for number, timeout in ((SIG_INTERRUPT, seconds.interrupt), (signal.SIGTERM, seconds.terminate)):
                told = _HEARD if number in BY_CONSOLE else _SENT
                _LOGGER.warning(told, _describe(number), process.pid, timeout)
                reach.send(number)
                if _ended(reach, timeout):
                    break
            else:
                _kill(reach)
    except KeyboardInterrupt:
        _kill(reach)
        raise
    _LOGGER.debug("process %d ended with %s", process.pid, process.returncode)


def _kill(reach: Alone) -> None:
    _LOGGER.warning("send %s to process %d", _describe(KILL), reach.process.pid)
    reach.kill()
    reach.process.wait()


def _ended(reach: Alone, timeout: float) -> bool:
    """Wait for the end of a process, and of whoever else is to end, at most so many seconds."""
    until = time.monotonic() + timeout
    if reach.process.poll() is None:
        try:
            reach.process.wait(timeout=timeout)
        except TimeoutExpired:
            return False
    while reach.is_left:
        if time.monotonic() >= until:
            return False
        time.sleep(_LOOK_SECONDS)
    return True


def _describe(number: int) -> str:
    return f"{signal.Signals(number).name}({int(number)})"
