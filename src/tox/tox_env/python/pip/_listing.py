"""Asking what is installed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from tox.config.types import Command
from tox.execute.request import StdinSource
from tox.tox_env._settings import Own, Setting, declare
from tox.tox_env.installer import Installer
from tox.tox_env.python.api import Python

if TYPE_CHECKING:
    from tox.config.main import Config

__all__ = ["PythonInstallerListDependencies"]


class PythonInstallerListDependencies(Installer[Python], ABC):
    """An installer whose tool can be asked what is installed."""

    def __init__(self, tox_env: Python, with_list_deps: bool = True) -> None:
        """Make the installer of an environment.

        :param with_list_deps: whether the command that lists what is installed can be configured
        """
        self._with_list_deps = with_list_deps
        super().__init__(tox_env)

    def _register_config(self) -> None:
        if self._with_list_deps:
            declare(self, self._env.conf, _LISTING)

    def _default_list_command(self, conf: Config, name: str | None) -> Command:
        return Command(self.freeze_cmd())

    @abstractmethod
    def freeze_cmd(self) -> list[str]:
        """Return the command that lists what is installed."""
        raise NotImplementedError

    def installed(self) -> list[str]:
        """Run the command that lists what is installed.

        :returns: its lines
        :raises SystemExit: if it fails
        """
        command: Command = self._env.conf["list_dependencies_command"]
        outcome = self._env.execute(
            cmd=command.args,
            stdin=StdinSource.OFF,
            run_id="freeze",
            show=self._env.options.verbosity > 3,
            capture=True,
        )
        outcome.assert_success()
        return outcome.out.splitlines()


_LISTING = (
    Setting(
        ("list_dependencies_command",),
        Command,
        Own("_default_list_command"),
        "command that lists what is installed",
    ),
)
