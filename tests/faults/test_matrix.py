"""A few squares of the fault matrix; ``tools/fault_matrix.py`` tries them all."""

from __future__ import annotations

import os
import random
import sys
from typing import TYPE_CHECKING

import pytest

if sys.platform == "win32":
    pytest.skip("processes are killed the POSIX way", allow_module_level=True)

from tests.faults.matrix import CASES, Case, Scene, make_links
from tests.hosts import make_host

if TYPE_CHECKING:
    from pathlib import Path

#: went wrong once
KNOWN = Case("provision", "teardown", "SIGTERM to host", "plain")
#: drawn by a seed, so that a series of runs may try more of them
SAMPLE = random.Random(os.environ.get("FAULT_SEED", "0")).sample([case for case in CASES if case != KNOWN], 8)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an interpreter that has our tox and no plugin."""
    return make_host(tmp_path_factory.mktemp("host"))


@pytest.fixture(scope="module")
def links(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of wheels."""
    return make_links(tmp_path_factory.mktemp("links"))


@pytest.mark.parametrize("case", [KNOWN, *SAMPLE], ids=str)
def test_next_run_is_right(
    case: Case, tmp_path: Path, host: Path, links: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """After the fault the next run succeeds, and nothing is left: no process, no lock, no traceback, no overlap."""
    trial = Scene(tmp_path, host, links, tmp_path_factory.getbasetemp() / "app-data").try_out(case)

    assert not trial.problems, "\n".join([*trial.problems, *trial.transcript])
