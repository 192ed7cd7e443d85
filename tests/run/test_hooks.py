"""Plugins that take part in a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.run.projects import PRINT, ini, tox

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """
from tox.errors import Fail, Skip
from tox.plugin import impl

@impl
def tox_env_teardown(tox_env):
    print("teardown", tox_env.name, flush=True)
"""
BEFORE = "\n@impl\ndef tox_before_run_commands(tox_env):\n    {}\n"
AFTER = "\n@impl\ndef tox_after_run_commands(tox_env, exit_code, outcomes):\n    {}\n"
SAY_AFTER = AFTER.format("print('after', exit_code, [outcome.out for outcome in outcomes], flush=True)")


def run(folder: Path, plugin: str, commands: str = PRINT) -> tuple[int, list[str]]:
    """Run one environment with a plugin of the project.

    :returns: exit code and output, the verdict left out
    """
    ended = tox(folder, "r", tox_ini=ini("a", testenv=f"commands = {commands}"), toxfile_py=HEAD + plugin)
    return ended.code, [line for line in ended.out.splitlines() if "seconds" not in line]


def test_order(tmp_path: Path) -> None:
    """Hooks are called before the commands, after them with what they printed, and after the teardown."""
    code, lines = run(tmp_path, BEFORE.format("print('before', tox_env.name, flush=True)") + SAY_AFTER)

    assert (code, lines) == (
        0,
        ["before a", f"a: commands[0]> {PRINT}", "x", "after 0 ['x\\n']", "teardown a"],
    )


def test_after_failed_start(tmp_path: Path) -> None:
    """The hook after the commands is called also when they could not go on."""
    code, lines = run(tmp_path, SAY_AFTER, "ls")

    assert (code, lines[1:]) == (
        1,
        ["after -1 []", "a: failed with ls is not allowed, use allowlist_externals to allow it", "teardown a"],
    )


@pytest.mark.parametrize(
    ("statement", "code", "line"),
    [
        pytest.param("raise Fail('zz')", 1, "a: failed with zz", id="fail"),
        pytest.param("raise Skip('zz')", 1, "a: skipped because zz", id="skip"),
        pytest.param("raise SystemExit(9)", 9, "teardown a", id="exit"),
        pytest.param("raise KeyError('zz')", 2, "a: internal error", id="crash"),
    ],
)
def test_errors(statement: str, code: int, line: str, tmp_path: Path) -> None:
    """What a hook raises decides how the environment went, and teardown still happens."""
    ended, lines = run(tmp_path, BEFORE.format(statement))

    assert (ended, lines[0], lines[-1]) == (code, line, "teardown a")


def test_exit_code_of_after(tmp_path: Path) -> None:
    """A hook after the commands can end the environment with a code of its own."""
    assert run(tmp_path, AFTER.format("raise SystemExit(7)"))[0] == 7


def test_broken_teardown(tmp_path: Path) -> None:
    """A teardown that crashes is told, and makes a good environment a failed one."""
    plugin = "from tox.plugin import impl\n@impl\ndef tox_env_teardown(tox_env):\n    raise KeyError('zz')\n"

    ended = tox(tmp_path, "r", tox_ini=ini("a", testenv=f"commands = {PRINT}"), toxfile_py=plugin)

    assert ended.code == 2
    assert "a: internal error" in ended.out
    assert "KeyError: 'zz'" in ended.out
    assert ended.err == ""
