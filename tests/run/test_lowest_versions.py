"""Tox runs with the oldest versions of what it depends on that it says it takes."""

from __future__ import annotations

import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from packaging.requirements import Requirement

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_ROOT = Path(__file__).resolve().parents[2]

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("installs from the index"),
]


@pytest.fixture(scope="module")
def lowest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install this tox beside the oldest versions of its dependencies; give its program."""
    folder = tmp_path_factory.mktemp("lowest")
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [Requirement(text) for text in project["dependencies"]]
    bounds = [f"{one.name}=={re.sub('^>=', '', str(one.specifier))}" for one in wanted]
    (folder / "lowest.txt").write_text("\n".join(bounds), encoding="utf-8")
    venv.create(folder / "host", with_pip=True, symlinks=sys.platform != "win32")
    programs = folder / "host" / ("Scripts" if sys.platform == "win32" else "bin")
    ended = _run(folder, programs / "python", "-m", "pip", "install", "-q", "-c", "lowest.txt", _ROOT)
    assert ended.returncode == 0, ended.stderr
    return programs / "tox"


def _run(folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["list"], "a   -> [no description]"),
        (["config", "-e", "a", "-k", "description", "--format", "json"], '"description": ""'),
        (["run"], "congratulations :)"),
        (["run-parallel", "-o"], "congratulations :)"),
        (["exec", "-e", "a", "--", "python", "-c", "print('said')"], "said"),
        (["run", "-e", "old"], "virtualenv"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_commands(lowest: Path, tmp_path: Path, args: list[str], told: str) -> None:
    """Listing, showing, running with a package and running side by side work; a virtualenv of its own, too."""
    (tmp_path / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["flit-core"]\nbuild-backend = "flit_core.buildapi"\n'
        '[project]\nname = "demo"\nversion = "1"\ndescription = "d"\n',
        encoding="utf-8",
    )
    (tmp_path / "demo.py").touch()
    (tmp_path / "tox.toml").write_text(
        'env_list = ["a", "b"]\n[env_run_base]\npackage = "wheel"\ncommands = [["python", "-c", "import demo"]]\n'
        '[env.old]\nvirtualenv_spec = "virtualenv<20.27"\ncommands = [["python", "-c", "print(\'virtualenv\')"]]\n',
        encoding="utf-8",
    )

    ended = _run(tmp_path, lowest, *args)

    assert ended.returncode == 0, f"{ended.stdout}{ended.stderr}"
    assert told in ended.stdout
