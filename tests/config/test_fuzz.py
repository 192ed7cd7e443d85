"""Whatever a file holds, it is read or refused in a sentence of ours."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.config import fuzzed
from tests.config.projects import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one folder for all values that are in no file."""
    return tmp_path_factory.mktemp("known")


TEXTS = st.lists(st.sampled_from(fuzzed.WORDS), max_size=12).map("".join)
FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True, scope="module")
def variables() -> Iterator[None]:
    """Set variables that hold expressions themselves."""
    with mock.patch.dict(os.environ, {"A": "{env:B}{a", "B": "x y'{env_name}"}):
        yield


@FUZZ
@given(TEXTS, st.sampled_from([*SETTINGS, "set_env", "change_dir", "env_dir"]))
def test_ini_values(text: str, key: str) -> None:
    """A value of an INI file is read or refused."""
    with TemporaryDirectory() as folder:
        fuzzed.ini_value(Path(folder), text, key)


@FUZZ
@given(st.text(alphabet="[]=:#;, \n\tabtestnvox_{}-", max_size=80))
def test_ini_files(text: str) -> None:
    """A file in no particular form is read or refused."""
    with TemporaryDirectory() as folder:
        fuzzed.ini_file(Path(folder), text)


SCALARS = st.sampled_from(fuzzed.TABLE_WORDS) | st.booleans() | st.integers(-3, 20) | st.floats(0, 2) | TEXTS
TREES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(fuzzed.KEYS), inner, max_size=4),
    max_leaves=8,
)


@FUZZ
@given(TREES, st.sampled_from([*SETTINGS, "set_env", "change_dir"]))
def test_toml_values(tree: Any, key: str) -> None:
    """A value of a TOML file is read or refused, whatever its shape."""
    with TemporaryDirectory() as folder:
        fuzzed.toml_value(Path(folder), tree, key)


@FUZZ
@given(TEXTS, st.sampled_from([*SETTINGS]))
def test_ini_values_in_memory(place: Path, text: str, key: str) -> None:
    """A text becomes a value of any type or is refused."""
    fuzzed.ini_in_memory(place, text, key)


@FUZZ
@given(TREES, st.sampled_from([*SETTINGS]))
def test_toml_values_in_memory(place: Path, tree: Any, key: str) -> None:
    """A tree becomes a value of any type or is refused."""
    fuzzed.toml_in_memory(place, tree, key)


@FUZZ
@given(TREES, st.sampled_from(["env_list", "env", "env_base", "env_run_base", "labels"]))
def test_toml_files(tree: Any, key: str) -> None:
    """The names of environments are found, or the file refused, whatever stands where they are looked for."""
    with TemporaryDirectory() as folder:
        fuzzed.toml_file(Path(folder), tree, key)


@FUZZ
@given(TEXTS)
def test_templates_keep_their_text(text: str) -> None:
    """A template that is written down again parses to the same."""
    fuzzed.template(text)


@FUZZ
@given(TEXTS)
def test_lines_of_all_kinds(text: str) -> None:
    """Conditions, patterns, commands and variables are made of any text, and conditions agree with patterns."""
    fuzzed.lines(text)


@FUZZ
@given(st.lists(st.sampled_from(fuzzed.REQUIREMENTS), max_size=10).map("".join))
def test_requirements(text: str) -> None:
    """Requirement lines are read or refused, in a configuration and in a file."""
    with TemporaryDirectory() as folder:
        fuzzed.requirements(Path(folder), text)
