"""Environments from names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from tox.config.main import check_name
from tox.errors import HandledError, PluginFailed, RunnerUnavailable, Skip
from tox.plugin.manager import MANAGER
from tox.tox_env.register import REGISTER

if TYPE_CHECKING:
    from tox.config.cli.parser import Parsed
    from tox.config.sets import EnvConfigSet
    from tox.session._select.session import Session
    from tox.tox_env.api import ToxEnvCreateArgs
    from tox.tox_env.package import PackageToxEnv
    from tox.tox_env.runner import RunToxEnv


class Defined(NamedTuple):
    """One environment that is built."""

    env: RunToxEnv | PackageToxEnv
    """the environment"""
    is_active: bool
    """whether it was asked for"""
    package_skip: tuple[str, Exception] | None = None
    """the package environment that it cannot have, and why"""


def runner_of(state: Session, env_conf: EnvConfigSet) -> str:
    """Read which kind of run environment the configuration asks for."""
    if "runner" not in env_conf:
        env_conf.add_config(
            keys="runner",
            of_type=str,
            default=state.conf.options.default_runner,
            desc="the kind of environment the commands run in",
        )
    return cast("str", env_conf["runner"])


def build_run_env(state: Session, name: str) -> RunToxEnv:
    """Build one run environment and tell plugins of its settings.

    :raises RunnerUnavailable: when its kind is not registered
    :raises HandledError: when the name cannot be a folder
    """
    check_name(name)
    env_conf = state.conf.get_env(name, package=False)
    runner = runner_of(state, env_conf)
    try:
        kind = REGISTER.runner(runner)
    except KeyError:
        raise RunnerUnavailable(
            f"environment {name!r} asks for runner {runner!r}, which no installed plugin offers"
        ) from None
    env: RunToxEnv = _make(state, kind, env_conf)
    _tell(state, env_conf)
    return env


def build_package_env(state: Session, name: str, kind_name: str) -> PackageToxEnv:
    """Build one package environment, of which plugins are still to be told: see :func:`tell_plugins`.

    :param kind_name: the kind, as registered
    :raises HandledError: when no such kind is registered, or the name cannot be a folder
    :raises Skip: when its kind says that it is not to be had here
    """
    check_name(name)
    try:
        kind = REGISTER.package(kind_name)
    except KeyError:
        raise HandledError(f"package environment {name!r} is of the unknown kind {kind_name!r}") from None
    return cast("PackageToxEnv", _make(state, kind, state.conf.get_env(name, package=True)))


def tell_plugins(state: Session, env: PackageToxEnv) -> None:
    """Tell plugins of the settings of a package environment.

    :raises Skip: when a plugin says that it is not to be had here
    """
    try:
        _tell(state, env.conf)
    except PluginFailed as failed:
        if isinstance(failed.__cause__, Skip):
            raise failed.__cause__ from None
        raise


def _tell(state: Session, env_conf: EnvConfigSet) -> None:
    with state.log_handler.with_context(env_conf.name):
        MANAGER.tox_add_env_config(env_conf, state)


def _make(state: Session, kind: Any, env_conf: EnvConfigSet) -> Any:
    with state.log_handler.with_context(env_conf.name):
        return kind(_create_args(state, env_conf))


def _create_args(state: Session, env_conf: EnvConfigSet) -> ToxEnvCreateArgs:
    from tox.tox_env.api import ToxEnvCreateArgs

    journal = state.journal.get_env_journal(env_conf.name)
    return ToxEnvCreateArgs(env_conf, state.conf.core, cast("Parsed", state.conf.options), journal, state.log_handler)


__all__ = ["Defined", "build_package_env", "build_run_env", "runner_of", "tell_plugins"]
