"""Loading plugins and calling their hooks."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pluggy
import pytest

from tests.plugin.test_entry_points import distribution
from tox.plugin import NAME, impl
from tox.plugin.manager import MANAGER, Plugin
from tox.tox_env.register import REGISTER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.session.in_process import Ended

LIST = ["list", "--no-desc"]
INI = "[tox]\nenv_list=a\n[testenv]\npackage=skip\n"


@pytest.fixture
def install(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Install plugins, each a name with the text of its module."""
    folder = tmp_path_factory.mktemp("site")
    monkeypatch.syspath_prepend(folder)
    installed: list[str] = []

    def add(name: str, text: str) -> None:
        (folder / f"{name}.py").write_text(f"from tox.plugin import impl\n{text}")
        distribution(folder, f"{name}-1.0", f"[tox]\n{name} = {name}\n")
        installed.append(name)

    yield add
    for name in installed:
        sys.modules.pop(name, None)


def hook(name: str, arguments: str, body: str, marks: str = "") -> str:
    """Write a hook implementation."""
    return f"@impl{marks}\ndef {name}({arguments}):\n    {body}\n"


def test_without_plugins_the_library_stays_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A manager without plugins calls tox's own hooks and makes no plugin manager."""
    monkeypatch.setattr("tox.plugin._entry_points.find", lambda _group: ())
    manager = Plugin()

    manager.load_plugins(None)

    assert not manager.has_plugins
    assert manager.tox_extend_envs() == []
    assert list(REGISTER.env_runners) == ["virtualenv", "virtualenv-pep-723"]
    assert not manager.implements("tox_add_option")


def test_manager_appears_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever needs the plugin manager gets one that knows tox's hooks, and can register more."""
    monkeypatch.setattr("tox.plugin._entry_points.find", lambda _group: ())
    manager = Plugin()
    manager.load_plugins(None)

    class Late:
        """A plugin registered by hand."""

        @impl
        def tox_extend_envs(self) -> list[str]:
            """Name an environment."""
            return ["late"]

    manager.manager.register(Late())

    assert manager.tox_extend_envs() == [["late"]]
    assert manager.implements("tox_extend_envs")


def test_order_of_calls(tox: Callable[..., Ended], install: Callable[..., None]) -> None:
    """Hooks of tox come first, installed plugins next, that of the project last, unless marked otherwise."""
    body = "print('{0}', '--runner' in parser._option_string_actions)"
    install("plug_a", hook("tox_add_option", "parser", body.format("installed")))
    project = hook("tox_add_option", "parser", body.format("project"))

    ended = tox(*LIST, tox_ini=INI, toxfile_py=f"from tox.plugin import impl\n{project}")

    assert ended.out.splitlines()[-3:] == ["installed True", "project True", "a"]


def test_marks_change_the_order(tox: Callable[..., Ended]) -> None:
    """A hook tried first comes before tox's own; a wrapper sees what happens within."""
    first = hook(
        "tox_add_option", "parser", "print('first', '--runner' in parser._option_string_actions)", "(tryfirst=True)"
    )
    ended = tox(*LIST, tox_ini=INI, toxfile_py=f"from tox.plugin import impl\n{first}")
    assert "first False\n" in ended.out

    wrapper = (
        "@impl(wrapper=True)\ndef tox_add_option(parser):\n    before = len(parser._actions)\n    yield\n"
        "    print('wrapped', len(parser._actions) > before)\n"
    )
    ended = tox(*LIST, toxfile_py=f"from tox.plugin import impl\n{wrapper}")
    assert "wrapped True\n" in ended.out


def test_hooks_take_any_of_their_arguments(tox: Callable[..., Ended]) -> None:
    """A hook names only the arguments it needs."""
    text = hook("tox_add_core_config", "state", "print(type(state).__name__)") + hook(
        "tox_add_env_config", "env_conf", "print(env_conf.name)"
    )

    ended = tox("config", "-k", "env_name", tox_ini=INI, toxfile_py=f"from tox.plugin import impl\n{text}")

    assert ended.out == "State\na\n[testenv:a]\nenv_name = a\n"


