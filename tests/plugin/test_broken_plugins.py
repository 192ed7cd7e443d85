"""Plugins that fail: which one, in what and where is told in one sentence, with the right exit code."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.plugin.test_entry_points import distribution

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.session.in_process import Ended

INI = "[tox]\nno_package = true\nenv_list = a\n[testenv]\ncommands = python -c 'print(\"ran\")'\n"
HEAD = "from tox.plugin import impl\n"
PREPARING = {
    "tox_register_tox_env": "register",
    "tox_add_option": "parser",
    "tox_extend_envs": "",
    "tox_add_core_config": "core_conf",
    "tox_add_env_config": "env_conf",
}


def raising(hook: str, arguments: str = "", statement: str = "raise KeyError('zz')", marks: str = "") -> str:
    """Write a plugin with one hook that raises, in its fourth line."""
    return f"{HEAD}@impl{marks}\ndef {hook}({arguments}):\n    {statement}\n"


@pytest.fixture
def install(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Install a plugin named ``broken`` with this text; return its module."""
    folder = tmp_path_factory.mktemp("site")
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "broken_plugin", raising=False)

    def add(text: str) -> Path:
        (folder / "broken_plugin.py").write_text(text)
        distribution(folder, "broken-1.0", "[tox]\nbroken = broken_plugin\n")
        return folder / "broken_plugin.py"

    return add


@pytest.mark.parametrize("hook", PREPARING)
def test_installed_plugin_fails_to_prepare(
    tox: Callable[..., Ended], install: Callable[[str], Path], hook: str
) -> None:
    """The name of the entry point is told, by which the plugin can be switched off."""
    module = install(raising(hook, PREPARING[hook]))

    ended = tox("list", tox_ini=INI)
    sys.modules.pop("broken_plugin", None)

    assert ended.code == -2
    assert ended.err == f"ROOT: PluginFailed| plugin 'broken' failed in {hook}: KeyError: 'zz' ({module}:4)\n"
    assert ended.out == ""


@pytest.mark.parametrize("hook", PREPARING)
@pytest.mark.parametrize("quiet", [[], ["-q"], ["-qq"]], ids=["usual", "-q", "-qq"])
def test_plugin_of_the_project_fails_to_prepare(
    tox: Callable[..., Ended], tmp_path: Path, hook: str, quiet: list[str]
) -> None:
    """The file is named, and asking for less output does not hide it."""
    ended = tox("list", *quiet, tox_ini=INI, toxfile_py=raising(hook, PREPARING[hook]))

    assert ended.code == -2
    assert ended.err == (
        f"ROOT: PluginFailed| toxfile.py failed in {hook}: KeyError: 'zz' ({tmp_path / 'toxfile.py'}:4)\n"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(
            "import not_there_at_all\n", "ModuleNotFoundError: No module named 'not_there_at_all'", id="import"
        ),
        pytest.param("\nraise ValueError('several\\n  lines')\n", "ValueError: several lines", id="raises"),
        pytest.param("def broken(:\n", "SyntaxError: invalid syntax", id="syntax"),
        pytest.param("raise LookupError\n", "LookupError (", id="no message"),
    ],
)
def test_project_plugin_that_cannot_be_imported(tox: Callable[..., Ended], text: str, told: str) -> None:
    """What is wrong with the file is told in one line."""
    ended = tox("list", "-q", tox_ini=INI, toxfile_py=text)

    assert ended.code == -2
    assert ended.err.startswith(f"ROOT: PluginFailed| toxfile.py cannot be imported: {told}")
    assert (ended.out, ended.err.count("\n")) == ("", 1)


def test_line_is_that_of_the_plugin(tox: Callable[..., Ended], tmp_path: Path) -> None:
    """An error deep within tox is told with the line of the plugin that led there."""
    statement = (
        "helper(core_conf)\n\ndef helper(conf):\n    conf.add_config('same', int, 1, 'one')\n    conf.load('other')"
    )

    ended = tox("list", tox_ini=INI, toxfile_py=raising("tox_add_core_config", "core_conf", statement))

    assert ended.err.endswith(f"failed in tox_add_core_config: KeyError: 'other' ({tmp_path / 'toxfile.py'}:8)\n")


