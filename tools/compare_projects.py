"""Package real projects in every way there is, with two tox commands, and compare what comes of it.

``python tools/compare_projects.py OURS THEIRS`` takes this project and some source distributions from the index. It
makes two copies of each, with a ``tox.ini`` that has an environment for each kind of package, and runs one tox in each
copy. It prints a line for each environment and a summary, and ends with 1 when exit codes, states, what got imported
from where, or what is installed differ, or when a second run of the first tox installs what it had installed already.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

_ROOT = Path(__file__).parents[1]
_KINDS = ("wheel", "sdist", "sdist-wheel", "editable", "editable-legacy", "deps-only", "skip")
_WITHOUT_PACKAGE = ("deps-only", "skip")
#: nothing is built before it is installed, so nothing tells whether it would be the same; upstream does so too
_ALWAYS_INSTALLED = ("editable-legacy",)


class Project(NamedTuple):
    """A source tree to package; without a version it is this one."""

    name: str
    version: str
    module: str
    about: str
    theirs_fails: str = ""  #: the kind that upstream 4.67 fails at after another one, which is no fault of ours


_PROJECTS = (
    Project("tox", "", "tox.run", "hatchling, this project"),
    Project("docopt", "0.6.2", "docopt", "setup.py alone"),
    Project("isodate", "0.7.2", "isodate", "setuptools, src layout, version from source control"),
    Project("zope.event", "5.0", "zope.event", "setuptools, namespace of pkg_resources"),
    Project("jaraco.functools", "4.1.0", "jaraco.functools", "setuptools, native namespace, dependencies"),
    Project("MarkupSafe", "3.0.2", "markupsafe._speedups", "setuptools, C extension"),
    Project("python-multipart", "0.0.20", "python_multipart", "hatchling"),
    Project("iniconfig", "2.0.0", "iniconfig", "hatchling, src layout, plugin of the backend"),
    Project("tomli", "2.0.1", "tomli", "flit, src layout"),
    Project("tomlkit", "0.13.2", "tomlkit", "poetry-core", theirs_fails="editable"),
    Project("dep-logic", "0.4.9", "dep_logic", "pdm, src layout, dependencies"),
)


@dataclass(frozen=True)
class Environment:
    """What became of an environment."""

    state: str  #: as the summary has it
    imported: str  #: file of the module, relative to the tree; empty when it was not imported
    packages: tuple[str, ...]  #: name and version of each distribution but pip, sorted


class Result(NamedTuple):
    """What became of a run."""

    code: int
    seconds: float
    output: str
    environments: dict[str, Environment]


def main() -> int:
    """Compare, and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ours", type=os.path.abspath, help="path of a tox command")
    parser.add_argument("theirs", type=os.path.abspath, help="path of the one to compare with")
    parser.add_argument("--only", action="append", choices=[project.name for project in _PROJECTS], help="this one")
    parser.add_argument("--downloads", type=Path, default=_ROOT / ".tox" / "sdists", help="where sources are kept")
    parser.add_argument("--keep", type=Path, help="leave trees and output in this folder")
    options = parser.parse_args()
    failures = 0
    count = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(options.keep or name).resolve()
        for project in _PROJECTS:
            if options.only is None or project.name in options.only:
                lines = _compare(project, folder / project.name, options)
                print("\n".join(lines), flush=True)
                count += sum(line.startswith("  ") for line in lines)
                failures += sum(" DIFFERS" in line for line in lines)
    print(f"{count} environments, {failures} differences")
    return bool(failures)


def _compare(project: Project, folder: Path, options: argparse.Namespace) -> list[str]:
    """Run both in copies of a project, and ours once more.

    :returns: a line for the project and one for each environment; those of differences have ``DIFFERS`` in them
    """
    results = []
    for command, name in ((options.ours, "ours"), (options.theirs, "theirs")):
        tree = folder / name
        shutil.rmtree(tree, ignore_errors=True)
        _unpack(project, tree, options.downloads)
        (tree / "tox.ini").write_text(_configuration(project.module), encoding="utf-8")
        results.append(_run(command, tree))
    ours, theirs = results
    again = _run(options.ours, folder / "ours")
    for result, name in ((ours, "ours"), (theirs, "theirs"), (again, "again")):
        (folder / f"{name}.txt").write_text(result.output, encoding="utf-8")
    expected = theirs.code if not project.theirs_fails else 0
    same_code = "" if ours.code == expected == again.code else "DIFFERS: "
    codes = f"exit codes {same_code}{ours.code}, {theirs.code}, again {again.code}"
    times = f"{ours.seconds:.1f} s, {theirs.seconds:.1f} s, again {again.seconds:.1f} s"
    lines = [f"{project.name} {project.version} ({project.about}): {codes}; {times}"]
    return lines + [_judge(kind, project, ours, theirs, again) for kind in _KINDS]


