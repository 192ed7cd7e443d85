"""Stop a process: let it end, interrupt it, ask it to terminate, kill it."""

from __future__ import annotations

import logging
import signal
import sys
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from subprocess import Popen

__all__ = ["SIG_INTERRUPT", "Patience", "patience", "stop"]

_LOGGER = logging.getLogger(__name__)

if sys.platform == "win32":  # pragma: win32 cover
    SIG_INTERRUPT: Final = signal.CTRL_C_EVENT  #: what Ctrl-C sends
    _KILL = signal.SIGTERM  # TerminateProcess either way
else:
    SIG_INTERRUPT: Final = signal.SIGINT  #: what Ctrl-C sends
    _KILL = signal.SIGKILL


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


def stop(process: Popen[bytes], seconds: Patience) -> None:
    """End a process; it has ended when this returns.

    An interrupt meanwhile means that the user has no more patience: the process is killed at once, and the interrupt
    goes on afterwards.

    :param process: stopping one that has ended does nothing
    :param seconds: how long it gets on each rung
    """
    _LOGGER.warning("stop process %d, it has %.2f seconds to end by itself", process.pid, seconds.suicide)
    try:
        if not _ended(process, seconds.suicide):
            for number, timeout in ((SIG_INTERRUPT, seconds.interrupt), (signal.SIGTERM, seconds.terminate)):
                _LOGGER.warning("send %s to process %d, wait %.2f seconds", _describe(number), process.pid, timeout)
                _send(process, number)
                if _ended(process, timeout):
                    break
            else:
                _kill(process)
    except KeyboardInterrupt:
        _kill(process)
        raise
    _LOGGER.debug("process %d ended with %s", process.pid, process.returncode)


def _kill(process: Popen[bytes]) -> None:
    _LOGGER.warning("send %s to process %d", _describe(_KILL), process.pid)
    process.kill()
    process.wait()


def _ended(process: Popen[bytes], timeout: float) -> bool:
    """Wait for the end of a process, at most so many seconds."""
    from subprocess import TimeoutExpired

    if process.poll() is not None:
        return True
    try:
        process.wait(timeout=timeout)
    except TimeoutExpired:
        return False
    return True


def _send(process: Popen[bytes], number: int) -> None:
    try:
        process.send_signal(number)
    except OSError as error:  # on Windows when it has no console, or no longer
        _LOGGER.debug("could not send signal %d to %d: %s", number, process.pid, error)


def _describe(number: int) -> str:
    return f"{signal.Signals(number).name}({int(number)})"
