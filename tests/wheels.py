"""Wheels and source distributions made by hand, so that installing needs neither a network nor a build backend."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import re
import tarfile
import zipfile
from importlib.metadata import Distribution, distribution
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from tests.seeds import outside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    import pytest

__all__ = ["find_only", "make_sdist", "make_wheel", "offline", "repack"]

_SKIPPED = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"}


def make_wheel(
    folder: Path,
    name: str,
    version: str = "1.0",
    files: Mapping[str, str] | None = None,
    *,
    requires: Iterable[str] = (),
    entry_points: str = "",
    extras: Mapping[str, Iterable[str]] | None = None,
) -> Path:
    """Write a pure wheel.

    :param files: text by path within the wheel; by default a package of that name with its version
    :param requires: its requirements
    :param entry_points: text of ``entry_points.txt``
    :param extras: requirements by extra
    """
    module = re.sub(r"[-_.]+", "_", name)
    extra_lines = [f"Provides-Extra: {extra}" for extra in extras or {}]
    for extra, wanted in (extras or {}).items():
        extra_lines += [f'Requires-Dist: {requirement}; extra == "{extra}"' for requirement in wanted]
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    metadata += [f"Requires-Dist: {requirement}" for requirement in requires]
    info = f"{module}-{version}.dist-info"
    content = {
        **({f"{module}/__init__.py": f"VERSION = {version!r}\n"} if files is None else files),
        f"{info}/METADATA": "\n".join([*metadata, *extra_lines, ""]),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    if entry_points:
        content[f"{info}/entry_points.txt"] = entry_points
    return _write(folder / f"{module}-{version}-py3-none-any.whl", info, {k: v.encode() for k, v in content.items()})


_BACKEND = """\
import pathlib, zipfile
INFO = {info!r}
def _write_metadata(folder):
    folder.mkdir()
    (folder / "METADATA").write_text(pathlib.Path("metadata").read_text())
    lines = ["Wheel-Version: 1.0", "Generator: tests", "Root-Is-Purelib: true", "Tag: py3-none-any", ""]
    (folder / "WHEEL").write_text("\\n".join(lines))
    (folder / "RECORD").touch()
def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    _write_metadata(pathlib.Path(metadata_directory, INFO + ".dist-info"))
    return INFO + ".dist-info"
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    content = pathlib.Path("content")
    _write_metadata(content / (INFO + ".dist-info"))
    with zipfile.ZipFile(pathlib.Path(wheel_directory, INFO + "-py3-none-any.whl"), "w") as wheel:
        for file in content.rglob("*"):
            wheel.write(file, file.relative_to(content))
    return INFO + "-py3-none-any.whl"
"""


def make_sdist(
    folder: Path,
    name: str,
    version: str = "1.0",
    files: Mapping[str, str] | None = None,
    *,
    described: bool = True,
    flit: bool = False,
) -> Path:
    """Write a source distribution that carries the backend it is built by.

    :param files: text by path within the wheel it is built to, as of :func:`make_wheel`
    :param described: whether it has metadata, as it should
    :param flit: whether the backend is put into a wheel beside it instead, under the name of a well known one
    """
    module = re.sub(r"[-_.]+", "_", name)
    top = f"{module}-{version}"
    modules = {f"{module}/__init__.py": f"VERSION = {version!r}\n"} if files is None else files
    content = {f"content/{file}": text for file, text in modules.items()}
    content["metadata"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    if described:
        content["PKG-INFO"] = content["metadata"]
    content["pyproject.toml"] = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    content["backend.py"] = _BACKEND.format(info=top)
    if flit:
        content["pyproject.toml"] = '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n'
        make_wheel(folder, "flit_core", files={"flit_core/buildapi.py": content.pop("backend.py")})
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(folder / f"{top}.tar.gz", "w:gz") as archive:
        for file, text in content.items():
            entry = tarfile.TarInfo(f"{top}/{file}")
            entry.size, entry.mtime = len(text.encode()), 10**9  # zip files know no time before 1980
            archive.addfile(entry, io.BytesIO(text.encode()))
    return folder / f"{top}.tar.gz"


def repack(folder: Path, *names: str) -> None:
    """Write wheels of installed distributions and of what they require, as far as it is installed."""
    seen: set[str] = set()
    todo = list(names)
    while todo:
        name = re.sub(r"[-_.]+", "-", todo.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        found = distribution(name)
        _repack_one(folder, found)
        for text in found.requires or ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                todo.append(requirement.name)


def _repack_one(folder: Path, found: Distribution) -> None:
    tags = re.findall(r"^Tag: (.*)$", found.read_text("WHEEL") or "", re.MULTILINE)
    tag = "-".join(".".join(sorted(set(part))) for part in zip(*(tag.split("-", 2) for tag in tags), strict=True))
    content: dict[str, bytes] = {}
    for file in found.files or ():
        compiled = file.suffix == ".pyc" or "__pycache__" in file.parts  # listed by some installers, there or not
        by_installer = file.parent.name.endswith(".dist-info") and file.name in _SKIPPED
        if not str(file).startswith("..") and not compiled and not by_installer:
            content[str(file)] = file.read_binary()
    info = next(path.partition("/")[0] for path in content if path.endswith(".dist-info/METADATA"))
    _write(folder / f"{info.removesuffix('.dist-info')}-{tag}.whl", info, content)


def _write(path: Path, info: str, content: dict[str, bytes]) -> Path:
    rows = []
    for name, data in content.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        rows.append(f"{name},sha256={digest},{len(data)}\n")
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as wheel:
        for name, data in content.items():
            wheel.writestr(name, data)
        wheel.writestr(f"{info}/RECORD", "".join([*rows, f"{info}/RECORD,,\n"]))
    return path


def find_only(links: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have installers that this process starts find nothing but the wheels of one folder."""
    for name in outside("PIP_", "UV_", "VIRTUALENV_", "PYTHON"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_FIND_LINKS", str(links))
    monkeypatch.setenv("PIP_NO_COMPILE", "1")
    monkeypatch.setenv("PIP_NO_INDEX", "1")


def offline(links: Path, home: Path, **more: str) -> dict[str, str]:
    """Return variables for a process whose installers look for wheels in one folder and nowhere else.

    :param links: folder of wheels
    :param home: the home folder it gets, so that nothing of the user's counts
    """
    drop = outside("TOX", "__TOX", "PIP_", "UV_", "VIRTUALENV_", "PYTHON")
    keep = {name: value for name, value in os.environ.items() if name not in drop}
    return {
        **keep,
        "HOME": str(home),
        "NO_COLOR": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_FIND_LINKS": str(links),
        "PIP_NO_COMPILE": "1",
        "PIP_NO_INDEX": "1",
        "VIRTUALENV_NO_PERIODIC_UPDATE": "1",  # else it asks the index, in a process of its own
        **more,
    }
