"""``tox`` without a sub-command: the command line of tox 3."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tox._historical import elsewhere
from tox.config.cli.parser import DEFAULT_VERBOSITY
from tox.config.of_type import Later
from tox.session._select.flags import register_env_select_flags
from tox.session._select.request import CliEnv
from tox.session.cmd.run._flags import env_run_create_flags
from tox.session.cmd.run.parallel import parallel_flags

if TYPE_CHECKING:
    from packaging.requirements import Requirement

    from tox.config.cli.parser import ToxParser
    from tox.config.types import EnvList
    from tox.session.state import State

OFF_VALUE = 0


def tox_add_option(parser: ToxParser) -> None:
    """Add the sub-command."""
    ours: Any = parser.add_command("legacy", ["le"], "what tox does without a sub-command, as tox 3 did", legacy)
    ours.add_argument(
        "--help-ini", "--hi", action="store_true", dest="show_config", default=False, help="show the configuration"
    )
    ours.add_argument(
        "--showconfig", action="store_true", dest="show_config", default=False, help="show the configuration"
    )
    ours.add_argument(
        "-a",
        "--listenvs-all",
        action="store_true",
        dest="list_envs_all",
        default=False,
        help="list all environments; -v adds descriptions",
    )
    ours.add_argument(
        "-l",
        "--listenvs",
        action="store_true",
        dest="list_envs",
        default=False,
        help="list default environments; -v adds descriptions",
    )
    ours.add_argument(
        "--devenv",
        metavar="ENVDIR",
        dest="devenv_path",
        default=None,
        of_type=Path,
        help="set up an environment to develop in, in this folder",
    )
    register_env_select_flags(ours, default=CliEnv())
    env_run_create_flags(ours, mode="legacy")
    parallel_flags(ours, default_parallel=OFF_VALUE, no_args=True)
    _add_overriding_flags(ours)


def _add_overriding_flags(ours: Any) -> None:
    ours.add_argument("--pre", action="store_true", dest="pre", default=False, help="let pip install pre-releases, too")
    ours.add_argument(
        "--force-dep",
        action="append",
        metavar="req",
        dest="force_dep",
        default=[],
        type=_requirement,
        of_type=Later(_requirements),
        help="use this requirement instead of any in deps for the same project; can be given again",
    )
    ours.add_argument(
        "--sitepackages",
        action="store_true",
        dest="site_packages",
        default=False,
        help="let environments see packages of their base Python",
    )
    ours.add_argument(
        "--alwayscopy",
        action="store_true",
        dest="always_copy",
        default=False,
        help="copy files into environments instead of linking them",
    )


def _requirement(text: str) -> Requirement:
    """Open the door to requirements.

    :raises ArgumentTypeError: if it is none
    """
    from argparse import ArgumentTypeError

    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(text)
    except InvalidRequirement as error:
        raise ArgumentTypeError(f"invalid Requirement value: {text!r} ({' '.join(str(error).split())})") from error


def _requirements() -> Any:
    """Name the type of the option; only a variable or the user's file can ask for it."""
    from packaging.requirements import Requirement

    return list[Requirement]


def legacy(state: State) -> int:
    """Do what the options ask for: show, list, set up a development environment, or run.

    :returns: the exit code of that
    """
    options: Any = state.conf.options
    if options.site_packages or options.always_copy:
        _seed_all(state, options)
    lists = options.list_envs or options.list_envs_all
    if options.show_config:
        if lists and options.env.is_default_list:  # of these alone, and of none where there are none
            options.env = CliEnv(cast("EnvList", state.conf.core["env_list"]).envs)
            if not options.env:
                return 0
        return _show_config(state)
    if lists:
        return _list(state)
    if options.devenv_path:
        from tox.session.cmd.devenv import devenv

        options.devenv_path = Path(options.devenv_path)
        if options.env.is_default_list:
            options.env = CliEnv("py")
        return devenv(state)
    _override_dependencies(state)
    if options.parallel != OFF_VALUE:
        from tox.session.cmd.run.parallel import run_parallel

        return run_parallel(state)
    from tox.session.cmd.run.sequential import run_sequential

    return run_sequential(state)


def _show_config(state: State) -> int:
    from tox.session.cmd.show_config import show_config

    options: Any = state.conf.options
    options.list_keys_only = []
    options.show_core = not bool(options.env)
    options.config_format = "ini"
    options.output_file = None
    return show_config(state)


def _list(state: State) -> int:
    from tox.session.cmd.list_env import list_env

    options: Any = state.conf.options
    options.list_no_description = options.verbosity <= DEFAULT_VERBOSITY
    options.list_default_only = not options.list_envs_all
    options.list_configured = options.env.is_default_list or options.env.is_all
    return list_env(state)


def _seed_all(state: State, options: Any) -> None:
    from tox.config.loader.memory import MemoryLoader

    values: dict[str, Any] = {}
    if options.site_packages:
        values["system_site_packages"] = True
    if options.always_copy:
        values["always_copy"] = True
    for name in state.envs.iter(only_active=False):
        state.conf.seed(name, MemoryLoader(**values))


def _override_dependencies(state: State) -> None:
    """Apply ``--pre`` and ``--force-dep`` to the environments that are about to run."""
    options: Any = state.conf.options
    if not (options.pre or options.force_dep):
        return
    for name in state.envs.iter():
        conf = state.envs[name].conf
        if options.pre:
            conf["set_env"].update({"PIP_PRE": "1"}, override=True)
        if options.force_dep and "deps" in conf:
            for definition in conf.get_configs():
                if "deps" in definition.keys:
                    definition.overwrite(_forced(conf["deps"], options.force_dep, state.conf.core["tox_root"]))


def _forced(deps: Any, forced: list[Requirement], root: Path) -> Any:
    """Replace what is forced in the dependencies, and add what is not there."""
    from packaging.utils import canonicalize_name

    from tox.tox_env.python.pip.req_file import PythonDeps

    by_name: dict[str | None, str] = {canonicalize_name(requirement.name): str(requirement) for requirement in forced}
    lines: list[str] = []
    for line in deps.lines():
        name = _project(line)
        lines.append(line if name not in by_name else by_name.pop(name))
    return PythonDeps([*lines, *by_name.values()], root)


def _project(line: str) -> str | None:
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    try:
        return canonicalize_name(Requirement(line).name)
    except InvalidRequirement:
        return None


__getattr__ = elsewhere(__name__)
