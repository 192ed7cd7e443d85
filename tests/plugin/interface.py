"""What plugins see of tox: probes, each shown as a value or the kind of its error.

``python -m tests.plugin.interface TOX > tests/plugin/interface.json`` writes down what another tox shows; the file has
what tox 4.67.15 shows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

__all__ = ["ROWS", "Row", "shown", "write"]

INI = """\
[tox]
no_package = true
env_list = a, b
labels = many = a, b
count = 3
[testenv]
description = of all
pass_env = ONE
  TWO
words = one
  two
number = 7
ratio = 0.5
yes = true
pairs = k=1
  l=2
place = sub
wrong = seven
empty =
commands = python -c 'print("ran")'
[testenv:b]
number = 8
set_env = A=1
"""
_HEAD = """\
import enum, os, sys
from pathlib import Path
from typing import Dict, List, Literal, Optional, Set, Union
from tox.plugin import impl

def show(name, make):
    try:
        value = make()
    except BaseException as error:
        value = f"!{type(error).__name__}"
    print("|", name, "=", value, flush=True)

def probes(text, **names):
    for line in text.strip().splitlines():
        show(line.strip(), lambda: eval(line.strip(), {**globals(), **names}))

"""


class Row(NamedTuple):
    """A plugin, and how it is run."""

    plugin: str
    """the probing part of its ``toxfile.py``"""
    arguments: tuple[str, ...] = ("config", "-e", "a", "-k", "env_name")
    ini: str = INI


def _hook(name: str, arguments: str, body: str) -> str:
    """Write a hook whose body is indented already."""
    return f"@impl\ndef {name}({arguments}):\n{body}\n"


def _shown(*hooks: tuple[str, str, str]) -> str:
    """Write hooks that show something when they are called: name, arguments, and what."""
    return "".join(_hook(name, arguments, f"    show('{name}', lambda: {what})") for name, arguments, what in hooks)


def _core(text: str, before: str = "") -> Row:
    body = f"{before}    probes('''{text}''', core=core_conf, state=state)"
    return Row(_hook("tox_add_core_config", "core_conf, state", body))


def _env(text: str, before: str = "") -> Row:
    body = f"    if env_conf.name != 'a': return\n{before}    probes('''{text}''', conf=env_conf, state=state)"
    return Row(_hook("tox_add_env_config", "env_conf, state", body))


def _running(text: str, before: str = "", *arguments: str) -> Row:
    body = f"    env = tox_env\n{before}    probes('''{text}''', env=env)"
    return Row(_hook("tox_before_run_commands", "tox_env", body), ("run", "-e", "a", *arguments))


ROWS = {
    "settings of an environment": _env("""
        conf.add_config('number', int, 1, 'd').keys
        conf['number']
        conf.add_config(['number2', 'n2'], int, 5, 'd') and (conf['number2'], conf['n2'])
        conf.add_config('number', int, 1, 'd').keys
        conf.add_config('number', int, 2, 'd').keys
        conf.add_config('number', str, 1, 'd').keys
        conf.add_config('number', int, 1, 'other').keys
        conf.add_config('commands', str, '', 'd').keys
        conf.add_constant('fixed', 'd', 4) and conf['fixed']
        conf.add_constant('fixed', 'd', 4) and conf['fixed']
        conf.add_constant('fixed', 'd', 5) and conf['fixed']
        conf.add_constant('called', 'd', lambda: 6) and conf['called']
        conf['nothing']
        'number' in conf, 'n2' in conf, 'nothing' in conf
        conf.primary_key('n2')
        conf.primary_key('nothing')
        'n2' in list(conf), 'number2' in list(conf)
        conf.name, conf.env_name
        conf.load('number'), conf.load('n2')
        conf.load('nothing')
        conf.unused()
        conf.add_config('wrong', int, 1, 'd') and conf['wrong']
        conf.add_config('empty', int, 1, 'd') and conf['empty']
    """),
    "settings of the run": _core("""
        core.add_config('count', int, 1, 'd').keys
        core['count']
        core.add_config('count', int, 1, 'd').keys
        core.add_config('count', str, '', 'd').keys
        core['count']
        core.add_constant('count', 'd', 9) and core['count']
        core['toxinidir'] == core['tox_root'], core['toxworkdir'] == core['work_dir']
        core['work_dir'].name, core['temp_dir'].name, core['config_file_path'].name
        core['on_platform'] == sys.platform
        core['nothing']
        core.name, core.env_name
        list(core['labels'].items())
    """),
    "types of settings": _env("""
        conf.add_config('words', List[str], [], 'd') and conf['words']
        conf.add_config('ratio', float, 1.0, 'd') and conf['ratio']
        conf.add_config('yes', bool, False, 'd') and conf['yes']
        conf.add_config('pairs', Dict[str, int], {}, 'd') and dict(conf['pairs'])
        conf.add_config('place', Path, Path('x'), 'd') and conf['place']
        conf.add_config('number', Optional[int], None, 'd') and conf['number']
        conf.add_config('absent', Optional[int], None, 'd') and conf['absent']
        conf.add_config('absent2', int, lambda conf, name: len(name), 'd') and conf['absent2']
        conf.add_config('absent3', int, 3, 'd', lambda value: value + 1) and conf['absent3']
        conf.add_config('absent4', int, 3, 'd', post_process=lambda value: str(value)) and conf['absent4']
        conf.add_config('absent5', int, '3', 'd') and conf['absent5']
    """),
    "types that differ in the text": _env("""
        conf.add_config('words', Set[str], set(), 'd') and sorted(conf['words'])
        conf.add_config('number', Literal['7', '8'], '8', 'd') and conf['number']
        conf.add_config('ratio', Literal['7', '8'], '8', 'd') and conf['ratio']
        conf.add_config('place', str, '', 'd', factory=lambda text: 'f' + text) and conf['place']
        conf.add_config('yes', int, 0, 'd') and conf['yes']
        conf.add_config('pairs', List[int], [], 'd') and conf['pairs']
        conf.add_config('empty', str, 'x', 'd') and repr(conf['empty'])
        conf.add_config('wrong', bool, False, 'd') and conf['wrong']
    """),
    "values with a type": _env("""
        sorted(conf.get('pass_env', list))[-2:]
        conf.get('description', str)
        conf.get('description', int)
        conf.get_optional('description', str)
        conf.get_optional('description', int)
        conf.get('nothing', str)
        conf.get_optional('nothing', str)
        type(conf['set_env']).__name__, type(conf['commands']).__name__, type(conf['commands'][0]).__name__
        type(conf['env_dir']).__name__, type(conf['depends']).__name__, type(conf['allowlist_externals']).__name__
    """),
    "values from memory": _env(
        """
        conf.add_config('m1', int, 1, 'd') and conf['m1']
        conf.add_config('m2', List[int], [], 'd') and conf['m2']
        conf.add_config('m4', Dict[str, int], {}, 'd') and dict(conf['m4'])
        conf.add_config('m5', bool, False, 'd') and conf['m5']
        conf.add_config('m6', Path, Path('x'), 'd') and conf['m6']
        conf.add_config('m7', str, '', 'd') and conf['m7']
        conf.add_config('m8', Optional[int], 1, 'd') and conf['m8']
        conf.add_config('m9', Set[int], set(), 'd') and conf['m9']
        conf['commands'], conf['description']
        conf['change_dir'].name
        type(conf['commands'][0]).__name__
        """,
        """\
    from tox.config.loader.memory import MemoryLoader
    given = dict(m1='2', m2=['1', 2], m4={'a': '1'}, m5='yes', m6='p', m7='{env_name}', m8=None, m9=[1, 1])
    from tox.config.types import Command
    env_conf.loaders.insert(0, MemoryLoader(commands=[Command(['x', 'y'])], description='here', change_dir=Path('w')))
    env_conf.loaders.insert(0, MemoryLoader(**given))
