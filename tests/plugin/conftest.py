"""Fixtures for running tox in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.session.in_process import runner

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.session.in_process import Ended


@pytest.fixture
def tox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Run tox in an empty folder, with files given as ``tox_ini="..."``."""
    return runner(tmp_path, monkeypatch, capsys)
