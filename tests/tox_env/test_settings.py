"""Which settings environments have, in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.session.in_process import Ended

    Tox = Callable[..., Ended]

COMMON = """
    env_name labels env_dir env_tmp_dir env_log_dir suicide_timeout interrupt_timeout terminate_timeout platform
    pass_env disallow_pass_env parallel_show_output recreate allowlist_externals list_dependencies_command pip_pre
    install_command constraints constrain_package_deps use_frozen_constraints
"""
COMMANDS = """
    commands_pre commands commands_post interrupt_post_commands recreate_commands change_dir args_are_paths
    ignore_errors commands_retry ignore_outcome fail_fast
"""
PYTHON = """
    default_base_python base_python_file base_python env_site_packages_dir env_site_packages_dir_plat env_bin_dir
    env_python py_dot_ver py_impl py_free_threaded py_debug
"""
VIRTUALENV = "system_site_packages always_copy download virtualenv_spec"
PURPOSE = "set_env base runner description depends"
INSTALLED = "deps dependency_groups extras pylock extra_setup_commands"
RUN = f"type {PURPOSE} {COMMON} {COMMANDS} {PYTHON} {INSTALLED} skip_missing_interpreters {VIRTUALENV}"


def keys(ended: Ended, section: str = "[testenv:a]") -> list[str]:
    lines = ended.out.partition(section)[2].partition("\n\n")[0].splitlines()
    return [line.partition(" =")[0] for line in lines if line and not line.startswith((" ", "#"))]


@pytest.mark.parametrize(
    ("setup", "more"),
    [
        pytest.param("no_package = true", "package", id="no-package"),
        pytest.param("", "skip_install use_develop package package_env package_tox_env_type", id="package"),
    ],
)
def test_settings_of_a_run_environment(tox: Tox, setup: str, more: str) -> None:
    """Scripts read what ``tox config`` prints, in this order."""
    ended = tox("c", tox_ini=f"[tox]\n{setup}\nenv_list = a\n", setup_py="")

    assert keys(ended) == [*RUN.split(), *more.split()]


def test_settings_of_the_core_grow_with_the_environment(tox: Tox) -> None:
    """Those that environments add come last."""
    ended = tox("c", "--core", tox_ini="[tox]\nenv_list = a\n", setup_py="")

    assert keys(ended, "[tox]")[-4:] == [
        "ignore_base_python_conflict",
        "skip_missing_interpreters",
        "no_package",
        "package_env",
    ]


def test_settings_of_a_script_environment(tox: Tox) -> None:
    """Its dependencies are in the script, so it has no setting for them."""
    ended = tox("c", tox_ini="[tox]\nenv_list = a\n[testenv]\nrunner = virtualenv-pep-723\n")

    wanted = f"type {PURPOSE} {COMMON} {COMMANDS} {PYTHON} {VIRTUALENV} script skip_missing_interpreters".split()
    assert keys(ended) == wanted


@pytest.mark.parametrize("kind", ["wheel", "sdist", "editable"])
def test_settings_of_a_package_environment(tox: Tox, kind: str) -> None:
    """It is shown when everything is."""
    ended = tox("c", "-e", "ALL", tox_ini=f"[tox]\nenv_list = a\n[testenv]\npackage = {kind}\n", setup_py="")

    settings = [
        f"config_settings_{hook}"
        for hook in (
            "get_requires_for_build_sdist",
            "build_sdist",
            "get_requires_for_build_wheel",
            "prepare_metadata_for_build_wheel",
            "build_wheel",
            "get_requires_for_build_editable",
            "prepare_metadata_for_build_editable",
            "build_editable",
        )
    ]
    wanted = f"type set_env base {COMMON} package_root {PYTHON} {VIRTUALENV} skip_missing_interpreters".split()
    assert keys(ended, "[testenv:.pkg]") == [*wanted, "meta_dir", "pkg_dir", *settings, "fresh_subprocess", "deps"]


@pytest.mark.parametrize("name", ["ignore_base_python_conflict", "ignore_basepython_conflict"])
@pytest.mark.parametrize("python", ["", "base_python = python3"], ids=["default", "set"])
def test_what_decides_conflicts_is_judged(tox: Tox, name: str, python: str) -> None:
    """Whether conflicts are ignored has to be readable even where there is none."""
    text = f"[tox]\n{name} = p\n[testenv:a]\n{python}\n"

    ended = tox("c", "-e", "a", "-k", "base_python", tox_ini=text)

    assert ended.code == -1
    assert "no truth value" in ended.out


@pytest.mark.parametrize(
    ("deps", "code"),
    [("six", -1), ("-r no.txt", -1), ("}", -1), ("# six", 0), ("", 0)],
    ids=["requirement", "file", "wrong", "comment", "none"],
)
def test_lock_file_beside_deps(tox: Tox, deps: str, code: int) -> None:
    """Deps and a lock file exclude each other already when they are shown."""
    text = f"[testenv]\ndeps =\n  {deps}\n[testenv:a]\npylock = p\n"

    ended = tox("c", "-e", "a", "-k", "pylock", tox_ini=text)

    assert ended.code == code
    assert ("exclude each other" in ended.out) is bool(code)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        pytest.param("-r a.txt", "run -r a.txt end", id="option-with-a-value"),
        pytest.param("a > 1\n  b ; python_version > '3'", "run a '>' 1 b ';' python_version '>' 3 end", id="blanks"),
        pytest.param("a \\\n  b\n  c", "run a b c end", id="continued"),
        pytest.param("# x\n  a # y", "run a end", id="comments"),
        pytest.param("{env:NOPE}\n  a", "run a end", id="nothing"),
    ],
)
@pytest.mark.parametrize("reference", ["{deps}", "{[testenv:b]deps}"], ids=["own", "of a section"])
def test_requirements_in_a_command_are_text(tox: Tox, reference: str, lines: str, words: str) -> None:
    """What ``{deps}`` stands for is split as if it stood there."""
    text = f"[testenv:b]\ndeps = {lines}\n[testenv:a]\ndeps = {lines}\ncommands = run {reference} end\n"

    assert tox("c", "-e", "a", "-k", "commands", tox_ini=text).out == f"[testenv:a]\ncommands = {words}\n"


def test_a_backslash_is_no_requirement(tox: Tox) -> None:
    """Where there is nothing behind it that it could take in, it is nothing."""
    text = "[testenv:a]\ndeps = \\\ncommands = run {deps} end\n"

    assert (
        tox("c", "-e", "a", "-k", "deps", "commands", tox_ini=text).out == "[testenv:a]\ndeps = \ncommands = run end\n"
    )


@pytest.mark.parametrize(("file", "kind"), [("pyproject.toml", "sdist"), ("sub/pyproject.toml", "skip")])
def test_root_decides_whether_there_is_a_package(tox: Tox, tmp_path: Path, file: str, kind: str) -> None:
    """Whether there is a package to install is told by the root, also where the package is in another folder."""
    (tmp_path / "sub").mkdir()
    (tmp_path / file).touch()

    ended = tox("c", "-e", "a", "-k", "package", tox_ini="[tox]\npackage_root = sub\n[testenv:a]\n")

    assert f"package = {kind}" in ended.out.splitlines()


def test_aliases_of_former_releases_are_read(tox: Tox) -> None:
    """Old names set the same values."""
    text = """\
        [tox]
        skipsdist = true
        envlist = a
        [testenv]
        setenv = X=1
        passenv = Y
        changedir = {toxinidir}/sub
        basepython = python3
        sitepackages = true
        alwayscopy = true
        envdir = {toxworkdir}/elsewhere
        """

    ended = tox("c", "-k", "set_env", "pass_env", "change_dir", "base_python", "env_dir", tox_ini=text)

    assert "X=1" in ended.out
    assert "  Y" in ended.out.splitlines()
    assert "base_python = python3" in ended.out
    assert "elsewhere" in ended.out


@pytest.mark.parametrize("base", ['["{env:NOWHERE:x}"]', '[{replace="env", name="NOWHERE", default="x"}]'])
def test_variables_within_base_leave_those_of_the_environment(tox: Tox, base: str) -> None:
    """What ``base`` names is a part of ``set_env``, so the variables are read when all of them are known."""
    ended = tox("c", "-k", "set_env", "deps", tox_toml=f'env_list=["a"]\n[env.a]\nbase={base}\n[env.x]\ndeps=["y"]')

    assert "TOX_ENV_NAME=a" in ended.out
    assert "deps = y" in ended.out


@pytest.mark.parametrize("entry", ["3.5", "true", '["a"]', '{a="b"}'])
@pytest.mark.parametrize("key", ["deps", "constraints"])
def test_requirements_are_texts(tox: Tox, key: str, entry: str) -> None:
    """A list of something else is refused, whatever it would look like as text."""
    ended = tox("c", "-k", key, tox_toml=f'env_list=["a"]\n[env.a]\n{key}=["b", {entry}]')

    assert f"{key} = # Exception: HandledError" in ended.out
    assert "entry 2 has to be a requirement" in ended.out
