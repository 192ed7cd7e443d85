"""Whatever a file holds, it is read or refused in a sentence of ours."""

from __future__ import annotations

import os
import string
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.config.projects import SETTINGS, configuration, value
from tox.config._factors import extend_factors, filter_lines, find_envs, parse_line
from tox.config._substitute.engine import source
from tox.config._substitute.syntax import parse
from tox.config.loader.native import to_native
from tox.config.loader.str_convert import StrConvert
from tox.config.set_env_line import split_line
from tox.config.source._toml import read_toml
from tox.errors import HandledError, ToxError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tox.config.main import Config

#: pieces of what people write, and of what nobody would
WORDS = st.sampled_from([
    *r"""
        { } [ ] [] : \ # ; ' " , - ! = | a b a-b env posargs tty glob factor {env:A} {env:B:{posargs}} {posargs:x}
        {glob:*} {a} {/} {:} {[testenv]description} {[x]k} {[testenv:b]description} {description} {env_name}
        {change_dir} file| A=1 {1-3} {-3} linux é %(x)s $A ~
        """.split(),  # noqa: SIM905 - no quoting
    *("\n", "\t", "\0", " ", "a: ", "!b: ", "{a,b}: ", "-r "),
])
TEXTS = st.lists(WORDS, max_size=12).map("".join)
FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True, scope="module")
def variables() -> Iterator[None]:
    """Set variables that hold expressions themselves."""
    with mock.patch.dict(os.environ, {"A": "{env:B}{a", "B": "x y'{env_name}"}):
        yield


def ask(conf: Config, key: str) -> None:
    """Read a value; nothing but a refusal of ours may happen."""
    with suppress(ToxError):
        value(conf, key)


@FUZZ
@given(TEXTS, st.sampled_from([*SETTINGS, "set_env", "change_dir", "env_dir"]))
def test_ini_values(text: str, key: str) -> None:
    """A value of an INI file is read or refused."""
    lines = text.replace("\r", "").replace("\n", "\n  ")
    with TemporaryDirectory() as folder:
        content = f"[tox]\nenv_list=a,b\n[testenv]\n{key}=x{lines}\n[x]\nk={lines}\n"
        with suppress(HandledError):
            conf = configuration(Path(folder), content, pos_args=["p q", "{a}"])
            ask(conf, key)
            list(conf)


@FUZZ
@given(st.text(alphabet="[]=:#;, \n\tabtestnvox_{}-", max_size=80))
def test_ini_files(text: str) -> None:
    """A file in no particular form is read or refused."""
    with TemporaryDirectory() as folder, suppress(HandledError):
        list(configuration(Path(folder), text))


KEYS = st.sampled_from([
    *("replace", "extend", "name", "default", "of", "env", "key", "pattern", "condition", "then", "else", "marker"),
    *("value", "prefix", "start", "stop", "product", "exclude", "values", "file", "substitute", "a", "b"),
])
SCALARS = (
    st.sampled_from(["env", "posargs", "ref", "glob", "if", "env.A", "factor.a == 'x'", "not", "a", "b", "", "{env:A}"])
    | st.booleans()
    | st.integers(-3, 20)
    | st.floats(0, 2)
    | TEXTS
)
TREES: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=8
)


def dump(tree: Any) -> str:
    """Write a value as TOML."""
    if isinstance(tree, bool):
        return "true" if tree else "false"
    if isinstance(tree, (int, float)):
        return repr(tree)
    if isinstance(tree, list):
        return f"[{', '.join(map(dump, tree))}]"
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{key} = {dump(entry)}" for key, entry in tree.items()) + "}"
    allowed = {*string.printable, "é"} - {*"\0\x0b\x0c\n\r\t", '"', "\\"}
    return '"' + "".join(char if char in allowed else f"\\u{ord(char):04x}" for char in tree) + '"'


@FUZZ
@given(TREES, st.sampled_from([*SETTINGS, "set_env", "change_dir"]))
def test_toml_values(tree: Any, key: str) -> None:
    """A value of a TOML file is read or refused, whatever its shape."""
    with TemporaryDirectory() as folder:
        content = f'env_list=["a","b"]\n[env_run_base]\n{key} = {dump(tree)}\n'
        conf = configuration(Path(folder), content, name="tox.toml", pos_args=["p q", "{a}"])
        assert read_toml(Path(folder) / "tox.toml")["env_list"] == ["a", "b"]
        ask(conf, key)


@FUZZ
@given(TREES, st.sampled_from(["env_list", "env", "env_base", "env_run_base", "labels"]))
def test_toml_files(tree: Any, key: str) -> None:
    """The names of environments are found, or the file refused, whatever stands where they are looked for."""
    with TemporaryDirectory() as folder, suppress(ToxError):
        conf = configuration(Path(folder), f"{key} = {dump(tree)}\n", name="tox.toml")
        for name in list(conf):
            conf.factor_labels(name)
            to_native(conf.get_env(name)["base"])


@FUZZ
@given(TEXTS)
def test_templates_keep_their_text(text: str) -> None:
    """A template that is written down again parses to the same."""
    template = parse(text)

    assert parse(source(template)) == template
    assert source(parse(text, keep_escapes=True)) is not None


@FUZZ
@given(TEXTS)
def test_lines_of_all_kinds(text: str) -> None:
    """Conditions, patterns, commands and variables are made of any text, or a value error is raised."""
    for line in text.split("\n"):
        parse_line(line)
        split_line(line)
    filter_lines(text, "a-b")
    list(find_envs(text))
    assert isinstance(StrConvert.to_command(text).args, list)
    try:
        names = list(extend_factors(text))
    except ValueError:
        return
    assert all(names)
