"""Typed values as text."""

from __future__ import annotations

from tox.config.loader._render import stringify, stringify_reference

__all__ = ["stringify", "stringify_reference"]
