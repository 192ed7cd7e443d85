"""How tox ends when a signal comes before its work begins, or after it is done."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

MODULE = [sys.executable, "-m", "tox"]
SCRIPT = [str(Path(sys.executable).with_name("tox"))]

#: loaded by Python when it starts: signals the process when a module is about to be loaded, or when tox, its work done,
#: puts back what it took over
SIGNALS = """
import faulthandler, os, signal, sys

def reached(moment, *_):
    if moment == os.environ["SIGNALLED_AT"]:
        print("signalled", flush=True)
        signal.raise_signal(getattr(signal, os.environ["SIGNALLED_BY"]))

class Finder:
    find_spec = staticmethod(reached)

signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Finder)
faulthandler.cancel_dump_traceback_later = lambda: reached("end")
"""


def signalled(folder: Path, tox: list[str], by: str, at: str) -> subprocess.CompletedProcess[str]:
    """List the environments of a project, and signal that tox at a moment."""
    (folder / "tox.ini").write_text("[tox]\nenv_list=a\n[testenv]\npackage=skip\n")
    (folder / "sitecustomize.py").write_text(SIGNALS)
    env = {**os.environ, "PYTHONPATH": str(folder), "SIGNALLED_BY": by, "SIGNALLED_AT": at}
    command = [*tox, "list", "--no-desc", "--exit-and-dump-after", "600"]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("at", ["tox.errors", "tox.config.cli.parse", "tox.session.state", "tox.provision"])
@pytest.mark.parametrize("tox", [pytest.param(MODULE, id="-m"), pytest.param(SCRIPT, id="script")])
def test_interrupted_while_it_starts(tmp_path: Path, tox: list[str], at: str) -> None:
    """An interrupt while tox loads its parts ends it as one later on, without a traceback."""
    done = signalled(tmp_path, tox, "SIGINT", at)

    assert (done.stdout, done.stderr, done.returncode) == ("signalled\n", "", 254)


def test_interrupted_before_what_answers_is_loaded(tmp_path: Path) -> None:
    """``python -m tox`` answers an interrupt while it loads what answers them later on."""
    done = signalled(tmp_path, MODULE, "SIGINT", "tox.run")

    assert (done.stdout, done.stderr, done.returncode) == ("signalled\n", "", 254)


def test_terminated_while_it_starts(tmp_path: Path) -> None:
    """A SIGTERM while tox loads what comes after the arguments ends it as one later on."""
    done = signalled(tmp_path, MODULE, "SIGTERM", "tox.provision")

    assert (done.stdout, done.stderr, done.returncode) == ("signalled\n", "", 143)


@pytest.mark.parametrize(("by", "code"), [("SIGINT", 254), ("SIGTERM", 143)])
def test_signalled_while_it_puts_things_back(tmp_path: Path, by: str, code: int) -> None:
    """A signal that comes after the last environment ends tox as one before, without a traceback."""
    done = signalled(tmp_path, MODULE, by, "end")

    assert (done.stdout, done.stderr, done.returncode) == ("a\nsignalled\n", "", code)
