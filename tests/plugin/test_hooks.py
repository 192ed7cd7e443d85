"""Every hook in a ``toxfile.py``: when it is called, with what, and what it may change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.wheels import make_wheel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.session.in_process import Ended

HEAD = "from tox.plugin import impl\n"
INI = "[tox]\nno_package = true\nenv_list = a\n[testenv]\ncommands = python -c 'print(\"ran\")'\n"
PYPROJECT = """\
[build-system]
requires = ["flit_core"]
build-backend = "flit_core.buildapi"
[project]
name = "own"
version = "1"
description = "d"
dependencies = ["demo"]
optional-dependencies.extra = ["addon"]
"""
ALL_HOOKS = """\
from tox.plugin import impl

@impl
def tox_register_tox_env(register):
    print("register", type(register).__name__)

@impl
def tox_add_option(parser):
    print("option", type(parser).__name__)

@impl
def tox_extend_envs():
    print("extend")
    return ["more"]

@impl
def tox_add_core_config(core_conf, state):
    print("core", type(core_conf).__name__, type(state).__name__)

@impl
def tox_add_env_config(env_conf, state):
    print("env", env_conf.name, type(state).__name__)

@impl
def tox_on_install(tox_env, arguments, section, of_type):
    print("install", tox_env.name, type(arguments).__name__, section, of_type, flush=True)

@impl
def tox_before_run_commands(tox_env):
    print("before", tox_env.name, flush=True)

@impl
def tox_after_run_commands(tox_env, exit_code, outcomes):
    print("after", tox_env.name, exit_code, len(outcomes), flush=True)

@impl
def tox_env_teardown(tox_env):
    print("teardown", tox_env.name, flush=True)
