"""Run commands and learn how they went."""

from __future__ import annotations

from tox.execute.api import Outcome
from tox.execute.request import ExecuteRequest

__all__ = ["ExecuteRequest", "Outcome"]
