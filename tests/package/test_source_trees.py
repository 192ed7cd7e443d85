"""Builds of one source tree, by environments, sessions and installers, come one after another."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from tests.processes import eventually, started
from tests.wheels import make_wheel, offline
from tox.tox_env._lock import TreeLocks
from tox.tox_env.python.pip._trees import local_trees

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TOX = [sys.executable, "-m", "tox"]
#: notices another build in the same tree; with a file "hold" beside it, goes on when there is a file "go"
BACKEND = """\
import os, sys, time
from pathlib import Path
from zipfile import ZipFile

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    try:
        os.mkdir("build-in-use")
    except FileExistsError:
        Path("overlap").touch()
        raise
    for fd in Path("/proc/self/fd").glob("*") if sys.platform == "linux" else ():
        if os.path.lexists(fd):
            print("descriptor", os.readlink(fd))
    print("BUILDING", flush=True)
    end = time.monotonic() + 60
    while Path("hold").exists() and not Path("go").exists() and time.monotonic() < end:
        time.sleep(0.01)
    with ZipFile(os.path.join(wheel_directory, "demo-1-py3-none-any.whl"), "w") as wheel:
        wheel.writestr("demo.py", "")
        wheel.writestr("demo-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: demo\\nVersion: 1\\n")
        text = "Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
        wheel.writestr("demo-1.dist-info/WHEEL", text)
        wheel.writestr("demo-1.dist-info/RECORD", "")
    os.rmdir("build-in-use")
    return "demo-1-py3-none-any.whl"

build_editable = build_wheel
"""
PROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "demo"
version = "1"
"""
TOX_INI = """\
[tox]
env_list = a, b, c
[testenv]
package = wheel
wheel_build_env = .pkg-{env_name}
commands = python -c "import demo"
"""


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """Return variables for processes with a home of their own."""
    make_wheel(tmp_path / "links", "need")
    return offline(tmp_path / "links", tmp_path / "home", XDG_CACHE_HOME=str(tmp_path / "home" / ".cache"))


def project(tmp_path: Path, tox_ini: str = TOX_INI, below: str = "") -> Path:
    """Make a project whose tree, or one below it, is built by a backend that notices others."""
    root = tmp_path / "project"
    tree = root / below
    tree.mkdir(parents=True)
    (tree / "backend.py").write_text(BACKEND, encoding="utf-8")
    (tree / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    (root / "tox.ini").write_text(tox_ini, encoding="utf-8")
    return root


def test_package_environments_of_one_session_take_turns(tmp_path: Path, env: dict[str, str]) -> None:
    """Environments that are prepared in parallel build one after another, in one tree."""
    root = project(tmp_path)
    (root / "hold").touch()

    with started([*TOX, "run-parallel", "-p", "all", "--parallel-live"], cwd=root, env=env) as (run,):
        eventually((root / "build-in-use").exists)
        eventually(lambda: all((root / ".tox" / f".pkg-{name}" / "pyvenv.cfg").exists() for name in "abc"))
        (root / "go").touch()
        assert run.end() == 0, run.output

    assert not (root / "overlap").exists()


@pytest.mark.parametrize(
    ("tox_ini", "below"),
    [
        pytest.param("[testenv]\nskip_install=true\ndeps=./lib\n", "lib", id="path"),
        pytest.param("[testenv]\nskip_install=true\ndeps=-e ./lib\n", "lib", id="editable"),
        pytest.param("[testenv]\nskip_install=true\ndeps=-r r.txt\n", "lib", id="requirement-file"),
        pytest.param("[testenv]\nskip_install=true\ndeps=demo @ file:{/}{/}{tox_root}/lib\n", "lib", id="url"),
        pytest.param("[testenv]\npackage=wheel\n", "", id="package"),
        pytest.param("[testenv]\npackage=editable\n", "", id="editable-package"),
        pytest.param("[testenv]\npackage=editable-legacy\n", "", id="editable-legacy"),
    ],
)
def test_sessions_with_work_dirs_of_their_own_take_turns(
    tmp_path: Path, env: dict[str, str], tox_ini: str, below: str
) -> None:
    """A session that builds a tree waits audibly for another one that builds it, whoever does it for what."""
    root = project(tmp_path, tox_ini.replace("{/}{/}", "//"), below)
    (root / "r.txt").write_text("-e ./lib\n")
    tree = root / below
    (tree / "hold").touch()
    commands = [[*TOX, "run", "-e", "py", "--workdir", name] for name in ("one", "two")]

    with started(commands[0], cwd=root, env=env) as (first,):
        eventually((tree / "build-in-use").exists)
        with started(commands[1], cwd=root, env=env) as (second,):
            line = second.expect("waiting for source tree")
            (tree / "go").touch()
            assert [first.end(), second.end()] == [0, 0], (first.output, second.output)

    assert f"source tree {tree}" in line
    assert f"pid {first.pid}" in line
    assert not (tree / "overlap").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there a job ends the backend with the session")
def test_backend_of_a_killed_session_keeps_the_locks(tmp_path: Path, env: dict[str, str]) -> None:
    """A backend that works on although its session was killed is waited for: it has the locks of its work."""
    root = project(tmp_path, "[testenv]\npackage=wheel\n")
    (root / "hold").touch()

    with started([*TOX, "run", "-e", "py", "-vvv"], cwd=root, env=env) as (first,):
        eventually((root / "build-in-use").exists)
        first.send(signal.SIGKILL)
        first.process.wait()
        with started([*TOX, "run", "-e", "py"], cwd=root, env=env) as (same_place,):
            same_place.expect("waiting for environment .pkg")
            with started([*TOX, "run", "-e", "py", "--workdir", "other"], cwd=root, env=env) as (other_place,):
                other_place.expect("waiting for source tree")
                (root / "go").touch()
                assert [same_place.end(), other_place.end()] == [0, 0], (same_place.output, other_place.output)

    assert not (root / "overlap").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="lists open files by way of /proc")
