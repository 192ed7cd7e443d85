"""Test automation for Python projects: isolated environments, and the commands to run in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tox.util._lazy import attributes

if TYPE_CHECKING:
    from tox.run import main
    from tox.version import version as __version__

__all__ = ["__version__", "main"]

__getattr__ = attributes(__name__, {"__version__": "tox.version", "main": "tox.run"})
