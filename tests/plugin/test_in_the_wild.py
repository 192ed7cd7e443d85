"""Ways that plugins use tox, as seen in public repositories."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.session.in_process import Ended

INI = "[tox]\nenv_list=a,b\n[testenv]\npackage=skip\ndescription=about {env_name}\n[testenv:other]\n"

RUNNER = """\
from tox.plugin import impl
from tox.tox_env.python.virtual_env.runner import VirtualEnvRunner

class Mine(VirtualEnvRunner):
    @staticmethod
    def id():
        return "mine"
    def register_config(self):
        super().register_config()
        self.conf.add_config("extra_key", str, "extra", "added by the runner")

@impl
def tox_register_tox_env(register):
    register.add_run_env(Mine)
    {choose}
"""


def test_runner_as_the_default(tox: Callable[..., Ended]) -> None:
    """A plugin's kind of environment becomes the default, by the property."""
    plugin = RUNNER.format(choose="register.default_env_runner = 'mine'")

    ended = tox("config", "-e", "a", "-k", "runner", "extra_key", tox_ini=INI, toxfile_py=plugin)

    assert ended.out.splitlines() == ["[testenv:a]", "runner = mine", "extra_key = extra"]


def test_runner_as_the_default_by_the_attribute(tox: Callable[..., Ended]) -> None:
    """A plugin's kind of environment becomes the default, by the attribute."""
    plugin = RUNNER.format(choose="register._default_run_env = Mine.id()")

    ended = tox("config", "-e", "a", tox_ini=INI, toxfile_py=plugin)

    assert "type = Mine" in ended.out.splitlines()
    assert "description = about a" in ended.out.splitlines()


def test_runner_by_setting(tox: Callable[..., Ended]) -> None:
    """A plugin's kind of environment is used where a setting or an option names it."""
    plugin = RUNNER.format(choose="")

    by_setting = tox("config", "-k", "runner", "-x", "testenv:b.runner=mine", tox_ini=INI, toxfile_py=plugin)
    by_option = tox("config", "-e", "b", "-k", "runner", "--runner", "mine")

    assert by_setting.out.splitlines() == ["[testenv:a]", "runner = virtualenv", "", "[testenv:b]", "runner = mine"]
    assert by_option.out.splitlines() == ["[testenv:b]", "runner = mine"]


def test_runner_chosen_in_the_project_hook(tox: Callable[..., Ended]) -> None:
    """The option is set when the project's settings are added."""
    plugin = RUNNER.format(choose="") + (
        "@impl\ndef tox_add_core_config(core_conf, state):\n    state.conf.options.default_runner = 'mine'\n"
    )

    ended = tox("config", "-e", "a", "-k", "runner", tox_ini=INI, toxfile_py=plugin)

    assert ended.out.splitlines() == ["[testenv:a]", "runner = mine"]


def test_environments_are_read_in_the_project_hook(tox: Callable[..., Ended]) -> None:
    """Environments can be gone through when the project's settings are added, and the list changed afterwards."""
    plugin = """\
from tox.plugin import impl
from tox.config.loader.memory import MemoryLoader
from tox.config.types import EnvList

@impl
def tox_add_core_config(core_conf, state):
    print(list(state.envs.iter(only_active=False)), state.conf.options.command)
    state.conf.memory_seed_loaders["new"].append(MemoryLoader(description="from memory", package="skip"))
    core_conf.loaders.insert(0, MemoryLoader(env_list=EnvList(["b", "new"])))
"""

    ended = tox("list", tox_ini=INI, toxfile_py=plugin)

    assert ended.out.splitlines() == [
        "['a', 'b', 'other'] list",
        "default environments:",
        "b     -> about b",
        "new   -> from memory",
        "",
        "additional environments:",
        "other -> about other",
    ]


def test_all_environments_are_changed_at_once(tox: Callable[..., Ended]) -> None:
    """All environments are had, built, and made to take one more setting."""
    plugin = """\
from tox.plugin import impl

@impl
def tox_add_core_config(core_conf, state):
    for name, info in state.envs._defined_envs.items():
        info.env.conf._final = False
        info.env.conf.add_config("late", str, name.upper(), "added late")
"""

    ended = tox("config", "-k", "late", tox_ini=INI, toxfile_py=plugin)

    assert ended.out.splitlines() == ["[testenv:a]", "late = A", "", "[testenv:b]", "late = B"]


def test_option_in_a_group(tox: Callable[..., Ended]) -> None:
    """Options in a group of their own, with types, reach every sub-command."""
    plugin = """\
from tox.plugin import impl

@impl
def tox_add_option(parser):
    group = parser.add_argument_group("mine", "my options")
    group.add_argument("--mine", type=int, default=1)
    exclusive = parser.add_mutually_exclusive_group()
    exclusive.add_argument("--this", action="store_true")
    exclusive.add_argument("--that", action="store_true")
    parser.add_argument("--typed", of_type=list[str], default=[], nargs="*")

@impl
def tox_add_core_config(core_conf, state):
    options = state.conf.options
    print(options.mine, options.this, options.that, options.typed)
"""

    ended = tox("list", "--no-desc", "--mine", "3", "--that", "--typed", "x", tox_ini=INI, toxfile_py=plugin)
    both = tox("run", "--this", "--that")
    helped = tox("config", "--help")

    assert ended.out.splitlines()[0] == "3 False True ['x']"
    assert both.code == 2
    assert "mine:\n  my options\n" in helped.out


def test_option_from_a_variable(tox: Callable[..., Ended]) -> None:
    """A plugin's option takes its default from the variable of its name."""
    import os
    from unittest.mock import patch

    plugin = (
        "from tox.plugin import impl\n@impl\ndef tox_add_option(parser):\n"
        "    parser.add_argument('--mine', of_type=list[str], default=[])\n"
        "@impl\ndef tox_add_core_config(state):\n    print(state.conf.options.mine)\n"
    )
    with patch.dict(os.environ, {"TOX_MINE": "a;b"}):
        ended = tox("list", "-d", "--no-desc", tox_ini=INI, toxfile_py=plugin)

    assert ended.out.splitlines()[0] == "['a', 'b']"
