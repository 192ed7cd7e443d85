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


def imports(name: str, *, at_start: bool = False) -> Iterator[str]:
    """Yield the modules of tox that a module names in imports; only those run when it is imported, if asked."""
    tree = ast.parse(modules()[name].read_text(encoding="utf-8"))
    for node in _at_start(tree) if at_start else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "tox")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "tox":
            assert node.module is not None
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in modules() else node.module


def _at_start(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from _at_start(node)


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


def test_no_cycles_on_import() -> None:
    """What is imported when modules are imported forms no cycle."""
    graph = {name: {target for target in imports(name, at_start=True) if target != name} for name in modules()}
    for name, targets in graph.items():  # a face may collect its own parts
        graph[name] = {target for target in targets if not name.startswith(f"{target}.")}

    cycles = [" -> ".join(cycle) for cycle in _cycles(graph)]

    assert cycles == []


def _cycles(graph: dict[str, set[str]]) -> Iterator[list[str]]:
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> Iterator[list[str]]:
        if name in path:
            yield [*path[path.index(name) :], name]
            return
        if name in done:
            return
        for target in sorted(graph.get(name, ())):
            yield from visit(target, [*path, name])
        done.add(name)

    for name in sorted(graph):
        yield from visit(name, [])


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
    found = set()
    for name, path in modules().items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            if any(target.split(".")[0] == library for target in names):
                found.add(name)

    assert found <= importers
