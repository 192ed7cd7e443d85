"""What the pages for authors of plugins show: a plugin with its tests, and where names are found."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

PAGES = Path(__file__).resolve().parents[2] / "docs" / "plugins"
EXAMPLE = PAGES / "example"

pytestmark = pytest.mark.skipif(not EXAMPLE.exists(), reason="the documentation is not beside the tests")


def test_example_passes_its_tests(tmp_path: Path) -> None:
    """Everything that is shown works as it is shown, without a warning."""
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*build, "--wheel-dir", tmp_path, EXAMPLE], cwd=tmp_path, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*install, "--target", tmp_path / "site", wheel], cwd=tmp_path, check=True)
    options = [
        "-q",
        "-p",
        "no:cacheprovider",
        "-W",
        "error",
        f"--rootdir={tmp_path}",
        f"--basetemp={tmp_path / 'base'}",
    ]

    ended = subprocess.run(
        [sys.executable, "-m", "pytest", *options, EXAMPLE / "tests"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site"), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "4 passed" in ended.stdout


def named(path: str) -> Any:
    """Return what a dotted path names."""
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)


def test_historic_places_lead_to_the_new_ones() -> None:
    """Each historic place in the table is still one, and leads to the name beside it."""
    text = (PAGES / "stable.rst").read_text()
    pairs = re.findall(r"\* - ``([\w.]+)``\n     - ``([\w.]+)``", text)

    assert len(pairs) > 10
    for historic, now in pairs:
        assert historic != now
        assert named(historic) is named(now), historic
