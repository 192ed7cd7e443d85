"""What comes from outside of the configuration adds nothing to it: every kind of value, every way in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.config.projects import configuration, environment
from tox.config.loader.native import to_native
from tox.config.types import EnvList
from tox.errors import HandledError
from tox.tox_env.python.pip.req_file import PythonConstraints, PythonDeps

if TYPE_CHECKING:
    from pathlib import Path

    from tox.config.main import Config
    from tox.config.sets import CoreConfigSet, EnvConfigSet

#: settings whose values are lists, each with how two entries are written, and what would end one of them
LISTS = {
    f"{key}{name}": (key, written, end)
    for keys, name, written, end in (
        (("extras", "allowlist_externals", "depends", "base_python"), "-on-one-line", "first,{}", ","),
        (("depends",), "-by-braces", "first,{}", "{x,"),
        (("extras", "allowlist_externals", "depends", "base_python"), "", "\n  first\n  {}", "\n"),
        (("commands", "deps", "constraints"), "", "\n  first\n  {}", "\n"),
    )
    for key in keys
}
#: how a text gets into an entry that its author wrote a part of
WAYS = {
    "variable": "w{env:V}",
    "variable-of-set-env": "w{env:OWN}",
    "default": "{env:NO:w{env:V}}",
    "section": "{[x]entry}",
    "section-of-another": "{[y]entry}",
    "section-behind-a-part": "w{[x]bare}",
    "text-of-the-host": "{env:NESTED}",
    "setting": "w{description}",
}
SECTIONS = "[x]\nentry=w{env:V}\nbare={env:V}\n[y]\nentry={[x]entry}\n"


@pytest.fixture(autouse=True)
def host(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the variables of the host that all cases use."""
    monkeypatch.delenv("NO", raising=False)
    monkeypatch.setenv("NESTED", "w{env:V}")


def settings(conf: Config) -> EnvConfigSet:
    """Give the settings of an environment, with those that hold requirements."""
    conf.build_env = lambda name: environment(conf, name)
    env_conf = environment(conf)
    root: Path = conf.core["tox_root"]
    for key, kind in {"deps": PythonDeps, "constraints": PythonConstraints}.items():

        def make(raw: Any, kind: Any = kind) -> Any:
            return kind.factory(root, raw)

        env_conf.add_config(key, kind, kind("", root), key, factory=make)
    return env_conf


def with_labels(conf: Config) -> CoreConfigSet:
    """Give the settings of the project, with the labels of environments."""
    conf.core.add_config("labels", dict[str, EnvList], {}, "labels")
    return conf.core


def entries(conf: Config, key: str) -> list[str]:
    """Give the entries of a setting."""
    return cast("list[str]", to_native(settings(conf)[key]))


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize(("key", "written", "end"), LISTS.values(), ids=LISTS)
def test_a_value_within_an_entry_stays_within_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, written: str, end: str, way: str
) -> None:
    """What would end an entry is refused in what is put into one, or becomes a blank; it never makes another entry."""
    monkeypatch.setenv("V", f"1{end}evil")
    body = f"[testenv]\ndescription={{env:V}}\nset_env=OWN={{env:V}}\n{key}={written.format(way)}\n{SECTIONS}"

    conf = configuration(tmp_path, body)

    if key == "commands":
        assert entries(conf, key) == ["first", "w1 evil"]
    else:
        with pytest.raises(HandledError, match=rf"a\.{key} ") as caught:
            entries(conf, key)
        assert "evil" not in str(caught.value)


@pytest.mark.parametrize("end", [",", "\n", "{x}", "}"], ids=["comma", "line end", "braces", "brace"])
@pytest.mark.parametrize("written", ["env_list=a{env:V}", "labels=l=a{env:V}", "labels=l={env:V}", "labels=l{env:V}=a"])
def test_a_value_within_a_name_stays_within_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, end: str
) -> None:
    """Names of environments and of labels are none the more for what is put beside them."""
    monkeypatch.setenv("V", f"b{end}evil")
    core = with_labels(configuration(tmp_path, f"[tox]\n{written}\n"))

    with pytest.raises(HandledError, match="separator of entries"):
        core[written.partition("=")[0]]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("env_list={env:V}", "a{b,c}"),
        ("env_list={a,{env:V}}", "ab,ac"),
        ("labels=l={x,{env:V}}", "b,c"),
        ("labels={env:V}", "l=a{b,c}"),
    ],
)
def test_a_value_alone_may_be_several_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str, text: str
) -> None:
    """What is all that stands between commas or braces may be several names."""
    monkeypatch.setenv("V", text)
    key = written.partition("=")[0]

    found = with_labels(configuration(tmp_path, f"[tox]\n{written}\n"))[key]

    names = found["l"].envs if key == "labels" else found.envs
    assert [name[-1] for name in names][-2:] == ["b", "c"]


