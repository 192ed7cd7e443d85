"""Waiting for a lock: patiently, audibly, and not for ever."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tox.errors import HandledError
from tox.report import AT_ONCE
from tox.tox_env._lock import _owner

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence

    from tox.tox_env._lock._claim import Claim

__all__ = ["patiently"]

T = TypeVar("T")

#: whoever runs environments in parallel must see it while it lasts
_AT_ONCE = {AT_ONCE: True}
_POLL_SECONDS = 0.05  # handing over takes half of it in the mean; an attempt costs 30 µs
_SILENT_SECONDS = 0.5
_REMIND_SECONDS = 60.0
_MOST_LINKS = 32  # locks that a circle of waiters may have


def patiently(
    attempt: Callable[[], T | None],
    lock_file: Path,
    what: str,
    ours: Sequence[Claim],
    *,
    timeout: float | None,
    cancelled: threading.Event,
) -> tuple[T, float]:
    """Repeat an attempt until it succeeds, telling the user whom it waits for.

    :param attempt: returns None as long as another process holds the lock
    :param lock_file: the lock that is wanted
    :param what: what it belongs to, for the user, such as ``environment py``
    :param ours: the locks that stay held while we wait: our ancestors' and this thread's
    :param timeout: the most seconds to wait; 0 tries once, None waits as long as it takes
    :param cancelled: set by another thread to end the wait
    :returns: what the attempt returned, and the seconds that it took
    :raises HandledError: if the time is over, the wait was cancelled, or the holder waits for us
    """
    began = time.monotonic()
    found = attempt()
    if found is not None:
        return found, 0.0
    wait = _Wait(lock_file, what, ours, began)
    try:
        while True:
            waited = time.monotonic() - began
            if timeout is not None and waited >= timeout:
                over = HandledError(f"{wait.subject()}, and the {timeout:g} seconds of --lock-timeout are over")
                over.env_code = -2  # as after a wait that the user ended
                raise over
            if cancelled.wait(_POLL_SECONDS if timeout is None else min(_POLL_SECONDS, max(timeout - waited, 0.0))):
                raise HandledError(f"interrupted while {wait.subject()}")
            found = attempt()
            if found is not None:
                return found, wait.over()
            wait.go_on()
    except KeyboardInterrupt:
        logging.warning("interrupted while %s", wait.subject())
        raise
    finally:
        wait.forget()


class _Wait:
    """What was told of one wait, to the user and to the other processes."""

    def __init__(self, lock_file: Path, what: str, ours: Sequence[Claim], began: float) -> None:
        self._lock_file, self._what, self._ours, self._began = lock_file, what, ours, began
        self._next_look = began + _SILENT_SECONDS
        self._last_line: float | None = None  # when the user was last told

    def subject(self) -> str:
        """Say what is waited for, and for whom."""
        holders = _owner.holders(self._lock_file)
        who = "another tox process" if not holders else str(holders[0])
        more = f" and {len(holders) - 1} more" if len(holders) > 1 else ""
        return f"waiting for {self._what}, used by {who}{more}"

    def go_on(self) -> None:
        """Tell the user when it is time to, and look whether the holder waits for us."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + _SILENT_SECONDS
        if self._last_line is None:
            self._announce(str(self._lock_file))
            logging.warning(self.subject(), extra=_AT_ONCE)
            self._last_line = now
        elif now - self._last_line >= _REMIND_SECONDS:
            logging.warning("still %s, for %d seconds", self.subject(), now - self._began, extra=_AT_ONCE)
            self._last_line = now
        self._refuse_a_circle()

    def over(self) -> float:
        """Tell the user that the wait ended, if its beginning was told; return its seconds."""
        waited = time.monotonic() - self._began
        if self._last_line is not None:
            logging.warning("%s is free after %.1f seconds", self._what, waited, extra=_AT_ONCE)
        return waited

    def forget(self) -> None:
        """Take back what the other processes were told."""
        if self._last_line is not None:
            self._announce("")

    def _announce(self, wanted: str) -> None:
        """Write into the records of what stays held meanwhile what lock its holders wait for."""
        for claim in self._ours:
            _owner.wait_for(Path(claim.path), claim.mode, claim.nonce, wanted)

    def _refuse_a_circle(self) -> None:
        """Raise when following the waiters from the lock that we want leads to one that stays held meanwhile."""
        ours = {claim.nonce for claim in self._ours}
        ahead, seen = [str(self._lock_file)], set[str]()
        while ours and ahead and len(seen) < _MOST_LINKS:
            path = ahead.pop()
            if path in seen:
                continue
            seen.add(path)
            for owner in _owner.holders(Path(path)):
                if owner.nonce in ours:
                    raise HandledError(
                        f"{self._what} is used by a tox that waits for what this one uses: "
                        f"commands that run each other's environments must not run at once ({self.subject()})"
                    )
                if owner.waits_for:
                    ahead.append(owner.waits_for)
