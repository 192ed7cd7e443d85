"""Factors: patterns that stand for names, and conditions that names meet."""

from __future__ import annotations

import sys
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tox.config._factors import LATEST_MINOR, MOST_NAMES, OLDEST_MINOR, machine
from tox.config.loader.ini.factor import (
    KNOWN_ARCHITECTURES,
    active_factors,
    expand_factors,
    expand_ranges,
    extend_factors,
    filter_for_env,
    find_envs,
    open_minor_range,
)

FACTORS = st.text(alphabet="abcxyz019.", min_size=1, max_size=4).filter(lambda text: text.strip("0123456789"))
NAMES = st.lists(FACTORS, min_size=1, max_size=4).map("-".join)


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        pytest.param("a, b\nc", ["a", "b", "c"], id="separators"),
        pytest.param("py3{11,12}-{x,y}", ["py311-x", "py311-y", "py312-x", "py312-y"], id="first-group-slowest"),
        pytest.param("py{,-x}", ["py", "py-x"], id="empty-alternative"),
        pytest.param("py3{8-10, 12}", ["py38", "py39", "py310", "py312"], id="range-beside-number"),
        pytest.param("x{3-1}", ["x3", "x2", "x1"], id="descending"),
        pytest.param("x{a-c}", ["xa-c"], id="no-range"),
        pytest.param("py3{20-}", ["py320"], id="beyond-what-is-known"),
        pytest.param("py3{-5}", ["py35"], id="before-what-is-known"),
        pytest.param("x{1-3 ,5}", ["x1-3", "x5"], id="no-range-with-a-blank-behind"),
        pytest.param("x{ 1-2, 5}", ["x1", "x2", "x5"], id="range-with-a-blank-before"),
        pytest.param("py-4-2", ["py-4-2"], id="no-braces"),
        pytest.param("py39 {a,b} -c", ["py39a-c", "py39b-c"], id="blanks-beside-braces"),
        pytest.param("a-!b, !{c,d}", ["a-b", "c", "d"], id="negation-means-nothing"),
        pytest.param("-a-, b--c, [d], e?*", ["-a-", "b--c", "[d]", "e?*"], id="odd-but-allowed"),
        pytest.param("{,-x}", ["", "-x"], id="nothing"),
    ],
)
def test_patterns_stand_for_names(pattern: str, names: list[str]) -> None:
    """A list of patterns is written out in order."""
    assert list(extend_factors(pattern)) == names


@pytest.mark.parametrize(
    "pattern",
    [
        "py{3{1,2}}",
        "a}",
        "{a",
        "a b",
        "a{}",
        "{a b}",
        "x{1,\n2}",
        "a!b",
        "!!a",
        "a-!",
        "!",
        "a{!b}",
        "a:b",
        "a/b",
        "a;b",
    ],
    ids=repr,
)
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    """Braces that are nested, empty, or not closed in their line are errors, as is what no name may hold."""
    with pytest.raises(ValueError, match=r"\S"):
        list(extend_factors(pattern))


@pytest.mark.parametrize(
    "pattern",
    ["a{1-99999999999}", "a{99999999999-1}", "a{-99999999999}", "{0-9}" * 6, "{x,y}" * 10_000],
    ids=["range", "descending", "open", "product", "beyond-any-number"],
)
def test_a_pattern_of_too_many_names_is_refused(pattern: str) -> None:
    """What would fill the memory is an error, told before it does; as a condition it is none."""
    with pytest.raises(ValueError, match=f"more than {MOST_NAMES} n"):
        list(extend_factors(pattern))

    assert list(expand_factors(f"{pattern}: x")) == [(None, f"{pattern}: x")]


def test_a_pattern_may_stand_for_many_names() -> None:
    """The most names that are allowed are all there, as a range and as a product."""
    assert len(list(extend_factors(f"a{{1-{MOST_NAMES}}}"))) == MOST_NAMES
    assert len(list(extend_factors("{0-9}" * 5))) == MOST_NAMES


