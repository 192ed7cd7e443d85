"""Values of INI files: expressions, conditions, comments, and what types make of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.config.projects import configuration, value
from tests.systems import native, needs_links
from tox.config.loader._args import ConfigLoadArgs
from tox.config.loader.replacer import ReplaceReference, replace
from tox.errors import HandledError
from tox.util._shell import join

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
        pytest.param(f"{'{' * 40}{{env_name}}{'}' * 40}", f"{'{' * 40}a{'}' * 40}", id="nested-braces"),
        pytest.param(f"{'{' * 500}{{env_name}}{'}' * 500}", f"{'{' * 501}env_name{'}' * 501}", id="nested-too-deep"),
        pytest.param(f"{'{' * 500}{{env_name}}", f"{'{' * 500}a", id="many-open-braces"),
        pytest.param(f"{'{nothing}' * 99}{{env_name}}", f"{'{nothing}' * 99}a", id="many-braces"),
        pytest.param(r"\{env_name\} \: \[\]", "{env_name} : []", id="escapes"),
        pytest.param(r"a\nb\\c", r"a\nb\\c", id="other-backslashes-stay"),
        pytest.param("<{tty:on:off}>", "<off>", id="tty"),
        pytest.param("<{factor:x:none}>", "<none>", id="factor-without-label"),
        pytest.param("<{posargs:none}>", "<none>", id="posargs-default"),
        pytest.param("{/}", os.sep, id="folder-separator"),
        pytest.param("{toxinidir}", "{dir}", id="alias"),
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

    assert value(conf, "description") == expected.replace("{dir}", str(tmp_path))


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
        pytest.param("run [] \\[\\]", [f"run 'x y' z {join(['[]'])}"], id="posargs-short"),
        pytest.param("run x{posargs}y", ["run 'xx y' zy"], id="posargs-glued"),
        pytest.param("run {env_dir} '{env_dir}/q'", ["run '{dir}' '{dir}/q'"], id="paths-are-words"),
        pytest.param("run {extras}", ["run 'e 1' e2"], id="lists-are-words"),
        pytest.param("{extras}\n  x", ["'e 1'", "e2", "x"], id="list-alone-is-lines"),
        pytest.param("{env:UNSET:{extras}}", ["'e 1'", "e2"], id="list-alone-in-a-default"),
        pytest.param("run {env:UNSET:a\n  b {extras}} c", ["run a", "b 'e 1' e2 c"], id="lines-of-a-default"),
        pytest.param("run {[x]k}", ["run a 'b c' a"], id="text-of-a-section"),
        pytest.param("run '{[x]k}'", ["run 'a '\"'\"'b c'\"'\"' a'"], id="text-of-a-section-in-quotes"),
        pytest.param("- run\n  -run\n  ! run\n  !run", ["- run", "- run", "! run", join(["!run"])], id="markers"),
        pytest.param("run 'open\n  next", ["run ''\"'\"'open'", "next"], id="open-quote"),
        pytest.param("run x   'open", ["run x '  '\"'\"'open'"], id="open-quote-behind-blanks"),
        pytest.param("run a \\\n    b\n  c", ["run a b", "c"], id="continuation"),
        pytest.param("run a#b \\#c", ["run a"], id="comment"),
        pytest.param("run a\\#c", [join(["run", "a#c"])], id="no-comment"),
        pytest.param("\n\n  one\n\n  two", ["one", "two"], id="blank-lines"),
        pytest.param("python -c 'print(\"{}\".format(1))'", ["python -c 'print(\"{}\".format(1))'"], id="format"),
    ],
)
def test_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, expected: list[str]) -> None:
    """What is put into a command is quoted as its surroundings need."""
    for name, content in {"SPACED": "a b", "QUOTES": '"it\'s"', "LINES": "a\nb"}.items():
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
        pytest.param("extras=\n  p{env:COMMA}\n  z", ["px,y", "z"], id="comma-among-lines"),
        pytest.param("base_python=\n  x,y\n  {env:NO:}", ["x,y"], id="line-that-becomes-nothing"),
        pytest.param("extras=\n  {env:NO:}\n  x,y", ["x,y"], id="first-line-that-becomes-nothing"),
        pytest.param("base_python=\n  x,y\n  b: z", ["x", "y"], id="line-for-others-is-none"),
        pytest.param(
            "depends=py3{8-10, 12}-{a,b}", [f"py3{n}-{f}" for n in (8, 9, 10, 12) for f in "ab"], id="product"
        ),
        pytest.param(
            "depends=x-[!ab], !y-[!c]*, {[!a-c]?,!z}", ["x-[!ab]", "y-[!c]*", "[!a-c]?", "z"], id="sets-of-characters"
        ),
        pytest.param(
            "depends=x{3-1},y{13-},z{-12}", ["x3", "x2", "x1", "y13", "y14", "y15", "z11", "z12"], id="ranges"
        ),
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
    monkeypatch.delenv("NO", raising=False)

    conf = project(tmp_path, lines)

    assert value(conf, lines.partition("=")[0]) == expected


@pytest.mark.parametrize(
    ("lines", "key", "words"),
    [
        pytest.param("description={env:}", "description", ["a.description", "env"], id="variable-without-name"),
        pytest.param("description={glob:}", "description", ["a.description", "glob"], id="glob-without-pattern"),
        pytest.param("description={factor:}", "description", ["a.description", "factor"], id="factor-without-label"),
        pytest.param("description={description}", "description", ["CircularChainError"], id="itself"),
        pytest.param("description={change_dir}\nchange_dir={description}", "description", ["a.change_dir"], id="cycle"),
        pytest.param("extras=p{env:TWO}\n", "extras", ["a.extras", "entry"], id="entry-torn-apart"),
        pytest.param("change_dir={env:UNSET}", "change_dir", ["a.change_dir", "empty"], id="empty-path"),
        pytest.param("change_dir={env:BLANK}", "change_dir", ["a.change_dir", "empty"], id="blank-path"),
        pytest.param("ignore_errors=maybe", "ignore_errors", ["a.ignore_errors", "maybe", "'true'"], id="bool"),
        pytest.param("commands_retry=x", "commands_retry", ["a.commands_retry", "'x' is no whole number"], id="int"),
        pytest.param("suicide_timeout=x", "suicide_timeout", ["a.suicide_timeout", "'x' is no number"], id="float"),
        pytest.param("depends=x y", "depends", ["a.depends", "x y"], id="names"),
        pytest.param("depends=a!b", "depends", ["a.depends", "a!b"], id="exclamation-mark-within"),
        pytest.param("depends=[a!b]", "depends", ["a.depends", "[a!b]"], id="exclamation-mark-within-a-set"),
        pytest.param("depends={[x]k}\n[x]\nk={[x]k}{1-3}", "depends", ["a.depends", "names"], id="endless-pattern"),
    ],
)
def test_errors_name_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str, key: str, words: list[str]
) -> None:
    """What cannot be is told in one sentence that names the setting, its section and the file."""
    monkeypatch.setenv("TWO", "x,y")
    monkeypatch.setenv("BLANK", " \t")
    monkeypatch.delenv("UNSET", raising=False)
    conf = project(tmp_path, lines)

    with pytest.raises(HandledError) as caught:
        value(conf, key)

    message = str(caught.value)
    place = f"[testenv] of {tmp_path / 'tox.ini'}"
    assert all(word in message for word in [*words, place]), message
    assert "\n" not in message


def test_nested_expressions_are_looked_up_once(tmp_path: Path) -> None:
    """What is within an expression that means nothing is not evaluated again to be kept."""
    asked: list[str] = []

    class Nowhere(ReplaceReference):
        def __call__(self, value: str, conf_args: ConfigLoadArgs) -> None:
            asked.append(value)

    text = f"{'{' * 10}x:y{'}' * 10}"

    assert replace(configuration(tmp_path, ""), Nowhere(), text, ConfigLoadArgs([], None, None)) == text
    assert len(asked) == 10


@pytest.mark.parametrize(
    ("text", "left"),
    [
        pytest.param("{[x]a}\n[x]\na={[x]b}\nb={[x]a}", "{[x]b}", id="sections"),
        pytest.param("{env:LOOP}", "{env:LOOP}", id="variable"),
    ],
)
def test_endless_texts_are_left_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, text: str, left: str
) -> None:
    """Texts that stand for each other are given up on with one warning."""
    monkeypatch.setenv("LOOP", "{env:LOOP}")
    conf = project(tmp_path, f"description={text}")

    assert value(conf, "description") == left
    assert len(caplog.messages) == 1
    assert left in caplog.messages[0]


@pytest.mark.parametrize(
    ("lines", "key", "expected"),
    [
        pytest.param("extras=\n  f: x\n  z", "extras", ["z"], id="not-met"),
        pytest.param("commands_retry=\n  f: 4", "commands_retry", 0, id="nothing-left-is-unset"),
        pytest.param("extras=\n  # nothing", "extras", [], id="comment-only"),
        pytest.param("commands=\n  a: x \\\n    y\n  f: z \\\n    w", "commands", ["x y"], id="continued"),
        pytest.param("commands=\n  x \\\n  f: no \\\n  a: yes \\\n  end", "commands", ["x yes end"], id="each-line"),
        pytest.param("commands=\n  x \\\n  # no\n  y", "commands", ["x y"], id="comment-within"),
        pytest.param("commands=\n  x \\\n\n  \n  y\n  z", "commands", ["x y", "z"], id="blank-lines-within"),
        pytest.param("extras=\n\n  b\n\n  c", "extras", ["b", "c"], id="blank-lines"),
        pytest.param("extras=\n  b, c", "extras", ["b", "c"], id="one-line-below"),
        pytest.param("description=a ; b", "description", "a ; b", id="semicolon"),
        pytest.param("description=%(x)s %%", "description", "%(x)s %%", id="percent"),
    ],
)
def test_lines(tmp_path: Path, lines: str, key: str, expected: object) -> None:
    """Conditions, comments and continuations are judged line by line."""
    conf = project(tmp_path, lines)

    assert value(conf, key) == expected


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        pytest.param(["t.py", "no.py", "-x"], [native("run ../t.py no.py -x")], id="existing"),
        pytest.param(["tool.exe", "tool.exe"], [native("run tool.exe ../tool.exe")], id="first-program"),
        pytest.param(["{env_name}", "#x", "a\nb"], [join(["run", "{env_name}", "#x", "a b"])], id="never-substituted"),
        pytest.param([], ["run"], id="none"),
        pytest.param(None, ["run d"], id="absent"),
    ],
)
def test_arguments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str] | None, expected: list[str]
) -> None:
    """Arguments that are paths are written as seen from where commands run; nothing in them is substituted."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    (tmp_path / "t.py").touch()
    (tmp_path / "tool.exe").touch()
    (tmp_path / "tool.exe").chmod(0o755)

    conf = project(tmp_path, "change_dir=sub\ncommands=run {posargs:d}", pos_args=args)

    assert value(conf, "commands") == expected


