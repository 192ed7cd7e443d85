"""What is known to differ on purpose: each with the paragraph of ``docs/differences.rst`` that tells it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from differing.comparing import Point
    from differing.model import Draw


class Shown(NamedTuple):
    """A difference, made small."""

    draw: Draw
    point: Point
    ours: str
    theirs: str

    @property
    def key(self) -> str:
        """The setting, without its environment."""
        return self.point.kind[1]

    def has(self, pattern: str) -> bool:
        """Tell whether a regular expression is found in what was drawn."""
        return re.search(pattern, self.draw.show()) is not None


class Row(NamedTuple):
    """One thing that differs on purpose."""

    heading: str
    """of the paragraph, as it stands there"""
    fits: Callable[[Shown], bool]
    """narrow: true of nothing else"""
    at_once: bool = False
    """true where the point alone tells it, so that nothing has to be made small"""


#: settings of where an environment is, and those that look into its variables for a default
_PLACES = ("env_site_packages_dir", "env_site_packages_dir_plat", "env_bin_dir", "env_python")
#: settings that have nothing to do with the name and the description of an environment
_UNLISTED = ("package", "skip_install", "use_develop", "package_env", "no_package", "wheel_build_env")


def listed(shown: Shown) -> bool:
    """Find a listing that theirs refuses because of another setting."""
    refused = re.fullmatch(r"0 not 254: (\w+)", shown.point.name)
    commands = {step.command.split(" ")[-1] for step in shown.draw.steps}
    lists = commands <= {"l", "list", "-l", "-a", "--listenvs", "--listenvs-all"}
    return shown.point.what == "exit" and lists and refused is not None and refused[1] in _UNLISTED


def located(shown: Shown) -> bool:
    """Find a place that theirs refuses, as a variable cannot be made."""
    return shown.point.what == "taken" and shown.key in _PLACES and shown.has("set_?env")


def unmarked(shown: Shown) -> bool:
    """Find a semicolon in the value of a variable that theirs refuses."""
    return shown.point.what == "taken" and shown.key == "set_env" and shown.has(r"=.*;")


def unpaired(shown: Shown) -> bool:
    """Find a brace without the other one among variables."""
    text = shown.draw.show()
    braces = text.count("{") != text.count("}")
    return shown.point.what in ("taken", "value") and shown.key == "set_env" and braces


def empty_version(shown: Shown) -> bool:
    """Find a requirement that ours refuses, as its version is nothing."""
    return shown.point.what == "refused" and shown.key == "deps" and shown.has(r"=\s*\{")


def blank_python(shown: Shown) -> bool:
    """Find blanks around the name of an interpreter."""
    return shown.point.what == "taken" and shown.key == "base_python" and shown.has(r"\" | \"")


def locked(shown: Shown) -> bool:
    """Find what ours needs for its locks."""
    name, what = shown.point.name, shown.point.what
    if what == "file":
        return shown.theirs == "None" and re.search(r"/file\.lock(\.\w+)*(/.*)?$", name) is not None
    if name == "seen fds" and shown.ours != shown.theirs:
        pairs = zip(shown.ours.splitlines(), shown.theirs.splitlines(), strict=False)
        return all(len({*json.loads(first)} ^ {*json.loads(second)}) == 1 for first, second in pairs)
    return name == "seen __TOX_LOCKS_HELD"


ROWS: tuple[Row, ...] = (
    Row("Environments are locked", locked, at_once=True),
    Row("Listing needs only what it shows", listed),
    Row("Where an environment is does not depend on variables", located),
    Row("What can be no marker is part of the value", unmarked),
    Row("A brace without partner means itself in set_env", unpaired),
    Row("What is put into a value adds nothing to it", empty_version),
    Row("Values of ``base_python`` may have blanks around them", blank_python),
)


def explanation(shown: Shown, *, at_once: bool = False) -> str | None:
    """Give the heading of the paragraph that tells a difference, if one does.

    :param at_once: asks only the rows that need nothing but the point
    """
    return next((row.heading for row in ROWS if (row.at_once or not at_once) and row.fits(shown)), None)
