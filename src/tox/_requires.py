"""Which of the requirements of a project the running tox lacks."""

from __future__ import annotations

from contextlib import suppress
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs, urlsplit

from tox._origin import direct_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from packaging.requirements import Requirement

__all__ = ["Missing", "excludes", "missing", "oldest_tox"]


class Missing(NamedTuple):
    """A requirement that is not fulfilled where tox runs."""

    requirement: Requirement
    #: version that is there instead; None when there is none
    has: str | None

    def __str__(self) -> str:
        return str(self.requirement) if self.has is None else f"{self.requirement} ({self.has})"


def missing(requires: Iterable[Requirement]) -> list[Missing]:
    """List what is not fulfilled by the distributions beside the running tox, in the order asked.

    Requirements whose marker does not hold here count as fulfilled; extras are not looked into, since what an extra
    stands for may change with every release of the distribution.
    """
    found: list[Missing] = []
    for requirement in requires:
        if not _holds(requirement):
            continue
        try:
            has = distribution(requirement.name)
        except PackageNotFoundError:
            found.append(Missing(requirement, None))
            continue
        fits = (
            requirement.specifier.contains(has.version, prereleases=True)
            if requirement.url is None
            else _is_from(has, requirement.url)
        )
        if not fits:
            found.append(Missing(requirement, has.version))
    return found


def excludes(requires: Iterable[Requirement], version: str) -> bool:
    """Tell whether what is required of tox leaves a version out; all of it is judged together."""
    return any(not one.specifier.contains(version, prereleases=True) for one in _of_tox(requires))


def oldest_tox(requires: Iterable[Requirement]) -> str | None:
    """Give the largest of the versions that tox must have at least, as far as ``>=`` and ``==`` name one."""
    from packaging.version import InvalidVersion, Version

    found: list[Version] = []
    for one in _of_tox(requires):
        for specifier in one.specifier:
            if specifier.operator in {">=", "=="}:
                with suppress(InvalidVersion):  # such as 4.*
                    found.append(Version(specifier.version))
    return str(max(found)) if found else None


def _of_tox(requires: Iterable[Requirement]) -> Iterator[Requirement]:
    """Go through the requirements of tox that hold here."""
    from packaging.utils import canonicalize_name

    for one in requires:
        if canonicalize_name(one.name) == "tox" and _holds(one):
            yield one


def _holds(requirement: Requirement) -> bool:
    """Tell whether the marker of a requirement holds here, where there is one."""
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


def _is_from(found: Distribution, wanted: str) -> bool:
    """Tell whether a distribution was installed from a requirement's URL, as far as its record (PEP 610) tells.

    The record has no user info, or what an installer left of it, so that of the requirement says nothing.
    """
    record = direct_url(found)
    recorded = _anonymous(str(record.get("url")))
    try:
        parts = urlsplit(_anonymous(wanted))
    except ValueError:  # such as a host in brackets that is no address
        return False
    marks = {key: values[0] for key, values in parse_qs(parts.fragment).items()}
    if marks.get("subdirectory", "") != record.get("subdirectory", ""):
        return False
    vcs = record.get("vcs_info")
    if vcs is not None:
        base, revision = _revision(parts._replace(fragment="").geturl())
        if base != f"{vcs.get('vcs')}+{recorded}":
            return False
        return revision in {vcs.get("requested_revision"), vcs.get("commit_id")}
    if parts._replace(fragment="").geturl() != recorded:
        return False
    hashes = (record.get("archive_info") or {}).get("hashes") or {}
    return all(hashes.get(name) == marks[name] for name in hashes.keys() & marks.keys())


def _anonymous(url: str) -> str:
    """Leave out the user info of a URL."""
    scheme, found, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{found}{host.rpartition('@')[2]}{slash}{path}"


def _revision(url: str) -> tuple[str, str | None]:
    """Split the revision off the URL of a repository; None when it names none."""
    path = urlsplit(url).path
    if "@" not in path:
        return url, None
    base, _, revision = url.rpartition("@")
    return base, revision
