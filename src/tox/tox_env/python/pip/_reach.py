"""Whether anything but a source distribution can matter to what is built from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tox.util._text_file import parse_toml

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["is_self_contained"]

#: backends that read the source tree and nothing else, and the project that each is in
_PLAIN: Final = {"flit_core.buildapi": "flit-core", "hatchling.build": "hatchling"}
#: keys of hatchling's table behind which foreign code runs or other folders are read
_REACHING: Final = frozenset({
    "hooks",
    "force-include",
    "shared-data",
    "shared-scripts",
    "extra-metadata",
    "sbom-files",
    "custom",
    "external-data",
})
_STATIC_SOURCES: Final = frozenset({None, "regex"})


def is_self_contained(project_file: str) -> bool:
    """Tell whether a source distribution with this project file is always built to the same.

    :param project_file: its content
    :returns: true only where that is known: a backend that reads the tree alone, without hooks or plugins
    """
    try:
        content = parse_toml(project_file)
        system = content["build-system"]
        project = _PLAIN[system["build-backend"]]
        is_alone = "backend-path" not in system and all(_names(one, project) for one in system["requires"])
        tool = content.get("tool", {})
        hatch, flit = tool.get("hatch", {}), tool.get("flit", {})
        is_static = hatch.get("version", {}).get("source") in _STATIC_SOURCES
        keys = set(_keys([hatch.get("build", {}), hatch.get("metadata", {}), flit]))
    except (AttributeError, KeyError, TypeError, ValueError):
        return False
    return is_alone and is_static and keys.isdisjoint(_REACHING)


def _names(requirement: str, project: str) -> bool:

    parsed = Requirement(requirement)
    return canonicalize_name(parsed.name) == project and parsed.url is None


def _keys(value: object) -> Iterator[str]:
    """Go through the keys of tables, however deep."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _keys(one)
