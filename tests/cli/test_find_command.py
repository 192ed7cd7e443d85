"""Where the sub-command is found among the arguments."""

from __future__ import annotations

import pytest

from tox.config.cli._search import find_command

NAMES = {"run", "r", "list", "l", "config"}
TAKES: dict[str, int | str | None] = {
    "-v": 0,
    "-r": 0,
    "--verbose": 0,
    "-c": None,
    "--conf": None,
    "--colored": None,
    "-e": None,
    "-m": "+",
    "-s": "?",
    "--many": "*",
    "--two": 2,
    "--rest": "...",
}


@pytest.mark.parametrize(
    ("words", "at"),
    [
        pytest.param([], None, id="nothing"),
        pytest.param(["run"], 0, id="first"),
        pytest.param(["-v", "run"], 1, id="after a flag"),
        pytest.param(["--zzz", "run"], 1, id="after an unknown option"),
        pytest.param(["-e", "py", "r"], 2, id="after a value"),
        pytest.param(["-e", "run"], None, id="only a value"),
        pytest.param(["-e", "run", "list"], 2, id="after a value of the same name"),
        pytest.param(["-epy", "run"], 1, id="value in the same word"),
        pytest.param(["--conf=run", "l"], 1, id="value after an equals sign"),
        pytest.param(["-vc", "run", "l"], 2, id="flags and an option together"),
        pytest.param(["-vcrun", "l"], 1, id="flags, an option and its value together"),
        pytest.param(["-m", "a", "run", "l"], None, id="one or more swallow all words"),
        pytest.param(["-m", "a", "-v", "run"], 3, id="one or more end at an option"),
        pytest.param(["-s", "run"], 1, id="optional value is no sub-command"),
        pytest.param(["-s", "true", "run"], 2, id="optional value"),
        pytest.param(["--many", "run", "c"], 1, id="any number has none before a sub-command"),
        pytest.param(["--many", "a", "b", "run", "c"], None, id="any number that has one has all"),
        pytest.param(["--many", "a", "-v", "run"], 3, id="any number ends at an option"),
        pytest.param(["--rest", "run", "run"], 2, id="the rest is one"),
        pytest.param(["--two", "run", "list", "l"], 3, id="a fixed number"),
        pytest.param(["--verb", "run"], 1, id="abbreviated flag"),
        pytest.param(["--conf", "run"], None, id="option whose name begins like another's"),
        pytest.param(["--col", "run", "l"], 2, id="abbreviated option"),
        pytest.param(["zzz", "run"], 1, id="after an unknown word"),
        pytest.param(["-", "run"], 1, id="after a lone dash"),
    ],
)
def test_find_command(words: list[str], at: int | None) -> None:
    """The first word that names a sub-command and is no option's value is it."""
    assert find_command(words, NAMES, TAKES) == at
