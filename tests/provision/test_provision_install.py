"""However this tox was installed, the provisioned environment gets the same one; real installs from the index."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tox.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(300),
    pytest.mark.skipif(shutil.which("git") is None, reason="needs git"),
    pytest.mark.xdist_group("installs from the index"),
]


def run(command: Sequence[str | Path], cwd: Path, **env: str) -> str:
    """Run a command to its end, demand success, and return what it printed."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    variables = {**kept, "NO_COLOR": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", **env}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@dataclass(frozen=True)
class Repository:
    """A git repository of this very source."""

    path: Path

    @property
    def url(self) -> str:
        """Where to install its branch from."""
        return f"git+{self.path.as_uri()}@main"

    def git(self, *args: str) -> str:
        """Run git in it."""
        who = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
        return run(["git", *who, *args], self.path).strip()

    def commit(self, branch: str = "main") -> str:
        """Commit what is there and return the commit."""
        self.git("checkout", "-q", "-B", branch)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "state")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """Return a repository whose branch ``main`` is what is tested."""
    folder = tmp_path / "repository"
    folder.mkdir()
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    made = Repository(folder)
    made.git("init", "-q")
    made.commit()
    return made


@dataclass(frozen=True)
class Host:
    """An environment to install tox into, and a project that it has to be provisioned for."""

    path: Path
    project: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.path / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

    def install(self, *what: str | Path, **env: str) -> None:
        """Install into it by pip."""
        run([self.python, "-m", "pip", "install", "--quiet", *what], self.project, **env)

    def tox(self, **env: str) -> str:
        """Run a command that has to be provisioned and return what was printed."""
        return run([self.python, "-m", "tox", "config", "-e", "py", "-k", "env_name"], self.project, **env)

    def provisioned(self) -> dict[str, Any]:
        """Read how the provisioned tox was installed (PEP 610), after making sure that it is this one."""
        (info,) = (self.project / ".tox" / ".tox").glob(f"**/site-packages/tox-{__version__}.dist-info")
        record = info / "direct_url.json"
        found = json.loads(record.read_text()) if record.exists() else {}
        assert isinstance(found, dict)
        return found


@pytest.fixture
def host(tmp_path: Path) -> Host:
    """Return an environment without tox, and a project that requires what it lacks."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "tox.ini").write_text("[tox]\nrequires = iniconfig\nno_package = true\n")
    # the pip that virtualenv brings knows git+file:// in requirements, the one of an old Python may not
    run([sys.executable, "-m", "virtualenv", tmp_path / "host"], tmp_path)
    return Host(tmp_path / "host", project)


def test_branch_provisions_its_commit(host: Host, repository: Repository) -> None:
    """Installed from a branch, tox provisions the commit that it was installed from, also after an update."""
    first = repository.git("rev-parse", "HEAD")
    host.install(f"tox @ {repository.url}")

    output = host.tox()

    assert f"it gets tox {__version__} from git+{repository.path.as_uri()}@{first}" in output
    assert host.provisioned()["vcs_info"]["commit_id"] == first

    second = repository.commit()
    host.install("--force-reinstall", "--no-deps", f"tox @ {repository.url}")

    assert "recreate env because origin of tox changed from " in host.tox()
    assert host.provisioned()["vcs_info"]["commit_id"] == second
    assert "recreate env" not in host.tox()


def test_constraint_decides_which_tox_is_provisioned(host: Host, repository: Repository) -> None:
    """A constraint file that gives tox a URL wins, and a change of the file counts."""
    other = repository.commit("other")
    repository.git("checkout", "-q", "main")
    pins = host.project / "pins.txt"
    pins.write_text(f"tox @ {repository.url}\n")
    host.install("tox", PIP_CONSTRAINT=str(pins))

    assert "it gets the tox that the constraints name" in host.tox(PIP_CONSTRAINT="pins.txt")
    assert host.provisioned()["vcs_info"]["requested_revision"] == "main"

    pins.write_text(f"tox @ git+{repository.path.as_uri()}@{other}\n")

    assert f"recreate env because constraint file {pins} changed" in host.tox(PIP_CONSTRAINT="pins.txt")
    assert host.provisioned()["vcs_info"]["commit_id"] == other


def test_editable_install_provisions_itself(host: Host, repository: Repository) -> None:
    """Installed editable, tox provisions the same folder, editable."""
    host.install("--editable", repository.path)

    assert f"it gets tox {__version__} from {repository.path}" in host.tox()
    assert host.provisioned() == {"dir_info": {"editable": True}, "url": repository.path.as_uri()}


def test_folder_install_provisions_the_folder(host: Host, repository: Repository) -> None:
    """Installed from a folder, tox provisions that folder, and anew when something else was installed from it."""
    host.install(repository.path)

    assert f"it gets tox {__version__} from {repository.path.as_uri()}" in host.tox()
    assert host.provisioned()["url"] == repository.path.as_uri()

    with (repository.path / "src" / "tox" / "version.py").open("a") as file:
        file.write("# changed\n")
    host.install("--force-reinstall", "--no-deps", repository.path)

    assert "recreate env because origin of tox changed" in host.tox()
