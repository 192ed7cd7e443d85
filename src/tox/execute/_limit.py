"""How long something may take."""

from __future__ import annotations

import time
from typing import NamedTuple

__all__ = ["Limit"]


class Limit(NamedTuple):
    """The moment by which a command has to have ended."""

    setting: str
    """what set it, such as ``commands_timeout``"""
    seconds: float
    """the value of that setting"""
    until: float
    """that moment, in seconds of a monotonic clock"""

    def __str__(self) -> str:
        return f"{self.setting} of {self.seconds:g} seconds"

    @property
    def left(self) -> float:
        """Seconds until then; zero when it is over."""
        return max(self.until - time.monotonic(), 0.0)