def test_plugin_adds_environments(tox: Callable[..., Ended]) -> None:
    """Environments that a plugin names are listed after those of the configuration."""
    text = hook("tox_extend_envs", "", "return ['x', 'y']")

    ended = tox("list", tox_ini=INI, toxfile_py=f"from tox.plugin import impl\n{text}")

    assert [line.split()[0] for line in ended.out.splitlines() if "->" in line] == ["a", "x", "y"]


def test_plugin_changes_the_default_list(tox: Callable[..., Ended]) -> None:
    """A plugin's loader for the project wins over the file, though the list was read before."""
    body = (
        "core_conf['env_list']\n"
        "    from tox.config.loader.memory import MemoryLoader\n"
        "    from tox.config.types import EnvList\n"
        "    core_conf.loaders.insert(0, MemoryLoader(env_list=EnvList(['z'])))"
    )

    ended = tox(
        *LIST,
        "-d",
        tox_ini=INI,
        toxfile_py=f"from tox.plugin import impl\n{hook('tox_add_core_config', 'core_conf, state', body)}",
    )

    assert ended.out == "z\n"


def test_plugin_sets_a_description(tox: Callable[..., Ended]) -> None:
    """A description that a plugin gives an environment is listed."""
    body = (
        "from tox.config.loader.memory import MemoryLoader\n"
        "    env_conf.loaders.insert(0, MemoryLoader(description='by plugin'))"
    )

    ended = tox(
        "list", tox_ini=INI, toxfile_py=f"from tox.plugin import impl\n{hook('tox_add_env_config', 'env_conf', body)}"
    )

    assert "a -> by plugin" in ended.out


def test_blocked_plugin(
    tox: Callable[..., Ended], install: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Installed plugins can be switched off by name; they are not even imported."""
    install("plug_b", "raise RuntimeError")
    monkeypatch.setenv("TOX_DISABLED_EXTERNAL_PLUGINS", "other, plug_b")

    assert tox(*LIST, tox_ini=INI).out == "a\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("raise RuntimeError('boom')", "RuntimeError: boom", id="raises"),
        pytest.param("import not_there_at_all", "No module named 'not_there_at_all'", id="misses a module"),
        pytest.param(hook("tox_add_option", "nope", "pass"), "nope", id="argument that there is not"),
        pytest.param(hook("tox_nonsense", "", "pass"), "tox_nonsense", id="hook that there is not"),
    ],
)
def test_plugin_that_does_not_load(
    tox: Callable[..., Ended], install: Callable[..., None], text: str, reason: str
) -> None:
    """An installed plugin that cannot be used is named, with the reason, and tox ends with 254."""
    install("plug_c", text)

    ended = tox(*LIST, tox_ini=INI)

    assert ended.code == -2
    assert ended.err.startswith("ROOT: PluginFailed| plugin 'plug_c'")
    assert reason in ended.err
    assert (ended.out, ended.err.count("\n")) == ("", 1)


def test_plugins_are_asked_for_options_whatever_is_asked(
    tox: Callable[..., Ended], install: Callable[..., None]
) -> None:
    """An installed plugin adds its options also where the version is all that is asked for."""
    install("plug_d", hook("tox_add_option", "parser", "print('asked')"))

    ended = tox("--version")

    assert ended.out.startswith("asked\n")
    assert "plug_d" in ended.out


def test_project_plugin_for_another_tox(tox: Callable[..., Ended]) -> None:
    """A project's plugin with a hook that there is not is left out with a warning: a newer tox may know it."""
    text = hook("tox_nonsense", "", "pass") + hook("tox_add_option", "parser", "print('called')")
    ended = tox(*LIST, tox_ini=INI, toxfile_py=f"from tox.plugin import impl\n{text}")

    assert ended.out.splitlines() == [
        "ROOT: toxfile.py implements hooks that this tox does not know, it is left out: unknown hook 'tox_nonsense'",
        "a",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(hook("tox_add_env_config", "env_conf, statee", "pass"), ("statee",), id="misspelt"),
        pytest.param(hook("tox_add_env_config", "self, env_conf", "pass"), ("self",), id="one too many"),
        pytest.param(
            "@impl(specname='tox_add_env_config')\ndef other(env_con):\n    pass\n", ("env_con",), id="other name"
        ),
        pytest.param(
            "@impl(optionalhook=True)\ndef tox_add_env_config(env_con):\n    pass\n", ("env_con",), id="optional hook"
        ),
        pytest.param(
            hook("tox_add_env_config", "statee", "pass") + hook("tox_add_option", "parser", "print('called')"),
            ("statee",),
            id="one of two",
        ),
    ],
)
def test_project_plugin_with_a_wrong_argument(tox: Callable[..., Ended], text: str, words: tuple[str, ...]) -> None:
    """A hook that asks for an argument which there is not is an error that names both."""
    ended = tox(*LIST, tox_ini=INI, toxfile_py=f"from tox.plugin import impl\n{text}")

    assert ended.code == -2
    assert ended.err.startswith("ROOT: PluginFailed| toxfile.py cannot be used: ")
    assert all(word in ended.err for word in ("tox_add_env_config", *words))
    assert (ended.out, ended.err.count("\n")) == ("", 1)


