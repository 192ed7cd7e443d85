"""What was installed already, told from the record without asking pip or understanding requirements."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tox.tox_env._stamps import stamps

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tox.tox_env.info import Info
    from tox.tox_env.python.pip._built import Built
    from tox.tox_env.python.pip.req_file import PythonDeps

__all__ = [
    "are_built",
    "files_are_installed",
    "files_may_be_installed",
    "lines_are_installed",
    "read_files",
    "remember_files",
    "remember_lines",
]


def lines_are_installed(cache: Info, section: str, of_type: str, key: Mapping[str, Any]) -> bool:
    """Tell whether the same lines, with the same included files, were installed.

    :param key: the lines, and whatever else decides what they mean
    """
    fact = cache.fact(f"{section}.{of_type}", key)
    if not isinstance(fact, dict) or not isinstance(fact.get("files"), dict):
        return False
    recorded = cache.recorded(section)
    as_recorded = isinstance(recorded, dict) and recorded.get(of_type) == fact.get("record")
    return as_recorded and stamps(fact["files"]) == fact["files"]


def remember_lines(
    cache: Info, section: str, of_type: str, key: Mapping[str, Any], sources: Iterable[PythonDeps | Any], record: object
) -> None:
    """Have :func:`lines_are_installed` know that lines were installed; unless they depend on more than files.

    :param sources: the parsed lines
    :param record: what was recorded for them
    """
    files: set[str] = set()
    for source in sources:
        if source.depends_on_more:
            return
        files.update(map(str, source.files))
    cache.learn(f"{section}.{of_type}", dict(key), {"files": stamps(files), "record": record})


def are_built(packages: Iterable[str]) -> bool:
    """Tell whether installing packages builds any of them, so that variables of the environment have a say."""
    return any(not package.endswith(".whl") for package in packages)


def read_files(packages: Iterable[str]) -> list[Built] | None:
    """Read packages; None when nothing can be known of them, as of a folder, or there are none."""
    from tox.tox_env.python.pip import _built

    read = [_built.read(Path(package)) for package in packages]
    return [one for one in read if one is not None] if read and None not in read else None


def files_are_installed(
    cache: Info, of_type: str, key: Mapping[str, Any], packages: Sequence[Built] | None, folders: Sequence[Path]
) -> bool:
    """Tell whether packages with the same content were installed, and all they became is still as it was.

    :param key: whatever else decides what is installed
    :param packages: as :func:`read_files` gives them
    :param folders: where packages are installed to
    """
    if packages is None:
        return False
    known = cache.fact(f"installed.{of_type}", _with_contents(key, packages))
    return isinstance(known, list) and known == _installed(packages, folders)


def files_may_be_installed(cache: Info, of_type: str, key: Mapping[str, Any]) -> bool:
    """Tell whether packages were installed in the same way; only their content tells whether they are the same.

    :param key: as :func:`files_are_installed` takes it
    """
    known = cache.key_of_fact(f"installed.{of_type}")
    return isinstance(known, dict) and {name: value for name, value in known.items() if name != "contents"} == key


def remember_files(
    cache: Info, of_type: str, key: Mapping[str, Any], packages: Sequence[Built] | None, folders: Sequence[Path]
) -> None:
    """Have :func:`files_are_installed` know that packages were installed."""
    if packages is not None:
        state = _installed(packages, folders)
        if None not in state:
            cache.learn(f"installed.{of_type}", _with_contents(key, packages), state)


def _with_contents(key: Mapping[str, Any], packages: Sequence[Built]) -> dict[str, Any]:
    return {**key, "contents": [package.contents for package in packages]}


def _installed(packages: Sequence[Built], folders: Sequence[Path]) -> list[str | None]:
    from tox.tox_env.python.pip import _built

    return [_built.installed(package, folders) for package in packages]
