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


#: the shapes that most plugins of projects have: hooks alone, and hooks whose arguments have types
PLUGINS = {
    "one hook": "from tox.plugin import impl\n@impl\ndef tox_before_run_commands(tox_env):\n    pass\n",
    "types": (
        "from tox.config.sets import EnvConfigSet\nfrom tox.plugin import impl\nfrom tox.session.state import State\n"
        "from tox.tox_env.api import ToxEnv\n@impl\n"
        "def tox_add_env_config(env_conf: EnvConfigSet, state: State) -> None:\n"
        "    env_conf.add_constant('x', 'y', 'z')\n"
        "@impl\ndef tox_before_run_commands(tox_env: ToxEnv) -> None:\n    tox_env.environment_variables['X'] = '1'\n"
    ),
}


@pytest.mark.parametrize("plugin", PLUGINS)
@pytest.mark.parametrize("args", [["--version"], ["list"], ["config", "-e", "a", "-k", "commands"]], ids=" ".join)
def test_looking_with_a_plugin_loads_no_heavy_library(project: Path, args: list[str], plugin: str) -> None:
    """A plugin of the project brings the plugin library, and nothing that makes or locks environments."""
    (project / "toxfile.py").write_text(PLUGINS[plugin])

    found = loaded(project, *args)

    assert "pluggy" in found
    assert found & (HEAVY | {"filelock"}) == set()


def test_plugin_library_stays_out_without_plugins(project: Path) -> None:
    """Where no plugin is, not even the library that manages them is loaded."""
    assert "pluggy" not in loaded(project, "--version") | loaded(project, "list") | loaded(project, "run")


def test_looking_leaves_nothing_behind(project: Path) -> None:
    """Reading the configuration creates no file."""
    loaded(project, "config", "-e", "a", "-k", "commands")
    loaded(project, "list")

    assert [path.name for path in project.iterdir()] == ["tox.ini"]


@pytest.mark.parametrize("plugin", [None, *PLUGINS])
def test_warm_run_loads_no_heavy_library(project: Path, plugin: str | None) -> None:
    """A run with nothing to do but the command locks its environment, and loads nothing that could make one."""
    if plugin is not None:
        (project / "toxfile.py").write_text(PLUGINS[plugin])
    loaded(project, "run")

    assert loaded(project, "run") & HEAVY == set()


def test_importing_tox_loads_next_to_nothing() -> None:
    """``import tox`` loads none of its own parts but the version, once that is asked for."""
    script = "import sys, tox; tox.__version__; print(sorted(n for n in sys.modules if n.startswith('tox')))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "['tox', 'tox._historical', 'tox.version']"
