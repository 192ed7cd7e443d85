"""Run tox, and die in a phase of provisioning: ``faulty.py PHASE ARGUMENTS``."""

from __future__ import annotations

import errno
import os
import signal
import sys
from typing import Any


def die(*_args: Any, **_kwargs: Any) -> None:
    """End this process as the out-of-memory killer would."""
    sys.stdout.flush()
    os.kill(os.getpid(), signal.SIGKILL)


def before(owner: Any, name: str) -> None:
    """Die when a function is called."""
    setattr(owner, name, die)


def after(owner: Any, name: str) -> None:
    """Die when a function has done its work."""
    function = getattr(owner, name)

    def wrapper(*args: Any, **kwargs: Any) -> None:
        function(*args, **kwargs)
        die()

    setattr(owner, name, wrapper)


def lose_flock() -> None:
    """Have locks in a work dir refused, as by a file system that knows none."""
    import fcntl

    real = fcntl.flock

    def flock(descriptor: Any, operation: int, /) -> None:
        # virtualenv has locks elsewhere, on which a file system without flock would be no news
        if "/.tox/" in os.readlink(f"/proc/self/fd/{descriptor}"):  # noqa: PTH115
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
        real(descriptor, operation)

    fcntl.flock = flock


def arm(phase: str) -> None:
    """Prepare the fault."""
    from tox import provision
    from tox.tox_env import _lock, api
    from tox.tox_env._lock import _seat
    from tox.tox_env.info import Info
    from tox.tox_env.python.virtual_env.api import VirtualEnv

    faults = {
        "before the lock": lambda: before(_lock.EnvLock, "exclusive"),
        "cleaning": lambda: after(api, "empty_dir"),
        "creating": lambda: after(VirtualEnv, "create_python_env"),
        "installing": lambda: before(api.ToxEnv, "_install"),
        "before ready": lambda: before(Info, "mark_ready"),
        "executing": lambda: before(provision, "_follow"),
        "teardown": lambda: before(_seat.Seat, "_release"),
        "no flock": lose_flock,
    }
    faults[phase]()


if __name__ == "__main__":
    from tox.run import run

    arm(sys.argv.pop(1))
    run(sys.argv[1:])
