"""What the system tells of a process: whether it runs, when it started, who started it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["descendants", "is_descendant", "only_zombies", "parent", "start_time"]

_MAX_GENERATIONS = 64  # a guard against a changing process table, far above any real depth


if sys.platform == "linux":

    def _fields(pid: int) -> list[str] | None:
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - not a path of ours
                text = file.read()
        except OSError:
            return None
        # the command's name stands in brackets and may hold blanks and brackets itself
        return text[text.rfind(")") + 2 :].split()

    def start_time(pid: int) -> str | None:
        """Tell when a process started, as text that is equal for the same process only.

        :returns: None when there is no such process; a zombie counts as ended
        """
        fields = _fields(pid)
        return None if fields is None or fields[0] in {"Z", "X"} else fields[19]

    def parent(pid: int) -> int | None:
        """Tell the process that started another one, or has adopted it; None when either is unknown."""
        fields = _fields(pid)
        return None if fields is None else int(fields[1])

    def only_zombies(group: int) -> bool:
        """Tell whether nobody in a process group runs any more; an init that buries nobody leaves them there."""
        found = (_fields(int(name)) for name in os.listdir("/proc") if name.isdecimal())  # noqa: PTH208
        return not any(fields and int(fields[2]) == group and fields[0] not in {"Z", "X"} for fields in found)

    def _parents() -> dict[int, int]:
        found = ((int(name), parent(int(name))) for name in os.listdir("/proc") if name.isdecimal())  # noqa: PTH208
        return {pid: above for pid, above in found if above is not None}

elif sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _KERNEL32 = ctypes.WinDLL("kernel32", use_last_error=True)
    _KERNEL32.OpenProcess.restype = wintypes.HANDLE
    _KERNEL32.OpenProcess.argtypes = [wintypes.DWORD, wintypes.BOOL, wintypes.DWORD]
    _KERNEL32.CreateToolhelp32Snapshot.restype = wintypes.HANDLE
    _KERNEL32.CreateToolhelp32Snapshot.argtypes = [wintypes.DWORD, wintypes.DWORD]
    _KERNEL32.CloseHandle.argtypes = [wintypes.HANDLE]
    _QUERY_LIMITED_INFORMATION = 0x1000
    _STILL_ACTIVE = 259
    _SNAPSHOT_PROCESSES = 0x2
    _INVALID_HANDLE = ctypes.c_void_p(-1).value

    class _ProcessEntry(ctypes.Structure):
        _fields_ = (
            ("dwSize", wintypes.DWORD),
            ("cntUsage", wintypes.DWORD),
            ("th32ProcessID", wintypes.DWORD),
            ("th32DefaultHeapID", ctypes.c_size_t),
            ("th32ModuleID", wintypes.DWORD),
            ("cntThreads", wintypes.DWORD),
            ("th32ParentProcessID", wintypes.DWORD),
            ("pcPriClassBase", wintypes.LONG),
            ("dwFlags", wintypes.DWORD),
            ("szExeFile", wintypes.CHAR * 260),
        )

    _KERNEL32.Process32First.argtypes = [wintypes.HANDLE, ctypes.POINTER(_ProcessEntry)]
    _KERNEL32.Process32Next.argtypes = [wintypes.HANDLE, ctypes.POINTER(_ProcessEntry)]

    def start_time(pid: int) -> str | None:
        """Tell when a process started, as text that is equal for the same process only; None when it has ended."""
        handle = _KERNEL32.OpenProcess(_QUERY_LIMITED_INFORMATION, False, pid)
        if not handle:
            return None
        try:
            code = wintypes.DWORD()
            times = [wintypes.FILETIME() for _ in range(4)]
            if not _KERNEL32.GetExitCodeProcess(handle, ctypes.byref(code)) or code.value != _STILL_ACTIVE:
                return None
            if not _KERNEL32.GetProcessTimes(handle, *(ctypes.byref(time) for time in times)):
                return None
            return str((times[0].dwHighDateTime << 32) + times[0].dwLowDateTime)
        finally:
            _KERNEL32.CloseHandle(handle)

    def parent(pid: int) -> int | None:
        """Tell the process that started another one; None when it is unknown."""
        return _parents().get(pid)

    def only_zombies(group: int) -> bool:  # noqa: ARG001 - elsewhere there is something to look at
        """Tell nothing: there are neither such groups nor zombies here."""
        return False

    def _parents() -> dict[int, int]:
        snapshot = _KERNEL32.CreateToolhelp32Snapshot(_SNAPSHOT_PROCESSES, 0)
        found: dict[int, int] = {}
        if snapshot == _INVALID_HANDLE:
            return found
        try:
            entry = _ProcessEntry(dwSize=ctypes.sizeof(_ProcessEntry))
            more = _KERNEL32.Process32First(snapshot, ctypes.byref(entry))
            while more:
                found[int(entry.th32ProcessID)] = int(entry.th32ParentProcessID)
                more = _KERNEL32.Process32Next(snapshot, ctypes.byref(entry))
        finally:
            _KERNEL32.CloseHandle(snapshot)
        return found

else:

    def _ps(column: str, pid: int) -> str | None:
        return _run_ps("-o", f"{column}=", "-p", str(pid))

    def _run_ps(*arguments: str) -> str | None:
        import subprocess

        done = subprocess.run(
            ["ps", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
            check=False,
        )
        text = done.stdout.decode(errors="replace").strip()
        return text if done.returncode == 0 and text else None

    def _parents() -> dict[int, int]:
        lines = (_run_ps("-A", "-o", "pid=,ppid=") or "").splitlines()
        return {int(pid): int(above) for pid, above in map(str.split, lines)}

    def start_time(pid: int) -> str | None:
        """Tell when a process started, as text that is equal for the same process only; None when it has ended."""
        return None if (_ps("state", pid) or "Z").startswith("Z") else _ps("lstart", pid)

    def parent(pid: int) -> int | None:
        """Tell the process that started another one, or has adopted it; None when either is unknown."""
        text = _ps("ppid", pid)
        return None if text is None else int(text)

    def only_zombies(group: int) -> bool:  # noqa: ARG001 - elsewhere there is something to look at
        """Tell nothing: what is asked whether it lives says no itself here, when it is a zombie."""
        return False


def is_descendant(ancestor: int) -> bool:
    """Tell whether this process was started by another one, directly or through others that still live."""
    pid: int | None = os.getppid()
    for _ in range(_MAX_GENERATIONS):
        if pid == ancestor:
            return True
        if pid is None or pid <= 1:
            return False
        pid = parent(pid)
    return False


def descendants(ancestors: Iterable[int]) -> list[int]:
    """List the processes that some others have started, directly or through others that still live.

    :returns: in no order; processes that start or end meanwhile may be missing or listed
    """
    children: dict[int, list[int]] = {}
    for pid, above in _parents().items():
        children.setdefault(above, []).append(pid)
    found: dict[int, None] = {}
    ahead = list(ancestors)
    while ahead:
        for pid in children.get(ahead.pop(), ()):
            if pid not in found:
                found[pid] = None
                ahead.append(pid)
    return list(found)