def test_open_ranges_end_at_what_is_known() -> None:
    """A missing bound is the oldest or the latest Python."""
    assert open_minor_range() == list(range(OLDEST_MINOR, LATEST_MINOR + 1))
    assert open_minor_range(LATEST_MINOR - 1) == [LATEST_MINOR - 1, LATEST_MINOR]
    assert open_minor_range(stop=OLDEST_MINOR) == [OLDEST_MINOR]
    assert open_minor_range(3, 5) == [3, 4, 5]


@pytest.mark.parametrize(
    ("line", "condition"),
    [
        pytest.param("a: x", [[("a", False)]], id="one"),
        pytest.param("a, b: x", [[("a", False)], [("b", False)]], id="or"),
        pytest.param("a-!b: x", [[("a", False), ("b", True)]], id="and-not"),
        pytest.param("!{a,b}: x", [[("a", True)], [("b", True)]], id="negated-group"),
        pytest.param("{ a,b } : x", [[("a", False)], [("b", False)]], id="blanks"),
        pytest.param("py3{1-2}: x", [[("py31", False)], [("py32", False)]], id="range"),
        pytest.param(
            "{!a,b}-c: x", [[("a", True), ("c", False)], [("b", False), ("c", False)]], id="negated-in-braces"
        ),
        pytest.param("py {a} -c: x", [[("pya", False), ("c", False)]], id="blanks-beside-braces"),
        pytest.param("a{!b}: x", None, id="negation-within-a-factor"),
        pytest.param("a:x", None, id="no-blank-after-colon"),
        pytest.param("a b: x", None, id="blank-within"),
        pytest.param("! a: x", None, id="blank-after-negation"),
        pytest.param("!!a: x", None, id="twice-negated"),
        pytest.param("{a: x", None, id="open-brace"),
        pytest.param("{}: x", None, id="empty-braces"),
        pytest.param("https://h/p: x", None, id="url"),
        pytest.param("run {posargs: x}", None, id="expression"),
    ],
)
def test_lines_may_have_conditions(line: str, condition: list[list[tuple[str, bool]]] | None) -> None:
    """What looks like a condition is split off its line, anything else is content."""
    ((found, content),) = expand_factors(line)

    assert found == condition
    assert content == (line if condition is None else "x")


@pytest.mark.parametrize(
    ("value", "name", "kept"),
    [
        pytest.param("a: x\nb: y\nz", "a-c", "x\nz", id="lines"),
        pytest.param("a-c: x", "c-b-a", "x", id="order-of-factors"),
        pytest.param(f"{sys.platform}: x\n!{sys.platform}: y", "a", "x", id="platform"),
        pytest.param("b: x \\\ny\nz", "a", "z", id="continuation-goes-with-its-line"),
        pytest.param("x \\\nb: y \\\nz", "a", "x \\\nz", id="continuation-of-a-kept-line"),
        pytest.param("a*: x", "ab", "", id="no-globs"),
        pytest.param("A: x", "a", "", id="case-counts"),
        pytest.param(f"{sys.platform}: x\na: y", None, "x", id="no-environment"),
    ],
)
def test_lines_are_kept_for_an_environment(value: str, name: str | None, kept: str) -> None:
    """Lines whose condition does not hold are left out, with what continues them."""
    assert filter_for_env(value, name) == kept


def test_the_machine_is_a_factor_unless_the_name_has_one() -> None:
    """An architecture in the name stands in for the one of the machine."""
    other = next(iter(KNOWN_ARCHITECTURES - {machine()}))

    assert active_factors("a") == {"a", machine(), sys.platform}
    assert active_factors(f"a-{other}") == {"a", other, sys.platform}


def test_conditions_name_environments() -> None:
    """Names in conditions are found, negated ones included, whatever else stands in the lines."""
    assert list(find_envs("a-b,!c: x\nplain\nd:y\n{e,f}: z")) == ["a-b", "c", "e", "f"]
    assert list(find_envs("a: # x\nb:#x\nc:y # x\n# d: x\n#e: x\nf:")) == ["a", "f"]


