"""What starting tox loads, and what it leaves out."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tox.run import _as_elsewhere

if TYPE_CHECKING:
    from pathlib import Path

SCRIPT = """
import sys
from tox.run import main
try:
    main(sys.argv[1:])
finally:
    print(*sys.modules, sep="\\n", file=sys.stderr)
"""


def loaded(folder: Path, *args: str) -> set[str]:
    """Run tox in a fresh interpreter, without the packages of this one, and tell the modules that it loaded."""
    (folder / "tox.ini").write_text("[tox]\nenv_list=a\n[testenv]\npackage=skip\ndescription=text\n")
    done = subprocess.run([sys.executable, "-c", SCRIPT, *args], cwd=folder, capture_output=True, text=True, check=True)
    return set(done.stderr.splitlines())


@pytest.mark.parametrize("args", [["--version"], ["list"], ["list", "-d"]], ids=" ".join)
def test_no_library_is_loaded(tmp_path: Path, args: list[str]) -> None:
    """Without plugins, looking loads neither the plugin library nor what searches for installations or user folders."""
    libraries = {"pluggy", "importlib.metadata", "platformdirs", "json", "hashlib", "subprocess", "tempfile", "socket"}

    assert loaded(tmp_path, *args) & libraries == set()


def test_version_needs_no_parser(tmp_path: Path) -> None:
    """The version is printed without the parser, the configuration and logging."""
    modules = loaded(tmp_path, "--version")

    assert modules & {"logging", "pathlib", "tox.config.cli.parser", "tox.report", "tox.session.state"} == set()


def test_only_the_sub_command_at_hand_is_loaded(tmp_path: Path) -> None:
    """Listing loads no other sub-command, and builds no environment."""
    modules = loaded(tmp_path, "list")

    ours = {name for name in modules if name.startswith("tox.session.cmd.")}
    assert ours == {"tox.session.cmd.list_env", "tox.session.cmd.version_flag"}
    assert "tox.tox_env.api" not in modules


def test_little_is_loaded_before_interrupts_are_answered() -> None:
    """Until then an interrupt shows a traceback, so loading what answers them loads nothing that takes long."""
    script = "import sys; before = set(sys.modules); import tox.run; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert set(done.stdout.split()) - {"__future__", "gc"} == {"tox", "tox.run", "tox._historical"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [(0, 0), (3, 3), (-2, 254), (-5, 251), (-9, 247), (0xC000013A, 254), (0xC0000005, 0xC0000005)],
)
def test_exit_codes_of_windows(code: int, expected: int) -> None:
    """What is negative there is what it is elsewhere; what Ctrl-C has ended is an interrupt, what crashed says so."""
    assert _as_elsewhere(code) == expected
