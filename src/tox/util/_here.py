"""The folder this process is in."""

from __future__ import annotations

import os

__all__ = ["current_folder"]


def current_folder() -> str:
    """Tell the folder this process is in; empty when it was removed."""
    try:
        return os.getcwd()
    except FileNotFoundError:
        return ""
