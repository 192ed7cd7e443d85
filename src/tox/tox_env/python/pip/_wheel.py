"""Whether a wheel is installed already, to the last file."""

from __future__ import annotations

import csv
import hashlib
import os
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["contents", "installed"]


def contents(wheel: Path) -> str | None:
    """Return a digest of what is in a wheel, equal for wheels that install the same files.

    :returns: None when it is no wheel that can be read
    """
    try:
        with ZipFile(wheel) as archive:
            entries = sorted((one.filename, one.CRC, one.file_size, one.external_attr) for one in archive.infolist())
    except (OSError, BadZipFile):
        return None
    return _digest(map(repr, entries))


def installed(wheel: Path, folders: Iterable[Path]) -> str | None:
    """Return a digest of the files that a wheel has become, which changes when any of them is touched.

    :param wheel: its file, which tells the name of its metadata folder
    :param folders: where packages are installed to
    :returns: None when it is not installed, or not completely
    """
    try:
        with ZipFile(wheel) as archive:
            records = [
                name for name in archive.namelist() if name.endswith(".dist-info/RECORD") and name.count("/") == 1
            ]
    except (OSError, BadZipFile):
        return None
    for folder in dict.fromkeys(folders):
        for record in records:
            state = _state(folder, folder / record)
            if state is not None:
                return state
    return None


def _state(folder: Path, record: Path) -> str | None:
    try:
        with record.open(encoding="utf-8", newline="") as file:
            names = [row[0] for row in csv.reader(file) if row]
        lines = list(_stamps(folder, names))
    except (OSError, UnicodeDecodeError, csv.Error):
        return None
    return _digest(lines)


def _stamps(folder: Path, names: Iterable[str]) -> Iterator[str]:
    for name in sorted(names):
        if name.endswith(".pyc"):
            continue  # made and replaced by the interpreter as it likes
        status = os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118 - thousands of them
        yield f"{name} {status.st_size} {status.st_mtime_ns}"


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", errors="surrogateescape")).hexdigest()
