"""Environments made by another virtualenv than the one installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from tests.seeds import outside
from tox.errors import Fail
from tox.tox_env.python.api import VersionInfo
from tox.tox_env.python.virtual_env import subprocess_adapter
from tox.tox_env.python.virtual_env.subprocess_adapter import (
    SubprocessCreator,
    SubprocessPythonInfo,
    SubprocessSession,
    check_spec,
    ensure_bootstrap,
    probe_python,
)

if TYPE_CHECKING:
    from pathlib import Path


def info(implementation: str = "CPython", version: tuple[int, int] = (3, 12), **more: bool) -> SubprocessPythonInfo:
    return SubprocessPythonInfo(
        implementation=implementation,
        version_info=VersionInfo(*version, 0, "final", 0),
        version="x",
        architecture=64,
        platform="linux",
        system_executable="/usr/bin/python",
        free_threaded=more.get("free_threaded", False),
        sysconfig_platform="macosx-11.0-arm64",
    )


def test_interpreter_tells_what_it_is() -> None:
    """The answer is that of the interpreter, not of the one that asks."""
    found = probe_python(sys.executable)

    assert found is not None
    assert found.version_info[:3] == sys.version_info[:3]
    assert found.implementation.lower() == sys.implementation.name
    assert found.machine


@pytest.mark.skipif(sys.platform == "win32", reason="scripts need an interpreter there")
@pytest.mark.parametrize("script", ["exit 3", "echo no json", "echo '[]'"], ids=["fails", "garbage", "other-json"])
def test_program_that_is_no_interpreter_tells_nothing(tmp_path: Path, script: str) -> None:
    """It is passed over."""
    program = tmp_path / "python"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)

    assert probe_python(str(program)) is None
    assert probe_python(str(tmp_path / "missing")) is None


@pytest.mark.parametrize(
    ("base_python", "fits"),
    [
        (sys.executable, True),
        ("python", True),
        (f"python{sys.version_info[0]}.{sys.version_info[1]}", True),
        (f"py{sys.version_info[0]}{sys.version_info[1]}", True),
        ("python2.1", False),
        ("pypy2.1", False),
        ("/does/not/exist/python", False),
    ],
)
def test_interpreters_are_found_by_spec(base_python: str, *, fits: bool) -> None:
    """By path, or by name on PATH and the one that runs tox."""
    found = subprocess_adapter.find([base_python], dict(os.environ), None)

    assert (found is not None) is fits


@pytest.mark.parametrize(
    ("interpreter", "windows", "exe", "purelib"),
    [
        (info(), False, "bin/python", "lib/python3.12/site-packages"),
        (info(), True, "Scripts/python.exe", "Lib/site-packages"),
        (info(free_threaded=True), False, "bin/python", "lib/python3.12t/site-packages"),
        (info("PyPy", (3, 10)), False, "bin/python", "lib/pypy3.10/site-packages"),
        (info("PyPy", (2, 7)), False, "bin/pypy", "site-packages"),
    ],
    ids=["posix", "windows", "free-threaded", "pypy3", "pypy2"],
)
def test_layout(interpreter: SubprocessPythonInfo, *, windows: bool, exe: str, purelib: str, tmp_path: Path) -> None:
    """The places follow from platform, implementation and version."""
    creator = SubprocessCreator(_env_dir=tmp_path, interpreter=interpreter, _is_win=windows)

    assert creator.exe == tmp_path / exe
    assert creator.purelib == creator.platlib == tmp_path / purelib
    assert creator.bin_dir == creator.script_dir == creator.exe.parent
    assert interpreter.machine == "arm64"


MORE = ("virtualenv[e]", "virtualenv<22; python_version>'3'", "virtualenv===/x", "virtualenv>=20[e]")


@pytest.mark.parametrize("spec", ["virtualenv", "Virtualenv>=20,<22", "virtualenv==20.*", "virtualenv===20.1"])
def test_bounds_of_versions_are_taken(spec: str) -> None:
    """They are all that a requirement for virtualenv may hold."""
    check_spec(spec)


@pytest.mark.parametrize("spec", ["", "foo bar", "pip<20", "virtualenv @ https://x", "virtualenv; x", *MORE], ids=repr)
def test_other_requirements_are_refused(tmp_path: Path, spec: str) -> None:
    """Nothing is installed for them."""
    with pytest.raises(Fail, match="virtualenv_spec must name virtualenv with optional version specifiers"):
        ensure_bootstrap(tmp_path, spec)

    assert not list(tmp_path.iterdir())


def test_no_interpreter_no_creator(tmp_path: Path) -> None:
    """Whoever asks learns that nothing fits."""
    session = SubprocessSession(tmp_path, None, {}, None)

    with pytest.raises(RuntimeError, match="no interpreter"):
        session.run()


@pytest.fixture
def _only_virtualenv(virtualenv_links: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in outside("PIP_", "VIRTUALENV_"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_NO_COMPILE", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(virtualenv_links))


@pytest.mark.usefixtures("_only_virtualenv")
def test_environment_is_made_by_the_other_virtualenv(tmp_path: Path) -> None:
    """It is installed once, whoever asks, and creates what is asked for."""
    pythons: list[Path] = []

    def bootstrap() -> None:
        pythons.append(ensure_bootstrap(tmp_path, "virtualenv>=20"))

    threads = [threading.Thread(target=bootstrap) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(pythons)) == 1
    interpreter = probe_python(sys.executable)
    session = SubprocessSession(tmp_path / "env", pythons[0], dict(os.environ), interpreter)
    session.run()
    assert session.creator.exe.exists()
    assert session.creator.purelib.is_dir()


@pytest.mark.usefixtures("_only_virtualenv")
@pytest.mark.parametrize("lost", ["virtualenv", "filelock", "*.dist-info", "python"])
def test_broken_copy_is_made_anew(tmp_path: Path, lost: str) -> None:
    """Whatever it has lost that it needs to run, the next one who asks gets it in order."""
    python = ensure_bootstrap(tmp_path, "virtualenv>=20")
    site = next(python.parent.parent.glob("[lL]ib/**/site-packages"))
    if lost == "python":
        python.unlink()
    for folder in site.glob(lost):
        shutil.rmtree(folder)

    assert ensure_bootstrap(tmp_path, "virtualenv>=20") == python
    done = subprocess.run([python, "-I", "-m", "virtualenv", "--version"], check=False, capture_output=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.usefixtures("_only_virtualenv")
def test_failing_bootstrap_is_one_sentence_and_tried_again(tmp_path: Path) -> None:
    """What is half made is not used by the next one."""
    for _ in range(2):
        with pytest.raises(Fail, match=r"could not bootstrap virtualenv<0\.0\.1: "):
            ensure_bootstrap(tmp_path, "virtualenv<0.0.1")

    shutil.rmtree(tmp_path)
