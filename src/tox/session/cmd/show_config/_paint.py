"""Colours of shown settings."""

from __future__ import annotations

from typing import Final

_END: Final = "\x1b[39m"


def header(text: str) -> str:
    """Colour what begins a group."""
    return f"\x1b[33m{text}{_END}"


def key(text: str) -> str:
    """Colour the name of a setting."""
    return f"\x1b[32m{text}{_END}"


def error(text: str) -> str:
    """Colour what stands in for a value that could not be loaded."""
    return f"\x1b[91m{text}{_END}"


def note(text: str) -> str:
    """Colour a remark."""
    return f"\x1b[36m{text}{_END}"


__all__ = ["error", "header", "key", "note"]
