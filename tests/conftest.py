"""What holds for all tests: they see nothing of the tox that may be running them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.processes import accept_interrupts
from tests.seeds import seeded

if TYPE_CHECKING:
    from collections.abc import Iterator

accept_interrupts()

for _name in list(os.environ):
    # set for commands by the tox that runs the tests, and read by the ones under test
    if _name.upper().startswith(("TOX", "__TOX", "_TOX")) or _name in {"VIRTUAL_ENV", "CI", "GITHUB_STEP_SUMMARY"}:
        del os.environ[_name]


@pytest.fixture(scope="session", autouse=True)
def _seeds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give the workers of a session one folder for virtualenv, which locks it; ``TESTS_SEEDS`` names a lasting one."""
    base = tmp_path_factory.getbasetemp()
    own = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "app-data"
    with seeded(Path(os.environ.get("TESTS_SEEDS", own))):
        yield
