"""One attempt to get a lock file, by the means that the platform and the file system offer.

Holding alone is :class:`filelock.FileLock`, so upstream tox in the same project is excluded. Holding beside others is a
shared lock of the same kind on the same file, which filelock has no class for. Where the file system knows no such
lock, a file that exists while the lock is held takes its place, under another name: a lock file left by an ordinary run
would else count as held for ever.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from filelock import FileLock, SoftFileLock, Timeout

from tox.errors import HandledError
from tox.util.path import identity

if TYPE_CHECKING:
    from collections.abc import Callable

    from tox.tox_env._lock._owner import Mode

__all__ = ["Hold", "take", "take_kept"]

_UNSUPPORTED = frozenset({errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP})
_CONTENDED = frozenset({errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK})

#: folders whose file system was found to know no locks, each told to the user once
_WITHOUT_LOCKS: set[str] = set()

# each attempt of a wait would be a line at the highest verbosity
logging.getLogger("filelock").setLevel(logging.INFO)


class Hold(Protocol):
    """A lock that is held."""

    @property
    def descriptor(self) -> int | None:
        """The open file that a child may inherit to keep the lock; None when the lock is not bound to one."""

    @property
    def identity(self) -> tuple[int, int]:
        """Device and inode of the locked file."""

    def is_in_place(self) -> bool:
        """Whether the file at the path is still the one that is locked."""

    def release(self) -> None:
        """Give the lock up; children that inherited the descriptor no longer keep it either."""


def take(path: Path, mode: Mode) -> Hold | None:
    """Try to get a lock, without waiting.

    :param path: the lock file; its folder exists
    :returns: None when another process holds it
    :raises HandledError: if the file can never be locked, with what would help
    """
    return _take(path, lambda: _Alone.take(path) if mode == "exclusive" else _Beside.take(path))


def _take(path: Path, attempt: Callable[[], Hold | None]) -> Hold | None:
    """Make an attempt, by a marker file where the file system knows no locks.

    :raises HandledError: if the file can never be locked, with what would help
    """
    if str(path.parent) in _WITHOUT_LOCKS:
        return _take_soft(path)
    try:
        hold = attempt()
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise HandledError(_sentence(path, error)) from error
        _WITHOUT_LOCKS.add(str(path.parent))
        logging.warning("the file system of %s knows no file locks, a marker file is used instead", path.parent)
        return _take_soft(path)
    if hold is None or hold.is_in_place():
        return hold
    hold.release()  # the file was replaced between opening and locking it: this lock guards nothing
    return None


class _Locked:
    """A lock bound to an open file."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path, self._descriptor = path, descriptor

    @property
    def descriptor(self) -> int | None:
        return self._descriptor

    @property
    def identity(self) -> tuple[int, int]:
        return identity(self._descriptor)

    def is_in_place(self) -> bool:
        try:
            return identity(self._path) == self.identity
        except OSError:  # nothing is there, or Python, about to exit, has closed the file before us
            return False


class _Alone(_Locked):
    """A :class:`filelock.FileLock` that is held."""

    def __init__(self, path: Path, descriptor: int, lock: FileLock) -> None:
        super().__init__(path, descriptor)
        self._lock = lock

    @classmethod
    def take(cls, path: Path) -> _Alone | None:
        found: list[int] = []
        lock = FileLock(
            path,
            thread_local=False,  # a session may end in another thread than it began
            fallback_to_soft=False,
            preserve_lock_file=True,
            on_acquired=found.append,
        )
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return None
        return cls(path, found[0], lock)

    def release(self) -> None:
        self._lock.release()


if sys.platform == "win32":
    import ctypes
    import msvcrt

    from tox.util._kernel32 import KERNEL32, Overlapped

    _LOCKFILE_FAIL_IMMEDIATELY = 0x1
    _ERROR_LOCK_VIOLATION = 33

    def _share(descriptor: int) -> bool:
        # byte 0, the one that filelock locks
        handle, place = msvcrt.get_osfhandle(descriptor), Overlapped()
        if KERNEL32.LockFileEx(handle, _LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, ctypes.byref(place)):
            return True
        code = ctypes.get_last_error()
        if code == _ERROR_LOCK_VIOLATION:
            return False
        raise ctypes.WinError(code)

    def _unlock(descriptor: int) -> None:
        KERNEL32.UnlockFileEx(msvcrt.get_osfhandle(descriptor), 0, 1, 0, ctypes.byref(Overlapped()))

