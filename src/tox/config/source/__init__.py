"""Where a configuration is read from."""

from __future__ import annotations

from tox.config.source.api import Source
from tox.config.source.discover import discover_source

__all__ = ["Source", "discover_source"]
