"""Wait for a process so that an interrupt ends the waiting.

Signals are handled by the main thread, but the system may hand them to any: then whatever the main thread waits for
goes on. So it looks up from time to time.
"""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from subprocess import TimeoutExpired
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from subprocess import Popen

__all__ = ["wait_interruptibly"]

_LOOK_SECONDS = 0.1

if sys.platform == "linux":
    import math
    import os
    import select

    def wait_interruptibly(process: Popen[bytes], timeout: float | None = None) -> None:
        """Wait until a process has ended, noticing that at once.

        :param timeout: at most so many seconds
        :raises KeyboardInterrupt: when somebody interrupts
        """
        if process.poll() is not None:
            return
        try:
            descriptor = os.pidfd_open(process.pid)
        except OSError:  # an old kernel, or a sandbox that refuses
            _wait_in_steps(process, timeout)
            return
        try:
            poll = select.poll()
            poll.register(descriptor, select.POLLIN)
            for seconds in _steps(timeout):
                # rounded up: a poll of no time at all would be repeated until that time has come
                if poll.poll(math.ceil(seconds * 1000)):
                    return
        finally:
            os.close(descriptor)

else:

    def wait_interruptibly(process: Popen[bytes], timeout: float | None = None) -> None:
        """Wait until a process has ended, noticing that within a twentieth of a second.

        :param timeout: at most so many seconds
        :raises KeyboardInterrupt: when somebody interrupts
        """
        _wait_in_steps(process, timeout)


def _wait_in_steps(process: Popen[bytes], timeout: float | None) -> None:
    for seconds in _steps(timeout):
        with suppress(TimeoutExpired):
            process.wait(seconds)
            return


def _steps(timeout: float | None) -> Iterator[float]:
    """Yield how long to wait next, at least once, until the time is over."""
    if timeout is None:
        while True:
            yield _LOOK_SECONDS
    until = time.monotonic() + timeout
    left = timeout
    while True:
        yield min(left, _LOOK_SECONDS)
        left = until - time.monotonic()
        if left <= 0:
            return
