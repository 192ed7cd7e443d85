"""Test automation for Python projects: isolated environments, and the commands to run in them."""

from __future__ import annotations

TYPE_CHECKING = False  # loading typing would take most of the time before tox answers interrupts, see tox.run
if TYPE_CHECKING:
    from typing import Any

    from tox.run import main
    from tox.version import version as __version__

__all__ = ["__version__", "main"]


def __getattr__(name: str) -> Any:
    from tox._historical import elsewhere

    return elsewhere(__name__)(name)
