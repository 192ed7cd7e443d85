"""Input that a command gets from whoever started tox."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.run.projects import ini, offline_environ

if TYPE_CHECKING:
    from pathlib import Path

READ = "import sys; print(sys.stdin.read().upper()); print('there', file=sys.stderr)"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a project whose commands read, once for all."""
    made = tmp_path_factory.mktemp("project")
    (made / "tox.ini").write_text(ini("a", testenv="commands = python read.py"), encoding="utf-8")
    (made / "read.py").write_text(READ, encoding="utf-8")
    return made


def feed(folder: Path, *args: str) -> tuple[str, str]:
    """Run tox with input from a pipe.

    :returns: what it printed as output, and as errors
    """
    command = [sys.executable, "-m", "tox", *args]
    ended = subprocess.run(
        command, cwd=folder, env=offline_environ(), input="given", capture_output=True, check=True, text=True
    )
    return ended.stdout, ended.stderr


@pytest.mark.parametrize(
    ("args", "reads"),
    [
        pytest.param(["run"], False, id="run"),
        pytest.param(["run", "--no-capture"], True, id="no-capture"),
        pytest.param(["exec", "-e", "a", "--", "python", "read.py"], True, id="exec"),
    ],
)
def test_input_from_a_pipe(args: list[str], reads: bool, folder: Path) -> None:
    """A command whose output is not captured can be part of a pipeline; else only a person gives input."""
    out, err = feed(folder, *args)

    assert ("GIVEN" in out) is reads
    assert err == "there\n"
