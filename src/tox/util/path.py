"""Folders that tox owns: marked, private, emptied."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tox.util._atomic import make_folder
from tox.util._busy import patiently

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = [
    "empty_dir",
    "ensure_cachedir_tag",
    "ensure_empty_dir",
    "ensure_gitignore",
    "ensure_private_dir",
    "identity",
    "is_junction",
]

#: what of a device and an inode every Python tells on Windows
_SHORTENS, _DEVICE, _INODE = sys.platform == "win32", 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF

_CACHEDIR_TAG = """\
Signature: 8a477f597d28d172789f06886806bc55
# This folder belongs to tox and can be made again; backups may leave it out.
# The format of this file is described at https://bford.info/cachedir/
"""


def ensure_cachedir_tag(work_dir: Path) -> None:
    """Mark a folder as a cache, so that backup programs may skip it; an existing tag stays.

    :param work_dir: created, private, when missing
    """
    ensure_private_dir(work_dir)
    _create_text(work_dir / "CACHEDIR.TAG", _CACHEDIR_TAG)


def ensure_gitignore(path: Path) -> None:
    """Have git ignore all of a folder; an existing ``.gitignore`` in it stays.

    :param path: the folder, created when missing
    """
    path.mkdir(parents=True, exist_ok=True)
    _create_text(path / ".gitignore", "*\n")


def ensure_private_dir(path: Path) -> None:
    """Create a folder, and parents that are missing, for this account alone; existing ones keep their mode.

    :raises FileExistsError: if something else than a folder is there
    """
    for missing in reversed([path, *path.parents]):
        if not missing.is_dir():
            with contextlib.suppress(FileExistsError):
                make_folder(missing)
    if not path.is_dir():
        raise FileExistsError(errno.EEXIST, "not a folder", str(path))


def ensure_empty_dir(path: Path, except_filename: str | None = None) -> None:
    """Have an empty folder at a path, whatever was there before.

    :param path: a file or link in its place is removed
    :param except_filename: name of one entry directly in the folder that stays
    """
    empty_dir(path, () if except_filename is None else (except_filename,))


def empty_dir(path: Path, spare: Collection[str] = ()) -> None:
    """Have a folder at a path that holds nothing but the spared entries; no link is ever followed.

    :param path: a file, link or junction in its place is removed
    :param spare: names directly in the folder that stay
    :raises OSError: if something cannot be removed
    """
    if os.path.lexists(path) and not _is_real_folder(path):
        _remove_entry(path)
    if not os.path.lexists(path):
        path.mkdir(parents=True, exist_ok=True)
        return
    with os.scandir(path) as entries:
        names = [entry.name for entry in entries if entry.name not in spare]
    for name in names:
        _remove_entry(path / name)


if sys.platform == "win32":  # pragma: win32 cover

    def is_junction(path: Path) -> bool:
        """Tell whether a path is a Windows junction: a folder that is in truth another one."""
        try:
            return path.lstat().st_reparse_tag == stat.IO_REPARSE_TAG_MOUNT_POINT
        except OSError:
            return False

else:

    def is_junction(path: Path) -> bool:
        """Tell whether a path is a Windows junction; there are none here."""
        return False


def identity(file: Path | int) -> tuple[int, int]:
    """Tell the device and the inode of a file, as every Python tells them.

    On Windows, those since 3.12 give more bits of both than those before, and a descendant may run on another one.

    :param file: a path, or a descriptor
    :raises OSError: if there is none
    """
    status = os.stat(file)
    return (status.st_dev & _DEVICE, status.st_ino & _INODE) if _SHORTENS else (status.st_dev, status.st_ino)


def _is_real_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink() and not is_junction(path)


def _remove_entry(path: Path) -> None:
    """Remove a file, a link (not its target) or a folder with all that is in it; missing ones are fine."""
    with contextlib.suppress(FileNotFoundError):
        if _is_real_folder(path):
            _remove_tree(path)
        elif is_junction(path):
            patiently(path.rmdir)
        else:
            patiently(path.unlink)


def _remove_tree(path: Path) -> None:
    """Remove a folder; loads the library for it, which most runs never need."""
    import shutil

    if sys.version_info >= (3, 12):
        shutil.rmtree(path, onexc=_remove_once_more)
    else:
        shutil.rmtree(path, onerror=lambda function, name, info: _remove_once_more(function, name, info[1]))


def _remove_once_more(_function: object, name: str, error: BaseException) -> None:
    """Give a second chance to what could not be removed for want of write permission, as git's files on Windows.

    Or because another process has it open there, which is waited for.

    :raises OSError: if it still cannot be removed, or for another reason
    """
    if isinstance(error, FileNotFoundError):
        return  # somebody else removed it meanwhile
    if not isinstance(error, PermissionError):
        raise error
    path = Path(name)
    with contextlib.suppress(OSError):
        path.parent.chmod(stat.S_IRWXU)
    if not path.is_symlink():
        path.chmod(stat.S_IRWXU)
    if path.is_dir() and not path.is_symlink():
        for entry in path.iterdir():
            _remove_entry(entry)
        patiently(path.rmdir)
    else:
        patiently(path.unlink)


def _create_text(path: Path, text: str) -> None:
    """Write a new file; whoever was first wins, and a read-only folder is no reason to fail."""
    if os.path.lexists(path):
        return
    with contextlib.suppress(OSError), path.open("x", encoding="utf-8") as file:
        file.write(text)