def test_project_plugin_is_imported_anew(tox: Callable[..., Ended], tmp_path: Path) -> None:
    """Each session imports the project's plugin anew, with its neighbours at hand, and leaves the path as it was."""
    (tmp_path / "neighbour.py").write_text("VALUE = 1\n")
    before = list(sys.path)

    first = tox(*LIST, tox_ini=INI, toxfile_py="import neighbour; print('one', neighbour.VALUE)\n")
    second = tox(*LIST, toxfile_py="print('two')\n")

    sys.modules.pop("neighbour", None)
    assert (first.out, second.out) == ("one 1\na\n", "two\na\n")
    assert sys.path == before


def test_project_plugin_in_a_file_with_the_other_name(tox: Callable[..., Ended], tmp_path: Path) -> None:
    """The file may be named with the biohazard sign instead."""
    (tmp_path / "\u2623.py").write_text("print('sign')\n", encoding="utf-8")

    assert tox(*LIST, tox_ini=INI).out == "sign\na\n"


def test_version_names_plugins(tox: Callable[..., Ended], install: Callable[..., None], tmp_path: Path) -> None:
    """The version lists installed plugins and that of the project, each with what it adds itself."""
    install("plug_d", "def tox_append_version_info(): return 'with more'")

    ended = tox("--version", tox_ini=INI, toxfile_py="def tox_append_version_info(): return 'and this'\n")

    lines = ended.out.splitlines()
    assert ended.code == 0
    assert lines[1] == "registered plugins:"
    assert lines[2].startswith("    plug_d-1.0 at ")
    assert lines[2].endswith("plug_d.py with more")
    assert lines[3] == f"inline plugin: {tmp_path / 'toxfile.py'} and this"


def test_installed_plugins_are_known_to_the_plugin_manager(install: Callable[..., None]) -> None:
    """The plugin library's own question for installed plugins is answered."""
    install("plug_e", "")

    MANAGER.load_plugins(None)

    names = [distribution.metadata["Name"] for _, distribution in MANAGER.manager.list_plugin_distinfo()]
    assert "plug_e" in names


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"tryfirst": True},
        {"trylast": True},
        {"hookwrapper": True},
        {"wrapper": True, "specname": "x"},
        {"optionalhook": True},
    ],
    ids=str,
)
def test_marker_leaves_the_mark_of_the_library(options: dict[str, Any]) -> None:
    """Our marker and that of the plugin library cannot be told apart by what they leave."""

    def ours() -> None: ...

    def theirs() -> None: ...

    marked: Any = impl(**options)(ours) if options else impl(ours)
    expected: Any = pluggy.HookimplMarker(NAME)(theirs, **options)

    assert callable(marked)
    assert marked.tox_impl == expected.tox_impl


def test_module_is_a_plugin() -> None:
    """Hooks are found on modules as on any object."""
    module = ModuleType("demo")
    module.tox_extend_envs = impl(lambda: ["m"])  # type: ignore[attr-defined]
    manager = Plugin()

    manager.manager.register(module)

    assert ["m"] in manager.tox_extend_envs()
