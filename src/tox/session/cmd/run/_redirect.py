"""Point the ``.venv`` file of the project to the environment a person works with (PEP 832)."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from tox.errors import HandledError
from tox.util.venv_redirect import record_venv_redirect, venv_redirect_path

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tox.session.state import State
    from tox.tox_env.runner import RunToxEnv

__all__ = ["redirect_to_best", "refuse_in_its_place"]

#: name that an environment to work with has by habit
_HABIT: Final = "dev"
_EDITABLE: Final = frozenset({"editable", "editable-legacy"})
_RECORD: Final = ".tox-info.json"


def refuse_in_its_place(state: State) -> None:
    """Have no environment live where the redirect goes, if the user asks for a redirect.

    :raises HandledError: if one does
    """
    core = state.conf.core
    if core["venv_redirect"] is not True:
        return
    redirect = venv_redirect_path(core["tox_root"])
    for name in list(state.envs.iter(only_active=False)):
        folder = None
        with suppress(HandledError):
            folder = state.envs[name].env_dir
        if folder == redirect:
            raise HandledError(
                f"venv_redirect is true, but environment {name} lives at {redirect}, where the redirect file goes;"
                " set venv_redirect to false or leave it out"
            )


def redirect_to_best(state: State, names: Iterable[str]) -> None:
    """Write the redirect when one of these environments is to be worked with and exists.

    :param names: environments of this run, in the order they were asked for
    """
    core = state.conf.core
    if core["venv_redirect"] is False:
        return
    chosen = _choose(state, list(names))
    if chosen is None or not (chosen.env_dir / _RECORD).is_file():
        return
    work_dir: Path = core["work_dir"]
    record_venv_redirect(core["tox_root"], chosen.env_dir, lambda path: _is_ours(path, work_dir))


def _choose(state: State, names: list[str]) -> RunToxEnv | None:
    """Pick the configured environment, else the one named by habit, else the first editable one."""
    configured: str | None = state.conf.core["venv_redirect_env"]
    if configured is not None:
        if configured not in names and configured not in state.envs.iter(only_active=False):
            logging.warning("venv_redirect_env names %s, which is no environment of the project", configured)
        return state.envs[configured] if configured in names else None  # type: ignore[return-value]
    if _HABIT in names:
        return state.envs[_HABIT]  # type: ignore[return-value]
    for name in names:
        env = state.envs[name]
        if "package" in env.conf and env.conf["package"] in _EDITABLE:
            return env  # type: ignore[return-value]
    return None


def _is_ours(path: Path, work_dir: Path) -> bool:
    return work_dir in path.parents and ((path / _RECORD).is_file() or not path.exists())
