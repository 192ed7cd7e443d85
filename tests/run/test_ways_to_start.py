"""Ways to start Python, under which tox does the same."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_INI = """\
[tox]
no_package = true
env_list = a
[testenv]
commands = python -c "print('ran')"
"""
_SHADOW = "raise SystemExit('the folder of the project was imported from')\n"


def start(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run tox in a folder, by a Python that is started in some way."""
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1", **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "flags",
    [
        ["-O"],
        ["-OO"],
        ["-I"],
        ["-s", "-E"],
        ["-W", "error", "-X", "dev"],
        pytest.param(["-P"], marks=pytest.mark.skipif(sys.version_info < (3, 11), reason="came with Python 3.11")),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize(
    "command", [["run"], ["run-parallel", "-o"], ["exec", "-e", "a", "--", "python", "-c", "print('ran')"]]
)
def test_flags_of_the_interpreter(tmp_path: Path, flags: list[str], command: list[str]) -> None:
    """They optimize, isolate or warn, and change nothing in what tox does."""
    (tmp_path / "tox.ini").write_text(_INI, encoding="utf-8")

    ended = start(tmp_path, *flags, "-m", "tox", *command)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "ran" in ended.stdout.splitlines()


@pytest.mark.parametrize(
    "variables",
    [
        {"PYTHONOPTIMIZE": "1"},
        {"PYTHONOPTIMIZE": "2"},
        {"PYTHONWARNINGS": "error", "PYTHONDEVMODE": "1"},
        {"PYTHONSAFEPATH": "1"},
        {"PYTHONNOUSERSITE": "1"},
    ],
    ids=str,
)
def test_variables_of_the_interpreter(tmp_path: Path, variables: dict[str, str]) -> None:
    """They are as good as flags."""
    (tmp_path / "tox.ini").write_text(_INI, encoding="utf-8")

    ended = start(tmp_path, "-m", "tox", "run", **variables)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "ran" in ended.stdout.splitlines()


@pytest.mark.parametrize(
    "flag", ["-I", pytest.param("-P", marks=pytest.mark.skipif(sys.version_info < (3, 11), reason="new"))]
)
def test_isolated_tox_imports_nothing_of_the_project(tmp_path: Path, flag: str) -> None:
    """A module of the project that has the name of one that tox or virtualenv needs is not in the way."""
    (tmp_path / "tox.ini").write_text(_INI, encoding="utf-8")
    for name in ("tox", "virtualenv", "packaging", "filelock", "venv"):
        (tmp_path / f"{name}.py").write_text(_SHADOW, encoding="utf-8")

    ended = start(tmp_path, flag, "-m", "tox", "run")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "ran" in ended.stdout.splitlines()
