"""Packages built by a backend, in each kind there is."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.package.conftest import is_installed
from tests.processes import eventually, is_running, started
from tests.run.projects import Ended, tox
from tox.tox_env.python.virtual_env.package._sdist import find_root

if TYPE_CHECKING:
    from collections.abc import Callable

BACKEND = (Path(__file__).parent / "backend.py").read_text()
BUILD_SYSTEM = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
STATIC = '[project]\nname = "demo"\nversion = "1.0"\n[project.optional-dependencies]\nx = ["pluggy"]\n'
IMPORT = "python -c 'import demo'"


@pytest.fixture
def project(tmp_path: Path, environ: dict[str, str]) -> Callable[..., Ended]:
    """Make a function that runs tox in a project with a backend of one file."""
    (tmp_path / "backend.py").write_text(BACKEND)
    (tmp_path / "pyproject.toml").write_text(BUILD_SYSTEM + STATIC)

    def run(*args: str, **files: str) -> Ended:
        return tox(tmp_path, *args, env=environ, **files)

    return run


def config(package: str, *lines: str, envs: str = "py", commands: str = IMPORT) -> str:
    """Write a configuration for a kind of package."""
    return "\n".join([f"[tox]\nenv_list = {envs}\n[testenv]\npackage = {package}\ncommands = {commands}", *lines, ""])


def calls(folder: Path) -> list[str]:
    """Tell the calls of hooks, in order."""
    noted = folder / ".tox" / "calls.txt"
    return noted.read_text().splitlines() if noted.exists() else []


@pytest.mark.parametrize(
    ("package", "hooks", "printed"),
    [
        pytest.param("wheel", ["build_wheel"], "built in {root}", id="wheel"),
        pytest.param("sdist-wheel", ["build_sdist", "build_wheel"], "built in demo-1.0", id="sdist-wheel"),
        pytest.param("editable", ["build_editable"], "editable", id="editable"),
        pytest.param("sdist", ["build_sdist"], None, id="sdist"),
    ],
)
def test_kinds(
    package: str, hooks: list[str], printed: str | None, project: Callable[..., Ended], tmp_path: Path
) -> None:
    """Each kind is built by its hooks, once, and installed."""
    ended = project("r", tox_ini=config(package))

    assert ended.code == 0, ended
    assert calls(tmp_path)[: len(hooks)] == hooks
    if printed is not None:
        assert printed.format(root=tmp_path.name) in ended.out.splitlines()
        assert calls(tmp_path) == hooks


def test_what_is_told(project: Callable[..., Ended]) -> None:
    """Each step of building and installing has its line."""
    ended = project("r", tox_ini=config("wheel"))

    told = re.findall(r"^(\S+: \w+)[> \[]", ended.out, re.MULTILINE)
    assert told == [".pkg: _optional_hooks", ".pkg: build_wheel", "py: install_package", "py: commands", ".pkg: _exit"]
    assert "py: install_package> python -I -m pip install --force-reinstall --no-deps" in ended.out


def test_settings_for_the_installer(project: Callable[..., Ended]) -> None:
    """Who installs an sdist builds it, and gets the settings for that, one word each."""
    lines = ["install_command = python -c 0 {opts} {packages}"]
    lines += ["[testenv:.pkg]", "config_settings_build_wheel =", "  a = 1", "  b = x y"]

    ended = project("r", "--notest", tox_ini=config("sdist", *lines))

    words = "--force-reinstall --no-deps --config-settings=a=1 '--config-settings=b=x y' <root>"
    assert f"py: install_package> python -c 0 {words}" in ended.out


@pytest.mark.parametrize(
    ("code", "words"), [(0, []), (3, []), (0, ["--pkg-only"])], ids=["installed", "failed", "built"]
)
def test_package_in_the_journal(code: int, words: list[str], project: Callable[..., Ended], tmp_path: Path) -> None:
    """``--result-json`` has the package, unless installing it has failed."""
    command = f"install_command = python -c 'exit({code})' {{packages}}"

    ended = project("r", "--notest", *words, "--result-json", "r.json", tox_ini=config("wheel", command))

    noted = json.loads((tmp_path / "r.json").read_text())["testenvs"]["py"].get("installpkg", {}).get("basename")
    assert ended.code == code
    assert noted == (None if code else "demo-1.0-py3-none-any.whl")


@pytest.mark.parametrize("package", ["wheel", "sdist", "sdist-wheel"])
def test_only_what_is_built_is_asked_for(package: str, project: Callable[..., Ended], tmp_path: Path) -> None:
    """A development environment gets an editable package, whatever it has else, and the backend is asked for that."""
    hooks = "".join(
        f"def get_requires_for_build_{kind}(config_settings=None):\n    _note('requires_{kind}', None)\n    return []\n"
        for kind in ("wheel", "sdist", "editable")
    )
    (tmp_path / "backend.py").write_text(BACKEND + hooks)

    ended = project("devenv", "-e", "py", "venv", tox_ini=config(package))

    assert ended.code == 0, ended
    assert calls(tmp_path) == ["requires_editable", "build_editable"]


def test_one_build_serves_all(project: Callable[..., Ended], tmp_path: Path) -> None:
    """Environments that want the same get private copies of one build, which go in the end."""
    ended = project("r", tox_ini=config("wheel", envs="a, b"))

    staging = tmp_path / ".tox" / ".tmp" / "package"
    assert (ended.code, calls(tmp_path)) == (0, ["build_wheel"])
    assert [f".tmp/package/{number}/demo-1.0" in ended.out for number in (1, 2, 3)] == [True, True, False]
    assert [path for path in staging.rglob("*") if path.is_file()] == []
    assert (tmp_path / ".tox" / ".pkg" / "dist" / "demo-1.0-py3-none-any.whl").is_file()


def test_copies_for_who_never_runs(project: Callable[..., Ended], tmp_path: Path) -> None:
    """A run that ends before its time leaves no private copy, and no backend."""
    ended = project("r", "--fail-fast", tox_ini=config("wheel", envs="a, b", commands="python -c 'exit(3)'"))

    staging = tmp_path / ".tox" / ".tmp" / "package"
    assert ended.code == 3
    assert "  b: SKIP" in ended.out
    assert ".pkg: _exit>" in ended.out
    assert [path for path in staging.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("static", [True, False], ids=["static", "dynamic"])
def test_extras(static: bool, project: Callable[..., Ended], tmp_path: Path) -> None:
    """Dependencies of wanted extras are installed before the package."""
    if not static:
        (tmp_path / "pyproject.toml").write_text(BUILD_SYSTEM)

    ended = project("r", tox_ini=config("wheel", "extras = x", commands="python -c 'import demo, pluggy'"))

    assert ended.code == 0, ended
    assert "py: install_package_deps> python -I -m pip install pluggy" in ended.out
    assert calls(tmp_path) == ["build_wheel"]


@pytest.mark.parametrize("static", [True, False], ids=["static", "dynamic"])
def test_unknown_extra(static: bool, project: Callable[..., Ended], tmp_path: Path) -> None:
    """An extra that there is none of fails the environment."""
    if not static:
        (tmp_path / "pyproject.toml").write_text(BUILD_SYSTEM)

    ended = project("r", tox_ini=config("wheel", "extras = q"))

    assert ended.code == 1
    assert "py: failed with extras not found for package demo: q (available: x)" in ended.out


@pytest.mark.parametrize(
    ("kind", "wheel_env"), [("sdist", ".w"), ("wheel", ".w"), ("sdist-wheel", ".pkg"), ("sdist-wheel", ".w")]
)
def test_unknown_extra_in_the_project_file(
    kind: str, wheel_env: str, project: Callable[..., Ended], tmp_path: Path
) -> None:
    """Nothing is built for an environment with an extra that the project file does not have."""
    ended = project("r", tox_ini=config(kind, f"extras = q\nwheel_build_env = {wheel_env}"))

    assert ended.code == 1
    assert "py: failed with extras not found for package demo: q (available: x)" in ended.out
    assert calls(tmp_path) == []


@pytest.mark.parametrize(("static", "hooks"), [(True, []), (False, ["prepare_metadata"])], ids=["static", "dynamic"])
def test_dependencies_only(static: bool, hooks: list[str], project: Callable[..., Ended], tmp_path: Path) -> None:
    """Only what the package depends on is installed, asked of the backend only when need be."""
    if not static:
        (tmp_path / "pyproject.toml").write_text(BUILD_SYSTEM)

    ended = project("r", tox_ini=config("deps-only", "extras = x", commands="python -c 'import pluggy'"))

    assert (ended.code, calls(tmp_path)) == (0, hooks), ended
    record = json.loads((tmp_path / ".tox" / "py" / ".tox-info.json").read_text())
    assert "package_deps" in record["PythonRun"], record


def test_skip(project: Callable[..., Ended], tmp_path: Path) -> None:
    """Nothing is built for who wants nothing."""
    ended = project("r", tox_ini=config("skip", commands="python -c 'print(1)'"))

    assert (ended.code, calls(tmp_path)) == (0, [])
    assert not (tmp_path / ".tox" / ".pkg").exists()


def test_package_only(project: Callable[..., Ended], tmp_path: Path) -> None:
    """The package can be built without being installed or used."""
    ended = project("r", "--pkg-only", tox_ini=config("wheel"))

    assert (ended.code, calls(tmp_path)) == (0, ["build_wheel"])
    assert "install_package" not in ended.out
    assert "commands[0]" not in ended.out


def test_config_settings(project: Callable[..., Ended], tmp_path: Path) -> None:
    """What the user passes to a hook arrives there."""
    lines = "[testenv:.pkg]\nconfig_settings_build_wheel =\n  a = b\n  c = d"

    project("r", "--pkg-only", tox_ini=config("wheel", lines))

    assert calls(tmp_path) == ["build_wheel {'a': 'b', 'c': 'd'}"]


def test_other_root(project: Callable[..., Ended], tmp_path: Path) -> None:
    """The project to package may be below that of the configuration."""
    (tmp_path / "sub").mkdir()
    for name in ("pyproject.toml", "backend.py"):
        (tmp_path / name).rename(tmp_path / "sub" / name)

    ended = project("r", tox_ini=config("wheel", "[testenv:.pkg]\npackage_root = sub"))

    assert ended.code == 0, ended
    assert "built in sub" in ended.out


def test_other_build_environment(project: Callable[..., Ended], tmp_path: Path) -> None:
    """Wheels can be built by an environment of their own; the usual one is not even made."""
    ended = project("r", tox_ini=config("wheel", "wheel_build_env = .w"))

    assert ended.code == 0, ended
    assert ".w: build_wheel" in ended.out
    assert not (tmp_path / ".tox" / ".pkg").exists()


def test_editable_fallback(project: Callable[..., Ended], tmp_path: Path) -> None:
    """Without a hook for it, an editable package is left to the installer, with a warning."""
    (tmp_path / "backend.py").write_text(BACKEND.replace("def build_editable", "def no_build_editable"))

    ended = project("r", tox_ini=config("editable"))

    assert "the build backend backend has no hook for the editable package (PEP 660) that py asked for" in ended.out
    assert f"--no-deps -e {'<root>'}" in ended.out


def test_deps_of_package_environment(project: Callable[..., Ended]) -> None:
    """What building needs, the project says, not the configuration."""
    ended = project("r", tox_ini=config("wheel", "[testenv:.pkg]\ndeps = pluggy"))

    assert ended.code == 1
    assert "py: failed with deps cannot be set for the package environment '.pkg'" in ended.out


def test_deps_of_package_environment_without_a_backend(project: Callable[..., Ended]) -> None:
    """Where the backend builds nothing, the configuration may say what else the package environment holds."""
    ended = project("r", tox_ini=config("editable-legacy", "[testenv:.pkg]\ndeps = pluggy", commands=""))

    assert ended.code == 0, ended
    assert re.search(r"\.pkg: install_deps> .* pluggy", ended.out)


def test_source_distribution_of_a_wheel_of_another_environment(project: Callable[..., Ended], tmp_path: Path) -> None:
    """It is built once, where source distributions are built; only wheels are built in the other one."""
    ended = project("r", tox_ini=config("sdist-wheel", "wheel_build_env = .w", envs="py, b"))

    assert ended.code == 0, ended
    assert (".pkg: build_sdist" in ended.out, ".w: build_wheel" in ended.out) == (True, True)
    assert calls(tmp_path) == ["build_sdist", "build_wheel"]


@pytest.mark.parametrize("top", ["", "demo-1.0/"], ids=["none", "one"])
@pytest.mark.parametrize("more", ["", "loose", "other/file"])
def test_top_of_a_source_distribution(top: str, more: str, tmp_path: Path) -> None:
    """The tree is the one folder in it; without such a folder it is all of it."""
    for name in filter(None, (f"{top}pyproject.toml", more)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    assert find_root(tmp_path) == (tmp_path / top if more != "other/file" else tmp_path)


def broken(body: str) -> str:
    """Write a backend whose hook for wheels does something else."""
    hook = "def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):"
    return f"import os, sys\n{hook}\n    {body}\n"


@pytest.mark.parametrize(
    ("backend", "code", "line"),
    [
        pytest.param(
            broken("raise ValueError('boo')"),
            1,
            "py: packaging backend failed (code=1), with ValueError: boo",
            id="raises",
        ),
        pytest.param(broken("sys.exit(3)"), 3, "py: packaging backend failed (code=3), with SystemExit: 3", id="exits"),
        pytest.param(
            broken("os._exit(4)"),
            4,
            "py: packaging backend failed (code=4), with BackendDied: it ended without an answer, exit code 4",
            id="dies",
        ),
        pytest.param(
            broken("__import__('builtins').open = lambda path, *_, **__: (os.open(path, os.O_CREAT), os._exit(4))"),
            4,
            "py: packaging backend failed (code=4), with BackendDied: it ended without an answer, exit code 4",
            id="dies while it answers",
        ),
        pytest.param(
            "import os\nos._exit(4)\n",
            251,
            "py: packaging backend failed (code=-5), with FailedToStart: could not start backend",
            id="dies at the start",
        ),
        pytest.param(
            "x = (\n",
            251,
            "py: packaging backend failed (code=-5), with FailedToStart: could not start backend",
            id="no Python",
        ),
        pytest.param(
            broken("return 3"),
            1,
            "py: packaging backend failed (code=1), with TypeError: 'build_wheel' on 'backend' returned 3 but expected"
            " type <class 'str'>",
            id="wrong answer",
        ),
        pytest.param(
            broken("return 'none.whl'"),
            1,
            "py: failed with build backend backend says that it built <root>/.tox/.pkg/dist/none.whl, which is no file"
            " in <root>/.tox/.pkg/dist",
            id="no file",
        ),
        pytest.param(
            broken("return '../../../backend.py'"),
            1,
            "py: failed with build backend backend says that it built <root>/.tox/.pkg/dist/../../../backend.py, which"
            " is no file in <root>/.tox/.pkg/dist",
            id="file elsewhere",
        ),
        pytest.param(
            broken("print('Backend: Wrote response {} to x'); os.write(1, b'\\xff'); raise KeyError(1)"),
            1,
            "py: packaging backend failed (code=1), with KeyError: 1",
            id="prints garbage",
        ),
    ],
)
def test_broken_backend(backend: str, code: int, line: str, project: Callable[..., Ended], tmp_path: Path) -> None:
    """A backend that breaks its contract is told in one line, and the next run goes on with a better one."""
    (tmp_path / "backend.py").write_text(backend)

    first = project("r", tox_ini=config("wheel"))
    (tmp_path / "backend.py").write_text(BACKEND)
    second = project("r")

    assert first.code == code, first
    assert line in first.out.splitlines()
    assert "internal error" not in first.out
    assert second.code == 0, second


@pytest.mark.parametrize(
    ("build_system", "reason"),
    [
        ("build-system = 3", "build-system must be a table"),
        ("[build-system]\nrequires = 3", "build-system.requires must be a list of strings"),
        ("[build-system]\nrequires = ['!!']", "invalid requirement to build"),
        ("[build-system]\nrequires = []\nbuild-backend = 'x'\nbackend-path = ['..']", "must be a relative path inside"),
    ],
)
def test_broken_project_file(build_system: str, reason: str, project: Callable[..., Ended], tmp_path: Path) -> None:
    """A project file that names no usable backend is told in one line."""
    (tmp_path / "pyproject.toml").write_text(f"{build_system}\n")

    ended = project("r", tox_ini=config("wheel"))

    assert ended.code in {1, 254}, ended
    assert reason in ended.out
    assert "Traceback" not in ended.out + ended.err


def test_hanging_backend(project: Callable[..., Ended], tmp_path: Path, environ: dict[str, str]) -> None:
    """A backend that hangs can be interrupted; nothing of it is left."""
    pid = tmp_path / "pid.txt"
    body = f"open({str(pid)!r}, 'w').write(str(os.getpid())); __import__('time').sleep(60)"
    (tmp_path / "backend.py").write_text(broken(body))
    (tmp_path / "tox.ini").write_text(config("wheel"))

    with started([sys.executable, "-m", "tox", "r"], cwd=tmp_path, env=environ) as (run,):
        run.expect("build_wheel")
        run.interrupt()
        assert run.end() == 254

    assert not pid.exists() or not is_running(int(pid.read_text()))
    (tmp_path / "backend.py").write_text(BACKEND)
    assert project("r").code == 0


def test_deaf_backend(project: Callable[..., Ended], tmp_path: Path, environ: dict[str, str]) -> None:
    """A backend that hangs and takes no signal that can be refused is killed; nothing of it is left."""
    pid = tmp_path / "pid.txt"
    deaf = "[signal.signal(one, signal.SIG_IGN) for one in (signal.SIGINT, signal.SIGTERM)]"
    body = f"{deaf}; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    (tmp_path / "backend.py").write_text(f"import signal, time\n{broken(body)}")
    (tmp_path / "tox.ini").write_text(config("wheel"))

    with started([sys.executable, "-m", "tox", "r"], cwd=tmp_path, env=environ) as (run,):
        eventually(lambda: pid.exists() and pid.read_text())
        run.interrupt()
        assert run.end() == 254

    assert "Traceback" not in run.output
    assert not is_running(int(pid.read_text()))
    (tmp_path / "backend.py").write_text(BACKEND)
    assert project("r").code == 0


def test_truncated_wheel(project: Callable[..., Ended], tmp_path: Path) -> None:
    """A wheel that the backend did not write to its end is refused, and the next run builds it again."""
    cut = "    path = Path(folder) / FILE\n    path.write_bytes(path.read_bytes()[:200])\n    return FILE"
    (tmp_path / "backend.py").write_text(BACKEND.replace("    return FILE", cut))
    failed = project("r", tox_ini=config("wheel"))
    (tmp_path / "backend.py").write_text(BACKEND)
    good = project("r")

    assert failed.code == 1, failed
    assert sum(line.startswith(("py: exit ", "py: failed ")) for line in failed.out.splitlines()) == 1, failed
    assert "Traceback" not in failed.out + failed.err
    assert good.code == 0, good


@pytest.mark.parametrize(
    ("backend", "requires", "package"),
    [
        pytest.param(
            "setuptools.build_meta",
            "setuptools",
            "wheel",
            marks=pytest.mark.skipif(not is_installed("wheel"), reason="needs wheel"),
        ),
        ("setuptools.build_meta", "setuptools", "sdist"),
        ("hatchling.build", "hatchling", "wheel"),
        ("hatchling.build", "hatchling", "sdist-wheel"),
    ],
)
def test_real_backends(backend: str, requires: str, package: str, tmp_path: Path, environ: dict[str, str]) -> None:
    """Backends that people use build, and are kept between runs."""
    if package == "sdist" and not is_installed("wheel"):
        pytest.skip("installing it needs wheel")
    (tmp_path / "demo.py").touch()
    project_file = f'[build-system]\nrequires = ["{requires}"]\nbuild-backend = "{backend}"\n'
    project_file += '[project]\nname = "demo"\nversion = "1.0"\n'

    first = tox(tmp_path, "r", env=environ, tox_ini=config(package), pyproject_toml=project_file)
    second = tox(tmp_path, "r", env=environ)

    assert (first.code, second.code) == (0, 0), (first, second)
    assert ("install_requires>" in first.out, "install_requires>" in second.out) == (True, False)


def test_recreated(project: Callable[..., Ended], tmp_path: Path) -> None:
    """Recreating environments recreates that of the package, unless the user keeps it."""
    project("r", tox_ini=config("wheel"))

    kept = project("r", "-r", "--no-recreate-pkg")
    anew = project("r", "-r")

    line = f".pkg: remove tox env folder {'<root>'}/.tox/.pkg"
    assert (line in kept.out, line in anew.out) == (False, True)
    assert calls(tmp_path) == ["build_wheel"] * 3
