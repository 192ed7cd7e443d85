"""Cost grows with what is asked for, not with what there is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.session.in_process import Ended

COUNT = 10_000
INI = """\
[tox]
env_list = py, {a,b,c,d,e}-{p,q}-{1-1000}
no_package = true
[testenv]
package = skip
description = runs in {env_name}
deps =
  a: six
commands =
  a: python -c pass
  !a: python -c {env_name}
"""
TOML = """\
env_list = ["py", { product = [["a", "b", "c", "d", "e"], ["p", "q"], { prefix = "", start = 1, stop = 1000 }] }]
no_package = true
[env_run_base]
package = "skip"
description = "runs in {env_name}"
commands = [["python", "-c", "{env_name}"]]
"""


@pytest.mark.parametrize("files", [{"tox_ini": INI}, {"tox_toml": TOML}], ids=["ini", "toml"])
def test_listing_makes_no_environment(tox: Callable[..., Ended], built: list[str], files: dict[str, str]) -> None:
    """Names and descriptions of ten thousand environments are shown without any of them."""
    ended = tox("list", **files)

    assert ended.code == 0
    assert len(ended.out.splitlines()) == COUNT + 2
    assert ended.out.splitlines()[-1].split() == ["e-q-1000", "->", "runs", "in", "e-q-1000"]
    assert built == []


@pytest.mark.parametrize("files", [{"tox_ini": INI}, {"tox_toml": TOML}], ids=["ini", "toml"])
@pytest.mark.parametrize("name", ["b-q-7", "py311-b"], ids=["listed", "combined"])
def test_asking_one_makes_one(tox: Callable[..., Ended], built: list[str], files: dict[str, str], name: str) -> None:
    """A value of one environment among ten thousand takes that environment alone."""
    ended = tox("config", "-e", name, "-k", "commands", **files)

    assert ended.out == f"[testenv:{name}]\ncommands = python -c {name}\n"
    assert built == [name]


def test_depending_on_one_makes_two(tox: Callable[..., Ended], built: list[str]) -> None:
    """A value of another environment takes that one, too."""
    ini = INI.replace("description = runs in {env_name}", "description = {[testenv:c-p-3]env_dir}")

    ended = tox("config", "-e", "a-q-9", "-k", "description", tox_ini=ini)

    assert ended.code == 0
    assert sorted(built) == ["a-q-9", "c-p-3"]


def _calls(work: Callable[..., object], *args: str, **files: str) -> int:
    """Count the calls of functions, ours and built-in ones, that some work takes."""
    count = 0

    def note(frame: Any, event: str, arg: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        work(*args, **files)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("args", [["list"], ["list", "-q"], ["config", "-k", "description"]], ids=" ".join)
def test_sections_are_looked_at_one_by_one(tox: Callable[..., Ended], args: list[str]) -> None:
    """Twice as many sections with a description of their own take about twice the work."""

    def sections(count: int) -> str:
        return "".join(f"[testenv:e{number}]\ndescription = {{env_name}} of {count}\n" for number in range(count))

    tox(*args, tox_ini=sections(1))  # what is done once in a process
    small, large = (_calls(tox, *args, tox_ini=sections(count)) for count in (100, 200))

    assert large < 2.2 * small
