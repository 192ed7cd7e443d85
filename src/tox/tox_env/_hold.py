"""What a session holds of the lock of one environment, from its setup to its teardown."""

from __future__ import annotations

import logging
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tox.tox_env._lock import EnvLock
    from tox.tox_env.info import Info

__all__ = ["Hold", "StartOver"]


class StartOver(BaseException):
    """Somebody else has changed the environment since it was looked at, so setup has to look again."""


class Hold:
    """The lock of a run environment, as its setup needs it: changed alone, used together.

    Looking happens beside other users; what turns out to need a change lets go, takes the lock alone, and looks again.
    The lock is never turned from shared to exclusive in place, since two that try both wait for ever.
    """

    def __init__(self, lock: EnvLock, record: Callable[[], Info], *, shares: bool) -> None:
        """Describe a hold; nothing is taken.

        :param record: gives the record of the environment
        :param shares: whether the environment is used together; else the caller takes the lock around each step
        """
        self._lock = lock
        self._record = record
        self._shares = shares
        self._taken = ExitStack()
        self._mode: Literal["none", "shared", "exclusive"] = "none"
        self._stamp: str | None = None
        self._depth = 0
        self._broken = False
        #: whether setup is under way
        self.looking = False

    def begin(self, *, alone: bool = False) -> None:
        """Take the lock for setup: alone if nobody else has it or nothing usable is there, else beside the others.

        :param alone: wait until nobody else has it, because something is going to change for certain
        :raises HandledError: if the wait ended without the lock
        """
        self.looking = True
        self._broken = False
        if not self._shares:
            self._record().reload()
            self._stamp = self._record().stamp
            return
        why = "set up"
        if alone or self._record().stamp is None:
            self._enter("exclusive", why)
        elif self._taken.enter_context(self._lock.exclusive_if_free(why)):
            self._mode = "exclusive"
        else:
            self._taken.close()
            self._enter("shared", why)
        record = self._record()
        record.reload()
        self._stamp = record.stamp

    @contextmanager
    def changing(self, why: str, witness: Callable[[], object] | None = None) -> Iterator[None]:
        """Change the environment within the block; an error in it leaves a record that the next setup rebuilds from.

        :param why: what is done, as a verb phrase
        :param witness: describes what the block may change; when it is as before, an error has left nothing half done
        :raises StartOver: if somebody else has changed it since setup looked
        :raises HandledError: if it may not be changed, because another tox that started this one relies on it
        """
        self.begin_change(why)
        before = None if witness is None else witness()
        self._depth += 1
        try:
            yield
        except (Exception, SystemExit):
            self._broken = self._broken or witness is None or witness() != before
            raise
        except BaseException:
            self._broken = True
            raise
        finally:
            self._depth -= 1
        if not self._depth and not self._broken:
            self._stamp = self._record().mark_ready()

    def mark_broken(self) -> None:
        """Tell that a change has failed, so that the environment is only good when setup goes on to its end."""
        self._broken = True

    def begin_change(self, why: str) -> None:
        """Record that the environment is about to change, and leave it so; see :meth:`changing` for the errors."""
        if self._mode == "shared" and self.looking:
            self._exchange(why)
        self._lock.check()
        self._record().mark_building()

    def finish(self) -> None:
        """Record that the environment is complete, when a change has left it otherwise."""
        record = self._record()
        if record.is_building:
            self._stamp = record.mark_ready()

    def _exchange(self, why: str) -> None:
        looked_at = self._stamp
        self._let_go()
        self._enter("exclusive", why)
        record = self._record()
        record.reload()
        self._stamp = record.stamp
        if record.stamp is None or record.stamp != looked_at:
            raise StartOver

    def is_outdated(self) -> bool:
        """Tell whether somebody else has changed the environment since its last step here; the lock must be held."""
        record = self._record()
        record.reload()
        return record.stamp != self._stamp

    def settle(self, *, share: bool = True) -> bool:
        """End a setup that went well: record it, and go on beside others.

        :param share: whether others may use the environment meanwhile
        :returns: whether it is still what was set up; if not, setup has to look again
        """
        record = self._record()
        if self._mode != "shared" and self._lock.held:
            self._broken = False
            if record.stamp is None:
                self._stamp = record.mark_ready()
            record.flush()
        if self._mode == "exclusive" and share:
            self._let_go()
            self._enter("shared", "run commands")
            record = self._record()
            record.reload()
        self.looking = False
        return record.stamp == self._stamp

    def end(self) -> None:
        """Let go of the lock; a failure to do so, or to record the end of a change, is told and hides nothing.

        A setup that ended in between two changes has left nothing half done.
        """
        self.looking = False
        try:
            if self._mode == "exclusive" and not self._broken and self._record().is_building:
                self._record().mark_ready()
        except OSError as error:
            logging.warning(
                "could not record that %s is complete, so it will be built anew: %s", self._lock.name, error
            )
        try:
            self._let_go()
        except OSError as error:
            logging.warning("could not release %s: %s", self._lock, error)

    def _enter(self, mode: Literal["shared", "exclusive"], why: str) -> None:
        take = self._lock.shared if mode == "shared" else self._lock.exclusive
        self._taken.enter_context(take(why))
        self._mode = mode

    def _let_go(self) -> None:
        self._mode = "none"
        self._taken.close()
