"""Variables that environments set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.config.projects import configuration, value
from tox.config.loader.native import to_native
from tox.config.set_env import SetEnv
from tox.config.set_env_line import format_line, split_line, split_value_marker
from tox.errors import Fail, HandledError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def host(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set variables of the host."""
    monkeypatch.setenv("HOST", "host")
    monkeypatch.setenv("LINES", "L1=1\nL2=2")
    monkeypatch.setenv("ENDLESS", "{env:ENDLESS}x")
    monkeypatch.setenv("ASSIGNS", "a=b")
    monkeypatch.setenv("BLANK", "  ")
    monkeypatch.setenv("SECRET", "hunter2")
    for name in ("A", "B", "C"):
        monkeypatch.delenv(name, raising=False)


INI = [
    pytest.param("A=1\n  B = two words \n  C=", {"A": "1", "B": "two words", "C": ""}, id="lines"),
    pytest.param("A=x=y", {"A": "x=y"}, id="first-equals-sign"),
    pytest.param("A=1\n  A=2", {"A": "2"}, id="last-wins"),
    pytest.param("A={env:B}-x\n  B=two", {"A": "two-x", "B": "two"}, id="sibling"),
    pytest.param("HOST=pre-{env:HOST}", {"HOST": "pre-host"}, id="itself-is-the-hosts"),
    pytest.param("A=1; python_version>'3'\n  B=2; python_version<'3'", {"A": "1"}, id="marker"),
    pytest.param('A=x\\;y\n  B="x;y"', {"A": "x;y", "B": '"x;y"'}, id="no-marker"),
    pytest.param("file|e.env", {"A": "1", "B": "two", "C": '"q"', "D": "x;y # z"}, id="file"),
    pytest.param("file|e.env\n  A=9", {"A": "9", "B": "two", "C": '"q"', "D": "x;y # z"}, id="key-after-file"),
    pytest.param(
        "A=9\n  file|{env:NAME:e}.env", {"A": "1", "B": "two", "C": '"q"', "D": "x;y # z"}, id="file-after-key"
    ),
    pytest.param("{env:HOST}=1", {"host": "1"}, id="name-substituted"),
    pytest.param("{env:LINES}\n  A=1", {"L1": "1", "L2": "2", "A": "1"}, id="lines-of-a-variable"),
    pytest.param("{[x]set_env}\n  B=2", {"A": "a", "B": "2"}, id="lines-of-a-section"),
    pytest.param("A={posargs:none}", {"A": "none"}, id="posargs"),
    pytest.param("f: A=1\n  a: A=2", {"A": "2"}, id="condition"),
]


@pytest.mark.parametrize(("lines", "expected"), INI)
def test_lines(tmp_path: Path, lines: str, expected: dict[str, str]) -> None:
    """Lines set variables; files and expressions stand for further lines, where they are."""
    (tmp_path / "e.env").write_text('# c\nA=1\nexport B = two \nC="q"\n\nD=x;y # z\n')

    conf = configuration(tmp_path, f"[testenv]\nset_env=\n  {lines}\n[x]\nset_env=\n  A={{env_name}}\n  B=1\n")

    assert value(conf, "set_env") == expected


TOML = [
    pytest.param('{A="1",B="{env_name}"}', {"A": "1", "B": "a"}, id="table"),
    pytest.param('"A=1\\nB=2"', {"A": "1", "B": "2"}, id="text"),
    pytest.param('[{A="1"},{A="2",B="3"}]', {"A": "2", "B": "3"}, id="tables"),
    pytest.param(
        '{A={value="1",marker="python_version>\'3\'"},B={value="2",marker="python_version<\'3\'"}}',
        {"A": "1"},
        id="marker",
    ),
    pytest.param(
        '{A={replace="env",name="B",default="d"},B="sibling"}', {"A": "sibling", "B": "sibling"}, id="sibling"
    ),
    pytest.param(
        '{A={replace="env",name="NO",default="d",marker="python_version<\'3\'"}}', {}, id="replace-and-marker"
    ),
    pytest.param('{file="e.env",B="2"}', {"A": "1", "B": "2"}, id="file"),
    pytest.param('{A="x;y"}', {"A": "x;y"}, id="no-marker-in-text"),
    pytest.param('{A={replace="if",condition="env.HOST",then="T"}}', {"A": "T"}, id="condition"),
    pytest.param('[{replace="ref",of=["x","set_env"]},{B="9"}]', {"A": "a", "B": "9"}, id="ref"),
    pytest.param('{replace="ref",of=["x","set_env"]}', {"A": "a", "B": "{env:HOST}"}, id="whole-ref"),
    pytest.param('[{replace="ref",env="b",key="set_env"},{B="9"}]', {"A": "b", "B": "9"}, id="ref-to-environment"),
]