def test_descriptors_of_a_backend(tmp_path: Path, env: dict[str, str]) -> None:
    """The backend inherits the lock of its environment and that of its tree, also in a second step of the session."""
    root = project(tmp_path, "[tox]\nenv_list=a,b\n[testenv]\npackage=wheel\n[testenv:b]\npackage=editable\n")

    with started([*TOX, "run", "-vvvv"], cwd=root, env=env) as (run,):
        assert run.end() == 0, run.output

    steps = run.output.split("BUILDING")[:-1]
    assert len(steps) == 2
    for step in steps:
        assert f"descriptor {root / '.tox' / '.pkg' / 'file.lock'}\n" in step.replace("\r", "")
        assert f"descriptor {tmp_path / 'home' / '.cache' / 'tox' / 'trees'}" in step


def test_time_that_one_waits_for_a_tree(tmp_path: Path, env: dict[str, str]) -> None:
    """``--lock-timeout`` bounds this wait as well, and its end is told by the same words."""
    root = project(tmp_path, "[testenv]\npackage=wheel\n")
    (root / "hold").touch()

    with started([*TOX, "run", "-e", "py", "--workdir", "one"], cwd=root, env=env) as (first,):
        eventually((root / "build-in-use").exists)
        with started([*TOX, "run", "-e", "py", "--workdir", "two", "--lock-timeout", "0"], cwd=root, env=env) as (
            late,
        ):
            assert late.end() != 0
        (root / "go").touch()
        assert first.end() == 0

    assert f"waiting for source tree {root}, used by pid {first.pid}" in late.output
    assert "--lock-timeout" in late.output
    assert "Traceback" not in late.output


def test_tox_of_a_command_builds_the_same_tree(tmp_path: Path, env: dict[str, str]) -> None:
    """Commands run without the lock of a tree, so a tox that one starts may build in it."""
    nested = f"{sys.executable} -m tox run -e b --workdir nested".replace("\\", "\\\\")
    root = project(
        tmp_path,
        f"[testenv]\npackage=wheel\n[testenv:a]\nallowlist_externals=*\npass_env=*\ncommands={nested}\n[testenv:b]\n",
    )

    with started([*TOX, "run", "-e", "a", "--lock-timeout", "5"], cwd=root, env=env) as (run,):
        assert run.end() == 0, run.output

    assert "waiting for" not in run.output