def _judge(kind: str, project: Project, ours: Result, theirs: Result, again: Result) -> str:
    mine, other, later = (result.environments[kind] for result in (ours, theirs, again))
    is_known = kind == project.theirs_fails and mine.state == "OK" != other.state
    faults = ["(theirs fails)"] if is_known else [] if mine == other else [f"DIFFERS: {mine} to {other}"]
    if later != mine:
        faults.append(f"DIFFERS when run again: {later} after {mine}")
    installs = _installs(kind, again.output)
    if installs and mine.state == "OK":
        faults.append(f"DIFFERS when run again: {', '.join(installs)}")
    where = f", imports {mine.imported}" if mine.imported else ""
    return f"  {kind}: {mine.state}{where}, {len(mine.packages)} distributions {' '.join(faults)}".rstrip()


def _installs(kind: str, output: str) -> list[str]:
    """Find what an environment and that of its package installed in a run, beside what is always installed."""
    found = re.findall(
        rf"^(?:{kind}|\.pkg\S*): (install_\w+|create virtual env|remove tox env.*)", output, re.MULTILINE
    )
    return [one for one in found if not (kind in _ALWAYS_INSTALLED and one == "install_package")]


def _configuration(module: str) -> str:
    """Write an environment for each kind; isolated, its interpreter does not see the working folder."""
    importing = f"python -I -c 'import {module} as m; print(\"imported\", m.__file__)'"
    sections = [
        f"[testenv:{kind}]\npackage = {kind}\ncommands = "
        + ("python -I -c 'pass'" if kind in _WITHOUT_PACKAGE else importing)
        for kind in _KINDS
    ]
    return "\n".join([f"[tox]\nenv_list = {', '.join(_KINDS)}", *sections, ""])


def _run(command: str, tree: Path) -> Result:
    """Run a tox in a tree, in all its environments."""
    began = time.monotonic()
    ended = subprocess.run(
        [command, "run"],
        cwd=tree,
        env={**_variables(), "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
        encoding="utf-8",
    )
    seconds = time.monotonic() - began
    environments = {kind: _environment(kind, tree, ended.stdout) for kind in _KINDS}
    return Result(ended.returncode, seconds, ended.stdout, environments)


def _environment(kind: str, tree: Path, output: str) -> Environment:
    states = re.findall(rf"^  {kind}: (.*?) ?(?:\([\d.].*)?$", output, re.MULTILINE)
    command = rf"^{kind}: commands\[0\]> .*\n(?:.*\n)*?imported (.*)$"
    imported = None if kind in _WITHOUT_PACKAGE else re.search(command, output, re.MULTILINE)
    where = str(Path(imported[1]).relative_to(tree)) if imported else ""
    return Environment(states[-1] if states else "not in the summary", where, _installed(tree / ".tox" / kind))


def _installed(folder: Path) -> tuple[str, ...]:
    """List the distributions of an environment; pip comes with virtualenv, whose release is not our matter."""
    interpreter = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not interpreter.exists():
        return ()
    command = [str(interpreter), "-I", "-m", "pip", "list", "--format", "freeze", "--disable-pip-version-check"]
    listed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    return tuple(sorted(line for line in listed if not line.startswith("pip==")))


def _unpack(project: Project, tree: Path, downloads: Path) -> None:
    """Make a copy of a project, fetching its source distribution unless it is there."""
    tree.mkdir(parents=True)
    if not project.version:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=_ROOT, check=True, stdout=subprocess.PIPE, text=True)
        for name in filter(None, listed.stdout.split("\0")):
            if (_ROOT / name).is_file():
                (tree / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(_ROOT / name, tree / name)
        return
    with tarfile.open(_sdist(project, downloads)) as archive:
        archive.extractall(tree, filter="data")
    (inner,) = tree.iterdir()
    for path in list(inner.iterdir()):
        path.rename(tree / path.name)
    inner.rmdir()


def _sdist(project: Project, downloads: Path) -> Path:
    pattern = f"{re.sub(r'[-_.]', '[-_.]', project.name)}-{project.version}.tar.gz"
    found = [path for path in downloads.glob("*.tar.gz") if re.fullmatch(pattern, path.name, re.IGNORECASE)]
    if not found:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", project.name]
        requirement = f"{project.name}=={project.version}"
        subprocess.run([*command, "--dest", downloads, requirement], check=True, stdout=subprocess.DEVNULL)
        return _sdist(project, downloads)
    return found[0]


def _variables() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("TOX", "__TOX"))}


if __name__ == "__main__":
    sys.exit(main())
