"""Fixtures for running tox in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.session.in_process import runner
from tests.wheels import find_only, make_wheel, repack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.session.in_process import Ended


@pytest.fixture
def tox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Run tox in an empty folder, with files given as ``tox_ini="..."``."""
    return runner(tmp_path, monkeypatch, capsys)


@pytest.fixture(scope="session")
def links(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of wheels: ``demo`` 1.0 and 2.0, ``addon``, and a build backend."""
    folder = tmp_path_factory.mktemp("links")
    make_wheel(folder, "demo", "1.0")
    make_wheel(folder, "demo", "2.0")
    make_wheel(folder, "addon", "1.0")
    repack(folder, "flit_core")
    return folder


@pytest.fixture
def installing(tox: Callable[..., Ended], links: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """Run tox as the fixture ``tox`` does, with installers that find nothing but the wheels of ``links``."""
    find_only(links, monkeypatch)
    return tox
