"""Which environments may run: decided from names alone."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from tox.errors import HandledError
from tox.util.graph import stable_topological_sort

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

__all__ = ["depends_on", "one_by_one", "order", "queue", "ready"]


def depends_on(name: str, patterns: Iterable[str], others: Sequence[str]) -> set[str]:
    """Name the environments one has to wait for.

    :param name: of the environment that waits
    :param patterns: what it depends on: names, or patterns with ``*``, ``?`` and ``[...]``
    :param others: environments that run too; one that does not run is not waited for
    :returns: some of the others, never itself
    """
    wanted = list(patterns)
    return {
        other
        for other in others
        if other != name and any(pattern == other or fnmatchcase(other, pattern) for pattern in wanted)
    }


def order(depends: Mapping[str, AbstractSet[str]]) -> list[str]:
    """Put each environment after those it depends on.

    :param depends: for each environment those it has to wait for, in the order to keep otherwise
    :raises HandledError: if some wait for each other
    """
    try:
        return stable_topological_sort({name: set(needs) for name, needs in depends.items()})
    except ValueError as error:
        raise HandledError(f"circular dependency detected between environments: {error}") from error


def ready(
    ordered: Sequence[str], depends: Mapping[str, AbstractSet[str]], begun: Collection[str], done: Collection[str]
) -> tuple[str, ...]:
    """Name the environments that may start now.

    :param ordered: all environments in running order
    :param depends: for each environment those it has to wait for
    :param begun: environments that were started
    :param done: environments that have finished, whatever their result
    :returns: names in running order; empty when all wait or all have begun
    """
    finished = set(done)
    return tuple(name for name in ordered if name not in begun and depends[name] <= finished)


def queue(waiting: Sequence[str], free: Collection[str]) -> list[str]:
    """Put those that have become free behind those that were before.

    :param waiting: who may start and has no worker yet
    :param free: all that may start now, in running order; who waits and is not among them waits no more
    """
    may, before = frozenset(free), frozenset(waiting)
    return [*(name for name in waiting if name in may), *(name for name in free if name not in before)]


def one_by_one(ordered: Sequence[str], depends: Mapping[str, AbstractSet[str]]) -> Iterator[str]:
    """Name the environments in the order in which a single worker starts them."""
    done: list[str] = []
    waiting = queue([], ready(ordered, depends, done, done))
    while waiting:
        yield waiting[0]
        done.append(waiting[0])
        waiting = queue(waiting[1:], ready(ordered, depends, done, done))
