"""What a plugin needs to take part: the name of the project and the marker of hook implementations."""

from __future__ import annotations

from tox.plugin.marker import NAME, impl

__all__ = ["NAME", "impl"]
