"""Draw projects with a package, and runs that build and install it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

from differing import sources
from differing.model import Draw, File, Step, wheel
from differing.runs import SEEN, as_toml

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTING = "python {toxinidir}/seen.py {opts} {packages}"
#: values by type, as lines of an INI file
LINES: dict[str, tuple[list[str], ...]] = {
    "bool": (["true"], ["true"], ["false"]),
    "package": (
        *(["wheel"], ["wheel"], ["sdist"], ["sdist"], ["sdist-wheel"], ["sdist-wheel"], ["editable"], ["editable"]),
        *(["editable-legacy"], ["external"], ["skip"], ["deps-only"], ["nope"]),
    ),
    "env": ([".pkg"], [".cust"], [".cust"], [".pkg-{env_name}"]),
    "extras": (["x"], ["x", "y"], ["nope"], ["X"], ["ex-tra"], ["y"]),
    "groups": (["g"], ["g", "h"], ["nope"], ["G"], ["h"]),
    "deps": (
        *(["one"], ["two"], ["one", "two"], ["."], ["./lib"], ["-e ."], ["-r r.txt"], ["one", "-c c.txt"], ["demo"]),
        *(["demo[x]"], ["./wheels/one-1.0-py3-none-any.whl"], ["one<2"], ["one>9"], [".[x]"], ["-e ./lib"]),
    ),
    "constraints": (["c.txt"], ["nope.txt"], ["c.txt", "d.txt"]),
    "pylock": (["pylock.toml"], ["pylock.toml"], ["nope.toml"]),
    "set_env": (["A=1"], ["A=1", "B={env:V:d}"], ["PIP_PRE=1"], ["PYTHONWARNINGS=ignore"], ["A={env_name}"]),
    "names": (["V"], ["V,W"], ["*"], [""]),
    "commands": (
        *(["python seen.py one"], ["python seen.py {posargs}"], ["python show.py"]),
        *(["python seen.py one", "python seen.py --end=3"], [""], ["python seen.py {env:TOX_PACKAGE:none}"]),
    ),
    "installer": ([NOTING], ["python -m pip install {opts} {packages}"], ["nope {packages}"]),
    "mapping": (["a = 1"], ["a = 1", "b = x y"], ["--global-option = a"], [""]),
    "path": (["w"], ["lib"], ["."], ["nope"], ["{toxinidir}/lib"]),
    "out": (["out"], ["{env_dir}/o"]),
    "glob": (["{toxinidir}/out/*.whl"], ["{toxinidir}/nope/*"], ["{env_tmp_dir}/dist/*.whl"]),
    "requires": (["tox>=4"], ["tox>=4", "pip"]),
    "external": (
        *(["python mk.py {toxinidir}/out"], ["python mk.py {env_tmp_dir}/dist"], ["python mk.py {toxinidir}/out 2"]),
        *(["python -c pass"], ["python seen.py --end=3"]),
    ),
}
RUN: dict[str, str] = {
    "package": "package",
    "package_env": "env",
    "wheel_build_env": "env",
    "extras": "extras",
    "dependency_groups": "groups",
    "deps": "deps",
    "constraints": "constraints",
    "pylock": "pylock",
    **dict.fromkeys(("constrain_package_deps", "use_frozen_constraints", "skip_install", "use_develop"), "bool"),
    **dict.fromkeys(("recreate", "pip_pre", "ignore_errors"), "bool"),
    "set_env": "set_env",
    "pass_env": "names",
    "install_command": "installer",
    **dict.fromkeys(("commands", "commands_pre", "extra_setup_commands", "recreate_commands"), "commands"),
    "change_dir": "path",
}
OFTEN = ("package", "package", "deps", "extras", "dependency_groups", "pylock", "constraints", "wheel_build_env")
PKG: dict[str, str] = {
    "set_env": "set_env",
    "pass_env": "names",
    "deps": "deps",
    "constraints": "constraints",
    "install_command": "installer",
    **dict.fromkeys(("commands_pre", "extra_setup_commands", "recreate_commands"), "commands"),
    **dict.fromkeys(("recreate", "fresh_subprocess", "pip_pre"), "bool"),
    "package_root": "path",
    **dict.fromkeys(("meta_dir", "pkg_dir"), "out"),
    **{f"config_settings_{hook}": "mapping" for hook in sources.HOOKS},
}
CORE: dict[str, str] = {
    "no_package": "bool",
    "package_env": "env",
    "package_root": "path",
    "requires": "requires",
    "work_dir": "out",
    "temp_dir": "out",
}
#: names of sections and tables: of the core, of all run environments, of all package environments, of one
INI = ("tox", "testenv", "pkgenv", "testenv:{}")
TOML = ("", "env_run_base", "env_pkg_base", "env.{}")
_BUNDLES = ("demo-2.0-py3-none-any.whl", "demo-2.0.tar.gz", "broken.whl", "nope.whl", "other-1.0-py3-none-any.whl", "")
OPTIONS: tuple[tuple[list[str], float], ...] = (
    *(([word], 1.0) for word in ("-r", "-n", "-b", "--skip-pkg-install", "--no-recreate-pkg", "--develop")),
    *(([word], 0.5) for word in ("--skip-env-install", "--list-dependencies", "-q", "-v", "--fail-fast")),
    *((["--installpkg", f"{{P}}/dists/{name}" if name else ""], 0.6) for name in _BUNDLES),
    *((["-e", name], 1.0) for name in ("a", "a,b", "b", ".pkg", "ALL")),
    (["--result-json", "o.json"], 0.7),
    (["-x", "BASE.package=sdist"], 0.4),
    (["-x", "BASE.deps=two"], 0.4),
    (["-x", "PKG.set_env=A=2"], 0.3),
)
COMMANDS = {"r": 7.0, "p": 2.5, "e": 1.0, "d": 1.0, "": 1.0, "le": 0.5}


def draw_package(seed: str) -> Draw:
    """Draw a project with a package, and a few commands that build and install it."""
    rng = Random(seed)
    toml = rng.random() < 0.4
    envs = rng.sample(("a", "b"), rng.choice((1, 1, 2)))
    tables = configuration(rng, envs, noting=rng.random() < 0.8)
    files = [written(tables, toml=toml), *beside(rng), *sources.tree(rng, File)]
    steps = [running(rng, envs, toml=toml)]
    for _ in range(rng.choice((0, 1, 1, 2))):
        steps.append(again(rng, envs, steps[-1], files, tables))
    return Draw(files, steps)


Tables = dict[str, dict[str, tuple[str, list[str]]]]


def drawn(rng: Random, table: Mapping[str, str], count: int) -> dict[str, tuple[str, list[str]]]:
    """Draw settings, each with the type and the lines of its value."""
    often = [key for key in OFTEN if key in table]
    keys = [rng.choice(often if often and rng.random() < 0.6 else [*table]) for _ in range(count)]
    return {key: (table[key], rng.choice(LINES[table[key]])) for key in keys}


def configuration(rng: Random, envs: list[str], *, noting: bool) -> Tables:
    """Draw the tables of a configuration, named as :data:`INI` and :data:`TOML` have them, by number or environment.

    :param noting: tells whether installers only note what they are asked for, which takes no time
    """
    core = drawn(rng, CORE, rng.choice((0, 0, 0, 1, 2)))
    tables: Tables = {"0": {"env_list": ("names", envs), **core}}
    tables["1"] = drawn(rng, RUN, rng.choice((0, 1, 2, 3)))
    tables["1"].setdefault("commands", ("commands", rng.choice(LINES["commands"])))
    if noting:
        tables["1"].setdefault("install_command", ("installer", [NOTING]))
    if noting and rng.random() < 0.3:
        tables["2"] = {"install_command": ("installer", [NOTING])}
    if rng.random() < 0.35:
        tables["2"] = {**tables.get("2", {}), **drawn(rng, PKG, rng.choice((1, 1, 2)))}
    for name in envs:
        if rng.random() < 0.5:
            tables[name] = drawn(rng, RUN, rng.choice((1, 2, 3)))
    if rng.random() < 0.2:
        tables[rng.choice((".pkg", ".cust"))] = drawn(rng, PKG, rng.choice((1, 1, 2)))
    if any(table.get("package") == ("package", ["external"]) for table in tables.values()):
        made = {"commands": ("commands", rng.choice(LINES["external"])), **drawn(rng, {"package_glob": "glob"}, 1)}
        tables[rng.choice((".pkg_external", ".pkg_external", ".pkg"))] = {**made, **drawn(rng, PKG, rng.choice((0, 1)))}
    return tables


def written(tables: Tables, *, toml: bool) -> File:
    """Write tables down."""
    names = TOML if toml else INI
    parts = {names[int(key)] if key.isdigit() else names[3].format(key): table for key, table in tables.items()}
    if not toml:
        sections = [(name, [(key, value[1]) for key, value in table.items()]) for name, table in parts.items()]
        return File("tox.ini", "ini", sections)
    body: dict[str, Any] = {}
    for name, table in parts.items():
        place = body
        for part in name.split(".", 1) if name else ():
            place = place.setdefault(part, {})
        place.update({key: toml_value(*value) for key, value in table.items()})
    return File("tox.toml", "toml", body)


def toml_value(kind: str, lines: list[str]) -> Any:
    """Write a value as TOML has it."""
    if kind in ("set_env", "mapping"):
        return {line.split("=")[0].strip(): line.split("=", 1)[1].strip() for line in lines if line}
    if kind == "external":
        kind = "commands"
    if kind in ("extras", "groups", "requires"):
        return lines
    if kind == "commands":
        return [line.split() for line in lines if line]
    return as_toml(kind, lines)


MAKE = """\
import shutil, sys
from pathlib import Path
folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for name in ("demo-2.0-py3-none-any.whl", "other-1.0-py3-none-any.whl")[: int((sys.argv[2:] or "1")[0])]:
    shutil.copy(Path(__file__).with_name("dists") / name, folder / name)
