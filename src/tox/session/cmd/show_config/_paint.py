"""Colours of shown settings."""

from __future__ import annotations

from tox.util._ansi import BRIGHT_RED, CYAN, DEFAULT_COLOR, GREEN, YELLOW


def header(text: str) -> str:
    """Colour what begins a group."""
    return f"{YELLOW}{text}{DEFAULT_COLOR}"


def key(text: str) -> str:
    """Colour the name of a setting."""
    return f"{GREEN}{text}{DEFAULT_COLOR}"


def error(text: str) -> str:
    """Colour what stands in for a value that could not be loaded."""
    return f"{BRIGHT_RED}{text}{DEFAULT_COLOR}"


def note(text: str) -> str:
    """Colour a remark."""
    return f"{CYAN}{text}{DEFAULT_COLOR}"


__all__ = ["error", "header", "key", "note"]
