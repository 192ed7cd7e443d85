"""Scripts that say themselves what they need, run in virtual environments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tox.plugin import impl
from tox.tox_env.python.pep723 import Pep723Mixin
from tox.tox_env.python.virtual_env.api import VirtualEnv
from tox.tox_env.runner import RunToxEnv

if TYPE_CHECKING:
    from tox.tox_env.package import Package
    from tox.tox_env.register import ToxEnvRegister

__all__ = ["Pep723Runner"]


class Pep723Runner(Pep723Mixin, VirtualEnv, RunToxEnv):
    """Runs a script in an environment made by virtualenv; a package of the project has no part in it."""

    @staticmethod
    def id() -> str:
        """Name this kind of environment."""
        return "virtualenv-pep-723"

    def _register_package_conf(self) -> bool:
        return False

    @property
    def _package_tox_env_type(self) -> str:
        return "virtualenv-pep-517"

    @property
    def _external_pkg_tox_env_type(self) -> str:
        return "virtualenv-cmd-builder"

    def _build_packages(self) -> list[Package]:
        return []


@impl
def tox_register_tox_env(register: ToxEnvRegister) -> None:
    """Offer this kind of environment."""
    register.add_run_env(Pep723Runner)