"""
WORDS = {"register", "option", "extend", "core", "env", "install", "before", "after", "teardown"}


def calls(ended: Ended) -> list[str]:
    """Return what the hooks printed, in order."""
    return [line for line in ended.out.splitlines() if line.split(" ")[0] in WORDS]


def hook(name: str, arguments: str, *body: str) -> str:
    """Write a plugin with one hook."""
    lines = "\n    ".join(body)
    return f"{HEAD}@impl\ndef {name}({arguments}):\n    {lines}\n"


def test_all_hooks_in_order(installing: Callable[..., Ended], tmp_path: Path) -> None:
    """A run that installs dependencies and a package calls all nine hooks, each at its time."""
    (tmp_path / "own.py").write_text("'''A module.'''\n")
    ini = "[testenv]\npackage = wheel\ndeps = addon\nextras = extra\ncommands = python -c 'import own'\n"

    ended = installing("r", "-e", "py", tox_ini=ini, toxfile_py=ALL_HOOKS, pyproject_toml=PYPROJECT)

    assert ended.code == 0, ended.out
    assert calls(ended) == [
        "register ToxEnvRegister",
        "option ToxParser",
        "extend",
        "core CoreConfigSet State",
        "env py State",
        "env .pkg State",
        "env more State",
        "install py PythonDeps PythonRun deps",
        "install .pkg tuple PythonPackageToxEnv requires",
        "install .pkg list PythonPackageToxEnv deps",
        "install .pkg tuple PythonPackageToxEnv requires_for_build_wheel",
        "install py list RunToxEnv package",
        "before py",
        "after py 0 1",
        "teardown py",
    ]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        pytest.param(["list", "-d"], {"register", "option", "extend", "core", "env"}, id="list"),
        pytest.param(
            ["config", "-e", "a", "-k", "env_name"], {"register", "option", "extend", "core", "env"}, id="config"
        ),
        pytest.param(["--version"], {"register", "option"}, id="version"),
    ],
)
def test_looking_calls_no_hook_of_a_run(tox: Callable[..., Ended], args: list[str], expected: set[str]) -> None:
    """Commands that only look call the hooks that prepare a session."""
    ended = tox(*args, tox_ini=INI, toxfile_py=ALL_HOOKS)

    assert {line.split(" ")[0] for line in calls(ended)} == expected


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        pytest.param(["r", "--notest"], ["teardown a"], id="notest"),
        pytest.param(["devenv", "-e", "a", "dev"], ["teardown a"], id="devenv"),
        pytest.param(["exec", "-e", "a", "--", "python", "-V"], ["before a", "after a 0 1", "teardown a"], id="exec"),
        pytest.param(["p"], ["before a", "after a 0 1", "teardown a"], id="parallel"),
    ],
)
def test_hooks_of_other_ways_to_run(tox: Callable[..., Ended], args: list[str], expected: list[str]) -> None:
    """The hooks about commands are called where commands run, that of the teardown always."""
    ended = tox(*args, tox_ini=INI, toxfile_py=ALL_HOOKS)

    assert ended.code == 0, ended.out
    assert [line for line in calls(ended) if line.split(" ")[0] in {"before", "after", "teardown"}] == expected


def test_register_offers_an_environment(tox: Callable[..., Ended]) -> None:
    """A registered class makes the environments that ask for it, and its own methods are called."""
    plugin = """\
    from tox.plugin import impl
    from tox.tox_env.python.virtual_env.runner import VirtualEnvRunner

    class Mine(VirtualEnvRunner):
        @staticmethod
        def id():
            return "mine"
        def _setup_env(self):
            print("own setup", flush=True)
            super()._setup_env()

    @impl
    def tox_register_tox_env(register):
        register.add_run_env(Mine)
    """

    ended = tox("r", "-x", "testenv:a.runner=mine", tox_ini=INI, toxfile_py=plugin)

    assert ended.code == 0, ended.out
    assert "own setup" in ended.out.splitlines()


def test_added_environments_take_settings_from_memory(tox: Callable[..., Ended]) -> None:
    """An environment that only a plugin knows runs with what the plugin seeds, and the base section below it."""
    plugin = hook("tox_extend_envs", "", "return ['made']") + hook(
        "tox_add_core_config",
        "core_conf, state",
        "from tox.config.loader.memory import MemoryLoader",
        "seed = MemoryLoader(commands=[['python', '-c', 'print(1 + 1)']], description='by plugin')",
        "state.conf.memory_seed_loaders['made'].append(seed)",
    )

    ended = tox("r", "-e", "made", tox_ini=INI, toxfile_py=plugin)
    listed = tox("list", "--no-desc")

    assert ended.code == 0, ended.out
    assert "2" in ended.out.splitlines()
    assert listed.out.split()[-1] == "made"


@pytest.mark.parametrize("put", ["append(loader)", "insert(0, loader)"], ids=["behind", "before"])
@pytest.mark.parametrize("root", ["later", "there"])
def test_plugin_names_the_folder_of_the_project(tox: Callable[..., Ended], tmp_path: Path, put: str, root: str) -> None:
    """Whether it is put before the file or behind it, paths start there; one that is not there is refused as ever."""
    (tmp_path / "there").mkdir()
    plugin = hook(
        "tox_add_core_config",
        "core_conf",
        "from tox.config.loader.memory import MemoryLoader",
        f"loader = MemoryLoader(tox_root='{root}')",
        f"core_conf.loaders.{put}",
    )

    ended = tox("config", "-e", "a", "-k", "env_dir", tox_ini=INI, toxfile_py=plugin)

    if root == "later":
        assert "tox_root has to be a folder" in ended.out + ended.err
    else:
        assert f"env_dir = {tmp_path / 'there' / '.tox' / 'a'}" in ended.out


@pytest.mark.parametrize("way", ["pass", "status.wait(0.01)", "raise KeyError"], ids=["left", "waits", "fails"])
def test_command_that_is_left_is_stopped(tox: Callable[..., Ended], way: str) -> None:
    """It does not run on beside what comes next."""
    plugin = hook(
        "tox_before_run_commands",
        "tox_env",
        "import contextlib",
        "from tox.execute.request import StdinSource",
        "ever = ['python', '-c', 'import time; time.sleep(600)']",
        "with contextlib.suppress(KeyError), tox_env.execute_async(ever, StdinSource.OFF, False, 'bg') as status:",
        f"    {way}",
        "print('ended', status.exit_code not in {0, None}, flush=True)",
    )

    ended = tox("r", tox_ini=INI, toxfile_py=plugin)

    assert ended.code == 0, ended.out
    assert [line for line in ended.out.splitlines() if line in {"ended True", "ran"}] == ["ended True", "ran"]


def test_added_option_reaches_other_hooks(tox: Callable[..., Ended]) -> None:
    """An option of a plugin is understood by every sub-command, and read from the state and the environment."""
    plugin = hook("tox_add_option", "parser", "parser.add_argument('--mine', default='unset')") + hook(
        "tox_before_run_commands", "tox_env", "print('mine is', tox_env.options.mine, flush=True)"
    )

    ended = tox("r", "--mine", "set", tox_ini=INI, toxfile_py=plugin)

    assert ended.code == 0, ended.out
    assert "mine is set" in ended.out.splitlines()


def test_added_core_setting(tox: Callable[..., Ended]) -> None:
    """A setting of the project is read from the file, converted, shown, and may be referred to."""
    plugin = hook(
        "tox_add_core_config",
        "core_conf",
        "core_conf.add_config('ports', list[int], [80], 'ports to use')",
        "core_conf.add_constant('answer', 'what it is', 42)",
    )
    ini = "[tox]\nno_package = true\nports =\n  1\n  2\n[testenv:a]\ndescription = {[tox]ports} {answer}\n"

    ended = tox("config", "-e", "a", "-k", "description", "ports", "answer", "--core", tox_ini=ini, toxfile_py=plugin)

    assert "description = 1 2 42" in ended.out
    assert "ports =\n  1\n  2" in ended.out
    assert "answer = 42" in ended.out


def test_changed_environment_settings(tox: Callable[..., Ended]) -> None:
    """What a plugin does to the settings of an environment counts when its commands run."""
    plugin = hook(
        "tox_add_env_config",
        "env_conf, state",
        "from tox.config.loader.memory import MemoryLoader",
        "env_conf.add_config('mine', of_type=str, default='unset', desc='of the plugin')",
        "env_conf['set_env'].update({'FROM_PLUGIN': env_conf['mine']})",
        "env_conf['allowlist_externals'].append('echo')",
        "env_conf.loaders.insert(0, MemoryLoader(commands_post=[['echo', 'posted']]))",
    )
    show = "python -c 'import os; print(os.environ[\"FROM_PLUGIN\"])'"
    ini = f"[tox]\nno_package = true\n[testenv:a]\nmine = set\ncommands = {show}\n"

    ended = tox("r", "-e", "a", tox_ini=ini, toxfile_py=plugin)

    assert ended.code == 0, ended.out
    assert [line for line in ended.out.splitlines() if line in {"set", "posted"}] == ["set", "posted"]


def test_changed_installation(installing: Callable[..., Ended], tmp_path: Path) -> None:
    """What is installed may be changed in place: the dependencies of a package left out, a requirement replaced."""
    plugin = hook(
        "tox_on_install",
        "tox_env, arguments, of_type",
        "if of_type == 'dependency-groups':",
        "    from packaging.requirements import Requirement",
        "    arguments[:] = [Requirement('demo==1.0')]",
        "if of_type == 'package':",
        "    for one in arguments:",
        "        one.deps.clear()",
    )
    (tmp_path / "own.py").write_text("'''A module.'''\n")
    show = "python -c 'import demo; print(demo.VERSION)'"
    ini = f"[testenv]\npackage = wheel\ndependency_groups = test\ncommands = {show}\n"
    groups = f'{PYPROJECT}[dependency-groups]\ntest = ["demo"]\n'

    ended = installing("r", "-e", "py", tox_ini=ini, toxfile_py=plugin, pyproject_toml=groups)

    assert ended.code == 0, ended.out
    assert "1.0" in ended.out.splitlines()
    assert "install_package>" in ended.out.replace(f" {tmp_path}", "")
    assert "install_package_deps" not in ended.out


def test_variables_and_commands_before_the_run(tox: Callable[..., Ended]) -> None:
    """Before the commands a plugin may set variables for them, run commands itself, or skip the environment."""
    plugin = hook(
        "tox_before_run_commands",
        "tox_env",
        "from tox.errors import Skip",
        "from tox.execute.request import StdinSource",
        "if tox_env.name == 'b':",
        "    raise Skip('not today')",
        "code = 'print(6 * 7)'",
        "outcome = tox_env.execute(['python', '-c', code], StdinSource.OFF, show=False, run_id='ask')",
        "tox_env.environment_variables['ANSWER'] = outcome.out.strip()",
    )
    show = 'python -c \'import os; print("answer", os.environ["ANSWER"])\''

    ended = tox(
        "r",
        "-e",
        "a,b",
        tox_ini=f"[tox]\nno_package = true\nenv_list = a, b\n[testenv]\ncommands = {show}\n",
        toxfile_py=plugin,
    )

    assert "answer 42" in ended.out.splitlines()
    assert "b: skipped because not today" in ended.out.splitlines()
    assert ended.code == 0


def test_what_became_of_commands(tox: Callable[..., Ended]) -> None:
    """After the commands a plugin sees the outcome of each that ran."""
    plugin = hook(
        "tox_after_run_commands",
        "tox_env, exit_code, outcomes",
        "for one in outcomes:",
        "    print('ended', one.exit_code, one.out.strip(), one.request.cmd[0], flush=True)",
        "print('code', exit_code, flush=True)",
    )
    ini = (
        "[tox]\nno_package = true\n[testenv:a]\ncommands =\n  python -c 'print(1)'\n  python -c 'raise SystemExit(4)'\n"
    )

    ended = tox("r", "-e", "a", tox_ini=ini, toxfile_py=plugin)

    assert [line for line in ended.out.splitlines() if line.startswith(("ended", "code"))] == [
        "ended 0 1 python",
        "ended 4  python",
        "code 4",
    ]
    assert ended.code == 4


def test_teardown_after_a_failed_setup(tox: Callable[..., Ended]) -> None:
    """An environment that could not be set up is torn down all the same; its commands' hooks are not called."""
    ended = tox("r", "-x", "testenv.base_python=nothing", tox_ini=INI, toxfile_py=ALL_HOOKS)

    assert ended.code == 1
    assert calls(ended)[-1] == "teardown a"
    assert not {"before a", "after a"}.intersection(calls(ended))


