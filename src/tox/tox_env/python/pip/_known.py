"""What was installed already, told from the record without asking pip or understanding requirements."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from tox.tox_env._stamps import stamps

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tox.tox_env.info import Info
    from tox.tox_env.python.pip.req_file import PythonDeps

__all__ = [
    "are_built",
    "files_are_installed",
    "files_may_be_installed",
    "lines_are_installed",
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


def files_are_installed(
    cache: Info, of_type: str, key: Mapping[str, Any], packages: Sequence[str], folders: Sequence[Path]
) -> bool:
    """Tell whether packages with the same content were installed, and all they became is still as it was.

    :param key: whatever else decides what is installed
    :param packages: paths of wheels and source distributions; nothing is known of others
    :param folders: where packages are installed to
    """
    from tox.tox_env.python.pip import _built

    contents = [_built.contents(Path(package)) for package in packages]
    if not contents or None in contents:
        return False
    known = cache.fact(f"installed.{of_type}", {**key, "contents": contents})
    return isinstance(known, list) and known == [_built.installed(Path(package), folders) for package in packages]


def files_may_be_installed(cache: Info, of_type: str, key: Mapping[str, Any]) -> bool:
    """Tell whether packages were installed in the same way; only their content tells whether they are the same.

    :param key: as :func:`files_are_installed` takes it
    """
    known = cache.key_of_fact(f"installed.{of_type}")
    return isinstance(known, dict) and {name: value for name, value in known.items() if name != "contents"} == key


def remember_files(
    cache: Info, of_type: str, key: Mapping[str, Any], packages: Sequence[str], folders: Sequence[Path]
) -> None:
    """Have :func:`files_are_installed` know that packages were installed."""
    from tox.tox_env.python.pip import _built

    contents = [_built.contents(Path(package)) for package in packages]
    state = [_built.installed(Path(package), folders) for package in packages]
    if contents and None not in contents and None not in state:
        cache.learn(f"installed.{of_type}", {**key, "contents": contents}, state)