@pytest.mark.parametrize(("text", "expected"), TOML)
def test_tables(tmp_path: Path, text: str, expected: dict[str, str]) -> None:
    """Tables set variables; each value is computed when it is asked for, so order does not matter."""
    (tmp_path / "e.env").write_text("A=1\nB=9\n")
    expected = {name: one.replace("{env:HOST}", "host") for name, one in expected.items()}

    conf = configuration(
        tmp_path,
        f'env_list=["a"]\n[env.a]\nset_env={text}\n[x]\nset_env={{A="{{env_name}}",B="{{env:HOST}}"}}\n'
        '[env.b]\nset_env={A="{env_name}"}',
        name="tox.toml",
    )

    assert value(conf, "set_env") == expected


@pytest.mark.parametrize(
    ("lines", "kind", "word"),
    [
        pytest.param("A", HandledError, "NAME=value", id="no-equals-sign"),
        pytest.param("=1", HandledError, "name", id="no-name"),
        pytest.param("A=1;y<", HandledError, "marker", id="no-marker"),
        pytest.param("A=x;y", HandledError, "marker 'y', which is none", id="word-for-a-marker"),
        pytest.param("A=x;y;z w", HandledError, "marker 'y;z w', which is none", id="words-for-a-marker"),
        pytest.param("A=x; (sys_platform)", HandledError, "which is none", id="marker-that-compares-nothing"),
        pytest.param("{env:NO}=1", HandledError, "empty name", id="empty-name"),
        pytest.param("{nothing}", HandledError, "nothing", id="stands-for-nothing"),
        pytest.param("{env:ENDLESS}", HandledError, "does not stand for", id="stands-for-itself"),
        pytest.param("{[x]twice}", HandledError, r"'\{\[x\]twice\}' does not stand for$", id="stands-for-itself-twice"),
        pytest.param("{[testenv:o]set_env}", HandledError, "needs itself", id="environments-that-need-each-other"),
        pytest.param("L_{env:LINES}=1", HandledError, r"'L_\{env:LINES\}' .* line end", id="line-end-in-a-name"),
        pytest.param("L_{env:ASSIGNS}=1", HandledError, "equals sign", id="equals-sign-in-a-name"),
        pytest.param("{env:BLANK}=1", HandledError, "empty name", id="blank-name"),
        pytest.param("{env:SECRET}", HandledError, r"'\{env:SECRET\}' does not", id="secret-that-is-no-line"),
        pytest.param("{env:}", HandledError, "replace failed in a.set_env .* needs a name", id="line-that-is-misused"),
        pytest.param("{env:}=1", HandledError, "needs a name", id="name-that-is-misused"),
        pytest.param("file|{env:}", HandledError, "needs a name", id="file-that-is-misused"),
        pytest.param("A={[x]deep}", HandledError, "nested too deep", id="nested-in-itself"),
        pytest.param("file|no.env", Fail, "no.env", id="no-file"),
        pytest.param("file|bad.env", Fail, "line 2", id="bad-line-of-a-file"),
        pytest.param("A={env:B}\n  B={env:A}", HandledError, "needs itself", id="cycle"),
    ],
)
def test_errors(tmp_path: Path, lines: str, kind: type[Exception], word: str) -> None:
    """What sets no variable is an error that names setting or file, and no value of a file."""
    (tmp_path / "bad.env").write_text("A=1\nhunter2\n")
    deep = f"{'{env:NO:' * 49}{{[x]deep}}{'}' * 49}"
    more = f"[x]\ntwice=<{{[x]twice}}{{[x]twice}}>\ndeep={deep}\n[testenv:o]\nset_env={{[testenv:a]set_env}}\n"
    more += f"[testenv:a]\nset_env=\n  {lines}\n"
    conf = configuration(tmp_path, f"[testenv]\nset_env=\n  {lines}\n{more}")

    with pytest.raises(kind, match=word) as caught:
        value(conf, "set_env")

    assert len(str(caught.value)) < 1000
    assert "set_env" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_file_whose_name_cannot_be(tmp_path: Path) -> None:
    """A name with a null byte, which TOML can write, is an error that names the setting."""
    conf = configuration(tmp_path, '[env_run_base]\nset_env={file="a\\u0000b"}', name="tox.toml")

    with pytest.raises(Fail, match=r"a\.set_env cannot be read: .*null"):
        value(conf, "set_env")


