"""On Windows, end processes together with us.

Elsewhere a process that works on an environment keeps its lock alive by an inherited descriptor. There it cannot, so
it must not outlive the one who holds the lock.
"""

from __future__ import annotations

import sys
from threading import Lock
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from subprocess import Popen

__all__ = ["SUSPENDED", "end_with_us"]

#: flag of processes that are handed to :func:`end_with_us`
SUSPENDED: Final = 0x4

if sys.platform == "win32":  # pragma: win32 cover
    import ctypes

    from tox.util._kernel32 import KERNEL32, ExtendedLimits

    _EXTENDED_LIMITS = 9
    _KILL_ON_JOB_CLOSE = 0x2000
    _BREAKAWAY_OK = 0x0800

    class _Job:
        """The job of this process; the system ends what is in it when our handle goes, however we end."""

        handle: int | None = None
        guard = Lock()

    def end_with_us(process: Popen[bytes]) -> None:
        """Have a process end when we do, with all that it starts and does not start outside of jobs; let it go on.

        Where the system refuses that, it just goes on.

        :param process: started suspended, so that nothing it starts is ahead of us
        :raises OSError: if it cannot be let go on; it is ended then
        """
        handle = int(process._handle)  # type: ignore[attr-defined] # noqa: SLF001 - a second one could be refused
        with _Job.guard:
            _Job.handle = _Job.handle or _make_job()
        if _Job.handle is not None:
            KERNEL32.AssignProcessToJobObject(_Job.handle, handle)
        resume = ctypes.WinDLL("ntdll").NtResumeProcess
        resume.restype, resume.argtypes = ctypes.c_int32, (ctypes.c_void_p,)
        status = resume(handle)
        if status < 0:
            process.kill()
            raise OSError(f"the system does not let process {process.pid} go on: {status & 0xFFFFFFFF:#x}")

    def _make_job() -> int | None:
        job: int | None = KERNEL32.CreateJobObjectW(None, None)
        limits = ExtendedLimits()
        limits.basic.flags = _KILL_ON_JOB_CLOSE | _BREAKAWAY_OK
        size = ctypes.sizeof(limits)
        if job and KERNEL32.SetInformationJobObject(job, _EXTENDED_LIMITS, ctypes.byref(limits), size):
            return job
        return None

else:

    def end_with_us(process: Popen[bytes]) -> None:
        """Do nothing: the descriptor of the lock, which the process inherits, does what is needed."""
