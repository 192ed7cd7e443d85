"""Find the file that configures a project."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tox._historical import elsewhere
from tox.config.types import MissingRequiredConfigKeyError
from tox.errors import HandledError
from tox.util._text_file import read_text

if TYPE_CHECKING:
    from tox.config.source.api import Source

__all__ = ["discover_source"]

_LOGGER = logging.getLogger(__name__)

#: files in the order tried, each with the classes of sources that it may be, which are imported when there is one
_KINDS = {
    "tox.ini": ("ToxIni",),
    "setup.cfg": ("SetupCfg",),
    "pyproject.toml": ("TomlPyProject", "LegacyToml"),
    "tox.toml": ("TomlTox",),
}

__getattr__ = elsewhere(__name__)


def discover_source(config_file: Path | None, root_dir: Path | None) -> Source:
    """Find and read the configuration of a project.

    :param config_file: the file, or the folder it is in; None to look for it
        in the current folder and those above it
    :param root_dir: where a project without a configuration is; None for the current folder
    :returns: what was found; an empty configuration, with a warning, when nothing was
    :raises HandledError: if a file is named but is none, or one that was found cannot be understood
    """
    if config_file is not None:
        return _named(Path(config_file))
    start = Path.cwd()
    for folder in (start, *start.parents):
        source = _in_folder(folder)
        if source is not None:
            return source
    return _empty(_project_above(start) if root_dir is None else root_dir)


def _in_folder(folder: Path) -> Source | None:
    """Read the first file of a folder that holds a configuration; whatever has the name of one is taken for one."""
    for name, kinds in _KINDS.items():
        path = folder / name
        if os.path.exists(path):
            source = _read(kinds, path)
            if source is not None:
                return source
    return None


def _read(kinds: tuple[str, ...], path: Path) -> Source | None:
    """Read a file as the first kind of source that it is one of; None when it holds no configuration.

    :raises HandledError: if it is not understood
    """
    kind = kinds[0]
    try:
        content = read_text(path)  # once, as it may be a pipe
        for kind in kinds:
            source_type: Any = __getattr__(kind)
            try:
                return source_type(path, content=content)  # type: ignore[no-any-return] # looked up by name
            except MissingRequiredConfigKeyError as error:
                _LOGGER.info("%s skipped loading %s due to %s", kind, path, error)
    except ValueError as error:
        raise HandledError(f"{path} cannot be read as {kind}: {error}") from error
    return None


def _named(path: Path) -> Source:
    """Read the file that was asked for; one with a name of its own is INI."""
    if path.is_dir():
        source = _in_folder(path)
        if source is not None:
            return source
        raise HandledError(f"no configuration in {path}, looked for {', '.join(_KINDS)}")
    if sys.platform == "win32" and path.name.upper() == "NUL":  # pragma: win32 cover
        return _empty_ini(path)  # a device that is in every folder, and that not every Python can look at
    if not os.path.exists(path):
        raise HandledError(f"the configuration file {path} does not exist")
    source = _read(_KINDS.get(path.name, ("ToxIni",)), path)
    if source is None:
        raise HandledError(f"{path} holds no configuration of tox")
    return source


def _project_above(folder: Path) -> Path:
    """Name the nearest folder that holds a project, the one itself when none does."""
    for candidate in (folder, *folder.parents):
        if (candidate / "pyproject.toml").is_file() or (candidate / "setup.py").is_file():
            return candidate
    return folder


def _empty(folder: Path) -> Source:
    """Go on without a configuration."""
    logging.warning("no configuration found, looked for %s in %s and above it", " or ".join(_KINDS), folder)
    return _empty_ini(folder / "tox.ini")


def _empty_ini(path: Path) -> Source:
    from tox.config.source.tox_ini import ToxIni  # as the others are, only when needed

    return ToxIni(path, content="")
