"""Values given on the command line."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

import pytest

from tests.config.projects import configuration, value
from tox.config.loader.api import ConfigLoadArgs, Override, apply_overrides_to_raw
from tox.config.loader.memory import MemoryLoader
from tox.errors import HandledError

if TYPE_CHECKING:
    from pathlib import Path

INI = """
[tox]
env_list = a
[testenv]
extras = e1
commands = one
set_env = A=1
description = q
[testenv:r]
extras = {[testenv]extras}
"""
TOML = """
env_list = ["a"]
[env_run_base]
extras = ["e1"]
commands = [["one"]]
set_env = { A = "1" }
description = "q"
[env.r]
extras = [{ replace = "ref", of = ["env_run_base", "extras"], extend = true }]
"""

CASES = [
    pytest.param(["BASE.extras=x,y"], "extras", ["x", "y"], id="replace"),
    pytest.param(["BASE.extras+=x"], "extras", ["e1", "x"], id="append"),
    pytest.param(["BASE.commands+=two 2"], "commands", ["one", "two 2"], id="append-command"),
    pytest.param(["BASE.set_env+=B=2"], "set_env", {"A": "1", "B": "2"}, id="append-variable"),
    pytest.param(["BASE.set_env=B=2"], "set_env", {"B": "2"}, id="replace-variables"),
    pytest.param(["BASE.extras=x", "BASE.extras+=y"], "extras", ["x", "y"], id="replace-then-append"),
    pytest.param(["BASE.extras+=y", "BASE.extras=x"], "extras", ["x"], id="append-then-replace"),
    pytest.param(["BASE.extras={env_name}"], "extras", ["a"], id="substituted"),
    pytest.param(["BASE.ignore_errors=True"], "ignore_errors", True, id="bool"),
    pytest.param(["BASE.allowlist_externals+=z"], "allowlist_externals", ["z"], id="append-to-nothing"),
    pytest.param(["BASE.extras=x", "ENV.extras=y"], "extras", ["y"], id="environment-before-base"),
    pytest.param(["ENV.extras+=y"], "extras", ["e1", "y"], id="append-to-the-inherited"),
    pytest.param(["ENV.extras+=y", "BASE.extras+=x"], "extras", ["e1", "x", "y"], id="append-at-both"),
    pytest.param(["BASE.setenv=Q=1"], "set_env", {"Q": "1"}, id="alias"),
    pytest.param(["nowhere.extras=q"], "extras", ["e1"], id="other-section"),
]


@pytest.mark.parametrize(("overrides", "key", "expected"), CASES)
@pytest.mark.parametrize(("name", "text"), [("tox.ini", INI), ("tox.toml", TOML)], ids=["ini", "toml"])
def test_overrides(tmp_path: Path, name: str, text: str, overrides: list[str], key: str, expected: object) -> None:
    """Overrides replace or extend values, by the same rules in every format."""
    base, env = ("testenv", "testenv:a") if name == "tox.ini" else ("env_run_base", "env.a")

    conf = configuration(
        tmp_path, text, name=name, overrides=[one.replace("BASE", base).replace("ENV", env) for one in overrides]
    )

    assert value(conf, key) == expected


@pytest.mark.parametrize(("name", "base"), [("tox.ini", "testenv"), ("tox.toml", "env_run_base")], ids=["ini", "toml"])
def test_references_see_overrides(tmp_path: Path, name: str, base: str) -> None:
    """What refers to a value sees what it was overridden with."""
    text = INI if name == "tox.ini" else TOML

    replaced = configuration(tmp_path, text, name=name, overrides=[f"{base}.extras=blue"])
    appended = configuration(tmp_path, text, name=name, overrides=[f"{base}.extras+=blue"])

    assert value(replaced, "extras", "r") == ["blue"]
    assert value(appended, "extras", "r") == ["blue", "e1"]


@pytest.mark.parametrize(("name", "where"), [("tox.ini", "tox."), ("tox.toml", ""), ("pyproject.toml", "")])
def test_the_whole_run_is_overridden(tmp_path: Path, name: str, where: str) -> None:
    """Settings of the run have no section name in TOML files."""
    text = {"tox.ini": INI, "tox.toml": TOML, "pyproject.toml": '[tool.tox]\nenv_list=["a"]\n'}[name]

    conf = configuration(tmp_path, text, name=name, overrides=[f"{where}env_list=q,w"])

    assert list(conf.core["env_list"]) == ["q", "w"]


@pytest.mark.parametrize("target", [r"testenv:3\.11.extras", "testenv:3.11.extras"], ids=["escaped", "plain"])
def test_names_may_have_dots(tmp_path: Path, target: str) -> None:
    """The last dot separates section and key; a backslash before the others is allowed."""
    conf = configuration(tmp_path, "[testenv:3.11]\nextras=e\n", overrides=[f"{target}=z"])

    assert value(conf, "extras", "3.11") == ["z"]


@pytest.mark.parametrize("key", ["description", "commands_retry", "ignore_errors"])
def test_some_types_cannot_be_appended_to(tmp_path: Path, key: str) -> None:
    """Appending to what has no entries is an error that names the setting."""
    conf = configuration(tmp_path, f"[testenv]\n{key}=1\n", overrides=[f"testenv.{key}+=1"])

    with pytest.raises(HandledError, match=rf"a\.{key}.*append"):
        value(conf, key)


def test_an_override_needs_an_equals_sign() -> None:
    """An override without a value is a wrong argument."""
    with pytest.raises(ArgumentTypeError, match=r"testenv\.extras"):
        Override("testenv.extras")


def test_overrides_are_written_as_they_are_read() -> None:
    """An override reads the same from its text, and equals what has the same parts."""
    for text in ("testenv:a.deps+=x=y", "requires=", "tool.tox.env.a.deps=z"):
        assert str(Override(text)) == text
        assert Override(text) == Override(text)
        assert hash(Override(text)) == hash(Override(text))
    assert Override("a.b=c") != Override("a.b+=c")


def test_raw_values_are_overridden() -> None:
    """Texts are joined line by line, lists by entry."""
    overrides = [Override("s.k+=b"), Override("s.k+=c")]

    assert apply_overrides_to_raw(overrides, "k", "a") == "a\nb\nc"
    assert apply_overrides_to_raw(overrides, "k", ["a"]) == ["a", "b", "c"]
    assert apply_overrides_to_raw([Override("s.k=x")], "k", "a") == "x"
    assert apply_overrides_to_raw(overrides, "other", "a") == "a"


def test_memory_comes_with_overrides_of_its_own() -> None:
    """A loader of Python values honours overrides that plugins hand to it."""
    loader = MemoryLoader(extras=["a"])
    loader.overrides["extras"] = [Override("x.extras+=b")]

    found = loader.load("extras", list[str], None, None, ConfigLoadArgs([], "x", "a"))

    assert found == ["a", "b"]
