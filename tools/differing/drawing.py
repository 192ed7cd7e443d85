"""Draw projects and commands; the same seed always gives the same."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from differing import words
from differing.commands import looking
from differing.ini import Ini
from differing.model import ODD, Draw, File
from differing.options import OPTIONS
from differing.packages import draw_package
from differing.runs import draw_run
from differing.toml import Toml

if TYPE_CHECKING:
    from collections.abc import Callable


INI_FILES = ("tox.ini", "setup.cfg", "pyproject.toml")
TOML_FILES = ("tox.toml", "pyproject.toml")


def draw_config(seed: str) -> Draw:
    """Draw a project and what is looked at in it."""
    rng = Random(seed)
    toml = rng.random() < 0.45
    path = rng.choice(TOML_FILES) if toml else rng.choices(INI_FILES, (6, 2, 1))[0]
    project = Toml(rng, path) if toml else Ini(rng, path)
    files = [project.file(), *beside(rng)]
    steps = [looking(rng, project) for _ in range(rng.choice((1, 1, 2)))]
    if rng.random() < 0.6:
        steps[0] = replace(steps[0], command="config", args=[["--format", "json"], ["-e", "ALL"]])
    elif rng.random() < 0.3:
        steps[0] = replace(steps[0], command="list", args=[])
    place = rng.choice(("a b", "w[1]", "a#b", "é", "{x}", "a,b", "-x", "a;b")) if rng.random() < 0.04 else "project"
    return Draw(files, steps, place)


def beside(rng: Random) -> list[File]:
    """Draw the other files of a project."""
    files = [File(path, "text", rng.choice(texts)) for path, texts in words.TEXTS.items()]
    files = [replace(file, odd=rng.choice(ODD)) if rng.random() < 0.1 else file for file in files]
    files += [File("d", "folder"), File("d/n.txt", "text", "n")]
    if rng.random() < 0.15:
        files.append(File("e.env" if rng.random() < 0.5 else "r.txt", "gone"))
    if rng.random() < 0.25:
        files.append(
            File(
                "pyproject.toml",
                "toml",
                {"project": {"name": "demo", "version": "1"}, "dependency-groups": {"a": ["six"]}},
            )
        )
        files.reverse()  # so that a configuration in this file wins
    if rng.random() < 0.1:
        section = [("tox", [("env_list", ["q"])]), ("testenv", [("description", ["other"])])]
        files.append(File(rng.choice(("other.ini", "d/tox.ini", "../tox.ini", "setup.cfg")), "ini", section))
    if rng.random() < 0.1:
        files.append(user_file(rng))
    return files


def user_file(rng: Random) -> File:
    """Draw the user's own file of defaults."""
    section = "tox" if rng.random() < 0.9 else rng.choice(("tox:tox", "TOX", "x"))
    settings = []
    for _ in range(rng.choice((1, 1, 2))):
        option = rng.choice(OPTIONS)
        value = rng.choice(option.values or ("true", "1", "", "maybe", "0", "2"))
        settings.append((option.dest if rng.random() < 0.9 else option.flags[-1].strip("-"), [value]))
    return File(
        "../home/.config/tox/config.ini", "ini", [(section, settings)], rng.choice(ODD) if rng.random() < 0.15 else ""
    )


#: what draws each kind
KINDS: dict[str, Callable[[str], Draw]] = {"config": draw_config, "run": draw_run, "package": draw_package}
