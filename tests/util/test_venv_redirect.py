"""The ``.venv`` file of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tox.util.venv_redirect import (
    forget_venv_redirect,
    record_venv_redirect,
    release_venv_redirect,
    venv_redirect_path,
)

if TYPE_CHECKING:
    from pathlib import Path


def ours(_path: Path) -> bool:
    """Take every environment for one of tox."""
    return True


def foreign(_path: Path) -> bool:
    """Take every environment for one of somebody else."""
    return False


def test_written(tmp_path: Path) -> None:
    """The file has one line, relative to the project when the environment is inside."""
    record_venv_redirect(tmp_path, tmp_path / ".tox" / "dev", foreign)

    assert venv_redirect_path(tmp_path).read_text() == ".tox/dev\n"


def test_outside(tmp_path: Path) -> None:
    """An environment elsewhere is named by its whole path."""
    record_venv_redirect(tmp_path / "project", tmp_path / "env", ours)
    (tmp_path / "project").mkdir()
    record_venv_redirect(tmp_path / "project", tmp_path / "env", ours)

    assert venv_redirect_path(tmp_path / "project").read_text() == f"{tmp_path / 'env'}\n"


def test_replaced_only_when_ours(tmp_path: Path) -> None:
    """What points to an environment of somebody else stays."""
    path = venv_redirect_path(tmp_path)
    path.write_text("venv\n")
    asked: list[Path] = []

    def foreign_and_noted(target: Path) -> bool:
        asked.append(target)
        return False

    record_venv_redirect(tmp_path, tmp_path / "b", foreign_and_noted)
    kept = path.read_text()
    record_venv_redirect(tmp_path, tmp_path / "b", ours)

    assert (kept, path.read_text(), asked) == ("venv\n", "b\n", [tmp_path / "venv"])


@pytest.mark.parametrize("content", [None, "", "\xff"], ids=["folder", "empty", "not text"])
def test_no_redirect(tmp_path: Path, content: str | None) -> None:
    """A folder, or a file that is no redirect, is never touched."""
    path = venv_redirect_path(tmp_path)
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content.encode("latin-1"))

    record_venv_redirect(tmp_path, tmp_path / "b", ours)

    assert not release_venv_redirect(path, ours)
    assert path.is_dir() if content is None else path.read_bytes() == content.encode("latin-1")


def test_forgotten(tmp_path: Path) -> None:
    """The file goes with the environment it points to, and with no other."""
    path = venv_redirect_path(tmp_path)
    record_venv_redirect(tmp_path, tmp_path / "a", ours)

    forget_venv_redirect(tmp_path, tmp_path / "b")
    kept = path.exists()
    forget_venv_redirect(tmp_path, tmp_path / "a")

    assert (kept, path.exists()) == (True, False)


def test_released(tmp_path: Path) -> None:
    """Whoever asks is told whether a file was removed."""
    path = venv_redirect_path(tmp_path)
    record_venv_redirect(tmp_path, tmp_path / "a", ours)

    assert [
        release_venv_redirect(path, foreign),
        release_venv_redirect(path, ours),
        release_venv_redirect(path, ours),
    ] == [False, True, False]
