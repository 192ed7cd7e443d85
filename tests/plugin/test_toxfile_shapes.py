"""The shapes that ``toxfile.py`` takes in public repositories, one test for each."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from tests.session.in_process import Ended

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
"""


def said(ended: Ended, *words: str) -> list[str]:
    """Return the printed lines that begin with one of some words; the run must have gone well."""
    assert ended.code == 0, ended.out
    return [line for line in ended.out.splitlines() if line.split(" ")[0] in words]


def test_file_put_into_the_environment(tox: Callable[..., Ended], tmp_path: Path) -> None:
    """A file is put into the folder of the environment before its commands run."""
    plugin = """\
    from tox.plugin import impl
    from tox.tox_env.api import ToxEnv

    @impl
    def tox_before_run_commands(tox_env: ToxEnv) -> None:
        (tox_env.env_dir / "licence.txt").write_text("yours")
    """

    ended = tox("r", tox_ini=INI, toxfile_py=plugin)

    assert ended.code == 0
    assert (tmp_path / ".tox" / "a" / "licence.txt").read_text() == "yours"


def test_constants_to_refer_to(tox: Callable[..., Ended]) -> None:
    """Constants of the project and of the environment are referred to in the configuration."""
    plugin = """\
    from tox.plugin import impl

    @impl
    def tox_add_core_config(core_conf):
        core_conf.add_constant("year", "the current year", "2026")

    @impl
    def tox_add_env_config(env_conf, state):
        env_conf.add_constant(["screen"], "which screen to use", f"xvfb for {env_conf.name}")
    """
    ini = "[tox]\nno_package = true\n[testenv:a]\ndescription = {[tox]year}, {screen}\n"

    ended = tox("config", "-e", "a", "-k", "description", tox_ini=ini, toxfile_py=plugin)

    assert ended.out == "[testenv:a]\ndescription = 2026, xvfb for a\n"


