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


_PLAIN = "[tox]\nno_package = true\nenv_list = {envs}\n[testenv]\n{more}"
_HOOK = "from tox.plugin import impl\n@impl\ndef tox_add_env_config(env_conf, state):\n    env_conf['env_dir']\n"


@pytest.mark.parametrize(
    "words", [("devenv", "-e", "n", "dev"), ("legacy", "-e", "n", "--devenv", "dev")], ids=" ".join
)
@pytest.mark.parametrize(
    ("more", "hook"),
    [
        pytest.param("[testenv:.pkg]\npass_env = A\n", "", id="section of the package environment"),
        pytest.param("[testenv:n]\npass_env = A\n", "", id="section of its own"),
        pytest.param("runner = virtualenv\n", "", id="runner"),
        pytest.param("", _HOOK, id="hook that asks for the folder"),
    ],
)
def test_development_environment_is_where_it_is_asked_for(
    tmp_path: Path, words: tuple[str, ...], more: str, hook: str
) -> None:
    """Whoever has asked for the settings of the environment before, its folder is the one of the command line."""
    (tmp_path / "toxfile.py").write_text(hook)

    ended = tox(tmp_path, *words, tox_ini=_PLAIN.format(envs="n", more=more))

    assert did(tmp_path, ended) == Does("dev", "")
    assert "created development environment under <root>" in ended.out


@pytest.mark.parametrize("envs", ["py", "a, b", ""], ids=["the only one", "another one", "none"])
def test_development_environment_without_a_name(tmp_path: Path, envs: str) -> None:
    """``--devenv`` alone makes the folder of the environment ``py``, whichever there are."""
    ended = tox(tmp_path, "--devenv", "dev", tox_ini=_PLAIN.format(envs=envs, more=""))

    assert did(tmp_path, ended) == Does("dev", "")
    assert "  py: OK" in ended.out


@pytest.mark.parametrize(
    ("deps", "limits"),
    [
        pytest.param("apple<2", ["apple<2"], id="requirement"),
        pytest.param("./sib", [], id="folder"),
        pytest.param("-e ./sib", [], id="editable folder"),
        pytest.param("./other-1.0-py3-none-any.whl", [], id="file"),
        pytest.param("-r more.txt", ["apple<2"], id="file of requirements"),
        pytest.param("-c limits.txt\n  pear", ["pear", "plum<3"], id="constraints"),
    ],
)
def test_limits_for_dependencies_of_the_package(project: Path, deps: str, limits: list[str]) -> None:
    """With ``constrain_package_deps`` what ``deps`` allow limits them, but for paths, which are no limits."""
    (project / "sib").mkdir()
    (project / "more.txt").write_text("apple<2\n./sib\n")
    (project / "limits.txt").write_text("plum<3\n")

    ini = _INI.replace("deps = apple", f"deps =\n  {deps}\nconstrain_package_deps = true")
    ended = tox(project, "r", "--notest", tox_ini=ini)

    written = project / ".tox" / "py" / "constraints.txt"
    assert ended.code == 0, ended
    assert (written.read_text().splitlines() if written.exists() else []) == limits
