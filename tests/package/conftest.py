"""Wheels of build backends, for projects that use real ones."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from tests.wheels import offline, repack

if TYPE_CHECKING:
    from pathlib import Path


def is_installed(*names: str) -> bool:
    """Tell whether distributions are installed here, so that wheels of them can be made."""
    try:
        for name in names:
            distribution(name)
    except PackageNotFoundError:
        return False
    return True


@pytest.fixture(scope="session")
def links(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of wheels, made once for all workers."""
    shared = tmp_path_factory.getbasetemp().parent / "backends"
    with FileLock(f"{shared}.lock"):
        if not (shared / "complete").is_file():
            repack(shared, *(name for name in ("setuptools", "hatchling", "wheel", "pluggy") if is_installed(name)))
            (shared / "complete").touch()
    return shared


@pytest.fixture
def environ(links: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give variables for tox whose installers find these wheels, and nothing else."""
    return offline(links, tmp_path_factory.mktemp("home"))
