"""What ``tools/differential.py`` is made of: draws, shrinking, what counts as a difference, what explains one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from differing.comparing import Places, of_step
from differing.drawing import KINDS
from differing.explained import ROWS
from differing.model import Draw, File, Step, ini_text, toml_text, write
from differing.reading import ERROR, read
from differing.running import Outcome
from differing.shrinking import reductions, shrink

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Callable

NOWHERE = Places((), ())


@pytest.mark.parametrize("kind", KINDS)
def test_a_draw_can_be_repeated(kind: str) -> None:
    """The same seed gives the same project and commands, another one gives others."""
    shown = [KINDS[kind](f"7/{number}").show() for number in range(20)]

    assert shown == [KINDS[kind](f"7/{number}").show() for number in range(20)]
    assert len({*shown}) == 20


@pytest.mark.parametrize("kind", KINDS)
def test_draws_can_be_written(kind: str, tmp_path: Path) -> None:
    """Files of a draw are written below its folder."""
    for number in range(60):
        draw = KINDS[kind](f"3/{number}")

        project = write(draw, tmp_path / str(number))

        assert project.is_dir()
        assert [*project.iterdir()]


def test_tables_are_written_as_toml() -> None:
    """What is drawn as a table is read back as the same table."""
    table = {"a": 1, "env": {"b c": {"set_env": {"A": 'é"\n\x7f'}, "x": [True, [], {"replace": "env"}]}}, "f": 0.5}

    assert tomllib.loads(toml_text(table)) == table


def test_sections_are_written_as_ini() -> None:
    """One line stands beside its setting, several stand below it."""
    sections = [("tox", [("env_list", ["a"])]), ("testenv", [("deps", ["x", "y"])])]

    assert ini_text(sections, 0) == "[tox]\nenv_list = a\n\n[testenv]\ndeps =\n    x\n    y\n"


PROJECT = Draw(
    [
        File("tox.ini", "ini", [("tox", [("a", ["1"])]), ("testenv", [("b", ["x", "wrong"]), ("c", ["y"])])], "crlf"),
        File("r.txt", "text", "six"),
    ],
    [Step("list"), Step("config", [["-q"], ["-e", "a"]], 1, {"V": "v"}, "d")],
    "a b",
)


@pytest.mark.parametrize(
    ("holds", "smallest"),
    [
        pytest.param(
            lambda draw: "wrong" in draw.show(),
            Draw([File("tox.ini", "ini", [("testenv", [("b", ["wrong"])])])], []),
            id="value",
        ),
        pytest.param(
            lambda draw: any("-e" in step.words for step in draw.steps), Draw([], [Step("config", [["-e"]])]), id="word"
        ),
        pytest.param(
            lambda draw: any(file.odd for file in draw.files),
            Draw([File("tox.ini", "ini", [], "crlf")], []),
            id="oddity",
        ),
        pytest.param(
            lambda draw: any(step.env for step in draw.steps), Draw([], [Step("config", env={"V": ""})]), id="variable"
        ),
        pytest.param(lambda draw: draw.place == "a b", Draw([], [], "a b"), id="place"),
        pytest.param(lambda draw: True, Draw([], []), id="nothing"),  # noqa: ARG005
    ],
)
def test_shrinking_reaches_the_smallest(holds: Callable[[Draw], bool], smallest: Draw) -> None:
    """What shows something is left with nothing that could be taken away."""
    assert shrink(PROJECT, holds, 10_000) == smallest


def test_shrinking_asks_no_more_often_than_it_may() -> None:
    """The number of tries is limited, and what is left shows it still."""
    asked: list[Draw] = []

    def holds(draw: Draw) -> bool:
        asked.append(draw)
        return "wrong" in draw.show()

    left = shrink(PROJECT, holds, 5)

    assert len(asked) == 5
    assert "wrong" in left.show()


def test_reductions_are_smaller() -> None:
    """Nothing is reduced to itself, so that shrinking ends."""
    assert PROJECT not in [*reductions(PROJECT)]


A = {"env.a settings": '["x"]', "environments": '["env.a"]'}


@pytest.mark.parametrize(
    ("text", "values", "said"),
    [
        pytest.param(
            '{"env": {"a": {"x": 1}}}',
            {**A, "env.a x": "1"},
            [],
            id="json",
        ),
        pytest.param(
            '{"env": {"a": {"x": {"error": "E"}}}}',
            {**A, "env.a x": ERROR},
            [],
            id="json error",
        ),
        pytest.param("[env.a]\nx = 1\n", {**A, "env.a x": "1"}, [], id="toml"),
        pytest.param(
            "[testenv:a]\nx =\n  1\n  2\ny = # Exception: E\n",
            {"environments": "[testenv:a]", "[testenv:a] x": "\n  1\n  2", "[testenv:a] y": ERROR},
            [],
            id="ini",
        ),
        pytest.param("a -> b\n", {"output": "a -> b\n"}, [], id="lines"),
        pytest.param("ROOT: words\na -> b\n", {"output": "a -> b\n"}, ["ROOT: words"], id="log"),
        pytest.param("ROOT: HandledError| x\ny\n", {}, ["ROOT: HandledError| x", "y"], id="refusal"),
    ],
)
def test_outputs_are_taken_apart(text: str, values: dict[str, str], said: list[str]) -> None:
    """Settings are told from sentences, whose words are free."""
    assert read(text) == (values, said)


def ended(code: int | None = 0, out: str = "", err: str = "", files: dict[str, str] | None = None) -> Outcome:
    """Make up what is seen of a command."""
    return Outcome(code, out, err, files or {})


TRACE = "Traceback (most recent call last):\nValueError: x\n"


@pytest.mark.parametrize(
    ("ours", "theirs", "points"),
    [
        pytest.param(ended(), ended(), [], id="equal"),
        pytest.param(ended(254, "ROOT: HandledError| a"), ended(254, "ROOT: HandledError| b"), [], id="words are free"),
        pytest.param(ended(0), ended(254), [("exit", "0 not 254")], id="exit code"),
        pytest.param(ended(0, "a"), ended(0, "b"), [("value", "output")], id="output"),
        pytest.param(ended(0, "x", TRACE), ended(0, "x"), [("traceback", "ValueError: x")], id="traceback of ours"),
        pytest.param(ended(254, "x"), ended(1, "", TRACE), [], id="refusal for a traceback"),
        pytest.param(ended(0), ended(1, "", TRACE), [("crash", "ValueError")], id="success for a traceback"),
        pytest.param(ended(254), ended(None), [], id="refusal for what is endless"),
        pytest.param(ended(None), ended(0), [("endless", "ours")], id="endless"),
        pytest.param(ended(0, "ROOT: a"), ended(0), [("said", "ours")], id="warning of ours"),
        pytest.param(ended(0, "", "a"), ended(0, "ROOT: a"), [], id="either stream"),
        pytest.param(ended(files={"a": ""}), ended(), [("file", "a")], id="file of ours"),
        pytest.param(ended(), ended(files={"a": ""}), [], id="file of theirs"),
        pytest.param(ended(files={"a": "x"}), ended(files={"a": "y"}), [("value", "output")], id="content"),
        pytest.param(ended(2, "", "usage: a"), ended(2, "", "usage: b"), [], id="usage"),
        pytest.param(
            ended(255, '{"env": {"a": {"x": {"error": "E"}}}}'),
            ended(0, '{"env": {"a": {"x": 1}}}'),
            [("refused", "env.a x")],
            id="value refused",
        ),
        pytest.param(ended(255, "x", TRACE), ended(255, "x", TRACE), [], id="traceback that both show"),
    ],
)
def test_what_counts_as_a_difference(ours: Outcome, theirs: Outcome, points: list[tuple[str, str]]) -> None:
    """Codes, values, files and whether something was said are compared, not how it was said."""
    assert [*of_step(Step("config"), ours, theirs, NOWHERE)] == points


def test_what_differs_by_nature_is_made_alike() -> None:
    """Paths of the two, times, process ids and versions do not count."""
    places = Places((Path("/x/ours"),), (Path("/y/theirs"),))

    first = places.alike("/x/ours/bin in 1.23 seconds pid=7 tox 4.67.15+fork.1")

    assert first == places.alike("/y/theirs/bin in 0.1 seconds pid=88 tox 4.67.15")


@pytest.mark.parametrize("heading", sorted({row.heading for row in ROWS}))
def test_what_is_explained_is_told(heading: str) -> None:
    """Each explanation is the heading of a paragraph of the page of differences."""
    page = Path(__file__).parents[2] / "docs" / "differences.rst"

    assert heading in page.read_text(encoding="utf-8").splitlines()
