"""The hooks that a plugin may implement.

An implementation names only the arguments it needs. Hooks of several plugins are called last registered first: those
that come with tox, then those of installed plugins, then the one in the project's ``toxfile.py``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import pluggy

from tox.plugin import NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tox.config.cli.parser import ToxParser
    from tox.config.sets import ConfigSet, EnvConfigSet
    from tox.execute import Outcome
    from tox.session.state import State
    from tox.tox_env.api import ToxEnv
    from tox.tox_env.installer import InstallArguments
    from tox.tox_env.register import ToxEnvRegister

_Hook = TypeVar("_Hook", bound="Callable[..., Any]")
_marker = pluggy.HookspecMarker(NAME)


def _spec(function: _Hook) -> _Hook:
    """Mark a hook without losing its type, which the library's own annotation does."""
    return _marker(function)


@_spec
def tox_register_tox_env(register: ToxEnvRegister) -> None:
    """Add kinds of run and package environments.

    :param register: takes the classes, by :meth:`~tox.tox_env.register.ToxEnvRegister.add_run_env` and
        :meth:`~tox.tox_env.register.ToxEnvRegister.add_package_env`
    """


@_spec
def tox_extend_envs() -> Iterable[str]:
    """Name environments that exist in addition to those of the configuration file.

    :returns: names, in the order they are to be listed; they take their settings from the base section and from
        whatever the plugin adds in memory
    """
    return ()


@_spec
def tox_add_option(parser: ToxParser) -> None:
    """Add options, or sub-commands, to the command line.

    :param parser: options added to it are understood by every sub-command
    """


@_spec
def tox_add_core_config(core_conf: ConfigSet, state: State) -> None:
    """Add or change settings of the whole project, before any environment exists.

    :param core_conf: the settings of the project
    :param state: the state of this session
    """


@_spec
def tox_add_env_config(env_conf: EnvConfigSet, state: State) -> None:
    """Add or change settings of one environment, after it has declared its own.

    :param env_conf: the settings of the environment
    :param state: the state of this session
    """


@_spec
def tox_on_install(tox_env: ToxEnv, arguments: InstallArguments, section: str, of_type: str) -> None:
    """See, and change in place, what is about to be installed.

    :param tox_env: the environment that something is installed into
    :param arguments: what to install; its type depends on the two names below
    :param section: the class that asks for it
    :param of_type: which part of the environment it is, such as ``deps`` or ``package``
    """


@_spec
def tox_before_run_commands(tox_env: ToxEnv) -> None:
    """Act when an environment is set up and its commands are about to run.

    :param tox_env: the environment
    """


@_spec
def tox_after_run_commands(tox_env: ToxEnv, exit_code: int, outcomes: list[Outcome]) -> None:
    """Act when the commands of an environment have run, whether they succeeded or not.

    :param tox_env: the environment
    :param exit_code: zero for success
    :param outcomes: what became of each command that ran, in order
    """


@_spec
def tox_env_teardown(tox_env: ToxEnv) -> None:
    """Act when an environment has been torn down.

    :param tox_env: the environment
    """


__all__ = [
    "NAME",
    "tox_add_core_config",
    "tox_add_env_config",
    "tox_add_option",
    "tox_after_run_commands",
    "tox_before_run_commands",
    "tox_env_teardown",
    "tox_extend_envs",
    "tox_on_install",
    "tox_register_tox_env",
]
