"""What a plugin needs to take part: the name of the project and the marker of hook implementations."""

from __future__ import annotations

NAME = "tox"
"""The name hook implementations and entry points are found by."""

from tox.plugin.marker import impl  # noqa: E402 - it needs the name

__all__ = ["NAME", "impl"]
