"""Find what is known to differ on purpose in runs that build and install packages; see ``explained.py``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from differing.comparing import runs

if TYPE_CHECKING:
    from differing.explained import Shown


#: ``--installpkg``, also shortened, or its variable
_GIVEN = r"--i(n(s(t\w*)?)?)?[ =]|TOX_INSTALL_?PKG"


def given(shown: Shown) -> bool:
    """Find the environment of a package that is given, which ours makes only where it has to build."""
    name = shown.point.name
    if not shown.has(_GIVEN):
        return False
    if name == "0 not 1":
        return "within constraints" in shown.theirs
    if shown.point.what == "file" and re.search(r"_external[^/]*/tmp/sdist-extract$", name):
        return True  # emptied by theirs, which sets the environment up
    if shown.point.what in ("file", "content") and re.search(r"(/|testenvs\.)\.[^/]*_external", name):
        return shown.ours == "None"
    if shown.point.what in ("file", "content") and shown.has("(?m)^package_env") and "/.pkg-" in name:
        return True  # the environment that theirs has the package in, by that name
    if name in ("note: recreate env because", "note: remove tox env folder"):
        return lines_of_theirs(shown)
    return only_theirs(shown, r"\.(pkg|cust)\S*: ") or seen_more(shown)


def only_theirs(shown: Shown, pattern: str) -> bool:
    """Tell whether theirs has the commands of ours, and others that match a pattern from their beginning."""
    return shown.point.name == "commands" and lines_of_theirs(shown, pattern)


def seen_more(shown: Shown) -> bool:
    """Tell whether more was noted with theirs: all that was with ours, in its order, and something else."""
    if shown.point.name.startswith("project/hooks.txt"):  # which the backend writes
        return shown.ours == "None" or lines_of_theirs(shown)
    return shown.point.name.startswith("seen ") and lines_of_theirs(shown)


def asked_less(shown: Shown) -> bool:
    """Find that theirs asks a backend what building needs that is not built in its environment."""
    step = shown.draw.steps[shown.point.step]
    some = "-e" in step.words and shown.has(r"(?m)^package\b")  # others are not run, and want another kind
    elsewhere = some or shown.has(r"wheel_build_env|\$ .*\btox (d|devenv|.*--devenv)\b")
    if shown.point.what == "content" and ".requires_for_build_" in shown.point.name:
        return elsewhere and shown.ours == "None"
    if shown.point.what == "file" and re.search(r"/\d+-get_requires_for_build_\w+\.log$", shown.point.name):
        return elsewhere and shown.ours == "None"
    asked = only_theirs(shown, r"\S+: (_optional_hooks|get_requires_for_build_\w+)\b")
    return elsewhere and (asked or seen_more(shown))


def once(shown: Shown) -> bool:
    """Find the second installation of what the commands of an external package need."""
    if shown.point.what == "content" and ".tox-info.json" in shown.point.name:
        return shown.ours == "None" and re.search(r"\.PythonPackageToxEnv\.deps\b", shown.point.name) is not None
    external = shown.has('package = "?external')
    return external and (only_theirs(shown, r"\.\S+: install_deps> ") or seen_more(shown))


def metadata_within(shown: Shown) -> bool:
    """Find metadata that theirs takes out of a wheel, as there is no hook that prepares it."""
    there = re.search(r"/\.meta(/[^/]+\.dist-info(/\w+)?)?$", shown.point.name) is not None
    return shown.point.what == "file" and shown.ours == "None" and there and shown.has("for name in .*prepare_metadata")


def in_logs(shown: Shown) -> bool:
    """Find that a backend was started, which ours shows with what its first hook has written."""
    return shown.point.name == "output" and lines_of_theirs(
        shown._replace(ours=shown.theirs, theirs=shown.ours), "started backend "
    )


def listed_complete(shown: Shown) -> bool:
    """Find what is installed in an environment that setup decided to make anew, which theirs does not record."""
    if not (shown.point.step and shown.has("--result-json")):
        return False
    if shown.point.what == "content":
        return shown.theirs == "None" and re.search(r"\.(installed_packages|setup)\.\d", shown.point.name) is not None
    if shown.point.what == "file":
        return shown.theirs == "None" and shown.point.name.endswith("-freeze.log")
    return only_ours(shown, r"\S+: freeze\b")


def only_ours(shown: Shown, pattern: str) -> bool:
    """Tell whether ours has the commands of theirs, and others that match a pattern from their beginning."""
    return only_theirs(shown._replace(ours=shown.theirs, theirs=shown.ours), pattern)


_OF_ORDER = r"\S+: (freeze|get_requires_for_build_\w+|install_requires_for_build_\w+|prepare_metadata_for_build_\w+)\b"


def in_order(shown: Shown) -> bool:
    """Find that packages are listed, or metadata is asked for, at another time: the same commands in another order."""
    lines, others = shown.ours.splitlines(), shown.theirs.splitlines()
    kept = [[line for line in each if not re.match(_OF_ORDER, line)] for each in (lines, others)]
    asked = shown.has("--list-dep|--result-json|wheel_build_env")
    return shown.point.name == "commands" and asked and sorted(lines) == sorted(others) and kept[0] == kept[1]


def not_started(shown: Shown) -> bool:
    """Find what is recorded of a backend that cannot be started, and how its traceback is broken into lines."""
    if shown.point.what == "traceback":
        return "could not start backend" in shown.theirs and "ModuleNotFoundError" in shown.ours
    if shown.point.what == "content":
        return shown.theirs == "None" and re.search(r" \.testenvs\.\.\w+\.setup\.\d", shown.point.name) is not None
    return shown.point.name == "output" and "failed to start backend" in shown.theirs and "importlib" in shown.ours


def not_there(shown: Shown) -> bool:
    """Find a folder with nothing but a lock in it, which theirs removes."""
    recreated = shown.has(r"-r\b|--recreate|^recreate\b|RECREATE")
    return shown.point.name == "note: remove tox env folder" and recreated and lines_of_theirs(shown)


def lines_of_theirs(shown: Shown, pattern: str = "") -> bool:
    """Tell whether theirs has the lines of ours, in their order, and others, each of which a pattern begins."""
    ours = [] if shown.ours == "<missing>" else shown.ours.splitlines()
    theirs = shown.theirs.splitlines()
    added = [*theirs]
    for line in ours:
        if line not in added:
            return False
        added.remove(line)
    rest = iter(theirs)
    return bool(added) and all(line in rest for line in ours) and all(re.match(pattern, line) for line in added)


def not_needed(shown: Shown) -> bool:
    """Find a package environment that theirs removes although no package is asked for."""
    alone = shown.has(r"\$ .*\btox (e|exec) .*-r\b|\$ .*\btox .*(-r\b.*--skip-pkg-install|--skip-pkg-install.*-r\b)")
    place = re.search(r"/\.(pkg|cust)[^/]*(/|$)", shown.point.name) is not None
    if shown.point.what in ("file", "content"):
        return alone and place and shown.theirs == "None"
    noted = shown.point.name == "note: remove tox env folder"
    return alone and noted and lines_of_theirs(shown, r"\.(pkg|cust)")


def not_run(shown: Shown) -> bool:
    """Find a wrong kind of package for an environment that is not run."""
    invalid = re.match(r"\d not 254: invalid package", shown.point.name) is not None
    return shown.point.what == "exit" and invalid and runs(shown.draw.steps[shown.point.step])


def anew(shown: Shown) -> bool:
    """Find an environment that ours builds anew, as a run before has failed to set it up."""
    if not shown.point.step:
        return False
    if shown.point.name == "1 not 0":  # fails to set it up once more
        return re.search(r"(?m)^\.\S+: exit \d+ .* -m pip install ", shown.ours) is not None
    if shown.point.what == "file":
        return shown.theirs == "None" and re.search(r"/log/\d+-install_\w+\.log$", shown.point.name) is not None
    if shown.point.name in ("note: recreate env because", "note: remove tox env folder"):
        return lines_of_theirs(shown._replace(ours=shown.theirs, theirs=shown.ours))
    if shown.point.name != "commands":
        return False
    lines, others = shown.ours.splitlines(), shown.theirs.splitlines()
    added = [line for line in lines if line not in others]
    setup = all(re.search(r": (install_|extra_setup_|recreate_)\S*(\[| |>)", line) for line in added)
    return bool(added) and setup and [x for x in lines if x in others] == others


def unchanged(shown: Shown) -> bool:
    """Find the installation of a package that ours leaves out, as nothing of it has changed."""
    step = shown.draw.steps[shown.point.step]
    tree = {file.path for file in step.changes} & {"demo.py", "pyproject.toml", "backend.py"}
    if not shown.point.step or tree:
        return False
    if shown.point.what == "file":
        return shown.ours == "None" and shown.point.name.endswith("-install_package.log")
    return only_theirs(shown, r"\S+: install_package> ")


def for_all(shown: Shown) -> bool:
    """Find a backend that theirs starts in an environment that could not be set up."""
    if shown.point.name == "commands" and shown.ours == "<missing>" and only_theirs(shown, r"\S+: _optional_hooks> "):
        return True
    marks = {"report": "FAIL code -5", "output": "failed to start backend"}
    mark = marks.get(shown.point.name)
    if mark is not None and mark in shown.theirs and mark not in shown.ours:
        return True
    if not shown.has(_DEPS_OF_PACKAGES):
        return False
    if shown.point.name == "report":  # all that need it fail; in theirs the first one
        return ": OK" not in shown.ours and shown.ours.count("FAIL code 1") > max(1, shown.theirs.count("FAIL code 1"))
    if shown.point.what in ("file", "content"):
        return shown.ours == "None"
    ran = shown.point.name in ("output", "errors") and shown.ours == "<missing>"
    return ran or only_theirs(shown, r"\S+: ") or seen_more(shown)


#: ``deps`` of a package environment, which are refused
_DEPS_OF_PACKAGES = r'(?m)^\[(pkgenv|testenv:\.\S+|env_pkg_base|env\."\.\S+)\](\n[^\[].*)*?\ndeps\b'


def sentence(shown: Shown) -> bool:
    """Find a hook that ends with a sentence."""
    if shown.point.name == "report":
        return re.search(r"FAIL code (?!-?\d)", shown.theirs) is not None and "FAIL code 1" in shown.ours
    if "To find more information, look for" in shown.theirs:  # what setuptools says of several packages
        return shown.point.name == "output" or (shown.point.name == "errors" and shown.ours == "<missing>")
    if shown.point.name.endswith("result.exit_code"):
        return shown.ours == "1" and shown.theirs.startswith('"')
    told = "libfoo" in shown.theirs and (shown.point.name == "output" or not shown.ours.strip())
    return told and shown.point.name in ("errors", "output") and shown.has(r"FAULT = '\w+ exit'")


def set_by_tox(shown: Shown) -> bool:
    """Find that theirs tells of a setting that it has made itself."""
    told = shown.point.name == "output" and lines_of_theirs(
        shown, r" *\[testenv:.*\] unused config key\(s\): usedevelop$"
    )
    return told and shown.has(r"\$ .*\btox (d|devenv|.*--devenv)\b")


def wrong_root(shown: Shown) -> bool:
    """Find a folder of the package that is of a wrong type, which theirs looks at only if there is a package."""
    return shown.point.what == "exit" and "failed to load core.package_root" in shown.ours


def not_read(shown: Shown) -> bool:
    """Find a wrong build-system table of a project whose package is not needed."""
    return shown.point.what == "crash" and shown.theirs.startswith("ValueError: build-system.")
