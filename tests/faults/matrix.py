"""The fault matrix: every fault, in every phase, to every kind of environment, before every kind of next run."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from tests.faults.aftermath import crash_in, held_locks, processes_in
from tests.faults.victim import FAULTS, PHASES
from tests.wheels import make_wheel, offline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["CASES", "Case", "Scene", "Trial", "make_links", "start"]

HERE = Path(__file__).parent
#: name of the environment that is hit, by what it is for
ENVIRONMENTS = {"provision": ".tox", "run": "py", "package": ".pkg"}
#: what the next run does: nothing new, build anew, or need another version
AFTERWARDS = ("plain", "-r", "other requirements")
_KILLS = frozenset({"SIGKILL to host", "SIGKILL to group"})
_EXIT_CODES = {"SIGTERM to host": 143, "SIGINT to host": 254, "SIGINT to group": 254}
_DEADLINE_SECONDS = 60.0  # guards against hanging only
_FORMATS = {
    "provision": "[tox]\nrequires = plug{pin}\nno_package = true\n[testenv:.tox]\ninstall_command = {install}\n",
    "run": (
        "[testenv]\npackage = skip\ndeps = plug{pin}\ninstall_command = {install}\npass_env =\n  GUARD\n  USE_SECONDS\n"
        "commands = python guarded.py\n"
    ),
    "package": (
        "[testenv]\npackage = wheel\ncommands = python -c 'import demo'\n[testenv:.pkg]\ninstall_command = {install}\n"
        "pass_env =\n  GUARD\n  USE_SECONDS\n"
    ),
}
_PROJECT = '[build-system]\nrequires = ["plug{pin}"]\nbuild-backend = "backend"\nbackend-path = ["."]\n'


@dataclass(frozen=True, order=True)
class Case:
    """One square of the matrix."""

    kind: str
    phase: str
    fault: str
    afterwards: str

    def __str__(self) -> str:
        return f"{self.fault}, {self.kind}, {self.phase}, then {self.afterwards}"


#: all of them, in a fixed order
CASES = tuple(
    Case(kind, phase, fault, afterwards)
    for kind, phase, fault, afterwards in itertools.product(ENVIRONMENTS, PHASES, FAULTS, AFTERWARDS)
    if fault != "no flock"  # it is not something that happens in a phase
)


def make_links(folder: Path) -> Path:
    """Write wheels of a plugin, in two versions, and of a stand-in for the tox that gets provisioned."""
    for version in ("1.0", "2.0"):
        make_wheel(folder, "plug", version, {"plug/__init__.py": f"VERSION = {version!r}\n", "plug/part.py": ""})
    main = (HERE / "guarded.py").read_text(encoding="utf-8")
    make_wheel(folder, "tox", "99.0", {"tox/__init__.py": "", "tox/__main__.py": main})
    return folder


def start(command: Sequence[str | Path], root: Path, env: Mapping[str, str], output: Path) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own; what it prints goes to a file, which is made anew."""
    with output.open("wb") as file:
        return subprocess.Popen(
            [str(part) for part in command],
            cwd=root,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


@dataclass
class Trial:
    """What became of a case."""

    case: Case
    #: sentences on what was not as it should be; empty when all was well
    problems: list[str] = field(default_factory=list)
    #: what was run, with its exit code and output
    transcript: list[str] = field(default_factory=list)
    #: whether the phase was reached
    struck: bool = False


class Scene:
    """A project in which a case is tried.

    :param folder: an empty folder for it
    :param host: the interpreter whose tox is run; it has no ``plug``
    :param links: the folder of :func:`make_links`
    :param seeds: where virtualenv keeps what it seeds environments with
    """

    def __init__(self, folder: Path, host: Path, links: Path, seeds: Path) -> None:
        self._root = folder / "project"
        self._root.mkdir(parents=True)
        self._host = host
        self._guard = folder / "guard"
        self._trace = folder / "struck"
        self._env = offline(
            links,
            folder,
            VIRTUALENV_OVERRIDE_APP_DATA=str(seeds),
            GUARD=str(self._guard),
            VICTIM_TRACE=str(self._trace),
        )

    def try_out(self, case: Case) -> Trial:
        """Have the fault happen, then run once more, and look whether all is well."""
        trial = Trial(case)
        env_dir = self._root / ".tox" / ENVIRONMENTS[case.kind]
        self._require(case.kind, "2.0")
        flags = []
        if case.phase == "cleaning":
            self._run(trial, "run", "-e", "py")
            flags = ["-r"]
        self._strike(trial, env_dir, flags)
        self._run_again(trial)
        self._look_around(trial)
        return trial

    def _require(self, kind: str, version: str) -> None:
        """Write the configuration, requiring a version of the plugin."""
        pin, install = f"=={version}", "python guarded.py install {packages}"
        if kind == "provision":
            install = f"python {HERE / 'guarded.py'} install {{packages}}"
        for name in ("guarded.py", "backend.py"):
            shutil.copy(HERE / name, self._root)
        (self._root / "tox.ini").write_text(_FORMATS[kind].format(pin=pin, install=install), encoding="utf-8")
        (self._root / "pyproject.toml").write_text(_PROJECT.format(pin=pin), encoding="utf-8")

    def _strike(self, trial: Trial, env_dir: Path, flags: Sequence[str]) -> None:
        """Run the victim to its end, and judge how it ended."""
        case = trial.case
        victim: list[str | Path] = [HERE / "victim.py", case.fault, case.phase, env_dir.name, "run", "-e", "py", *flags]
        holder = FileLock(env_dir / "file.lock", thread_local=False)
        if case.phase == "waiting":
            env_dir.mkdir(parents=True)
            holder.acquire(timeout=0)
        try:
            process, output = self._start(victim)
            if case.phase == "waiting" and case.fault not in _KILLS and case.fault not in _EXIT_CODES:
                _eventually(self._trace.exists)
                holder.release()
            code = self._end(process)
        finally:
            holder.release()
        text = output.read_text(encoding="utf-8", errors="replace")
        trial.transcript.append(f"$ victim -> {code}\n{text}")
        trial.struck = self._trace.exists()
        if not trial.struck:
            trial.problems.append(f"the phase was not reached, exit code {code}")
        if case.fault in _EXIT_CODES:
            if code != _EXIT_CODES[case.fault]:
                trial.problems.append(f"the victim ended with {code}")
            trial.problems += [f"left by the victim: {process}" for process in processes_in(self._root)]
        if case.fault in _KILLS and code != -signal.SIGKILL:
            trial.problems.append(f"the victim was killed and ended with {code}")
        if code is None:
            trial.problems.append("the victim hangs")
        if crash_in(text, self._host):
            trial.problems.append("a traceback")

    def _run_again(self, trial: Trial) -> None:
        """Do the next run, and judge it."""
        version, flags = "2.0", []
        if trial.case.afterwards == "-r":
            flags = ["-r"]
        elif trial.case.afterwards == "other requirements":
            version = "1.0"
            self._require(trial.case.kind, version)
        text = self._run(trial, "run", "-e", "py", *flags)
        if f"uses plug {version}" not in text:
            trial.problems.append(f"the next run did not use plug {version}")

    def _run(self, trial: Trial, *args: str) -> str:
        process, output = self._start(["-m", "tox", *args])
        code = self._end(process)
        text = output.read_text(encoding="utf-8", errors="replace")
        trial.transcript.append(f"$ tox {' '.join(args)} -> {code}\n{text}")
        if code != 0:
            trial.problems.append(f"tox {' '.join(args)} ended with {code}")
        if crash_in(text, self._host):
            trial.problems.append("a traceback")
        return text

    def _look_around(self, trial: Trial) -> None:
        """Look for what must not be left."""
        end = time.monotonic() + _DEADLINE_SECONDS
        while (left := list(processes_in(self._root))) and time.monotonic() < end:
            time.sleep(0.05)
        trial.problems += [f"still running: {process}" for process in left]
        trial.problems += [f"{name} is still locked" for name in held_locks(self._root)]
        overlaps = Path(f"{self._guard}.overlaps")
        if overlaps.exists():
            trial.problems.append(f"overlap: {overlaps.read_text(encoding='utf-8')}")
        if trial.case.fault not in _KILLS:  # what a killed one left is swept away when a lock is next taken alone
            for pattern in (".tox/*/*.tmp", ".tox/*/file.lock.owner", ".tox/*/file.lock.users/*"):
                trial.problems += [f"left on disk: {path.name}" for path in self._root.glob(pattern)]

    def _start(self, arguments: Sequence[str | Path]) -> tuple[subprocess.Popen[bytes], Path]:
        output = self._guard.with_name(f"output-{time.monotonic_ns()}")
        return start([self._host, *arguments], self._root, self._env, output), output

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> int | None:
        try:
            return process.wait(_DEADLINE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return None


def _eventually(condition: object) -> None:
    assert callable(condition)
    end = time.monotonic() + _DEADLINE_SECONDS
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
