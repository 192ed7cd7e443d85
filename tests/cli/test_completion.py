"""What shells are told when a word is to be completed."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("argcomplete")

INI = "[tox]\nenv_list=lint, docs\n[testenv:extra]\npackage=skip\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make a project whose plugin must not run."""
    (tmp_path / "tox.ini").write_text(INI)
    (tmp_path / "toxfile.py").write_text("open('ran', 'w')\n")
    return tmp_path


def complete(project: Path, line: str) -> list[str]:
    """Ask for the completions of a command line, as bash does."""
    answer = project / "answer"
    env = {
        **os.environ,
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(answer),
        "_ARGCOMPLETE_IFS": "\n",
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
    }
    subprocess.run([sys.executable, "-m", "tox"], cwd=project, env=env, check=True, capture_output=True)
    return [word.strip() for word in answer.read_text(encoding="utf-8").split("\n")]


@pytest.mark.parametrize(
    ("line", "some", "none"),
    [
        pytest.param("tox ", {"run", "list", "config"}, {"--skip-env"}, id="sub-commands"),
        pytest.param("tox li", {"list"}, {"run"}, id="beginning of a sub-command"),
        pytest.param("tox run --sk", {"--skip-env", "--skip-pkg-install"}, {"--no-desc"}, id="options"),
        pytest.param("tox run -e ", {"ALL", "lint", "docs", "extra"}, {"run"}, id="environments"),
        pytest.param("tox -e d", {"docs"}, {"lint"}, id="environments without a sub-command"),
        pytest.param("tox run -e lint,d", {"lint,docs"}, {"docs"}, id="one more environment"),
        pytest.param("tox config --format ", {"ini", "json", "toml"}, {"lint"}, id="choices"),
        pytest.param("tox run -c missing.ini -e ", set(), {"lint"}, id="no configuration"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="asked the way bash does")
def test_completions(project: Path, line: str, some: set[str], none: set[str]) -> None:
    """Sub-commands, options, choices and names of environments are completed."""
    words = set(complete(project, line))

    assert some <= words
    assert not none & words


@pytest.mark.skipif(sys.platform == "win32", reason="asked the way bash does")
def test_completing_runs_no_code_of_the_project(project: Path) -> None:
    """A key press does not run the plugin of whatever folder one is in."""
    complete(project, "tox run -e ")

    assert not (project / "ran").exists()
