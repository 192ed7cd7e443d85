"""An INI configuration within ``pyproject.toml``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tox.config.source.ini import IniSource
from tox.config.types import MissingRequiredConfigKeyError
from tox.util._text_file import parse_toml, read_text

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["LegacyToml"]


class LegacyToml(IniSource):
    """The configuration in ``tool.tox.legacy_tox_ini``.

    :param path: the file
    :param content: its content when that was read already
    :raises MissingRequiredConfigKeyError: if there is no such key
    """

    FILENAME = "pyproject.toml"

    def __init__(self, path: Path, content: str | None = None) -> None:
        tool = parse_toml(read_text(path) if content is None else content).get("tool")
        tox = tool.get("tox") if isinstance(tool, dict) else None
        ini = tox.get("legacy_tox_ini") if isinstance(tox, dict) else None
        if ini is None:
            raise MissingRequiredConfigKeyError(f"{path} has no tool.tox.legacy_tox_ini")
        if not isinstance(ini, str):
            raise ValueError("tool.tox.legacy_tox_ini has to be a text")  # noqa: TRY004 - a file that is not understood
        super().__init__(path, content=ini)
