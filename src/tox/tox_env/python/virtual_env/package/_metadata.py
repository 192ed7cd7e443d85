"""What a package depends on and is called, read from its metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from zipfile import BadZipFile, ZipFile

from packaging.requirements import InvalidRequirement, Requirement

from tox.errors import Fail
from tox.tox_env.python.virtual_env.package.util import dependencies_with_extras

if TYPE_CHECKING:
    from email.message import Message
    from pathlib import Path

__all__ = ["PackageFacts", "from_dist_info", "from_wheel", "select"]

#: what is larger is no metadata of a package
_MOST_BYTES = 8 * 1024 * 1024


class PackageFacts(NamedTuple):
    """What the metadata of a package says."""

    name: str
    """of the package"""
    requirements: tuple[Requirement, ...]
    """with extras in their markers"""
    extras: frozenset[str]
    """that the package offers"""


def select(facts: PackageFacts, extras: set[str]) -> list[Requirement]:
    """Select the dependencies of a package.

    :param extras: what is wanted beside the plain package
    :raises Fail: if there is no such extra
    """
    return dependencies_with_extras(list(facts.requirements), extras, facts.name, available_extras=set(facts.extras))


def from_dist_info(folder: Path) -> PackageFacts:
    """Read a ``dist-info`` folder.

    :raises Fail: if it cannot be read
    """
    path = folder / "METADATA"
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise Fail(f"the metadata {path} is larger than {_MOST_BYTES} bytes")
        content = path.read_bytes()
    except OSError as error:
        raise Fail(f"could not read the metadata {path}: {error}") from error
    return _parse(content, path)


def from_wheel(wheel: Path, *, is_foreign: bool = False) -> PackageFacts:
    """Read the metadata within a wheel.

    :param is_foreign: whether it may come from anywhere, so that it has to tell its name and version
    :raises Fail: if it is no wheel
    """
    try:
        with ZipFile(wheel) as archive:
            name = next((name for name in archive.namelist() if _is_metadata(name)), None)
            if name is None:
                raise Fail(f"could not read the metadata of {wheel}: there is none")
            if archive.getinfo(name).file_size > _MOST_BYTES:
                raise Fail(f"could not read the metadata of {wheel}: it is larger than {_MOST_BYTES} bytes")
            content = archive.read(name)
    except (BadZipFile, OSError) as error:
        raise Fail(f"could not read the metadata of {wheel}: {error}") from error
    return _parse(content, wheel, is_foreign=is_foreign)


def _is_metadata(name: str) -> bool:
    folder, _, file = name.partition("/")
    return folder.endswith(".dist-info") and file == "METADATA"


def _parse(content: bytes, source: Path, *, is_foreign: bool = False) -> PackageFacts:
    from email.parser import BytesParser

    message: Message = BytesParser().parsebytes(content, headersonly=True)
    for field in ("Name", "Version") if is_foreign else ():
        if not str(message.get(field, "")).strip():  # pip would not know how to call it
            raise Fail(f"could not read the metadata of {source}: it has no {field}")
    try:
        requirements = tuple(Requirement(text) for text in message.get_all("Requires-Dist", []))
    except InvalidRequirement as error:
        reason = str(error).partition("\n")[0]
        raise Fail(f"could not read the dependencies in the metadata of {source}: {reason}") from error
    return PackageFacts(message.get("Name", ""), requirements, frozenset(message.get_all("Provides-Extra", [])))
