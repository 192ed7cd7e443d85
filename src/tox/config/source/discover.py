"""Find the file that configures a project."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tox.config.types import MissingRequiredConfigKeyError
from tox.errors import HandledError
from tox.util._lazy import attributes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tox.config.source.api import Source

__all__ = ["discover_source"]

#: kinds of sources in the order tried: name of the file, and of the class, which is imported when there is such a file
_KINDS = (
    ("tox.ini", "ToxIni"),
    ("setup.cfg", "SetupCfg"),
    ("pyproject.toml", "TomlPyProject"),
    ("pyproject.toml", "LegacyToml"),
    ("tox.toml", "TomlTox"),
)

__getattr__ = attributes(
    __name__,
    {
        "LegacyToml": "tox.config.source.legacy_toml",
        "SetupCfg": "tox.config.source.setup_cfg",
        "TomlPyProject": "tox.config.source.toml_pyproject",
        "TomlTox": "tox.config.source.toml_tox",
        "ToxIni": "tox.config.source.tox_ini",
    },
)


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
    return _empty(start if root_dir is None else start / root_dir)


def _in_folder(folder: Path) -> Source | None:
    """Read the first file of a folder that holds a configuration."""
    for name, kind in _KINDS:
        path = folder / name
        if path.is_file():
            source = _read(kind, path)
            if source is not None:
                return source
    return None


def _read(kind: str, path: Path) -> Source | None:
    """Read a file as one kind of source; None when it holds no configuration of that kind.

    :raises HandledError: if it is not understood
    """
    source_type: Any = __getattr__(kind)
    try:
        return source_type(path)  # type: ignore[no-any-return] # classes are looked up by name
    except MissingRequiredConfigKeyError:
        return None
    except ValueError as error:
        msg = f"{path} cannot be read as {kind}: {error}"
        raise HandledError(msg) from error


def _named(path: Path) -> Source:
    """Read the file that was asked for, whatever it is called."""
    path = Path.cwd() / path
    if path.is_dir():
        source = _in_folder(path)
        if source is not None:
            return source
        msg = f"no configuration in {path}, looked for {', '.join(_file_names())}"
        raise HandledError(msg)
    if not path.is_file():
        msg = f"the configuration file {path} does not exist"
        raise HandledError(msg)
    kinds = [kind for name, kind in _KINDS if name == path.name]
    for kind in kinds or _kinds_for(path):
        source = _read(kind, path)
        if source is not None:
            return source
    msg = f"{path} holds no configuration of tox"
    raise HandledError(msg)


def _kinds_for(path: Path) -> Iterable[str]:
    """List what a file with a name of its own may be."""
    return ("TomlPyProject", "LegacyToml", "ToxIni") if path.suffix == ".toml" else ("ToxIni",)


def _empty(folder: Path) -> Source:
    """Go on without a configuration, in the nearest folder that holds a project."""
    from tox.config.source.tox_ini import ToxIni  # as the others are, only when needed

    for candidate in (folder, *folder.parents):
        if (candidate / "pyproject.toml").is_file() or (candidate / "setup.py").is_file():
            folder = candidate
            break
    logging.warning("no configuration found, looked for %s in %s and above it", " or ".join(_file_names()), folder)
    return ToxIni(folder / "tox.ini", content="")


def _file_names() -> list[str]:
    return list(dict.fromkeys(name for name, _ in _KINDS))
