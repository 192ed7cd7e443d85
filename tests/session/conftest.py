"""Fixtures for running tox in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.session.in_process import runner
from tox.session._select import build

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.session.in_process import Ended
    from tox.session.state import State


@pytest.fixture
def tox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Run tox in an empty folder, with files given as ``tox_ini="..."``."""
    return runner(tmp_path, monkeypatch, capsys)


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note which environments are built."""
    names: list[str] = []
    for what in ("build_run_env", "build_package_env"):
        original = getattr(build, what)

        def noting(state: State, name: str, *args: str, original: Callable[..., object] = original) -> object:
            names.append(name)
            return original(state, name, *args)

        monkeypatch.setattr(build, what, noting)
    return names
