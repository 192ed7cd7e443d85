"""virtualenv, as much of it as is used; the only module that imports it."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any

from python_discovery import PythonInfo, PythonSpec
from virtualenv import __version__ as version
from virtualenv import session_via_cli

from tox.errors import Fail

if TYPE_CHECKING:
    from pathlib import Path

    from virtualenv.create.creator import Creator
    from virtualenv.run.session import Session

__all__ = ["Creator", "Session", "make_session", "pip_wheel", "python_info", "spec_of", "version"]


def __getattr__(name: str) -> Any:
    if name == "Creator":
        from virtualenv.create.creator import Creator

        return Creator
    if name == "Session":
        from virtualenv.run.session import Session

        return Session
    raise AttributeError(name)


def make_session(env_dir: Path, variables: dict[str, str]) -> Session:
    """Find an interpreter and plan an environment for it; nothing is written to its folder.

    :param env_dir: where the environment is to be
    :param variables: settings of virtualenv, as it reads them from the environment
    :raises RuntimeError: if no interpreter fits
    :raises Fail: if a setting is not valid
    """
    try:
        return session_via_cli([str(env_dir)], options=None, setup_logging=False, env=variables)
    except SystemExit as error:
        raise Fail(f"virtualenv refused its settings for {env_dir}, with exit code {error.code}") from error


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
        logging.debug("could not ask %s what it is", path, exc_info=True)
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
