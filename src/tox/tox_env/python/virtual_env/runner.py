"""The usual environment: made by virtualenv, filled by pip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tox.plugin import impl
from tox.tox_env.python.runner import PythonRun
from tox.tox_env.python.virtual_env.api import VirtualEnv

if TYPE_CHECKING:
    from tox.tox_env.register import ToxEnvRegister


class VirtualEnvRunner(VirtualEnv, PythonRun):
    """Runs commands in an environment made by virtualenv."""

    @staticmethod
    def id() -> str:
        """Name this kind of environment."""
        return "virtualenv"

    @property
    def _package_tox_env_type(self) -> str:
        return "virtualenv-pep-517"

    @property
    def _external_pkg_tox_env_type(self) -> str:
        return "virtualenv-cmd-builder"

    @property
    def default_pkg_type(self) -> str:
        """Kind of package to install unless the user says."""
        return super().default_pkg_type


@impl
def tox_register_tox_env(register: ToxEnvRegister) -> None:
    """Offer this kind of environment."""
    register.add_run_env(VirtualEnvRunner)
