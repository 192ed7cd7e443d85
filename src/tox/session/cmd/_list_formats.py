"""``tox list`` for programs: environments as JSON, and as what CI services make jobs of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tox.tox_env.python._interpreter import Named
    from tox.util.json_types import JsonValue

__all__ = ["DOCUMENTS", "Listed", "python_version"]

#: the hidden job of the GitLab document, which jobs extend
_JOB: Final = ".tox"


class Listed(NamedTuple):
    """One environment, as it is listed."""

    name: str
    description: str
    """in one line; may be empty"""
    is_default: bool
    """whether it runs when no environment is named"""
    labels: Sequence[str]
    """sorted; of the environment itself and of the project"""
    base_python: Sequence[str]
    """specs of the interpreter; may be empty"""
    named: Named | None
    """what is known of the interpreter"""


def as_json(rows: Iterable[Listed]) -> str:
    """Write a list of objects, one for each environment, in their order."""
    return json.dumps([_object(row) for row in rows], indent=2)


def as_github(rows: Iterable[Listed]) -> str:
    """Write one line that ``fromJSON`` makes a matrix of."""
    include = []
    for row in rows:
        entry = {"env": row.name}
        if row.named is not None:
            entry["python"] = python_version(row.named)
        include.append(entry)
    return json.dumps({"include": include})


def as_gitlab(rows: Iterable[Listed]) -> str:
    """Write YAML with a hidden job that has the environments as its matrix."""
    return "\n".join(_gitlab_lines(rows))


def python_version(named: Named) -> str:
    """Write an interpreter as CI services name it: ``3.12``, ``3.13t``, ``pypy3.10``."""
    implementation = "" if named.implementation in {None, "cpython"} else named.implementation
    return f"{implementation}{named.version}{'t' if named.free_threaded else ''}"


#: what writes a document, by the name of its format
DOCUMENTS: Final[dict[str, Callable[[Iterable[Listed]], str]]] = {
    "json": as_json,
    "github": as_github,
    "gitlab": as_gitlab,
}


def _object(row: Listed) -> dict[str, JsonValue]:
    named = row.named
    return {
        "name": row.name,
        "description": row.description,
        "default": row.is_default,
        "labels": list(row.labels),
        "python": {
            "base_python": list(row.base_python),
            "implementation": None if named is None else named.implementation,
            "version": None if named is None else named.version,
            "free_threaded": None if named is None else named.free_threaded,
        },
    }


def _gitlab_lines(rows: Iterable[Listed]) -> Iterator[str]:
    yield f"{_JOB}:"
    yield "  parallel:"
    yield "    matrix:"
    empty = True
    for row in rows:
        empty = False
        yield f"      - TOX_ENV: {json.dumps(row.name)}"
        if row.named is not None:
            yield f"        TOX_PYTHON: {json.dumps(python_version(row.named))}"
    if empty:
        yield "      []"
