"""Whether another tox has started this one to run a command of an environment."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import MutableMapping

__all__ = ["is_nested", "mark_provisioned"]

#: what every command of an environment gets, as :class:`tox.tox_env.api.ToxEnv` sets them
_NAME: Final = "TOX_ENV_NAME"
_FOLDER: Final = "TOX_ENV_DIR"
#: set for a provisioned tox whose host is itself the command of an environment
_NESTED: Final = "__TOX_NESTED"


def is_nested(provision_env: str) -> bool:
    """Tell whether a command of another tox is what this one is; the tox that one provisions is none.

    :param provision_env: name of the environment that this project would provision tox into
    """
    name = os.environ.get(_NAME)
    if name is None or _FOLDER not in os.environ:
        return False
    return name != provision_env or _NESTED in os.environ


def mark_provisioned(variables: MutableMapping[str, str], provision_env: str) -> None:
    """Have a provisioned tox know whether its host is nested.

    :param variables: those it is started with
    :param provision_env: name of its environment
    """
    variables.pop(_NESTED, None)
    if is_nested(provision_env):
        variables[_NESTED] = "1"
