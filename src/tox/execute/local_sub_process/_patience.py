"""Wait for a process so that an interrupt ends the waiting.

Signals are handled by the main thread, but the system may hand them to any: then whatever the main thread waits for
goes on. So it looks up from time to time.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from subprocess import TimeoutExpired
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import Popen

__all__ = ["wait_interruptibly"]

_LOOK_SECONDS = 0.1

if sys.platform == "linux":
    import os
    import select

    def wait_interruptibly(process: Popen[bytes]) -> None:
        """Wait until a process has ended, noticing that at once.

        :raises KeyboardInterrupt: when somebody interrupts
        """
        if process.poll() is not None:
            return
        try:
            descriptor = os.pidfd_open(process.pid)
        except OSError:  # an old kernel, or a sandbox that refuses
            _wait_in_steps(process)
            return
        try:
            poll = select.poll()
            poll.register(descriptor, select.POLLIN)
            while not poll.poll(_LOOK_SECONDS * 1000):
                pass
        finally:
            os.close(descriptor)

else:

    def wait_interruptibly(process: Popen[bytes]) -> None:
        """Wait until a process has ended, noticing that within a twentieth of a second.

        :raises KeyboardInterrupt: when somebody interrupts
        """
        _wait_in_steps(process)


def _wait_in_steps(process: Popen[bytes]) -> None:
    while process.poll() is None:
        with suppress(TimeoutExpired):
            process.wait(_LOOK_SECONDS)
