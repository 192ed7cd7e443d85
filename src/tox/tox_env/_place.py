"""Whose a folder is: what tox may empty, and what it must leave alone.

Below a work dir that tox made everything belongs to tox. Elsewhere, and below a work dir that holds something of
somebody else's, a folder that the configuration names belongs to whoever has put files into it, unless these say that
they are tox's. Links below the work dir are never followed.
"""

from __future__ import annotations

import logging
import os
import stat
import threading
from typing import TYPE_CHECKING

from tox.errors import HandledError
from tox.tox_env._lock import LOCK_FILES, EnvLock
from tox.util._busy import patiently
from tox.util.file_view import lets_more_in
from tox.util.path import empty_dir, ensure_cachedir_tag, ensure_gitignore, ensure_private_dir, is_junction

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

__all__ = ["Place"]

#: what only an environment has, made by tox or by whoever makes virtual environments
_ENVIRONMENT = frozenset({".tox-info.json", "pyvenv.cfg"})
#: what tox leaves in a folder of its own that is no environment
_TAG = "CACHEDIR.TAG"
#: a work dir of this name is tox's, whatever else is in it
_WORK_DIR = ".tox"
#: what tox leaves in a work dir beside folders of environments
_BESIDE_ENVIRONMENTS = frozenset({".gitignore", ".tmp", ".virtualenv-bootstrap"})

_CLOSED: set[str] = set()
_CLOSING = threading.Lock()


class Place:
    """Where one environment keeps what it makes.

    :param name: of the environment, for messages
    :param work_dir: tells the work dir
    :param roots: tells the folders of the project, which no environment may hold
    :param looks: tells that nothing is done there, so that the work dir stays as open as it is
    """

    def __init__(
        self, name: str, work_dir: Callable[[], Path], roots: Callable[[], Sequence[Path]], *, looks: bool = False
    ) -> None:
        self._name = name
        self._work_dir = work_dir
        self._roots = roots
        self._looks = looks

    def environment(self, folder: Path) -> Path:
        """Give the folder of the environment, once it is known to be free for it.

        :raises HandledError: if the project is in it, or somebody else's files are, or if others could write to a work
            dir that is not tox's to empty
        """
        if not self._looks:
            _close_to_others(self._work_dir(), self._roots()[0])
        if folder.is_symlink() or is_junction(folder):
            # it is not followed; below the work dir setup tells so, or removes the link itself
            reason = "" if self._is_ours(folder.parent) else "it is a link of yours, which is not followed"
        else:
            reason = self._why_not(folder, _ENVIRONMENT)
        if reason:
            raise HandledError(f"env_dir of {self._name} cannot be {folder}, as {reason}")
        return folder

    def have_work_dir(self) -> None:
        """Have the work dir; one that holds nothing of somebody else's is marked as a cache, and left out by git."""
        work_dir = self._work_dir()
        ensure_private_dir(work_dir)
        if _is_toxs(work_dir):
            ensure_cachedir_tag(work_dir)
            ensure_gitignore(work_dir)

    def emptied(self, setting: str, folder: Path, env_dir: Path, *, empty: bool) -> None:
        """Have a folder for files that come and go.

        :param setting: that names it, for messages
        :param env_dir: folder of the environment, which is known to be free
        :param empty: whether to remove what is in it
        :raises HandledError: if the project is in it, or somebody else's files are
        """
        self.refuse_others(setting, folder, env_dir)
        if empty:
            empty_dir(folder, spare=(_TAG,))
        else:
            folder.mkdir(parents=True, exist_ok=True)
        if not self._is_ours(folder) and not _is_below(folder, env_dir):
            ensure_cachedir_tag(folder)

    def refuse_others(self, setting: str, folder: Path, env_dir: Path, suffixes: tuple[str, ...] = ()) -> None:
        """Refuse a folder for files that come and go that is not tox's to empty.

        :param setting: that names it, for messages
        :param env_dir: folder of the environment, which is known to be free
        :param suffixes: ends of names of what tox has put there
        :raises HandledError: if the project is in it, or somebody else's files are
        """
        self.refuse_links(setting, folder)
        reason = "" if _is_below(folder, env_dir) else self._why_not(folder, {_TAG}, suffixes)
        if reason:
            raise HandledError(f"{setting} of {self._name} cannot be {folder}, as {reason}")

    def refuse_links(self, setting: str, folder: Path) -> None:
        """Refuse to go through links from the work dir to a folder.

        :param setting: that names it, for messages
        :raises HandledError: if there is one
        """
        work_dir = self._work_dir()
        for part in (folder, *folder.parents):
            if part == work_dir or work_dir not in part.parents:
                return
            if part.is_symlink() or is_junction(part):
                raise HandledError(
                    f"{setting} of {self._name} leads through the link {part}, which is not followed; remove it"
                )

    def _is_ours(self, folder: Path) -> bool:
        """Tell whether a folder is in the work dir, which has to be tox's alone."""
        work_dir = self._work_dir()
        if not _is_below(folder, work_dir) or any(_is_below(root, work_dir) for root in self._roots()):
            return False
        return _is_toxs(work_dir)

    def _why_not(self, folder: Path, marks: Collection[str], suffixes: tuple[str, ...] = ()) -> str:
        """Tell why a folder may not be emptied; the empty text when it may.

        :param marks: names of files of which one says that the folder is tox's
        :param suffixes: ends of names of what is tox's without saying so
        """
        if any(_is_below(root, folder) for root in self._roots()):
            return "the project is in it, which building it anew would delete"
        if self._is_ours(folder) or not os.path.lexists(folder):
            return ""
        if not folder.is_dir():
            return "a file is there, which is not tox's to remove"
        names = {entry.name for entry in folder.iterdir()}
        found = {name for name in names if name not in LOCK_FILES and not name.endswith(suffixes)}
        if not found or not found.isdisjoint(marks):
            return ""
        return "files are in it that are not tox's, which building it anew would delete"


