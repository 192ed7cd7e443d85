"""``tox --version``: which tox this is, and which plugins it has."""

from __future__ import annotations

import argparse
import os
from argparse import SUPPRESS
from typing import TYPE_CHECKING, Any

from tox import version
from tox._historical import elsewhere
from tox.errors import PluginFailed
from tox.plugin import _blame
from tox.plugin.manager import MANAGER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tox.config.cli.parser import ToxParser


class _Version(argparse.Action):
    """Prints the version and ends, unless the parser only looks ahead."""

    def __init__(self, option_strings: Sequence[str], dest: str, **kwargs: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, **kwargs)

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        mode = getattr(parser, "mode", None)
        if mode is None or not mode.peeking:
            print(get_version_info())
            parser.exit()


def tox_add_option(parser: ToxParser) -> None:
    """Add the option that prints the version."""
    parser.add_argument(
        "--version", action=_Version, default=SUPPRESS, help="show the version of tox and its plugins, and end"
    )


def get_version_info() -> str:
    """Return the version of tox and where it is installed, then a line for each plugin."""
    return "\n".join([f"{version.version} from {_location()}", *_plugins()])


def _location() -> str:
    folder = os.path.dirname(os.path.abspath(version.__file__))
    return os.path.join(folder, "__init__.py")


def _plugins() -> Iterator[str]:
    if MANAGER.installed:
        yield "registered plugins:"
        for plugin, distribution in MANAGER.installed:
            where = getattr(plugin, "__file__", repr(plugin))
            yield f"    {distribution.metadata['Name']}-{distribution.version} at {where}{_own_words(plugin)}"
    if MANAGER.inline is not None:
        yield f"inline plugin: {MANAGER.inline.__file__}{_own_words(MANAGER.inline)}"


def _own_words(plugin: object) -> str:
    tell = getattr(plugin, "tox_append_version_info", None)
    if not callable(tell):
        return ""
    try:
        return f" {tell()}"
    except Exception as error:
        name = getattr(plugin, "__name__", repr(plugin))
        raise PluginFailed(f"plugin {name!r} failed in tox_append_version_info: {_blame.reason(error)}") from error


__getattr__ = elsewhere(__name__)
