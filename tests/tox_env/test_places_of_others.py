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
from tox.errors import HandledError
from tox.tox_env import _place

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


@pytest.mark.parametrize("words", [["run", "-e"], ["run", "-r", "-e"], ["exec", "-e"], ["devenv", "-e"]], ids=" ".join)
@pytest.mark.parametrize("by", ["option", "setting"])
def test_work_dir_of_the_user(tmp_path: Path, env: dict[str, str], words: list[str], by: str) -> None:
    """In a work dir that holds files of the user's, an environment does not take a folder of them for its own."""
    root = project(tmp_path, "[testenv:pkg]\n")
    if by == "setting":
        (root / "tox.ini").write_text("[tox]\nno_package=true\nwork_dir=src\n[testenv:pkg]\n")
    before = files(root)
    where = ["--workdir", "src"] if by == "option" else []
    behind = {"exec": ["--", "python", "-c", "pass"], "devenv": ["src/pkg"]}.get(words[0], [])

    done = [tox(root, env, words[0], *where, *words[1:], "pkg", *behind) for _ in range(2)]

    assert {one.returncode for one in done} <= {1, 254}
    assert "env_dir of pkg cannot be" in done[1].stdout
    assert files(root) == before


@pytest.mark.parametrize("words", [["run", "-e", "a"], ["run", "-r", "-e", "a"]], ids=" ".join)
def test_environment_beside_files_of_the_user(tmp_path: Path, env: dict[str, str], words: list[str]) -> None:
    """A work dir with files of the user's serves for environments, and is not marked as a cache."""
    root = project(tmp_path, "")
    before = files(root)

    done = [tox(root, env, *words, "--workdir", "src") for _ in range(2)]

    assert [one.returncode for one in done] == [0, 0], done[0].stdout
    assert files(root) == before
    assert sorted(path.name for path in (root / "src").iterdir()) == [".tmp", "a", "pkg"]


#: what lies in the folder of an environment, in a work dir of what name, with what beside, and whether tox has it
LEFT = {
    "half-made": ("work", {"a/bin/python": "", "a/file.lock": "", "a/.tox-info.json": "{}"}, True),
    "made-by-another-tox": ("work", {"a/.tox-info.json": "{}", "a/lib/x.py": ""}, True),
    "virtual-environment": ("work", {"a/pyvenv.cfg": "home = x", "a/lib/x.py": ""}, True),
    "restored-without-signs": (".tox", {"a/lib/x.py": ""}, True),
    "tagged": ("work", {"CACHEDIR.TAG": "", "a/lib/x.py": ""}, True),
    "beside-files": ("work", {"notes.txt": "", "a/.tox-info.json": "{}"}, True),
    "somebody-else's": ("work", {"a/lib/x.py": ""}, False),
    "somebody-else's-beside-an-environment": ("work", {"b/pyvenv.cfg": "", "a/lib/x.py": ""}, False),
}


@pytest.mark.parametrize(("name", "left", "had"), LEFT.values(), ids=LEFT)
def test_signs_of_an_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, left: dict[str, str], had: bool
) -> None:
    """What says that it is an environment, or lies in a folder that is a cache, is tox's; anything else is kept."""
    monkeypatch.setattr(_place, "_CLOSED", set())
    work_dir, root = tmp_path / name, tmp_path / "root"
    root.mkdir()
    for path, text in left.items():
        (work_dir / path).parent.mkdir(parents=True, exist_ok=True)
        (work_dir / path).write_text(text)
    place = _place.Place("a", lambda: work_dir, lambda: [root])

    if had:
        assert place.environment(work_dir / "a") == work_dir / "a"
    else:
        with pytest.raises(HandledError, match=r"^env_dir of a cannot be .*, as files are in it that are not tox's"):
            place.environment(work_dir / "a")


@pytest.mark.skipif(sys.platform == "win32", reason="access is inherited there")
@pytest.mark.parametrize("looks", [False, True], ids=["done", "explained"])
def test_open_work_dir_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looks: bool) -> None:
    """A work dir that others may write to is not emptied where it holds files of the user's, nor where all is told."""
    monkeypatch.setattr(_place, "_CLOSED", set())
    work_dir, root = tmp_path / "work", tmp_path / "root"
    for folder, mode in ((work_dir, 0o777), (root, 0o755)):
        folder.mkdir()
        folder.chmod(mode)
    (work_dir / "notes.txt").touch()
    place = _place.Place("a", lambda: work_dir, lambda: [root], looks=looks)

    if looks:
        assert place.environment(work_dir / "a") == work_dir / "a"
    else:
        for name in ("a", "b"):
            with pytest.raises(HandledError, match=r"^work_dir cannot be .*, as accounts that cannot change"):
                place.environment(work_dir / name)

    assert [path.name for path in work_dir.iterdir()] == ["notes.txt"]
    assert stat.S_IMODE(work_dir.stat().st_mode) == 0o777


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("flags", [[], ["-r"]], ids=["plain", "recreate"])
def test_refusal_is_explained(tmp_path: Path, env: dict[str, str], setting: str, flags: list[str]) -> None:
    """An explanation tells that a folder of the user's will be refused."""
    root = project(tmp_path, f"{setting}={{tox_root}}/docs\n")

    done = tox(root, env, "run", "-e", "a", *flags, "--explain")

    assert f"{setting} of a cannot be {root / 'docs'}, as files are in it" in done.stdout


BACKEND = """\
import os
def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    os.mkdir(os.path.join(metadata_directory, "demo-1.dist-info"))
    with open(os.path.join(metadata_directory, "demo-1.dist-info", "METADATA"), "w") as stream:
        stream.write("Metadata-Version: 2.1\\nName: demo\\nVersion: 1\\n")
    return "demo-1.dist-info"
def build_sdist(sdist_directory, config_settings=None):
    raise SystemExit("got as far as to build it")
"""


@pytest.mark.parametrize(("folder", "free"), [("docs", False), ("empty", True), ("new", True), ("..", False)])
def test_folder_of_metadata(tmp_path: Path, env: dict[str, str], folder: str, free: bool) -> None:
    """The folder for metadata is emptied before they are prepared, so it is judged as any other, and used again."""
    root = project(tmp_path, "")
    (root / "tox.ini").write_text(f"[testenv]\npackage=sdist\n[testenv:.pkg]\nmeta_dir={folder}\n")
    (root / "pyproject.toml").write_text('[build-system]\nrequires=[]\nbuild-backend="backend"\nbackend-path=["."]\n')
    (root / "backend.py").write_text(BACKEND)
    before = files(root)

    done = [tox(root, env, "run", "-e", "py") for _ in range(2)]

    assert {one.returncode for one in done} <= {1, 254}
    for one in done:
        assert ("meta_dir of .pkg cannot be" in one.stdout) is not free, one.stdout
        assert ("got as far" in one.stdout) is free
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
