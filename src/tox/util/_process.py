"""What the system tells of a process: whether it runs, when it started, who started it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["descendants", "is_descendant", "only_zombies", "parent", "start_time"]

_MAX_GENERATIONS = 64  # a guard against a changing process table, far above any real depth


if sys.platform == "linux":

    def _fields(pid: int) -> list[str] | None:
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
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
        found = (_fields(int(name)) for name in os.listdir("/proc") if name.isdecimal())
        return not any(fields and int(fields[2]) == group and fields[0] not in {"Z", "X"} for fields in found)

    def _parents() -> dict[int, int]:
        found = ((int(name), parent(int(name))) for name in os.listdir("/proc") if name.isdecimal())
        return {pid: above for pid, above in found if above is not None}

elif sys.platform == "win32":
    import ctypes

    from tox.util._kernel32 import KERNEL32, ProcessEntry

    _QUERY_LIMITED_INFORMATION = 0x1000
    _STILL_ACTIVE = 259
    _SNAPSHOT_PROCESSES = 0x2
    _INVALID_HANDLE = ctypes.c_void_p(-1).value

    def start_time(pid: int) -> str | None:
        """Tell when a process started, as text that is equal for the same process only; None when it has ended."""
        created, runs = _created(pid)
        return str(created) if runs else None

    def _created(pid: int) -> tuple[int | None, bool]:
        """Tell when a process started, None when it cannot be told, and whether it still runs."""
        handle = KERNEL32.OpenProcess(_QUERY_LIMITED_INFORMATION, False, pid)
        if not handle:
            return None, False
        try:
            code = ctypes.c_uint32()
            times = [ctypes.c_uint64() for _ in range(4)]
            if not KERNEL32.GetProcessTimes(handle, *(ctypes.byref(time) for time in times)):
                return None, False
            runs = KERNEL32.GetExitCodeProcess(handle, ctypes.byref(code)) and code.value == _STILL_ACTIVE
            return times[0].value, bool(runs)
        finally:
            KERNEL32.CloseHandle(handle)

    def _started_by(pid: int, above: int) -> bool:
        """Tell whether a process that names another one as its parent can come from it.

        The id of a parent stays when that has ended, and others get it.
        """
        born, born_above = _created(pid)[0], _created(above)[0]
        return born is not None and born_above is not None and born >= born_above

    def parent(pid: int) -> int | None:
        """Tell the process that started another one; None when it is unknown."""
        above = _parents().get(pid)
        return above if above is not None and _started_by(pid, above) else None

    def only_zombies(group: int) -> bool:
        """Tell nothing: there are neither such groups nor zombies here."""
        return False

    def _parents() -> dict[int, int]:
        snapshot = KERNEL32.CreateToolhelp32Snapshot(_SNAPSHOT_PROCESSES, 0)
        found: dict[int, int] = {}
        if snapshot == _INVALID_HANDLE:
            return found
        try:
            entry = ProcessEntry(size=ctypes.sizeof(ProcessEntry))
            more = KERNEL32.Process32First(snapshot, ctypes.byref(entry))
            while more:
                found[int(entry.process_id)] = int(entry.parent_process_id)
                more = KERNEL32.Process32Next(snapshot, ctypes.byref(entry))
        finally:
            KERNEL32.CloseHandle(snapshot)
        return found

else:

    def _ps(column: str, pid: int) -> str | None:
        return _run_ps("-o", f"{column}=", "-p", str(pid))

    def _run_ps(*arguments: str) -> str | None:
        try:
            done = subprocess.run(
                ["ps", *arguments],
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
                check=False,
            )
        except OSError:  # there is none, or no more processes may be started
            return None
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

    def only_zombies(group: int) -> bool:
        """Tell nothing: what is asked whether it lives says no itself here, when it is a zombie."""
        return False


if sys.platform != "win32":

    def _started_by(pid: int, above: int) -> bool:
        """Tell whether a process comes from the one that it names as its parent: the kernel keeps that right."""
        return True


def is_descendant(ancestor: int) -> bool:
    """Tell whether this process was started by another one, directly or through others that still live."""
    pid = parent(os.getpid()) if sys.platform == "win32" else os.getppid()
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
        above = ahead.pop()
        for pid in children.get(above, ()):
            if pid not in found and _started_by(pid, above):
                found[pid] = None
                ahead.append(pid)
    return list(found)