def test_traceback_is_there_for_those_who_ask(tox: Callable[..., Ended]) -> None:
    """With -vvv the whole traceback is printed before the sentence."""
    ended = tox("list", "-vvv", tox_ini=INI, toxfile_py=raising("tox_add_core_config", "core_conf"))

    assert "Traceback (most recent call last)" in ended.out
    assert ended.err.startswith("ROOT: PluginFailed| ")


@pytest.mark.parametrize(
    ("statement", "code", "text"),
    [
        pytest.param("raise HandledError('told')", -2, "ROOT: HandledError| told\n", id="handled"),
        pytest.param("raise SystemExit(9)", 9, "", id="exit"),
    ],
)
def test_ending_on_purpose(tox: Callable[..., Ended], statement: str, code: int, text: str) -> None:
    """A plugin that ends the session on purpose is not reported as one that failed."""
    plugin = f"from tox.report import HandledError\n{raising('tox_add_core_config', 'core_conf', statement)}"

    ended = tox("list", tox_ini=INI, toxfile_py=plugin)

    assert (ended.code, ended.out, ended.err) == (code, text, "")


@pytest.mark.parametrize("found", ["'abc'", "3"])
def test_environments_that_are_none(tox: Callable[..., Ended], found: str) -> None:
    """Names of environments come as a list."""
    ended = tox("list", tox_ini=INI, toxfile_py=raising("tox_extend_envs", statement=f"return {found}"))

    assert ended.code == -2
    assert f"tox_extend_envs of a plugin must return a list of names, not {found}" in ended.err


def test_wrapper_that_does_not_yield(tox: Callable[..., Ended]) -> None:
    """A wrapper that is no generator is refused."""
    plugin = raising("tox_add_core_config", "core_conf", "return None", "(wrapper=True)")

    ended = tox("list", tox_ini=INI, toxfile_py=plugin)

    assert ended.code == -2
    assert ended.err.startswith("ROOT: PluginFailed| toxfile.py cannot be used: PluginValidationError: ")
    assert "not a generator function" in ended.err


@pytest.mark.parametrize(
    ("hook", "arguments"),
    [("tox_before_run_commands", "tox_env"), ("tox_after_run_commands", "tox_env"), ("tox_env_teardown", "tox_env")],
)
def test_plugin_fails_in_an_environment(tox: Callable[..., Ended], hook: str, arguments: str) -> None:
    """The environment fails with 2 and a traceback; the one after it runs."""
    plugin = raising(hook, arguments, "assert tox_env.name != 'a', 'zz'")

    ended = tox("r", "-e", "a,b", tox_ini=INI.replace("= a", "= a, b"), toxfile_py=plugin)

    assert ended.code == 1
    assert "a: internal error" in ended.out
    assert "toxfile.py" in ended.out
    assert "AssertionError: zz" in ended.out
    assert "  b: OK" in ended.out


def test_plugin_fails_to_install(installing: Callable[..., Ended]) -> None:
    """What is raised before an installation fails that environment, and nothing is installed."""
    plugin = raising("tox_on_install", "tox_env")

    ended = installing("r", tox_ini=f"{INI}deps = demo\n", toxfile_py=plugin)

    assert ended.code == 2
    assert "KeyError: 'zz'" in ended.out
    assert "install_deps>" not in ended.out


def test_version_that_a_plugin_cannot_tell(tox: Callable[..., Ended]) -> None:
    """The plugin whose own words cannot be had is named."""
    ended = tox("--version", tox_ini=INI, toxfile_py="def tox_append_version_info(): return 1 / 0\n")

    assert ended.code == -2
    assert "plugin 'toxfile' failed in tox_append_version_info: ZeroDivisionError: division by zero" in ended.err


@pytest.mark.parametrize(
    "text", ["raise RuntimeError\n", raising("tox_add_option", "parser"), "def tox_nonsense(: pass"]
)
def test_broken_plugin_that_is_switched_off(
    tox: Callable[..., Ended], install: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """What is switched off by the name of its entry point does no harm."""
    install(text)
    monkeypatch.setenv("TOX_DISABLED_EXTERNAL_PLUGINS", " other ,broken,")

    ended = tox("list", "--no-desc", tox_ini=INI)

    assert (ended.code, ended.out, ended.err) == (0, "a\n", "")
