"""What can be installed into a Python environment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Union

from packaging.requirements import Requirement

from tox.tox_env.package import Package
from tox.tox_env.python.pip.req_file import PythonDeps
from tox.tox_env.python.pylock import Pylock

if TYPE_CHECKING:
    from typing import TypeAlias

__all__ = ["InstallArguments"]

#: requirement lines, a lock file, or a sequence of requirements and packages
InstallArguments: TypeAlias = Union[PythonDeps, Pylock, Sequence[Union[Requirement, Package]]]  # noqa: UP007 - at run time
