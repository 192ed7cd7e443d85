"""Typed values as what JSON and TOML can hold."""

from __future__ import annotations

from tox.config.loader._render import to_native

__all__ = ["to_native"]
