"""What an environment remembers of its interpreter and its own layout, and when that still holds."""

from __future__ import annotations

import os
import re
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tox.tox_env._stamps import stamp, stamps

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Layout", "installed_version", "key", "search_key", "still_there"]

#: what such variables begin with: those of virtualenv, and of tools that install interpreters
_PLACES: Final = ("VIRTUALENV_", "PYENV_", "UV_", "MISE_", "ASDF_", "XDG_DATA_HOME")
_VERSION: Final = r"(?m)^(?:__version__|version)\b[^=]*=.*?['\"](?P<version>[^'\"]+)['\"]"


class Layout(NamedTuple):
    """Places within an environment, relative to its folder."""

    exe: str
    bin_dir: str
    script_dir: str
    purelib: str
    platlib: str


def installed_version(package: str = "virtualenv") -> str | None:
    """Read the version of an installed package without importing it.

    :returns: None when its ``version.py`` is not where it is expected
    """
    spec = PathFinder.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    for folder in spec.submodule_search_locations:
        try:
            text = (Path(folder) / "version.py").read_text(encoding="utf-8")
        except OSError:
            continue
        match = re.search(_VERSION, text)
        if match:
            return match["version"]
    return None


def key(base_pythons: Iterable[str], variables: Mapping[str, str], **more: Any) -> dict[str, Any]:
    """Collect all that decides which interpreter is found and what it is.

    :param base_pythons: what is asked for
    :param variables: those that virtualenv reads
    :param more: further deciding values, made of JSON types
    """
    wanted = list(base_pythons)
    path = variables.get("PATH", "")
    by_name = not all(os.path.isabs(base_python) for base_python in wanted)
    return {
        "base_python": wanted,
        "host": [sys.executable, stamp(sys.executable)],
        "system": [sys.platform, *_system()],
        "variables": _that_name_places(variables),
        # a name is looked up in these folders, whose time changes when an interpreter comes or goes
        "path": [[folder, stamp(folder)] for folder in path.split(os.pathsep) if folder] if by_name else [],
        **more,
    }


def search_key(base_pythons: Iterable[str], variables: Mapping[str, str]) -> tuple[object, ...]:
    """Collect what a search for an interpreter depends on within a session.

    :param base_pythons: what is asked for
    :param variables: those that virtualenv reads
    """
    return tuple(base_pythons), variables.get("PATH"), *_that_name_places(variables).items()


def _that_name_places(variables: Mapping[str, str]) -> dict[str, str]:
    """Select the variables that tell where interpreters are, beside ``PATH``."""
    return {name: value for name, value in sorted(variables.items()) if name.startswith(_PLACES)}


if sys.platform == "win32":

    def _system() -> list[str]:
        version = sys.getwindowsversion()
        return [str(version.major), str(version.minor), str(version.build)]

else:

    def _system() -> list[str]:
        names = os.uname()
        return [names.release, names.version, names.machine]


def still_there(known: object) -> bool:
    """Tell whether files are as :func:`stamps` has seen them, none missing."""
    return isinstance(known, dict) and None not in known.values() and stamps(known) == known
