"""Packages built by commands, or by somebody else."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

import pytest

from tests.package.test_building import BACKEND, BUILD_SYSTEM
from tests.run.projects import Ended, tox
from tests.wheels import make_wheel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BUILD = 'python -c \'import shutil; shutil.copy("made/demo-1.0-py3-none-any.whl", "{env_tmp_dir}")\''


@pytest.fixture
def project(tmp_path: Path, environ: dict[str, str]) -> Callable[..., Ended]:
    """Make a function that runs tox where a package lies ready."""
    make_wheel(tmp_path / "made", "demo", requires=["pluggy; extra == 'x'"], extras={"x": ["pluggy"]})

    def run(*args: str, **files: str) -> Ended:
        return tox(tmp_path, *args, env=environ, **files)

    return run


def config(*lines: str, envs: str = "py", commands: str = "python -c 'import demo'") -> str:
    """Write a configuration; the lines are those of the package environment."""
    head = f"[tox]\nenv_list = {envs}\n[testenv]\npackage = external\ncommands = {commands}\n[testenv:.pkg_external]"
    return "\n".join([head, *lines, ""])


def test_commands(project: Callable[..., Ended]) -> None:
    """The commands run once for all environments, and leave a package."""
    ended = project("r", tox_ini=config(f"commands = {BUILD}", "package_glob = {env_tmp_dir}/*.whl", envs="a, b"))

    assert ended.code == 0, ended
    assert ended.out.count(".pkg_external: commands[0]>") == 1
    assert ended.out.count("install_package>") == 2


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (("commands = python -c 'raise SystemExit(3)'",), "stopping as failed to build package"),
        (("package_glob = {tox_root}/none/*.whl",), "no package found in <root>/none/*.whl"),
        (("package_glob = {tox_root}/two/*",), "found more than one package <root>/two/a, <root>/two/b"),
    ],
)
def test_failures(lines: tuple[str, ...], reason: str, project: Callable[..., Ended], tmp_path: Path) -> None:
    """Commands that fail, or leave none or several packages, fail the environment."""
    (tmp_path / "two").mkdir()
    for name in "ab":
        (tmp_path / "two" / name).touch()

    ended = project("r", tox_ini=config(*lines))

    assert ended.code == 1
    assert f"py: failed with {reason}" in ended.out.splitlines()


def test_given_wheel(project: Callable[..., Ended], tmp_path: Path) -> None:
    """A wheel given on the command line is installed with its dependencies; nothing is built."""
    ini = config(commands="python -c 'import demo, pluggy'").replace("[testenv]", "[testenv]\nextras = x")

    ended = project("r", "--installpkg", "made/demo-1.0-py3-none-any.whl", tox_ini=ini)

    assert ended.code == 0, ended
    assert "py: install_package_deps> python -I -m pip install pluggy" in ended.out
    assert not (tmp_path / ".tox" / ".pkg_external" / "pyvenv.cfg").exists()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("x.txt", "could not extract <root>/x.txt: not a gzip file"),
        ("x.whl", "could not read the metadata of <root>/x.whl: File is not a zip file"),
    ],
)
def test_given_nonsense(name: str, reason: str, project: Callable[..., Ended], tmp_path: Path) -> None:
    """What is no package is told."""
    (tmp_path / name).write_text("nonsense")

    ended = project("r", "--installpkg", name, tox_ini=config())

    assert ended.code == 1
    assert f"py: failed with {reason}" in ended.out.splitlines()


def test_given_source_distribution(project: Callable[..., Ended], tmp_path: Path) -> None:
    """What a source distribution depends on, its own backend tells."""
    with tarfile.open(tmp_path / "demo-1.0.tar.gz", "w:gz") as archive:
        for name, text in (("pyproject.toml", BUILD_SYSTEM), ("backend.py", BACKEND)):
            entry = tarfile.TarInfo(f"demo-1.0/{name}")
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    ini = config(commands="python -c 'import demo, pluggy'").replace("[testenv]", "[testenv]\nextras = x")

    ended = project("r", "--installpkg", "demo-1.0.tar.gz", tox_ini=ini)

    assert ended.code == 0, ended
    assert ".pkg_external_sdist_meta: prepare_metadata_for_build_wheel" in ended.out
    assert "py: install_package_deps> python -I -m pip install pluggy" in ended.out
