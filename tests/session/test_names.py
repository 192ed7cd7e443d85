"""Choosing environments works on names alone."""

from __future__ import annotations

import sys

import pytest

from tox.config.main import check_name
from tox.errors import HandledError
from tox.session._select.names import (
    Asked,
    Skipping,
    check,
    free_factors,
    order,
    unmatched,
    with_factors,
    with_labels,
)
from tox.session._select.request import CliEnv

KNOWN = ["py311-django4", "lint", "docs", "extra", "x-y"]


def asked(named: str | None = None, labels: list[str] | None = None, factors: list[list[str]] | None = None) -> Asked:
    """Describe what the command line asks for."""
    return Asked(None if named is None else CliEnv(named), labels or [], factors or [])


@pytest.mark.parametrize(
    ("request_", "defaults", "active", "others"),
    [
        pytest.param(asked(), ["lint", "docs"], ["lint", "docs"], ["extra", "zz"], id="default list"),
        pytest.param(asked(""), ["lint"], ["lint"], ["docs", "extra", "zz"], id="empty is default"),
        pytest.param(asked("docs,lint"), ["lint"], ["docs", "lint"], ["extra", "zz"], id="order of the command line"),
        pytest.param(asked("new"), ["lint"], ["new"], ["lint", "docs", "extra", "zz"], id="one more name"),
        pytest.param(asked("ALL"), ["lint"], ["lint", "docs", "extra"], [], id="all, without those of labels alone"),
        pytest.param(asked("docs,ALL"), ["lint"], ["lint", "docs", "extra"], [], id="all wins"),
        pytest.param(asked(labels=["t"]), ["lint"], [], ["lint", "docs", "extra", "zz"], id="labels leave it open"),
        pytest.param(asked(factors=[["t"]]), ["lint"], [], ["lint", "docs", "extra", "zz"], id="factors leave it open"),
        pytest.param(asked("docs", labels=["t"]), ["lint"], [], ["docs", "lint", "extra", "zz"], id="labels alone"),
        pytest.param(asked("docs", factors=[["t"]]), ["lint"], [], ["docs", "lint", "extra", "zz"], id="factors alone"),
        pytest.param(asked("ALL", labels=["t"]), [], [], ["lint", "docs", "extra", "zz"], id="labels instead of all"),
        pytest.param(asked(), [], ["py"], ["lint", "docs", "extra", "zz"], id="no default list"),
        pytest.param(asked("lint"), [], ["lint"], ["docs", "extra", "zz"], id="no default list, one named"),
    ],
)
def test_order(request_: Asked, defaults: list[str], active: list[str], others: list[str]) -> None:
    """Those named come first, then the default ones, then the rest; exactly those that are meant are active."""
    result = order(request_, defaults, ["lint", "docs", "extra"], ["zz"])

    assert [name for name, is_active in result.items() if is_active] == active
    assert [name for name, is_active in result.items() if not is_active] == others


@pytest.mark.parametrize(
    ("groups", "names"),
    [
        pytest.param([["lint"]], ["lint"], id="one"),
        pytest.param([["django4", "py311"]], ["py311-django4"], id="all of a group"),
        pytest.param([["django4-py311"]], ["py311-django4"], id="several in a word"),
        pytest.param([["lint"], ["docs"]], ["lint", "docs"], id="any group"),
        pytest.param([["lint", "docs"]], [], id="never together"),
        pytest.param([["django"]], [], id="part of a factor"),
    ],
)
def test_with_factors(groups: list[list[str]], names: list[str]) -> None:
    """A name is chosen when it has all factors of any one group."""
    assert with_factors(KNOWN, groups) == names


def test_with_labels() -> None:
    """A name is chosen by a label of the project, or one of its own."""
    own = {"docs": {"q", "r"}, "extra": {"s"}}

    names = with_labels(KNOWN, ["t", "q"], {"t": ["lint", "gone"], "u": ["x-y"]}, lambda name: own.get(name, ()))

    assert names == ["lint", "docs"]


@pytest.mark.parametrize(
    "name",
    [
        "lint",
        "py312",
        "py311-lint",
        "lint-x",
        "3.13",
        "311",
        "py3.13t",
        "pypy3.10",
        "graalpy",
        "py-y",
        "x-",
        "3.11t",
        ".pkg",
        ".pkg-cpython311",
    ],
)
def test_known_names(name: str) -> None:
    """A name is known as it is, by its factors, or as that of a Python."""
    check([name], dict.fromkeys(KNOWN), lambda: free_factors(KNOWN, []))


@pytest.mark.parametrize(
    ("name", "line"),
    [
        pytest.param("lnt", "lnt - did you mean lint?", id="close"),
        pytest.param("djang-lin", "djang-lin - did you mean django4-lint?", id="each factor close"),
        pytest.param("py311-djangoo", "py311-djangoo", id="a factor is right"),
        pytest.param("py311.2", "py311.2 - did you mean py311?", id="no such version"),
        pytest.param("python3", "python3", id="no such name of a Python"),
        pytest.param("a/b", "a/b", id="separator"),
    ],
)
def test_unknown_name(name: str, line: str) -> None:
    """An unknown name is told with what it may have meant."""
    with pytest.raises(HandledError) as told:
        check(["lint", name], dict.fromkeys(KNOWN), lambda: free_factors(KNOWN, []))

    assert str(told.value).splitlines()[:2] == ["provided environments not found in configuration file:", line]


