"""The options of pip that may stand in a requirement file."""

from __future__ import annotations

import re
from argparse import Action, ArgumentError, ArgumentParser, ArgumentTypeError, Namespace
from typing import TYPE_CHECKING, Any, Final, NoReturn

from tox.tox_env.python.pip.req.util import handle_binary_option

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["build_parser"]

_HASH: Final = r"sha(256:[a-f0-9]{64}|384:[a-f0-9]{96}|512:[a-f0-9]{128})"


class _RaisingParser(ArgumentParser):
    """Raises where a command line would end the process."""

    def error(self, message: str) -> NoReturn:
        raise ValueError(message)


def build_parser() -> ArgumentParser:
    """Make a parser for the options of a line of a requirement file.

    :returns: its ``error`` raises :class:`ValueError`; what is not given is not in the namespace
    """
    parser = _RaisingParser("tox-req", add_help=False, allow_abbrev=False, argument_default=None)
    _add_file_options(parser)
    _add_index_options(parser)
    _add_requirement_options(parser)
    return parser


def _add_file_options(parser: ArgumentParser) -> None:
    parser.add_argument("-c", "--constraint", action=_Append, dest="constraints")
    parser.add_argument("-r", "--requirement", action=_Append, dest="requirements")
    parser.add_argument("-e", "--editable", action=_Append, dest="editables")


def _add_index_options(parser: ArgumentParser) -> None:
    parser.add_argument("-i", "--index-url", "--pypi-url", action=_Keep, dest="index_url")
    parser.add_argument("--extra-index-url", action=_Append, dest="extra_index_urls")
    parser.add_argument("--no-index", action="store_true", default=None)
    parser.add_argument("-f", "--find-links", action=_Append, dest="find_links")
    parser.add_argument("--pre", action="store_true", default=None)
    parser.add_argument("--prefer-binary", action="store_true", default=None)
    parser.add_argument("--require-hashes", action="store_true", default=None)
    parser.add_argument("--trusted-host", action=_Append, dest="trusted_hosts")
    parser.add_argument("--use-feature", action=_Append, dest="features_enabled")
    parser.add_argument("--no-binary", action=_BinaryOption, nargs="?")
    parser.add_argument("--only-binary", action=_BinaryOption, nargs="?")


def _add_requirement_options(parser: ArgumentParser) -> None:
    parser.add_argument("--hash", action=_Append, type=_valid_hash)
    parser.add_argument("-C", "--config-settings", "--config-setting", action=_Append)
    parser.add_argument("--global-option", action=_Append, dest="global_options")
    parser.add_argument("--install-option", action=_Append, dest="install_options")


def _valid_hash(value: str) -> str:
    if re.fullmatch(_HASH, value) is None:
        raise ArgumentTypeError(value)
    return value


class _Keep(Action):
    """Keeps the value that was said last; two dashes are none, of which older Pythons make a list of nothing."""

    def __call__(
        self,
        parser: ArgumentParser,
        namespace: Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        if not isinstance(values, str) or values == "--":
            raise ArgumentError(self, "expected one argument")
        setattr(namespace, self.dest, self._kept(getattr(namespace, self.dest, None), values))

    def _kept(self, _before: object, value: str) -> Any:
        return value


class _Append(_Keep):
    """Collects values in a list that is made with the first one."""

    def _kept(self, before: Any, value: str) -> Any:
        return [*(before or ()), value]


class _BinaryOption(Action):
    """Keeps the two sets of names that ``--no-binary`` and ``--only-binary`` fill at each other's expense."""

    def __call__(
        self,
        parser: ArgumentParser,
        namespace: Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        sets = {name: getattr(namespace, name, None) or set() for name in ("no_binary", "only_binary")}
        other = "only_binary" if self.dest == "no_binary" else "no_binary"
        if isinstance(values, str):
            handle_binary_option(values, sets[self.dest], sets[other])
        for name, value in sets.items():
            setattr(namespace, name, value)
        # what the option said, for those who join several lines
        said = getattr(namespace, "binary_options", None) or []
        namespace.binary_options = [*said, (self.dest, values or "")]