"""
SHOW = """\
try:
    import demo
    print(demo.V, demo.__file__)
except ImportError:
    print("no demo")
"""
LOCK = """\
lock-version = "1.0"
created-by = "differential"
[[packages]]
name = "one"
version = "{version}"
{marker}
[[packages.wheels]]
path = "wheels/one-{version}-py3-none-any.whl"
hashes = {{ sha256 = "{digest}" }}
"""


def lock(marker: str, version: str = "1.0") -> str:
    """Write a lock file that has one package.

    :param marker: a line that says when it is installed
    """
    return LOCK.format(marker=marker, version=version, digest=hashlib.sha256(wheel("one", version)).hexdigest())


BUILD = {"requires": [], "build-backend": "backend", "backend-path": ["."]}


def beside(rng: Random) -> list[File]:
    """Draw the other files of a project: what notes what commands see, and distributions."""
    lib = {"project": {"name": "lib", "version": "1.0"}, "build-system": BUILD}
    marker = rng.choice(("", "", "marker = \"python_version < '3'\"", 'requires-python = "<3"'))
    return [
        File("seen.py", "text", SEEN),
        File("mk.py", "text", MAKE),
        File("show.py", "text", SHOW),
        File("wheels/one-1.0-py3-none-any.whl", "wheel", {"name": "one", "version": "1.0"}),
        File("wheels/one-2.0-py3-none-any.whl", "wheel", {"name": "one", "version": "2.0"}),
        File("wheels/two-1.0-py3-none-any.whl", "wheel", {"name": "two", "version": "1.0", "requires": ["one"]}),
        File("dists/demo-2.0-py3-none-any.whl", "wheel", {"name": "demo", "version": "2.0", "requires": ["one"]}),
        File("dists/other-1.0-py3-none-any.whl", "wheel", {"name": "other", "version": "1.0"}),
        File("dists/demo-2.0.tar.gz", "sdist", {"requires": rng.choice(("[]", '["one"]'))}),
        File("dists/broken.whl", "text", "no archive"),
        File("backends", "repacked", "flit_core hatchling setuptools wheel"),
        File("r.txt", "text", "one\n"),
        File("c.txt", "text", "one<2\n"),
        File("d.txt", "text", rng.choice(("two==1.0\n", "-e ./lib\n", "demo<2\n", "one[a]\n"))),
        File("pylock.toml", "text", lock(marker)),
        File("lib/pyproject.toml", "toml", lib),
        File("lib/demo.py", "text", "V = 5\n"),
        File("lib/backend.py", "text", sources.BACKEND.format(asked=[], fault="", lacking=(), files=())),
    ]


def running(rng: Random, envs: list[str], *, toml: bool) -> Step:
    """Draw a command that runs environments."""
    command = rng.choices([*COMMANDS], [*COMMANDS.values()])[0]
    names = ("env_run_base", "env_pkg_base") if toml else INI[1:3]
    weights = [weight for _, weight in OPTIONS]
    args = [group for group, _ in rng.choices(OPTIONS, weights, k=rng.choice((0, 1, 1, 2)))]
    args = [[word.replace("BASE", names[0]).replace("PKG", names[1]) for word in group] for group in args]
    if command in ("e", "d"):
        args = [group for group in args if group[0] != "-e"] + [["-e", rng.choice(envs)]]
    if command == "e":
        args.append(["--", "python", "seen.py", "x"])
    elif command == "d" and rng.random() < 0.8:
        args.append(["venv"])
    elif command in ("", "le") and rng.random() < 0.3:
        args.append(rng.choice((["-p", "2"], ["--pre"], ["--force-dep", "one<2"], ["--devenv", "venv"])))
    if command in ("d", "e"):
        args = [group for group in args if command == "e" or group[0] not in ("-n", "-b", "--result-json")]
    env = {
        "PIP_FIND_LINKS": "{P}/wheels {P}/backends",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_COMPILE": "1",
        "PIP_NO_CACHE_DIR": "1",
        "VIRTUALENV_NO_PERIODIC_UPDATE": "1",
        "VIRTUALENV_SYMLINK_APP_DATA": "1",
    }
    if rng.random() < 0.06:
        name, value = rng.choice((("TOX_INSTALL_PKG", "dists/demo-2.0-py3-none-any.whl"), ("TOX_DEVELOP", "1")))
        env[name] = value
    return Step(command, args, 0, env)


def again(rng: Random, envs: list[str], before: Step, files: list[File], tables: Tables) -> Step:
    """Draw what is run next: the same or something else, with one thing changed."""
    toml = files[0].form == "toml"
    step = replace(before, changes=[]) if rng.random() < 0.75 else running(rng, envs, toml=toml)
    how = rng.choice(("source", "project", "project", "none", "configuration", "configuration", "file", "option"))
    pyproject = next((file for file in files if file.path == "pyproject.toml"), None)
    if how == "source":
        return replace(step, changes=[File("demo.py", "text", '"""x"""\n__version__ = "1.0"\nV = 77\n')])
    if how == "project" and pyproject is not None:
        return replace(step, changes=[replace(pyproject, body=other_project(rng, pyproject.body))])
    if how == "configuration":
        name = rng.choice(["1", "2", *envs])
        table = {**tables.get(name, {}), **drawn(rng, PKG if name == "2" else RUN, 1)}
        if rng.random() < 0.25 and name in tables:
            table = dict([*tables[name].items()][:-1])
        return replace(step, changes=[written({**tables, name: table}, toml=toml)])
    if how == "file":
        texts = {"r.txt": "two\n", "c.txt": "one<1.5\n", "pylock.toml": lock("", "2.0")}
        path = rng.choice([*texts])
        return replace(step, changes=[File(path, "text", texts[path])])
    if how == "option":
        return replace(step, args=[rng.choice(OPTIONS[:8])[0], *step.args])
    return step


def other_project(rng: Random, body: dict[str, Any]) -> dict[str, Any]:
    """Change one thing of a ``pyproject.toml``."""
    changes: dict[str, Any] = {
        "version": "1.1",
        "dependencies": rng.choice((["one"], ["two"], [])),
        "optional-dependencies": {"x": ["two"]},
    }
    how = rng.choice((*changes, "groups", "requires"))
    if how == "groups":
        return {**body, "dependency-groups": {"g": ["two"]}}
    if how == "requires":
        return {**body, "build-system": {**body.get("build-system", BUILD), "requires": rng.choice((["two"], ["one"]))}}
    return {**body, "project": {**body.get("project", {}), how: changes[how]}}
