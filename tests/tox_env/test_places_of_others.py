"""What is not tox's is neither deleted nor followed."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from itertools import product
from typing import TYPE_CHECKING

import pytest

from tests.wheels import make_wheel, offline

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

#: a folder that a setting names, with what is in it, and whether tox may have it
FOLDERS = {
    "root": ("{tox_root}", False),
    "above-the-root": ("{tox_root}/..", False),
    "sources": ("{tox_root}/src", False),
    "sources-by-another-way": ("{tox_root}/docs/../src", False),
    "link-to-sources": ("{tox_root}/link", False),
    "file": ("{tox_root}/tox.ini", False),
    "empty": ("{tox_root}/empty", True),
    "missing": ("{tox_root}/new/one", True),
    "within-the-work-dir": ("{work_dir}/other", True),
}
SETTINGS = ("env_dir", "env_tmp_dir", "env_log_dir")
COMMANDS = {
    "run": ["run", "-e", "a"],
    "recreate": ["run", "-r", "-e", "a"],
    "notest": ["run", "-e", "a", "--notest"],
    "exec": ["exec", "-e", "a", "--", "python", "-c", "pass"],
    "parallel": ["run-parallel", "-e", "a"],
}


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """Give variables for a tox that finds nothing on an index."""
    make_wheel(tmp_path / "links", "need")
    return offline(tmp_path / "links", tmp_path / "home")


def tox(root: Path, env: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run tox in a project."""
    return subprocess.run(
        [sys.executable, "-m", "tox", *words], cwd=root, env=env, capture_output=True, text=True, check=False
    )


