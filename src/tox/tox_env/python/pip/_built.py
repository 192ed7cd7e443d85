"""Whether a built package, a wheel or a source distribution, is installed already, to the last file."""

from __future__ import annotations

import csv
import hashlib
import os
import zlib
from typing import TYPE_CHECKING, NamedTuple
from zipfile import BadZipFile, ZipFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from tarfile import TarFile, TarInfo

__all__ = ["Built", "installed", "read"]

_BLOCK = 1 << 20


class Built(NamedTuple):
    """What a package tells of itself."""

    contents: str
    """digest of what is in it, equal for packages that hold the same files"""
    project: str
    """normalized name of the project; empty when the package does not tell"""


def read(package: Path) -> Built | None:
    """Read a package, once.

    :param package: a wheel, or a source distribution (specification *Source distribution format*)
    :returns: None when it is neither, or cannot be read, or is a source distribution whose build may look elsewhere
    """
    if package.name.endswith(".whl"):
        return _read_wheel(package)
    return _read_sdist(package) if package.name.endswith(".tar.gz") else None


def installed(built: Built, folders: Iterable[Path]) -> str | None:
    """Return a digest of the files that a package has become, which changes when any of them is touched.

    :param folders: where packages are installed to
    :returns: None when it is not installed, or not completely
    """
    for folder in dict.fromkeys(folders) if built.project else ():
        for info in sorted(folder.glob("*.dist-info")):
            if _normalized(info.stem.rpartition("-")[0]) == built.project:
                state = _state(folder, info / "RECORD")
                if state is not None:
                    return state
    return None


def _read_wheel(wheel: Path) -> Built | None:
    try:
        with ZipFile(wheel) as archive:
            entries = sorted((one.filename, one.CRC, one.file_size, one.external_attr) for one in archive.infolist())
    except (OSError, BadZipFile):
        return None
    return Built(_digest(map(repr, entries)), _normalized(wheel.name.partition("-")[0]))


def _read_sdist(sdist: Path) -> Built | None:
    from tarfile import TarError
    from tarfile import open as open_tar

    entries, project, is_alone = [], "", False
    try:
        with open_tar(sdist) as archive:
            for member in archive:
                entries.append(repr(_entry(archive, member)))
                at_top = member.name.partition("/")[2]
                if at_top == "PKG-INFO":
                    project = _project(archive, member)
                elif at_top == "pyproject.toml":
                    is_alone = _is_alone(archive, member)
                elif at_top == "hatch.toml":
                    return None  # settings of hatchling, hooks among them
    except (OSError, EOFError, TarError, zlib.error):
        return None
    return Built(_digest(sorted(entries)), project) if is_alone else None


def _entry(archive: TarFile, member: TarInfo) -> tuple[object, ...]:
    """Tell a member of an archive by all but its times and owner, which differ between two builds of one source."""
    digest = hashlib.sha256()
    file = archive.extractfile(member) if member.isfile() else None
    if file is not None:
        while block := file.read(_BLOCK):
            digest.update(block)
    return member.name, member.mode, member.type, member.linkname, digest.hexdigest()


def _is_alone(archive: TarFile, project_file: TarInfo) -> bool:
    from tox.tox_env.python.pip._reach import is_self_contained

    file = archive.extractfile(project_file) if project_file.isfile() else None
    return file is not None and is_self_contained(file.read(_BLOCK).decode("utf-8", errors="replace"))


def _project(archive: TarFile, metadata: TarInfo) -> str:
    from email.parser import BytesHeaderParser

    file = archive.extractfile(metadata) if metadata.isfile() else None
    return "" if file is None else _normalized(str(BytesHeaderParser().parse(file).get("name", "")))


def _normalized(name: str) -> str:
    from packaging.utils import canonicalize_name

    return canonicalize_name(name)


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
        status = os.stat(os.path.join(folder, name))
        yield f"{name} {status.st_size} {status.st_mtime_ns}"


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", errors="surrogateescape")).hexdigest()
