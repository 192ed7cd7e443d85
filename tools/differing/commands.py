"""Draw commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from differing import words
from differing.ini import Ini, Project
from differing.model import Step
from differing.options import LOOKING, OPTIONS, POSARGS, SHORT, Option
from differing.toml import Toml

if TYPE_CHECKING:
    from random import Random


def looking(rng: Random, project: Project) -> Step:
    """Draw a command that only looks."""
    command = rng.choices((*LOOKING, "schema", "legacy"), (10, 5, 3, 0.2, 1))[0]
    args = options(rng, command, project)
    at = rng.choice((0, 0, 0, rng.randint(0, len(args))))
    if rng.random() < 0.03:
        args.append([rng.choice(("nope", "--nope", "-Z", "--version", "--help", "-h", "-", "--confi", "list"))])
    if rng.random() < 0.35:
        args.append(["--", *rng.choices(POSARGS, k=rng.choice((0, 1, 1, 2)))])
    cwd = rng.choice(("d", "..", "d/e")) if rng.random() < 0.06 else "."
    if command == "legacy":
        looks = rng.choice(("-l", "-a", "--showconfig", "--listenvs", "--help-ini"))
        command = f"legacy {looks}" if rng.random() < 0.3 else looks
    elif rng.random() < 0.3:
        command = SHORT.get(command, command)
    return Step(command, args, at, host(rng), cwd)


def options(rng: Random, command: str, project: Project) -> list[list[str]]:
    """Draw options of a command."""
    known = [option for option in OPTIONS if not option.commands or command in option.commands]
    weights = [option.weight for option in known]
    return [spelled(rng, option, project) for option in rng.choices(known, weights, k=rng.choice((0, 1, 1, 2, 2, 3)))]


def spelled(rng: Random, option: Option, project: Project) -> list[str]:
    """Draw how an option is written."""
    flag = rng.choice(option.flags)
    if flag.startswith("--") and rng.random() < 0.08:
        flag = flag[: max(4, len(flag) - rng.choice((1, 2, 4)))]
    if not option.values:
        return [flag]
    if rng.random() < 0.03:
        return [flag]
    value = override(rng, project) if option.dest == "override" and rng.random() < 0.8 else rng.choice(option.values)
    if option.dest in ("list_keys_only", "labels", "factors") and rng.random() < 0.7:
        return [flag, *value.split(" ")]
    if rng.random() < 0.2:
        return [f"{flag}={value}" if flag.startswith("--") else flag + value]
    return [flag, value]


def override(rng: Random, project: Project) -> str:
    """Draw an override."""
    core = rng.random() < 0.25
    table = project.core_table if core else project.table
    key, kind = rng.choice(project.settings(1, table) or [("description", "text")])
    if isinstance(project, Toml):
        section = "" if core else f"{rng.choice(('env_run_base', *(f'env.{name}' for name in project.envs)))}."
        section = project.prefix + section
        value = Ini(rng, "tox.ini")
        value.lines = project.lines
        value.envs = project.envs
        lines = value.value(kind)
    else:
        names = ("testenv", *(f"testenv:{name}" for name in project.envs))
        section = "tox." if core else f"{rng.choice(names)}."
        lines = project.value(kind) if isinstance(project, Ini) else []
    return f"{section}{key}{rng.choice(('=', '=', '+='))}" + rng.choice(("\n", ",", "\n")).join(lines)


def host(rng: Random) -> dict[str, str]:
    """Draw variables of the host."""
    found: dict[str, str] = {}
    for name in words.VARIABLES:
        if name != "NOPE" and rng.random() < 0.6:
            found[name] = rng.choice(words.HOST_VALUES)
    if rng.random() < 0.15:
        option = rng.choice(OPTIONS)
        name = rng.choice(("TOX_", "TOX_", "TOX")) + option.dest.upper()
        found[name] = rng.choice(option.values or ("true", "1", "", "maybe", "0", "no", "2"))
    if rng.random() < 0.08:
        name, value = rng.choice(AROUND)
        found[name] = value
    return found


AROUND = (
    ("TOXENV", "a"),
    ("TOXENV", "nope,b"),
    ("TOXENV", ""),
    ("CI", "1"),
    ("NO_COLOR", "1"),
    ("FORCE_COLOR", "1"),
    ("TTY_COMPATIBLE", "1"),
    ("TOX_FACTOR_x", "f"),
    ("TOX_FACTOR_n", "p"),
    ("PYTHONHASHSEED", "random"),
    ("PYTHONHASHSEED", "5"),
    ("TOX_USER_CONFIG_FILE", "d"),
    ("TOX_USER_CONFIG_FILE", "other.ini"),
    ("VIRTUALENV_SYSTEM_SITE_PACKAGES", "true"),
    ("VIRTUALENV_COPIES", "1"),
    ("VIRTUALENV_DOWNLOAD", "maybe"),
    ("PYTHONIOENCODING", "ascii"),
    ("LC_ALL", "C"),
    ("TOX_DISABLED_EXTERNAL_PLUGINS", "a"),
    ("COLUMNS", "77"),
    ("GITHUB_ACTIONS", "true"),
    ("TOX_PARALLEL_ENV", "a"),
    ("HOME", ""),
)
