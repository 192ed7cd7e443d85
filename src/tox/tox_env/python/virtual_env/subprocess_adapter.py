"""Another virtualenv than the one installed, run as a process of its own.

Old interpreters need an old virtualenv; it lives in a small environment below the work folder.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from filelock import FileLock
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from tox.errors import Fail
from tox.tox_env.python._interpreter import parse_spec
from tox.tox_env.python.api import VersionInfo
from tox.tox_env.python.virtual_env._facts import search_key
from tox.util.path import empty_dir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from packaging.specifiers import Specifier
    from python_discovery import PythonSpec

    from tox.tox_env.python._interpreter import MarkerEnvironment
    from tox.tox_env.python.virtual_env._searches import Searches

__all__ = [
    "SubprocessCreator",
    "SubprocessPythonInfo",
    "SubprocessSession",
    "check_spec",
    "ensure_bootstrap",
    "probe_python",
]

_FOLDER: Final = ".virtualenv-bootstrap"
_DIGEST_CHARACTERS: Final = 16
_PROBE_SECONDS: Final = 30
#: needs all that creating an environment needs, metadata included
_ASK_VERSION: Final = "import importlib.metadata as m, virtualenv.run; print(m.version('virtualenv'))"
#: runs on every Python since 2.6; prints one JSON object
_PROBE: Final = """\
import json, os, platform, struct, sys
try:
    import sysconfig
except ImportError:
    sysconfig = None
name = platform.python_implementation()
version = list(sys.version_info[:5])
own = getattr(sys, "implementation", None)
def full(info):
    text = ".".join(str(part) for part in info[:3])
    return text if info[3] == "final" else text + info[3][0] + str(info[4])
