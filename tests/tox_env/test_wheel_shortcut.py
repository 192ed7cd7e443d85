"""A wheel that is installed already, to the last file, is not installed again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.wheels import make_wheel

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


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """Return a wheel of a package named ``demo``."""
    return make_wheel(tmp_path / "wheels", "demo")


def installs(ended: Ended) -> bool:
    assert ended.code == 0, ended.out
    return "install_package>" in ended.out or "install_package " in ended.out


def installed_module() -> Path:
    (module,) = Path(".tox", "a").rglob("demo/__init__.py")
    return module


def test_same_wheel_is_installed_once(tox: Tox, wheel: Path) -> None:
    """The second run finds everything as it left it."""
    first = tox("r", "--installpkg", str(wheel), tox_ini=INI.format(more=""))
    second = tox("r", "--installpkg", str(wheel))

    assert installs(first)
    assert not installs(second)
    assert "demo 1.0" in second.out


def test_wheel_built_again_with_same_content_is_the_same(tox: Tox, wheel: Path) -> None:
    """Times within the archive do not matter."""
    tox("r", "--installpkg", str(wheel), tox_ini=INI.format(more=""))
    wheel.unlink()
    make_wheel(wheel.parent, "demo")
    os.utime(wheel, ns=(0, 0))

    assert not installs(tox("r", "--installpkg", str(wheel)))


def test_other_content_is_installed(tox: Tox, wheel: Path) -> None:
    """The version is the same, a file is not."""
    tox("r", "--installpkg", str(wheel), tox_ini=INI.format(more=""))
    make_wheel(wheel.parent, "demo", files={"demo/__init__.py": "VERSION = 'new'\n"})

    ended = tox("r", "--installpkg", str(wheel))

    assert installs(ended)
    assert "demo new" in ended.out


@pytest.mark.parametrize("how", ["edited", "touched", "removed", "metadata-removed"])
def test_change_of_what_is_installed_is_undone(tox: Tox, wheel: Path, how: str) -> None:
    """A command, or somebody, may have changed the environment."""
    tox("r", "--installpkg", str(wheel), tox_ini=INI.format(more=""))
    module = installed_module()
    if how == "edited":
        module.write_text("VERSION = 'edited'\n", encoding="utf-8")
    elif how == "touched":
        os.utime(module, ns=(0, 1))
    elif how == "removed":
        module.unlink()
    else:
        shutil.rmtree(module.parent.parent / "demo-1.0.dist-info")

    ended = tox("r", "--installpkg", str(wheel))

    assert installs(ended)
    assert "demo 1.0" in ended.out


def test_other_install_command_installs_again(tox: Tox, wheel: Path) -> None:
    """What the command does may differ."""
    tox("r", "--installpkg", str(wheel), tox_ini=INI.format(more=""))

    ended = tox("r", "--installpkg", str(wheel), tox_ini=INI.format(more="pip_pre = true"))

    assert installs(ended)


def test_package_uninstalled_by_a_command_is_installed_again(tox: Tox, wheel: Path) -> None:
    """The record alone is not believed."""
    text = INI.format(more="commands_post = python -m pip uninstall -y demo")
    tox("r", "--installpkg", str(wheel), tox_ini=text)

    ended = tox("r", "--installpkg", str(wheel))

    assert installs(ended)
    assert "demo 1.0" in ended.out