""",
    ),
    "environments of a session": _core("""
        list(state.envs.iter())
        list(state.envs.iter(only_active=False))
        list(state.envs.iter(only_active=False, package=True))
        type(state.envs['b']).__name__
        state.envs['b'] is state.envs['b']
        state.envs['nope']
        state.envs['b'].name, state.envs['b'].id(), state.envs['b'].conf.name
        state.envs['b'].conf['env_dir'].name
        state.envs['b'].conf['set_env'].load('A')
        state.envs['b'].conf['set_env'].load('NOPE')
        'A' in state.envs['b'].conf['set_env'], 'NOPE' in state.envs['b'].conf['set_env']
        state.conf.options.command
        state.args
        state.conf.pos_args(None)
        list(state.conf)
        'a' in state.conf, 'zz' in state.conf
        [section.key for section in state.conf.sections()]
        state.conf.src_path.name
        state.conf.get_env('b')['set_env'].load('A')
    """),
    "package environment asked for first": Row(
        _hook("tox_add_env_config", "env_conf, state", "    show('told ' + env_conf.name, lambda: None)")
        + _hook(
            "tox_add_core_config",
            "core_conf, state",
            "    probes('''type(state.envs['.pkg']).__name__\n    state.envs['.pkg'].id()''', state=state)",
        ),
        ("list",),
        "[tox]\nenv_list = a\n[testenv]\npackage = wheel\n",
    ),
    "what commands are": _core(
        """
        Command(['-', 'x', 'y']).args, Command(['-', 'x', 'y']).ignore_exit_code
        Command(['-x', 'y']).args, Command(['-x', 'y']).ignore_exit_code
        Command(['!', 'x']).args, Command(['!', 'x']).invert_exit_code
        Command(['!x']).args, Command(['!x']).invert_exit_code
        Command(['-', '!', 'x']).args
        Command(['x', 'a b']).shell
        Command(['x']) == Command(['x']), Command(['x']) == Command(['-', 'x']), Command(['x']) == 1
        list(EnvList(['a', 'b'])), bool(EnvList([])), EnvList(['a']) == EnvList(['a']), EnvList(['a']).envs
        """,
        "    global Command, EnvList\n    from tox.config.types import Command, EnvList\n",
    ),
    "commands that run": _running(
        """
        run('print(1)').exit_code, run('print(1)').out, run('print(1)').err, bool(run('print(1)'))
        run('raise SystemExit(3)').exit_code, bool(run('raise SystemExit(3)'))
        run('import sys; sys.stderr.write("e")').err
        run('print(1)').out_err()
        run('print(1)').cmd[1:], run('print(1)').request.cmd[0], run('print(1)').request.run_id
        run('print(1)').elapsed >= 0, type(run('print(1)').elapsed).__name__, run('print(1)').end >= 0
        run('raise SystemExit(3)').assert_success()
        run('print(1)').assert_success()
        run('print(1)').assert_failure()
        run('raise SystemExit(3)').assert_failure()
        run('import os; print(os.path.basename(os.getcwd()))', cwd=env.conf['env_dir']).out
        run('import os; print(os.environ["TOX_ENV_NAME"], os.environ.get("B"))').out
        run('import sys; print(sys.stdin.read())').out
        env.execute([], StdinSource.OFF)
        env.execute(['no-such-program-at-all'], StdinSource.OFF, show=False).exit_code
        env.execute(['python', '-c', 'print(2)'], StdinSource.OFF, show=True).out
        started('input()').exit_code
        """,
        """\
    global StdinSource
    from tox.execute.request import StdinSource
    env.environment_variables['B'] = 'b'
    def run(code, **more):
        return env.execute(['python', '-c', code], StdinSource.OFF, show=False, run_id='mine', **more)
    def started(code):
        with env.execute_async(['python', '-c', code], StdinSource.API, show=False) as status:
            status.write_stdin('x' + os.linesep)
            while status.exit_code is None:
                status.wait()
        return status.outcome
    globals().update(run=run, started=started)
