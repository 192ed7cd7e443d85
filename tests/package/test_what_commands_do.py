"""What each command, with each option, does with an environment and with the package; told in ``docs/commands.rst``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.run.projects import tox
from tests.wheels import make_wheel

if TYPE_CHECKING:
    from tests.run.projects import Ended

_PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "demo"
version = "1.0"
dependencies = ["pear"]
"""
_INI = """\
[tox]
env_list = py
[testenv]
package = wheel
deps = apple
commands = python -c 0
install_command = python -c 0 {opts} {packages}
"""
_COMMAND = ("--", "python", "-c", "0")
_ALL = "deps wheel package_deps package"


class Does(NamedTuple):
    """What a command does."""

    envs: str
    """folders of environments that are there afterwards"""
    steps: str
    """``deps``, what is built, ``package_deps``, ``package`` and ``commands``, as far as they are done, in order"""
    code: int = 0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make a project whose package a backend of one file builds, and whose installer does nothing."""
    (tmp_path / "backend.py").write_text((Path(__file__).parent / "backend.py").read_text())
    (tmp_path / "pyproject.toml").write_text(_PYPROJECT)
    (tmp_path / "tox.ini").write_text(_INI)
    make_wheel(tmp_path, "other", "1.0")
    return tmp_path


def did(project: Path, ended: Ended) -> Does:
    """Tell what a command has done."""
    told = re.findall(r"^\S+: (install_\w+|build_\w+|commands)\b[^>\n]*> ", ended.out, re.MULTILINE)
    found = [step.removeprefix("install_").removeprefix("build_") for step in told]
    envs = [path.parent.name for path in (*project.glob(".tox/*/pyvenv.cfg"), *project.glob("*/pyvenv.cfg"))]
    return Does(" ".join(sorted(envs)), " ".join(found), ended.code)


@pytest.mark.parametrize(
    ("words", "does"),
    [
        pytest.param(words, does, id=" ".join(words))
        for words, does in [
            (("r",), Does(".pkg py", f"{_ALL} commands")),
            (("r", "--notest"), Does(".pkg py", _ALL)),
            (("r", "--pkg-only"), Does(".pkg py", "deps wheel")),
            (("r", "--skip-pkg-install"), Does("py", "deps commands")),
            (("r", "--skip-env-install"), Does("py", "commands")),
            (("r", "--develop"), Does(".pkg py", "deps editable package_deps package commands")),
            (("r", "--installpkg", "other-1.0-py3-none-any.whl"), Does("py", "deps package commands")),
            (("r", "-r"), Does(".pkg py", f"{_ALL} commands")),
            (("r", "-e", ".pkg"), Does("", "", 254)),
            (("e", "-e", "py", *_COMMAND), Does("py", "deps commands")),
            (("e", "-e", "py", "-r", *_COMMAND), Does("py", "deps commands")),
            (("e", "-e", "py", "--develop", *_COMMAND), Does("py", "deps commands")),
            (("e", "-e", "py", "--skip-env-install", *_COMMAND), Does("py", "commands")),
            (("e", "-e", "py", "--installpkg", "other-1.0-py3-none-any.whl", *_COMMAND), Does("py", "deps commands")),
            (("d", "-e", "py"), Does(".pkg venv", "deps editable package_deps package")),
            (("d", "-e", "py", "-r", "dev"), Does(".pkg dev", "deps editable package_deps package")),
            (("legacy",), Does(".pkg py", f"{_ALL} commands")),
            (("legacy", "--notest"), Does(".pkg py", _ALL)),
            (("legacy", "--sdistonly"), Does(".pkg py", "deps wheel")),
            (("legacy", "--devenv", "dev"), Does(".pkg dev", "deps editable package_deps package")),
            (("legacy", "--showconfig"), Does("", "")),
            (("legacy", "-l"), Does("", "")),
            (("r", "--explain"), Does("", "")),
            (("list",), Does("", "")),
            (("config",), Does("", "")),
            (("depends",), Does("", "")),
            (("schema",), Does("", "")),
        ]
    ],
)
def test_commands(project: Path, words: tuple[str, ...], does: Does) -> None:
    """In a project that nothing was run in, each makes the environments and takes the steps that the table tells."""
    assert did(project, tox(project, *words)) == does


@pytest.mark.parametrize(
    ("words", "anew", "steps"),
    [
        pytest.param(words, anew, steps, id=" ".join(words) or "the same")
        for words, anew, steps in [
            (("r",), "", "wheel package commands"),
            (("r", "-r"), ".pkg py", f"{_ALL} commands"),
            (("r", "-r", "--no-recreate-pkg"), "py", "deps wheel package_deps package commands"),
            (("r", "-r", "--skip-pkg-install"), "py", "deps commands"),
            (("r", "-r", "--skip-env-install"), "py", "commands"),
            (("r", "-r", "--pkg-only"), ".pkg py", "deps wheel"),
            (("e", "-e", "py", "-r", *_COMMAND), "py", "deps commands"),
            (("d", "-e", "py", "-r", "dev"), ".pkg dev", "deps editable package_deps package"),
        ]
    ],
)
def test_commands_once_more(project: Path, words: tuple[str, ...], anew: str, steps: str) -> None:
    """Where everything is there already, only what ``-r`` asks for, and is used, is made anew."""
    tox(project, "r")
    for env in ("py", ".pkg"):
        (project / ".tox" / env / "left.txt").touch()

    done = did(project, tox(project, *words))

    left = [path.parent.name for path in project.glob(".tox/*/left.txt")]
    assert (sorted({*done.envs.split()} - {*left}), done.steps) == (anew.split(), steps)