#: one part of a pattern between dashes: choices of factors, each with whether it is negated
PARTS = st.lists(st.tuples(FACTORS, st.booleans()), min_size=1, max_size=3, unique_by=lambda choice: choice[0])
#: patterns of which any may hold, as parts that all have to
PATTERNS = st.lists(st.lists(PARTS, min_size=1, max_size=3), min_size=1, max_size=3)
BLANKS = st.sampled_from(["", " ", "\t", "  "])


def rendered(data: st.DataObject, patterns: list[list[list[tuple[str, bool]]]]) -> str:
    """Write patterns down, with braces where they are needed or not, and blanks where they mean nothing."""

    def part(choices: list[tuple[str, bool]]) -> str:
        words = [f"{'!' * negated}{factor}" for factor, negated in choices]
        if len(words) == 1 and data.draw(st.booleans()):
            return words[0]
        inner = ",".join(f"{data.draw(BLANKS)}{word}{data.draw(BLANKS)}" for word in words)
        return f"{{{inner}}}"

    return ",".join(f"{data.draw(BLANKS)}{'-'.join(map(part, parts))}{data.draw(BLANKS)}" for parts in patterns)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # a busy machine draws slowly
@given(st.data(), PATTERNS, st.sets(FACTORS, max_size=4))
def test_expanding_matching_and_rendering_agree(
    data: st.DataObject, patterns: list[list[list[tuple[str, bool]]]], others: set[str]
) -> None:
    """However patterns are written, they stand for their product, as names and as a condition."""
    text = rendered(data, patterns)
    groups = [group for parts in patterns for group in product(*parts)]
    names = ["-".join(factor for factor, _ in group) for group in groups]
    factors = data.draw(st.sampled_from([*map(set, (name.split("-") for name in names)), others])) | others
    env_name = "-".join(sorted(factors)) or "none"
    active = {*env_name.split("-"), machine(), sys.platform}

    expected = any(all((factor in active) is not negated for factor, negated in group) for group in groups)

    assert list(extend_factors(text)) == names
    assert list(find_envs(f"{text}: x")) == names
    assert filter_for_env(f"{text} : x", env_name) == ("x" if expected else "")
    ((condition, content),) = expand_factors(f"{text}: x")
    assert (condition, content) == ([list(group) for group in groups], "x")


@given(NAMES)
def test_an_environment_meets_the_condition_of_its_own_name(name: str) -> None:
    """Rendering a name as a condition, finding it and matching it agree."""
    line = f"{name}: content"

    assert filter_for_env(line, name) == "content"
    assert list(find_envs(line)) == [name]
    assert not filter_for_env(f"!{line}", name) or "-" in name


@given(st.lists(st.lists(FACTORS, min_size=1, max_size=3, unique=True), min_size=1, max_size=3))
def test_expanding_and_matching_agree(groups: list[list[str]]) -> None:
    """Each name that a product stands for meets the product as a condition; a name with another factor does not."""
    pattern = "-".join(f"{{{','.join(group)}}}" for group in groups)

    names = list(extend_factors(pattern))

    assert list(find_envs(f"{pattern}: x")) == names
    assert all(filter_for_env(f"{pattern}: x", name) == "x" for name in names)
    assert filter_for_env(f"{pattern}: x", "other") == ""


@given(st.integers(0, 40), st.integers(0, 40))
def test_ranges_are_what_they_are_written_out_to(start: int, stop: int) -> None:
    """A range and its numbers, written out, stand for the same names."""
    written = expand_ranges(f"x{{{start}-{stop}}}")

    assert "-" not in written
    assert list(extend_factors(written)) == list(extend_factors(f"x{{{start}-{stop}}}"))
    assert len(list(extend_factors(written))) == abs(stop - start) + 1
