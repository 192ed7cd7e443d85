"""Have many tox processes do whatever comes to mind in one project, for long.

``python tools/soak.py --minutes 20 --processes 8 --seed 7`` makes a project with a package and four environments, one
of which starts tox again. Each of so many workers runs one random command after the other; one in six is killed or
interrupted at a random moment. Every other command has to succeed. At the end no process may be left and no lock held.
Needs a POSIX system with ``/proc``, and what ``tests/requirements.txt`` names.
"""

from __future__ import annotations

import argparse
import collections
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.faults.aftermath import crash_in, held_locks, processes_in
from tests.faults.matrix import make_links, start
from tests.hosts import make_host
from tests.processes import accept_interrupts
from tests.wheels import offline

#: seconds in which some command must come to its end
PATIENCE_SECONDS = 60.0
#: one command of so many is struck
STRUCK = 6
_KILLS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
_TOX_INI = """\
[tox]
env_list = a, b, c
[testenv]
package = wheel
deps = plug
install_command = {guarded} install {packages}
pass_env = GUARD
commands =
    python -c "import demo"
    python guarded.py
[testenv:.pkg]
install_command = {guarded} install {packages}
pass_env = GUARD
[testenv:c]
deps = plug==1.0
[testenv:nested]
package = skip
deps =
commands = {host} -m tox run -e b
allowlist_externals = {host}
"""
_PROJECT = '[build-system]\nrequires = ["plug"]\nbuild-backend = "backend"\nbackend-path = ["."]\n'


class Ended(NamedTuple):
    """How one command went."""

    command: str
    #: what it was struck by; 0 when it was left alone
    struck: int
    code: int
    seconds: float
    output: str


class Soak:
    """The project, and what is done in it.

    :param folder: an empty folder
    :param seed: what the commands are drawn by
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self.host = make_host(folder / "host")
        self.root = folder / "project"
        self.root.mkdir()
        self._seed = seed
        self._outputs = folder / "outputs"
        self._outputs.mkdir()
        self._env = offline(
            make_links(folder / "links"),
            folder,
            GUARD=str(folder / "guard"),
            VIRTUALENV_OVERRIDE_APP_DATA=str(folder / "seeds"),
        )
        self.ended: list[Ended] = []
        self._progress = time.monotonic()
        self.stop = threading.Event()
        self._write()

    def _write(self) -> None:
        here = Path(__file__).parents[1] / "tests" / "faults"
        for name in ("guarded.py", "backend.py"):
            shutil.copy(here / name, self.root)
        text = _TOX_INI.replace("{host}", str(self.host)).replace("{guarded}", f"python {here / 'guarded.py'}")
        (self.root / "tox.ini").write_text(text, encoding="utf-8")
        (self.root / "pyproject.toml").write_text(_PROJECT, encoding="utf-8")

    @property
    def idle_seconds(self) -> float:
        """Seconds since a command last came to its end."""
        return time.monotonic() - self._progress

    def work(self, number: int) -> None:
        """Run one random command after the other, until asked to stop."""
        draw = random.Random(f"{self._seed} {number}")
        while not self.stop.is_set():
            args = self._command(draw)
            strike = draw.choice(_KILLS) if draw.randrange(STRUCK) == 0 else 0
            self.ended.append(self._run(args, strike, draw.random() < 0.5, draw.uniform(0, 4)))
            self._progress = time.monotonic()

    @staticmethod
    def _command(draw: random.Random) -> list[str]:
        env = draw.choice("abc")
        return draw.choice([
            ["run", "-e", env],
            ["run", "-e", env],
            ["run", "-r", "-e", env],
            ["run-parallel", "-e", "a,b,c"],
            ["devenv", "-e", env, f"dev-{env}"],
            ["exec", "-e", env, "--", "python", "guarded.py"],
            ["list"],
            ["config", "-e", env],
            ["run", "-e", "nested"],
        ])

    def _run(self, args: list[str], strike: int, whole_group: bool, after: float) -> Ended:
        began = time.monotonic()
        # a file of its own: what a killed run has left behind may go on printing
        path = self._outputs / f"{threading.get_ident()}-{time.monotonic_ns()}"
        process = start([self.host, "-m", "tox", *args], self.root, self._env, path)
        if strike:
            try:
                process.wait(after)
                strike = 0  # it was quicker
            except subprocess.TimeoutExpired:
                (os.killpg if whole_group else os.kill)(process.pid, strike)
        code = process.wait()
        text = path.read_text(encoding="utf-8", errors="replace")
        path.unlink()
        return Ended(" ".join(args), strike, code, time.monotonic() - began, text)

    def problems(self) -> list[str]:
        """Say what was not as it should be, once all workers have ended."""
        found = [
            f"tox {one.command} ended with {one.code}:\n{one.output}"
            for one in self.ended
            if (one.code != 0 and not one.struck) or crash_in(one.output, self.host)
        ]
        last = self._run(["run", "-e", "a,b,c,nested"], 0, False, 0)
        if last.code:
            found.append(f"the last run ended with {last.code}:\n{last.output}")
        end = time.monotonic() + PATIENCE_SECONDS
        while (left := list(processes_in(self.root))) and time.monotonic() < end:
            time.sleep(0.1)
        found += [f"still running: {command}" for command in left]
        found += [f"still locked: {name}" for name in held_locks(self.root)]
        overlaps = Path(f"{self._env['GUARD']}.overlaps")
        return found + ([f"overlaps:\n{overlaps.read_text(encoding='utf-8')}"] if overlaps.exists() else [])


def main() -> int:
    """Soak, print what went wrong and a summary."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=20.0, help="how long")
    parser.add_argument("--processes", type=int, default=8, help="how many at once")
    parser.add_argument("--seed", type=int, default=0, help="what commands are drawn by")
    options = parser.parse_args()
    accept_interrupts()
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(Path(folder), options.seed)
        stuck = _soak(soak, options.processes, options.minutes * 60)
        problems = [stuck] if stuck else soak.problems()
        print("\n".join(problems))
        _sum_up(soak.ended)
        print(f"{len(problems)} problems")
        if stuck:
            os._exit(1)  # threads wait for processes that never end
    return bool(problems)


def _soak(soak: Soak, processes: int, seconds: float) -> str:
    """Let workers work for a while; return what they are stuck in, empty when all came to an end."""
    workers = [threading.Thread(target=soak.work, args=(number,), daemon=True) for number in range(processes)]
    for worker in workers:
        worker.start()
    end = time.monotonic() + seconds
    while any(worker.is_alive() for worker in workers):
        time.sleep(0.5)
        if time.monotonic() > end:
            soak.stop.set()
        if soak.idle_seconds > PATIENCE_SECONDS:
            return "no progress:\n" + "\n".join(processes_in(soak.root))
    return ""


def _sum_up(ended: list[Ended]) -> None:
    groups: dict[str, list[Ended]] = collections.defaultdict(list)
    for one in ended:
        groups[" ".join(word for word in one.command.split()[:2] if word != "-e")].append(one)
    for name, members in sorted(groups.items()):
        struck = sum(bool(one.struck) for one in members)
        longest = max(one.seconds for one in members)
        print(f"{name}: {len(members)} ended, {struck} of them struck, longest {longest:.1f} s")
    print(f"{len(ended)} commands, {sum(bool(one.struck) for one in ended)} struck")


if __name__ == "__main__":
    sys.exit(main())
