"""Stop a process: let it end, interrupt it, ask it to terminate, kill it."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from subprocess import Popen

__all__ = ["SIG_INTERRUPT", "Patience", "kill", "patience", "stop"]

_LOGGER = logging.getLogger(__name__)
#: seconds between two looks whether anything of a group is left
_LOOK_SECONDS = 0.01

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


def stop(process: Popen[bytes], seconds: Patience, *, group: bool = False) -> None:
    """End a process; it has ended when this returns.

    An interrupt meanwhile means that the user has no more patience: the process is killed at once, and the interrupt
    goes on afterwards.

    :param process: stopping one that has ended does nothing
    :param seconds: how long it gets on each rung
    :param group: whether it leads a process group, which is ended as a whole
    """
    _LOGGER.warning("stop process %d, it has %.2f seconds to end by itself", process.pid, seconds.suicide)
    try:
        if not _ended(process, seconds.suicide, group=group):
            for number, timeout in ((SIG_INTERRUPT, seconds.interrupt), (signal.SIGTERM, seconds.terminate)):
                _LOGGER.warning("send %s to process %d, wait %.2f seconds", _describe(number), process.pid, timeout)
                _send(process, number, group=group)
                if _ended(process, timeout, group=group):
                    break
            else:
                _kill(process, group=group)
    except KeyboardInterrupt:
        _kill(process, group=group)
        raise
    _LOGGER.debug("process %d ended with %s", process.pid, process.returncode)


def kill(process: Popen[bytes], *, group: bool = False) -> None:
    """End a process at once, without waiting for its end.

    :param group: whether it leads a process group, which is ended as a whole
    """
    if group:
        _signal_group(process, _KILL)
    process.kill()


def _kill(process: Popen[bytes], *, group: bool) -> None:
    _LOGGER.warning("send %s to process %d", _describe(_KILL), process.pid)
    kill(process, group=group)
    process.wait()


def _ended(process: Popen[bytes], timeout: float, *, group: bool) -> bool:
    """Wait for the end of a process, and of its group, at most so many seconds."""
    from subprocess import TimeoutExpired

    until = time.monotonic() + timeout
    if process.poll() is None:
        try:
            process.wait(timeout=timeout)
        except TimeoutExpired:
            return False
    while group and _group_lives(process):
        if time.monotonic() >= until:
            return False
        time.sleep(_LOOK_SECONDS)
    return True


def _send(process: Popen[bytes], number: int, *, group: bool) -> None:
    if group:
        _signal_group(process, number)
        return
    try:
        process.send_signal(number)
    except OSError as error:  # on Windows when it has no console, or no longer
        _LOGGER.debug("could not send signal %d to %d: %s", number, process.pid, error)


if sys.platform == "win32":  # pragma: win32 cover

    def _group_lives(process: Popen[bytes]) -> bool:
        """Tell whether anything is left of a group that can still be ended: without its leader nothing is found."""
        return process.poll() is None

    def _signal_group(process: Popen[bytes], number: int) -> None:
        """Interrupt a group; any other signal ends the process and all that it has started."""
        with suppress(OSError):
            if number == SIG_INTERRUPT:
                process.send_signal(number)
                return
            import subprocess

            command = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)

else:

    def _group_lives(process: Popen[bytes]) -> bool:
        """Tell whether anything is left of a group."""
        try:
            os.killpg(process.pid, 0)
        except OSError:
            return False
        return True

    def _signal_group(process: Popen[bytes], number: int) -> None:
        """Send a signal to all that is left of a group; its number is not given to others before it is empty."""
        with suppress(OSError):
            os.killpg(process.pid, number)


def _describe(number: int) -> str:
    return f"{signal.Signals(number).name}({int(number)})"
