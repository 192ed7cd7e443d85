"""The manual page tells of the options that there are."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest


def test_manual_page_is_current(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands and options of the page are those of the parser, in its words."""
    tool = Path(__file__).parents[2] / "tools" / "manual_page.py"
    if not tool.is_file():
        pytest.skip("this copy of the tests comes without the tools")
    monkeypatch.setenv("TOX_USER_CONFIG_FILE", "missing.ini")
    made = runpy.run_path(str(tool))
    shipped = made["PAGE"].read_text(encoding="utf-8")

    written = made["page"](made["plain_parser"](), shipped)

    assert written == shipped, "write it anew: python tools/manual_page.py"
