"""Environments of other interpreters than ours, as many as the machine has on its path."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import venv
from typing import TYPE_CHECKING

import pytest
from virtualenv import __version__ as virtualenv_version

from tox.tox_env.python._interpreter import virtualenv_that_creates

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.session.in_process import Ended

    Tox = Callable[..., Ended]

_TELL = "import sys; print('RUNS', sys.argv[1], 'py%d%d' % sys.version_info[:2])"
_INI = """\
[tox]
no_package = true
env_list = {names}
skip_missing_interpreters = {skip}
[testenv]
commands = python -c "{tell}" {{env_name}}
"""


def found() -> list[str]:
    """Name those that run and that our virtualenv serves, as factors, oldest first."""
    names = []
    for minor in range(8, 16):
        path = shutil.which(f"python3.{minor}")
        told = path and subprocess.run([path, "-c", "import venv"], capture_output=True, check=False)
        if told and told.returncode == 0 and not virtualenv_that_creates([f"python3.{minor}"], virtualenv_version):
            names.append(f"py3{minor}")
    return names


@pytest.fixture(scope="module")
def several() -> list[str]:
    """Give the names of at least two interpreters."""
    names = found()
    if len(names) < 2:
        pytest.skip("needs two interpreters on the path")
    return names


def ran(ended: Ended) -> list[tuple[str, str]]:
    """Tell which environments ran, and which interpreter each had."""
    return re.findall(r"^RUNS (\S+) (\S+)$", ended.out, re.MULTILINE)


def test_each_runs_its_own(tox: Tox, several: list[str]) -> None:
    """An environment named after an interpreter runs that one; one that is missing is left out when that is allowed."""
    names = [*several, "py33"]

    skipping = tox("r", tox_ini=_INI.format(names=", ".join(names), skip="true", tell=_TELL))
    strict = tox("r", "--skip-missing-interpreters", "false")

    assert ran(skipping) == [(name, name) for name in several]
    assert ran(strict) == [(name, name) for name in several]
    assert (skipping.code, strict.code) == (0, 1)
    assert "py33: skipped because could not find python interpreter with spec(s): py33" in skipping.out
    assert "remove tox env folder" not in strict.out


def test_name_and_setting_that_contradict(tox: Tox, several: list[str]) -> None:
    """A name that says another interpreter than the setting fails, unless the name may win."""
    name, other = several[-1], f"python3.{several[0][3:]}"
    text = _INI.format(names=name, skip="false", tell=_TELL) + f"base_python = {other}\n"

    refused = tox("r", tox_ini=text)
    ignored = tox("r", "-x", "tox.ignore_base_python_conflict=true")

    assert (refused.code, ignored.code) == (1, 0)
    assert f"{name}: failed with env name {name} conflicting with base python {other}" in refused.out
    assert ran(ignored) == [(name, name)]


def test_a_path_may_have_commas(tox: Tox, tmp_path: Path) -> None:
    """A path is one name of an interpreter, whatever separates names elsewhere."""
    folder = tmp_path / "a,b"
    venv.create(folder)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    text = f"env_run_base.base_python = ['{python}']\n"

    shown = tox("c", "-e", "py", "-k", "py_dot_ver", tox_toml=text)

    assert f"py_dot_ver = {sys.version_info[0]}.{sys.version_info[1]}" in shown.out
