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
        pytest.param(["[!b]"], {"c"}, id="all characters but one"),
        pytest.param(["[!a-b]"], {"c"}, id="all characters but some"),
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


@pytest.mark.parametrize(
    ("waiting", "free", "expected"),
    [
        pytest.param([], ("a", "b"), ["a", "b"], id="first"),
        pytest.param(["c", "d"], ("a", "c", "d"), ["c", "d", "a"], id="behind those that waited"),
        pytest.param(["c"], (), [], id="nobody any more"),
    ],
)
def test_queue(waiting: list[str], free: tuple[str, ...], expected: list[str]) -> None:
    """Who becomes free to run stands behind those that were before."""
    assert _schedule.queue(waiting, free) == expected


@pytest.mark.parametrize(
    ("depends", "expected"),
    [
        pytest.param({"a": "b", "b": "", "c": "", "d": ""}, "b c d a", id="one behind all that were free"),
        pytest.param({"a": "b", "b": "d", "c": "", "d": ""}, "c d b a", id="chain"),
        pytest.param({"a": "c", "b": "a", "c": "", "d": ""}, "c d a b", id="chain from the middle"),
        pytest.param(
            {"a": "c", "b": "d", "c": "", "d": "", "e": "a", "f": "b", "g": ""}, "c d g a b e f", id="two chains"
        ),
        pytest.param(
            {"a": "g", "b": "a", "c": "bd", "d": "", "e": "", "f": "", "g": ""}, "d e f g a b c", id="several"
        ),
    ],
)
def test_one_by_one(depends: dict[str, str], expected: str) -> None:
    """One worker starts what was free first, in running order, then what became free."""
    needs = {name: set(others) for name, others in depends.items()}

    assert list(_schedule.one_by_one(_schedule.order(needs), needs)) == expected.split()
