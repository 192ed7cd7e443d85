"""``tox quickstart``: a first configuration."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tox._historical import elsewhere
from tox.config.cli.parser import CORE
from tox.errors import HandledError
from tox.util._here import current_folder
from tox.version import version

if TYPE_CHECKING:
    from tox.config.cli.parser import ToxParser
    from tox.session.state import State

_CONTENT = """\
[tox]
minversion = {version}
env_list = {env}

[testenv]
description = run the tests of this project
deps = pytest>=6
commands = pytest {{tty:--color=yes}} {{posargs}}
package = wheel
wheel_build_env = .pkg
"""


def tox_add_option(parser: ToxParser) -> None:
    """Add the sub-command."""
    ours = parser.add_command(
        "quickstart", ["q"], "write a first tox.ini for a Python project", quickstart, inherit=frozenset({CORE})
    )
    ours.add_argument(
        "quickstart_root",
        metavar="root",
        default=Path(current_folder()),
        nargs="?",
        type=Path,
        help="folder to write it to",
    )


def quickstart(state: State) -> int:
    """Write a configuration that runs the tests with pytest.

    :returns: zero; one when there is a configuration already
    :raises HandledError: when it cannot be written
    """
    path: Path = state.conf.options.quickstart_root.absolute() / "tox.ini"
    content = _CONTENT.format(env=f"py{''.join(map(str, sys.version_info[:2]))}", version=version.partition("+")[0])
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True)
        if os.path.lexists(path):
            print(f"{path} already exist, refusing to overwrite")
            return 1
        with path.open("x", encoding="utf-8") as file:
            file.write(content)
    except OSError as error:
        raise HandledError(f"cannot write {path}: {error.strerror}") from error
    print(f"tox {version} quickstart utility, will create {path}:")
    print(content, end="")
    return 0


__getattr__ = elsewhere(__name__)
