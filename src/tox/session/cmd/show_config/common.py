"""What is shown, whatever the format."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from tox._historical import elsewhere
from tox.errors import HandledError
from tox.util.redact import redact_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tox.config.sets import ConfigSet
    from tox.session.state import State
    from tox.util.json_types import JsonValue


class Shown(NamedTuple):
    """One group of settings to show."""

    name: str
    """name of the environment, or ``tox`` for the project"""
    conf: ConfigSet
    """the settings"""
    type_name: str | None
    """the class of the environment; ``None`` for the project"""


def shown(state: State) -> Iterator[Shown]:
    """Yield what the command line asks to show: environments, built one by one, then the project.

    :raises HandledError: when an environment is not known
    """
    options = state.conf.options
    everything = options.env is not None and options.env.is_all
    named = set(options.env or ())
    packages = state.envs.package_names() if named or everything else frozenset()
    for name in state.envs.iter(package=everything or bool(named & packages)):
        env = state.envs[name]
        yield Shown(name, env.conf, type(env).__name__)
    if options.show_core or everything:
        if not options.list_keys_only or options.show_core:
            state.envs.build_all()  # each may declare settings of the project
        yield Shown("tox", state.conf.core, None)


def keys(state: State, group: Shown) -> Iterator[str]:
    """Yield the primary names of the settings to show of one group, in order."""
    only = state.conf.options.list_keys_only
    if not only:
        yield from group.conf
        return
    for key in only:
        if key in group.conf:
            yield group.conf.primary_key(key)


def load(group: Shown, key: str) -> Any:
    """Load the value of one setting.

    :raises Exception: whatever the value's conversion, or a plugin's, raises; when ``_TOX_SHOW_CONFIG_RAISE`` is set
        nobody is to catch it
    """
    return group.conf[key]


def must_raise() -> bool:
    """Tell whether errors of values are to end the command, for finding out what is behind them."""
    return bool(os.environ.get("_TOX_SHOW_CONFIG_RAISE"))


def build_structured_result(state: State) -> tuple[dict[str, JsonValue], bool]:
    """Collect what is asked for in plain containers.

    :returns: ``env`` with a mapping for each environment and, when asked for, ``tox`` with that of the project; and
        whether any value could not be loaded, which is shown as a mapping with its ``error``
    """
    from tox.config.loader.native import to_native

    envs: dict[str, JsonValue] = {}
    result: dict[str, JsonValue] = {"env": envs}
    failed = False
    for group in shown(state):
        values: dict[str, JsonValue] = {}
        if group.type_name is not None and not state.conf.options.list_keys_only:
            values["type"] = group.type_name
        for key in keys(state, group):
            try:
                values[key] = to_native(load(group, key))
            except Exception as error:
                if must_raise():
                    raise
                values[key] = {"error": format_config_error(error)}
                failed = True
        if not state.conf.options.list_keys_only and (unused := group.conf.unused()):
            values["unused"] = list(unused)
        if group.type_name is None:
            result[group.name] = values
        else:
            envs[group.name] = values
    return result, failed


def format_config_error(exception: Exception) -> str:
    """Show an error as one line, with its type, secrets hidden; values themselves are shown as they are."""
    return redact_text(repr(exception).replace("\n", " "))


def write_output(output: str, output_file: Path | None, is_colored: bool, colorize: Callable[[str], str]) -> None:
    """Write to a file, or to the screen.

    :param output: the text, without a last line end
    :param output_file: the file; ``None`` for the screen
    :param is_colored: whether to colour on a terminal; who reads from elsewhere wants the text alone
    :param colorize: puts colours into the text
    :raises HandledError: when the file cannot be written
    """
    if output_file is not None:
        write_output_file(output_file, f"{output}\n")
        return
    print(colorize(output) if is_colored and sys.stdout.isatty() else output)


def write_output_file(output_file: Path, output: str) -> None:
    """Write a file, and the folders it is in.

    :raises HandledError: when that is not possible
    """
    try:
        output_file.parent.mkdir(parents=True, exist_ok=True)
        output_file.write_text(output, encoding="utf-8", errors="backslashreplace")  # as on the screen
    except OSError as error:
        raise HandledError(f"cannot write {output_file}: {error.strerror}") from error


__all__ = ["build_structured_result", "format_config_error", "write_output", "write_output_file"]

__getattr__ = elsewhere(__name__)
