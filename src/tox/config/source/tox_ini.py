"""``tox.ini``."""

from __future__ import annotations

from tox.config.source.ini import IniSource

__all__ = ["ToxIni"]


class ToxIni(IniSource):
    """The configuration in ``tox.ini``, or in any file of that form."""

    FILENAME = "tox.ini"
