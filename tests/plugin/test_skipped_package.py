"""A plugin, or a kind of package environment, that says that the package is not to be had here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tox.run import setup_state

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.session.in_process import Ended

INI = """\
[tox]
env_list = unit, other, lint
labels = ci = unit
[testenv]
package = wheel
commands = python -c 'print("ran", "{env_name}")'
[testenv:lint]
skip_install = true
[testenv:.pkg]
description = builds
"""
HOOK = """
@impl
def tox_add_env_config(env_conf, state):
    if env_conf.name == ".pkg":
        raise Skip("no package today")
"""
KIND = """
from tox.tox_env.python.virtual_env.package.pyproject import Pep517VirtualEnvPackager

class Packager(Pep517VirtualEnvPackager):
    @staticmethod
    def id():
        return "virtualenv-pep-517"

    def {method}:
        {before}
        raise Skip("no package today")
        yield

@impl
def tox_register_tox_env(register):
    register._package_envs["virtualenv-pep-517"] = Packager
"""
WAYS = {
    "hook": HOOK,
    "settings": KIND.format(method="register_config(self)", before="super().register_config()").replace(
        "        yield\n", ""
    ),
    "constructor": KIND.format(method="__init__(self, arguments)", before="super().__init__(arguments)").replace(
        "        yield\n", ""
    ),
    "run-env": KIND.format(method="register_run_env(self, run_env)", before="pass"),
    "children": KIND.format(method="child_pkg_envs(self, run_conf)", before="pass"),
    "build": KIND.format(method="perform_packaging(self, for_env)", before="pass").replace("        yield\n", ""),
}
WAY = pytest.mark.parametrize("way", list(WAYS.values()), ids=list(WAYS))
WHY = "skipped because no package today for package environment .pkg"


@pytest.fixture
def project(tmp_path: Path) -> Callable[[str], None]:
    """Write a project of three environments, two of which need a package, and its plugin."""

    def write(plugin: str) -> None:
        head = "from tox.plugin import impl\nfrom tox.tox_env.errors import Skip\n"
        (tmp_path / "tox.ini").write_text(INI)
        (tmp_path / "pyproject.toml").write_text('[project]\nname = "acme"\nversion = "1"\n')
        (tmp_path / "toxfile.py").write_text(head + plugin)

    return write


@WAY
@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        pytest.param(["list"], ["unit ", "other ", "lint "], id="list"),
        pytest.param(["list", "-m", "ci"], ["unit "], id="list-label"),
        pytest.param(["config", "-k", "env_name"], ["env_name = unit", "env_name = other"], id="config"),
        pytest.param(
            ["config", "-e", "ALL", "-k", "env_name"], ["env_name = unit", "env_name = lint"], id="config-all"
        ),
        pytest.param(["depends"], ["unit", "other", "lint"], id="depends"),
    ],
)
def test_what_only_looks_goes_on(
    tox: Callable[..., Ended], project: Callable[[str], None], way: str, arguments: list[str], shown: list[str]
) -> None:
    """Environments and their settings are told as ever, however many of them need the package."""
    project(way)

    ended = tox(*arguments)

    assert ended.code == 0, ended.out
    assert [text for text in shown if text not in ended.out] == []


@WAY
@pytest.mark.parametrize("command", ["run", "run-parallel"])
def test_environments_that_need_it_are_skipped(
    tox: Callable[..., Ended], project: Callable[[str], None], way: str, command: str
) -> None:
    """No environment runs without the package it needs; others run, and the run is a success."""
    project(way)

    ended = tox(command, "-e", "unit,other,lint")

    assert ended.code == 0, ended.out
    assert [ended.out.count(f"{name}: SKIP (") for name in ("unit", "other")] == [1, 1], ended.out
    assert "lint: OK" in ended.out
    assert "ran unit" not in ended.out


@WAY
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["run", "-e", "unit"], id="run"),
        pytest.param(["run", "-e", "unit", "--notest"], id="notest"),
        pytest.param(["devenv", "-e", "unit", "made"], id="devenv"),
    ],
)
def test_nothing_to_do_but_what_is_skipped(
    tox: Callable[..., Ended], project: Callable[[str], None], way: str, arguments: list[str]
) -> None:
    """Where nothing else was asked for the exit code is 1, as ever when all is skipped, and the reason is told."""
    project(way)

    ended = tox(*arguments)

    assert ended.code == 1, ended.out
    assert WHY in ended.out


@WAY
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["exec", "-e", "unit", "--", "python", "-c", "print('ran', 'unit')"], id="exec"),
        pytest.param(["run", "-e", "unit", "--skip-pkg-install"], id="skip-pkg-install"),
    ],
)
def test_what_takes_no_package_runs(
    tox: Callable[..., Ended], project: Callable[[str], None], way: str, arguments: list[str]
) -> None:
    """Commands that leave the package alone do not ask whether there is one."""
    project(way)

    ended = tox(*arguments)

    assert ended.code == 0, ended.out
    assert "unit: OK (" in ended.out


def test_explanation_tells_of_it(tox: Callable[..., Ended], project: Callable[[str], None]) -> None:
    """What a run would skip, its explanation skips for the same reason."""
    project(HOOK)

    ended = tox("run", "--explain", "-e", "unit")

    assert f"unit: {WHY}" in ended.out


@pytest.mark.parametrize("command", ["list", "run"])
def test_package_environment_that_another_one_needs(
    tox: Callable[..., Ended], tmp_path: Path, project: Callable[[str], None], command: str
) -> None:
    """It is skipped as the package environment itself."""
    project(HOOK.replace(".pkg", ".wheels"))
    (tmp_path / "tox.ini").write_text(INI.replace("package = wheel", "package = wheel\nwheel_build_env = .wheels"))

    ended = tox(command, "-e", "unit,lint") if command == "run" else tox(command)

    assert ended.code == 0, ended.out
    assert [WHY in ended.out, "lint: OK" in ended.out] == [command == "run"] * 2


@pytest.mark.parametrize("way", ["settings", "constructor"])
def test_package_environment_that_is_not_there_is_named(
    tox: Callable[..., Ended], project: Callable[[str], None], way: str
) -> None:
    """To ask for the very environment that its kind refuses to make is an error that says why."""
    project(WAYS[way])

    ended = tox("config", "-e", ".pkg", "-k", "env_name")

    assert ended.code == -2
    assert "package environment .pkg is skipped: no package today" in ended.out + ended.err


@pytest.mark.parametrize(
    ("name", "error"), [pytest.param("unit", "Skip", id="run"), pytest.param(".pkg", "ValueError", id="other-error")]
)
def test_anything_else_is_a_failure_of_the_plugin(
    tox: Callable[..., Ended], project: Callable[[str], None], name: str, error: str
) -> None:
    """A run environment cannot be skipped while it is configured, and other errors skip nothing."""
    project(HOOK.replace('".pkg"', f'"{name}"').replace('Skip("', f'{error}("'))

    ended = tox("list")

    assert ended.code == -2
    assert f"toxfile.py failed in tox_add_env_config: {error}: no package today" in ended.out + ended.err


@pytest.mark.parametrize(
    ("name", "given"),
    [
        pytest.param(".pkg", "Pep517VirtualEnvPackager(name=.pkg)", id="package"),
        pytest.param("lint", "VirtualEnvRunner(name=lint)", id="run"),
        pytest.param("nope", "KeyError('nope')", id="unknown"),
    ],
)
def test_first_one_asked_for(
    tmp_path: Path, project: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, name: str, given: str
) -> None:
    """Whichever environment a caller asks for first, it gets that one; one that there is not is a KeyError."""
    project("")
    (tmp_path / "tox.ini").write_text(INI.partition("[testenv:.pkg]")[0])
    monkeypatch.chdir(tmp_path)
    state = setup_state(["list"])

    try:
        got = repr(state.envs[name])
    except KeyError as error:
        got = repr(error)

    assert got == given
