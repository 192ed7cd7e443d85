"""Source distributions, unpacked."""

from __future__ import annotations

import tarfile
from typing import TYPE_CHECKING

from tox.errors import Fail
from tox.tox_env.python.virtual_env.package.util import safe_extractall
from tox.util.path import empty_dir

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["find_root", "unpack"]


def unpack(sdist: Path, folder: Path) -> Path:
    """Unpack a source distribution.

    :param folder: emptied before
    :returns: the folder of the source tree, within
    :raises Fail: if it is no such archive
    """
    try:
        with tarfile.open(sdist, mode="r:gz") as archive:
            empty_dir(folder)
            safe_extractall(archive, folder)
    except (tarfile.TarError, OSError, EOFError) as error:
        raise Fail(f"could not extract {sdist}: {error}") from error
    return find_root(folder)


def find_root(folder: Path) -> Path:
    """Find the source tree in an unpacked source distribution: the one folder in it, else all of it."""
    found = [entry for entry in folder.iterdir() if entry.is_dir()]
    is_tree = any((folder / name).is_file() for name in ("pyproject.toml", "setup.py"))
    return found[0] if len(found) == 1 and not is_tree else folder
