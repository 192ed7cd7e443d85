"""An environment with our tox and the plugins of others, made once for all tests of a session."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import requires
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock
from packaging.requirements import Requirement

from tests.wheels import make_wheel, offline, repack

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["PINS", "Ended", "Workshop"]

PINS = Path(__file__).with_name("real_plugins.txt")
_ROOT = Path(__file__).resolve().parents[2]
_ENTRY_POINTS = {
    "tox-ansible",
    "backtocks",
    "current-env",
    "docker",
    "extra",
    "tox-gh",
    "tox_gh_actions",
    "ignore_env_name_mismatch",
    "min-req",
    "pdm",
    "pin_deps",
    "pyenv-redux",
    "tox-uv",
}


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended."""

    code: int
    """its exit code"""
    out: str
    """what it printed, errors included"""

    def lines(self, start: str) -> list[str]:
        """Return the printed lines that begin with a text."""
        return [line for line in self.out.splitlines() if line.startswith(start)]


class Workshop:
    """Two environments with our tox, one of them with plugins, and wheels to install from.

    The index is asked only while it is made; whatever the tests start finds those wheels and nothing else.
    """

    def __init__(self, folder: Path) -> None:
        self.links = folder / "links"
        self._with_plugins = folder / "with-plugins"
        self._plain = folder / "plain"
        with FileLock(folder / "workshop.lock"):
            if not (folder / "ready").exists():
                self._make()
                (folder / "ready").touch()

    def _make(self) -> None:
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        _demand([*download, "--dest", self.links, "--requirement", PINS])
        build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
        _demand([*build, "--wheel-dir", self.links, _ROOT])
        repack(self.links, *_required(), "flit_core")
        make_wheel(self.links, "demo", "1.0")
        make_wheel(self.links, "demo", "2.0")
        make_wheel(self.links, "addon", "1.0")
        (ours,) = self.links.glob("tox-[0-9]*.whl")
        pins_of: dict[Path, list[str | Path]] = {self._plain: [], self._with_plugins: ["--requirement", PINS]}
        for folder, pins in pins_of.items():
            _demand([sys.executable, "-m", "virtualenv", "--quiet", "--no-periodic-update", folder])
            options = ["--quiet", "--no-compile", "--no-index", "--find-links", str(self.links)]
            install: list[str | Path] = [_program(folder, "python"), "-m", "pip", "install", *options]
            _demand([*install, ours])
            if pins:
                _demand([*install, "--no-deps", *pins])

    def program(self, name: str) -> Path:
        """Return a program of the environment that has the plugins."""
        return _program(self._with_plugins, name)

    def tox(self, project: Path, *args: str, plugins: Sequence[str], **env: str) -> Ended:
        """Run tox with plugins.

        :param project: folder to run it in
        :param plugins: names of entry points; the other plugins are switched off
        :param env: more variables
        """
        off = _ENTRY_POINTS.difference(plugins)
        assert len(off) == len(_ENTRY_POINTS) - len(plugins), plugins
        return self.run(
            [self.program("tox"), *args], project, TOX_DISABLED_EXTERNAL_PLUGINS=",".join(sorted(off)), **env
        )

    def plain_tox(self, project: Path, *args: str, **env: str) -> Ended:
        """Run a tox that has no plugins."""
        return self.run([_program(self._plain, "tox"), *args], project, **env)

    def run(self, command: Sequence[str | Path], cwd: Path, **env: str) -> Ended:
        """Run a command that finds our wheels and no index."""
        variables = offline(
            self.links,
            cwd.parent,
            TOX_USER_CONFIG_FILE=os.devnull,
            UV_CACHE_DIR=str(self.links.parent / "uv-cache"),
            UV_FIND_LINKS=str(self.links),
            UV_NO_INDEX="1",
            UV_OFFLINE="1",
            UV_PYTHON_DOWNLOADS="never",
            VIRTUALENV_NO_PERIODIC_UPDATE="1",
        )
        for name in [name for name in variables if name.startswith(("CI", "GITHUB_", "PDM_", "PYENV_"))]:
            del variables[name]
        variables["PATH"] = os.pathsep.join([str(self.program("tox").parent), variables["PATH"]])
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env={**variables, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=100,
            check=False,
        )
        return Ended(done.returncode, done.stdout)


def _required() -> list[str]:
    """Name what our tox requires with this interpreter."""
    wanted = [Requirement(text) for text in requires("tox") or ()]
    return [one.name for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})]


def _program(folder: Path, name: str) -> Path:
    return folder / ("Scripts" if sys.platform == "win32" else "bin") / name


def _demand(command: Sequence[str | Path]) -> None:
    """Run a command with the index of this machine, and fail unless it succeeds."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