def test_packages_installed_by_an_installer_of_its_own(
    installing: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    """More is installed by the installer itself, in a second step that is no part of the configuration."""
    plugin = """\
    from tox import plugin

    @plugin.impl
    def tox_before_run_commands(tox_env):
        tox_env.installer._execute_installer(["demo<2"], "more")
    """
    ini = "[tox]\nno_package = true\n[testenv:a]\ncommands = python -c 'import demo; print(demo.VERSION)'\n"
    monkeypatch.setenv("NO_COLOR", "1")

    ended = installing("r", "-e", "a", tox_ini=ini, toxfile_py=plugin)

    assert said(ended, "1.0") == ["1.0"]
    assert "install_more> python -I -m pip install 'demo<2'" in ended.out


def test_setting_that_fills_the_site_packages(tox: Callable[..., Ended]) -> None:
    """A setting names modules that are put where the environment's Python finds them."""
    plugin = """\
    from tox.config.sets import EnvConfigSet
    from tox.plugin import impl
    from tox.session.state import State
    from tox.tox_env.api import ToxEnv
    from tox.tox_env.python.api import Python

    @impl
    def tox_add_env_config(env_conf: EnvConfigSet, state: State) -> None:
        env_conf.add_config(keys=["made"], of_type=list[str], default=[], desc="modules to make")

    @impl
    def tox_before_run_commands(tox_env: ToxEnv) -> None:
        assert isinstance(tox_env, Python)
        for name in tox_env.conf["made"]:
            (tox_env.env_site_package_dir() / f"{name}.py").write_text("VALUE = 'found'")
    """
    show = "python -c 'import one, two; print(two.VALUE)'"
    ini = f"[tox]\nno_package = true\n[testenv:a]\nmade =\n  one\n  two\ncommands = {show}\n"

    assert said(tox("r", "-e", "a", tox_ini=ini, toxfile_py=plugin), "found") == ["found"]


def test_matrix_for_a_workflow(tox: Callable[..., Ended]) -> None:
    """An option prints the Python environments for a workflow and ends, before anything runs."""
    plugin = """\
    import json
    import sys
    from tox.config.cli.parser import ToxParser
    from tox.config.sets import CoreConfigSet
    from tox.plugin import impl
    from tox.session.state import State
    from tox.tox_env.python.api import PY_FACTORS_RE

    @impl
    def tox_add_option(parser: ToxParser) -> None:
        parser.add_argument("--matrix", action="store_true", help="print a matrix")

    @impl
    def tox_add_core_config(core_conf: CoreConfigSet, state: State) -> None:
        if state.conf.options.matrix:
            names = [name for name in state.envs.iter(only_active=False) if PY_FACTORS_RE.match(name.split("-")[0])]
            print(json.dumps(names))
            sys.exit(0)
    """
    ini = "[tox]\nno_package = true\nenv_list = py312-a, lint, py313\n"

    ended = tox("--matrix", tox_ini=ini, toxfile_py=plugin)

    assert (ended.code, ended.out) == (0, '["py312-a", "py313"]\n')


def test_command_whose_output_becomes_a_variable(tox: Callable[..., Ended]) -> None:
    """A command runs in the environment, and what it prints is given to the commands that follow."""
    plugin = """\
    from tox.execute.request import StdinSource
    from tox.plugin import impl
    from tox.tox_env.api import ToxEnv

    @impl
    def tox_before_run_commands(tox_env: ToxEnv) -> None:
        if tox_env.name != "a":
            return
        outcome = tox_env.execute(["python", "-c", "print(1700000000)"], StdinSource.OFF, show=False, run_id="epoch")
        if outcome.exit_code == 0:
            tox_env.environment_variables["SOURCE_DATE_EPOCH"] = outcome.out.strip()
    """
    show = 'python -c \'import os; print("epoch", os.environ["SOURCE_DATE_EPOCH"])\''
    ini = f"[tox]\nno_package = true\n[testenv:a]\ncommands = {show}\n"

    ended = tox("r", "-e", "a", tox_ini=ini, toxfile_py=plugin)

    assert said(ended, "epoch") == ["epoch 1700000000"]


def test_options_parsed_once_more(tox: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch) -> None:
    """A hook that has no options at hand parses the command line itself."""
    plugin = """\
    import sys
    from tox.config.cli.parse import get_options
    from tox.config.cli.parser import ToxParser
    from tox.plugin import impl

    @impl
    def tox_add_option(parser: ToxParser) -> None:
        parser.add_argument("--mine", default="unset")

    @impl
    def tox_before_run_commands(tox_env) -> None:
        print("mine", tox_env.name, get_options(*sys.argv[1:]).parsed.mine, flush=True)

    @impl
    def tox_env_teardown(tox_env) -> None:
        print("torn", tox_env.name, flush=True)
    """
    monkeypatch.setattr("sys.argv", ["tox", "r", "--mine", "set"])

    ended = tox("r", "--mine", "set", tox_ini=INI, toxfile_py=plugin)

    assert said(ended, "mine", "torn") == ["mine a set", "torn a"]


def test_settings_of_one_command_only(tox: Callable[..., Ended], tmp_path: Path) -> None:
    """What is cleaned before a run depends on the sub-command and on a setting, loaded by name."""
    plugin = """\
    import pathlib
    from tox.plugin import impl
    from tox.tox_env.api import ToxEnv

    @impl
    def tox_add_env_config(env_conf):
        env_conf.add_config("cleaned", list[str], [], "files to remove first")

    @impl
    def tox_before_run_commands(tox_env: ToxEnv) -> None:
        if tox_env.options.command in ("run", "r", "run-parallel", "p"):
            for name in tox_env.conf.load("cleaned"):
                print("remove", name, flush=True)
                pathlib.Path(tox_env.core["tox_root"], name).unlink(missing_ok=True)
    """
    ini = f"{INI}cleaned = rest.txt\n"

    ran = tox("r", tox_ini=ini, toxfile_py=plugin, rest_txt="")
    executed = tox("exec", "-e", "a", "--", "python", "-c", "open('only', 'w')", rest_txt="")

    assert said(ran, "remove") == ["remove rest.txt"]
    assert said(executed, "remove") == []
    assert (tmp_path / "only").exists()


def test_tox_run_from_a_hook_module(tox: Callable[..., Ended]) -> None:
    """Settings are added to environments that are complete, from the hook of the project."""
    plugin = """\
    import tox.run
    from tox.execute import Outcome
    from tox.plugin import impl
    from tox.session.state import State
    from tox.tox_env.register import ToxEnvRegister

    @impl
    def tox_add_core_config(core_conf, state: State) -> None:
        for name in state.envs.iter(only_active=False):
            conf = state.envs._defined_envs[name].env.conf
            conf._final = False
            conf.add_config("late", str, f"late {name}", "added late")
            conf._final = True
        print("project", state.conf.core["env_list"].envs, callable(tox.run.main))

    @impl
    def tox_after_run_commands(tox_env, exit_code: int, outcomes: list[Outcome]) -> None:
        print("after", tox_env.conf["late"], exit_code == Outcome.OK, flush=True)
    """

    ended = tox("r", tox_ini=INI, toxfile_py=plugin)

    assert said(ended, "project", "after") == ["project ['a'] True", "after late a True"]


def test_file_written_to_the_root(tox: Callable[..., Ended], tmp_path: Path) -> None:
    """Settings of the project tell where to write."""
    plugin = """\
    from tox.plugin import impl

    @impl
    def tox_before_run_commands(tox_env):
        folder = tox_env.core["work_dir"] / "screenshots"
        folder.mkdir(parents=True, exist_ok=True)
        (tox_env.core["toxinidir"] / "where.txt").write_text(folder.name)
    """

    assert tox("r", tox_ini=INI, toxfile_py=plugin).code == 0
    assert (tmp_path / "where.txt").read_text() == "screenshots"


def test_environments_in_one_folder(tox: Callable[..., Ended]) -> None:
    """A record that leaves the name out lets environments share a folder without building it anew."""
    plugin = """\
    from contextlib import contextmanager
    from tox.plugin import impl
    from tox.tox_env.api import ToxEnv
    from tox.tox_env.info import Info
    from tox.tox_env.python.virtual_env.runner import VirtualEnvRunner
    from tox.tox_env.register import ToxEnvRegister

    class Filtered(Info):
        @contextmanager
        def compare(self, value, section, sub_section=None):
            if section == ToxEnv.__name__:
                value = {key: one for key, one in value.items() if key != "name"}
            with super().compare(value, section, sub_section) as result:
                yield result

    class Shared(VirtualEnvRunner):
        @staticmethod
        def id() -> str:
            return "shared"
        @property
        def cache(self) -> Info:
            return Filtered(self.env_dir)

    @impl
    def tox_register_tox_env(register: ToxEnvRegister) -> None:
        register.add_run_env(Shared)
    """
    ini = (
        "[tox]\nno_package = true\nenv_list = a, b\n[testenv]\nrunner = shared\nenv_dir = {work_dir}/one\n"
        "commands = python -c 'print(\"in {env_name}\")'\n"
    )

    first = tox("r", tox_ini=ini, toxfile_py=plugin)
    second = tox("r")

    for ended in (first, second):
        assert said(ended, "in") == ["in a", "in b"]
        assert "recreate" not in ended.out


def test_what_is_installed_is_watched(installing: Callable[..., Ended], tmp_path: Path) -> None:
    """Requirements are read as they are configured, a package loses its dependencies, and the result is listed."""
    plugin = """\
    from tox.execute.api import StdinSource
    from tox.plugin import impl
    from tox.tox_env.python.package import WheelPackage
    from tox.tox_env.python.pip.req_file import PythonDeps

    @impl
    def tox_add_env_config(env_conf, state):
        print("named", env_conf.env_name, env_conf.name)

    @impl
    def tox_on_install(tox_env, arguments, section, of_type):
        if isinstance(arguments, PythonDeps):
            print("deps", arguments.lines(), flush=True)
        elif of_type == "package":
            for one in arguments:
                print("package", isinstance(one, WheelPackage), [str(dep) for dep in one.deps], flush=True)
                one.deps[:] = []

    @impl
    def tox_before_run_commands(tox_env):
        outcome = tox_env.execute(tox_env.installer.freeze_cmd(), StdinSource.OFF, show=False, run_id="list")
        found = [line.partition("==")[0].partition(" @")[0] for line in outcome.out.splitlines()]
        print("found", [name for name in found if name in {"own", "demo", "addon"}], flush=True)
    """
    (tmp_path / "own.py").write_text("'''A module.'''\n")
    ini = "[testenv:a]\npackage = wheel\ndeps = addon\ncommands = python -c 'import own'\n"

    ended = installing("r", "-e", "a", tox_ini=ini, toxfile_py=plugin, pyproject_toml=PYPROJECT)

    assert said(ended, "named", "deps", "package", "found") == [
        "named a a",
        "named .pkg .pkg",
        "deps ['addon']",
        "package True ['demo']",
        "found ['addon', 'own']",
    ]


def test_runner_with_overrides(tox: Callable[..., Ended]) -> None:
    """A kind of environment has settings of its own, which an option overrides for all loaders."""
    plugin = """\
    from tox.config.cli.parser import ToxParser
    from tox.config.loader.api import Override
    from tox.config.loader.stringify import stringify
    from tox.plugin import impl
    from tox.tox_env.python.virtual_env.runner import VirtualEnvRunner
    from tox.tox_env.register import ToxEnvRegister

    class Mine(VirtualEnvRunner):
        @staticmethod
        def id() -> str:
            return "mine"
        def register_config(self) -> None:
            super().register_config()
            self.conf.add_config("level", int, 1, "of optimization")
            if self.options.level is not None:
                override = Override(f"testenv.level={self.options.level}")
                for loader in self.conf.loaders:
                    loader.overrides.setdefault(override.key, []).append(override)
            print("level", stringify(self.conf.load("level"))[0])

    @impl
    def tox_add_option(parser: ToxParser) -> None:
        parser.add_argument("--level", type=int, default=None)

    @impl
    def tox_register_tox_env(register: ToxEnvRegister) -> None:
        register.add_run_env(Mine)
    """
    ini = f"{INI}runner = mine\nlevel = 2\n"

    from_file = tox("config", "-k", "runner", tox_ini=ini, toxfile_py=plugin)
    from_option = tox("config", "-k", "runner", "--level", "3")

    assert (said(from_file, "level"), said(from_option, "level")) == (["level 2"], ["level 3"])


def test_environments_of_its_own_for_runs_and_packages(installing: Callable[..., Ended], tmp_path: Path) -> None:
    """Run and package environments with an installer of their own become the default."""
    plugin = """\
    from tox.config.types import Command
    from tox.plugin import impl
    from tox.tox_env.python.pip.pip_install import Pip
    from tox.tox_env.python.virtual_env.package.cmd_builder import VirtualEnvCmdBuilder
    from tox.tox_env.python.virtual_env.package.pyproject import Pep517VirtualEnvPackager
    from tox.tox_env.python.virtual_env.runner import VirtualEnvRunner
    from tox.tox_env.register import ToxEnvRegister

    class OwnPip(Pip):
        def post_process_install_command(self, cmd: Command) -> Command:
            cmd = super().post_process_install_command(cmd)
            print("installer", type(self._env).__name__, cmd.args[:4][-2:], flush=True)
            return cmd

    class Own:
        @property
        def installer(self):
            if getattr(self, "_own_pip", None) is None:
                self._own_pip = OwnPip(self)
            return self._own_pip

    class Runner(Own, VirtualEnvRunner):
        @staticmethod
        def id() -> str:
            return "own"
        @property
        def _package_tox_env_type(self) -> str:
            return "own-pep-517"
        @property
        def _external_pkg_tox_env_type(self) -> str:
            return "own-cmd"

    class Packager(Own, Pep517VirtualEnvPackager):
        @staticmethod
        def id() -> str:
            return "own-pep-517"

    class Builder(Own, VirtualEnvCmdBuilder):
        @staticmethod
        def id() -> str:
            return "own-cmd"

    @impl
    def tox_register_tox_env(register: ToxEnvRegister) -> None:
        register.add_run_env(Runner)
        register.add_package_env(Packager)
        register.add_package_env(Builder)
        register._default_run_env = Runner.id()
    """
    (tmp_path / "own.py").write_text("'''A module.'''\n")
    ini = "[testenv:a]\npackage = wheel\ndeps = addon\ncommands = python -c 'import own, demo'\n"

    ended = installing("r", "-e", "a", tox_ini=ini, toxfile_py=plugin, pyproject_toml=PYPROJECT)

    assert {line.split(" ")[1] for line in said(ended, "installer")} == {"Runner", "Packager"}


def test_plugin_without_hooks(tox: Callable[..., Ended]) -> None:
    """A plugin may be nothing but a function of its own beside the marker."""
    ended = tox("r", tox_ini=INI, toxfile_py="from tox.plugin import impl\n\ndef helper():\n    return impl\n")

    assert said(ended, "ran") == ["ran"]


def test_sections_of_another_file(tox: Callable[..., Ended], tmp_path: Path) -> None:
    """The sections of a second file are added to those of the project, and a loader of its own reads the core."""
    plugin = """\
    import configparser
    from pathlib import Path
    from tox.config.loader.ini import IniLoader
    from tox.plugin import impl

    @impl
    def tox_add_core_config(core_conf, state):
        source = state.conf._src
        other = configparser.ConfigParser(interpolation=None)
        other.read(Path(__file__).with_name("other.ini"))
        for section in other.sections():
            if not source._parser.has_section(section):
                source._parser.add_section(section)
            for key, value in other.items(section):
                source._parser.set(section, key, value)
        core = source.get_core_section()
        loader = source.get_loader(core, {})
        assert isinstance(loader, IniLoader)
        fresh = IniLoader(
            section=core, parser=source._parser, overrides=state.conf._overrides.get(core.key, []), core_section=core
        )
        core_conf.loaders.insert(0, fresh)
    """
    (tmp_path / "other.ini").write_text(
        dedent("""\
        [tox]
        env_list = x
        [testenv:x]
        description = of the other file
        """)
    )

    ended = tox("list", tox_ini="[tox]\nno_package = true\n", toxfile_py=plugin)

    assert "x -> of the other file" in ended.out
