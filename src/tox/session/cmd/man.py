"""``tox man``: let ``man tox`` find the manual page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import tox
from tox._historical import elsewhere
from tox.config.cli.parser import CORE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tox.config.cli.parser import ToxParser
    from tox.session.state import State

#: for each shell the file that it reads at its start, and how a variable is set there
_SHELLS = {
    "bash": ("~/.bashrc", "export MANPATH={}"),
    "zsh": ("~/.zshrc", "export MANPATH={}"),
    "fish": ("~/.config/fish/config.fish", "set -x MANPATH {}"),
    "csh": ("~/.cshrc", "setenv MANPATH {}"),
    "tcsh": ("~/.cshrc", "setenv MANPATH {}"),
}
#: a search in folders that are far away takes a while
_MAN_SECONDS = 10


def tox_add_option(parser: ToxParser) -> None:
    """Add the sub-command."""
    parser.add_command("man", [], "let man find the manual page of tox", setup_man, inherit=frozenset({CORE}))


def setup_man(state: State) -> int:
    """Link the manual page into the user's folder of manual pages and tell what else is needed.

    :returns: zero when ``man tox`` works now, or will once the shell's variable is set; one when it cannot
    """
    page = find_page()
    if page is None:
        _say("this installation of tox has no manual page")
        return 1
    folder = Path.home() / ".local" / "share" / "man"
    link = folder / "man1" / "tox.1"
    found = _page_of_man()
    if found and not os.path.lexists(link):
        _say(f"man finds {found} already", "read it with: man tox")
        return 0
    try:
        _say(_link(page, link))
    except OSError as error:
        _say(f"cannot link {link} to the manual page: {error.strerror}", f"read it with: man {page}")
        return 1
    _say(*_advice(folder))
    return 0


def _page_of_man() -> str:
    """Ask ``man`` which page of tox it would show; empty when it knows none, or is not there."""
    program = shutil.which("man")
    if program is None:
        return ""
    command = [program, "-w", "tox"]
    try:
        asked = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=_MAN_SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return "" if asked.returncode else os.fsdecode(asked.stdout).strip().partition("\n")[0]


def find_page() -> Path | None:
    """Locate the manual page: beside the interpreter, where it is installed, or within the package."""
    beside = Path(sys.prefix) / "share" / "man" / "man1" / "tox.1"
    within = Path(str(tox.__file__)).parent / "tox.1"
    return next((path for path in (beside, within) if path.is_file()), None)


def _link(page: Path, link: Path) -> str:
    """Make the link, and tell what became of it; a file of somebody else stays."""
    if link.is_symlink() and link.resolve() == page.resolve():
        return f"{link} leads to {page} already"
    if link.is_symlink() and not link.exists():
        link.unlink()  # the page of an installation that is gone
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(page)
    return f"linked {link} to {page}"


def _advice(folder: Path) -> Iterator[str]:
    """Tell how to read the page now."""
    found = os.environ.get("MANPATH", "").split(os.pathsep)
    if any(entry and Path(entry).expanduser() == folder for entry in found):
        yield "read it with: man tox"
        return
    shell = Path(os.environ.get("SHELL", "")).name
    file, line = _SHELLS.get(shell, ("~/.profile", "export MANPATH={}"))
    before = "`printenv MANPATH`" if shell in {"csh", "tcsh"} else "$MANPATH"  # it is an error there unless it is set
    yield f"if man does not find it, add this line to {file} and start a new shell:"
    yield f"  {line}".format(f'"$HOME/.local/share/man:{before}"')


def _say(*lines: str) -> None:
    for line in lines:
        print(line)


__getattr__ = elsewhere(__name__)