def _is_below(path: Path, folder: Path) -> bool:
    """Tell whether a path is a folder or somewhere in it, links resolved."""
    real, outer = os.path.normcase(os.path.realpath(path)), os.path.normcase(os.path.realpath(folder))
    return real == outer or real.startswith(outer.rstrip(os.sep) + os.sep)


def _is_toxs(work_dir: Path) -> bool:
    """Tell whether a work dir is tox's alone: by its name, its tag, or as nothing else is in it."""
    if work_dir.name == _WORK_DIR or os.path.lexists(work_dir / _TAG) or not work_dir.is_dir():
        return True
    return all(entry.name in _BESIDE_ENVIRONMENTS or _may_be_environment(entry) for entry in work_dir.iterdir())


def _may_be_environment(entry: Path) -> bool:
    """Tell whether an entry of a work dir is a folder with a sign of an environment, or with nothing in it yet."""
    if entry.is_symlink() or not entry.is_dir():
        return False
    found = {each.name for each in entry.iterdir()}
    return not found or not found.isdisjoint({*_ENVIRONMENT, *LOCK_FILES})


def _close_to_others(work_dir: Path, root: Path) -> None:
    """Take a work dir back that accounts may write to which cannot write to the project.

    What they may have put there is not trusted: all of it goes but for lock files, each environment under its lock.
    Where the project is as open as the work dir, as in containers, whoever can change the one can change the other.
    """
    key = os.path.realpath(work_dir)
    with _CLOSING:
        if key in _CLOSED:
            return
        if not root.is_dir() or not lets_more_in(work_dir, root):
            _CLOSED.add(key)
            return
        if not _is_toxs(work_dir):
            raise HandledError(
                f"work_dir cannot be {work_dir}, as accounts that cannot change {root} can write to it,"
                " and files are in it that are not tox's to remove"
            )
        logging.warning("accounts that cannot change %s could write to %s, so it is emptied and closed", root, work_dir)
        try:
            work_dir.chmod(stat.S_IRWXU)
            for entry in sorted(work_dir.iterdir()):
                _empty_entry(entry)
        except OSError as error:
            raise HandledError(f"cannot close {work_dir} to others: {error.strerror or error}") from error
        _CLOSED.add(key)  # who is refused is refused again


def _empty_entry(entry: Path) -> None:
    if entry.is_symlink() or not entry.is_dir():
        patiently(entry.unlink)
        return
    with EnvLock(lambda: entry, entry.name, "run").exclusive("empty what others could write"):
        empty_dir(entry, spare=LOCK_FILES)
