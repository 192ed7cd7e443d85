"""Ordering what waits for each other."""

from __future__ import annotations

import pytest

from tox.util.graph import stable_topological_sort


@pytest.mark.parametrize(
    ("graph", "order"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"b": set(), "a": set()}, ["b", "a"], id="order of the graph"),
        pytest.param({"a": {"b"}, "b": set()}, ["b", "a"], id="dependency first"),
        pytest.param({"a": {"unknown"}}, ["a"], id="what is no key counts as done"),
        pytest.param({"x": {"a"}, "y": set(), "a": {"z"}, "z": set()}, ["y", "z", "a", "x"], id="chain"),
    ],
)
def test_order(graph: dict[str, set[str]], order: list[str]) -> None:
    """Each name comes after those it depends on, and the order of the graph is kept otherwise."""
    assert stable_topological_sort(graph) == order


def test_circle() -> None:
    """Names that wait for each other are told, with those that wait for them."""
    with pytest.raises(ValueError, match=r"^a \| b \| c$"):
        stable_topological_sort({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()})


def test_argument_is_kept() -> None:
    """The graph of the caller is not changed."""
    graph = {"a": {"b"}, "b": set[str]()}

    stable_topological_sort(graph)

    assert graph == {"a": {"b"}, "b": set()}
