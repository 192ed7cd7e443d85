"""What is called of Windows itself: each function with its signature, each structure with its layout.

A function that is not declared takes and returns C integers, which cut a handle of 64 bits. Types are those of a fixed
size, so that layouts can be looked at anywhere.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import POINTER, Structure, c_char, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_void_p
from typing import Any, Final

__all__ = ["KERNEL32", "SIGNATURES", "CursorInfo", "ExtendedLimits", "Overlapped", "ProcessEntry"]


class Overlapped(Structure):
    """Where in a file to lock: by default from its first byte on (``OVERLAPPED``)."""

    _fields_ = (
        ("internal", c_void_p),
        ("internal_high", c_void_p),
        ("offset", c_uint32),
        ("offset_high", c_uint32),
        ("event", c_void_p),
    )


class ProcessEntry(Structure):
    """A process in a snapshot of all (``PROCESSENTRY32``)."""

    _fields_ = (
        ("size", c_uint32),
        ("usage", c_uint32),
        ("process_id", c_uint32),
        ("default_heap", c_size_t),
        ("module", c_uint32),
        ("threads", c_uint32),
        ("parent_process_id", c_uint32),
        ("base_priority", c_int32),
        ("flags", c_uint32),
        ("exe_file", c_char * 260),
    )


class _BasicLimits(Structure):
    _fields_ = (
        ("per_process_time", c_int64),
        ("per_job_time", c_int64),
        ("flags", c_uint32),
        ("minimum_working_set", c_size_t),
        ("maximum_working_set", c_size_t),
        ("active_processes", c_uint32),
        ("affinity", c_size_t),
        ("priority_class", c_uint32),
        ("scheduling_class", c_uint32),
    )


class ExtendedLimits(Structure):
    """What processes of a job are held to (``JOBOBJECT_EXTENDED_LIMIT_INFORMATION``)."""

    _fields_ = (
        ("basic", _BasicLimits),
        ("io_counters", c_uint64 * 6),
        ("process_memory", c_size_t),
        ("job_memory", c_size_t),
        ("peak_process_memory", c_size_t),
        ("peak_job_memory", c_size_t),
    )


class CursorInfo(Structure):
    """How the cursor of a console looks (``CONSOLE_CURSOR_INFO``)."""

    _fields_ = (("size", c_uint32), ("visible", c_int32))


_HANDLE: Final = c_void_p
_TIME: Final = POINTER(c_uint64)

#: for each function what it returns, and what it takes
SIGNATURES: Final[dict[str, tuple[type, tuple[type, ...]]]] = {
    "AssignProcessToJobObject": (c_int32, (_HANDLE, _HANDLE)),
    "CloseHandle": (c_int32, (_HANDLE,)),
    "CreateJobObjectW": (_HANDLE, (c_void_p, c_void_p)),
    "CreateToolhelp32Snapshot": (_HANDLE, (c_uint32, c_uint32)),
    "GetConsoleCursorInfo": (c_int32, (_HANDLE, POINTER(CursorInfo))),
    "GetExitCodeProcess": (c_int32, (_HANDLE, POINTER(c_uint32))),
    "GetProcessTimes": (c_int32, (_HANDLE, _TIME, _TIME, _TIME, _TIME)),
    "GetStdHandle": (_HANDLE, (c_uint32,)),
    "LockFileEx": (c_int32, (_HANDLE, c_uint32, c_uint32, c_uint32, c_uint32, POINTER(Overlapped))),
    "OpenProcess": (_HANDLE, (c_uint32, c_int32, c_uint32)),
    "Process32First": (c_int32, (_HANDLE, POINTER(ProcessEntry))),
    "Process32Next": (c_int32, (_HANDLE, POINTER(ProcessEntry))),
    "SetConsoleCursorInfo": (c_int32, (_HANDLE, POINTER(CursorInfo))),
    "SetInformationJobObject": (c_int32, (_HANDLE, c_int32, c_void_p, c_uint32)),
    "UnlockFileEx": (c_int32, (_HANDLE, c_uint32, c_uint32, c_uint32, POINTER(Overlapped))),
}

#: the library, its functions declared; of no use elsewhere
KERNEL32: Any = None
if sys.platform == "win32":  # pragma: win32 cover
    KERNEL32 = ctypes.WinDLL("kernel32", use_last_error=True)
    for _name, (_returns, _takes) in SIGNATURES.items():
        _function = getattr(KERNEL32, _name)
        _function.restype, _function.argtypes = _returns, _takes
