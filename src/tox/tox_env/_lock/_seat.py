"""The place that the threads of a process share in front of one lock file."""

from __future__ import annotations

import logging
import os
import threading
from collections import Counter
from typing import TYPE_CHECKING

from tox.errors import HandledError
from tox.util.path import ensure_private_dir, is_junction

if TYPE_CHECKING:
    from pathlib import Path

    from tox.tox_env._lock._claim import Claim
    from tox.tox_env._lock._file import Hold
    from tox.tox_env._lock._owner import Mode

__all__ = ["LOCK_NAME", "Seat", "held_here", "seat_of"]

LOCK_NAME = "file.lock"

_LOOK_SECONDS = 0.1  # between looks at whether a wait for another thread was cancelled

_SEATS: dict[str, Seat] = {}
_SEATS_GUARD = threading.Lock()


def seat_of(folder: Path, *, keeps_file: bool = False) -> Seat:
    """Find the one seat of a folder in this process.

    :param keeps_file: whether the lock file stays open between holds, see :func:`~tox.tox_env._lock._file.take_kept`
    """
    key = os.path.normcase(os.path.realpath(folder))
    with _SEATS_GUARD:
        return _SEATS.setdefault(key, Seat(folder, keeps_file=keeps_file))


def held_here() -> list[Claim]:
    """List the locks that this process holds for the sake of this thread."""
    with _SEATS_GUARD:
        seats = list(_SEATS.values())
    claims = (seat.claim for seat in seats)
    return [claim for claim in claims if claim is not None]