@pytest.mark.parametrize(
    ("name", "command", "expected"),
    [
        pytest.param("tox.ini", "{posargs}", "tool ../d/a", id="alone"),
        pytest.param("tox.ini", "{env:NOPE:}{posargs:q} x", "tool ../d/a x", id="first"),
        pytest.param("tox.ini", "- {posargs}", "- tool ../d/a", id="behind-a-sign"),
        pytest.param("tox.ini", '"{posargs}"', "'tool ../d/a'", id="quoted"),
        pytest.param("tox.ini", "{[x]c}", "tool ../d/a z", id="by-reference"),
        pytest.param("tox.ini", "env {posargs}", "env ../tool ../d/a", id="behind-a-word"),
        pytest.param("tox.ini", "env \\\n {posargs}", "env ../tool ../d/a", id="behind-a-word-of-the-line-above"),
        pytest.param("tox.ini", "{posargs} {posargs}", "tool ../d/a ../tool ../d/a", id="twice"),
        pytest.param("tox.toml", '"{posargs}"', "'tool ../d/a'", id="toml-text"),
        pytest.param("tox.toml", '"-", "{posargs}"', "- 'tool ../d/a'", id="toml-behind-a-sign"),
        pytest.param("tox.toml", '"env", "{posargs}"', "env '../tool ../d/a'", id="toml-behind-a-word"),
        pytest.param("tox.toml", '{replace="posargs", extend=true}', "tool ../d/a", id="toml-table"),
        pytest.param("tox.toml", '"env", {replace="posargs", extend=true}', "env ../tool ../d/a", id="toml-later"),
    ],
)
def test_program_among_arguments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, command: str, expected: str
) -> None:
    """The argument that a command begins with names a program, not a file of that name where tox was started."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d").mkdir()
    for file in ("tool", "d/a"):
        (tmp_path / file).touch()
    text = (
        f"[testenv]\nchange_dir=sub\ncommands={command}\n[x]\nc={{posargs}} z\n"
        if name == "tox.ini"
        else f'[env_run_base]\nchange_dir="sub"\ncommands=[[{command}]]\n'
    )

    conf = configuration(tmp_path, text, name=name, pos_args=["tool", "d/a"])

    assert value(conf, "commands") == [native(expected)]


@needs_links
@pytest.mark.parametrize("change_dir", ["link", "{tox_root}/link"])
def test_arguments_behind_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change_dir: str) -> None:
    """Arguments that are paths lead from what a link names to the files, also where dots stand behind a link."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "link").symlink_to("deep/er")
    for file in ("a.py", "deep/b.py"):
        (tmp_path / file).touch()

    conf = project(tmp_path, f"change_dir={change_dir}\ncommands=run {{posargs}}", pos_args=["a.py", "link/../b.py"])

    assert value(conf, "commands") == ["run ../../a.py ../b.py"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("a/../b", "b", id="dots"),
        pytest.param("./b//c/", "b/c", id="more-than-needed"),
        pytest.param("link/../b", "deep/b", id="behind-a-link", marks=needs_links),
        pytest.param("link", "deep/er", id="link", marks=needs_links),
        pytest.param("{tox_root}/a/../b", "a/../b", id="absolute-as-written"),
    ],
)
def test_folder_of_commands(tmp_path: Path, written: str, expected: str) -> None:
    """A relative ``change_dir`` is the folder it leads to; one that is absolute stays as it is written."""
    (tmp_path / "deep" / "er").mkdir(parents=True)
    if "link" in written:
        (tmp_path / "link").symlink_to("deep/er")

    assert value(project(tmp_path, f"change_dir={written}"), "change_dir") == f"{tmp_path}{native(f'/{expected}')}"


def test_arguments_that_are_no_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With ``args_are_paths`` off, arguments stay as they are; so they do while ``change_dir`` is made of them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    (tmp_path / "t.py").touch()

    off = project(tmp_path, "args_are_paths=false\nchange_dir=sub\ncommands=run {posargs}", pos_args=["t.py"])
    own = configuration(tmp_path, "[testenv]\nchange_dir={posargs}\n", name="own.ini", pos_args=["sub"])

    assert value(off, "commands") == ["run t.py"]
    assert value(own, "change_dir") == str(tmp_path / "sub")


def test_files(tmp_path: Path) -> None:
    """A glob lists what is below the project, sorted, as words of a command."""
    for name in ("b.txt", "a c.txt", "x.py"):
        (tmp_path / name).touch()
    conf = project(tmp_path, "description={glob:*.txt}|{glob:*.no:none}\ncommands=run {glob:*.txt}")

    assert value(conf, "description") == f"{tmp_path / 'a c.txt'} {tmp_path / 'b.txt'}|none"
    assert value(conf, "commands") == [f"run '{tmp_path / 'a c.txt'}' {tmp_path / 'b.txt'}"]
