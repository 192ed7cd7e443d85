"""``tox list`` for programs."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tox.session.cmd._list_formats import python_version
from tox.tox_env.python._interpreter import Named, named_by

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.session.in_process import Ended

HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"
INI = """\
[tox]
env_list = py312, pypy310-unit
no_package = true
labels =
  both = py312, pypy310-unit
[testenv]
labels = unit
description =
  about
  {env_name}
[testenv:lint]
labels =
base_python = python3.9
[testenv:plain]
base_python_file = .python-version
[testenv:here]
description =
"""
TOML = """\
env_list = ["3.13t"]
[env_run_base]
package = "wheel"
[env.own]
base_python = ["{exe}", "py38"]
labels = ["a", "b"]
[env."py311-own"]
base_python = ["{exe}"]
"""


def as_json(ended: Ended) -> list[dict[str, Any]]:
    """Read the document that was printed."""
    assert (ended.code, ended.err) == (0, "")
    found: list[dict[str, Any]] = json.loads(ended.out)
    return found


def test_json(tox: Callable[..., Ended], tmp_path: Path) -> None:
    """Each environment is an object: name, description, default, labels of it and of the project, interpreter."""
    (tmp_path / ".python-version").write_text("# ours\npypy3.11\n")

    rows = as_json(tox("list", "--format", "json", tox_ini=INI))

    assert [row["name"] for row in rows] == ["py312", "pypy310-unit", "lint", "plain", "here"]
    assert rows[0] == {
        "name": "py312",
        "description": "about py312",
        "default": True,
        "labels": ["both", "unit"],
        "python": {"base_python": ["py312"], "implementation": None, "version": "3.12", "free_threaded": False},
    }
    assert [row["default"] for row in rows] == [True, True, False, False, False]
    assert [row["labels"] for row in rows[2:]] == [[], ["unit"], ["unit"]]
    assert [row["python"]["base_python"] for row in rows[1:]] == [
        ["pypy310"],
        ["python3.9"],
        ["pypy3.11"],
        [sys.executable],
    ]
    assert [row["python"]["version"] for row in rows[1:]] == ["3.10", "3.9", "3.11", HERE]
    assert rows[4]["description"] == ""


def test_json_of_toml_runs_no_interpreter(tox: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch) -> None:
    """Environments are listed by what their settings say: no interpreter is run, and none is looked for."""
    started: list[object] = []
    monkeypatch.setattr(subprocess, "Popen", lambda *args, **_: started.append(args))

    rows = as_json(tox("list", "--format", "json", pyproject_toml="", tox_toml=TOML.format(exe=sys.executable)))

    assert [(row["name"], row["python"]["version"], row["labels"]) for row in rows] == [
        ("3.13t", "3.13", []),
        ("own", HERE, ["a", "b"]),
        ("py311-own", "3.11", []),
    ]
    assert rows[0]["python"]["free_threaded"] is True
    assert rows[1]["python"]["base_python"] == [sys.executable, "py38"]
    assert started == []


def test_github(tox: Callable[..., Ended]) -> None:
    """A workflow gets one line, a matrix with an entry for each environment."""
    ended = tox("list", "--format", "github", "-d", tox_ini=INI)

    assert ended.out == (
        '{"include": [{"env": "py312", "python": "3.12"}, {"env": "pypy310-unit", "python": "pypy3.10"}]}\n'
    )


def test_gitlab(tox: Callable[..., Ended]) -> None:
    """A pipeline gets a hidden job to extend, whose matrix has an entry for each environment."""
    ended = tox("list", "--format", "gitlab", "-d", tox_ini=INI)

    assert ended.out.splitlines() == [
        ".tox:",
        "  parallel:",
        "    matrix:",
        '      - TOX_ENV: "py312"',
        '        TOX_PYTHON: "3.12"',
        '      - TOX_ENV: "pypy310-unit"',
        '        TOX_PYTHON: "pypy3.10"',
    ]


@pytest.mark.parametrize(
    ("args", "names"),
    [
        pytest.param(["-e", "plain,lint"], ["plain", "lint"], id="named"),
        pytest.param(["-e", "ALL", "--skip-env", "p"], ["lint", "here"], id="all but some"),
        pytest.param(["-m", "both"], ["py312", "pypy310-unit"], id="label of the project"),
        pytest.param(["-f", "unit"], ["pypy310-unit"], id="factor"),
        pytest.param(["-d"], ["py312", "pypy310-unit"], id="default"),
        pytest.param(["-m", "nobody"], [], id="none"),
    ],
)
def test_chosen(tox: Callable[..., Ended], args: list[str], names: list[str]) -> None:
    """What is listed can be chosen as what is run, for people and for programs."""
    rows = json.loads(tox("list", "--format", "json", *args, tox_ini=INI).out)
    text = tox("list", "--no-desc", *args, tox_ini=INI)

    assert [row["name"] for row in rows] == names
    assert [line for line in text.out.splitlines() if not line.startswith("ROOT: skip")] == names


def test_messages_are_apart(tox: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else there is to tell, standard output is the document, and nothing when there is none."""
    skipped = tox("list", "--format", "json", "--skip-env", "p", tox_ini=INI)
    monkeypatch.setenv("TOX_LIST_FORMAT", "github")
    refused = tox("list", "-e", "nope", tox_ini=INI)

    assert [row["name"] for row in json.loads(skipped.out)] == ["lint", "here"]
    assert "ROOT: skip environment py312, matches filter 'p'" in skipped.err
    assert (refused.code, refused.out) == (-2, "")
    assert "not found in configuration file" in refused.err