""",
    ),
    "requests": _core(
        """
        request(['x', 'a b']).shell_cmd
        request([])
        request(['x']).stdin.name, request(['x']).run_id, request(['x']).allow
        request(['x'], allow=['y']).allow
        [source.name for source in StdinSource], StdinSource.user_only().name
        request(['x']).cwd.name, request(['x']).env
        """,
        """\
    global StdinSource
    from tox.execute.request import ExecuteRequest, StdinSource
    def request(cmd, **more):
        return ExecuteRequest(cmd=cmd, cwd=Path('w'), env={'A': '1'}, stdin=StdinSource.OFF, run_id='i', **more)
    globals().update(request=request)
""",
    ),
    "an environment that runs": _running("""
        env.name, env.id(), env.conf['env_name'], env.core is not None
        env.conf['env_dir'].name, env.env_dir.name, env.env_tmp_dir.name, env.env_log_dir.name
        env.env_tmp_dir.is_dir(), env.env_dir.is_dir(), env.env_log_dir.is_dir()
        env.options.command, env.package_env, list(env.package_envs)
        env.environment_variables['TOX_ENV_NAME'], env.environment_variables['VIRTUAL_ENV'] == str(env.env_dir)
        sorted(set(env.environment_variables) & {'ONE', 'PATH', 'PYTHONHASHSEED', 'NOPE'})
        env.base_python.implementation, env.base_python.version_info[:2] == sys.version_info[:2]
        env.base_python.impl_lower, env.base_python.version_no_dot == '%d%d' % sys.version_info[:2]
        env.base_python.is_64, env.base_python.free_threaded
        env.env_python().name.startswith('python'), env.env_bin_dir().is_dir(), env.env_site_package_dir().is_dir()
        env.env_python() == env.conf['env_python'], env.conf['envpython'] == env.conf['env_python']
        type(env.installer).__name__, env.installer.installed()[0].partition('=')[0]
        type(env.executor).__name__, type(env.journal).__name__, bool(env.journal)
        sorted(env.python_cache())
        str(env), repr(env)
        env.runs_on_platform, env.isolated_build_env if hasattr(env, 'isolated_build_env') else None
    """),
    "skip before commands": Row(
        _hook(
            "tox_before_run_commands",
            "tox_env",
            "    from tox.tox_env.errors import Skip\n    raise Skip('not today')",
        ),
        ("run", "-e", "a"),
    ),
    "hooks of a run": Row(
        _shown(
            ("tox_register_tox_env", "register", "sorted(register.env_runners)"),
            ("tox_add_option", "parser", "type(parser).__name__"),
            ("tox_extend_envs", "", "None"),
            ("tox_add_core_config", "core_conf, state", "core_conf is state.conf.core"),
            ("tox_add_env_config", "env_conf, state", "env_conf.name"),
            ("tox_before_run_commands", "tox_env", "tox_env.name"),
            ("tox_after_run_commands", "tox_env, exit_code, outcomes", "(exit_code, len(outcomes))"),
            ("tox_env_teardown", "tox_env", "tox_env.name"),
        ),
        ("run", "-e", "a,b"),
    ),
    "a command of its own": Row(
        """\
