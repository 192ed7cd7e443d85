"""``tox depends``: which environments wait for which."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from tox._historical import elsewhere
from tox.config.cli.parser import CORE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from tox.config.cli.parser import ToxParser
    from tox.session.state import State
    from tox.tox_env.runner import RunToxEnv


def tox_add_option(parser: ToxParser) -> None:
    """Add the sub-command."""
    parser.add_command("depends", ["de"], "show in which order environments run", depends, inherit=frozenset({CORE}))


def depends(state: State) -> int:
    """Print the order of all environments, then for each the tree of those it waits for.

    :returns: zero
    """
    from tox.session.cmd.run.common import run_order

    names = list(state.envs.iter(only_active=False))
    order, needed = run_order(state, names)
    print(f"Execution order: {', '.join(order)}")
    print("ALL")
    packages = {name: _packages(state, name) for name in order}
    for name in names:
        for line in _tree(name, needed, packages, 1):
            print(line)
    return 0


def _packages(state: State, name: str) -> str:
    env = cast("RunToxEnv", state.envs[name])
    found = " | ".join(package.name for package in env.package_envs)
    return f" ~ {found}" if found else ""


def _tree(name: str, needed: Mapping[str, AbstractSet[str]], packages: Mapping[str, str], depth: int) -> Iterator[str]:
    """Yield the lines of an environment and of those it waits for, these in running order."""
    yield f"{'   ' * depth}{name}{packages[name]}"
    for other in packages:
        if other in needed.get(name, ()):
            yield from _tree(other, needed, packages, depth + 1)


__getattr__ = elsewhere(__name__)