@pytest.mark.parametrize(
    "text", ["{A=1}", "{A=[1]}", "3", "[3]", "{A={value=1}}", '{A={replace="posargs",default=["x"]}}', '{""="x"}']
)
def test_tables_that_do_not_fit(tmp_path: Path, text: str) -> None:
    """Values of variables are texts."""
    conf = configuration(tmp_path, f"[env_run_base]\nset_env={text}", name="tox.toml")

    with pytest.raises((HandledError, TypeError), match="set_env"):
        value(conf, "set_env")


def test_variables_are_seen_by_other_settings(tmp_path: Path) -> None:
    """``{env:X}`` asks the variables of the environment before those of the host; the whole run asks the host alone."""
    conf = configuration(
        tmp_path, "[tox]\nwork_dir={env:HOST}\n[testenv]\nset_env=\n  HOST=set\ndescription={env:HOST}|{set_env}\n"
    )

    assert value(conf, "description") == "set|HOST=set"
    assert conf.core["work_dir"] == tmp_path / "host"


def test_given_variables(tmp_path: Path) -> None:
    """Python code gives variables that fill gaps and others that always win; neither are configured lines."""
    conf = configuration(tmp_path, "[testenv]\nset_env=\n  GAP=own\n  WINS=own\n  ZZ={env:WINS}{env:OTHER}\n")
    env_conf = conf.get_env("a")
    env_conf.default_set_env_loader = lambda: {"GAP": "default", "OTHER": "default"}
    env_conf.exported_set_env_loader = lambda: {"WINS": lambda: "always"}

    found = env_conf["set_env"]

    assert to_native(found) == {"GAP": "own", "OTHER": "default", "WINS": "always", "ZZ": "alwaysdefault"}
    assert env_conf.set_env_lines([]) == "GAP=own\nZZ=alwaysdefault"


def make(raw: Any, root: Path) -> SetEnv:
    """Make variables that nothing substitutes."""
    return SetEnv(raw, "testenv", "a", root)


def test_updating(tmp_path: Path) -> None:
    """Updates replace values unless told to fill gaps, and are noticed."""
    variables = make("A=1", tmp_path)

    variables.update({"A": "2", "B": "3"}, override=False)
    variables.update(make({"C": "4"}, tmp_path))

    assert to_native(variables) == {"A": "1", "B": "3", "C": "4"}
    assert variables.changed
    assert "A" in variables
    assert "Z" not in variables


def test_extending(tmp_path: Path) -> None:
    """Variables that are added beat those that are there."""
    variables = make("A=1\nB=1", tmp_path)

    variables.extend(make("B=2\nC=2", tmp_path))

    assert to_native(variables) == {"A": "1", "B": "2", "C": "2"}
    assert sorted(variables.raw(variables._args)) == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("value_and_marker", "parts"),
    [
        ("a; b", ("a", "b")),
        ("a\\;b", ("a;b", "")),
        ("'a;b'", ("'a;b'", "")),
        ("a'b; c", ("a'b", "c")),
        ("can't; c == 'd'", ("can't", "c == 'd'")),
        ("a\\\\;b", ("a\\;b", "")),
        ("{a;b", ("{a", "b")),
        (" a b ; c d ", ("a b", "c d")),
        ("{env:X:a;b}; c", ("{env:X:a;b}", "c")),
        ("", ("", "")),
    ],
)
def test_markers_are_split_off(value_and_marker: str, parts: tuple[str, str]) -> None:
    """The first semicolon that nothing protects starts the marker."""
    assert split_value_marker(value_and_marker) == parts


def test_lines_split_into_what_they_were_made_of() -> None:
    """A line that was written splits into the same parts."""
    parts = split_line(format_line("A", "x;y", "python_version>'3'"))

    assert (parts.key, parts.value, parts.marker, parts.assigns) == ("A", "x;y", "python_version>'3'", True)
