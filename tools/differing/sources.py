"""Draw source trees that packages are built of, and write what installers and backends need."""

from __future__ import annotations

import functools
import gzip
import io
import sys
import tarfile
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

    from differing.model import File

#: builds a distribution of one module; notes each call of a hook in ``hooks.txt``, and what it sees where commands do
BACKEND = """\
import gzip, io, json, os, sys, tarfile, zipfile
from pathlib import Path
try:
    import tomllib
except ImportError:
    import tomli as tomllib
ASKED = {asked!r}
FAULT = {fault!r}
ME = Path(__file__).parent
PLACES = [*Path.cwd().parents, Path(os.environ.get("HOME", "/"), "..", "project").resolve()]
ROOT = next((place for place in [ME, Path.cwd(), *PLACES] if (place / "seen.py").exists()), None)
TABLE = tomllib.loads((ME / "pyproject.toml").read_text()).get("project", {{}})
NAME, VERSION = TABLE.get("name", "demo"), TABLE.get("version", "0")
INFO = f"{{NAME}}-{{VERSION}}"
def note(hook, settings, *folders):
    if ROOT is not None:
        shown = [each and os.path.relpath(each, ROOT) for each in folders]
        shown = ["elsewhere" if each and each.startswith("..") else each for each in shown]
        line = f"{{hook}} {{json.dumps(settings)}} {{Path.cwd() == ROOT}}"
        with (ROOT / "hooks.txt").open("a") as stream:
            stream.write(line + "\\n")
        told = dict(args=[hook, settings, shown], cwd=os.getcwd(), env=dict(os.environ), python=sys.executable)
        with (ROOT / "seen.jsonl").open("a") as stream:
            stream.write(json.dumps(told) + "\\n")
    print("hook", hook)
    if FAULT.startswith(hook):
        how = FAULT.split()[1]
        if how == "raise":
            raise ValueError("no " + hook)
        if how == "exit":
            sys.exit("this needs libfoo")
        if how == "code":
            sys.exit(3)
        if how == "kill":
            os.kill(os.getpid(), 9)
        if how == "none":
            return False
    return True
def metadata():
    lines = ["Metadata-Version: 2.1", f"Name: {{NAME}}", f"Version: {{VERSION}}"]
    lines += [f"Requires-Dist: {{each}}" for each in TABLE.get("dependencies", ())]
    for extra, wanted in TABLE.get("optional-dependencies", {{}}).items():
        lines.append(f"Provides-Extra: {{extra}}")
        for each in wanted:
            name, _, marker = each.partition(";")
            marker = f"({{marker.strip()}}) and " if marker else ""
            lines.append(f"Requires-Dist: {{name.strip()}} ; {{marker}}extra == '{{extra}}'")
    return "\\n".join(lines) + "\\n"
WHEEL = "Wheel-Version: 1.0\\nGenerator: intree\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
def wheel(folder, files, tag="py3-none-any"):
    info = f"{{INFO}}.dist-info"
    files = {{**files, f"{{info}}/METADATA": metadata(), f"{{info}}/WHEEL": WHEEL}}
    files[f"{{info}}/RECORD"] = "".join(f"{{path}},,\\n" for path in [*files, f"{{info}}/RECORD"])
    name = f"{{INFO}}-{{tag}}.whl"
    with zipfile.ZipFile(Path(folder, name), "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), text)
    return name
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    if note("build_wheel", config_settings, wheel_directory, metadata_directory):
        return wheel(wheel_directory, {{"demo.py": (ME / "demo.py").read_text()}})
def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    if note("build_editable", config_settings, wheel_directory, metadata_directory):
        return wheel(wheel_directory, {{"demo.pth": str(ME) + "\\n"}}, "0.editable-py3-none-any")
def build_sdist(sdist_directory, config_settings=None):
    if not note("build_sdist", config_settings, sdist_directory):
        return None
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        texts = {{path.name: path.read_text() for path in ME.iterdir() if path.name in {files!r}}}
        for name, text in {{**texts, "PKG-INFO": metadata()}}.items():
            entry = tarfile.TarInfo(f"{{INFO}}/{{name}}")
            entry.size, entry.mtime = len(text.encode()), 10**9
            archive.addfile(entry, io.BytesIO(text.encode()))
    Path(sdist_directory, f"{{INFO}}.tar.gz").write_bytes(gzip.compress(data.getvalue(), mtime=0))
    return f"{{INFO}}.tar.gz"
def prepared(folder):
    info = Path(folder, f"{{INFO}}.dist-info")
    info.mkdir()
    (info / "METADATA").write_text(metadata())
    (info / "WHEEL").write_text(WHEEL)
    return info.name
def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    if note("prepare_metadata_for_build_wheel", config_settings, metadata_directory):
        return prepared(metadata_directory)
def prepare_metadata_for_build_editable(metadata_directory, config_settings=None):
    if note("prepare_metadata_for_build_editable", config_settings, metadata_directory):
        return prepared(metadata_directory)
def get_requires_for_build_wheel(config_settings=None):
    return ASKED if note("get_requires_for_build_wheel", config_settings) else None
def get_requires_for_build_editable(config_settings=None):
    return ASKED if note("get_requires_for_build_editable", config_settings) else None
def get_requires_for_build_sdist(config_settings=None):
    return ASKED if note("get_requires_for_build_sdist", config_settings) else None
for name in {lacking!r}:
    del globals()[name]
"""
HOOKS = (
    *("build_wheel", "build_sdist", "build_editable", "prepare_metadata_for_build_wheel"),
    *("prepare_metadata_for_build_editable", "get_requires_for_build_wheel"),
    *("get_requires_for_build_editable", "get_requires_for_build_sdist"),
)
#: each with what its pyproject.toml names, and how often it is drawn
BACKENDS: dict[str, tuple[dict[str, Any], float]] = {
    "in-tree": ({"requires": [], "build-backend": "backend", "backend-path": ["."]}, 14),
    "in-tree with one": ({"requires": ["one"], "build-backend": "backend", "backend-path": ["."]}, 2),
    "flit": ({"requires": ["flit_core"], "build-backend": "flit_core.buildapi"}, 2),
    "hatchling": ({"requires": ["hatchling"], "build-backend": "hatchling.build"}, 1),
    "setuptools": ({"requires": ["setuptools"], "build-backend": "setuptools.build_meta"}, 0.6),
    "no backend": ({"requires": ["setuptools"]}, 0.3),
    "missing": ({"requires": ["nope"], "build-backend": "nope"}, 0.4),
    "not there": ({"requires": [], "build-backend": "nope.build"}, 0.4),
    "outside": ({"requires": [], "build-backend": "backend", "backend-path": [".."]}, 0.3),
    "wrong": ({"requires": "x y", "build-backend": "backend", "backend-path": ["."]}, 0.3),
}
_EXTRAS: tuple[dict[str, list[str]], ...] = (
    {},
    {"x": ["one"], "y": ["two"]},
    {"x": ["one"]},
    {"x": ["demo[y]"], "y": ["one"]},
    {"x": ["one; python_version < '3'"], "y": ["two>=1; python_version >= '3'"]},
    {"Ex.Tra": ["one"], "x": ["Demo[ex-tra]"]},
)
_GROUPS: tuple[dict[str, list[Any]], ...] = (
    {"g": ["one"], "h": ["two", {"include-group": "g"}]},
    {"g": ["demo[x]"], "h": ["one"]},
    {"g": ["demo"]},
    {"G_1": ["one>=1"], "g": [{"include-group": "g-1"}]},
    {"g": [{"include-group": "nope"}]},
    {"g": ["one>9"]},
)


