"""The rules of docs/set-env.rst: which definition of a variable counts, and for whom it is evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.config.projects import configuration, value
from tox.errors import HandledError

if TYPE_CHECKING:
    from pathlib import Path

NOPE = "sys_platform == 'nope'"
HERE = "python_version > '3'"


@pytest.fixture(autouse=True)
def host(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set variables of the host."""
    for name, text in {
        "BLOCK": "A=block\nC=block",
        "F": "host.env",
        "TWO": "one\nADDED = 1\nfile|x",
        "PART": "a=1",
        "COND": "x; sys_platform == 'nope'",
        "A": "host",
    }.items():
        monkeypatch.setenv(name, text)
    for name in ("B", "C", "G", "KEEP", "W", "Z"):
        monkeypatch.delenv(name, raising=False)


FILES = {"e.env": "A=file\nB=file\n", "host.env": "A=host-file\n", "own.env": "A=own-file\n", "name.env": "F=own.env\n"}
SECTIONS = f"""
[x]
set_env =
    A = x
    B = x
cond = A = m; {NOPE}
takes = W2 = {{env:W:no}}
file = file|{{env:F}}
mixed =
    file|e.env
    B = mixed
[y]
set_env = A = y
[testenv:inherits]
[testenv:{{gen,other}}]
set_env = E = {{env_name}}
[testenv:old]
setenv = E = {{env_name}}
[testenv:one]
set_env =
    E = {{env_name}}
    W = one
    W2 = {{env:W}}
    a: COND = a
    one: COND = one
    MULTI = {{env:TWO}}
"""

INI = [
    pytest.param("A=own\n{[x]set_env}", {"A": "own", "B": "x"}, id="own-line-before-a-block"),
    pytest.param("{[x]set_env}\nA=own", {"A": "own", "B": "x"}, id="own-line-after-a-block"),
    pytest.param("A=own\n{env:BLOCK}", {"A": "own", "C": "block"}, id="own-line-before-lines-of-a-variable"),
    pytest.param("{[x]set_env}\n{[y]set_env}", {"A": "y", "B": "x"}, id="later-block-over-earlier"),
    pytest.param("{[y]set_env}\n{[x]set_env}", {"A": "x", "B": "x"}, id="later-block-over-earlier-turned"),
    pytest.param("A=own\nfile|e.env", {"A": "file", "B": "file"}, id="file-after-own-line"),
    pytest.param("file|e.env\nA=own", {"A": "own", "B": "file"}, id="own-line-after-file"),
    pytest.param("file|e.env\n{[x]set_env}", {"A": "file", "B": "file"}, id="file-over-block"),
    pytest.param("A=own\n{[x]mixed}", {"A": "own", "B": "mixed"}, id="file-within-a-block"),
    pytest.param(f"A=1\nA=2; {NOPE}", {}, id="marker-of-the-last-definition-decides"),
    pytest.param(f"A=1; {NOPE}\nA=2", {"A": "2"}, id="marker-of-an-earlier-definition-does-not"),
    pytest.param(f"{{[x]set_env}}\nA=2; {NOPE}", {"B": "x"}, id="own-marker-over-a-block"),
    pytest.param("A=own\n{[x]cond}", {"A": "own"}, id="marker-of-a-block-under-own-line"),
    pytest.param("{[x]set_env}\n{[x]cond}", {"B": "x"}, id="marker-of-a-later-block"),
    pytest.param(f"A=can't; {HERE}\nB=don't; {NOPE}", {"A": "can't"}, id="apostrophe-before-a-marker"),
    pytest.param("A=/a;/b\nB=C:\\x;{env:A}", {"A": "/a;/b", "B": "C:\\x;/a;/b"}, id="what-can-be-no-marker"),
    pytest.param("A=k=1;l=2\nB=a;b\\;c\nC=a;b.c", {"A": "k=1;l=2", "B": "a;b;c", "C": "a;b.c"}, id="more-than-words"),
    pytest.param("A={[x]cond}", {"A": f"A = m; {NOPE}"}, id="substituted-semicolon-is-no-marker"),
    pytest.param("A={env:COND}", {"A": f"x; {NOPE}"}, id="semicolon-of-the-host-is-no-marker"),
    pytest.param("F=own.env\nfile|{env:F}", {"F": "own.env", "A": "own-file"}, id="file-named-by-own-variable"),
    pytest.param("file|{env:F}\nF=own.env", {"F": "own.env", "A": "own-file"}, id="file-named-by-own-variable-below"),
    pytest.param("file|name.env\nfile|{env:F}", {"F": "own.env", "A": "own-file"}, id="file-named-by-a-file"),
    pytest.param("F=own.env\n{[x]file}", {"F": "own.env", "A": "own-file"}, id="file-of-a-block-named-by-own-variable"),
    pytest.param("file|{env:F}", {"A": "host-file"}, id="file-named-by-the-host"),
    pytest.param("G=b\nL_{env:G}=1", {"G": "b", "L_b": "1"}, id="name-made-of-own-variable"),
    pytest.param("G=B=1\n{env:G}", {"G": "B=1", "B": "1"}, id="line-made-of-own-variable"),
    pytest.param("q-{r,s: A={env:NO:--x}\nB=1", {"q-{r,s: A": "--x", "B": "1"}, id="brace-without-partner"),
    pytest.param("{B=1}", {"{B": "1}"}, id="braces-that-mean-themselves"),
    pytest.param("{B=1;2}", {"{B": "1;2}"}, id="no-marker-behind-such-braces"),
    pytest.param("{env:F:x=y}=1;/2", {"host.env": "1;/2"}, id="no-marker-behind-a-name-with-a-default"),
    pytest.param("Q{env:PART}", {"Qa": "1"}, id="line-completed-by-a-variable"),
    pytest.param("{[testenv:inherits]set_env}", {}, id="block-of-one-that-inherits-nothing"),
    pytest.param("{[testenv:gen]set_env}", {"E": "a"}, id="block-of-a-generated-section"),
    pytest.param("{[testenv:old]set_env}", {"E": "a"}, id="block-written-with-the-old-name"),
    pytest.param("{[testenv:old]setenv}", {"E": "a"}, id="block-asked-for-by-the-old-name"),
    pytest.param(
        "{[testenv:one]set_env}\nW=mine",
        {"E": "a", "W": "mine", "W2": "mine", "COND": "a", "MULTI": "one\nADDED = 1\nfile|x"},
        id="block-evaluated-for-who-asks",
    ),
]