def test_variable_for_running_does_not_choose(tox: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable that names what runs has no say in what is listed."""
    monkeypatch.setenv("TOX_ENV", "lint")

    assert tox("list", "--no-desc", "-d", tox_ini=INI).out.splitlines() == ["py312", "pypy310-unit"]


def test_kind_without_interpreter(tox: Callable[..., Ended]) -> None:
    """An environment of a kind that knows no Python has no interpreter."""
    plugin = """\
        from tox.plugin import impl
        from tox.tox_env.runner import RunToxEnv
        from tox.execute.local_sub_process import LocalSubProcessExecutor

        class Bare(RunToxEnv):
            @staticmethod
            def id(): return "bare"
            @property
            def executor(self): return LocalSubProcessExecutor(False)
            @property
            def installer(self): return self
            @property
            def runs_on_platform(self): return "any"
            _package_tox_env_type = _external_pkg_tox_env_type = "none"
            def _build_packages(self): return []

        @impl
        def tox_register_tox_env(register):
            register.add_run_env(Bare)
        """

    rows = as_json(tox("list", "--format", "json", "-e", "here", "--runner", "bare", tox_ini=INI, toxfile_py=plugin))

    assert rows[0]["python"] == {"base_python": [], "implementation": None, "version": None, "free_threaded": None}
    assert json.loads(tox("list", "--format", "github", "-e", "here", "--runner", "bare").out) == {
        "include": [{"env": "here"}]
    }


@pytest.mark.parametrize(
    ("spec", "named", "version"),
    [
        ("py312", Named(None, "3.12", False), "3.12"),
        ("3.13t", Named(None, "3.13", True), "3.13t"),
        ("python3.9", Named(None, "3.9", False), "3.9"),
        ("python3", Named(None, "3", False), "3"),
        ("cpython3.11-64", Named("cpython", "3.11", False), "3.11"),
        ("pypy-3.10", Named("pypy", "3.10", False), "pypy3.10"),
        ("graalpy311", Named("graalpy", "3.11", False), "graalpy3.11"),
        ("3.12.4", Named(None, "3.12.4", False), "3.12.4"),
        ("/opt/tools2/python3.10", Named(None, "3.10", False), "3.10"),
    ],
)
def test_versions_in_specs(spec: str, named: Named, version: str) -> None:
    """A spec says which version of Python is wanted, and services have their way to write that."""
    assert named_by(spec) == named
    assert python_version(named) == version


@pytest.mark.parametrize("spec", ["py", "python", "/usr/bin/python", "/opt/tool2", ">=3.10", ""])
def test_specs_without_version(spec: str) -> None:
    """A spec that leaves the version open says none."""
    assert named_by(spec) is None
