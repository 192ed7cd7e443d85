"""Environments that have the tox under test, and nothing else of what the tests have."""

from __future__ import annotations

import os
import shutil
import site
import sys
import sysconfig
import venv
from pathlib import Path

import tox
from tox.version import __version__

__all__ = ["make_host"]


def make_host(folder: Path) -> Path:
    """Make an environment that has our tox as if it came from an index.

    What tox depends on is seen where the tests see it; the record of how tox was installed there is not.

    :returns: its interpreter
    """
    venv.create(folder, symlinks=os.name != "nt")
    place = folder / Path(sysconfig.get_path("purelib")).relative_to(sys.prefix)
    shutil.copytree(Path(tox.__file__).parent, place / "tox", ignore=shutil.ignore_patterns("__pycache__"))
    info = place / f"tox-{__version__}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: tox\nVersion: {__version__}\n")
    (info / "RECORD").write_text("")
    (place / "dependencies.pth").write_text("\n".join([sysconfig.get_path("purelib"), *site.getsitepackages(), ""]))
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
