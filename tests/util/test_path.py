"""Folders that tox owns."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from tox.util.path import (
    empty_dir,
    ensure_cachedir_tag,
    ensure_empty_dir,
    ensure_gitignore,
    ensure_private_dir,
    is_junction,
)

if TYPE_CHECKING:
    from pathlib import Path

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="permission bits and links")


def test_tag(tmp_path: Path) -> None:
    """A cache folder is marked so that backup programs find the signature first."""
    ensure_cachedir_tag(tmp_path / "work")

    assert (tmp_path / "work" / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55\n")


@pytest.mark.parametrize(("mark", "name"), [(ensure_cachedir_tag, "CACHEDIR.TAG"), (ensure_gitignore, ".gitignore")])
def test_existing_mark_stays(mark: object, name: str, tmp_path: Path) -> None:
    """What somebody put there before is not touched."""
    (tmp_path / name).write_text("mine")

    assert callable(mark)
    mark(tmp_path)

    assert (tmp_path / name).read_text() == "mine"


def test_gitignore(tmp_path: Path) -> None:
    """Git ignores everything in the folder, the file itself too."""
    ensure_gitignore(tmp_path / "work")

    assert (tmp_path / "work" / ".gitignore").read_text() == "*\n"


@on_posix
def test_private(tmp_path: Path) -> None:
    """New folders are for this account alone, existing ones keep their mode."""
    outer = tmp_path / "outer"
    outer.mkdir()
    outer.chmod(0o755)

    ensure_private_dir(outer / "a" / "b")

    assert [stat.S_IMODE(path.stat().st_mode) for path in (outer, outer / "a", outer / "a" / "b")] == [
        0o755,
        0o700,
        0o700,
    ]


def test_private_over_file(tmp_path: Path) -> None:
    """A file in the way is an error."""
    (tmp_path / "a").touch()

    with pytest.raises(FileExistsError):
        ensure_private_dir(tmp_path / "a")


def test_emptied(tmp_path: Path) -> None:
    """All goes, but for what is spared directly in the folder."""
    folder = tmp_path / "a"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "keep").touch()
    (folder / "keep").touch()
    (folder / "file").touch()

    ensure_empty_dir(folder, "keep")

    assert [path.name for path in folder.iterdir()] == ["keep"]


def test_emptied_is_made(tmp_path: Path) -> None:
    """A missing folder is there afterwards, a file in its place gives way."""
    (tmp_path / "file").touch()

    empty_dir(tmp_path / "new" / "er")
    empty_dir(tmp_path / "file")

    assert (tmp_path / "new" / "er").is_dir()
    assert (tmp_path / "file").is_dir()


@on_posix
def test_links_are_not_followed(tmp_path: Path) -> None:
    """What links point to is not touched: neither that of the folder itself nor of those within."""
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").touch()
    (tmp_path / "link").symlink_to(precious)
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "inner").symlink_to(precious)

    empty_dir(tmp_path / "link")
    empty_dir(tmp_path / "folder")

    assert (precious / "file").exists()
    assert not (tmp_path / "link").is_symlink()
    assert not list((tmp_path / "folder").iterdir())


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may remove anything")
def test_write_protected(tmp_path: Path) -> None:
    """Folders without write permission go too."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "file").touch()
    inner.chmod(0o500)

    empty_dir(tmp_path / "a")

    assert not list((tmp_path / "a").iterdir())


def test_junction(tmp_path: Path) -> None:
    """A plain folder is no junction, nor is what does not exist."""
    assert not is_junction(tmp_path)
    assert not is_junction(tmp_path / "missing")