config = sysconfig.get_config_var if sysconfig else (lambda name: None)
print(json.dumps({
    "implementation": name,
    "version_info": version,
    "version": sys.version,
    "architecture": struct.calcsize("P") * 8,
    "platform": sys.platform,
    "system_executable": getattr(sys, "_base_executable", None) or sys.executable,
    "free_threaded": config("Py_GIL_DISABLED") == 1,
    "debug_build": hasattr(sys, "gettotalrefcount"),
    "sysconfig_platform": sysconfig.get_platform() if sysconfig else None,
    "marker_environment": {
        "implementation_name": own.name if own else name.lower(),
        "implementation_version": full(own.version) if own else "0",
        "os_name": os.name,
        "platform_machine": platform.machine(),
        "platform_python_implementation": name,
        "platform_release": platform.release(),
        "platform_system": platform.system(),
        "platform_version": platform.version(),
        "python_full_version": platform.python_version(),
        "python_version": ".".join(platform.python_version_tuple()[:2]),
        "sys_platform": sys.platform,
    },
}))
"""


@dataclass(kw_only=True)
class SubprocessPythonInfo:
    """What an interpreter told of itself."""

    #: the interpreter outside of any environment
    system_executable: str
    implementation: str
    version: str
    version_info: VersionInfo
    #: width of a pointer in bits
    architecture: int
    free_threaded: bool
    debug_build: bool = False
    platform: str
    sysconfig_platform: str | None = None
    marker_environment: MarkerEnvironment | None = None

    @property
    def machine(self) -> str:
        """Instruction set, such as ``x86_64``."""
        if self.sysconfig_platform and "-" in self.sysconfig_platform:
            # linux-x86_64, macosx-11.0-arm64, win-amd64
            return self.sysconfig_platform.rpartition("-")[2]
        return platform.machine()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubprocessCreator:
    """An environment that another virtualenv makes: its interpreter and its layout."""

    _env_dir: Path
    interpreter: SubprocessPythonInfo
    _is_win: bool = field(default_factory=lambda: sys.platform == "win32")

    @property
    def bin_dir(self) -> Path:
        """Folder of the executable."""
        return self._env_dir / ("Scripts" if self._is_win else "bin")

    @property
    def script_dir(self) -> Path:
        """Folder of scripts."""
        return self.bin_dir

    @property
    def exe(self) -> Path:
        """Python executable."""
        pypy = self.interpreter.implementation.lower() == "pypy"
        name = "pypy" if pypy and self.interpreter.version_info.major == 2 else "python"
        return self.bin_dir / (f"{name}.exe" if self._is_win else name)

    @property
    def purelib(self) -> Path:
        """Folder for pure Python packages."""
        version = self.interpreter.version_info
        if self._is_win:
            return self._env_dir / "Lib" / "site-packages"
        implementation = "pypy" if self.interpreter.implementation.lower() == "pypy" else "python"
        if implementation == "pypy" and (version.major, version.minor) < (3, 8):
            return self._env_dir / "site-packages"
        suffix = "t" if self.interpreter.free_threaded else ""
        return self._env_dir / "lib" / f"{implementation}{version.major}.{version.minor}{suffix}" / "site-packages"

    @property
    def platlib(self) -> Path:
        """Folder for compiled packages."""
        return self.purelib


class SubprocessSession:
    """Creates one environment with another virtualenv."""

    def __init__(
        self,
        env_dir: Path,
        bootstrap_python: Path | Callable[[], Path] | None,
        env_vars: dict[str, str],
        interpreter: SubprocessPythonInfo | None,
    ) -> None:
        """Plan an environment.

        :param env_dir: where it is to be
        :param bootstrap_python: interpreter that has the other virtualenv, or what provides it once it is needed; None
            when there is nothing to create
        :param env_vars: variables for the process
        :param interpreter: what to make the environment from; None when none was found
        """
        self._env_dir = env_dir
        self._bootstrap_python = bootstrap_python
        self._env_vars = env_vars
        self._interpreter = interpreter

    @property
    def creator(self) -> SubprocessCreator:
        """The planned environment.

        :raises RuntimeError: if no interpreter was found
        """
        if self._interpreter is None:
            raise RuntimeError("no interpreter was found for the requested base python")
        return SubprocessCreator(_env_dir=self._env_dir, interpreter=self._interpreter)

    def run(self) -> None:
        """Create the environment.

        :raises Fail: if that fails
        """
        interpreter = self.creator.interpreter
        bootstrap = self._bootstrap_python() if callable(self._bootstrap_python) else self._bootstrap_python
        command = [
            str(bootstrap),
            "-m",
            "virtualenv",
            "-p",
            interpreter.system_executable,
            str(self._env_dir),
        ]
        variables = {name: value for name, value in self._env_vars.items() if name != "VIRTUALENV_PYTHON"}
        done = _run(command, variables)
        if done.returncode:
            raise Fail(f"virtualenv could not create {self._env_dir}: {_last_words(done)}")


def find(
    base_pythons: Iterable[str], variables: Mapping[str, str], searches: Searches[Any] | None
) -> SubprocessPythonInfo | None:
    """Find the first interpreter that fits one of some specs.

    :param variables: whose ``PATH`` is searched, behind the interpreters that virtualenv is to try first
    :param searches: those made before; None to search in any case
    :returns: None when there is none
    """
    wanted = tuple(base_pythons)
    if searches is None:
        return _find(wanted, variables)
    found: SubprocessPythonInfo | None = searches.once(
        ("subprocess", *search_key(wanted, variables)), lambda: _find(wanted, variables)
    )
    return found


def _find(base_pythons: Iterable[str], variables: Mapping[str, str]) -> SubprocessPythonInfo | None:
    asked: dict[str, SubprocessPythonInfo | None] = {}
    for base_python in base_pythons:
        for candidate in _candidates(base_python, variables):
            if candidate not in asked:
                asked[candidate] = probe_python(candidate)
            info = asked[candidate]
            if info is not None and _fits(base_python, info):
                return info
    return None


def _candidates(base_python: str, variables: Mapping[str, str]) -> Iterator[str]:
    """Yield executables that a spec may mean: a path, or names to look up."""
    spec = parse_spec(base_python)
    if spec.path is not None:
        if Path(spec.path).exists():
            yield str(Path(spec.path).absolute())
        return
    first = variables.get("VIRTUALENV_TRY_FIRST_WITH", "")
    yield from (path for line in first.splitlines() for path in line.split(os.pathsep) if path)
    yield sys.executable
    folders = [folder for folder in variables.get("PATH", os.defpath).split(os.pathsep) if folder]
    for name in _names(spec, folders):
        for folder in folders:
            found = shutil.which(name, path=folder)
            if found is not None:
                yield found


def _names(spec: PythonSpec, folders: Iterable[str]) -> list[str]:
    """Name the programs that a spec may mean, those that tell most first."""
    if spec.version_specifier is not None:
        programs = {path.name.removesuffix(".exe") for folder in folders for path in Path(folder).glob("python3.*")}
        return ["python", *sorted(programs)]
    implementation = (spec.implementation or "python").lower()
    implementation = "python" if implementation in {"py", "cpython"} else implementation
    names = [implementation]
    if spec.major is not None:
        names.insert(0, f"{implementation}{spec.major}")
        if spec.minor is not None:
            names.insert(0, f"{implementation}{spec.major}.{spec.minor}{'t' if spec.free_threaded else ''}")
    return names


def _fits(base_python: str, info: SubprocessPythonInfo) -> bool:
    spec = parse_spec(base_python)
    if spec.path is not None:
        return True
    version = info.version_info
    if spec.version_specifier is not None:
        return spec.version_specifier.contains(".".join(map(str, version[:3])))
    wanted: tuple[tuple[Any, Any], ...] = (
        (spec.major, version.major),
        (spec.minor, version.minor),
        (spec.micro, version.micro),
        (spec.architecture, info.architecture),
        (spec.free_threaded, info.free_threaded),
    )
    named = (spec.implementation or "").lower()
    fits_name = named in {"", "py", "python"} or named == info.implementation.lower()
    return fits_name and all(want is None or want == have for want, have in wanted)


def probe_python(python_path: str, marker_environment: MarkerEnvironment | None = None) -> SubprocessPythonInfo | None:
    """Ask an interpreter of any age what it is.

    :param marker_environment: values of its markers that hold in place of those that it tells
    :returns: None when it cannot be run or does not answer
    """
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    try:
        done = _run([python_path, "-c", _PROBE], variables, timeout=_PROBE_SECONDS)
        answer = json.loads(done.stdout.strip().splitlines()[-1]) if done.returncode == 0 else None
    except (OSError, ValueError, IndexError, subprocess.TimeoutExpired) as error:
        logging.debug("could not ask %s what it is: %r", python_path, error)
        return None
    if not isinstance(answer, dict):
        return None
    answer["version_info"] = VersionInfo(*answer["version_info"])
    if marker_environment is not None:
        answer["marker_environment"] = marker_environment
    return SubprocessPythonInfo(**answer)


def ensure_bootstrap(work_dir: Path, virtualenv_spec: str) -> Path:
    """Have an environment that holds another virtualenv; takes a lock of its own while it is made.

    :param work_dir: folder it is made in
    :param virtualenv_spec: requirement it has to satisfy
    :returns: its Python executable
    :raises Fail: if the requirement names something else, or cannot be installed
    """
    check_spec(virtualenv_spec)
    digest = hashlib.sha256(virtualenv_spec.encode("utf-8")).hexdigest()[:_DIGEST_CHARACTERS]
    folder = work_dir / _FOLDER / digest
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    complete = folder / "complete"
    folder.parent.mkdir(parents=True, exist_ok=True)

    with FileLock(folder.with_name(f"{digest}.lock")):
        if not (complete.exists() and _works(python, virtualenv_spec)):
            logging.info("bootstrapping %s into %s", virtualenv_spec, folder)
            _bootstrap(folder, python, virtualenv_spec)
            complete.touch()
    return python


def _works(python: Path, virtualenv_spec: str) -> bool:
    """Tell whether an environment still holds a virtualenv that satisfies a requirement, with what that needs."""
    try:
        done = _run([str(python), "-I", "-c", _ASK_VERSION], dict(os.environ), timeout=_PROBE_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    lines = done.stdout.split()
    return done.returncode == 0 and bool(lines) and _fits_spec(lines[-1], Requirement(virtualenv_spec))


def _fits_spec(version: str, requirement: Requirement) -> bool:

    try:
        return requirement.specifier.contains(version, prereleases=True)
    except InvalidVersion:
        return False


def _bootstrap(folder: Path, python: Path, virtualenv_spec: str) -> None:

    empty_dir(folder)
    for command in (
        [sys.executable, "-I", "-m", "venv", str(folder)],  # a venv.py of the project is not meant
        [str(python), "-I", "-m", "pip", "install", "--disable-pip-version-check", virtualenv_spec],
    ):
        done = _run(command, dict(os.environ))
        if done.returncode:
            raise Fail(f"could not bootstrap {virtualenv_spec}: {_last_words(done)}")


def check_spec(virtualenv_spec: str) -> None:
    """Make sure that a requirement names a virtualenv to be found on an index.

    :raises Fail: if it names something else
    """
    try:
        requirement = Requirement(virtualenv_spec)
    except InvalidRequirement:
        fits = False
    else:
        plain = not (requirement.url or requirement.extras or requirement.marker)
        fits = (
            canonicalize_name(requirement.name) == "virtualenv" and plain and all(map(_is_bound, requirement.specifier))
        )
    if not fits:
        raise Fail("virtualenv_spec must name virtualenv with optional version specifiers")


def _is_bound(specifier: Specifier) -> bool:
    """Tell whether a specifier speaks of a version; after ``===`` anything may stand, such as a path."""
    try:
        Version(specifier.version.removesuffix(".*"))
    except InvalidVersion:
        return False
    return True


def _run(
    command: list[str], variables: dict[str, str], timeout: float | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=timeout,
        check=False,
    )


def _last_words(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    return lines[-1].strip() if lines else f"exit code {done.returncode}"