else:
    import fcntl

    def _share(descriptor: int) -> bool:
        return _locked(descriptor, fcntl.LOCK_SH)

    def _locked(descriptor: int, how: int) -> bool:
        try:
            fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in _CONTENDED:
                return False
            raise
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def _opened(path: Path) -> int:
    """Open a lock file, made when it is missing; a link is not followed."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
    return os.open(path, flags, 0o666)


class _Beside(_Locked):
    """A shared lock on the file, held beside others."""

    @classmethod
    def take(cls, path: Path) -> _Beside | None:
        path.parent.mkdir(parents=True, exist_ok=True)  # it may have been removed while we waited
        descriptor = _opened(path)
        try:
            shared = _share(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        if shared:
            return cls(path, descriptor)
        os.close(descriptor)
        return None

    def release(self) -> None:
        try:
            _unlock(self._descriptor)
        finally:
            os.close(self._descriptor)


if sys.platform == "win32":

    def take_kept(path: Path, before: Hold | None) -> Hold | None:
        """Try to get a lock alone, without waiting; children end with us, so none has to keep it."""
        return take(path, "exclusive")

else:

    class _Kept(_Locked):
        """A lock held alone whose file stays open afterwards, see :func:`take_kept`."""

        def again(self) -> bool:
            """Try to lock the file, without waiting."""
            return _locked(self._descriptor, fcntl.LOCK_EX)

        def release(self) -> None:
            _unlock(self._descriptor)

        def close(self) -> None:
            """Give the file up."""
            os.close(self._descriptor)

    def take_kept(path: Path, before: Hold | None) -> Hold | None:
        """Try to get a lock alone whose file stays open when it is released, without waiting.

        A child that inherited the open file has part in every later hold as well: it keeps the lock when we are killed.

        :param path: the lock file; its folder exists
        :param before: the hold that this process released last; None for none
        :returns: None when another process holds it
        :raises HandledError: if the file can never be locked, with what would help
        """

        def attempt() -> Hold | None:
            kept = before if isinstance(before, _Kept) else None
            if kept is not None and not kept.is_in_place():  # the file at the path is another one by now
                kept.close()
                kept = None
            found = kept or _Kept(path, _opened(path))
            if found.again():
                return found
            if kept is None:
                found.close()
            return None

        return _take(path, attempt)


@dataclass(frozen=True, slots=True)
class _Marker:
    """A marker file that exists while the lock is held; filelock removes it when its process is gone from this host."""

    _lock: SoftFileLock

    @property
    def descriptor(self) -> int | None:
        return None

    @property
    def identity(self) -> tuple[int, int]:
        return identity(Path(self._lock.lock_file))

    def is_in_place(self) -> bool:
        return os.path.exists(self._lock.lock_file)

    def release(self) -> None:
        self._lock.release()


def _take_soft(path: Path) -> _Marker | None:
    lock = SoftFileLock(path.with_name(f"{path.name}.soft"), thread_local=False)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return None
    except OSError as error:
        raise HandledError(_sentence(path, error)) from error
    return _Marker(lock)


def _sentence(path: Path, error: OSError) -> str:
    """Say why a file cannot be locked and what to do."""
    if path.is_symlink():
        return f"the lock file {path} is a link, which is not followed; remove it"
    if path.is_dir():
        return f"the lock file {path} is a folder; remove it"
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        culprit = path if path.exists() else path.parent
        return (
            f"cannot write {culprit}{_belongs_to(culprit)}; make it writable, or choose another folder with --workdir"
        )
    return f"cannot lock {path}: {error.strerror or error}"


if sys.platform == "win32":

    def _belongs_to(_path: Path) -> str:
        return ""

else:
    import pwd

    def _belongs_to(path: Path) -> str:
        try:
            return f", which belongs to {pwd.getpwuid(path.stat().st_uid).pw_name}"
        except (OSError, KeyError):
            return ""
