"""Find installed plugins quickly.

Searching all metadata through :mod:`importlib.metadata` takes longer than the rest of a small command. The folders it
would look at are read here instead, with one question: does ``entry_points.txt`` have our group? Only what is found is
then handed to :mod:`importlib.metadata`. Where the quick look cannot tell (a zip file on the path, a finder that knows
installations of its own) the complete search decides.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.metadata import Distribution, EntryPoint

_SUFFIXES = (".dist-info", ".egg-info")


class Found(NamedTuple):
    """One entry point of an installed distribution."""

    entry_point: EntryPoint
    """what to load"""
    distribution: Distribution
    """who offers it"""


def find(group: str, path: Sequence[str] | None = None) -> tuple[Found, ...]:
    """Find the entry points of a group.

    :param group: its name
    :param path: folders to search; by default ``sys.path``
    :returns: in the order of the path, each distribution once: the one that would be imported
    """
    searched = sys.path if path is None else path
    if _needs_complete_search(searched):
        return tuple(_complete(group, searched))
    folders = tuple(_offering(group, searched))
    return tuple(_load(group, folders)) if folders else ()


def _needs_complete_search(path: Sequence[str]) -> bool:
    finders = (f for f in sys.meta_path if getattr(f, "find_distributions", None) is not None)
    if any(
        getattr(f, "__module__", "") not in {"_frozen_importlib_external", "importlib._bootstrap_external"}
        for f in finders
    ):
        return True
    return any(entry.endswith((".zip", ".egg", ".whl")) and os.path.isfile(entry) for entry in path)


def _offering(group: str, path: Sequence[str]) -> Iterator[str]:
    """Yield metadata folders that mention the group; a distribution hides later ones of the same name."""
    header = f"[{group}]".encode()
    seen: set[str] = set()
    for entry in dict.fromkeys(path):
        for folder, name in _metadata_folders(entry or "."):
            if name in seen:
                continue
            seen.add(name)
            try:
                with open(os.path.join(folder, "entry_points.txt"), "rb") as file:
                    text = file.read()
            except OSError:
                continue
            if header in text:
                yield folder


def _metadata_folders(entry: str) -> Iterator[tuple[str, str]]:
    """Yield metadata folders below one entry of the path, with the normalized name of the distribution."""
    try:
        names = os.listdir(entry)
    except OSError:
        return
    for name in names:
        if name.endswith(_SUFFIXES):
            stem = name[: name.rindex(".")].partition("-")[0]
            yield os.path.join(entry, name), stem.lower().replace(".", "_").replace("-", "_")
        elif name == "EGG-INFO":
            stem = os.path.basename(entry).partition("-")[0]
            yield os.path.join(entry, name), stem.lower().replace(".", "_")


def _load(group: str, folders: tuple[str, ...]) -> Iterator[Found]:
    from importlib.metadata import Distribution

    for folder in folders:
        yield from _of(group, Distribution.at(folder))


def _complete(group: str, path: Sequence[str]) -> Iterator[Found]:
    from importlib.metadata import distributions

    seen: set[str] = set()
    for distribution in distributions(path=list(path)):
        name = str(distribution.metadata["Name"] or "").lower().replace("-", "_").replace(".", "_")
        if name not in seen:
            seen.add(name)
            yield from _of(group, distribution)


def _of(group: str, distribution: Distribution) -> Iterator[Found]:
    for entry_point in distribution.entry_points:
        if entry_point.group == group:
            yield Found(entry_point, distribution)


__all__ = ["Found", "find"]