@pytest.mark.parametrize("key", sorted({key for key, _, _ in LISTS.values()}))
def test_a_value_alone_may_be_several_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """A value that is all of a line may stand for several entries."""
    monkeypatch.setenv("V", "one\ntwo")

    found = entries(configuration(tmp_path, f"[testenv]\n{key}={{env:V}}\n"), key)

    assert found == ["one", "two"]


@pytest.mark.parametrize(
    ("word", "kept"), [("a\nb", "'a b'"), ("a\n", "a"), ("a\r\nb", "'a b'"), ("a\u2028b", "'a b'"), ("\n", "''")]
)
@pytest.mark.parametrize("key", ["extras", "allowlist_externals", "base_python", "commands", "description", "set_env"])
def test_line_ends_of_arguments_are_blanks(tmp_path: Path, key: str, word: str, kept: str) -> None:
    """An argument after the double dash is one line in every kind of value that is text."""
    body = f"[testenv]\n{key}={'A=' if key == 'set_env' else ''}{{posargs}}\n"
    conf = configuration(tmp_path, body, pos_args=[word])
    single: dict[str, Any] = {"description": kept, "set_env": {"A": kept}}

    assert to_native(settings(conf)[key]) == single.get(key, [kept])


def with_deps(name: str, lines: str) -> str:
    """Write a configuration whose environments have dependencies, in the format that the name of the file tells."""
    if name == "tox.ini":
        return f"[testenv]\ndeps=\n  {lines}\n"
    quoted = ",".join(f'"{line.strip()}"' for line in lines.split("\n"))
    return f"[env_run_base]\ndeps=[{quoted}]\n"


REQUIREMENTS = [
    pytest.param("six{env:V}\n  -c limits.txt", "==1 \\", "backslash", id="backslash-takes-in-the-next-line"),
    pytest.param("{env:V}\n  -c limits.txt", "six \\", "backslash", id="backslash-of-a-whole-line"),
    pytest.param("six{env:V}", "==1 --pre", "option", id="option"),
    pytest.param("six{env:V}", "==1 -r x", "option", id="short-option"),
    pytest.param("six{env:V} --hash=x", " #", "comment", id="comment"),
    pytest.param("six=={env:V}", "", "empty", id="nothing-behind-a-comparison"),
    pytest.param("six == {env:V}", "", "empty", id="nothing-behind-a-comparison-and-a-blank"),
    pytest.param("six ~= {env:V} ; python_version > '3'", "", "empty", id="nothing-before-a-marker"),
    pytest.param("six @ {env:V}", "", "empty", id="nothing-for-a-url"),
    pytest.param("{glob:*.torn}", "", "line end", id="file-with-a-line-end-in-its-name"),
    pytest.param("--extra-index-url https://h/${V}", "v --index-url=https://evil/", "option", id="option-for-pip"),
    pytest.param("six${V}", "\nevil", "line end", id="line-end-for-pip"),
]


@pytest.mark.parametrize(("lines", "text", "word"), REQUIREMENTS)
@pytest.mark.parametrize("name", ["tox.ini", "tox.toml"])
def test_requirements_with_additions_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, lines: str, text: str, word: str
) -> None:
    """What would change a requirement beyond the place it was put into is refused before pip runs."""
    monkeypatch.setenv("V", text)
    (tmp_path / "a\n--pre.torn").touch()
    conf = configuration(tmp_path, with_deps(name, lines), name=name)

    with pytest.raises((HandledError, ValueError), match=word):
        _ = settings(conf)["deps"].as_root_args


