"""Draw projects whose environments are run, and what is run in them."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

from differing import settings
from differing.commands import host, options, override
from differing.ini import Ini, Project
from differing.model import Draw, File, Step
from differing.options import POSARGS, RUNNING, SHORT
from differing.toml import Toml

#: notes what a command sees, one line of JSON for each command; ``--end=N`` ends it with that code
SEEN = """\
import json, os, sys
from pathlib import Path
words = sys.argv[1:]
fds = []
for name in os.listdir("/proc/self/fd"):
    try:
        os.fstat(int(name))
        fds.append(int(name))
    except OSError:
        pass
told = {
    "args": words,
    "cwd": os.getcwd(),
    "tty": [os.isatty(number) for number in range(3)],
    "fds": sorted(fds),
    "env": dict(os.environ),
    "python": sys.executable,
    "input": sys.stdin.read(),
}
with Path(__file__).with_name("seen.jsonl").open("a") as stream:
    stream.write(json.dumps(told) + "\\n")
print("saw", *map(ascii, words))
print("erred", file=sys.stderr)
sys.exit(next((int(word[6:]) for word in words if word.startswith("--end=")), 0))
"""
COMMANDS: tuple[list[str], ...] = (
    ["python seen.py one"],
    ["python seen.py {posargs}"],
    ["python seen.py {posargs:d e} z"],
    ["python seen.py one", "python seen.py --end=3", "python seen.py two"],
    ["- python seen.py --end=3", "python seen.py two"],
    ["! python seen.py --end=3"],
    ["! python seen.py"],
    ["-python seen.py --end=2"],
    ["nope x"],
    ["sh -c 'echo x'"],
    ["python -c 'raise SystemExit(4)'"],
    ["python seen.py 'a b' {env:V:d} # c"],
    ["{env_python} {toxinidir}/seen.py {env_tmp_dir}"],
    ["python {toxinidir}/seen.py \\", "  more"],
    ["python -c 'import os; os.kill(os.getpid(), 15)'"],
    ["python -c 'import one'"],
    [""],
    ["a: python seen.py in-a", "!a: python seen.py not-a"],
    ["./run.sh x"],
    ["python -c 'print(chr(233), chr(0x2192))'"],
    ["python seen.py '{posargs}' \"{env:W}\""],
    ["python -c 'import os; print(os.getcwd()); print(1, end=str())'"],
)
TABLE: dict[str, str] = {
    **{key: settings.RUN[key] for key in ("set_env", "pass_env", "disallow_pass_env", "description", "platform")},
    **dict.fromkeys(("commands", "commands_pre", "commands_post", "extra_setup_commands"), "commands"),
    **dict.fromkeys(("ignore_errors", "ignore_outcome", "fail_fast", "recreate", "args_are_paths"), "bool"),
    **dict.fromkeys(("parallel_show_output", "skip_install", "interrupt_post_commands", "pip_pre"), "bool"),
    "recreate_commands": "commands",
    "change_dir": "path",
    "commands_retry": "int",
    "allowlist_externals": "allowed",
    "depends": "depends",
    "deps": "deps",
    "env_tmp_dir": "path",
    "env_log_dir": "path",
    "env_dir": "place",
    "labels": "names",
    "base_python": "pythons",
    "skip_missing_interpreters": "bool",
    "install_command": "installer",
    "list_dependencies_command": "lister",
    "constraints": "constraints",
    "system_site_packages": "bool",
    "suicide_timeout": "float",
    "interrupt_timeout": "float",
}
CORE_TABLE = {
    key: settings.CORE[key] for key in ("work_dir", "temp_dir", "labels", "skip_missing_interpreters", "tox_root")
}
INI: dict[str, tuple[list[str], ...]] = {
    "commands": COMMANDS,
    "text": (["x"],),
    "bool": (["true"], ["false"], ["true"], ["yes"], ["no"]),
    "int": (["1"], ["2"], ["0"]),
    "float": (["0.1"], ["0"]),
    "platform": (["linux"], ["win32"], ["nope"], ["("]),
    "path": (["w"], ["d"], ["{env_dir}/x"], ["nope/deep"], [".."], ["a b"]),
    "place": (["w/e"], ["{work_dir}/other"], [".tox/a"]),
    "names": (["V"], ["V,W"], ["*"], ["A*"], ["x"], [""]),
    "allowed": (["sh"], ["*"], ["s*"], ["./run.sh"], ["nope"], ["/bin/*"]),
    "depends": (["b"], ["a"], ["b, lint"], ["{a,b}"], ["nope"], ["a*"]),
    "deps": (
        ["one"],
        ["two"],
        ["one", "two"],
        ["./wheels/one-1.0-py3-none-any.whl"],
        ["-r r.txt"],
        ["nope"],
        [""],
        ["one>9"],
    ),
    "pythons": (["python3"], ["nope"], ["python3.11"], ["python2.7"]),
    "installer": (
        ["python -m pip install {opts} {packages}"],
        ["python seen.py {packages} {opts}"],
        ["nope {packages}"],
    ),
    "lister": (["python seen.py listed"], ["python -m pip list --format freeze"], ["nope"]),
    "constraints": (["c.txt"], ["nope.txt"]),
    "labels": (["x = a"], ["x = a,b"]),
}


def as_toml(kind: str, lines: list[str]) -> Any:
    """Write what INI has in lines as TOML has it."""
    if kind == "commands":
        return [line.split() for line in lines]
    if kind in ("installer", "lister"):
        return lines[0].split()
    if kind in ("names", "allowed", "depends", "deps", "pythons", "constraints"):
        return lines
    if kind == "bool":
        return {"true": True, "false": False}.get(lines[0], lines[0])
    if kind == "int" and lines[0].isdecimal():
        return int(lines[0])
    return {"x": ["a"]} if kind == "labels" else lines[0]


TOML = {kind: tuple(as_toml(kind, lines) for lines in values) for kind, values in INI.items()}


class RunIni(Ini):
    """A project in INI whose environments are run."""

    table, core_table, package_table, lines, oddness = TABLE, CORE_TABLE, {}, INI, 0.3


class RunToml(Toml):
    """A project in TOML whose environments are run."""

    table, core_table, package_table, lines = TABLE, CORE_TABLE, {}, INI
    values, oddness = TOML, 0.3


def draw_run(seed: str) -> Draw:
    """Draw a project and a few commands that run its environments, one after the other."""
    rng = Random(seed)
    project: Project = RunIni(rng, "tox.ini")
    if rng.random() < 0.35:
        project = RunToml(rng, "tox.toml")
    project.envs = rng.sample(("a", "b", "py", "lint", "a-x"), rng.choice((1, 2, 2, 3)))
    file = replace(project.file(), odd="")
    files = [with_commands(rng, file), *beside()]
    steps = [running(rng, project)]
    for _ in range(rng.choice((0, 1, 1, 2))):
        steps.append(again(rng, project, steps[-1], files))
    return Draw(files, steps)


def with_commands(rng: Random, file: File) -> File:
    """See to it that the environments have commands."""
    if file.form == "toml":
        table = file.body.get("tool", {}).get("tox", file.body)
        base = table.get("env_run_base")
        table["env_run_base"] = base = base if isinstance(base, dict) else {}
        base.setdefault("commands", rng.choice(TOML["commands"]))
        return file
    base = next((section for name, section in file.body if name == "testenv"), None)
    if base is None:
        base = []
        file.body.append(("testenv", base))
    if not any(key == "commands" for key, _ in base):
        base.append(("commands", rng.choice(COMMANDS)))
    return file


def beside() -> list[File]:
    """Give the other files of a project: what notes what commands see, and two distributions."""
    return [
        File("seen.py", "text", SEEN),
        File("wheels/one-1.0-py3-none-any.whl", "wheel", {"name": "one", "version": "1.0"}),
        File("wheels/two-1.0-py3-none-any.whl", "wheel", {"name": "two", "version": "1.0", "requires": ["one"]}),
        File("r.txt", "text", "one\n"),
        File("c.txt", "text", "one<2\n"),
        File("e.env", "text", "A=1\nB=2\n"),
        File("d/n.txt", "text", "n"),
        File("run.sh", "script", "#!/bin/sh\necho ran $0 $1\n"),
    ]


def running(rng: Random, project: Project) -> Step:
    """Draw a command that runs environments."""
    command = rng.choices(RUNNING, (6, 2, 1, 2, 2))[0]
    args = [group for group in options(rng, command, project) if not group[0].startswith(SLOW)]
    at = rng.choice((0, 0, 0, len(args)))
    if command == "exec":
        args = [
            *args,
            ["-e", rng.choice(project.envs)],
            ["--", "python", "seen.py", *rng.choices(POSARGS, k=2)],
        ]
    elif rng.random() < 0.4:
        args.append(["--", *rng.choices(POSARGS, k=rng.choice((0, 1, 2)))])
    words = SHORT[command]
    if command == "devenv":
        words += " venv" if rng.random() < 0.7 else ""
        args = [*args, ["-e", rng.choice(project.envs)]]
        at = 0
    elif command == "legacy" and rng.random() < 0.7:
        words = ""
    if rng.random() < 0.1:
        args.insert(0, ["-x", override(rng, project)])
        at = 0
    env = {"PIP_FIND_LINKS": "{P}/wheels", "VIRTUALENV_SYMLINK_APP_DATA": "1", **host(rng)}
    return Step(words, args, min(at, len(args)), env, "d" if rng.random() < 0.06 else ".")


#: options that are left out, as each would take long, or would show nothing but how long it took
SLOW = (
    "--exit",
    "--discover",
    "--conf",
    "-c",
    "-vvv",
    "--root",
    "--runne",
    "-l",
    "-a",
    "--list",
    "--show",
    "--hi",
    "--help",
)


def again(rng: Random, project: Project, before: Step, files: list[File]) -> Step:
    """Draw what is run next: the same or something else, with one thing changed."""
    step = before if rng.random() < 0.7 else running(rng, project)
    how = rng.choice(("file", "file", "none", "variable", "folder", "requirements", "option"))
    if how == "file":
        return replace(step, changes=[changed(rng, project, files[0])])
    if how == "requirements":
        return replace(step, changes=[File("r.txt", "text", rng.choice(("two\n", "", "one==1.0\n", "nope\n")))])
    if how == "variable":
        return replace(step, env={**step.env, "V": "other", **host(rng)})
    if how == "folder":
        return replace(step, cwd=rng.choice(("d", "..")), args=[["-c", "{P}"], *step.args], at=0)
    if how == "option":
        flag = rng.choice(("-r", "-q", "-v", "--notest", "--skip-env-install", "--recreate"))
        return replace(step, args=[[flag], *step.args], at=0)
    return step


def changed(rng: Random, project: Project, file: File) -> File:
    """Change one setting of the configuration, or leave it out."""
    key, kind = rng.choice(project.settings(2, project.table) or [("deps", "deps")])
    value = project.value(kind) if isinstance(project, (Ini, Toml)) else None
    if file.form == "toml":
        table = file.body.get("tool", {}).get("tox", file.body)
        table = {**table, "env_run_base": {**table.get("env_run_base", {}), key: value}}
        return replace(file, body={"tool": {"tox": table}} if "tool" in file.body else table)
    body = [
        (
            name,
            [*((each, lines) for each, lines in section if each != key), (key, value)]
            if name == "testenv"
            else section,
        )
        for name, section in file.body
    ]
    return replace(file, body=body)
