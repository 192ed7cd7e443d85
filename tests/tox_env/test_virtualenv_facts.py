"""What an environment remembers of its interpreter, and when it asks again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tox.tox_env.python.virtual_env import _facts
from tox.tox_env.python.virtual_env.api import installed_version

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.session.in_process import Ended

    Tox = Callable[..., Ended]

INI = "[tox]\nno_package = true\nenv_list = a\n[testenv]\n{more}\ncommands = python -c 'print(1)'\n"
PROBE = """\
import sys
from tox.run import main
code = main(["r", "-q"])
print("LOADED", *sorted({"virtualenv", "python_discovery", "packaging", "pyproject_api"} & set(sys.modules)))
sys.exit(code)
"""


def loaded_by_a_run(**more: str) -> set[str]:
    """Run tox in a fresh interpreter and return which heavy libraries it needed."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        env={**os.environ, **more},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    line = next(line for line in done.stdout.splitlines() if line.startswith("LOADED"))
    return set(line.split()[1:])


@pytest.mark.parametrize("more", ["", "deps = apple"], ids=["bare", "with-deps"])
def test_warm_run_needs_no_heavy_library(tox: Tox, more: str) -> None:
    """Interpreter, layout and installed packages are known from the record."""
    first = tox("r", tox_ini=INI.format(more=more))

    assert first.code == 0, first.out
    assert loaded_by_a_run() == set()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"VIRTUALENV_NO_PERIODIC_UPDATE": "1"}, id="variable-of-virtualenv"),
        pytest.param({"PYENV_VERSION": "system"}, id="variable-of-pyenv"),
    ],
)
def test_variable_takes_the_shortcut_away(tox: Tox, change: dict[str, str]) -> None:
    """Whatever virtualenv reads may lead it elsewhere."""
    tox("r", tox_ini=INI.format(more="pass_env = PYENV_*"))

    assert "virtualenv" in loaded_by_a_run(**change)
    assert loaded_by_a_run(**change) == set(), "what was learnt anew is remembered"
    assert loaded_by_a_run() == set(), "and so is what was known before"


def test_replaced_interpreter_takes_the_shortcut_away(tox: Tox) -> None:
    """Its time of change is part of what is remembered."""
    tox("r", tox_ini=INI.format(more=""))
    path = Path(".tox", "a", ".tox-info.json")
    record = json.loads(path.read_text(encoding="utf-8"))
    files = record["facts"]["virtualenv"]["value"]["files"]
    for stamp in files.values():
        stamp[0] += 1
    path.write_text(json.dumps(record), encoding="utf-8")

    assert "virtualenv" in loaded_by_a_run()


def key(base_python: str, path: str, **more: Any) -> dict[str, Any]:
    return _facts.key([base_python], {"PATH": path, "VIRTUALENV_X": "1", "OTHER": "2"}, **more)


def test_name_is_looked_up_again_when_the_path_changes(tmp_path: Path) -> None:
    """A new interpreter in a folder on PATH changes the folder's time."""
    before = key("py312", str(tmp_path))

    same = key("py312", str(tmp_path))
    (tmp_path / "python3.12").touch()
    os.utime(tmp_path, ns=(0, 1))
    after = key("py312", str(tmp_path))

    assert before == same
    assert before != after


def test_absolute_path_is_not_looked_up(tmp_path: Path) -> None:
    """What lies on PATH does not matter then."""
    assert key(sys.executable, str(tmp_path)) == key(sys.executable, "")


def test_other_variables_do_not_matter() -> None:
    """Only those that virtualenv, and what it finds interpreters with, read."""
    assert key("py", "")["variables"] == {"VIRTUALENV_X": "1"}


@pytest.mark.parametrize("known", [None, [], {"/does/not/exist": None}, {"/does/not/exist": [1, 2]}], ids=repr)
def test_missing_files_are_not_still_there(known: object) -> None:
    """An interpreter that went away is looked for again."""
    assert not _facts.still_there(known)


def test_version_is_read_without_import() -> None:
    """It is the one the library tells of itself."""
    from importlib.metadata import version

    assert installed_version() == _facts.installed_version() == version("virtualenv")
    assert _facts.installed_version("surely_not_installed") is None


def test_record_of_wrong_shape_is_not_believed(tox: Tox) -> None:
    """Somebody may have edited it."""
    tox("r", tox_ini=INI.format(more=""))
    path = Path(".tox", "a", ".tox-info.json")
    record = json.loads(path.read_text(encoding="utf-8"))
    record["facts"]["virtualenv"]["value"]["layout"] = "nonsense"
    path.write_text(json.dumps(record), encoding="utf-8")

    ended = tox("r")

    assert ended.code == 0, ended.out
