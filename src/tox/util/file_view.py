"""A session's private copy of a package.

Several sessions may build into one folder; each installs from a copy that no other one replaces. The copies lie where
accounts that may not change the project may not change them either: what is installed runs with our rights.
"""

from __future__ import annotations

import errno
import logging
import os
import stat
import sys
from typing import TYPE_CHECKING, NamedTuple

from tox.util._atomic import claim_folder
from tox.util.path import empty_dir, ensure_private_dir

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PACKAGE_STAGING_DIR", "create_session_view", "lets_more_in", "repair_staging_path"]

#: name of the folder below the temporary folder of tox that holds the copies
PACKAGE_STAGING_DIR = "package"

_LOGGER = logging.getLogger()
_COPY_CHUNK_BYTES = 1024 * 1024


def create_session_view(package: Path, temp_path: Path, trust_root: Path) -> Path:
    """Copy a package file into a folder of its own, that no other session uses and nobody else can change.

    :param package: the file to copy
    :param temp_path: folder of all copies, created private when missing; the copy goes to ``temp_path/N/<name>``
    :param trust_root: folder whose writers are trusted, commonly the root of the project
    :returns: path of the copy
    :raises PermissionError: if an account that cannot change the trusted folder could change the path of the copy
    :raises OSError: if the package cannot be read or the copy cannot be written
    """
    with package.open("rb") as source:
        if package.is_dir():  # pragma: no cover - opening a folder fails already on all known platforms
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(package))
        ensure_private_dir(temp_path)
        weak = _first_weak_folder(temp_path, trust_root)
        if weak is not None:
            raise PermissionError(
                f"refuse to put packages below {weak.path} (owner uid {weak.owner}, mode {weak.mode:04o}): "
                f"accounts that may not change {trust_root} have access to it"
            )
        view = claim_folder(temp_path, mode=0o700) / package.name
        with view.open("xb") as target:
            while chunk := source.read(_COPY_CHUNK_BYTES):
                target.write(chunk)
    _LOGGER.debug("package %s copied from %s", view, package.parent)
    return view


def repair_staging_path(temp_path: Path, trust_root: Path, work_dir: Path) -> None:
    """Make the folders of the copies private again where that is in our power, and say so with a warning.

    Folders from releases or tools that did not care for permissions are made private. Copies that were
    in reach of others are removed. What cannot be repaired stays, for :func:`create_session_view` to refuse.

    :param temp_path: folder of all copies
    :param trust_root: folder whose writers are trusted
    :param work_dir: nothing above it is ever changed
    """
    while True:
        weak = _first_weak_folder(temp_path, trust_root)
        if weak is None or not _is_ours_to_repair(weak, work_dir):
            return
        weak.path.chmod(stat.S_IRWXU)
        if temp_path.is_dir():
            empty_dir(temp_path)
        _LOGGER.warning(
            "made %s private and removed package copies below it, since accounts that cannot change %s had access",
            weak.path,
            trust_root,
        )


class _Folder(NamedTuple):
    """Who may change a folder."""

    path: Path
    owner: int  #: user id
    group: int  #: group id
    mode: int  #: permission bits

    @property
    def group_writable(self) -> bool:
        """Whether members of its group may change entries of others; in sticky folders they cannot."""
        return bool(self.mode & stat.S_IWGRP) and not self.mode & stat.S_ISVTX

    @property
    def world_writable(self) -> bool:
        """Whether any account may change entries of others; in sticky folders they cannot."""
        return bool(self.mode & stat.S_IWOTH) and not self.mode & stat.S_ISVTX


if sys.platform == "win32":  # pragma: win32 cover

    def lets_more_in(folder: Path, trust_root: Path) -> bool:
        """Tell nothing: access is inherited from the parent folder here."""
        return False

    def _first_weak_folder(path: Path, trust_root: Path) -> _Folder | None:
        """Find no folder: access is inherited from the parent folder here."""
        return None

    def _is_ours_to_repair(weak: _Folder, work_dir: Path) -> bool:
        return False

else:

    def lets_more_in(folder: Path, trust_root: Path) -> bool:
        """Tell whether accounts that cannot change one folder can change another one, which may be missing.

        :param folder: the folder
        :param trust_root: folder whose writers are trusted
        """
        return folder.is_dir() and _admits_more(_inspect(folder), _inspect(trust_root))

    def _first_weak_folder(path: Path, trust_root: Path) -> _Folder | None:
        """Find the outermost folder between the two that gives access to more accounts than the trusted one.

        :returns: ``None`` when all is well
        """
        trusted = _inspect(trust_root)
        between = [path, *path.parents]
        if trust_root in between:
            between = between[: between.index(trust_root)]
        for folder in reversed(between):
            if os.path.lexists(folder):
                found = _inspect(folder)
                if _admits_more(found, trusted):
                    return found
        return None

    def _admits_more(folder: _Folder, trusted: _Folder) -> bool:
        if folder.owner not in {0, os.geteuid(), trusted.owner}:
            return True
        if folder.world_writable and not trusted.world_writable:
            return True
        same_group = trusted.group_writable and trusted.group == folder.group
        return folder.group_writable and not (same_group or trusted.world_writable)

    def _is_ours_to_repair(weak: _Folder, work_dir: Path) -> bool:
        within = weak.path == work_dir or work_dir in weak.path.parents
        return within and weak.owner == os.geteuid() and weak.path.is_dir() and not weak.path.is_symlink()

    def _inspect(path: Path) -> _Folder:
        status = path.stat()
        return _Folder(path, status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode))