from tox.session.env_select import CliEnv, register_env_select_flags

def handler(state):
    options = state.conf.options
    show("env", lambda: (list(options.env), options.env.is_all, options.env.is_default_list))
    show("labels", lambda: (options.labels, options.factors, options.skip_env))
    show("mine", lambda: (options.mine, options.command))
    show("active", lambda: list(state.envs.iter()))
    return 5

@impl
def tox_add_option(parser):
    ours = parser.add_command("own", ["o"], "help of it", handler)
    register_env_select_flags(ours, default=CliEnv("b"), multiple=True)
    ours.add_argument("--mine", default=1, type=int, help="h")
""",
        ("o", "--mine", "3", "-m", "many"),
    ),
    "a command for one environment": Row(
        """\
from tox.session.env_select import CliEnv, register_env_select_flags

def handler(state):
    options = state.conf.options
    show("env", lambda: (list(options.env), options.env.is_all, options.env.is_default_list))
    show("has", lambda: [name for name in ("labels", "factors", "skip_env") if hasattr(options, name)])
    show("active", lambda: list(state.envs.iter()))
    return 0

@impl
def tox_add_option(parser):
    ours = parser.add_command("own", [], "help of it", handler)
    register_env_select_flags(ours, default=CliEnv("b"), multiple=False)
""",
        ("own",),
    ),
    "one environment, named": Row(
        """\
from tox.session.env_select import CliEnv, register_env_select_flags

def handler(state):
    show("env", lambda: (list(state.conf.options.env), list(state.envs.iter())))
    return 0

@impl
def tox_add_option(parser):
    ours = parser.add_command("own", [], "help of it", handler)
    register_env_select_flags(ours, default=CliEnv("b"), multiple=False)
""",
        ("own", "-e", "a"),
    ),
    "hooks of provisioning": Row(
        _shown(
            ("tox_register_tox_env", "register", "sorted(register.env_runners)"),
            ("tox_add_option", "parser", "None"),
            ("tox_extend_envs", "", "None"),
            (
                "tox_add_core_config",
                "core_conf, state",
                "('requires' in core_conf, core_conf['provision_tox_env'])",
            ),
            ("tox_add_env_config", "env_conf, state", "(env_conf.env_name, 'deps' in env_conf)"),
            (
                "tox_on_install",
                "tox_env, arguments, section, of_type",
                "(tox_env.name, tox_env.id(), section, of_type, arguments.lines()[:2])",
            ),
            ("tox_before_run_commands", "tox_env", "tox_env.name"),
            ("tox_after_run_commands", "tox_env, exit_code, outcomes", "tox_env.name"),
            ("tox_env_teardown", "tox_env", "tox_env.name"),
        ),
        ("run", "-e", "a"),
        "[tox]\nrequires = plug\n  other<2\nno_package = true\nenv_list = a\n"
        "[testenv:.tox]\ninstall_command = python -c 'exit(3)' {packages}\n",
    ),
    "a kind of environment": Row(
        """\
