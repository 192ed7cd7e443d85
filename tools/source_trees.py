"""Build one source tree from several places at once, over and over, and count builds that overlapped.

``python tools/source_trees.py TOX --rounds 20`` has a tox command build a tree in three ways (several environments of
one run, each with a Python of its own; two processes with work dirs of their own; two environments that have the tree
among their ``deps``), each with three backends (one in the tree, setuptools, setuptools with a C extension). Each build
makes a folder in its tree and removes it at its end: one that finds the folder there overlaps another. It prints a line
for each way and backend, and ends with 1 when there was an overlap, or a run that failed. Needs the Pythons it is told
of on PATH (no shims), a C compiler, and an index for setuptools.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

_NOTICE = """\
import os, time
from contextlib import contextmanager

@contextmanager
def alone():
    try:
        os.mkdir("build-in-use")
    except FileExistsError:
        with open("overlaps", "a") as log:
            log.write(f"pid {os.getpid()}\\n")
        yield
        return
    try:
        time.sleep(0.3)  # others get the time to overlap
        yield
    finally:
        os.rmdir("build-in-use")
"""
_BACKEND = """\
import os
from zipfile import ZipFile
from notice import alone

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    with alone(), ZipFile(os.path.join(wheel_directory, "demo-1-py3-none-any.whl"), "w") as wheel:
        wheel.writestr("demo.py", "")
        wheel.writestr("demo-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: demo\\nVersion: 1\\n")
        text = "Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
        wheel.writestr("demo-1.dist-info/WHEEL", text)
        wheel.writestr("demo-1.dist-info/RECORD", "")
    return "demo-1-py3-none-any.whl"
"""
_IN_TREE = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
_SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
_SETUP = """\
import sys
sys.path.insert(0, ".")
from notice import alone
from setuptools import Extension, setup
with alone():
    setup(name="demo", version="1", py_modules=["demo"], ext_modules=[{extension}])
"""
_C = """\
#include <Python.h>
static struct PyModuleDef about = {PyModuleDef_HEAD_INIT, "_demo", NULL, -1, NULL};
PyMODINIT_FUNC PyInit__demo(void) { return PyModule_Create(&about); }
"""
#: files of a tree by its backend
_TREES = {
    "in-tree backend": {"pyproject.toml": _IN_TREE, "backend.py": _BACKEND},
    "setuptools": {"pyproject.toml": _SETUPTOOLS, "setup.py": _SETUP.format(extension=""), "demo.py": ""},
    "C extension": {
        "pyproject.toml": _SETUPTOOLS,
        "setup.py": _SETUP.format(extension='Extension("_demo", ["_demo.c"])'),
        "_demo.c": _C,
        "demo.py": "import _demo\n",
    },
}


class Way(NamedTuple):
    """How one tree comes to be built several times at once."""

    name: str
    tox_ini: str
    below: str  #: the folder of the tree in the project
    commands: tuple[tuple[str, ...], ...]  #: arguments of the tox processes


def main() -> int:
    """Run the rounds, and print a line for each way and backend."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tox", type=os.path.abspath, help="path of a tox command")
    parser.add_argument("--rounds", type=int, default=20, help="how often each way is tried with each backend")
    parser.add_argument("--pythons", nargs="+", default=["3.10", "3.11", "3.12"], help="versions to build with")
    parser.add_argument("--only", default="", help="a part of the names of the ways and backends to try")
    parser.add_argument("--show", action="store_true", help="print the output of runs that fail")
    options = parser.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        variables = _variables(folder, options.pythons)
        for way in _ways(options.pythons):
            for backend in _TREES:
                title = f"{way.name}, {backend}"
                if options.only not in title:
                    continue
                rounds = [
                    _round(folder / f"{title}-{number}", way, backend, options, variables)
                    for number in range(options.rounds)
                ]
                overlaps, failures = (sum(column) for column in zip(*rounds, strict=True))
                print(f"{title}: {len(rounds)} rounds, {overlaps} overlaps, {failures} failures", flush=True)
                bad += overlaps + failures
    return bool(bad)


def _ways(pythons: list[str]) -> tuple[Way, ...]:
    names = ["py" + version.replace(".", "") for version in pythons]
    check = 'commands = python -c "import demo"\n'
    package = f"[tox]\nenv_list = {', '.join(names)}\n[testenv]\npackage = wheel\n{check}"
    one = f"[testenv]\npackage = wheel\n{check}"
    deps = f"[tox]\nenv_list = a, b\nno_package = true\n[testenv]\ndeps = ./lib\n{check}"
    together = ("run-parallel", "--parallel-no-spinner")
    work_dirs = tuple(("run", "-e", "py", "--workdir", name) for name in ("one", "two"))
    return (
        Way("package environments", package, ".", ((*together, "-p", "all"),)),
        Way("work dirs", one, ".", work_dirs),
        Way("deps", deps, "lib", ((*together, "-p", "all"),)),
    )


def _variables(folder: Path, pythons: list[str]) -> dict[str, str]:
    """Give variables of the runs, whose installers find setuptools in a folder and whose pip is there already."""
    drop = ("TOX", "__TOX", "PIP_", "VIRTUALENV_", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(drop)}
    links = folder / "links"
    for version in pythons:
        fetch = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*fetch, "--python-version", version, "-d", str(links), "setuptools"], check=True)
    return {
        **kept,
        "PIP_FIND_LINKS": str(links),
        "PIP_NO_INDEX": "1",
        "VIRTUALENV_NO_PERIODIC_UPDATE": "1",
        "VIRTUALENV_OVERRIDE_APP_DATA": str(folder / "app-data"),
        "VIRTUALENV_SYMLINK_APP_DATA": "1",
    }


def _round(
    project: Path, way: Way, backend: str, options: argparse.Namespace, variables: dict[str, str]
) -> tuple[int, int]:
    """Build a fresh tree once in each place; tell how many builds overlapped, and how many processes failed."""
    tree = project / way.below
    tree.mkdir(parents=True)
    for name, text in {"notice.py": _NOTICE, **_TREES[backend]}.items():
        (tree / name).write_text(text, encoding="utf-8")
    (project / "tox.ini").write_text(way.tox_ini, encoding="utf-8")
    running = [
        subprocess.Popen(
            [options.tox, *command],
            cwd=project,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for command in way.commands
    ]
    outputs = [process.communicate()[0] for process in running]
    failed = [output for process, output in zip(running, outputs, strict=True) if process.returncode]
    if options.show:
        print("\n".join(failed))
    log = tree / "overlaps"
    return len(log.read_text(encoding="utf-8").splitlines()) if log.exists() else 0, len(failed)


if __name__ == "__main__":
    sys.exit(main())
