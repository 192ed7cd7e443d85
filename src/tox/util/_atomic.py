"""Files replaced as a whole, files and folders claimed by whoever creates them first.

A crash in the middle leaves the old state or the new one, never half of either.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, TypeVar

from tox.util._busy import patiently

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import IO

__all__ = ["claim_file", "claim_folder", "make_folder", "open_for_replace", "write_text"]

_T = TypeVar("_T")
_RANDOM_BYTES = 4


def write_text(path: Path, text: str, mode: int = 0o666) -> None:
    """Replace a file by one with this UTF-8 text; readers see the old or the new content, never a part.

    A link at the path is replaced itself, its target stays as it was.

    :param mode: permission bits of the new file, less the umask
    :raises OSError: if the folder is missing or cannot be written; nothing has changed then
    """
    with open_for_replace(path, mode) as file:
        file.write(text.encode("utf-8"))


@contextlib.contextmanager
def open_for_replace(path: Path, mode: int = 0o666) -> Iterator[IO[bytes]]:
    """Write a file that takes the place of another one when the block ends without an error.

    :param mode: permission bits of the new file, less the umask
    :raises OSError: if the folder is missing or cannot be written
    """
    temporary = path.with_name(f"{path.name}.{os.urandom(_RANDOM_BYTES).hex()}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(temporary, flags, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        patiently(lambda: temporary.replace(path))
    except BaseException:
        with contextlib.suppress(OSError):
            patiently(temporary.unlink)
        raise


def make_folder(path: Path, mode: int = 0o700) -> None:
    """Make a folder.

    :param mode: permission bits; on Windows access is inherited instead: some Pythons make a folder of this mode one
        that the same user cannot use any more after one run with the rights of an administrator
    :raises OSError: if it is there, or its parent is missing or cannot be written
    """
    if sys.platform == "win32":  # pragma: win32 cover
        path.mkdir()
    else:
        path.mkdir(mode=mode)


def claim_folder(parent: Path, mode: int = 0o700) -> Path:
    """Create the next numbered folder that nobody else has.

    :param parent: an existing folder
    :param mode: permission bits of the new folder
    :returns: ``parent/N``, where N is one more than the highest number there
    :raises OSError: if the parent is missing or cannot be written
    """

    def create(number: int) -> Path:
        folder = parent / str(number)
        make_folder(folder, mode)
        return folder

    return _claim(parent, "", create)


def claim_file(parent: Path, suffix: str = "", mode: int = 0o666) -> tuple[Path, IO[bytes]]:
    """Create the next numbered file that nobody else has.

    :param parent: an existing folder
    :param suffix: what follows the number in the name; the number counts on from that of any file there
    :param mode: permission bits of the new file, less the umask
    :returns: the path ``parent/N<suffix>`` and the file, open for writing bytes
    :raises OSError: if the parent is missing or cannot be written
    """

    def create(number: int) -> tuple[Path, IO[bytes]]:
        path = parent / f"{number}{suffix}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        return path, os.fdopen(os.open(path, flags, mode), "wb")

    return _claim(parent, "-", create)


def _claim(parent: Path, delimiter: str, create: Callable[[int], _T]) -> _T:
    """Try one number after the other, from the highest in use on, until the creation is ours."""
    number = _highest_number(parent, delimiter)
    while True:
        number += 1
        with contextlib.suppress(FileExistsError):
            return create(number)


def _highest_number(parent: Path, delimiter: str) -> int:
    """Find the highest number that entries of a folder start with; zero when none does."""
    names = [entry.name for entry in parent.iterdir()]
    starts = (name.partition(delimiter)[0] if delimiter else name for name in names)
    return max((int(start) for start in starts if start.isdecimal()), default=0)
