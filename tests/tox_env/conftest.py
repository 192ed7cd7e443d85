"""Projects for environments: run in this process, installing from hand-made wheels only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.session.in_process import runner
from tests.wheels import find_only, make_wheel, repack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.session.in_process import Ended


@pytest.fixture(scope="session")
def links(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of wheels: ``apple`` 1.0 and 2.0, ``pear``, and ``pie``, which requires apple."""
    folder = tmp_path_factory.mktemp("links")
    make_wheel(folder, "apple", "1.0")
    make_wheel(folder, "apple", "2.0")
    make_wheel(folder, "pear", "1.0")
    make_wheel(folder, "pie", "1.0", requires=["apple"])
    return folder


@pytest.fixture(scope="session")
def virtualenv_links(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with wheels of the installed virtualenv and what it requires."""
    folder = tmp_path_factory.mktemp("virtualenv")
    repack(folder, "virtualenv")
    return folder


@pytest.fixture
def offline_variables(links: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have installers find nothing but the wheels of :func:`links`."""
    find_only(links, monkeypatch)


@pytest.fixture
def tox(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    offline_variables: None,
) -> Callable[..., Ended]:
    """Run tox in an empty folder, with files given as ``tox_ini="..."``."""
    return runner(tmp_path, monkeypatch, capsys)
