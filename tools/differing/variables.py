"""Find what is known to differ on purpose in variables that environments set; see ``explained.py``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from differing.explained import Shown


def unmarked(shown: Shown) -> bool:
    """Find a semicolon in the value of a variable that theirs refuses."""
    if shown.point.name == "output" and shown.ours == "<missing>":
        return shown.theirs.startswith("escape a literal ';'")
    said = shown.has(r"=[^\n]*;") and not shown.has(r";[^\n]*\b(python_|sys_|os_|platform_|implementation_|extra\b)")
    return shown.point.what == "taken" and shown.key == "set_env" and said


def unpaired(shown: Shown) -> bool:
    """Find a brace without the other one in a line of variables of an INI file."""
    lines = re.findall(r"(?m)^(?:set_?env\s*=\s*|[ \t]+)(.*=.*)$", shown.draw.show())
    braces = any(line.count("{") != line.count("}") for line in lines)
    refused = shown.point.what == "taken" or re.search(r"invalid line '.*' in set_env", shown.theirs) is not None
    return braces and (refused or (shown.point.what == "value" and shown.key == "set_env"))


def marked(shown: Shown) -> bool:
    """Find a marker of all variables."""
    return shown.point.what == "refused" and shown.has(r"set_env = (\[ ?)?\{ replace = [^\n{]*marker = ")


def other_lines(shown: Shown) -> bool:
    """Find variables with a character that ends lines for Python."""
    looked_at = shown.key == "set_env" or shown.point.what == "taken"
    return looked_at and shown.has("set_?env[^\n]*[\v\f\x1c-\x1e\x85\u2028\u2029]")


def hash_seed(shown: Shown) -> bool:
    """Find a seed whose marker does not hold."""
    return shown.point.what == "value" and shown.key == "set_env" and shown.has("PYTHONHASHSEED[^\n]*(;|marker)")


def of_all(shown: Shown) -> bool:
    """Find a variable that holds all of them."""
    return shown.point.what == "value" and shown.key == "set_env" and shown.has(r"\{set_?env\}")


def fixed(shown: Shown) -> bool:
    """Find a wrong value for a variable that tox sets itself."""
    names = shown.has(r"\b(TOX_ENV_NAME|TOX_ENV_DIR|TOX_WORK_DIR|VIRTUAL_ENV|PIP_USER)\b")
    return shown.point.what == "taken" and shown.key == "set_env" and names


def referred(shown: Shown) -> bool:
    """Find a setting that refers to variables."""
    by_table = shown.point.what == "value" and shown.has(r"key = \"set_?env\"[^\n]*extend = true")
    return by_table or (
        shown.point.what in ("value", "taken", "refused", "exit") and shown.has(r"\{(\[[^\]\n]*\])?set_?env")
    )


def unasked_circle(shown: Shown) -> bool:
    """Find a line of variables that asks for a variable whose name it asks for, or a pattern of files that is none."""
    circle, pattern = r"set_?env\s*=\s*\{env:[^}\n]*\{env:", r"set_?env = [^\n]*\"glob\", pattern = [^\"]"
    return shown.point.what == "taken" and shown.key != "set_env" and (shown.has(circle) or shown.has(pattern))
