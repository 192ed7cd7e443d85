"""What each command may load, measured in fresh interpreters."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """
import json, sys
from tox.run import main
try:
    code = main(sys.argv[1:])
except SystemExit as error:
    code = error.code
sys.stdout.flush()
json.dump([code or 0, sorted(name for name in sys.modules if "." not in name)], sys.stderr)
"""

HEAVY = {"virtualenv", "packaging", "pyproject_api", "python_discovery"}


def loaded(folder: Path, *args: str) -> set[str]:
    """Run a command line in a fresh interpreter and tell the top modules that it loaded."""
    done = subprocess.run([sys.executable, "-c", SCRIPT, *args], cwd=folder, capture_output=True, text=True, check=True)
    code, names = json.loads(done.stderr.splitlines()[-1])
    assert code == 0, done.stdout
    return set(names)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with an environment that runs one command."""
    text = "[tox]\nno_package=true\nenv_list=a\n[testenv]\ndescription=d\ncommands=python -c pass\n"
    (tmp_path / "tox.ini").write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    "args",
    [["--version"], ["list"], ["config", "-e", "a", "-k", "commands"], ["depends"], ["--help"]],
    ids=" ".join,
)
def test_looking_loads_no_heavy_library(project: Path, args: list[str]) -> None:
    """Commands that look at the configuration load neither what makes environments nor what locks them."""
    assert loaded(project, *args) & (HEAVY | {"filelock"}) == set()


def test_looking_leaves_nothing_behind(project: Path) -> None:
    """Reading the configuration creates no file."""
    loaded(project, "config", "-e", "a", "-k", "commands")
    loaded(project, "list")

    assert [path.name for path in project.iterdir()] == ["tox.ini"]


def test_warm_run_loads_no_heavy_library(project: Path) -> None:
    """A run with nothing to do but the command locks its environment, and loads nothing that could make one."""
    loaded(project, "run")

    assert loaded(project, "run") & HEAVY == set()


def test_importing_tox_loads_next_to_nothing() -> None:
    """``import tox`` loads none of its own parts but the version, once that is asked for."""
    script = "import sys, tox; tox.__version__; print(sorted(n for n in sys.modules if n.startswith('tox')))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "['tox', 'tox.util', 'tox.util._lazy', 'tox.version']"