@pytest.mark.skipif(sys.platform == "win32", reason="the cache folder does not come from a variable there")
def test_without_a_place_for_locks_builds_go_on(tmp_path: Path, env: dict[str, str]) -> None:
    """Where no lock file can be kept, that is told once, and the build goes on."""
    root = project(tmp_path, "[tox]\nenv_list=a,b\n[testenv]\npackage=wheel\ndeps=./lib\n")
    (root / "lib").mkdir()
    for name in ("backend.py", "pyproject.toml"):
        (root / "lib" / name).write_text((root / name).read_text().replace('"demo"', '"lamp"'))
    (root / "lib" / "backend.py").write_text(BACKEND.replace("demo", "lamp"))
    (root / "file").touch()

    with started([*TOX, "run"], cwd=root, env={**env, "XDG_CACHE_HOME": str(root / "file")}) as (run,):
        assert run.end() == 0, run.output

    assert run.output.count("builds are not kept from writing into one source tree at once") == 1
    assert str(root / "file") in run.output


@pytest.mark.parametrize(
    ("arguments", "trees"),
    [
        pytest.param(["./lib", "six"], ["lib"], id="path"),
        pytest.param(["."], ["."], id="here"),
        pytest.param([".[dev]", "./lib[x,y]"], [".", "lib"], id="extras"),
        pytest.param(["-e", "lib", "--editable=."], ["lib", "."], id="editable"),
        pytest.param(["-e", "./lib[x]"], ["lib"], id="editable-with-extras"),
        pytest.param(["./b[r]"], ["b[r]"], id="brackets-in-a-name"),
        pytest.param(["demo @ file://ROOT/lib"], ["lib"], id="url-behind-a-name"),
        pytest.param(["demo[x]@file://ROOT/lib ; python_version > '3'"], ["lib"], id="url-with-marker"),
        pytest.param(["file://ROOT/lib#egg=demo"], ["lib"], id="url-with-fragment"),
        pytest.param(["-r", "reqs.txt"], [".", "lib"], id="requirement-file"),
        pytest.param(["--requirement=reqs.txt", "-c", "lib"], [".", "lib"], id="requirement-file-long"),
        pytest.param(["lib", "six", "none/there", "./reqs.txt"], [], id="names-and-files"),
        pytest.param(["--find-links", "lib", "-i", "https://x/lib", "git+https://x/lib"], [], id="other-options"),
        pytest.param(["-r", "missing.txt", "-e"], [], id="what-cannot-be-read"),
    ],
)
def test_trees_that_an_installer_builds(tmp_path: Path, arguments: Sequence[str], trees: Sequence[str]) -> None:
    """Folders among the arguments are found in every form that pip takes, also behind requirement files."""
    for name in ("lib", "b[r]", "sub"):
        (tmp_path / name).mkdir()
    (tmp_path / "reqs.txt").write_text("six\n-r sub/more.txt\n-e .\n")
    (tmp_path / "sub" / "more.txt").write_text("../lib[x]\n-c ../cons.txt\n")
    (tmp_path / "cons.txt").write_text("six<2\n")

    found = local_trees([one.replace("ROOT", tmp_path.as_posix()) for one in arguments], tmp_path)

    assert {os.path.realpath(tree) for tree in found} == {os.path.realpath(tmp_path / tree) for tree in trees}


def test_one_tree_by_several_names_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links lead to the lock of the tree, and naming it twice takes it once."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "tree").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "tree", target_is_directory=True)
    locks = TreeLocks()

    with locks.held([tmp_path / "tree", tmp_path / "link", tmp_path / "tree" / "..", tmp_path / "nowhere"], "look"):
        assert len(locks.descriptors) == (0 if sys.platform == "win32" else 2)
        with locks.held([tmp_path / "link"], "look once more"):
            pass
    assert locks.descriptors == ()
