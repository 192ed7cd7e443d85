"""Lock files (PEP 751), as lines for the installer."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tox.errors import Fail
from tox.tox_env.python._project_file import load_project_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from packaging.markers import Marker
    from packaging.pylock import Package, PackageArchive, PackageVcs
    from packaging.pylock import Pylock as Lock
    from packaging.specifiers import SpecifierSet

__all__ = ["Pylock"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pylock:
    """A lock file, and what of it is wanted."""

    path: Path
    """of the file"""
    extras: frozenset[str] = frozenset()
    """extras that are wanted beside the plain project"""
    groups: frozenset[str] = frozenset()
    """dependency groups that are wanted, instead of the default ones"""
    marker_env: dict[str, str] = field(default_factory=dict)
    """values of markers in the environment to install into; those of this interpreter when not given"""

    def install_lines(self) -> list[str]:
        """Render what is to be installed as lines of a requirements file.

        :returns: one line for each package, in the order of the file
        :raises Fail: if the file is missing or broken, or is for other environments
        """
        from packaging.pylock import Pylock as Lock
        from packaging.pylock import PylockValidationError

        if not self.path.is_file():
            raise Fail(f"pylock file not found at {self.path}")
        try:
            lock = Lock.from_dict(load_project_file(self.path))
        except PylockValidationError as error:
            raise self._invalid(str(error)) from error
        self._check_environment(lock)
        groups = self.groups or frozenset(lock.default_groups or ())
        lines: list[str] = []
        for package in lock.packages:
            if self._is_active(package, groups):
                line, hashes = self._to_entry(package)
                lines.append(" ".join([line, *hashes]))
        return lines

    def _check_environment(self, lock: Lock) -> None:
        """Refuse a lock file that is for other environments, as PEP 751 has installers do.

        :raises Fail: if it is
        """
        if not self._allows_python(lock.requires_python):
            raise Fail(f"pylock file {self.path} requires Python {lock.requires_python}, got {self._python_version()}")
        environments = lock.environments or ()
        if environments and not any(self._holds(marker) for marker in environments):
            named = " or ".join(f"{str(marker)!r}" for marker in environments)
            raise Fail(f"pylock file {self.path} is for environments with {named}, which this one is not")

    def _holds(self, marker: Marker) -> bool:
        return marker.evaluate(dict(self.marker_env))

    def _allows_python(self, versions: SpecifierSet | None) -> bool:
        """Tell whether the Python to install into is one of some; an early one counts as its release, as for pip."""
        return versions is None or versions.contains(self._python_version(), prereleases=True)

    def _python_version(self) -> str:
        from packaging.markers import default_environment
        from packaging.version import Version

        full = self.marker_env.get("python_full_version") or default_environment()["python_full_version"]
        return Version(full.rstrip("+")).base_version

    def _is_active(self, pkg: Package, groups: frozenset[str]) -> bool:
        """Tell whether a package belongs to what is wanted, and is for this Python."""
        if not self._allows_python(pkg.requires_python):
            return False
        if pkg.marker is None:
            return True
        values: dict[str, Any] = {**self.marker_env, "extras": self.extras, "dependency_groups": groups}
        return pkg.marker.evaluate(values, context="lock_file")

    def _to_entry(self, pkg: Package) -> tuple[str, list[str]]:
        """Render a package.

        :returns: what to install, and options for its hashes
        """
        if pkg.vcs is not None:
            self._check_tokens(pkg, {"vcs url": pkg.vcs.url, "vcs commit-id": pkg.vcs.commit_id})
            return f"{pkg.name} @ {self._to_vcs_url(pkg.vcs)}", []
        if pkg.directory is not None:
            uri = self._to_uri(pkg.directory.path)
            if pkg.directory.subdirectory:
                uri = f"{uri}/{quote(pkg.directory.subdirectory)}"
            return (f"-e {uri}" if pkg.directory.editable else f"{pkg.name} @ {uri}"), []
        if pkg.archive is not None:
            self._check_tokens(pkg, {"archive url": pkg.archive.url})
            return f"{pkg.name} @ {self._to_archive_url(pkg.archive)}", self._hash_options(pkg, pkg.archive.hashes)
        hashes: list[str] = []
        for file in (*(pkg.wheels or ()), *(() if pkg.sdist is None else (pkg.sdist,))):
            hashes.extend(self._hash_options(pkg, file.hashes))
        return (pkg.name if pkg.version is None else f"{pkg.name}=={pkg.version}"), list(dict.fromkeys(hashes))

    def _hash_options(self, pkg: Package, hashes: Mapping[str, str] | None) -> list[str]:
        """Render hashes as options of a requirement."""
        options = []
        for algorithm, value in sorted((hashes or {}).items()):
            self._check_tokens(pkg, {f"{algorithm} hash": value})
            options.append(f"--hash={algorithm}:{value}")
        return options

    def _check_tokens(self, pkg: Package, fields: Mapping[str, str | None]) -> None:
        """Refuse values that would become more than one word of a line, and so an option of the installer.

        :raises Fail: if one would
        """
        for name, value in fields.items():
            if value is not None and (not value or not value.isprintable() or any(part.isspace() for part in value)):
                raise self._invalid(
                    f"package {pkg.name!r} {name} {value!r} must be non-empty"
                    " and contain no whitespace or control characters"
                )

    def _to_vcs_url(self, vcs: PackageVcs) -> str:
        base = vcs.url if vcs.url is not None else self._to_uri(vcs.path or "")
        fragment = f"#subdirectory={quote(vcs.subdirectory)}" if vcs.subdirectory else ""
        return f"{vcs.type}+{base}@{vcs.commit_id}{fragment}"

    def _to_archive_url(self, archive: PackageArchive) -> str:
        if archive.url is None:
            return self._to_uri(archive.path or "", archive.subdirectory)
        return f"{archive.url}#subdirectory={quote(archive.subdirectory)}" if archive.subdirectory else archive.url

    def _to_uri(self, path: str | Path, subdirectory: str | None = None) -> str:
        """Render a path, which is relative to the lock file, as a URI."""
        uri = Path(_normal(self.path.parent / path)).as_uri()
        return f"{uri}#subdirectory={quote(subdirectory)}" if subdirectory else uri

    def _invalid(self, reason: str) -> Fail:
        return Fail(f"invalid pylock file {self.path}: {reason}")


def _normal(path: Path) -> str:
    """Make a path absolute without looking at links, which the lock file may mean as they are."""
    from os.path import abspath

    return abspath(path)
