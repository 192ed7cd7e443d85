"""Who may run."""

from __future__ import annotations

import pytest

from tox.errors import HandledError
from tox.session.cmd.run import _schedule


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        pytest.param([], set(), id="nothing"),
        pytest.param(["b"], {"b"}, id="name"),
        pytest.param(["[bc]", "z"], {"b", "c"}, id="pattern"),
        pytest.param(["*"], {"b", "c"}, id="all but itself"),
        pytest.param(["a"], set(), id="itself"),
    ],
)
def test_depends_on(patterns: list[str], expected: set[str]) -> None:
    """An environment waits for those others that run and that its patterns name."""
    assert _schedule.depends_on("a", patterns, ["a", "b", "c"]) == expected


def test_order() -> None:
    """Each environment comes after those it waits for."""
    assert _schedule.order({"a": {"c"}, "b": set(), "c": set()}) == ["b", "c", "a"]


def test_circle() -> None:
    """Environments that wait for each other are a mistake to tell."""
    with pytest.raises(HandledError, match=r"circular dependency detected between environments: a \| b"):
        _schedule.order({"a": {"b"}, "b": {"a"}})


@pytest.mark.parametrize(
    ("begun", "done", "expected"),
    [
        ((), (), ("b", "c")),
        (("b",), (), ("c",)),
        (("b", "c"), ("b",), ()),
        (("b", "c"), ("b", "c"), ("a",)),
        (("a", "b", "c"), ("b", "c"), ()),
    ],
)
def test_ready(begun: tuple[str, ...], done: tuple[str, ...], expected: tuple[str, ...]) -> None:
    """Those may start that have not, once all they wait for has finished, in running order."""
    depends = {"a": {"b", "c"}, "b": set[str](), "c": set[str]()}

    assert _schedule.ready(["b", "c", "a"], depends, begun, done) == expected
