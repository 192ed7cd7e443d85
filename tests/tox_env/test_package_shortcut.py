"""A package that is installed already, to the last file, is not installed again."""

from __future__ import annotations

import os
import shutil
import tarfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZipFile, ZipInfo

import pytest

from tests.wheels import make_sdist, make_wheel

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


@pytest.fixture(params=[make_wheel, make_sdist], ids=["wheel", "sdist"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Path]:
    """Return what writes a package named ``demo``, of some files."""
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


@pytest.mark.parametrize(("make", "again"), [(make_wheel, False), (make_sdist, True)], indirect=["make"])
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


def test_source_distribution_without_metadata(tox: Tox, tmp_path: Path) -> None:
    """Nobody can tell what it became, so it is installed each time."""
    package = make_sdist(tmp_path / "packages", "demo", described=False)
    assert installs(tox("r", "--installpkg", str(package), tox_ini=INI.format(more="")))

    assert installs(tox("r", "--installpkg", str(package)))
