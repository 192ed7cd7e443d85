"""Run a draw with one of the two, and hold on to all that can be seen of it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from differing.model import cwd_of, write

if TYPE_CHECKING:
    from differing.model import Draw, Step

SERVER = Path(__file__).with_name("server.py")


class Outcome(NamedTuple):
    """What is seen of one command."""

    code: int | None
    """exit code; negative for a signal, nothing where it took too long"""
    out: str
    err: str
    files: dict[str, str]
    """what is in the folder of the draw afterwards: for each path its text, or what it is"""


class Tox:
    """One of the two that are compared.

    :param command: path of its executable
    :param scratch: a folder of its own, which lives as long as this
    :param limit: how many seconds a command may take
    """

    def __init__(self, command: Path, scratch: Path, limit: float) -> None:
        self.command = command
        self.scratch = scratch
        self.limit = limit
        scratch.mkdir(parents=True, exist_ok=True)
        self._process: subprocess.Popen[str] | None = None

    def run(self, draw: Draw, base: Path, *, fresh: bool = False) -> list[Outcome]:
        """Run the commands of a draw in a new copy of its project.

        :param base: folder that the copy is made in, emptied first
        :param fresh: start a process for each command rather than forking
        :raises OSError: if the project cannot be written
        :raises ValueError: likewise
        """
        shutil.rmtree(base, ignore_errors=True)
        (base / "home").mkdir(parents=True)
        project = write(draw, base)
        outcomes = []
        for step in draw.steps:
            for file in step.changes:
                file.write(project)
            outcomes.append(self._step(step, project, base, fresh=fresh))
        return outcomes

    def _step(self, step: Step, project: Path, base: Path, *, fresh: bool) -> Outcome:
        known = {"{P}": str(project), "{PYTHON}": sys.executable}
        cwd = cwd_of(step, project)
        env = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(base / "home"),
            "LANG": "C.UTF-8",
            "PYTHONHASHSEED": "123",
            "PIP_NO_INDEX": "1",
            "VIRTUALENV_OVERRIDE_APP_DATA": str(self.scratch / "app-data"),
            **{name: filled(value, known) for name, value in step.env.items()},
        }
        argv = [str(self.command), *(filled(word, known) for word in step.words)]
        out, err = self.scratch / "out", self.scratch / "err"
        looks_at_streams = step.is_parallel  # when theirs is imported
        if fresh or looks_at_streams or "PYTHONIOENCODING" in env or "LC_ALL" in env:
            code = started(argv, env, cwd, (out, err), self.limit)
        else:
            code = self._forked(
                {
                    "argv": argv,
                    "env": env,
                    "cwd": cwd,
                    "out": str(out),
                    "err": str(err),
                    "limit": self.limit,
                },
                base,
            )
        return Outcome(code, shown(out.read_bytes()), shown(err.read_bytes()), left(base))

    def _forked(self, asked: dict[str, object], base: Path) -> int | None:
        if self._process is None or self._process.poll() is not None:
            python = self.command.with_name("python")
            env = {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": str(base / "home")}  # looked at when imported
            pipe = subprocess.PIPE
            project = base / "project"  # looked at when imported, too
            cwd_of_server = project if project.is_dir() else base
            self._process = subprocess.Popen(
                [python, "-P", SERVER] if sys.version_info >= (3, 11) else [python, SERVER],
                stdin=pipe,
                stdout=pipe,
                stderr=subprocess.DEVNULL,
                text=True,
                env=env,
                encoding="utf-8",
                cwd=cwd_of_server,
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        code: int | None = answer["code"]
        return code

    def close(self) -> None:
        """End the process that forks."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def filled(text: str, known: dict[str, str]) -> str:
    """Put in what is known only when a command is run."""
    for name, value in known.items():
        text = text.replace(name, value)
    return text


def started(argv: list[str], env: dict[str, str], cwd: str, paths: tuple[Path, Path], limit: float) -> int | None:
    """Run a command as a process of its own; see :class:`Outcome` for what is returned."""
    with paths[0].open("wb") as out, paths[1].open("wb") as err:
        process = subprocess.Popen(
            argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True
        )
        try:
            return process.wait(limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return None


def shown(data: bytes) -> str:
    """Decode what was written."""
    return data.decode("utf-8", "backslashreplace")


#: folders of environments that are not looked into
_WITHIN = ("lib", "lib64", "bin", "include", "Scripts", "__pycache__")


def left(base: Path) -> dict[str, str]:
    """Tell what is in a folder: for each path its text, or what it is."""
    found: dict[str, str] = {}
    for folder, folders, files in os.walk(base):
        below = Path(folder).relative_to(base).as_posix()
        for name in [*folders]:
            if (Path(folder) / name).is_symlink():
                folders.remove(name)
                files.append(name)
            elif name in _WITHIN and Path(folder, "pyvenv.cfg").exists():
                folders.remove(name)
                if name == "lib":
                    found[f"{below}/distributions"] = distributions(Path(folder) / name)
            else:
                found[f"{below}/{name}".removeprefix("./")] = "folder"
        for name in files:
            path = Path(folder) / name
            text = f"link to {path.readlink()}" if path.is_symlink() else shown(path.read_bytes())
            found[f"{below}/{name}".removeprefix("./")] = text
    return found


def distributions(lib: Path) -> str:
    """Name what is installed below the folder of libraries of an environment."""
    return "\n".join(
        sorted(path.name.removesuffix(".dist-info") for path in lib.glob("python*/site-packages/*.dist-info"))
    )
