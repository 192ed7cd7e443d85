"""On Windows, end processes together with us.

Elsewhere a process that works on an environment keeps its lock alive by an inherited descriptor. There it cannot, so
it must not outlive the one who holds the lock.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import Popen

__all__ = ["end_with_us"]

if sys.platform == "win32":  # pragma: win32 cover
    import ctypes
    from ctypes import wintypes

    _EXTENDED_LIMITS = 9
    _KILL_ON_JOB_CLOSE = 0x2000
    _PROCESS_SET_QUOTA_AND_TERMINATE = 0x0101

    class _BasicLimits(ctypes.Structure):
        _fields_ = (
            ("per_process_time", wintypes.LARGE_INTEGER),
            ("per_job_time", wintypes.LARGE_INTEGER),
            ("flags", wintypes.DWORD),
            ("minimum_working_set", ctypes.c_size_t),
            ("maximum_working_set", ctypes.c_size_t),
            ("active_processes", wintypes.DWORD),
            ("affinity", ctypes.c_size_t),
            ("priority_class", wintypes.DWORD),
            ("scheduling_class", wintypes.DWORD),
        )

    class _ExtendedLimits(ctypes.Structure):
        _fields_ = (
            ("basic", _BasicLimits),
            ("io_counters", ctypes.c_ulonglong * 6),
            ("process_memory", ctypes.c_size_t),
            ("job_memory", ctypes.c_size_t),
            ("peak_process_memory", ctypes.c_size_t),
            ("peak_job_memory", ctypes.c_size_t),
        )

    class _Job:
        """The job of this process; the system ends what is in it when our handle goes, however we end."""

        handle: int | None = None

    def end_with_us(process: Popen[bytes]) -> None:
        """Have a process end when we do; where the system refuses that, it just goes on as before."""
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = wintypes.HANDLE
        kernel.OpenProcess.restype = wintypes.HANDLE
        if _Job.handle is None:
            job = kernel.CreateJobObjectW(None, None)
            limits = _ExtendedLimits()
            limits.basic.flags = _KILL_ON_JOB_CLOSE
            size = ctypes.sizeof(limits)
            if not job or not kernel.SetInformationJobObject(
                wintypes.HANDLE(job), _EXTENDED_LIMITS, ctypes.byref(limits), size
            ):
                return
            _Job.handle = job
        opened = kernel.OpenProcess(_PROCESS_SET_QUOTA_AND_TERMINATE, False, process.pid)
        if opened:
            kernel.AssignProcessToJobObject(wintypes.HANDLE(_Job.handle), wintypes.HANDLE(opened))
            kernel.CloseHandle(wintypes.HANDLE(opened))

else:

    def end_with_us(process: Popen[bytes]) -> None:
        """Do nothing: the descriptor of the lock, which the process inherits, does what is needed."""
