"""What starting tox loads, and what it leaves out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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


#: loaded by Python when it starts: interrupts the process at the moment when a module is about to be loaded
INTERRUPTS = """
import os, signal, sys

class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == os.environ["INTERRUPT_AT"]:
            print("interrupted at", name, flush=True)
            signal.raise_signal(signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Finder)
"""


@pytest.mark.parametrize(
    ("command", "module"),
    [
        pytest.param(command, module, id=f"{name} {module}")
        for name, command, modules in [
            ("-m", [sys.executable, "-m", "tox"], ["tox.run"]),
            ("script", [Path(sys.executable).with_name("tox")], []),
        ]
        for module in [*modules, "tox.errors", "tox.config.cli.parse", "tox.session.state", "tox.provision"]
    ],
)
def test_interrupted_while_it_starts(tmp_path: Path, command: list[str | Path], module: str) -> None:
    """An interrupt while tox loads its parts ends it as one later on, without a traceback."""
    (tmp_path / "tox.ini").write_text("[tox]\nenv_list=a\n[testenv]\npackage=skip\n")
    (tmp_path / "sitecustomize.py").write_text(INTERRUPTS)
    env = {**os.environ, "PYTHONPATH": str(tmp_path), "INTERRUPT_AT": module}

    done = subprocess.run([*command, "list"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)

    assert done.stdout == f"interrupted at {module}\n"
    assert done.stderr == ""
    assert done.returncode == 254


def test_little_is_loaded_before_interrupts_are_answered() -> None:
    """Until then an interrupt shows a traceback, so loading what answers them loads nothing that takes long."""
    script = "import sys; before = set(sys.modules); import tox.run; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert set(done.stdout.split()) - {"__future__", "gc"} == {"tox", "tox.run", "tox.util", "tox.util._lazy"}