def project(tmp_path: Path, body: str) -> Path:
    """Make a project with files of the user's."""
    root = tmp_path / "outer" / "project"
    for name in ("src/pkg/code.py", "docs/page.rst", "notes.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("mine")
    (root / "empty").mkdir()
    (root.parent / "neighbour.txt").write_text("mine")
    (root / "link").symlink_to("src", target_is_directory=True)
    (root / "tox.ini").write_text(f"[tox]\nno_package=true\n[testenv:a]\n{body}")
    return root


def files(folder: Path) -> dict[str, str]:
    """Read the files of the user's."""
    names = ("src/pkg/code.py", "docs/page.rst", "notes.txt", "../neighbour.txt")
    return {name: (folder / name).read_text() for name in names if (folder / name).is_file()}


@pytest.mark.parametrize(
    ("setting", "place", "free"),
    [
        pytest.param(setting, *FOLDERS[name], id=f"{setting}-{name}")
        for setting, name in product(SETTINGS, FOLDERS)
        if (setting, name) != ("env_dir", "link-to-sources")  # see below
    ],
)
def test_folders_that_settings_name(tmp_path: Path, env: dict[str, str], setting: str, place: str, free: bool) -> None:
    """A folder with the project or with files of the user's is refused in one sentence; others serve every time."""
    root = project(tmp_path, f"{setting}={place}\n")
    before = files(root)

    first, second = (tox(root, env, *COMMANDS[name]) for name in ("notest", "recreate"))

    assert files(root) == before
    for done in (first, second):
        assert "Traceback" not in done.stdout + done.stderr
        if free:
            assert done.returncode == 0, done.stdout
        else:
            assert done.returncode in {1, 254}
            assert setting in done.stdout
    assert free or not (root / "src" / "pyvenv.cfg").exists()


@pytest.mark.parametrize("place", ["{tox_root}/link", "{work_dir}/link"], ids=["of-the-user", "in-the-work-dir"])
def test_link_in_place_of_an_environment(tmp_path: Path, env: dict[str, str], place: str) -> None:
    """A link is refused, and what it leads to stays; recreating removes it where everything is tox's, nowhere else."""
    root = project(tmp_path, f"env_dir={place}\n")
    link = root / "link" if "root" in place else root / ".tox" / "link"
    link.parent.mkdir(exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(root / "src", target_is_directory=True)
    before = files(root)

    refused, recreated = (tox(root, env, *COMMANDS[name]) for name in ("notest", "recreate"))

    assert refused.returncode == 1, refused.stdout
    assert "env_dir" in refused.stdout
    assert files(root) == before
    assert link.is_symlink() is ("root" in place)
    assert recreated.returncode == int(link.is_symlink()), recreated.stdout
    assert not (root / "src" / "pyvenv.cfg").exists()


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_every_command_leaves_the_project_alone(tmp_path: Path, env: dict[str, str], words: Sequence[str]) -> None:
    """Whatever is to be done in an environment, its folder is judged first."""
    root = project(tmp_path, "env_dir={tox_root}\n")
    before = files(root)

    done = tox(root, env, *words)

    assert done.returncode in {1, 254}
    assert "env_dir" in done.stdout
    assert files(root) == before
    assert not (root / "file.lock").exists()


@pytest.mark.parametrize("folder", [".", "src", "notes.txt", ".."])
def test_development_environments(tmp_path: Path, env: dict[str, str], folder: str) -> None:
    """The folder of a development environment is judged as any other; one that was made before is used again."""
    root = project(tmp_path, "")
    before = files(root)

    refused = tox(root, env, "devenv", "-e", "a", folder)
    made = [tox(root, env, "devenv", "-e", "a", "made") for _ in range(2)]

    assert refused.returncode in {1, 254}
    assert files(root) == before
    assert [one.returncode for one in made] == [0, 0], made[0].stdout


def test_work_dir_that_is_the_project(tmp_path: Path, env: dict[str, str]) -> None:
    """Where the work dir is the project, an environment named as a folder of sources does not take it."""
    root = project(tmp_path, "description=a\n[testenv:src]\n")
    before = files(root)

    done = tox(root, env, "run", "-r", "-e", "src", "--workdir", ".")

    assert done.returncode in {1, 254}
    assert files(root) == before


@pytest.mark.skipif(sys.platform == "win32", reason="access is inherited there")
def test_work_dir_that_others_could_write_to(tmp_path: Path, env: dict[str, str]) -> None:
    """What others may have put into the work dir goes before any of it runs, and they are kept out from then on."""
    root = project(tmp_path, "")
    root.chmod(0o755)
    assert tox(root, env, "run", "-e", "a").returncode == 0
    work_dir = root / ".tox"
    (work_dir / "planted").touch()
    lock = (work_dir / "a" / "file.lock").stat().st_ino
    work_dir.chmod(0o777)

    done = tox(root, env, "run", "-e", "a")

    assert done.returncode == 0, done.stdout
    assert f"write to {work_dir}" in done.stdout
    assert stat.S_IMODE(work_dir.stat().st_mode) == 0o700
    assert not (work_dir / "planted").exists()
    assert (work_dir / "a" / "file.lock").stat().st_ino == lock


@pytest.mark.skipif(sys.platform == "win32", reason="access is inherited there")
def test_work_dir_as_open_as_the_project(tmp_path: Path, env: dict[str, str]) -> None:
    """Where whoever can write to the work dir can change the project as well, nothing happens."""
    root = project(tmp_path, "")
    assert tox(root, env, "run", "-e", "a").returncode == 0
    (root / ".tox" / "kept").touch()
    for folder in (root, root / ".tox"):
        folder.chmod(0o777)

    done = tox(root, env, "run", "-e", "a")

    assert "could write" not in done.stdout
    assert (root / ".tox" / "kept").exists()


@pytest.mark.parametrize("name", [".tmp", "a/tmp", "a/log", "a/file.lock.users"])
def test_links_below_the_work_dir(tmp_path: Path, env: dict[str, str], name: str) -> None:
    """A link in the place of a folder that tox fills or empties costs nobody a file."""
    root = project(tmp_path, "")
    link = root / ".tox" / name
    link.parent.mkdir(parents=True)
    link.symlink_to(os.path.relpath(root / "src" / "pkg", link.parent), target_is_directory=True)
    before = files(root)

    for words in (["run", "-e", "a"], ["run", "-e", "a"], ["run", "-r", "-e", "a"]):
        assert "Traceback" not in tox(root, env, *words).stdout

    assert files(root) == before
    assert [one.name for one in (root / "src" / "pkg").iterdir()] == ["code.py"]
