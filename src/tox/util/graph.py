"""Order things that wait for each other."""

from __future__ import annotations

from heapq import heappop, heappush

__all__ = ["stable_topological_sort"]


def stable_topological_sort(graph: dict[str, set[str]]) -> list[str]:
    """Put every name after those it depends on, keeping the order of the graph otherwise.

    :param graph: for each name those it depends on; what is no key of the graph counts as done
    :returns: the keys of the graph: at each place the first one, in the order of the graph, that waits for no later one
    :raises ValueError: if some names wait for each other; the message lists what could not be ordered, sorted
    """
    places = {name: place for place, name in enumerate(graph)}
    names = list(graph)
    waiting = {name: {need for need in needs if need in graph} for name, needs in graph.items()}
    needed_by: dict[str, list[str]] = {}
    for name, needs in waiting.items():
        for need in needs:
            needed_by.setdefault(need, []).append(name)
    free = [places[name] for name, needs in waiting.items() if not needs]
    order: list[str] = []
    while free:
        name = names[heappop(free)]
        order.append(name)
        del waiting[name]
        for other in needed_by.get(name, ()):
            waiting[other].discard(name)
            if not waiting[other]:
                heappush(free, places[other])
    if waiting:
        raise ValueError(" | ".join(_circle(waiting)))
    return order


def _circle(waiting: dict[str, set[str]]) -> list[str]:
    """Name all that cannot be ordered, in alphabetic order."""
    return sorted(waiting)
