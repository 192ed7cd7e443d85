"""A build backend of one file, which needs nothing installed and notes each call of its hooks."""

from __future__ import annotations

import io
import os
import tarfile
import zipfile
from pathlib import Path

NAME, VERSION = "demo", "1.0"
FILE = f"{NAME}-{VERSION}-py3-none-any.whl"
INFO = f"{NAME}-{VERSION}.dist-info"
METADATA = f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {VERSION}\n"
METADATA += "Requires-Dist: pluggy; extra == 'x'\nProvides-Extra: x\n"


def _note(hook: str, config_settings: dict[str, str] | None) -> None:
    with (Path(os.environ["TOX_WORK_DIR"]) / "calls.txt").open("a") as file:
        file.write(f"{hook} {config_settings or ''}".strip() + "\n")


def _wheel(folder: str, module: str) -> str:
    with zipfile.ZipFile(Path(folder) / FILE, "w") as wheel:
        wheel.writestr(f"{NAME}.py", module)
        wheel.writestr(f"{INFO}/METADATA", METADATA)
        wheel.writestr(f"{INFO}/WHEEL", "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{INFO}/RECORD", "")
    return FILE


def build_wheel(
    wheel_directory: str,
    config_settings: dict[str, str] | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Build a wheel that says where it was built."""
    _note("build_wheel", config_settings)
    return _wheel(wheel_directory, f"print('built in', {Path.cwd().name!r})\n")


def build_editable(
    wheel_directory: str,
    config_settings: dict[str, str] | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Build a wheel that stands for one that points here."""
    _note("build_editable", config_settings)
    return _wheel(wheel_directory, "print('editable')\n")


def prepare_metadata_for_build_wheel(metadata_directory: str, config_settings: dict[str, str] | None = None) -> str:
    """Write the metadata."""
    _note("prepare_metadata", config_settings)
    (Path(metadata_directory) / INFO).mkdir(parents=True)
    (Path(metadata_directory) / INFO / "METADATA").write_text(METADATA)
    return INFO


def build_sdist(sdist_directory: str, config_settings: dict[str, str] | None = None) -> str:
    """Pack the project."""
    _note("build_sdist", config_settings)
    name = f"{NAME}-{VERSION}.tar.gz"
    with tarfile.open(Path(sdist_directory) / name, "w:gz") as archive:
        for file in ("pyproject.toml", "backend.py"):
            archive.add(file, f"{NAME}-{VERSION}/{file}")
        entry = tarfile.TarInfo(f"{NAME}-{VERSION}/PKG-INFO")
        entry.size = len(METADATA)
        archive.addfile(entry, io.BytesIO(METADATA.encode()))
    return name