@pytest.mark.parametrize(
    ("named", "names", "lines"),
    [
        pytest.param(["zzz", "yyy"], KNOWN, ["zzz", "yyy", f"environments are {', '.join(KNOWN)}"], id="few"),
        pytest.param(["zzz"], [], ["zzz"], id="none"),
        pytest.param(
            ["zzz"],
            [f"n{at}" for at in range(30)],
            ["zzz", f"environments are {', '.join(f'n{at}' for at in range(20))} and 10 more"],
            id="many",
        ),
    ],
)
def test_far_from_every_name(named: list[str], names: list[str], lines: list[str]) -> None:
    """Where no name comes close it is told which there are."""
    with pytest.raises(HandledError) as told:
        check(named, dict.fromkeys(names), lambda: free_factors(names, []))

    assert str(told.value).splitlines()[1:] == lines


@pytest.mark.parametrize(
    ("request_", "sentences"),
    [
        pytest.param(asked(labels=["swfit"]), ["no environment has label swfit; labels are q, swift"], id="label"),
        pytest.param(
            asked(factors=[["djagno4"]]),
            ["no environment has factor djagno4; factors are django4, docs, extra, lint, py311, x, y"],
            id="factor",
        ),
        pytest.param(
            asked(factors=[["lint", "docs"], ["lint"]]),
            ["no environment has factor lint and docs; factors are django4, docs, extra, lint, py311, x, y"],
            id="factors that nothing has together",
        ),
        pytest.param(asked(labels=["q", "swift"], factors=[["x", "y"]]), [], id="right"),
    ],
)
def test_nothing_has_what_was_asked_for(request_: Asked, sentences: list[str]) -> None:
    """Labels and factors that nothing has are told with those there are."""
    own = {"docs": {"q"}}

    told = list(unmatched(request_, KNOWN, {"swift": ["lint"]}, lambda name: own.get(name, ())))

    assert told == sentences


def test_there_may_be_no_labels() -> None:
    """Where nothing has a label that is said."""
    assert list(unmatched(asked(labels=["q"]), KNOWN, {}, lambda _: ())) == [
        "no environment has label q; there are no labels"
    ]


def test_whole_names_are_one_factor() -> None:
    """Names of sections combine as a whole, so one with a dash combines with nothing."""
    assert free_factors(["py311-x", "a-b", "own"], {"a-b", "own"}) == {"py311", "x", "a-b", "own", ".pkg"}


def test_skipping_matches_the_beginning() -> None:
    """A name is left out when the expression matches from its beginning on."""
    skipping = Skipping("py|.*-y")

    assert [name for name in KNOWN if skipping.matches(name)] == ["py311-django4", "x-y"]
    assert not Skipping("int").matches("lint")
    assert not Skipping("").matches("")


def test_skipping_needs_an_expression() -> None:
    """What is no regular expression is told."""
    with pytest.raises(HandledError, match="invalid environment skip filter '\\('"):
        Skipping("(")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\0b"])
def test_names_that_are_no_folder(name: str) -> None:
    """A name must be the name of one folder."""
    with pytest.raises(HandledError, match="not the name of one folder"):
        check_name(name)


@pytest.mark.skipif(sys.platform != "win32", reason="a backslash is a letter of a name elsewhere")
@pytest.mark.parametrize("name", ["a\\b", "a:b"])
def test_names_that_lead_elsewhere_on_windows(name: str) -> None:
    """What separates folders there, or names a drive, cannot be in a name."""
    with pytest.raises(HandledError, match="not the name of one folder"):
        check_name(name)


@pytest.mark.skipif(sys.platform == "win32", reason="a backslash separates folders there")
def test_a_backslash_may_be_in_a_name() -> None:
    """It is a letter like any other where it separates nothing."""
    check_name("a\\b")


@pytest.mark.parametrize(
    ("value", "names", "text"),
    [
        pytest.param(None, [], "<env_list>", id="nothing"),
        pytest.param("", [], "<env_list>", id="empty"),
        pytest.param(" a , b,,", ["a", "b"], "a,b", id="commas"),
        pytest.param(["a"], ["a"], "a", id="list"),
        pytest.param("py3{11,12}-x", ["py311-x", "py312-x"], "py311-x,py312-x", id="braces"),
        pytest.param("py{3-5},q", ["py3", "py4", "py5", "q"], "py3,py4,py5,q", id="range"),
        pytest.param("a{b", ["a{b"], "a{b", id="open brace"),
        pytest.param("x,ALL", [], "ALL", id="all"),
    ],
)
def test_named_environments(value: list[str] | str | None, names: list[str], text: str) -> None:
    """The value of ``-e`` is names; all of them and the default ones are told apart."""
    env = CliEnv(value)

    assert (list(env), str(env)) == (names, text)
    assert env.is_all is (text == "ALL")
    assert env.is_default_list is (text == "<env_list>")
    assert bool(env) is (text != "<env_list>")
    assert env == CliEnv(value)
    assert repr(env) == ("CliEnv()" if env.is_default_list else f"CliEnv({text!r})")


def test_named_environments_add_up() -> None:
    """Repeating ``-e`` adds names."""
    env = CliEnv("a")
    env += CliEnv("b,c")

    assert list(env) == ["a", "b", "c"]
    assert env != CliEnv("a")
