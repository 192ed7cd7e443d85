"""What ``--explain`` tells of packages is what a run then does with them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.explained import Told, happened, mark, snapshot, told
from tests.package.test_building import BACKEND, BUILD_SYSTEM, STATIC, config
from tests.session.in_process import runner
from tests.wheels import make_wheel

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.session.in_process import Ended

    Tox = Callable[..., Ended]


@pytest.fixture
def tox(
    tmp_path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Tox:
    """Run tox in a project with a backend of one file."""
    (tmp_path / "backend.py").write_text(BACKEND)
    (tmp_path / "pyproject.toml").write_text(BUILD_SYSTEM + STATIC)
    for name in set(os.environ) - set(environ):
        monkeypatch.delenv(name)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    return runner(tmp_path, monkeypatch, capfd)


class Stage(NamedTuple):
    """What is changed in a project, and what has to be done to its environment and to that of the package."""

    name: str
    env: Told
    package: Told
    config: str = ""
    args: tuple[str, ...] = ()
    build_system: str = BUILD_SYSTEM


NEW_BUILD_SYSTEM = BUILD_SYSTEM.replace("requires = []", 'requires = ["pluggy"]')
STAGES = (
    Stage(
        "cold wheel",
        Told(creates=True, installs=("package_deps", "package")),
        Told(creates=True, builds=("wheel",)),
        config("wheel", "extras = x"),
    ),
    Stage("sdist instead", Told(installs=("package",)), Told(builds=("sdist",)), config("sdist", "extras = x")),
    Stage(
        "no extra, and the backend needs more",
        Told(recreates="dependencies removed: pluggy", creates=True, installs=("package",)),
        Told(installs=("requires",), builds=("editable",)),
        config("editable"),
        build_system=NEW_BUILD_SYSTEM,
    ),
    Stage(
        "the backend needs less",
        Told(),
        Told(recreates="dependencies removed: pluggy", creates=True, builds=("wheel",)),
        config("wheel"),
        args=("--pkg-only",),
    ),
    Stage("not to be installed", Told(), Told(), config("wheel"), args=("--skip-pkg-install",)),
    Stage("no package", Told(), Told(), config("skip")),
    Stage(
        "asked for",
        Told(recreates="", creates=True, installs=("package",)),
        Told(recreates="", creates=True, builds=("wheel",)),
        config("wheel"),
        args=("-r",),
    ),
)


def test_explanation_agrees_with_run(tox: Tox, tmp_path: Path) -> None:
    """Whatever kind of package is wanted, what is told is what happens; until then nothing is built or touched."""
    folders = {name: tmp_path / ".tox" / name for name in ("py", ".pkg")}
    for stage in STAGES:
        (tmp_path / "pyproject.toml").write_text(stage.build_system + STATIC)
        (tmp_path / "tox.ini").write_text(stage.config)
        before = snapshot(tmp_path)

        explained = tox("r", "-n", *stage.args, "--explain")

        assert snapshot(tmp_path) == before, stage.name
        for folder in folders.values():
            mark(folder)
        ended = tox("r", "-n", *stage.args)
        assert (explained.code, ended.code) == (0, 0), (stage.name, explained.out, ended.out)
        expected = {"py": stage.env, ".pkg": stage.package}
        assert {name: happened(ended.out, name, at) for name, at in folders.items()} == expected, (stage.name, ended)
        assert {name: told(explained.out, name) for name in folders} == expected, (stage.name, explained)


@pytest.mark.parametrize(
    ("package", "unless", "installs"),
    [
        pytest.param("wheel", ", unless it is what is installed already", False, id="wheel"),
        pytest.param("sdist", "", True, id="sdist-of-an-unknown-backend"),
    ],
)
def test_package_that_may_be_the_same(package: str, unless: str, installs: bool, tox: Tox) -> None:
    """A wheel's content tells whether it is installed already; what an unknown backend makes of an sdist, nothing."""
    tox("r", "-n", tox_ini=config(package))

    explained = tox("r", "-n", "--explain")
    ended = tox("r", "-n")

    assert f"py: install package: {package}{unless}\n" in explained.out
    assert ("install_package>" in ended.out) is installs


@pytest.mark.parametrize(
    ("package", "lines"),
    [
        pytest.param(
            "wheel",
            [
                "py: create env",
                ".pkg: create env",
                ".pkg: build wheel: by backend, which may ask for more to be installed",
                "py: install package_deps: what its metadata asks for, once it is built",
                "py: install package: wheel",
            ],
            id="wheel",
        ),
        pytest.param(
            "deps-only",
            [
                "py: create env",
                ".pkg: create env",
                ".pkg: build metadata: by backend",
                "py: install package_deps: what the metadata of the package asks for",
            ],
            id="deps-only",
        ),
    ],
)
def test_what_only_the_backend_knows(package: str, lines: list[str], tox: Tox) -> None:
    """Dependencies that the project file does not tell stay open."""
    Path("pyproject.toml").write_text(BUILD_SYSTEM)

    ended = tox("r", "--explain", tox_ini=config(package))

    assert [line.split(" with ")[0] for line in ended.out.splitlines()] == lines


def test_several_environments(tox: Tox) -> None:
    """The package environment is told once, where it is first needed, and so is each thing that is built."""
    ended = tox("r", "--explain", tox_ini=config("wheel", envs="a, b"))

    assert [line.split(" with ")[0].split(": by")[0] for line in ended.out.splitlines()] == [
        "a: create env",
        ".pkg: create env",
        ".pkg: build wheel",
        "a: install package: wheel",
        "b: create env",
        "b: install package: wheel",
    ]


def test_given_package(tox: Tox, tmp_path: Path) -> None:
    """A package that exists tells all there is to know before it is installed, and whether it is."""
    wheel = make_wheel(tmp_path, "demo", requires=["pluggy"])
    args = ("r", "-n", "--installpkg", str(wheel))

    cold = tox(*args, "--explain", tox_ini=config("wheel")).out
    ended = tox(*args)
    warm = tox(*args, "--explain").out

    assert ended.code == 0, ended
    assert cold.splitlines()[1:] == ["py: install package_deps: pluggy", f"py: install package: {wheel}"]
    assert warm.splitlines()[1:] == ["py: reuse package_deps: pluggy", f"py: reuse package: {wheel}"]


def test_package_by_commands(tox: Tox) -> None:
    """The commands that build a package are told, not run."""
    lines = "[testenv:.pkg_external]\ndeps = pluggy\ncommands = python -c 'print(1)'"

    ended = tox("r", "--explain", tox_ini=config("external", lines))

    assert [line.split(" with ")[0] for line in ended.out.splitlines()] == [
        "py: create env",
        ".pkg_external: create env",
        ".pkg_external: install requires: pluggy",
        ".pkg_external: run commands: python -c 'print(1)'",
        "py: install package_deps: what its metadata asks for, once it is built",
        "py: install package: what they leave",
    ]


def test_broken_project(tox: Tox) -> None:
    """What would fail is told in the words of the run."""
    Path("pyproject.toml").write_text("[build-system]\nrequires = 1\n")

    explained = tox("r", "--explain", tox_ini=config("wheel"))
    ended = tox("r")

    assert explained.code == 0
    assert ended.code == 1
    failed = [line for line in ended.out.splitlines() if line.startswith("py: failed with ")]
    assert len(failed) == 1
    assert failed == [line for line in explained.out.splitlines() if "failed" in line]