def test_hooks_beside_each_other(installing: Callable[..., Ended]) -> None:
    """Environments that run side by side have their hooks called from threads of their own, none of them lost."""
    ini = "[tox]\nno_package = true\nenv_list = a, b, c\n[testenv]\ndeps = demo\ncommands = python -c pass\n"

    ended = installing("p", "--parallel-no-spinner", tox_ini=ini, toxfile_py=ALL_HOOKS)

    assert ended.code == 0, ended.out
    for name in "abc":
        own = [line.split(" ")[0] for line in calls(ended) if line.split(" ")[1:2] == [name]]
        assert own == ["env", "install", "before", "after", "teardown"]


def test_installed_plugins_have_all_hooks(
    installing: Callable[..., Ended], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same hooks in an installed plugin are called at the same times."""
    import sys
    import zipfile

    wheel = make_wheel(tmp_path, "plug", files={"plug_hooks.py": ALL_HOOKS}, entry_points="[tox]\nplug = plug_hooks\n")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    monkeypatch.syspath_prepend(tmp_path / "site")

    ended = installing("r", tox_ini=INI + "deps = demo\n")
    sys.modules.pop("plug_hooks", None)

    assert ended.code == 0, ended.out
    assert [line.split(" ")[0] for line in calls(ended)][-5:] == ["env", "install", "before", "after", "teardown"]
    assert {line.split(" ")[0] for line in calls(ended)} == WORDS


def test_variables_that_are_asked_for_early(tox: Callable[..., Ended]) -> None:
    """An environment has all its variables, also where a hook has read some before the environment was made."""
    hook = """\
        from tox.plugin import impl

        @impl
        def tox_add_env_config(env_conf, state):
            if env_conf.name == "a":
                state.conf.get_env("b")["set_env"].load("MINE")

        @impl
        def tox_before_run_commands(tox_env):
            variables = tox_env.environment_variables
            wanted = ("MINE", "TOX_ENV_NAME", "PYTHONIOENCODING", "PIP_DISABLE_PIP_VERSION_CHECK")
            print("has", *(variables.get(name) for name in wanted))
    """
    ini = "[tox]\nno_package = true\nenv_list = a, b\n[testenv:b]\nset_env =\n  MINE = 1\n"

    ended = tox("r", tox_ini=ini, toxfile_py=hook)

    assert "has None a utf-8 1" in ended.out
    assert "has 1 b utf-8 1" in ended.out
