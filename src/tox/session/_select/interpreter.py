"""Which interpreter an environment asks for, as far as names and settings tell; none is looked for, and none is run."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tox.errors import Fail
from tox.plugin._registry import REGISTER
from tox.tox_env.python._interpreter import Named, base_python_in, first_version_line, named_by

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tox.session.state import State

__all__ = ["Wanted", "wanted"]


_SCRIPTS: Final = "tox.tox_env.python.virtual_env.pep723_runner"


class Wanted(NamedTuple):
    """The interpreter an environment asks for."""

    base_python: list[str]
    """specs, as ``base_python`` has them; the first one that is found is used; empty for no interpreter at all"""
    named: Named | None
    """what the name of the environment, or else the first of those specs that tells, says of it"""


def wanted(state: State, name: str) -> Wanted:
    """Tell which interpreter an environment asks for.

    :param name: of the environment, which need not be built
    """
    module = _module(state, name)
    if not _is_python(state, name, module):
        return Wanted([], None)
    by_name = _by_name(name)
    specs = _specs_of_script(state, name) if module == _SCRIPTS else _specs(state, name, by_name)
    says = (found for spec in (by_name, *specs) if spec is not None and (found := _says(spec)) is not None)
    return Wanted(specs, next(says, None))


def _module(state: State, name: str) -> str:
    """Name the module that an environment's kind comes from."""
    runner = state.envs.configured(name, ["runner"], str) or state.conf.options.default_runner
    return REGISTER.module_of_runner(str(runner))


def _is_python(state: State, name: str, module: str) -> bool:
    """Tell whether an environment has an interpreter; one of a plugin's kind has to be built to know."""
    return module.startswith("tox.tox_env.") or "base_python" in state.envs[name].conf


def _specs_of_script(state: State, name: str) -> list[str]:
    """List the specs of an environment whose script has a say."""
    try:
        return _as_list(state.envs[name].conf["base_python"])
    except (Fail, ValueError):  # running it will tell
        return []


def _by_name(name: str) -> str | None:
    try:
        return base_python_in(name)
    except ValueError:  # it names two, which running it will tell
        return None


def _specs(state: State, name: str, by_name: str | None) -> list[str]:
    """List the specs as the setting, the name, the version file and the default give them, in this order."""
    envs = state.envs
    try:
        found = _as_list(envs.configured(name, ["base_python", "basepython"], list[str] | str))
    except (Fail, ValueError):  # the setting contradicts the name, which running it will tell
        found = []
    if found:
        return found
    if by_name is not None:
        return [by_name]
    in_file = _in_file(state, _as_list(envs.configured(name, ["base_python_file"], list[str] | str)))
    if in_file is not None:
        return [in_file]
    return _as_list(envs.configured(name, ["default_base_python"], list[str] | str)) or [sys.executable]


def _in_file(state: State, names: Iterable[str]) -> str | None:
    root: Path = state.conf.core["tox_root"]
    for name in names:
        try:
            line = first_version_line(root / name, name)
        except Fail:  # running it will tell
            continue
        if line is not None:
            return line
    return None


def _says(spec: str) -> Named | None:
    if spec == sys.executable:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        return Named(sys.implementation.name, version, "free-threading" in sys.version)
    return named_by(spec)


def _as_list(value: Any) -> list[str]:
    texts = [value] if isinstance(value, str) else value or ()
    return [text for text in texts if text]
