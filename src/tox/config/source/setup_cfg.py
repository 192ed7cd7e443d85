"""``setup.cfg``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tox.config.source.ini import IniSource
from tox.config.source.ini_section import IniSection
from tox.config.types import MissingRequiredConfigKeyError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["SetupCfg"]


class SetupCfg(IniSource):
    """The configuration in ``setup.cfg``, whose core section is ``tox:tox``.

    :raises MissingRequiredConfigKeyError: if there is no such section
    """

    CORE_SECTION = IniSection("tox", "tox")
    FILENAME = "setup.cfg"

    def __init__(self, path: Path, content: str | None = None) -> None:
        super().__init__(path, content)
        if not self._parser.has_section(self.CORE_SECTION.key):
            raise MissingRequiredConfigKeyError(f"section {self.CORE_SECTION.key} not found")
