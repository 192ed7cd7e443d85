"""Private copies of packages."""

from __future__ import annotations

import logging
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from tox.util.file_view import create_session_view, repair_staging_path

if TYPE_CHECKING:
    from pathlib import Path

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="permission bits")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Make a file that stands for a package."""
    path = tmp_path / "pkg.whl"
    path.write_text("wheel")
    return path


def test_copies(package: Path, tmp_path: Path) -> None:
    """Each copy has a folder of its own, for this account alone."""
    staging = tmp_path / ".tox" / ".tmp" / "package"

    first, second = (create_session_view(package, staging, tmp_path) for _ in range(2))

    assert (first, second) == (staging / "1" / "pkg.whl", staging / "2" / "pkg.whl")
    assert first.read_text() == "wheel"
    if sys.platform != "win32":
        assert stat.S_IMODE(staging.stat().st_mode) == stat.S_IMODE(first.parent.stat().st_mode) == 0o700


def test_missing_package(tmp_path: Path) -> None:
    """A package that is not there is an error, and leaves nothing behind."""
    with pytest.raises(FileNotFoundError):
        create_session_view(tmp_path / "none", tmp_path / "staging", tmp_path)

    assert not (tmp_path / "staging").exists()


@on_posix
@pytest.mark.parametrize("mode", [0o777, 0o775], ids=["world", "group"])
def test_open_to_others(package: Path, tmp_path: Path, mode: int) -> None:
    """A folder that others may change is refused, unless they may change the project anyway."""
    project, work = tmp_path / "project", tmp_path / "project" / ".tox"
    work.mkdir(parents=True)
    project.chmod(0o755)
    work.chmod(mode)

    with pytest.raises(PermissionError, match=f"refuse to put packages below {work}"):
        create_session_view(package, work / "package", project)
    project.chmod(mode)
    assert create_session_view(package, work / "package", project).exists()


@on_posix
def test_sticky(package: Path, tmp_path: Path) -> None:
    """In a sticky folder others cannot touch what is ours."""
    tmp_path.chmod(0o755)
    (tmp_path / ".tox").mkdir()
    (tmp_path / ".tox").chmod(0o1777)

    assert create_session_view(package, tmp_path / ".tox" / "package", tmp_path).exists()


@on_posix
def test_repair(package: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Folders of ours become private again, with a warning, and old copies go."""
    staging = tmp_path / ".tox" / ".tmp" / "package"
    (staging / "1").mkdir(parents=True)
    tmp_path.chmod(0o755)
    staging.chmod(0o777)

    with caplog.at_level(logging.WARNING):
        repair_staging_path(staging, tmp_path, tmp_path / ".tox")

    assert f"made {staging} private" in caplog.text
    assert stat.S_IMODE(staging.stat().st_mode) == 0o700
    assert create_session_view(package, staging, tmp_path).parent.name == "1"
