"""What sub-commands share that work on exactly one environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tox.errors import HandledError

if TYPE_CHECKING:
    from tox.session._select.request import CliEnv
    from tox.session.state import State

_RUN_DEFAULTS: dict[str, Any] = {
    "skip_missing_interpreters": "config",
    "no_test": False,
    "package_only": False,
    "install_pkg": None,
    "fail_fast": False,
    "develop": False,
    "no_recreate_pkg": False,
    "skip_pkg_install": False,
    "skip_env_install": False,
    "parallel_no_spinner": True,
}


def complete(options: object, **values: Any) -> None:
    """Set what running reads but the sub-command has no option for.

    :param options: the values of all options; those it has are kept
    :param values: what to set in any case
    """
    for name, default in _RUN_DEFAULTS.items():
        if not hasattr(options, name):
            setattr(options, name, default)
    for name, value in values.items():
        setattr(options, name, value)


def check_named(state: State, mode: str) -> None:
    """Refuse that more than one environment is asked for, before looking for any.

    :param mode: how the message names the sub-command
    :raises HandledError: when it is not exactly one
    """
    named: CliEnv = state.conf.options.env
    if named.is_all or len(list(named)) != 1:
        found = ", ".join(named) or "ALL"
        raise HandledError(f"exactly one target environment allowed in {mode} mode but found {found}")


def name_of(state: State, mode: str) -> str:
    """Return the name of the one environment that is asked for.

    :param mode: how the message names the sub-command
    :raises HandledError: when it is not exactly one
    """
    names = list(state.envs.iter())
    if len(names) != 1:
        raise HandledError(f"exactly one target environment allowed in {mode} mode but found {', '.join(names)}")
    return names[0]


__all__ = ["complete", "name_of"]