from tox.tox_env.python.virtual_env.runner import VirtualEnvRunner

class Mine(VirtualEnvRunner):
    @staticmethod
    def id():
        return "mine"

    def register_config(self):
        super().register_config()
        self.conf.add_config("own", str, "o", "d")

    def _default_pass_env(self):
        return [*super()._default_pass_env(), "MINE_*"]

    def _default_set_env(self):
        return {**super()._default_set_env(), "OWN": "1"}

    def create_python_env(self):
        print("| create_python_env")
        super().create_python_env()

    def _setup_env(self):
        print("| _setup_env")
        super()._setup_env()

    def setup(self, *args, **kwargs):
        print("| setup")
        super().setup(*args, **kwargs)

    def teardown(self):
        super().teardown()
        self.conf["own"]

    def python_cache(self):
        return {**super().python_cache(), "mine": 1}

@impl
def tox_register_tox_env(register):
    register.add_run_env(Mine)
    show("runners", lambda: sorted(register.env_runners))
    show("default", lambda: register.default_env_runner)

@impl
def tox_before_run_commands(tox_env):
    probes('''
        env.id(), env.conf["own"], env.conf["runner"], "MINE_*" in env.conf["pass_env"]
        env.conf["set_env"].load("OWN"), env.environment_variables["OWN"]
        env.python_cache()["mine"]
    ''', env=tox_env)
""",
        ("run", "-e", "a", "-x", "testenv.runner=mine"),
    ),
    "updates of variables": _env(
        """
        later.update({'B': '2', 'A': 'late'}) and later.load('B')
        later.load('A'), later.load('B')
        later.update({'B': '3'}, override=False), later.load('B')
        later.update({'C': '4'}, override=False), later.load('C')
        [name for name in later if name in 'ABCX']
        'PYTHONIOENCODING' in later, 'VIRTUAL_ENV' in later, 'PIP_DISABLE_PIP_VERSION_CHECK' in later
        later.load('PYTHONIOENCODING')
        later.changed
        later.name, later.env_name
        'C' in later, 'D' in later
        later.load('C', ConfigLoadArgs([], 'b', 'b'))
        later.update(other), later.load('X')
        later.update_if_not_present({'B': '5', 'E': '5'}), later.load('B'), later.load('E')
        later.items()
        dict(later)
        len(later)
        later['A']
        SetEnv({'Q': '1'}, 'n', 'e', Path('.')).load('Q')
        SetEnv('Q', 'n', 'e', Path('.'))
        """,
        """\
    global ConfigLoadArgs, SetEnv
    from tox.config.loader.api import ConfigLoadArgs
    from tox.config.set_env import SetEnv
    later = env_conf['set_env']
    other = SetEnv('X=1', 'n', 'e', Path('.'))
    other.use_replacer(lambda value, args: value, ConfigLoadArgs([], 'n', 'e'))
    globals().update(later=later, other=other)
""",
    ),
    "records": _running(
        """
        type(env.cache).__name__, env.cache.__class__.__module__
        compared({'a': 1})
        compared({'a': 1})
        compared({'a': 2})
        compared(['x'], 'sub')
        compared(['x'], 'sub')
        compared({'a': 2})
        Info(env.env_dir / 'no').compare
        info.reset()
        compared({'a': 2})
        repr(Info(Path('no')))
        """,
        """\
    global Info
    from tox.tox_env.info import Info
    info = Info(env.env_tmp_dir)
    def compared(value, *more):
        with info.compare(value, 'Mine', *more) as (equal, known):
            return equal, known
    globals().update(info=info, compared=compared)
""",
    ),
    "mappings and odd words": _core(
        """
        type(core.add_config('d', Dict[str, str], {}, 'd') and core['d']).__name__
        Command(['-']).args
        Command(['!']).args
        Command(['-', '-']).args
        Command(['', 'x']).args
        """,
        "    global Command\n    from tox.config.types import Command\n",
    ),
    "a kind of package environment": Row(
        """\
from tox.tox_env.python.package import PythonPackageToxEnv
from tox.tox_env.python.virtual_env.api import VirtualEnv
from tox.tox_env.python.virtual_env.runner import VirtualEnvRunner

