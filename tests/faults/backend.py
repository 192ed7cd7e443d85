"""A build backend that needs ``plug``, uses it for a while, and builds a wheel that tells its version."""

from __future__ import annotations

import zipfile
from pathlib import Path

from guarded import use  # type: ignore[import-not-found]  # beside it in the project

INFO = "demo-1.0.dist-info"


def build_wheel(
    wheel_directory: str,
    config_settings: dict[str, str] | None = None,
    metadata_directory: str | None = None,
) -> str:
    """Build the wheel."""
    version = use()
    name = "demo-1.0-py3-none-any.whl"
    with zipfile.ZipFile(Path(wheel_directory) / name, "w") as wheel:
        wheel.writestr("demo.py", f"print('uses plug', {version!r})\n")
        wheel.writestr(f"{INFO}/METADATA", "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n")
        wheel.writestr(f"{INFO}/WHEEL", "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{INFO}/RECORD", "")
    return name
