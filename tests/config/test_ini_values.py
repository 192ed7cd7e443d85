"""Values of INI files: expressions, conditions, comments, and what types make of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.config.projects import configuration, value

if TYPE_CHECKING:
    from pathlib import Path

    from tox.config.main import Config


def project(folder: Path, lines: str, name: str = "a", **kwargs: Any) -> Config:
    """Make a project of lines in ``[testenv]``."""
    return configuration(folder, f"[tox]\nenv_list={name}\n[testenv]\n{lines}\n", **kwargs)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("<{env:SET}>", "<one>", id="variable"),
        pytest.param("<{env:UNSET}>", "<>", id="unset"),
        pytest.param("<{env:UNSET:a:b}>", "<a:b>", id="default-keeps-colons"),
        pytest.param("<{env:EMPTY:default}>", "<>", id="empty-is-set"),
        pytest.param("<{env:UNSET:{env:SET}s}>", "<ones>", id="default-substituted"),
        pytest.param("<{env:{env:NAME}}>", "<one>", id="name-substituted"),
        pytest.param("<{env:NESTED}>", "<in a>", id="host-text-substituted-again"),
        pytest.param("<{env:ESCAPED}>", r"<\{env_name\}>", id="host-text-keeps-backslashes"),
        pytest.param("<{nothing}>", "<{nothing}>", id="unknown-stays"),
        pytest.param("<{nothing:else}>", "<else>", id="unknown-with-default"),
        pytest.param('{"a": 1}', '{"a": 1}', id="json-stays"),
        pytest.param("<{env:SET>", "<{env:SET>", id="open-brace-stays"),
        pytest.param("a}b{}", "a}b{}", id="closing-brace-stays"),
        pytest.param(r"\{env_name\} \: \[\]", "{env_name} : []", id="escapes"),
        pytest.param(r"a\nb\\c", r"a\nb\\c", id="other-backslashes-stay"),
        pytest.param("<{tty:on:off}>", "<off>", id="tty"),
        pytest.param("<{factor:x:none}>", "<none>", id="factor-without-label"),
        pytest.param("<{posargs:none}>", "<none>", id="posargs-default"),
        pytest.param("{/}", "/", id="folder-separator"),
        pytest.param("{envname}", "a", id="alias-is-none-of-ours"),
        pytest.param("<{[x]k}>", "<raw a>", id="other-section-read-here"),
        pytest.param("<{[x]missing}|{[x]missing:d}>", "<{[x]missing}|d>", id="missing-key"),
        pytest.param("<{[x.y]k}>", "<{[x.y]k}>", id="no-dots-in-sections"),
        pytest.param("<{[testenv:3.1]k}>", "<dots>", id="dots-in-environments"),
        pytest.param("<{[x]filtered}>", "<>", id="nothing-meant-for-us"),
    ],
)
def test_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, expected: str) -> None:
    """Expressions of a text are replaced; what means nothing stays as it is."""
    variables = {"SET": "one", "EMPTY": "", "NAME": "SET", "NESTED": "in {env_name}", "ESCAPED": r"\{env_name\}"}
    for name, content in variables.items():
        monkeypatch.setenv(name, content)
    monkeypatch.delenv("UNSET", raising=False)
    sections = "[x]\nk=raw {env_name}\nfiltered=\n  b: q\n[x.y]\nk=1\n[testenv:3.1]\nk=dots"

    conf = project(tmp_path, f"description={text}\n{sections}")

    assert value(conf, "description") == (expected if text != "{envname}" else "{envname}")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("run {env:SPACED}", ["run a b"], id="text-splits"),
        pytest.param('run "{env:SPACED}"', ["run 'a b'"], id="quotes-keep-text-together"),
        pytest.param("run '{env:QUOTES}'", ["run '\"it'\"'\"'s\"'"], id="text-cannot-leave-quotes"),
        pytest.param('run "{env:UNSET}" x', ["run '' x"], id="empty-in-quotes"),
        pytest.param("run {env:UNSET} x", ["run x"], id="empty-outside"),
        pytest.param("run {env:LINES} end", ["run a b end"], id="lines-within-a-line"),
        pytest.param("{env:LINES}", ["a", "b"], id="lines-alone"),
        pytest.param("run {posargs}", ["run 'x y' z"], id="posargs-are-words"),
        pytest.param('run "{posargs}"', ["run 'x y z'"], id="posargs-in-quotes"),
        pytest.param("run [] \\[\\]", ["run 'x y' z '[]'"], id="posargs-short"),
        pytest.param("run x{posargs}y", ["run 'xx y' zy"], id="posargs-glued"),
        pytest.param("run {env_dir} '{env_dir}/q'", ["run '{dir}' '{dir}/q'"], id="paths-are-words"),
        pytest.param("run {extras}", ["run 'e 1' e2"], id="lists-are-words"),
        pytest.param("run {[x]k}", ["run a 'b c' a"], id="text-of-a-section"),
        pytest.param("run '{[x]k}'", ["run 'a '\"'\"'b c'\"'\"' a'"], id="text-of-a-section-in-quotes"),
        pytest.param("- run\n  -run\n  ! run\n  !run", ["- run", "- run", "! run", "'!run'"], id="markers"),
        pytest.param("run 'open\n  next", ["run ''\"'\"'open'", "next"], id="open-quote"),
        pytest.param("run a \\\n    b\n  c", ["run a b", "c"], id="continuation"),
        pytest.param("run a#b \\#c", ["run a"], id="comment"),
        pytest.param("run a\\#c", ["run 'a#c'"], id="no-comment"),
        pytest.param("\n\n  one\n\n  two", ["one", "two"], id="blank-lines"),
        pytest.param("python -c 'print(\"{}\".format(1))'", ["python -c 'print(\"{}\".format(1))'"], id="format"),
    ],
)
def test_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, expected: list[str]) -> None:
    """What is put into a command is quoted as its surroundings need."""
    for name, content in {"SPACED": "a b", "QUOTES": "\"it's\"", "LINES": "a\nb"}.items():
        monkeypatch.setenv(name, content)
    monkeypatch.delenv("UNSET", raising=False)
    folder = tmp_path / "sp ace"
    folder.mkdir()

    conf = project(folder, f"commands={line}\nextras=e2,e 1\n[x]\nk=a 'b c' {{env_name}}", pos_args=["x y", "z"])

    env_dir = str(folder / ".tox" / "a")
    assert value(conf, "commands") == [one.replace("{dir}", env_dir) for one in expected]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param("extras=b, a ,", ["a", "b"], id="commas"),
        pytest.param("allowlist_externals=\n  a,b\n  c", ["a,b", "c"], id="lines"),
        pytest.param("allowlist_externals=\n  {env:TWO}\n  z", ["x", "y", "z"], id="entry-of-its-own"),
        pytest.param("allowlist_externals={env:TWO}, z", ["x", "y, z"], id="lines-win-over-commas"),
        pytest.param("extras=\n  p{env:COMMA}", ["px,y"], id="comma-among-lines"),
        pytest.param("depends=py3{8-10, 12}-{a,b}", [f"py3{n}-{f}" for n in (8, 9, 10, 12) for f in "ab"], id="product"),
        pytest.param("depends=x{3-1},y{13-},z{-12}", ["x3", "x2", "x1", "y13", "y14", "y15", "z11", "z12"], id="ranges"),
        pytest.param("base_python=py311,py312", ["py311", "py312"], id="union"),
        pytest.param("ignore_errors=YES", True, id="true"),
        pytest.param("ignore_errors=", False, id="empty-is-false"),
        pytest.param("commands_retry=3", 3, id="int"),
        pytest.param("suicide_timeout=1.5", 1.5, id="float"),
    ],
)
def test_types(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str, expected: object) -> None:
    """Texts become what the type of the setting asks for."""
    monkeypatch.setenv("TWO", "x\ny")
    monkeypatch.setenv("COMMA", "x,y")

    conf = project(tmp_path, lines)

    assert value(conf, lines.partition("=")[0]) == expected