class MinePackage(PythonPackageToxEnv, VirtualEnv):
    @staticmethod
    def id():
        return "mine-pkg"

    def register_config(self):
        super().register_config()
        self.conf.add_config("kept", str, "k", "d")

    def perform_packaging(self, for_env):
        show("asked", lambda: (for_env.env_name, self.conf["kept"], self.name, self.conf["package_root"].name != ""))
        return []

    def load_deps_for_env(self, for_env):
        return []

    def requires(self):
        return ()

    def mark_active_run_env(self, run_env):
        print("| active", run_env.conf.name)
        super().mark_active_run_env(run_env)

    def teardown_env(self, conf):
        print("| teardown for", conf.env_name)
        super().teardown_env(conf)

class Mine(VirtualEnvRunner):
    @staticmethod
    def id():
        return "mine"

    @property
    def _package_tox_env_type(self):
        return "mine-pkg"

@impl
def tox_register_tox_env(register):
    register.add_run_env(Mine)
    register.add_package_env(MinePackage)
    show("package types", lambda: sorted(register._package_envs))

@impl
def tox_before_run_commands(tox_env):
    probes('''
        tox_env.package_env.name, tox_env.package_env.id(), [env.name for env in tox_env.package_envs]
        tox_env.package_env.conf["kept"], type(tox_env.package_env).__name__
    ''', tox_env=tox_env)
""",
        ("run", "-e", "a,b", "-x", "testenv.runner=mine", "-x", "testenv.commands=python -c pass"),
        "[tox]\nenv_list = a, b\n[testenv]\npackage = wheel\n",
    ),
    "calls to environments that build": Row(
        """\
from tox.tox_env.python.virtual_env.package.pyproject import Pep517VirtualEnvPackager
from tox.tox_env.python.virtual_env.runner import VirtualEnvRunner

def noting(name):
    def method(self, *args, **kwargs):
        names = [conf.env_name for conf in (getattr(each, "conf", each) for each in args) if hasattr(conf, "env_name")]
        print("|", type(self).__name__, self.conf.env_name, name, *names, flush=True)
        return [] if name == "perform_packaging" else getattr(super(type(self), self), name)(*args, **kwargs)
    return method

class Builder(Pep517VirtualEnvPackager):
    @staticmethod
    def id():
        return "builder"

class Mine(VirtualEnvRunner):
    @staticmethod
    def id():
        return "mine"

    @property
    def _package_tox_env_type(self):
        return "builder"

for name in ("register_config", "register_run_env", "mark_active_run_env", "perform_packaging", "teardown_env"):
    setattr(Builder, name, noting(name))
for name in ("register_config", "get_package_env_types", "setup", "_setup_env", "create_python_env", "_setup_pkg"):
    setattr(Mine, name, noting(name))

@impl
def tox_register_tox_env(register):
    register.add_run_env(Mine)
    register.add_package_env(Builder)
"""
        + _shown(
            ("tox_add_env_config", "env_conf, state", "env_conf.env_name"),
            ("tox_on_install", "tox_env, arguments, section, of_type", "(tox_env.name, section, of_type)"),
            ("tox_before_run_commands", "tox_env", "tox_env.name"),
            ("tox_env_teardown", "tox_env", "tox_env.name"),
        ),
        ("run", "-e", "a,b", "-x", "testenv.runner=mine", "-x", "testenv.commands=python -c pass"),
        "[tox]\nenv_list = a, b\n[testenv]\npackage = wheel\n",
    ),
}


def shown(out: str, root: str) -> list[str]:
    """Collect what probes printed, the folder of the project left out."""
    lines = [line[2:] for line in out.splitlines() if line.startswith("| ")]
    return [line.replace(root, "<root>") for line in lines]


def write(folder: Path, row: Row) -> None:
    """Write a project with a plugin."""
    (folder / "tox.ini").write_text(row.ini, encoding="utf-8")
    (folder / "toxfile.py").write_text(_HEAD + row.plugin, encoding="utf-8")


def _draw(tox: str) -> dict[str, list[str]]:
    found = {}
    for name, row in ROWS.items():
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), row)
            done = subprocess.run(
                [tox, *row.arguments],
                cwd=folder,
                env={**os.environ, "TOX_USER_CONFIG_FILE": os.devnull},
                capture_output=True,
                text=True,
                check=False,
            )
            found[name] = [f"exit code {done.returncode & 0xFF}", *shown(done.stdout, str(Path(folder).resolve()))]
    return found


if __name__ == "__main__":
    print(json.dumps(_draw(sys.argv[1]), indent=1))
