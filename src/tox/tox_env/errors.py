"""What an environment may end with; the errors live in :mod:`tox.errors`."""

from __future__ import annotations

from tox.errors import Fail, Recreate, RunnerUnavailable, Skip

__all__ = [
    "Fail",
    "Recreate",
    "RunnerUnavailable",
    "Skip",
]
