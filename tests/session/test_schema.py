"""What ``tox schema`` describes is what runs."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft7Validator

import tox as package

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.session.in_process import Ended

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SCHEMA: dict[str, Any] = json.loads(
    Path(str(package.__file__)).with_name("tox.schema.json").read_text(encoding="utf-8")
)
#: settings by which an environment is made, so that a wrong one is told in another way
MAKING = {"base", "package", "package_env", "runner", "skip_install", "use_develop", "usedevelop", "wheel_build_env"}
RUN = sorted(SCHEMA["properties"]["env_run_base"]["properties"].keys() - MAKING)

FORMS = (
    '"x"',
    '""',
    '"{env:NONE:virtualenv}"',
    '"3.5"',
    '"3"',
    "3",
    "-1",
    "1.5",
    "true",
    "[]",
    '["x"]',
    "[3]",
    '[["x"]]',
    '[["x", "y"], ["z"]]',
    '[{ product = [["a", "b"], { prefix = "3.", start = 11, stop = 12 }], exclude = ["a-3.11"] }]',
    '[{ prefix = "3.", start = 11, stop = 12 }]',
    '[{ label = ["a"] }]',
    '{ A = "x" }',
    '{ A = { value = "x", marker = "python_version > \'3\'" } }',
    '{ A = { value = "x", markers = "" } }',
    '{ A = { replace = "env", name = "NONE", default = "x" } }',
    '[{ A = "x" }, { B = "y" }]',
    '{ replace = "if", condition = "env.NONE", then = "x", else = "y" }',
    '{ replace = "if", condition = "env.NONE", then = ["x"], else = ["y"] }',
    '{ replace = "if", condition = "env.NONE", then = [["x"]], else = [["y"]] }',
    '{ replace = "if", condition = "env.NONE", then = true, else = false }',
    '{ replace = "if", condition = "env.NONE", then = { A = "x" }, else = { B = "y" } }',
    '{ replace = "env", name = "NONE", default = "x" }',
    '{ replace = "env", name = "NONE", default = true }',
    '{ replace = "env", name = "NONE", default = 3 }',
    '{ replace = "ref", of = ["other", "text"] }',
    '{ replace = "ref", of = ["other", "words"] }',
    '{ replace = "ref", of = ["other", "truth"] }',
    '{ replace = "ref", of = ["other", "table"] }',
    '{ replace = "posargs", default = ["x"] }',
    '[["x", { replace = "posargs", default = ["y"], extend = true }]]',
    '["x", { replace = "env", name = "NONE", default = "y" }]',
    '[{ replace = "ref", of = ["other", "words"], extend = true }]',
    '[{ replace = "glob", pattern = "*.none", extend = true }]',
    '[{ replace = "glob", pattern = { replace = "env", name = "NONE", default = "*.none" }, extend = true }]',
)
#: numbers of forms that are shown, but that no run could use
NO_USE = {"commands_retry": {FORMS.index("1.5")}}
OTHER = 'other = { text = "x", words = ["x"], truth = true, table = { A = "x" } }\nno_package = true\n'


def test_it_is_a_schema() -> None:
    """The document follows the rules of its own kind."""
    Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("key", RUN)
def test_what_is_taken_fits_the_schema(tox: Callable[..., Ended], key: str) -> None:
    """Every form of a value that a setting of an environment takes is one that the schema describes."""
    envs = "".join(f"[env.e{number}]\n{key} = {form}\n" for number, form in enumerate(FORMS))

    ended = tox("config", "-e", "ALL", "-k", key, tox_toml=f"{OTHER}env_list = []\n{envs}")

    taken = {
        int(number)
        for number, shown in re.findall(r"^\[testenv:e(\d+)\]\n(.*)$", ended.out, re.MULTILINE)
        if "# Exception" not in shown
    } - NO_USE.get(key, set())
    assert taken, ended.out
    refused = [FORMS[number] for number in sorted(taken) if not _describes(f"env.x.{key} = {FORMS[number]}")]
    assert not refused


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("env.a.deps = 3", id="number-for-requirements"),
        pytest.param('env.a.recreate = "yes"', id="text-for-truth"),
        pytest.param('env_list = "a, b"', id="text-for-names"),
        pytest.param('requires = "tox"', id="text-for-requirements"),
        pytest.param('skip_missing_interpreters = "config"', id="word-of-the-option"),
        pytest.param('env.a.set_env = ["A=1"]', id="lines-in-a-list"),
        pytest.param("env.a.set_env.A = 1", id="number-for-a-variable"),
        pytest.param('env.a.set_env.A = { value = "x", mark = "" }', id="wrong-key-of-a-variable"),
        pytest.param('env.a.description = { replace = "env", nam = "A" }', id="wrong-key-of-a-replacement"),
        pytest.param('env.a.commands = ["echo"]', id="text-for-a-command"),
        pytest.param('env_list = [{ prefix = "3." }]', id="range-without-bounds"),
        pytest.param('env_list = [{ "0" = ["a"] }]', id="number-for-a-label"),
        pytest.param("labels = { a = 3 }", id="number-for-a-label's-names"),
        pytest.param('env_base.a.deps = ["x"]', id="template-without-factors"),
    ],
)
def test_what_is_refused_is_pointed_at(tox: Callable[..., Ended], text: str) -> None:
    """What cannot run, or would be passed over, is not in the schema."""
    ended = tox("config", "-e", "a", tox_toml=f"no_package = true\n{text}\n")

    assert ended.code != 0 or "env_base" in text, "only a template is passed over"
    assert not _describes(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('env_list = ["a", { replace = "env", name = "E", default = "b" }]', id="name-of-a-variable"),
        pytest.param(
            'env_list = [{ product = [["a"], { v = { prefix = "3.", start = 11, default = "3.12" } }] }]', id="product"
        ),
        pytest.param('env_list = [{ v = { values = ["a", "b"], default = "b" } }]', id="values"),
        pytest.param('labels = { a = ["x", { prefix = "3.", stop = 12 }] }', id="labels"),
        pytest.param('work_dir = { replace = "env", name = "W", default = "w" }', id="folder-of-a-variable"),
        pytest.param('requires = [{ replace = "env", name = "W", default = "tox" }]', id="requirement-of-a-variable"),
        pytest.param('min_version = { replace = "env", name = "W", default = "4" }', id="version-of-a-variable"),
        pytest.param('env_base.a = { factors = [["x", "y"], { v = ["z"] }], deps = ["six"] }', id="template"),
        pytest.param('env.a = { skip_install = { replace = "env", name = "S", default = true } }', id="making"),
        pytest.param('env.a = { package = { replace = "env", name = "S", default = "skip" } }', id="package"),
        pytest.param('env.a = { base = [{ replace = "env", name = "S", default = "env_run_base" }] }', id="base"),
    ],
)
def test_core_and_making_settings_that_run_fit_the_schema(tox: Callable[..., Ended], text: str) -> None:
    """Settings of the whole run, and those by which environments are made, may be put together as well."""
    ended = tox("list", tox_toml=f"no_package = true\n{text}\n")

    assert ended.code == 0, ended.err
    assert _describes(text)


def _describes(text: str) -> bool:
    return Draft7Validator(SCHEMA).is_valid(tomllib.loads(text))
