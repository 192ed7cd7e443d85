"""A package that is installed already, to the last file, is not installed again."""

from __future__ import annotations

import os
import shutil
import tarfile
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile, ZipInfo

import pytest

from tests.wheels import find_only, make_sdist, make_wheel
from tox.tox_env.python.pip._reach import is_self_contained

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.session.in_process import Ended

    Tox = Callable[..., Ended]

INI = """\
[tox]
env_list = a
[testenv]
{more}
commands = python -c 'import demo; print("demo", demo.VERSION)'
"""


make_plain_sdist = partial(make_sdist, flit=True)


@pytest.fixture(params=[make_wheel, make_plain_sdist], ids=["wheel", "sdist"])
def make(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Return what writes a package named ``demo``, of some files, whose build looks at nothing but them."""
    find_only(tmp_path / "packages", monkeypatch)
    return lambda **files: request.param(tmp_path / "packages", "demo", **files)


@pytest.fixture
def package(make: Callable[..., Path]) -> Path:
    """Return a package named ``demo``."""
    return make()


def installs(ended: Ended) -> bool:
    assert ended.code == 0, ended.out
    return "install_package>" in ended.out or "install_package " in ended.out


def repacked(package: Path) -> None:
    """Give all that a package holds another time."""
    if package.suffix == ".whl":
        with ZipFile(package) as archive:
            content = {entry.filename: archive.read(entry) for entry in archive.infolist()}
        with ZipFile(package, "w") as archive:
            for name, data in content.items():
                archive.writestr(ZipInfo(name, (2001, 2, 3, 4, 5, 6)), data)
    else:
        with tarfile.open(package) as tar:
            members = [(member, tar.extractfile(member)) for member in tar.getmembers()]
            read = [(member, file.read()) for member, file in members if file is not None]
        with tarfile.open(package, "w:gz") as tar:
            for member, data in read:
                member.mtime, member.uid = 981173106, 1234
                tar.addfile(member, BytesIO(data))


def installed_module() -> Path:
    (module,) = Path(".tox", "a").rglob("demo/__init__.py")
    return module


def test_same_package_is_installed_once(tox: Tox, package: Path) -> None:
    """The second run finds everything as it left it."""
    first = tox("r", "--installpkg", str(package), tox_ini=INI.format(more=""))
    second = tox("r", "--installpkg", str(package))

    assert installs(first)
    assert not installs(second)
    assert "demo 1.0" in second.out


def test_package_built_again_with_same_content_is_the_same(tox: Tox, package: Path, make: Callable[..., Path]) -> None:
    """Times within the archive do not matter."""
    tox("r", "--installpkg", str(package), tox_ini=INI.format(more=""))
    before = package.read_bytes()
    package.unlink()
    repacked(make())

    assert package.read_bytes() != before

    assert not installs(tox("r", "--installpkg", str(package)))


def test_other_content_is_installed(tox: Tox, package: Path, make: Callable[..., Path]) -> None:
    """The version is the same, a file is not."""
    tox("r", "--installpkg", str(package), tox_ini=INI.format(more=""))
    make(files={"demo/__init__.py": "VERSION = 'new'\n"})

    ended = tox("r", "--installpkg", str(package))

    assert installs(ended)
    assert "demo new" in ended.out


@pytest.mark.parametrize("how", ["edited", "touched", "removed", "metadata-removed"])
def test_change_of_what_is_installed_is_undone(tox: Tox, package: Path, how: str) -> None:
    """A command, or somebody, may have changed the environment."""
    tox("r", "--installpkg", str(package), tox_ini=INI.format(more=""))
    module = installed_module()
    if how == "edited":
        module.write_text("VERSION = 'edited'\n", encoding="utf-8")
    elif how == "touched":
        os.utime(module, ns=(0, 1))
    elif how == "removed":
        module.unlink()
    else:
        shutil.rmtree(module.parent.parent / "demo-1.0.dist-info")

    ended = tox("r", "--installpkg", str(package))

    assert installs(ended)
    assert "demo 1.0" in ended.out


def test_other_install_command_installs_again(tox: Tox, package: Path) -> None:
    """What the command does may differ."""
    tox("r", "--installpkg", str(package), tox_ini=INI.format(more=""))

    ended = tox("r", "--installpkg", str(package), tox_ini=INI.format(more="pip_pre = true"))

    assert installs(ended)


def test_package_uninstalled_by_a_command_is_installed_again(tox: Tox, package: Path) -> None:
    """The record alone is not believed."""
    text = INI.format(more="commands_post = python -m pip uninstall -y demo")
    tox("r", "--installpkg", str(package), tox_ini=text)

    ended = tox("r", "--installpkg", str(package))

    assert installs(ended)
    assert "demo 1.0" in ended.out


@pytest.mark.parametrize(("make", "again"), [(make_wheel, False), (make_plain_sdist, True)], indirect=["make"])
def test_variable_that_a_build_may_look_at(tox: Tox, package: Path, again: bool) -> None:
    """A wheel is what it is; what a source distribution is built to may be decided by variables."""
    tox("r", "--installpkg", str(package), tox_ini=INI.format(more="set_env = CFLAGS = -O1"))

    ended = tox("r", "--installpkg", str(package), tox_ini=INI.format(more="set_env = CFLAGS = -O2"))

    assert installs(ended) is again


@pytest.mark.parametrize("variable", ["NO_COLOR", "SSH_AUTH_SOCK", "TERM"])
def test_variable_of_a_terminal(tox: Tox, package: Path, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another terminal or login does not make another package."""
    monkeypatch.setenv(variable, "one")
    tox("r", "--installpkg", str(package), tox_ini=INI.format(more=f"pass_env = {variable}"))
    monkeypatch.setenv(variable, "two")

    assert not installs(tox("r", "--installpkg", str(package)))


def test_source_distribution_without_metadata(tox: Tox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody can tell what it became, so it is installed each time."""
    find_only(tmp_path / "packages", monkeypatch)
    package = make_plain_sdist(tmp_path / "packages", "demo", described=False)
    assert installs(tox("r", "--installpkg", str(package), tox_ini=INI.format(more="")))

    assert installs(tox("r", "--installpkg", str(package)))


def test_source_distribution_whose_build_may_look_elsewhere(tox: Tox, tmp_path: Path) -> None:
    """One that carries its backend is installed each time, since that may read whatever it likes."""
    package = make_sdist(tmp_path / "packages", "demo")
    assert installs(tox("r", "--installpkg", str(package), tox_ini=INI.format(more="")))

    assert installs(tox("r", "--installpkg", str(package)))


FLIT = '[build-system]\nrequires=["flit_core >=3,<4"]\nbuild-backend="flit_core.buildapi"\n'
HATCH = '[build-system]\nrequires=["hatchling"]\nbuild-backend="hatchling.build"\n'


@pytest.mark.parametrize(
    ("project_file", "expected"),
    [
        pytest.param(FLIT, True, id="flit"),
        pytest.param(HATCH, True, id="hatchling"),
        pytest.param(HATCH + "[tool.hatch.build.targets.wheel]\npackages=['a']\n", True, id="settings"),
        pytest.param(HATCH + "[tool.hatch.version]\npath='a.py'\n", True, id="version"),
        pytest.param(HATCH + "[tool.hatch.version]\nsource='code'\n", False, id="version by code"),
        pytest.param(HATCH + "[tool.hatch.build.hooks.custom]\n", False, id="hook"),
        pytest.param(HATCH + "[tool.hatch.build.targets.wheel.hooks.custom]\n", False, id="hook of a target"),
        pytest.param(HATCH + "[tool.hatch.metadata.hooks.custom]\n", False, id="hook of metadata"),
        pytest.param(HATCH + "[tool.hatch.build.targets.wheel.force-include]\n'../x'='x'\n", False, id="other folders"),
        pytest.param(HATCH.replace('"hatchling"]', '"hatchling", "hatch-vcs"]'), False, id="plugin"),
        pytest.param(FLIT + "backend-path=['.']\n", False, id="backend of the tree"),
        pytest.param(FLIT.replace("flit_core >=3,<4", "flit_core @ file:///x"), False, id="backend of a URL"),
        pytest.param(FLIT + "[tool.flit.external-data]\ndirectory='../data'\n", False, id="data"),
        pytest.param('[build-system]\nrequires=["setuptools"]\n', False, id="setuptools by default"),
        pytest.param("", False, id="empty"),
        pytest.param("[", False, id="broken"),
        pytest.param("tool=1\n" + FLIT, False, id="no table"),
    ],
)
def test_what_a_build_may_look_at(project_file: str, expected: bool) -> None:
    """Of plain backends without hooks and plugins it is known that the tree is all they read."""
    assert is_self_contained(project_file) is expected
