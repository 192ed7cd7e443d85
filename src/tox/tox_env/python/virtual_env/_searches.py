"""Searches for interpreters, each made once in a session."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

__all__ = ["Searches", "searches"]

T = TypeVar("T")


class _Search(Generic[T]):
    """One search, and what came of it."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.found: tuple[T] | None = None
        self.missing: str | None = None


class Searches(Generic[T]):
    """What came of the searches of one session; a search that another thread makes is waited for."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[Hashable, _Search[T]] = {}

    def once(self, key: Hashable, search: Callable[[], T]) -> T:
        """Search, unless that was done before.

        :param key: what is searched for, and where
        :param search: finds something, or raises :class:`RuntimeError` to tell that it is missing
        :raises RuntimeError: if it is missing, in the words of the search
        """
        with self._lock:
            known = self._known.setdefault(key, _Search())
        with known.lock:
            if known.missing is not None:
                raise RuntimeError(known.missing)
            if known.found is None:
                try:
                    known.found = (search(),)
                except RuntimeError as error:
                    known.missing = str(error)
                    raise
            return known.found[0]

    def known(self, key: Hashable) -> T | None:
        """Give what an earlier search has found; None when there was none, or it is still going on."""
        with self._lock:
            search = self._known.get(key)
        return None if search is None or search.found is None else search.found[0]


_OF_SESSIONS: Final[WeakKeyDictionary[object, Searches[Any]]] = WeakKeyDictionary()
_LOCK: Final = Lock()


def searches(session: object) -> Searches[Any]:
    """Return the searches of a session.

    :param session: something that lives as long as it
    """
    with _LOCK:
        return _OF_SESSIONS.setdefault(session, Searches())
