"""A host to provision from, wheels to provision with, and a project to do it in."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock, Timeout

from tests.hosts import make_host
from tests.wheels import make_wheel, offline

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
INI = """\
[tox]
requires = plug{pin}
no_package = true
env_list = py
[testenv:.tox]
install_command = python {installer} {{packages}}
[testenv:py]
commands = python -c "print('py ran')"
"""


@pytest.fixture(scope="session")
def links(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with wheels of a plugin, in two versions, and of a stand-in for tox."""
    folder = tmp_path_factory.mktemp("links")
    for version in ("1.0", "2.0"):
        files = {"plug/__init__.py": f"VERSION = {version!r}\n", "plug/part.py": ""}
        make_wheel(folder, "plug", version, files)
    main = (HERE / "stand_in.py").read_text(encoding="utf-8")
    make_wheel(folder, "tox", "99.0", {"tox/__init__.py": "", "tox/__main__.py": main})
    return folder


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the interpreter of an environment that has our tox as if it came from an index."""
    return make_host(tmp_path_factory.mktemp("host"))


@dataclass
class Project:
    """A project whose ``requires`` is not met by the host."""

    path: Path
    host: Path
    links: Path
    env: dict[str, str]
    trace: Path
    installs: Path
    #: created by a test to let the stand-in end
    go: Path
    #: created by a test to let installing go on
    install_go: Path
    more: dict[str, str] = field(default_factory=dict)

    @property
    def env_dir(self) -> Path:
        """Folder of the provisioned environment."""
        return self.path / ".tox" / ".tox"

    def tox(self, *args: str) -> list[str]:
        """Return the command line that runs the host's tox."""
        return [str(self.host), "-m", "tox", *args]

    def write(self, pin: str = "", more: str = "", name: str = "tox.ini") -> None:
        """Write its configuration, requiring that version of the plugin."""
        (self.path / name).write_text(INI.format(pin=pin, installer=HERE / "installer.py") + more)

    def is_free(self) -> bool:
        """Whether nobody holds the lock of the provisioned environment."""
        try:
            with FileLock(self.env_dir / "file.lock", timeout=0, preserve_lock_file=True):
                return True
        except Timeout:
            return False

    def spans(self) -> list[tuple[int, int]]:
        """Read from the trace when each stand-in that ended began and ended, in nanoseconds."""
        began: dict[str, int] = {}
        found = []
        for line in self.trace.read_text().splitlines():
            word, pid, when = line.split()
            if word == "begin":
                began[pid] = int(when)
            else:
                found.append((began[pid], int(when)))
        return sorted(found)

    def install_count(self) -> int:
        """Tell how often something was installed into the provisioned environment."""
        return len(self.installs.read_text().splitlines()) if self.installs.exists() else 0


@pytest.fixture
def project(tmp_path: Path, host: Path, links: Path) -> Iterator[Project]:
    """Return a project in which installing and running do not wait for anything."""
    folder, side = tmp_path / "project", tmp_path / "side"
    folder.mkdir()
    side.mkdir()
    env = offline(links, side, STAND_IN_TRACE=str(side / "trace"), INSTALL_TRACE=str(side / "installs"))
    made = Project(folder, host, links, env, side / "trace", side / "installs", side / "go", side / "install-go")
    made.write()
    yield made
    made.go.touch()
    made.install_go.touch()
