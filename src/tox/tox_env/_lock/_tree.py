"""The right to write into source trees, which builds do.

Build backends write into the tree that they build: ``build/``, ``*.egg-info``, generated modules. Several environments,
sessions and work dirs build in one tree, and locks of environments know nothing of each other there.

The lock files lie in the cache folder of the user, named by device and inode of the tree, so that links and mounts lead
to the same one. Other accounts and processes with another cache folder are not kept away.
"""

from __future__ import annotations

import logging
import os
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from tox.tox_env._lock._seat import LOCK_NAME, Seat, seat_of
from tox.util import path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["TreeLocks"]

#: folders that turned out to be of no use for lock files, each told to the user once
_UNUSABLE: set[Path] = set()


class TreeLocks:
    """Locks of the source trees that one environment builds or installs from.

    They are taken last, after those of environments, each for one call of a backend or installer. A tox that such a
    call starts may build in the same tree.

    :param timeout: the most seconds to wait for another process; 0 does not wait, None waits as long as it takes
    """

    def __init__(self, timeout: float | None = None) -> None:
        self._timeout = timeout
        self._cancelled = threading.Event()
        self._held: list[Seat] = []

    @contextmanager
    def held(self, roots: Iterable[Path], why: str) -> Iterator[None]:
        """Hold trees alone, to build in them; where locks cannot be kept, that is told once, and nothing is held.

        :param roots: folders, in any order and perhaps repeated; what is no folder is left out
        :param why: what for, as a verb phrase, for debugging
        :raises HandledError: if the wait ended without a lock
        """
        trees = {identity: root for root in roots if (identity := _identity(root)) is not None}
        with ExitStack() as stack:
            for identity in sorted(trees):  # in one order everywhere, or two could wait for each other
                folder = _folder(identity)
                if folder is not None:
                    stack.enter_context(self._one(folder, trees[identity], why))
            yield

    @contextmanager
    def _one(self, folder: Path, root: Path, why: str) -> Iterator[None]:
        seat = seat_of(folder, keeps_file=True)
        what = f"source tree {root}"
        seat.enter("exclusive", what, why, kind="tree", timeout=self._timeout, cancelled=self._cancelled)
        self._held.append(seat)
        try:
            yield
        finally:
            self._held.remove(seat)
            seat.leave()

    @property
    def descriptors(self) -> tuple[int, ...]:
        """Open files that a child must inherit to keep what is held when this process is killed."""
        return tuple(descriptor for seat in self._held for descriptor in seat.descriptors)

    def cancel(self) -> None:
        """End the waits, now and later; called from another thread when the run is interrupted."""
        self._cancelled.set()


def _identity(root: Path) -> tuple[int, int] | None:
    """Tell device and inode of a folder; None when there is no such folder."""
    try:
        found = path.identity(root)  # follows links, as builds do
    except (OSError, ValueError):  # the latter for a null byte
        return None
    return found if os.path.isdir(root) else None


def _folder(identity: tuple[int, int]) -> Path | None:
    """Give the folder for the lock file of a tree; None when no file can be kept there."""
    from platformdirs import user_cache_path  # a door: only what builds or installs from folders gets here

    trees = user_cache_path("tox", appauthor=False) / "trees"
    folder = trees / "-".join(map(str, identity))
    try:
        path.ensure_private_dir(folder)
        with (folder / LOCK_NAME).open("ab"):
            return folder
    except (OSError, RuntimeError) as error:  # the latter where there is no home
        if trees not in _UNUSABLE:
            _UNUSABLE.add(trees)
            logging.warning(
                "builds are not kept from writing into one source tree at once, as %s cannot be used: %s",
                trees,
                getattr(error, "strerror", None) or error,
            )
        return None
