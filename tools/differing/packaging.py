"""Find what is known to differ on purpose in runs that build and install packages; see ``explained.py``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from differing.comparing import runs

if TYPE_CHECKING:
    from differing.explained import Shown


def given(shown: Shown) -> bool:
    """Find the environment of a package that is given, which ours makes only where it has to build."""
    installs = shown.has("--installpkg|TOX_INSTALL_PKG")
    if shown.point.name == "0 not 1":
        return installs and "within constraints" in shown.theirs
    return shown.point.what == "file" and shown.ours == "None" and "_external" in shown.point.name and installs


def not_started(shown: Shown) -> bool:
    """Find what is recorded of a backend that cannot be started, and how its traceback is broken into lines."""
    if shown.point.what == "content":
        return shown.theirs == "None" and re.search(r" \.testenvs\.\.\w+\.setup\.\d", shown.point.name) is not None
    return shown.point.name == "output" and "failed to start backend" in shown.theirs and "importlib" in shown.ours


def not_there(shown: Shown) -> bool:
    """Find a folder with nothing but a lock in it, which theirs removes."""
    noted = shown.point.name == "note: remove tox env folder"
    recreated = shown.has(r"-r\b|--recreate|^recreate\b|RECREATE")
    return noted and recreated and len(shown.ours.splitlines()) <= len(shown.theirs.splitlines())


def not_run(shown: Shown) -> bool:
    """Find a wrong kind of package for an environment that is not run."""
    invalid = re.match(r"\d not 254: invalid package", shown.point.name) is not None
    return shown.point.what == "exit" and invalid and runs(shown.draw.steps[shown.point.step])


def anew(shown: Shown) -> bool:
    """Find an environment that ours builds anew, as a run before has failed to set it up."""
    if not shown.point.step:
        return False
    lines, others = shown.ours.splitlines(), shown.theirs.splitlines()
    if shown.point.name in ("note: recreate env because", "note: remove tox env folder"):
        return shown.theirs == "<missing>" or len(lines) > len(others)
    added = [line for line in lines if line not in others]
    setup = all(re.search(r": (install_|extra_setup_|recreate_)\S*(\[| |>)", line) for line in added)
    return shown.point.name == "commands" and bool(added) and setup and [x for x in lines if x in others] == others


def unchanged(shown: Shown) -> bool:
    """Find the installation of a package that ours leaves out, as nothing of it has changed."""
    step = shown.draw.steps[shown.point.step]
    tree = {file.path for file in step.changes} & {"demo.py", "pyproject.toml", "backend.py"}
    if not shown.point.step or tree:
        return False
    if shown.point.what == "file":
        return shown.ours == "None" and shown.point.name.endswith("-install_package.log")
    lines = shown.theirs.splitlines()
    kept = [line for line in lines if "install_package>" not in line or line in shown.ours.splitlines()]
    return shown.point.name == "commands" and len(kept) < len(lines) and kept == shown.ours.splitlines()


def for_all(shown: Shown) -> bool:
    """Find a backend that theirs starts in an environment that could not be set up."""
    lines = shown.ours.splitlines()
    more = [line for line in shown.theirs.splitlines() if line not in lines]
    if shown.point.name == "commands":
        return shown.ours == "<missing>" and all(": _optional_hooks> " in line for line in more)
    marks = {"report": "FAIL code -5", "output": "failed to start backend"}
    return shown.ours.count("FAIL code") != 1 and marks.get(shown.point.name, "\n") in shown.theirs and bool(more)


def sentence(shown: Shown) -> bool:
    """Find a hook that ends with a sentence."""
    if shown.point.name == "report":
        return re.search(r"FAIL code (?!-?\d)", shown.theirs) is not None and "FAIL code 1" in shown.ours
    told = "libfoo" in shown.theirs and (shown.point.name == "output" or not shown.ours.strip())
    return told and shown.point.name in ("errors", "output") and shown.has(r"FAULT = '\w+ exit'")


def wrong_root(shown: Shown) -> bool:
    """Find a folder of the package that is of a wrong type, which theirs looks at only if there is a package."""
    return shown.point.what == "exit" and "failed to load core.package_root" in shown.ours


def not_read(shown: Shown) -> bool:
    """Find a wrong build-system table of a project whose package is not needed."""
    return shown.point.what == "crash" and shown.theirs.startswith("ValueError: build-system.")
