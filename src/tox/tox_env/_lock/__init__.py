"""The right to change, or to rely on, the folder of one environment.

What is promised to tox processes that run at the same time in one project rests on this package and on atomic writes.
:class:`EnvLock` is its face; see ``docs/concurrency.rst`` for what users may expect of it.

``_file`` makes one attempt, ``_wait`` repeats it audibly, ``_seat`` joins the threads of a process, ``_owner`` tells
other processes who holds a lock, ``_claim`` tells it to descendants. ``_tree`` locks source trees by the same means.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from tox.tox_env._lock._seat import LOCK_NAME, Seat, held_here, seat_of
from tox.tox_env._lock._tree import TreeLocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tox.tox_env._lock._owner import Mode, Owner

__all__ = ["LOCK_FILES", "EnvLock", "LockKind", "TreeLocks", "claims"]

LockKind = Literal["provision", "run", "package"]

#: names in the folder of an environment that must survive when it is emptied: deleting a held lock file would let a
#: second holder in
LOCK_FILES = (LOCK_NAME, *(f"{LOCK_NAME}.{part}" for part in ("owner", "users", "gate", "soft", "gate.soft")))


def claims() -> dict[str, str]:
    """Return the variables that a child which this thread starts must get, so that a tox in it does not wait for us."""
    from tox.tox_env._lock._claim import variables

    return variables(held_here())


class EnvLock:
    """The lock of one environment folder: ``{env_dir}/file.lock``.

    Making one touches nothing. Taking it creates the folder when it is missing. It is exclusive between threads and
    between processes, may be taken again by the thread that has it, and belongs to the folder: environments that share
    one share the lock. Locks are taken in the order provision, run, package.
    """

    def __init__(self, folder: Callable[[], Path], name: str, kind: LockKind, timeout: float | None = None) -> None:
        """Describe a lock.

        :param folder: tells the folder of the environment; called when the lock is first taken
        :param name: name of the environment, for messages
        :param kind: what the environment is for; folders of provision and package environments are private
        :param timeout: the most seconds to wait for another process; 0 does not wait, None waits as long as it takes
        """
        self._folder = folder
        #: what the environment is for; it decides whether a folder that the lock creates is private
        self.kind = kind
        self._timeout = timeout
        self._cancelled = threading.Event()
        self._own_seat: Seat | None = None
        self.name = name
        #: seconds spent waiting for other processes so far
        self.waited_seconds = 0.0

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r}, kind={self.kind!r})"

    @property
    def _what(self) -> str:
        return f"environment {self.name}"

    @property
    def _seat(self) -> Seat:
        if self._own_seat is None:
            self._own_seat = seat_of(self._folder())
        return self._own_seat

    @contextmanager
    def exclusive(self, why: str) -> Iterator[None]:
        """Hold the environment alone, to change it.

        A tox that was started by a command of the holder gets it too, but only to look: :meth:`check` refuses changes.

        :param why: what for, as a verb phrase, for debugging
        :raises HandledError: if the folder cannot be locked, or the wait ended without the lock
        """
        with self._taken("exclusive", why):
            yield

    @contextmanager
    def shared(self, why: str) -> Iterator[None]:
        """Hold the environment beside others that rely on it; nobody can change it meanwhile.

        :param why: what for, as a verb phrase, for debugging
        :raises HandledError: if the folder cannot be locked, or the wait ended without the lock
        """
        with self._taken("shared", why):
            yield

    @contextmanager
    def exclusive_if_free(self, why: str) -> Iterator[bool]:
        """Hold the environment alone if nobody else uses it at this moment; yield whether that is so."""
        got = self._seat.enter("exclusive", self._what, why, kind=self.kind, timeout=0, cancelled=None)
        try:
            yield got is not None
        finally:
            if got is not None:
                self._seat.leave()

    @contextmanager
    def _taken(self, mode: Mode, why: str) -> Iterator[None]:
        seat = self._seat
        waited = seat.enter(mode, self._what, why, kind=self.kind, timeout=self._timeout, cancelled=self._cancelled)
        self.waited_seconds += waited or 0.0
        try:
            yield
        finally:
            seat.leave()

    @property
    def held(self) -> bool:
        """Whether this process holds the environment now, in whatever way and thread."""
        return self._own_seat is not None and self._own_seat.is_taken

    @property
    def alone(self) -> bool:
        """Whether nobody else uses the environment, so that what one run leaves may be wiped."""
        return self._own_seat is not None and self._own_seat.is_alone

    @property
    def descriptors(self) -> tuple[int, ...]:
        """Open files that a child must inherit to keep the lock when this process is killed; empty when not held."""
        return () if self._own_seat is None else self._own_seat.descriptors

    @property
    def nonce(self) -> str:
        """The random word of the present hold, which no other one has; empty when this process has none."""
        return "" if self._own_seat is None else self._own_seat.nonce

    def users(self) -> list[Owner]:
        """List who else holds the environment now, as far as their records tell, longest first; takes no lock.

        What our ancestors hold is left out: we would use it without waiting.
        """
        from tox.tox_env._lock import _claim, _owner

        inherited = {claim.nonce for claim in _claim.inherited()}
        return [owner for owner in _owner.holders(self._folder() / LOCK_NAME) if owner.nonce not in inherited]

    def check(self) -> None:
        """Make sure that this process may change the environment; call it before each step that does.

        :raises HandledError: if the lock file was removed or replaced while it was held, or the environment is held by
            the tox that started this one
        """
        if self._own_seat is not None:
            self._own_seat.check(self._what)

    def cancel(self) -> None:
        """End the waits for this lock, now and later; called from another thread when the run is interrupted."""
        self._cancelled.set()
