"""Which dependencies a package has when some of its extras are wanted; unpacking what was built."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from packaging.markers import Marker
from packaging.utils import canonicalize_name

from tox.errors import Fail

if TYPE_CHECKING:
    import tarfile
    from collections.abc import Iterable
    from pathlib import Path

    from packaging.requirements import Requirement

__all__ = ["Selected", "dependencies_with_extras", "dependencies_with_extras_from_markers", "safe_extractall", "select"]


def dependencies_with_extras(
    deps: list[Requirement], extras: set[str], package_name: str, *, available_extras: set[str] | None = None
) -> list[Requirement]:
    """Select the dependencies of a package, given as its metadata has them: with the extra in the marker.

    :param deps: all dependencies of the package
    :param extras: what is wanted beside the plain package
    :param package_name: of the package, which may depend on extras of itself
    :param available_extras: all extras there are; when not given, unknown ones are not noticed
    :returns: each dependency once, in order; the markers no longer speak of extras
    :raises Fail: if there is no such extra
    """
    return dependencies_with_extras_from_markers(
        [_without_extra(dep) for dep in deps], extras, package_name, available_extras=available_extras
    )


def dependencies_with_extras_from_markers(
    deps_with_markers: list[tuple[Requirement, set[str | None]]],
    extras: set[str],
    package_name: str,
    *,
    available_extras: set[str] | None = None,
) -> list[Requirement]:
    """Select the dependencies of a package, given with the extras each belongs to.

    :param deps_with_markers: each dependency with its extras; ``None`` among them means that it is always needed
    :param extras: what is wanted beside the plain package
    :param package_name: of the package, which may depend on extras of itself
    :param available_extras: all extras there are; when not given, unknown ones are not noticed
    :returns: each dependency once, in order; those an extra of the package brings by naming another one come last
    :raises Fail: if there is no such extra
    """
    wanted = {_normal(extra) for extra in extras}
    if available_extras is not None:
        _check(wanted, {_normal(extra) for extra in available_extras}, package_name)
    return list(select(deps_with_markers, wanted, package_name).requirements)


class Selected(NamedTuple):
    """What a package brings for some extras."""

    requirements: tuple[Requirement, ...]
    """each once, in order; those an extra of the package brings by naming another one come last"""
    extras: frozenset[str]
    """all that were asked for, also by each other, in their normal form; not all of them need to exist"""


def select(
    deps_with_extras: Iterable[tuple[Requirement, set[str | None]]], extras: set[str], package_name: str
) -> Selected:
    """Select dependencies, those in place of the package itself that its extras bring.

    :param deps_with_extras: each dependency with its extras; ``None`` among them means that it is always needed
    :param extras: what is wanted beside the plain package
    :param package_name: of the package, in any form
    """
    own_name = canonicalize_name(package_name)
    normal = [(dep, {extra and _normal(extra) for extra in of}) for dep, of in deps_with_extras]
    found: dict[str, Requirement] = {}
    seen: dict[str | None, set[frozenset[str]]] = {}
    fresh: dict[str | None, set[frozenset[str]]] = {name: {frozenset()} for name in (None, *map(_normal, extras))}
    while fresh:
        for extra, conditions in fresh.items():
            seen.setdefault(extra, set()).update(conditions)
        more: dict[str | None, set[frozenset[str]]] = {}
        for dep, of in normal:
            for condition in _weakest(condition for extra in of & fresh.keys() for condition in fresh[extra]):
                if canonicalize_name(dep.name) != own_name:
                    conditional = _under(dep, condition)
                    found.setdefault(str(conditional), conditional)
                    continue
                both = condition if dep.marker is None else condition | {str(dep.marker)}
                for extra in map(_normal, dep.extras):
                    if not any(known <= both for known in seen.get(extra, ())):
                        more.setdefault(extra, set()).add(both)
        fresh = more
    return Selected(tuple(found.values()), frozenset(extra for extra in seen if extra is not None))


def _weakest(conditions: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Leave out the conditions that hold only where another one holds too."""
    every = set(conditions)
    return sorted((one for one in every if not any(other < one for other in every)), key=sorted)


def _under(dep: Requirement, condition: frozenset[str]) -> Requirement:
    """Return a dependency that is needed under a condition: all of some markers."""
    from packaging.requirements import Requirement

    if not condition:
        return dep
    own = set() if dep.marker is None else {str(dep.marker)}
    markers = sorted(condition | own)
    conditional = Requirement(str(dep))
    conditional.marker = Marker(markers[0] if len(markers) == 1 else " and ".join(f"({marker})" for marker in markers))
    return conditional