@pytest.mark.parametrize(
    ("line", "arguments"),
    [
        pytest.param("six{env:V}", ["six"], id="nothing"),
        pytest.param("six {env:V}", ["six"], id="nothing-behind-a-blank"),
        pytest.param("{env:V}\n  pluggy", ["pluggy"], id="nothing-on-a-line"),
        pytest.param("--index-url={env:V}\n  six", ["six"], id="nothing-for-an-option"),
        pytest.param("{env:NAMED}", ["six==${HIDDEN}"], id="variable-in-a-variable"),
        pytest.param("six{env:SPEC}", ["six==${HIDDEN}"], id="variable-in-a-part"),
        pytest.param("six==${HIDDEN}", ["six==9.8"], id="variable-that-was-written"),
        pytest.param("./--log=x/y", ["./--log=x/y"], id="path-like-an-option"),
    ],
)
@pytest.mark.parametrize("name", ["tox.ini", "tox.toml"])
def test_requirements_stay_what_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, line: str, arguments: list[str]
) -> None:
    """Nothing beside a requirement is nothing, and only what was written is filled in by pip's rules, once."""
    for variable, text in {"V": "", "HIDDEN": "9.8", "NAMED": "six==${HIDDEN}", "SPEC": "==${HIDDEN}"}.items():
        monkeypatch.setenv(variable, text)
    (tmp_path / "--log=x" / "y").mkdir(parents=True)

    deps = settings(configuration(tmp_path, with_deps(name, line), name=name))["deps"]

    assert deps.as_root_args == arguments


@pytest.mark.parametrize(
    ("text", "longest"),
    [
        pytest.param("{env:MAGIC}", 200_000, id="variable-that-holds-itself-a-hundred-times"),
        pytest.param("{[z]a}", 200_000, id="sections-that-hold-each-other-twice"),
        pytest.param("{env:S} {env:MAGIC} end", 2_000, id="what-follows-is-left"),
    ],
)
@pytest.mark.parametrize("key", ["description", "deps", "commands", "extras"])
def test_what_grows_without_end_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, key: str, text: str, longest: int
) -> None:
    """Texts that stand for themselves more than once stay small, and are told once without what is around them."""
    monkeypatch.setenv("MAGIC", "{env:MAGIC}" * 100)
    monkeypatch.setenv("S", "hunter2{env:S}")
    conf = configuration(tmp_path, f"[testenv]\n{key}={text}\n[z]\na={{[z]b}}{{[z]b}}\nb={{[z]a}}{{[z]a}}\n")

    shown = str(to_native(settings(conf)[key]))

    assert len(shown) < longest
    assert len([one for one in caplog.messages if "left as it is" in one]) == 1
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize("key", ["install_command"])
@pytest.mark.parametrize("text", ["", "{env:NO:}", "-", "!", "''", "- ''"])
def test_a_command_needs_a_program(tmp_path: Path, key: str, text: str) -> None:
    """A setting that is one command is refused when it names no program, before what follows is taken for one."""
    conf = configuration(tmp_path, f"[testenv]\n{key}={text}\n")

    with pytest.raises(HandledError, match=rf"a\.{key}: .* program.*\[testenv\] of .*tox\.ini"):
        _ = settings(conf)[key]
    with pytest.raises(HandledError, match=rf"a\.{key}: .* program"):
        _ = settings(configuration(tmp_path, "", overrides=[f"testenv.{key}={text}"]))[key]


@pytest.mark.parametrize("option", ["-r", "-r ", "-c ", "-e ", "-f "])
@pytest.mark.parametrize("folder", ["a #b", "a  #b", "#b", "a#b", "a b"])
def test_a_path_may_hold_a_blank_and_a_hash(tmp_path: Path, option: str, folder: str) -> None:
    """The folder of the project, put into the path of an option, starts no comment; a comment behind it is one."""
    root = tmp_path / folder
    (root / "r").mkdir(parents=True)
    conf = configuration(root, f"[testenv]\ndeps={option}{{tox_root}}/r # note\n")

    (argument,) = (word for word in settings(conf)["deps"].as_root_args if word not in {"-r", "-c", "-e", "-f"})
    assert argument in {f"{root}/r", "./r"}  # what is editable is named from the root


@pytest.mark.parametrize("entry", ["{env:V}", "six{env:V}", "-i https://h/{env:V}", "-r '{env:V}"])
def test_a_comment_is_refused_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: str) -> None:
    """A blank and a hash sign in what is put anywhere else would end the requirement."""
    monkeypatch.setenv("V", "a #b")
    with pytest.raises(HandledError, match="start a comment"):
        entries(configuration(tmp_path, f"[testenv]\ndeps=\n  {entry} x\n"), "deps")
