"""Interpreters that say to be of versions that nobody has."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["needs_scripts", "pretend", "what_fails"]

needs_scripts = pytest.mark.skipif(sys.platform == "win32", reason="scripts need an interpreter there")
_SAYS = """\
import platform
import sys
from collections import namedtuple

kind = namedtuple("version_info", "major minor micro releaselevel serial")
sys.version_info = kind({major}, {minor}, {micro}, "final", 0)
platform.python_version = lambda: "{major}.{minor}.{micro}"
platform.python_version_tuple = lambda: ("{major}", "{minor}", "{micro}")
sys.prefix, sys.exec_prefix = sys.base_prefix, sys.base_exec_prefix
sys.executable = sys._base_executable = {path!r}
"""


def pretend(folder: Path, version: str) -> Path:
    """Make an interpreter that says to be of another version, and otherwise is the one that runs.

    :param folder: to make it in
    :param version: such as ``3.99`` or ``3.99.1``
    :returns: its executable, named after the version
    """
    major, minor, micro, *_ = [*version.split("."), "0"]
    lies = folder / f"lies{version}"
    lies.mkdir(parents=True)
    path = folder / f"python{version}"
    says = _SAYS.format(major=major, minor=minor, micro=micro, path=str(path))
    (lies / "sitecustomize.py").write_text(says, encoding="utf-8")
    path.write_text(f"#!/bin/sh\nPYTHONPATH='{lies}' exec '{sys.executable}' \"$@\"\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def what_fails(folder: Path, *names: str) -> Path:
    """Make programs that are no interpreters, and note each time that one is asked.

    :returns: the file that gets a line each time
    """
    folder.mkdir(parents=True, exist_ok=True)
    noted = folder.with_name(f"{folder.name}-asked.txt")
    noted.touch()
    for name in names:
        path = folder / name
        path.write_text(f"#!/bin/sh\necho {name} >> '{noted}'\nexit 1\n", encoding="utf-8")
        path.chmod(0o755)
    return noted
