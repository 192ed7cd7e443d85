"""The options that choose environments."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from tox.config.main import Config
from tox.config.source.discover import discover_source
from tox.errors import HandledError
from tox.session._select.request import CliEnv

if TYPE_CHECKING:
    from collections.abc import Sequence

_TITLE = "select target environment(s)"


class CliEnvAction(argparse.Action):
    """Takes ``-e``: its first use replaces the default, further ones add to it."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        given = CliEnv(values if isinstance(values, str) else None)
        seen = getattr(namespace, self.dest, None)
        if seen is None or seen is self.default:
            setattr(namespace, self.dest, given)
        else:
            seen += given
            setattr(namespace, self.dest, seen)


def register_env_select_flags(
    parser: argparse.ArgumentParser,
    default: CliEnv | None,
    multiple: bool = True,
    group_only: bool = False,
) -> argparse._ActionsContainer:
    """Add the options that choose environments.

    :param parser: the parser of a sub-command
    :param default: what ``-e`` means when it is not given
    :param multiple: whether labels and factors may choose, too
    :param group_only: leave ``-e`` out, choose by labels and factors only
    :returns: the group that ``-e``, ``-m`` and ``-f`` exclude each other in; the parser itself without such a group
    """
    container: argparse._ActionsContainer = parser
    outer: argparse._ActionsContainer = parser
    if multiple:
        outer = parser.add_argument_group(_TITLE)
        container = outer.add_mutually_exclusive_group(required=False)
    if not group_only:
        _add_env(container, default, multiple=multiple)
    if multiple:
        labels = container.add_argument(
            "-m",
            dest="labels",
            metavar="label",
            default=[],
            type=str,
            nargs="+",
            help="environments that have any of these labels",
        )
        labels.of_type = list[str]  # type: ignore[attr-defined]
        factors = container.add_argument(
            "-f",
            dest="factors",
            metavar="factor",
            default=[],
            type=str,
            nargs="+",
            action="append",
            help="environments that have all of these factors; given again, those that have all of any one group",
        )
        factors.of_type = list[list[str]]  # type: ignore[attr-defined]
    outer.add_argument(
        "--skip-env",
        dest="skip_env",
        metavar="re",
        default="",
        type=str,
        help="leave out environments whose name begins with what this expression matches",
    )
    return container


def _add_env(container: argparse._ActionsContainer, default: CliEnv | None, *, multiple: bool) -> None:
    what = "environments, between commas; ALL is every one of them" if multiple else "environment"
    unset = "" if default is None else f"; unset is {default}"
    action: Any = container.add_argument("-e", dest="env", default=default, action=CliEnvAction, help=f"{what}{unset}")
    action.of_type = CliEnv
    action.completer = complete_env_names  # read by argcomplete


def complete_env_names(prefix: str, parsed_args: Any, **others: Any) -> list[str]:
    """Name the environments that a shell may complete a word to.

    :param prefix: the beginning of the word
    :param parsed_args: the options given so far
    :returns: names from the configuration file; none when it cannot be read
    """
    done, comma, last = prefix.rpartition(",")
    try:
        source = discover_source(getattr(parsed_args, "config_file", None), getattr(parsed_args, "root_dir", None))
        names = list(Config.make(parsed_args, None, source, ()))
    except (HandledError, OSError, ValueError):
        return []
    return [f"{done}{comma}{name}" for name in ("ALL", *names) if name.startswith(last)]


__all__ = ["CliEnvAction", "complete_env_names", "register_env_select_flags"]
