"""Places within an environment, and the variables that speak of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.session.in_process import Ended

INI = "[tox]\nenv_list = a\nno_package = true\n[testenv]\nset_env =\n  {lines}\n"


def settings_of(tox: Callable[..., Ended], lines: str) -> dict[str, Any]:
    """Ask for the variables of an environment and for its places."""
    keys = ("set_env", "env_python", "env_bin_dir", "system_site_packages")
    ended = tox("config", "-e", "a", "--format", "json", "-k", *keys, tox_ini=INI.replace("{lines}", lines))
    found: dict[str, Any] = json.loads(ended.out)["env"]["a"]
    return found


def test_variables_may_be_made_of_places(tox: Callable[..., Ended], tmp_path: Path) -> None:
    """A variable can hold a place in the environment, though finding the place takes the variables."""
    found = settings_of(tox, "PATH={env_bin_dir}{:}{env:PATH}\n  PY={env_python}")

    assert found["set_env"]["PATH"].startswith(f"{tmp_path / '.tox' / 'a'}")
    assert found["set_env"]["PY"] == found["env_python"]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("file|missing.env", id="missing-file"),
        pytest.param("A={env:B}\n  B={env:A}", id="circle"),
        pytest.param("{[testenv:none]set_env}", id="nothing-behind-a-reference"),
    ],
)
def test_wrong_variables_move_nothing(tox: Callable[..., Ended], tmp_path: Path, line: str) -> None:
    """A variable that cannot be made is told as such; where the environment is can still be asked."""
    found = settings_of(tox, line)

    assert set(found["set_env"]) == {"error"}
    assert found["env_bin_dir"].startswith(str(tmp_path / ".tox" / "a"))
    assert found["system_site_packages"] is False


def test_all_variables_within_one(tox: Callable[..., Ended]) -> None:
    """A variable made of all variables finds itself as it is written."""
    found = settings_of(tox, "A=<{set_env}>\n  B=1")

    assert found["set_env"]["A"] == "<A=<{set_env}>\nB=1>"


@pytest.mark.parametrize("command", ["list", "depends"])
def test_what_only_a_run_can_answer_is_refused(tox: Callable[..., Ended], command: str) -> None:
    """A value that needs an interpreter nobody has ends in one sentence."""
    key = "description" if command == "list" else "depends"
    ini = f"[tox]\nenv_list=a\nno_package=true\n[testenv]\nbase_python=python2.1\n{key}={{env_python}}\n"

    ended = tox(command, tox_ini=ini)

    assert ended.code == -2
    assert "python2.1" in ended.out
    assert "Traceback" not in ended.out + ended.err