class Seat:
    """Who of this process has the lock of a folder: one thread alone, or several side by side."""

    def __init__(self, folder: Path, *, keeps_file: bool = False) -> None:
        self._folder = folder
        self._keeps_file = keeps_file
        self._kept: Hold | None = None  # the last hold, when its file stays open
        self._word = ""  # the random word of the last hold
        self._lock_file = folder / LOCK_NAME
        self._changed = threading.Condition()
        self._alone: int | None = None  # the thread that has the seat alone, or is about to get the lock for it
        self._depth = 0
        self._beside: Counter[int] = Counter()  # threads that share the seat
        self._hold: Hold | None = None
        self._ancestor: Claim | None = None  # held by this one instead of us
        self._ours: Claim | None = None  # what our children are told of the hold

    # ------------------------------------------------------------------------------------------------- looking

    @property
    def is_taken(self) -> bool:
        """Whether a thread of this process relies on the lock, held by us or by an ancestor."""
        return self._hold is not None or self._ancestor is not None

    @property
    def is_alone(self) -> bool:
        """Whether this thread holds the lock, and nobody else does."""
        return self._alone == threading.get_ident() and self._hold is not None

    @property
    def descriptors(self) -> tuple[int, ...]:
        """The open lock file, for children to inherit; empty when there is none."""
        descriptor = None if self._hold is None else self._hold.descriptor
        return () if descriptor is None else (descriptor,)

    @property
    def nonce(self) -> str:
        """The random word of this hold, which no other one has; empty when there is none of ours."""
        return "" if self._ours is None else self._ours.nonce

    @property
    def claim(self) -> Claim | None:
        """What the children that this thread starts must know; None when it has no part in the hold."""
        me = threading.get_ident()
        return self._ours if self._alone == me or self._beside[me] else None

    def check(self, what: str) -> None:
        """Raise HandledError when the environment must not be changed now; see ``EnvLock.check``."""
        if self._ancestor is not None:
            raise HandledError(
                f"{what} is in use by the tox that started this one (pid {self._ancestor.pid}), "
                "so it cannot be changed from inside"
            )
        if self._hold is not None and not self._hold.is_in_place():
            raise HandledError(
                f"the work dir was removed while in use: {self._lock_file} is not the locked file any more"
            )

    # ------------------------------------------------------------------------------------------------- entering

    def enter(
        self,
        mode: Mode,
        what: str,
        why: str,
        *,
        kind: str,
        timeout: float | None,
        cancelled: threading.Event | None,
    ) -> float | None:
        """Get the lock for this thread; each success needs a :meth:`leave`.

        :param what: what is locked, for messages, such as ``environment py``
        :param cancelled: ends the wait when set; None asks not to wait at all, even for a thread of this process
        :returns: seconds waited for other processes; None when it is not free and waiting was not asked for
        """
        if not self._reserve(mode, what, cancelled):
            return None
        try:
            waited = self._take(mode, what, kind=kind, timeout=timeout, cancelled=cancelled)
        except BaseException:
            self._settle(None)
            raise
        if waited is not None:
            logging.debug("hold %s %s to %s", self._folder, mode, why)
        self._settle(None if waited is None else mode)
        return waited

    def _reserve(self, mode: Mode, what: str, cancelled: threading.Event | None) -> bool:
        """Become the thread that may take the lock, or join the one that has it; False when that means to wait."""
        me = threading.get_ident()
        with self._changed:
            if self._alone != me:
                if mode == "exclusive" and self._beside[me]:
                    raise RuntimeError(f"{self._lock_file}: release the shared hold before asking to change")
                while self._alone is not None or (mode == "exclusive" and +self._beside):
                    if cancelled is None:
                        return False
                    if cancelled.is_set():
                        raise HandledError(f"interrupted while waiting for {what}")
                    self._changed.wait(_LOOK_SECONDS)
                self._alone = me
            self._depth += 1
            return True

    def _settle(self, mode: Mode | None) -> None:
        """Turn the reservation into what was asked for, or give it up."""
        with self._changed:
            if mode is None or (mode == "shared" and self._depth == 1):
                self._depth -= 1
                if mode == "shared":
                    self._beside[threading.get_ident()] += 1
                if not self._depth:
                    self._alone = None
            self._changed.notify_all()

    def leave(self) -> None:
        """Give up what the last :meth:`enter` of this thread got."""
        me = threading.get_ident()
        with self._changed:
            if self._alone == me:
                self._depth -= 1
                if self._depth == 0:
                    try:
                        self._release()
                    finally:
                        self._alone = None
            else:
                self._beside[me] -= 1
                if not +self._beside and self._alone is None:
                    self._release()
            self._changed.notify_all()

    # ------------------------------------------------------------------------------------------------- the file

    def _take(
        self, mode: Mode, what: str, *, kind: str, timeout: float | None, cancelled: threading.Event | None
    ) -> float | None:
        if self.is_taken:
            return 0.0
        from tox.tox_env._lock import _claim
        from tox.tox_env._lock._file import take, take_kept
        from tox.tox_env._lock._wait import patiently

        _prepare(self._folder, private=kind != "run")
        gate_file = self._lock_file.with_name(f"{LOCK_NAME}.gate")
        gate: Hold | None = None

        def attempt() -> Hold | Claim | None:
            nonlocal gate
            # who wants to change waits inside the gate, so that those who share cannot starve him
            gate = gate or take(gate_file, mode)
            found: Hold | None = None
            if gate is not None and self._keeps_file:
                found = take_kept(self._lock_file, self._kept)
                self._kept = found or self._kept
            elif gate is not None:
                found = take(self._lock_file, mode)
            return found or _claim.find(self._lock_file)

        try:
            if cancelled is None:
                found, waited = attempt(), 0.0
            else:
                ours = (*_claim.inherited(), *held_here())
                found, waited = patiently(attempt, self._lock_file, what, ours, timeout=timeout, cancelled=cancelled)
        finally:
            if gate is not None:
                gate.release()
        if found is None or (cancelled is None and isinstance(found, _claim.Claim)):
            return None
        if isinstance(found, _claim.Claim):
            self._ancestor = found
        else:
            self._keep(found, mode)
        return waited

    def _keep(self, hold: Hold, mode: Mode) -> None:
        """Remember a lock that was got, and tell the other processes of it."""
        from tox.tox_env._lock import _owner
        from tox.tox_env._lock._claim import Claim

        self._hold = hold
        # a child that lives through several holds knows the word of the first one
        owner = _owner.myself(mode, nonce=self._word if self._keeps_file else "")
        self._word = owner.nonce
        if mode == "exclusive":
            _owner.sweep(self._lock_file)
        _owner.write(self._lock_file, owner)
        device, inode = hold.identity
        self._ours = Claim(str(self._lock_file), device, inode, mode, owner.nonce, owner.pid)

    def _release(self) -> None:
        from tox.tox_env._lock import _owner

        hold, ours = self._hold, self._ours
        self._hold = self._ancestor = self._ours = None
        if hold is None:
            return
        if ours is not None and hold.is_in_place():
            _owner.clear(self._lock_file, ours.mode, ours.nonce)
        hold.release()


def _prepare(folder: Path, *, private: bool) -> None:
    """Make the folder of an environment.

    :raises HandledError: if something else is there, or the disk refuses
    """
    try:
        if folder.is_symlink() or is_junction(folder):
            raise HandledError(f"env_dir {folder} is a link, which is not followed; remove it")
        if not folder.parent.exists():
            ensure_private_dir(folder.parent)
        if private:
            ensure_private_dir(folder)
        else:
            folder.mkdir(exist_ok=True)
    except FileExistsError:
        raise HandledError(f"the environment folder {folder} is not a folder; remove what is there") from None
    except OSError as error:
        raise HandledError(
            f"cannot create the environment folder {folder}: {error.strerror or error}; "
            "choose another place with --workdir"
        ) from error
