"""The package is built in floors: a file imports from its own floor or a lower one, and no two import each other.

Read from the source, so imports for type checkers and inside functions count as well.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import tox.version

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(tox.version.__file__).parent

#: longest prefix wins
FLOORS = {
    "tox": 0,
    "tox.errors": 0,
    "tox.version": 0,
    "tox.util": 0,
    "tox.plugin": 1,
    "tox.report": 2,
    "tox.execute": 2,
    "tox.config": 3,
    "tox.journal": 3,
    "tox.tox_env": 4,
    "tox.session": 5,
    "tox.provision": 6,
    "tox._origin": 6,
    "tox._requires": 6,
    "tox.run": 7,
    "tox.__main__": 7,
    "tox.pytest": 7,
}

#: the contract with plugins names every type in it, for type checkers only
CONTRACT = "tox.plugin.spec"

#: siblings on a floor that must not know each other, as (importer, imported)
STRANGERS = [
    ("tox.report", "tox.execute"),
    ("tox.execute", "tox.report"),
    ("tox.config", "tox.journal"),
    ("tox.journal", "tox.config"),
]


@cache
def modules() -> dict[str, Path]:
    """Find every module of the package, by dotted name."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = ("tox", *path.relative_to(ROOT).with_suffix("").parts)
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imports(name: str) -> frozenset[str]:
    """Find the modules of tox that a module imports, wherever in it, for whatever reason."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(modules()[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names if alias.name.split(".")[0] == "tox")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "tox":
            assert node.module is not None
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                found.add(full if full in modules() else node.module)
    return frozenset(found - {name})


def floor(name: str) -> int:
    """Tell the floor of a module."""
    while name not in FLOORS:
        name = name.rpartition(".")[0]
    return FLOORS[name]


@pytest.mark.parametrize("name", modules())
def test_imports_go_down(name: str) -> None:
    """No module imports from a higher floor, not even for a type checker."""
    if name in {CONTRACT, "tox"}:
        pytest.skip("names every type of the contract, or looks attributes up at first use")

    above = sorted({target for target in imports(name) if floor(target) > floor(name)})

    assert above == []


@pytest.mark.parametrize(("importer", "imported"), STRANGERS)
def test_siblings_are_strangers(importer: str, imported: str) -> None:
    """Output and processes do not know each other, values and records neither."""
    known = {
        f"{name} -> {target}"
        for name in modules()
        if name == importer or name.startswith(f"{importer}.")
        for target in imports(name)
        if target == imported or target.startswith(f"{imported}.")
    }

    assert known == set()


def test_no_cycles() -> None:
    """No two modules need each other, not even for a type checker."""
    graph = {name: set(imports(name)) for name in modules() if name != CONTRACT}

    assert [sorted(circle) for circle in circles(graph)] == []


def circles(graph: dict[str, set[str]]) -> Iterator[set[str]]:
    """Yield the groups of nodes that can all be reached from each other."""

    def reach(start: str) -> set[str]:
        seen: set[str] = set()
        ahead = [start]
        while ahead:
            for target in graph.get(ahead.pop(), ()):
                if target not in seen:
                    seen.add(target)
                    ahead.append(target)
        return seen

    reached = {name: reach(name) for name in graph}
    done: set[str] = set()
    for name in sorted(graph):
        if name in reached[name] and name not in done:
            circle = {other for other in reached[name] if name in reached.get(other, set())}
            done |= circle
            yield circle


@pytest.mark.parametrize(
    ("library", "importers"),
    [
        ("virtualenv", {"tox.tox_env.python.virtual_env._adapter"}),
        ("pyproject_api", {"tox.tox_env.python.virtual_env.package._builds", "tox.execute.pep517_backend"}),
        ("filelock", {"tox.tox_env._lock._file", "tox.tox_env.python.virtual_env.subprocess_adapter"}),
    ],
)
def test_heavy_libraries_have_one_importer(library: str, importers: set[str]) -> None:
    """A library that costs much to import is imported by the modules that are about it, and by no other."""
    found: set[str] = set()
    for name, path in modules().items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            if any(target.split(".")[0] == library for target in names):
                found.add(name)

    assert found <= importers
