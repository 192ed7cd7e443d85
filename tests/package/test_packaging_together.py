"""Two sessions that package one project, put in order by what they print."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from tests.processes import started
from tests.wheels import make_wheel, offline

TOX = [sys.executable, "-m", "tox"]
TOX_INI = """\
[tox]
env_list = waits, wheel, editable, last, other
[testenv]
package = wheel
commands = python -c "import demo"
[testenv:waits]
commands =
    python -u wait.py
[testenv:editable]
package = editable
"""
WAIT = """\
import pathlib, time
print("WAITING", flush=True)
while not pathlib.Path("go").exists():
    time.sleep(0.01)
"""
PROJECT = '[build-system]\nrequires = ["need"]\nbuild-backend = "backend"\nbackend-path = ["."]\n'


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """Return variables for processes that find what the backend needs."""
    make_wheel(tmp_path / "links", "need")
    return offline(tmp_path / "links", tmp_path / "home")


def project(tmp_path: Path) -> Path:
    """Make a project whose backend needs something installed."""
    root = tmp_path / "project"
    root.mkdir()
    backend = Path(__file__).with_name("backend.py").read_text(encoding="utf-8")
    (root / "backend.py").write_text(backend.replace("import io\n", "import io\nimport need\n"), encoding="utf-8")
    (root / "tox.ini").write_text(TOX_INI, encoding="utf-8")
    (root / "wait.py").write_text(WAIT, encoding="utf-8")
    (root / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    return root


def test_built_anew_between_two_environments(tmp_path: Path, env: dict[str, str]) -> None:
    """What a session has built it uses again; what it has not, it builds in what another session has left."""
    root = project(tmp_path)

    with started([*TOX, "r", "-e", "waits,wheel,editable,last"], cwd=root, env=env) as (first,):
        first.expect("WAITING")
        with started([*TOX, "r", "-r", "-e", "other"], cwd=root, env=env) as (second,):
            second.expect(".pkg: remove tox env folder")
            assert second.end() == 0, second.output
        built = (root / ".tox" / "calls.txt").read_text().split().count("build_wheel")
        shutil.rmtree(root / ".tox" / ".pkg" / "dist")
        (root / "go").touch()
        assert first.end() == 0, first.output

    calls = (root / ".tox" / "calls.txt").read_text().split()
    assert calls.count("build_wheel") == built == 2
    assert calls.count("build_editable") == 1


def with_known_backend(root: Path, links: Path) -> None:
    """Give the backend the name of one that is known to read nothing but the tree."""
    backend = root / "backend.py"
    text = backend.read_text(encoding="utf-8").replace("import need\n", "").replace(', "backend.py")', ",)")
    make_wheel(links, "flit_core", files={"flit_core/buildapi.py": text})
    backend.unlink()
    system = '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n'
    (root / "pyproject.toml").write_text(system, encoding="utf-8")


@pytest.mark.parametrize("package", ["wheel", "sdist", "sdist-wheel", "editable"])
def test_same_package_lets_runs_go_side_by_side(package: str, tmp_path: Path, env: dict[str, str]) -> None:
    """Each run builds the package; when that is what is installed, the commands of both run at the same time."""
    root = project(tmp_path)
    (root / "tox.ini").write_text(TOX_INI.replace("package = wheel", f"package = {package}"), encoding="utf-8")
    if package == "sdist":  # of any other backend it is installed each time
        with_known_backend(root, tmp_path / "links")
    command = [*TOX, "r", "-e", "waits"]
    with started([*command, "--notest"], cwd=root, env=env) as (warm,):
        assert warm.end() == 0, warm.output

    with started(command, command, cwd=root, env=env) as runs:
        for run in runs:
            run.expect("WAITING")  # so both run before either may end; set-up may have taken its turn
        (root / "go").touch()
        assert [run.end() for run in runs] == [0, 0], [run.output for run in runs]


def test_end_of_a_session_writes_nothing_where_another_one_builds(tmp_path: Path, env: dict[str, str]) -> None:
    """A session ends its backend without waiting for who holds the package environment, and leaves its folder alone."""
    root = project(tmp_path)
    folder = root / ".tox" / ".pkg"

    with started([*TOX, "r", "-e", "waits"], cwd=root, env=env) as (run,):
        run.expect("WAITING")
        with FileLock(folder / "file.lock"):
            shutil.rmtree(folder / "log")
            (root / "go").touch()
            assert run.end() == 0, run.output
            assert not (folder / "log").exists()

    assert ".pkg: _exit>" in run.output
