"""Order things that wait for each other."""

from __future__ import annotations

__all__ = ["stable_topological_sort"]


def stable_topological_sort(graph: dict[str, set[str]]) -> list[str]:
    """Put every name after those it depends on, keeping the order of the graph otherwise.

    :param graph: for each name those it depends on; what is no key of the graph counts as done
    :returns: the keys of the graph, in rounds: first those free at the start, then those these set free, and so on
    :raises ValueError: if some names wait for each other; the message lists what could not be ordered, sorted
    """
    waiting = {name: {need for need in needs if need in graph} for name, needs in graph.items()}
    order: list[str] = []
    while waiting:
        free = [name for name, needs in waiting.items() if not needs]
        if not free:
            raise ValueError(" | ".join(_circle(waiting)))
        order.extend(free)
        for name in free:
            del waiting[name]
        for needs in waiting.values():
            needs.difference_update(free)
    return order


def _circle(waiting: dict[str, set[str]]) -> list[str]:
    """Name all that cannot be ordered, in alphabetic order."""
    return sorted(waiting)
