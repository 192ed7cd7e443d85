"""virtualenv, as much of it as is used; the only module that imports it."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from python_discovery import PythonInfo, PythonSpec
from virtualenv import __version__ as version
from virtualenv import session_via_cli

from tox.errors import Fail
from tox.tox_env.python.virtual_env._facts import search_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from virtualenv.create.creator import Creator
    from virtualenv.run.session import Session

    from tox.tox_env.python.virtual_env._searches import Searches

__all__ = ["Creator", "Session", "make_session", "pip_wheel", "python_info", "spec_of", "version"]

#: names interpreters that are tried before others
_FIRST: Final = "VIRTUALENV_TRY_FIRST_WITH"


def __getattr__(name: str) -> Any:
    if name == "Creator":
        from virtualenv.create.creator import Creator

        return Creator
    if name == "Session":
        from virtualenv.run.session import Session

        return Session
    raise AttributeError(name)


class _Found(NamedTuple):
    """What a search came upon."""

    #: specs from the one that it fits on: those before it fit nothing
    specs: list[str]
    executable: str


def make_session(
    env_dir: Path, specs: Sequence[str], variables: dict[str, str], searches: Searches[Any] | None
) -> Session:
    """Find an interpreter and plan an environment for it; nothing is written to its folder.

    :param env_dir: where the environment is to be
    :param specs: of the interpreter, the first that is found is used
    :param variables: settings of virtualenv, as it reads them from the environment
    :param searches: those made before; None to search in any case
    :raises RuntimeError: if no interpreter fits
    :raises Fail: if a setting is not valid, or no environment can be in the folder
    """
    made: list[Session] = []

    def search() -> _Found:
        made.append(_plan(env_dir, specs, variables))
        return _found(specs, made[0].interpreter)

    if searches is None:
        return _plan(env_dir, specs, variables)
    found: _Found = searches.once(search_key(specs, variables), search)
    if made:
        return made[0]
    first = [found.executable, variables.get(_FIRST, "")]
    return _plan(env_dir, found.specs, {**variables, _FIRST: "\n".join(filter(None, first))})


def _plan(env_dir: Path, specs: Sequence[str], variables: dict[str, str]) -> Session:
    # arguments, as values of the variable would be split at commas and colons
    variables = {name: value for name, value in variables.items() if name != "VIRTUALENV_PYTHON"}
    arguments = [*(f"--python={spec}" for spec in specs), str(env_dir)]
    if os.pathsep in str(env_dir):  # virtualenv would print how it is used
        raise Fail(f"{env_dir} cannot hold an environment, as {os.pathsep} separates the folders in PATH")
    try:
        return session_via_cli(arguments, options=None, setup_logging=False, env=variables)
    except SystemExit as error:
        raise Fail(f"virtualenv refused its settings for {env_dir}, with exit code {error.code}") from error


def _found(specs: Sequence[str], interpreter: PythonInfo) -> _Found:
    fitting = (
        at
        for at, spec in enumerate(specs)
        if interpreter.satisfies(PythonSpec.from_string_spec(spec), impl_must_match=False)
    )
    return _Found(list(specs[next(fitting, 0) :]), str(interpreter.executable))


def pip_wheel() -> Path:
    """Tell the wheel of pip that virtualenv carries, which runs without being installed, on the running Python.

    :raises Fail: if it carries none
    """
    from virtualenv.seed.wheels.embed import get_embed_wheel

    found = get_embed_wheel("pip", f"{sys.version_info.major}.{sys.version_info.minor}")
    if found is None:
        raise Fail("virtualenv carries no pip for this Python")
    return found.path


def python_info(path: Path, variables: dict[str, str] | None = None) -> PythonInfo:
    """Ask an interpreter what it is.

    :raises Fail: if it cannot tell
    """
    try:
        info = PythonInfo.from_exe(str(path), env=variables)
    except (OSError, RuntimeError, ValueError) as error:
        logging.debug("could not ask %s what it is: %r", path, error)
        raise Fail(f"could not ask the interpreter {path} what it is: {error}") from error
    if info is None:
        raise Fail(f"could not ask the interpreter {path} what it is")
    return info


def spec_of(info: PythonInfo) -> PythonSpec:
    """Describe an interpreter the way a spec asks for one."""
    version_info = info.version_info
    return PythonSpec(
        "",
        info.implementation,
        version_info.major,
        version_info.minor,
        version_info.micro,
        info.architecture,
        None,
        free_threaded=info.free_threaded,
    )
