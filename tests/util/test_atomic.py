"""Files replaced whole, numbers claimed."""

from __future__ import annotations

import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tox.util._atomic import claim_file, claim_folder, open_for_replace, write_text

if TYPE_CHECKING:
    from pathlib import Path


def test_write(tmp_path: Path) -> None:
    """The text is there afterwards, and nothing else."""
    path = tmp_path / "a.txt"
    path.write_text("old")

    write_text(path, "née\n")

    assert path.read_bytes() == "née\n".encode()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="permission bits")
def test_write_private(tmp_path: Path) -> None:
    """A private file can be read by nobody else from its first byte on."""
    write_text(tmp_path / "a", "x", mode=0o600)

    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links")
def test_write_over_link(tmp_path: Path) -> None:
    """A link is replaced, what it points to stays."""
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)

    write_text(link, "new")

    assert (target.read_text(), link.read_text(), link.is_symlink()) == ("old", "new", False)


def test_failure_keeps_the_old_file(tmp_path: Path) -> None:
    """An error while writing leaves the old content and no rubbish."""
    path = tmp_path / "a"
    path.write_text("old")

    def fail() -> None:
        with open_for_replace(path) as file:
            file.write(b"half")
            raise LookupError

    with pytest.raises(LookupError):
        fail()

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_folder_numbers_go_on(tmp_path: Path) -> None:
    """The next folder has one more than the highest number there is; other names do not matter."""
    for name in ("1", "7", "x", "9-a"):
        (tmp_path / name).mkdir()

    assert claim_folder(tmp_path).name == "8"


def test_file_numbers_go_on(tmp_path: Path) -> None:
    """Files are numbered across suffixes."""
    (tmp_path / "3-freeze.log").touch()

    path, file = claim_file(tmp_path, "-commands[0].log")
    file.close()

    assert path.name == "4-commands[0].log"


def test_claims_are_exclusive(tmp_path: Path) -> None:
    """Whoever claims at the same time gets a number of their own."""
    with ThreadPoolExecutor(8) as pool:
        folders = list(pool.map(lambda _: claim_folder(tmp_path), range(40)))

    assert sorted(int(folder.name) for folder in folders) == list(range(1, 41))
