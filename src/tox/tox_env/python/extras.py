"""Dependencies of a package read from its project file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tox.tox_env.python._project_file import PROJECT_FILE, load_project_file, parse_requirements, table, texts
from tox.tox_env.python.virtual_env.package.util import dependencies_with_extras_from_markers

if TYPE_CHECKING:
    from pathlib import Path

    from packaging.requirements import Requirement

__all__ = ["optional_dependencies", "resolve_extras_static"]

_DEPENDENCIES, _OPTIONAL = "dependencies", "optional-dependencies"


def resolve_extras_static(root: Path, extras: set[str]) -> list[Requirement] | None:
    """Tell the dependencies of a package without building it.

    :param root: folder of the project file
    :param extras: what is wanted beside the plain package
    :returns: dependencies in order, each once; ``None`` when the file leaves it to the build backend to tell
    :raises Fail: if there is no such extra, or the file is broken
    """
    path = root / PROJECT_FILE
    content = load_project_file(path)
    if "project" not in content:
        return None
    project = table(content, "project", path)
    dynamic = set(texts(project.get("dynamic", []), "project.dynamic", path))
    if _DEPENDENCIES in dynamic or (extras and _OPTIONAL in dynamic):
        return None
    return _select(project, extras, path)


def optional_dependencies(project: dict[str, Any], path: Path) -> dict[str, list[Requirement]]:
    """Read the extras of a project.

    :param project: table of the project file
    :param path: of the file, for messages
    :returns: requirements by the name of the extra, as it is written
    :raises Fail: if there is something else
    """
    return {
        extra: parse_requirements(texts(values, f"project.{_OPTIONAL}.{extra}", path), f" in {path}")
        for extra, values in table(project, _OPTIONAL, path).items()
    }


def _select(project: dict[str, Any], extras: set[str], path: Path) -> list[Requirement]:
    named = texts(project.get(_DEPENDENCIES, []), f"project.{_DEPENDENCIES}", path)
    deps: list[tuple[Requirement, set[str | None]]] = [
        (dep, {None}) for dep in parse_requirements(named, f" in {path}")
    ]
    optional = optional_dependencies(project, path)
    deps.extend((dep, {extra}) for extra, requirements in optional.items() for dep in requirements)
    return dependencies_with_extras_from_markers(
        deps, extras, str(project.get("name", ".")), available_extras=set(optional)
    )
