"""Whether a built package, a wheel or a source distribution, is installed already, to the last file."""

from __future__ import annotations

import csv
import hashlib
import os
import tarfile
import zlib
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

__all__ = ["contents", "installed"]

_UNREADABLE = (OSError, EOFError, BadZipFile, tarfile.TarError, zlib.error)
_BLOCK = 1 << 20


def contents(package: Path) -> str | None:
    """Return a digest of what is in a package, equal for packages that hold the same files.

    :param package: a wheel or a source distribution (specification *Source distribution format*)
    :returns: None when it is neither, or cannot be read
    """
    try:
        if package.name.endswith(".tar.gz"):
            with tarfile.open(package) as archive:
                entries: list[Sequence[object]] = [_entry(archive, member) for member in archive]
        elif package.suffix in {".whl", ".zip"}:
            with ZipFile(package) as folder:
                entries = [(one.filename, one.CRC, one.file_size, one.external_attr) for one in folder.infolist()]
        else:
            return None
    except _UNREADABLE:
        return None
    return _digest(sorted(map(repr, entries)))


def installed(package: Path, folders: Iterable[Path]) -> str | None:
    """Return a digest of the files that a package has become, which changes when any of them is touched.

    :param package: its file, which tells the name of its metadata folder
    :param folders: where packages are installed to
    :returns: None when it is not installed, or not completely
    """
    find = _records_of_wheel if package.suffix == ".whl" else _records_of_sdist
    try:
        for folder, record in find(package, [*dict.fromkeys(folders)]):
            state = _state(folder, record)
            if state is not None:
                return state
    except _UNREADABLE:
        pass
    return None


def _entry(archive: tarfile.TarFile, member: tarfile.TarInfo) -> tuple[object, ...]:
    """Tell a member of an archive by all but its times and owner, which differ between two builds of one source."""
    digest = hashlib.sha256()
    file = archive.extractfile(member) if member.isfile() else None
    if file is not None:
        while block := file.read(_BLOCK):
            digest.update(block)
    return member.name, member.mode, member.type, member.linkname, digest.hexdigest()


def _records_of_wheel(wheel: Path, folders: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Find the lists of files of a wheel, whose names it has in it."""
    with ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.endswith(".dist-info/RECORD") and name.count("/") == 1]
    for folder in folders:
        yield from ((folder, folder / name) for name in names)


def _records_of_sdist(sdist: Path, folders: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Find the lists of files of what was built from a source distribution, by the name of the project."""
    from packaging.utils import canonicalize_name

    project = _project(sdist)
    for folder in folders if project else ():
        for found in sorted(folder.glob("*.dist-info")):
            if canonicalize_name(found.stem.rpartition("-")[0]) == project:
                yield folder, found / "RECORD"


def _project(sdist: Path) -> str:
    """Return the normalized name that a source distribution has in its metadata; empty when it has none."""
    from email.parser import BytesHeaderParser

    from packaging.utils import canonicalize_name

    return canonicalize_name(str(BytesHeaderParser().parsebytes(_metadata(sdist)).get("name", "")))


def _metadata(sdist: Path) -> bytes:
    if sdist.suffix == ".zip":
        with ZipFile(sdist) as archive:
            names = [name for name in archive.namelist() if _is_metadata(name)]
            return archive.read(names[0]) if names else b""
    with tarfile.open(sdist) as tar:
        for member in tar:
            file = tar.extractfile(member) if _is_metadata(member.name) and member.isfile() else None
            if file is not None:
                return file.read()
    return b""


def _is_metadata(name: str) -> bool:
    return name.count("/") == 1 and name.endswith("/PKG-INFO")


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
