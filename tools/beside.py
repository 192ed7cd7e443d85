"""Run two tox commands in the same throw-away projects, and tell where exit codes or the final report differ.

    python tools/beside.py OURS THEIRS [--only WORD] [--show]

The projects are those of ``tests/cli/runs.json`` and a few that run several environments in ways that matter for the
report. Each command has a work dir of its own, which all projects share, so that most environments are made once.
Exit status 0 when nothing differs.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
TABLE = ROOT / "tests" / "cli" / "runs.json"
LIMIT_SECONDS = 300


def failing(code: int) -> str:
    """Write a setting of a command that ends with a code."""
    return f"commands = python -c 'raise SystemExit({code})'"


GOOD = "commands = python -c 'print(1)'"
MISSING = "base_python = python9.9"
#: environments by name, each with its settings; run with each of the arguments
MIXED: list[tuple[str, dict[str, list[str]], list[str]]] = [
    ("good, failing, skipped", {"a": [GOOD], "b": [failing(3)], "c": ["platform = none"]}, []),
    ("missing interpreter", {"a": [GOOD], "b": [MISSING]}, []),
    ("missing interpreter skipped", {"a": [GOOD], "b": [MISSING]}, ["-s", "true"]),
    ("all skipped", {"a": [MISSING], "b": ["platform = none"]}, ["-s", "true"]),
    ("unknown environment", {"a": [GOOD]}, ["-e", "a,zzz"]),
    ("known and unknown", {"a": [GOOD], "py": [GOOD]}, ["-e", "a,py"]),
    ("fail fast", {"a": [failing(3)], "b": ["depends = a", GOOD], "c": ["depends = b", GOOD]}, ["--fail-fast"]),
    ("fail fast by setting", {"a": ["fail_fast = true", failing(4)], "b": ["depends = a", GOOD]}, []),
    ("fail fast, ignored", {"a": ["ignore_outcome = true", failing(3)], "b": ["depends = a", GOOD]}, ["--fail-fast"]),
    ("ignored beside failing", {"a": ["ignore_outcome = true", failing(3)], "b": [failing(4)]}, []),
    ("all ignored", {"a": ["ignore_outcome = true", failing(3)], "b": ["ignore_outcome = true", failing(4)]}, []),
    ("depends on failing", {"a": ["depends = b", GOOD], "b": [failing(3)]}, []),
    ("depends on skipped", {"a": ["depends = b", GOOD], "b": ["platform = none"]}, []),
    ("depends on what does not run", {"a": ["depends = b", GOOD], "b": [failing(3)]}, ["-e", "a"]),
    ("depends by pattern", {"a": ["depends = x*", GOOD], "x1": [failing(3)], "x2": [GOOD]}, []),
    ("circle", {"a": ["depends = b", GOOD], "b": ["depends = a", GOOD]}, []),
    ("no runner", {"a": [GOOD], "b": ["runner = zz"]}, []),
    ("filtered", {"a": [GOOD], "b": [failing(3)]}, ["--skip-env", "b"]),
    ("installer fails", {"a": ["deps = x", "install_command = python -c 'raise SystemExit(5)'"], "b": [GOOD]}, []),
    ("setup commands fail", {"a": ["extra_setup_commands = python -c 'raise SystemExit(5)'"], "b": [GOOD]}, []),
]


class Ended(NamedTuple):
    """How a run went, as far as it has to be the same."""

    code: int
    """its exit code"""
    states: tuple[str, ...]
    """lines of the final report, without times"""


def main() -> int:
    """Compare; see the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commands", nargs=2, metavar="TOX", help="path of a tox executable")
    parser.add_argument("--only", default="", help="only runs whose name has this in it")
    parser.add_argument("--show", action="store_true", help="show the output of runs that differ")
    options = parser.parse_args()
    runs = [run for run in [*json.loads(TABLE.read_text(encoding="utf-8")), *mixed()] if options.only in run["run"]]
    commands = [str(Path(command).absolute()) for command in options.commands]
    different = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, run in enumerate(runs):
            ended = [start(command, run, Path(folder), number, index) for index, command in enumerate(commands)]
            first, second = (summary for summary, _ in ended)
            if first != second:
                different += 1
                print(f"{run['run']}: {first} but {second}")
                if options.show:
                    print(*(output for _, output in ended), sep="\n---\n")
    print(f"{len(runs)} runs, {different} differ")
    return 1 if different else 0


def mixed() -> list[dict[str, object]]:
    """Make runs of the table's form, each one after the other and side by side."""
    found: list[dict[str, object]] = []
    for name, envs, args in MIXED:
        for command in (["r"], ["p", "-p", "2"]):
            run = {"run": f"{name} ({command[0]})", "args": [*command, *args], "envs": ", ".join(envs), "testenv": []}
            found.append({**run, "sections": envs})
    return found


def start(command: str, run: dict[str, Any], folder: Path, number: int, index: int) -> tuple[Ended, str]:
    """Run one command in a fresh project.

    :param index: which of the commands it is
    :returns: how it went, and its output
    """
    sys.path.insert(0, str(ROOT))
    from tests.cli.test_runs import config

    project = folder / f"{number}-{index}"
    project.mkdir()
    files = {"tox.ini": config(run)} if "testenv" in run else {}
    for name, text in {**files, **run.get("files", {})}.items():
        (project / name).write_text(text, encoding="utf-8")
    drop = ("TOX", "PIP_", "VIRTUALENV_", "PYTHON", "CI", "GITHUB_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(drop)}
    done = subprocess.run(
        [command, *run["args"]],
        cwd=project,
        env={
            **kept,
            "NO_COLOR": "1",
            "PIP_NO_INDEX": "1",
            "TOX_USER_CONFIG_FILE": str(project / "no-user-config.ini"),
            "TOX_WORK_DIR": str(folder / f"work-{index}"),
            **run.get("environ", {}),
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    shown = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
    lines = [line for line in shown.splitlines() if line.startswith("  ") and line.endswith("seconds)")]
    states = tuple(re.sub(r" \(\d.*$", "", line).strip() for line in lines)
    return Ended(done.returncode, states), done.stdout


if __name__ == "__main__":
    sys.exit(main())
