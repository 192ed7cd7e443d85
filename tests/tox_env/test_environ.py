"""Variables of commands."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tox.errors import Fail
from tox.tox_env._environ import default_pass_env, join_path, normal_pass_env, passed


@pytest.mark.parametrize(
    ("allow", "disallow", "expected"),
    [
        pytest.param(["A"], [], {"A"}, id="exact"),
        pytest.param(["a"], [], {"A"}, id="any-case"),
        pytest.param(["PIP_*"], [], {"PIP_X", "PIP_Y"}, id="star"),
        pytest.param(["PIP_?"], ["*Y"], {"PIP_X"}, id="disallowed"),
        pytest.param(["[AB]"], [], {"A", "B"}, id="set"),
        pytest.param([], [], set(), id="nothing"),
        pytest.param(["A.B"], [], set(), id="dot-is-a-dot"),
        pytest.param(["*"], ["*"], set(), id="all-and-none"),
    ],
)
def test_variables_are_picked_by_pattern(allow: list[str], disallow: list[str], expected: set[str]) -> None:
    """Patterns are those of file names, and the second list outdoes the first."""
    host = {"A": "1", "B": "2", "PIP_X": "3", "PIP_Y": "4", "AxB": "5"}

    picked = passed(host, allow, disallow)

    assert picked == {name: host[name] for name in expected}


def test_pass_env_is_sorted_without_doubles() -> None:
    """Configured and default patterns are one list."""
    assert normal_pass_env(["B", "A", "B"], ["C", "A"]) == ["A", "B", "C"]


def test_pass_env_with_blanks_is_refused() -> None:
    """Blanks do not separate names, and no name holds one."""
    with pytest.raises(Fail, match=r"pass_env.*'A B'"):
        normal_pass_env(["A B", "C"], [])


def test_terminal_variables_are_for_terminals() -> None:
    """A command that writes to a file learns nothing of a terminal."""
    assert "TERM" in default_pass_env(on_terminal=True)
    assert "TERM" not in default_pass_env(on_terminal=False)


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        pytest.param(None, ["one", "two"], id="no-host"),
        pytest.param(os.pathsep.join(["two", "", "three"]), ["one", "two", "three"], id="no-doubles-no-empty"),
    ],
)
def test_own_folders_come_first_on_path(then: str | None, expected: list[str]) -> None:
    """An empty part would be the current folder, which nobody asked for."""
    assert join_path([Path("one"), Path("two")], then) == os.pathsep.join(expected)