def project(tmp_path: Path, lines: str) -> str:
    """Write the files, and the configuration of an environment with these lines."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    indented = "\n".join(f"    {line}" for line in lines.split("\n"))
    return f"[testenv:a]\nset_env =\n{indented}\n{SECTIONS}"


@pytest.mark.parametrize(("lines", "expected"), INI)
def test_which_line_counts(tmp_path: Path, lines: str, expected: dict[str, str]) -> None:
    """Own lines and files win over what other lines stand for; of each kind the last one counts, with its marker."""
    conf = configuration(tmp_path, project(tmp_path, lines))

    assert value(conf, "set_env") == expected


@pytest.mark.parametrize("name", ["set_env", "setenv"])
def test_inherited_variables_are_evaluated_for_who_asks(tmp_path: Path, name: str) -> None:
    """An environment that takes over what another one inherits gets it as if it stood in its own section."""
    text = f"[testenv]\n{name}=\n  E={{env_name}}\n  W2={{env:W:no}}\n[testenv:b]\n[testenv:a]\n"
    conf = configuration(tmp_path, f"{text}set_env=\n  {{[testenv:b]{name}}}\n  W=mine\n")

    assert value(conf, "set_env") == {"E": "a", "W": "mine", "W2": "mine"}


TOML = [
    pytest.param('[{A="1"},{A="2"}]', {"A": "2"}, id="later-table"),
    pytest.param(f'[{{A="1"}},{{A={{value="2",marker="{NOPE}"}}}}]', {}, id="marker-of-the-last-definition-decides"),
    pytest.param('[{replace="ref",of=["x","v"]},{A="own"}]', {"A": "own", "E": "a"}, id="table-after-a-reference"),
    pytest.param('[{A="own"},{replace="ref",of=["x","v"]}]', {"A": "x", "E": "a"}, id="reference-after-a-table"),
    pytest.param('{A="own",file="e.env",B="own"}', {"A": "file", "B": "own"}, id="file-counts-where-it-stands"),
    pytest.param('{F="own.env",file="{env:F}"}', {"F": "own.env", "A": "own-file"}, id="file-named-by-own-variable"),
    pytest.param(
        '{file="{env:F}",F="own.env"}', {"F": "own.env", "A": "own-file"}, id="file-named-by-own-variable-below"
    ),
    pytest.param(
        '{F="own.env",file={replace="env",name="F"}}',
        {"F": "own.env", "A": "own-file"},
        id="file-named-by-a-replacement",
    ),
    pytest.param('"{[env.b]set_env}"', {"E": "a", "V": "b{x"}, id="text-that-names-an-environment"),
    pytest.param('"{[x]v}"', {"A": "x", "E": "a"}, id="text-that-names-a-table"),
    pytest.param('{A="a;b"}', {"A": "a;b"}, id="semicolon-is-no-marker"),
    pytest.param(
        f'{{A={{replace="env",name="NO",default="x",extend=true,marker="{NOPE}"}},B="1"}}',
        {"B": "1"},
        id="marker-beside-extend",
    ),
    pytest.param('{A={value={replace="env",name="NO",default="x",marker=""}}}', {"A": "x"}, id="empty-marker-within"),
]


@pytest.mark.parametrize(("table", "expected"), TOML)
def test_which_table_counts(tmp_path: Path, table: str, expected: dict[str, str]) -> None:
    """In TOML what stands later counts, and text that refers is evaluated for who asks."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    values = 'E="{env_name}",V={replace="env",name="NO",default="b\\\\{x"},W={value="1",marker="' + NOPE + '"}'
    text = f'[env.a]\nset_env={table}\n[x]\nv={{A="x",E="{{env_name}}"}}\n[env.b]\nset_env={{{values}}}\n'

    conf = configuration(tmp_path, text, name="tox.toml")

    assert value(conf, "set_env") == expected


@pytest.mark.parametrize("beside", ["", ",marker=\"python_version>'3'\""], ids=["alone", "beside-another"])
def test_marker_within_a_value(tmp_path: Path, beside: str) -> None:
    """A marker belongs beside the value of a variable; within it nobody would look at it."""
    inner = '{replace="env",name="NO",default="x",marker="python_version>\'3\'"}'
    text = f"[env_run_base]\nset_env={{A={{value={inner}{beside}}}}}\n"

    with pytest.raises(HandledError, match="A of set_env has a marker within its value"):
        value(configuration(tmp_path, text, name="tox.toml"), "set_env")


OVERRIDES = [
    pytest.param(["BASE.set_env+=NEW={env:KEEP}"], {"KEEP": "1", "NEW": "1"}, id="refers-to-a-configured-one"),
    pytest.param(["BASE.set_env+=M={env:N}\nN=2"], {"KEEP": "1", "M": "2", "N": "2"}, id="refers-to-another-line"),
    pytest.param(["BASE.set_env+=N=1", "BASE.set_env+=M={env:N}"], {"KEEP": "1", "M": "1", "N": "1"}, id="refers-back"),
    pytest.param(["BASE.set_env+=KEEP={env:KEEP}2"], {"KEEP": "2"}, id="itself-is-the-hosts"),
    pytest.param(["BASE.set_env+=E={env_name}"], {"KEEP": "1", "E": "a"}, id="name-of-the-environment"),
    pytest.param(["BASE.set_env+=file|{env:KEEP}.env"], {"KEEP": "file"}, id="file-named-by-a-configured-one"),
    pytest.param(["BASE.set_env+=G={env:COND}"], {"KEEP": "1", "G": f"x; {NOPE}"}, id="semicolon-of-the-host"),
    pytest.param(["BASE.set_env+=G={env:TWO}"], {"KEEP": "1", "G": "one\nADDED = 1\nfile|x"}, id="lines-of-the-host"),
    pytest.param([f"BASE.set_env+=G=1; {NOPE}"], {"KEEP": "1"}, id="marker"),
    pytest.param(["BASE.setenv+=G=1"], {"KEEP": "1", "G": "1"}, id="old-name"),
    pytest.param(["BASE.set_env=G={env:KEEP:none}"], {"G": "none"}, id="replaces-everything"),
    pytest.param(["BASE.set_env+="], {"KEEP": "1"}, id="appends-nothing"),
]


@pytest.mark.parametrize(("overrides", "expected"), OVERRIDES)
@pytest.mark.parametrize("way", ["inherited", "referred-to", "referred-to-by-text"])
@pytest.mark.parametrize("name", ["tox.ini", "tox.toml"])
def test_overrides(tmp_path: Path, name: str, way: str, overrides: list[str], expected: dict[str, str]) -> None:
    """What overrides append joins the variables before they are evaluated, also for those who refer to them."""
    (tmp_path / "1.env").write_text("KEEP=file\n")
    base = "testenv" if name == "tox.ini" else "env_run_base"
    if name == "tox.ini":
        text = "[testenv]\nset_env=KEEP=1\n[testenv:a]\n"
        text += "" if way == "inherited" else "set_env={[testenv]set_env}\n"
    else:
        text = '[env_run_base]\nset_env={KEEP="1"}\n[env.a]\n'
        text += {
            "inherited": "",
            "referred-to": 'set_env={replace="ref",of=["env_run_base","set_env"]}\n',
            "referred-to-by-text": 'set_env="{[env_run_base]set_env}"\n',
        }[way]

    conf = configuration(tmp_path, text, name=name, overrides=[one.replace("BASE", base) for one in overrides])

    assert value(conf, "set_env") == expected
