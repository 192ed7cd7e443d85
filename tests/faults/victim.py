"""Run tox, and have a fault happen to it: ``victim.py FAULT PHASE ENVIRONMENT ARGUMENTS``.

The fault happens once, when the named environment enters the phase for the first time. ``VICTIM_TRACE`` names a file
that is made at that moment.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["FAULTS", "PHASES"]

#: run ids of what an environment is there for: a provisioned tox, a command, a backend
_EXECUTING = ("provision", "commands[0]", "build_wheel")


class Fault:
    """Something bad that happens to this process once.

    :param happen: does it
    :param name: of the environment it happens to
    """

    def __init__(self, happen: Callable[[Path], None], name: str) -> None:
        self._happen = happen
        self._name = name
        self._is_over = False

    def strike(self, env_dir: Path) -> None:
        """Happen, if it is that environment's folder and has not happened yet."""
        if self._is_over or env_dir.name != self._name:
            return
        self._is_over = True
        if trace := os.environ.get("VICTIM_TRACE"):
            Path(trace).touch()
        sys.stdout.flush()
        self._happen(env_dir)


# ---------------------------------------------------------------------------------------------------- the faults


def _signal_to_host(number: int) -> Callable[[Path], None]:
    return lambda _: os.kill(os.getpid(), number)


def _fill_disk(_: Path) -> None:
    """Have the record of every environment find no space from now on."""
    from tox.tox_env import info

    def write_text(path: Path, *_args: Any, **_kwargs: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    setattr(info, "write_text", write_text)  # noqa: B010 - it is not for others to set


def _protect_locks(_: Path) -> None:
    """Have lock files refuse to be opened from now on."""
    real = os.open

    def protected(path: Any, *args: Any, **kwargs: Any) -> int:
        if os.path.basename(os.fsdecode(path)).startswith("file.lock"):  # noqa: PTH119 - a text
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return real(path, *args, **kwargs)

    os.open = protected


def _remove_work_dir(env_dir: Path) -> None:
    shutil.rmtree(env_dir.parent, ignore_errors=True)


def _remove_lock(env_dir: Path) -> None:
    (env_dir / "file.lock").unlink(missing_ok=True)


FAULTS: dict[str, Callable[[Path], None]] = {
    "no space for the record": _fill_disk,
    "unwritable lock": _protect_locks,
    "work dir removed": _remove_work_dir,
    "lock file removed": _remove_lock,
}

if sys.platform == "win32":
    FAULTS["SIGKILL to host"] = _signal_to_host(signal.SIGTERM)  # which ends a process at once there

else:

    def _signal_to_group(number: int) -> Callable[[Path], None]:
        return lambda _: os.killpg(0, number)

    def lose_flock(_: Path) -> None:
        """Have locks in a work dir refused, as by a file system that knows none."""
        import fcntl

        real = fcntl.flock

        def flock(descriptor: Any, operation: int, /) -> None:
            # virtualenv has locks elsewhere, on which a file system without flock would be no news
            if "/.tox/" in os.readlink(f"/proc/self/fd/{descriptor}"):  # noqa: PTH115
                raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
            real(descriptor, operation)

        fcntl.flock = flock

    FAULTS.update({
        "SIGKILL to host": _signal_to_host(signal.SIGKILL),
        "SIGKILL to group": _signal_to_group(signal.SIGKILL),
        "SIGTERM to host": _signal_to_host(signal.SIGTERM),
        "SIGINT to host": _signal_to_host(signal.SIGINT),
        "SIGINT to group": _signal_to_group(signal.SIGINT),
        "no flock": lose_flock,
    })


# ---------------------------------------------------------------------------------------------------- the phases


def _before_the_lock(fault: Fault) -> None:
    from tox.tox_env._lock import _seat

    _before(_seat.Seat, "enter", lambda seat: fault.strike(seat._folder))


def _waiting(fault: Fault) -> None:
    from tox.tox_env._lock import _wait

    _after(_wait._Wait, "__init__", lambda wait: fault.strike(wait._lock_file.parent))


def _cleaning(fault: Fault) -> None:
    from tox.tox_env import api

    def half(env_dir: Path, *_args: Any, spare: Any = ()) -> None:
        if spare:  # the folder of the environment, not one for temporary files
            shutil.rmtree(env_dir / "lib", ignore_errors=True)
            fault.strike(env_dir)

    _before(api, "empty_dir", half)


def _creating(fault: Fault) -> None:
    from tox.tox_env.python.virtual_env.api import VirtualEnv

    _after(VirtualEnv, "create_python_env", lambda env: fault.strike(env.env_dir))


def _installing(fault: Fault) -> None:
    _while_running(fault, lambda run_id: run_id.startswith("install"))


def _before_ready(fault: Fault) -> None:
    from tox.tox_env.info import Info

    _before(Info, "mark_ready", lambda info, *_: fault.strike(info._path.parent))


def _executing(fault: Fault) -> None:
    _while_running(fault, lambda run_id: run_id in _EXECUTING)


def _teardown(fault: Fault) -> None:
    from tox.tox_env.api import ToxEnv

    _before(ToxEnv, "teardown", lambda env: fault.strike(env.env_dir))


PHASES: dict[str, Callable[[Fault], None]] = {
    "before the lock": _before_the_lock,
    "waiting": _waiting,
    "cleaning": _cleaning,
    "creating": _creating,
    "installing": _installing,
    "before ready": _before_ready,
    "executing": _executing,
    "teardown": _teardown,
}


def _before(owner: Any, name: str, do: Callable[..., None]) -> None:
    """Do something before a function does its work."""
    real = getattr(owner, name)

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        do(*args[:1], **{key: value for key, value in kwargs.items() if key == "spare"})
        return real(*args, **kwargs)

    setattr(owner, name, wrapper)


def _after(owner: Any, name: str, do: Callable[..., None]) -> None:
    """Do something after a function has done its work."""
    real = getattr(owner, name)

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        result = real(*args, **kwargs)
        do(args[0])
        return result

    setattr(owner, name, wrapper)


def _while_running(fault: Fault, is_meant: Callable[[str], bool]) -> None:
    """Strike while an environment runs a process whose run id is meant."""
    from tox.tox_env.api import ToxEnv

    real = ToxEnv._execute_call

    @contextlib.contextmanager
    def wrapper(env: Any, executor: Any, out_err: Any, request: Any, show: Any) -> Iterator[Any]:
        with real(env, executor, out_err, request, show) as status:
            if is_meant(request.run_id):
                fault.strike(env.env_dir)
            yield status

    setattr(ToxEnv, "_execute_call", wrapper)  # noqa: B010 - another signature, the same calls


if __name__ == "__main__":
    from tox.run import run

    what, when, whom = (sys.argv.pop(1) for _ in range(3))
    PHASES[when](Fault(FAULTS[what], whom))
    run(sys.argv[1:])