def table(rng: Random, backend: str) -> dict[str, Any]:
    """Draw a ``pyproject.toml``."""
    project: dict[str, Any] = {"name": "demo", "version": rng.choice(("1.0", "1.0", "1.0", "1", "2.0b1", "1.0+l"))}
    project["description"] = "x"
    if rng.random() < 0.5:
        project["dependencies"] = rng.choice((["one"], ["two"], ["one", "two"], ["one<2"], ["one>9"], ["nope"], []))
    if rng.random() < 0.05:
        project["dependencies"] = [rng.choice(("one; python_version < '3'", "demo[x]", "x y", "./lib"))]
    if rng.random() < 0.6:
        project["optional-dependencies"] = rng.choice(_EXTRAS)
    if rng.random() < 0.08:
        project["dynamic"] = [rng.choice(("dependencies", "optional-dependencies"))]
        project.pop(project["dynamic"][0], None)
    if rng.random() < 0.04:
        del project[rng.choice(("name", "version"))]
    found: dict[str, Any] = {"project": project}
    if rng.random() < 0.6:
        found["dependency-groups"] = rng.choice(_GROUPS)
    found["build-system"] = BACKENDS[backend][0]
    if backend in ("setuptools", "no backend"):
        found["tool"] = {"setuptools": {"py-modules": ["demo"]}}
    return found


