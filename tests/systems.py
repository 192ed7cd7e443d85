"""What differs between systems, for tests that are to run on all of them."""

from __future__ import annotations

import os
import sys

import pytest

__all__ = ["native", "needs_links"]

#: marks a test, or a row of its table, that makes symbolic links
needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")


def native(text: str) -> str:
    """Write a text whose slashes separate folders as this system shows it."""
    return text.replace("/", os.sep)
