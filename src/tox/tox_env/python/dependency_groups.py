"""Dependency groups of a project (PEP 735)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

from tox.errors import Fail
from tox.tox_env.python._project_file import PROJECT_FILE, load_project_file, parse_requirement, table
from tox.tox_env.python.extras import optional_dependencies
from tox.tox_env.python.virtual_env.package.util import select

if TYPE_CHECKING:
    from pathlib import Path

    from packaging.requirements import Requirement

__all__ = ["resolve"]

_TABLE = "dependency-groups"
_INCLUDE = "include-group"


def resolve(root: Path, groups: set[str]) -> set[Requirement]:
    """Collect the requirements of dependency groups.

    :param root: folder of the project file
    :param groups: names of groups; they are compared as names of packages are
    :returns: the requirements of all, of included groups as well; the project itself is never among them, but what the
        extras bring that are asked of it
    :raises Fail: if the file is missing or broken, or a group is, or asks for an extra that the project has not
    """
    path = root / PROJECT_FILE
    if not path.is_file():
        raise Fail(f"no {PROJECT_FILE} found at {path} to read dependency groups from")
    content = load_project_file(path)
    if _TABLE not in content:
        raise Fail(f"no dependency groups defined in {path}")
    defined = _by_normal_name(table(content, _TABLE, path), path)
    found: set[Requirement] = set()
    for group in sorted(groups):
        found |= _resolve(defined, group, ())
    project = table(content, "project", path)
    name = project.get("name")
    return _without_project(found, name, project, path) if isinstance(name, str) else found


def _without_project(found: set[Requirement], name: str, project: dict[str, Any], path: Path) -> set[Requirement]:
    """Put in the place of the project what the extras asked of it bring: a stranger may own its name on an index.

    :raises Fail: if there is no such extra
    """
    own_name = canonicalize_name(name)
    if all(canonicalize_name(requirement.name) != own_name for requirement in found):
        return found

    optional = optional_dependencies(project, path)
    everything: list[tuple[Requirement, set[str | None]]] = [(requirement, {None}) for requirement in found]
    everything.extend((requirement, {extra}) for extra, some in optional.items() for requirement in some)
    selected = select(everything, set(), name)
    missing = sorted(selected.extras - {canonicalize_name(extra) for extra in optional})
    if missing:
        names = ", ".join(map(repr, missing))
        raise Fail(f"dependency groups ask for extras of {name} that are not found in {path}: {names}")
    return set(selected.requirements)


def _by_normal_name(groups: dict[str, Any], path: Path) -> dict[str, Any]:
    normal: dict[str, str] = {}
    for name in groups:
        other = normal.setdefault(canonicalize_name(name), name)
        if other != name:
            raise Fail(f"dependency groups {other!r} and {name!r} in {path} have the same name")
    return {key: groups[name] for key, name in normal.items()}


def _resolve(defined: dict[str, Any], group: str, including: tuple[str, ...]) -> set[Requirement]:
    """Collect the requirements of one group.

    :param including: the groups that lead to this one, outermost first
    """
    name = canonicalize_name(group)
    if name in including:
        raise Fail(f"Cyclic dependency group include: {' -> '.join(map(repr, (*including, name)))}")
    if name not in defined:
        raise Fail(f"dependency group {group!r} not found")
    items = defined[name]
    if not isinstance(items, list):
        raise Fail(f"dependency group {group!r} is not a list")
    found: set[Requirement] = set()
    for item in items:
        if isinstance(item, str):
            found.add(parse_requirement(item, f" of dependency group {group!r}"))
        elif isinstance(item, dict) and set(item) == {_INCLUDE} and isinstance(item[_INCLUDE], str):
            found |= _resolve(defined, item[_INCLUDE], (*including, name))
        else:
            raise Fail(f"invalid dependency group item: {item}")
    return found