def backend_text(rng: Random) -> str:
    """Draw the backend that lies in the tree."""
    asked = ["one"] if rng.random() < 0.12 else []
    how = rng.choice(("raise", "exit", "code", "kill", "none"))
    fault = f"{rng.choice(HOOKS)} {how}" if rng.random() < 0.08 else ""
    lacking = tuple(name for name in HOOKS[2:] if rng.random() < 0.3)
    if rng.random() < 0.08:
        lacking = (*lacking, rng.choice(HOOKS[:2]))
    files = ("pyproject.toml", "backend.py", "demo.py")
    return BACKEND.format(asked=asked, fault=fault, lacking=tuple(dict.fromkeys(lacking)), files=files)


def tree(rng: Random, file: type[File]) -> list[File]:
    """Draw a source tree."""
    if rng.random() < 0.04:  # nothing says that there is a package
        return [file("demo.py", "text", "V = 1\n")]
    backend = rng.choices([*BACKENDS], [weight for _, weight in BACKENDS.values()])[0]
    body = table(rng, backend)
    how = rng.random()
    found = [
        file("demo.py", "text", '"""x"""\n__version__ = "1.0"\nV = 1\n'),
        file("backend.py", "text", backend_text(rng)),
    ]
    if how < 0.04 or backend == "no backend":
        found.append(file("setup.py", "text", SETUP))
    if how < 0.02:
        return found
    if how < 0.07:
        del body["build-system"]
        body["tool"] = {"setuptools": {"py-modules": ["demo"]}}
    elif how < 0.09:
        del body["project"]
    return [*found, file("pyproject.toml", "toml", body)]


SETUP = (
    "from setuptools import setup\nsetup(name='demo', version='1.0', py_modules=['demo'], install_requires=['one'])\n"
)


def sdist(name: str = "demo", version: str = "2.0", requires: str = "[]") -> bytes:
    """Make a source distribution that carries the backend that lies in trees."""
    text = BACKEND.format(asked=[], fault="", lacking=(), files=("pyproject.toml", "backend.py", "demo.py"))
    build = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    files = {
        "pyproject.toml": f'{build}[project]\nname = "{name}"\nversion = "{version}"\ndependencies = {requires}\n',
        "backend.py": text,
        "demo.py": "V = 2\n",
        "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
    }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, content in files.items():
            entry = tarfile.TarInfo(f"{name}-{version}/{path}")
            entry.size, entry.mtime = len(content.encode()), 10**9
            archive.addfile(entry, io.BytesIO(content.encode()))
    return gzip.compress(buffer.getvalue(), mtime=0)


@functools.cache
def repacked(names: str) -> Path:
    """Give a folder with wheels of distributions that the running Python has, and of what they require.

    :param names: of distributions, with blanks between them
    :raises importlib.metadata.PackageNotFoundError: if one is not installed
    """
    sys.path.append(str(Path(__file__).parents[2]))
    from tests.wheels import repack

    folder = Path(tempfile.gettempdir(), "-".join(["differing", *(each + version(each) for each in names.split())]))
    if not folder.is_dir():
        made = Path(tempfile.mkdtemp(dir=folder.parent))
        repack(made, *names.split())
        try:
            made.rename(folder)
        except OSError:  # another process was faster
            return made
    return folder
