"""What one session knows."""

from __future__ import annotations

import sys
from itertools import chain
from typing import TYPE_CHECKING, Any

from tox._historical import elsewhere
from tox.plugin._registry import REGISTER
from tox.plugin.manager import MANAGER
from tox.session._select.request import CliEnv

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tox.config.cli.parse import Options
    from tox.config.cli.parser import ToxParser
    from tox.config.main import Config
    from tox.journal.main import Journal
    from tox.report import ToxHandler
    from tox.session.env_select import EnvSelector


class State:
    """What one session knows: the configuration, the environments, where output goes and what is written down.

    :param options: what the command line says
    :param args: the arguments of the process
    """

    def __init__(self, options: Options, args: Sequence[str]) -> None:
        if not hasattr(options.parsed, "env"):
            # plugins ask whether environments are named under every sub-command, also those without -e
            options.parsed.env = CliEnv()
        config_type, journal_type = _collaborators()
        extra = chain.from_iterable(MANAGER.tox_extend_envs())
        self.conf: Config = config_type.make(options.parsed, options.pos_args, options.source, extra)
        """the configuration"""
        self.conf.core.add_constant(keys=["on_platform"], value=sys.platform, desc="platform we are running on")
        self._options = options
        self.args = args
        """the arguments of the process"""
        self._journal: Journal = journal_type(getattr(options.parsed, "result_json", None) is not None)
        self._selector: EnvSelector | None = None

    @property
    def envs(self) -> EnvSelector:
        """The environments."""
        if self._selector is None:
            self._selector = _new_selector(self)
        return self._selector

    @property
    def journal(self) -> Journal:
        """The record of what happens, written at the end when it was asked for."""
        return self._journal

    @property
    def log_handler(self) -> ToxHandler:
        """Where output goes."""
        return self._options.log_handler


def _collaborators() -> tuple[Any, Any]:
    """Open the door to the configuration; adding options needs none of it."""
    from tox.config.main import Config
    from tox.journal.main import Journal

    return Config, Journal


def _new_selector(state: State) -> EnvSelector:
    from tox.session.env_select import EnvSelector

    return EnvSelector(state)


def tox_add_option(parser: ToxParser) -> None:
    """Add the option that chooses the kind of environments."""
    parser.add_argument(
        "--runner",
        dest="default_runner",
        default=REGISTER.default_env_runner,
        choices=list(REGISTER.env_runners),
        help="kind of the environments that do not name one themselves",
    )


__all__ = ["State", "tox_add_option"]

__getattr__ = elsewhere(__name__)
