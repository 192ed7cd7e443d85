"""Names that nobody knows and that are like one that somebody does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.session.in_process import Ended

INI = """
[tox]
no_package = true
{core}
[testenv]
words = something of mine
description = {{[testenv]words}}
{env}
{more}
"""
TOML = """
no_package = true
{core}
[env_run_base]
words = "mine"
description = "{{[env_run_base]words}}"
{env}
{more}
"""


@pytest.mark.parametrize(
    ("text", "place", "line", "told"),
    [
        pytest.param(INI, "env", "comands = x", "comands in [testenv] of ", id="ini"),
        pytest.param(INI, "core", "envlst = a", "envlst in [tox] of ", id="ini-core"),
        pytest.param(INI, "more", "[testenv:py]\ndep = x", "dep in [testenv:py] of ", id="ini-environment"),
        pytest.param(INI, "more", "[tesenv:b]\ndeps = x", "[tesenv:b] of ", id="ini-section"),
        pytest.param(TOML, "env", 'comands = ["x"]', "comands in [env_run_base] of ", id="toml"),
        pytest.param(TOML, "core", 'requirs = ["x"]', "requirs in ", id="toml-core"),
        pytest.param(TOML, "more", '[env.py]\ndep = ["x"]', "dep in [env.py] of ", id="toml-environment"),
        pytest.param(TOML, "more", "[evn.b]\ndeps = []", "[evn] of ", id="toml-table"),
    ],
)
def test_in_a_file(tox: Callable[..., Ended], text: str, place: str, line: str, told: str) -> None:
    """A misspelt setting or section is told on the error stream, with the likely one; the exit code stays."""
    name = "tox_ini" if text is INI else "tox_toml"
    content = text.format(**{**dict.fromkeys(("core", "env", "more"), ""), place: line})

    ended = tox("config", "-e", "py", "--core", **{name: content})

    assert ended.code == 0
    assert "warning:" not in ended.out
    assert [one.startswith(f"warning: {told}") for one in ended.err.splitlines()] == [True]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        pytest.param(["-k", "descripton"], "-k descripton is no setting, did you mean description?", id="-k"),
        pytest.param(["-x", "testenv.dep=x"], "-x testenv.dep is no setting, did you mean deps?", id="-x"),
        pytest.param(["-x", "tesenv.deps=x"], "tesenv of -x is no section, did you mean testenv?", id="-x-section"),
    ],
)
def test_on_the_command_line(tox: Callable[..., Ended], args: list[str], told: str) -> None:
    """What is misspelt on the command line is told in the same way."""
    ended = tox("config", "-e", "py", *args, tox_ini=INI.format(core="", env="", more=""))

    assert (ended.code, ended.err) == (0, f"warning: {told}\n")


@pytest.mark.parametrize(
    ("env", "more"),
    [
        pytest.param("comands = x", "[testenv:b]\ncommands = {[testenv]comands}", id="referred-to"),
        pytest.param("", "[testenvs]\ndeps = x\n[testenv:b]\ndeps = {[testenvs]deps}", id="section-referred-to"),
        pytest.param("", "[testenvs]\ndeps = x\n[testenv:b]\nbase = testenvs", id="section-inherited"),
        pytest.param("something_else = x", "[flake8]\nmax = 1\n[tests]\nx = 1", id="like-nothing"),
        pytest.param("env_timeout = 5\nprovision_lock = shared", "", id="declared-late"),
    ],
)
def test_what_is_meant(tox: Callable[..., Ended], env: str, more: str) -> None:
    """What something refers to, and what is like no setting, is the user's own."""
    ended = tox("config", "-e", "py", "-k", "description", tox_ini=INI.format(core="", env=env, more=more))

    assert (ended.code, ended.err) == (0, "")


def test_quiet(tox: Callable[..., Ended]) -> None:
    """Who wants to hear no warnings is not told."""
    ended = tox("config", "-qq", "-e", "py", "-k", "deps", tox_ini=INI.format(core="", env="comands = x", more=""))

    assert ended.err == ""