def safe_extractall(tar: tarfile.TarFile, path: Path) -> None:
    """Unpack an archive that nobody vouches for.

    :param path: folder to unpack into; nothing is written outside of it
    :raises Fail: if the archive wants to write elsewhere, or holds what is no file or folder
    """
    import tarfile

    try:
        if hasattr(tarfile, "data_filter"):
            tar.extractall(path, filter="data")
        else:  # early patch releases of the oldest supported Pythons
            tar.extractall(path, members=list(_plain_members(tar, path)))  # noqa: S202 - checked one by one
    except tarfile.TarError as error:
        raise Fail(f"cannot extract {tar.name!r} into {path}: {error}") from error


def _plain_members(tar: tarfile.TarFile, path: Path) -> Iterable[tarfile.TarInfo]:
    root = path.resolve()
    for member in tar.getmembers():
        target = (root / member.name).resolve()
        if not (member.isfile() or member.isdir()) or (target != root and root not in target.parents):
            raise Fail(f"cannot extract {tar.name!r} into {path}: {member.name!r} is no plain file of the archive")
        yield member


class _Split(NamedTuple):
    """A marker, taken apart at one level."""

    parts: list[str]
    """text between the operators, at least one"""
    operators: set[str]
    """those at this level: ``and``, ``or``"""


def _without_extra(dep: Requirement) -> tuple[Requirement, set[str | None]]:
    """Take the extras out of the marker of a dependency.

    A marker that mixes extras with other conditions in a way that cannot be taken apart stays, and the dependency
    counts as always needed: the installer reads the marker again.
    """
    from packaging.requirements import Requirement

    if dep.marker is None:
        return dep, {None}
    extras, rest = _extras_of(str(dep.marker))
    if extras is None:
        return dep, {None}
    plain = Requirement(str(dep))
    plain.marker = Marker(rest) if rest else None
    return plain, set(extras)


def _extras_of(marker: str) -> tuple[set[str] | None, str]:
    """Find the extras a marker asks for.

    :returns: the extras, of which any will do, and what else has to hold; ``None`` when the marker asks for none
    """
    split = _split(marker)
    if split.operators == {"or"}:
        alternatives = [_extra_named(part) for part in split.parts]
        if all(alternatives):
            return {extra for extra in alternatives if extra}, ""
        return None, marker
    if len(split.operators) > 1:
        return None, marker
    found: set[str] | None = None
    rest: list[str] = []
    for part in split.parts:
        inner = _unwrap(part)
        extras = _extras_of(inner)[0] if inner != part else {name} if (name := _extra_named(part)) else None
        is_pure = inner == part or not _extras_of(inner)[1]
        if extras is not None and found is None and is_pure:
            found = extras
        else:
            rest.append(part)
    return found, " and ".join(rest)


def _extra_named(part: str) -> str | None:
    """Read ``extra == "name"`` or the same turned round."""
    left, sign, right = part.partition("==")
    left, right = left.strip(), right.strip()
    if not sign:
        return None
    value = right if left == "extra" else left if right == "extra" else ""
    return value[1:-1] if value[:1] in {'"', "'"} and value[-1:] == value[:1] else None


def _unwrap(part: str) -> str:
    part = part.strip()
    return part[1:-1].strip() if part.startswith("(") and part.endswith(")") else part


def _split(marker: str) -> _Split:
    """Take a marker apart at its outermost ``and`` and ``or``; it is in the form the marker library prints."""
    parts: list[list[str]] = [[]]
    operators: set[str] = set()
    depth = 0
    for word in _words(marker):
        if depth == 0 and word in {"and", "or"}:
            operators.add(word)
            parts.append([])
            continue
        if word[0] not in "\"'":
            depth += word.count("(") - word.count(")")
        parts[-1].append(word)
    return _Split([" ".join(part).replace("( ", "(").replace(" )", ")") for part in parts], operators)


def _words(marker: str) -> Iterable[str]:
    """Split a marker into words, parentheses and quoted texts."""
    return re.findall(r'"[^"]*"|\'[^\']*\'|[()]|[^\s()"\']+', marker)


def _check(wanted: set[str], known: set[str], package_name: str) -> None:
    missing = sorted(wanted - known)
    if missing:
        available = ", ".join(sorted(known)) or "none"
        raise Fail(f"extras not found for package {package_name}: {', '.join(missing)} (available: {available})")


def _normal(extra: str) -> str:
    return canonicalize_name(extra)
