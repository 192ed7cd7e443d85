"""How tox ends when it is interrupted after its work is done."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

#: loaded by Python when it starts: signals the process when tox, its work done, puts back what it took over
SIGNALS = """
import faulthandler, os, signal

def signalled():
    print("signalled", flush=True)
    signal.raise_signal(getattr(signal, os.environ["SIGNALLED_BY"]))

signal.signal(signal.SIGINT, signal.default_int_handler)
faulthandler.cancel_dump_traceback_later = signalled
"""


@pytest.mark.parametrize(("by", "code"), [("SIGINT", 254), ("SIGTERM", 143)])
def test_signalled_while_it_puts_things_back(tmp_path: Path, by: str, code: int) -> None:
    """A signal that comes after the last environment ends tox as one before, without a traceback."""
    (tmp_path / "tox.ini").write_text("[tox]\nenv_list=a\n[testenv]\npackage=skip\n")
    (tmp_path / "sitecustomize.py").write_text(SIGNALS)
    env = {**os.environ, "PYTHONPATH": str(tmp_path), "SIGNALLED_BY": by}
    command = [sys.executable, "-m", "tox", "list", "--no-desc", "--exit-and-dump-after", "600"]

    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)

    assert done.stdout == "a\nsignalled\n"
    assert done.stderr == ""
    assert done.returncode == code
