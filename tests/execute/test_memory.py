"""How much memory running takes when commands print much."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.run.projects import ini, offline_environ

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the system does not tell the peak")

MEGABYTES = 64
PRINT = f"python -c 'import sys; [sys.stdout.write((\"x\" * 99 + chr(10)) * 10000) for _ in range({MEGABYTES})]'"
#: runs tox and tells as an error the most memory the process has had, in kilobytes
MEASURED = """
import sys
from tox.run import main
code = main(sys.argv[1:])
print("PEAK", open("/proc/self/status").read().partition("VmHWM:")[2].split()[0], file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a project whose environments are warm."""
    made = tmp_path_factory.mktemp("project")
    text = ini("quiet", "loud", quiet="commands = python -c 'pass'", loud=f"commands = {PRINT}")
    (made / "tox.ini").write_text(text, encoding="utf-8")
    peak(made, "run", "--notest")
    return made


def peak(folder: Path, *args: str) -> tuple[int, int]:
    """Run tox.

    :returns: the most memory it had, and how many bytes it printed, both in kilobytes
    """
    command = [sys.executable, "-c", MEASURED, *args]
    ended = subprocess.run(command, cwd=folder, env=offline_environ(), capture_output=True, check=True)
    (told,) = re.findall(rb"^PEAK (\d+)$", ended.stderr, re.MULTILINE)
    return int(told), len(ended.stdout) // 1000


@pytest.mark.parametrize("args", [["run"], ["run-parallel", "-p", "2", "-o"]], ids=["one-by-one", "parallel"])
def test_memory_does_not_grow_with_output(args: list[str], folder: Path) -> None:
    """A command that prints much takes no more than one that prints nothing, but for some buffers."""
    quiet, _ = peak(folder, *args, "-e", "quiet")
    loud, printed = peak(folder, *args, "-e", "loud")

    assert printed >= MEGABYTES * 1000
    assert loud - quiet < 8 * 1024
