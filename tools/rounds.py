"""Start several tox at one moment in one project, round after round, and count the rounds that went wrong.

``python tools/rounds.py --rounds 10`` tries each kind of round; ``--only WORD`` those whose name holds a word.
Nothing is taken from an index, so it runs wherever the tests do, also with the Python of ``tools/wine.py``. A round is
bad if a process fails or shows a traceback, if what runs in an environment sees it change, or if two that are to take
turns run at once.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.hosts import make_host
from tests.processes import KILLED, started
from tests.provision.conftest import Project
from tests.seeds import seeded
from tests.wheels import make_wheel, offline

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

STAND_IN = ROOT / "tests" / "provision" / "stand_in.py"
INI = f"""\
[tox]
no_package = true
env_list = py
[testenv:py]
deps = plug=={{version}}
pass_env = STAND_IN_*
commands = python {STAND_IN}
"""
PACKAGE_INI = """\
[testenv:py]
package = wheel
commands = python -c "import demo; assert demo.VERSION == {version}"
"""
BACKEND = """\
import shutil
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    return shutil.copy("made/demo-1.0-py3-none-any.whl", wheel_directory) and "demo-1.0-py3-none-any.whl"
"""
PYPROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


class BadRoundError(Exception):
    """What went wrong, with what was printed."""


def together(project: Project, *runs: Sequence[str]) -> None:
    """Start runs at one moment, and demand that all succeed."""
    with started(*(project.tox(*args) for args in runs), cwd=project.path, env=project.env) as children:
        ended = [(child.end(), child.output) for child in children]
    if any(code or "Traceback" in output for code, output in ended):
        raise BadRoundError("\n".join(f"--- exit code {code}\n{output}" for code, output in ended))


def demand_turns(project: Project, count: int) -> None:
    """Demand that so many commands ran, none beside another."""
    spans = project.spans()
    if len(spans) != count or any(earlier[1] > later[0] for earlier, later in pairwise(spans)):
        raise BadRoundError(f"{count} were to take turns: {spans}")


def provision_cold(project: Project, processes: int, number: int) -> None:
    """All find nothing, one makes the environment."""
    together(project, *[["run"]] * processes)
    demand_turns(project, processes)
    if project.install_count() != 1:
        raise BadRoundError(f"it was installed {project.install_count()} times")


def provision_recreate(project: Project, processes: int, number: int) -> None:
    """One builds the environment anew beside others that run in it."""
    together(project, ["run"])
    together(project, ["run", "-r"], *[["run"]] * (processes - 1))
    demand_turns(project, processes + 1)


def killed_holder(project: Project, processes: int, number: int) -> None:
    """Who waits names the holder, and goes on when that is killed."""
    together(project, ["run"])
    held = {**project.env, "STAND_IN_GO": str(project.go)}
    with started(project.tox("run"), cwd=project.path, env=held) as (holder,):
        holder.expect("stand-in runs")
        with started(project.tox("run"), cwd=project.path, env=project.env) as (waiter,):
            line = waiter.expect("waiting for environment .tox")
            holder.kill()
            code = holder.process.wait()
            project.go.touch()  # where what the holder has started outlives it
            if waiter.end() or f"used by pid {holder.pid} " not in line or code != KILLED:
                raise BadRoundError(f"holder {holder.pid} ended with {code}\n{waiter.output}")


def environment_cold(project: Project, processes: int, number: int) -> None:
    """All find nothing, one makes the environment."""
    project.path.joinpath("tox.ini").write_text(INI.format(version="1.0"))
    together(project, *[["run"]] * processes)


def environment_changed(project: Project, processes: int, number: int) -> None:
    """All find other requirements than are installed."""
    for version in ("1.0", "2.0"):
        project.path.joinpath("tox.ini").write_text(INI.format(version=version))
        together(project, *[["run"]] * (1 if version == "1.0" else processes))


def environment_recreate(project: Project, processes: int, number: int) -> None:
    """All build the environment anew."""
    project.path.joinpath("tox.ini").write_text(INI.format(version="1.0"))
    together(project, *[["run", "-r"]] * processes)


def package(project: Project, processes: int, number: int) -> None:
    """All build the wheel of a project and install it."""
    make_wheel(project.path / "made", "demo", files={"demo/__init__.py": f"VERSION = {number}\n"})
    project.path.joinpath("backend.py").write_text(BACKEND)
    project.path.joinpath("pyproject.toml").write_text(PYPROJECT)
    project.path.joinpath("tox.ini").write_text(PACKAGE_INI.format(version=number))
    together(project, *[["run"]] * processes)


KINDS: tuple[Callable[[Project, int, int], None], ...] = (
    provision_cold,
    provision_recreate,
    killed_holder,
    environment_cold,
    environment_changed,
    environment_recreate,
    package,
)


def main() -> int:
    """Run the rounds.

    :returns: 1 if any was bad
    """
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--processes", type=int, default=3)
    parser.add_argument("--only", action="append", help="part of the name of a kind; may be given several times")
    parser.add_argument("--seeds", type=Path, help="folder for what virtualenv puts into environments, kept for later")
    options = parser.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, seeded(options.seeds or Path(name, "seeds")):
        links, host = make_links(Path(name, "links")), make_host(Path(name, "host"))
        for kind in KINDS:
            if any(word in kind.__name__ for word in options.only or [""]):
                bad += run_kind(kind, make_project(Path(name), host, links), options.rounds, options.processes)
    return 1 if bad else 0


def run_kind(kind: Callable[[Project, int, int], None], first: Project, rounds: int, processes: int) -> int:
    """Run all rounds of a kind, and print what was bad.

    :returns: how many were bad
    """
    bad, begin = 0, time.monotonic()
    for number in range(rounds):
        base = first.path.parent / f"{kind.__name__}-{number}"
        project = dataclasses.replace(
            first,
            path=base / "project",
            trace=base / "trace",
            installs=base / "installs",
            go=base / "go",
            env={**first.env, "STAND_IN_TRACE": str(base / "trace"), "INSTALL_TRACE": str(base / "installs")},
        )
        project.path.mkdir(parents=True)
        project.write()
        try:
            kind(project, processes, number)
        except (BadRoundError, AssertionError, subprocess.TimeoutExpired) as error:
            bad += 1
            print(f"{kind.__name__}, round {number}: {error}", flush=True)
    seconds = time.monotonic() - begin
    print(f"{kind.__name__}: {bad} of {rounds} rounds bad, {seconds:.0f} seconds", flush=True)
    return bad


def make_links(folder: Path) -> Path:
    """Make the wheels that environments get."""
    for version in ("1.0", "2.0"):
        make_wheel(folder, "plug", version, {"plug/__init__.py": f"VERSION = {version!r}\n", "plug/part.py": ""})
    make_wheel(folder, "tox", "99.0", {"tox/__init__.py": "", "tox/__main__.py": STAND_IN.read_text(encoding="utf-8")})
    return folder


def make_project(folder: Path, host: Path, links: Path) -> Project:
    """Make what the projects of all rounds have in common."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    env = offline(links, home, VIRTUALENV_OVERRIDE_APP_DATA=os.environ["VIRTUALENV_OVERRIDE_APP_DATA"])
    place = folder / "none"
    return Project(place, host, links, env, place, place, place, place)


if __name__ == "__main__":
    sys.exit(main())
