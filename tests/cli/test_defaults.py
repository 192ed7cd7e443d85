"""Defaults of options from variables and from the user's configuration file."""

from __future__ import annotations

from argparse import SUPPRESS
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tox.config.cli import env_var
from tox.config.cli.env_var import get_env_var
from tox.config.cli.ini import IniConfig, default_path
from tox.config.cli.parser import Parsed, ToxParser
from tox.plugin.manager import MANAGER

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.session.in_process import Ended


@pytest.fixture(autouse=True)
def _plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOX_USER_CONFIG_FILE", str(tmp_path / "user.ini"))
    monkeypatch.chdir(tmp_path)
    env_var.take_problems()


def parse(*args: str) -> Parsed:
    """Parse arguments as a fresh process would."""
    MANAGER.load_plugins(None)
    parsed: Parsed = ToxParser.core().parse_known_args(args)[0]
    return parsed


@pytest.mark.parametrize(
    ("name", "text", "dest", "value"),
    [
        pytest.param("TOX_RECREATE", "yes", "recreate", True, id="boolean"),
        pytest.param("TOX_RECREATE", "", "recreate", False, id="empty boolean"),
        pytest.param("TOXRECREATE", "1", "recreate", True, id="without underscore"),
        pytest.param("TOX_VERBOSE", "4", "verbose", 4, id="number"),
        pytest.param("TOX_CONFIG_FILE", "a.ini", "config_file", Path("a.ini"), id="path"),
        pytest.param("TOX_LABELS", "a;;b", "labels", ["a", "b"], id="list"),
        pytest.param("TOX_DISCOVER", "/a b;c", "discover", ["/a b", "c"], id="list of paths"),
        pytest.param("TOX_FACTORS", "a,b;c", "factors", [["a", "b"], ["c"]], id="list of lists"),
        pytest.param("TOX_SKIP_ENV", "py3", "skip_env", "py3", id="text"),
        pytest.param("TOX_STDERR_COLOR", "BLUE", "stderr_color", "BLUE", id="choice"),
        pytest.param("TOX_LOCK_TIMEOUT", "2.5", "lock_timeout", 2.5, id="seconds"),
        pytest.param("TOX_PARALLEL", "3", "parallel", 3, id="number or word"),
        pytest.param("TOX_NO_PROVISION", "1", "no_provision", True, id="switch with a value"),
    ],
)
def test_variable_sets_a_default(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, dest: str, value: object
) -> None:
    """A variable sets the default of an option, converted to its type."""
    monkeypatch.setenv(name, text)

    assert getattr(parse("run-parallel"), dest) == value
    assert env_var.take_problems() == []


def test_environments_from_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """``TOXENV`` names environments, unless the command line does."""
    monkeypatch.setenv("TOXENV", "a,b")

    assert list(parse("run").env) == ["a", "b"]
    assert list(parse("run", "-e", "c", "-e", "d").env) == ["c", "d"]


def test_appended_values_add_to_those_of_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """``-x`` adds to ``TOX_OVERRIDE``."""
    monkeypatch.setenv("TOX_OVERRIDE", "a.b=1;c.d=2")

    assert [str(one) for one in parse("run", "-x", "e.f=3").override] == ["a.b=1", "c.d=2", "e.f=3"]


def test_command_line_beats_variable_beats_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nearer wins: command line, variable, user's file."""
    (tmp_path / "user.ini").write_text("[tox]\nskip_env = file\nlabels = f1, f2\nwork_dir = wd\n")

    from_file = parse("run")
    monkeypatch.setenv("TOX_SKIP_ENV", "variable")
    from_variable = parse("run")
    from_command_line = parse("run", "--skip-env", "line")

    assert (from_file.skip_env, from_file.labels, from_file.work_dir) == ("file", ["f1", "f2"], Path("wd"))
    assert (from_variable.skip_env, from_command_line.skip_env) == ("variable", "line")


@pytest.mark.parametrize(
    ("name", "text"),
    [("TOX_VERBOSE", "many"), ("TOX_RECREATE", "perhaps"), ("TOX_STDERR_COLOR", "MUD"), ("TOX_LOCK_TIMEOUT", "soon")],
)
def test_bad_variable_is_told_and_ignored(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    """A variable that does not fit leaves the default, and is told once."""
    default = getattr(parse("run"), name[4:].lower())
    monkeypatch.setenv(name, text)

    value = getattr(parse("run"), name[4:].lower())

    assert value == default
    (problem,) = env_var.take_problems()
    assert problem.startswith(f"env var {name}=")


def test_bad_variable_warns_on_the_screen(tox: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch) -> None:
    """The user reads about a bad variable once, and the command goes on."""
    monkeypatch.setenv("TOX_VERBOSE", "zz")

    ended = tox("list", "--no-desc", tox_ini="[tox]\nenv_list=a\n[testenv]\npackage=skip")

    assert ended.code == 0
    assert ended.out.splitlines()[1:] == ["a"]
    assert "env var TOX_VERBOSE='zz' cannot be transformed to <class 'int'>" in ended.out


@pytest.mark.parametrize(
    "content",
    [b"[tox\n", b"a = 1\n", b"[tox]\nverbose = \xff\n", b"[tox]\nquiet=1\nquiet=2\n", "[tox]\n".encode("utf-16"), None],
    ids=["open", "bare", "bytes", "twice", "utf-16", "folder"],
)
def test_broken_user_file_is_ignored(
    tox: Callable[..., Ended], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    """A user's file that cannot be read is told once, whatever is asked for, and counts as empty."""
    monkeypatch.setenv("TOX_USER_CONFIG_FILE", str(tmp_path / "user.ini"))
    if content is None:
        (tmp_path / "user.ini").mkdir()
    else:
        (tmp_path / "user.ini").write_bytes(content)

    config = IniConfig()
    ended = tox("list", "--no-desc", tox_ini="[tox]\nenv_list=a\n[testenv]\npackage=skip")

    assert not config
    assert "failed to parse" in config.epilog
    assert config.get("verbose", int) is None
    assert (ended.code, ended.err) == (0, "")
    told, listed = ended.out.splitlines()
    assert told.startswith(f"ROOT: failed to read config file {tmp_path / 'user.ini'}: ")
    assert listed == "a"


@pytest.mark.parametrize(
    ("text", "as_text", "as_list"),
    [
        pytest.param("a # c", "a", ["a"], id="comment"),
        pytest.param("a#c", "a", ["a"], id="comment without a blank"),
        pytest.param("# c", "", [], id="nothing but a comment"),
        pytest.param(r"a\#b # c", "a#b", ["a#b"], id="protected sign"),
        pytest.param("a ; c", "a ; c", ["a ; c"], id="semicolon"),
        pytest.param("a, b # c, d", "a, b", ["a", "b"], id="commas"),
        pytest.param("a # c\n  b # d", "a\nb", ["a", "b"], id="lines"),
        pytest.param("a, b\n  c", "a, b\nc", ["a, b", "c"], id="commas in lines"),
        pytest.param("a \\\n  b", "a b", ["a b"], id="joined lines"),
        pytest.param("a\x0cb\u2028c", "a\x0cb\u2028c", ["a\x0cb\u2028c"], id="other white space"),
        pytest.param("{env:HOME} %(x)s", "{env:HOME} %(x)s", ["{env:HOME} %(x)s"], id="nothing is substituted"),
    ],
)
def test_syntax_of_the_user_file(tmp_path: Path, text: str, as_text: str, as_list: list[str]) -> None:
    """Comments and lines are as in ``tox.ini``; lists have commas, or lines."""
    (tmp_path / "user.ini").write_text(f"[tox]\nwork_dir = {text}\n", encoding="utf-8")

    assert IniConfig().get("work_dir", str) == (as_text, "file")
    assert IniConfig().get("work_dir", list[str]) == (as_list, "file")


#: options of plugins, and for texts of a variable what they give; None where the default stays
SHAPES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("one", {"nargs": 1}, {"a": ["a"], "a;b": ["a", "b"], "": []}),
    ("two", {"nargs": 2}, {"x;y": ["x", "y"]}),
    ("two-numbers", {"nargs": 2, "type": int}, {"1;2": [1, 2], "1;x": None}),
    ("some", {"nargs": "+"}, {"a;;b": ["a", "b"]}),
    ("any", {"nargs": "*", "type": int, "default": []}, {"1": [1], "": [], "x": []}),
    ("perhaps", {"nargs": "?", "default": "d"}, {"a;b": "a;b"}),
    ("rest", {"nargs": "..."}, {"a;b": ["a", "b"]}),
    ("append", {"action": "append"}, {"a;b": ["a", "b"]}),
    ("append-two", {"action": "append", "nargs": 2}, {"a,b;c,d": [["a", "b"], ["c", "d"]]}),
    ("append-some", {"action": "append", "nargs": "+", "type": int}, {"1;2,3": [[1], [2, 3]], "x": None}),
    ("append-perhaps", {"action": "append", "nargs": "?"}, {"a;b": ["a", "b"]}),
    ("extend", {"action": "extend", "nargs": "+"}, {"a;b": ["a", "b"], "a,b;c": ["a", "b", "c"]}),
    ("extend-numbers", {"action": "extend", "nargs": 2, "type": int}, {"3,4": [3, 4], "3": [3], "x": None}),
    ("extend-one", {"action": "extend", "default": []}, {"a;b": ["a", "b"]}),
    ("choice", {"choices": ["old", "new"]}, {"old": "old", "x": None}),
    ("choices", {"choices": ["old", "new"], "nargs": "+"}, {"old;new": ["old", "new"], "old;x": None}),
    ("number-choice", {"choices": [1, 2], "type": int}, {"2": 2, "3": None}),
    ("const", {"action": "store_const", "const": 1}, {"2": 2, "x": None}),
    ("const-text", {"action": "store_const", "const": "c"}, {"x": "x"}),
    ("const-default", {"action": "store_const", "const": 1, "default": 0}, {"2": 2, "x": 0}),
    ("const-unlike-default", {"action": "store_const", "const": "c", "default": 0}, {"2": 2, "x": 0}),
    ("const-for-a-text", {"action": "store_const", "const": 1, "default": "d"}, {"2": "2"}),
    ("true", {"action": "store_true"}, {"yes": True, "": False, "x": False}),
    ("false", {"action": "store_false"}, {"no": False, "x": True}),
    ("count", {"action": "count", "default": 0}, {"3": 3}),
    ("number", {"type": int}, {"3": 3, "x": None}),
    ("default", {"default": 1.5}, {"2": 2.0}),
    ("function", {"type": lambda text: text.upper()}, {"a": "A"}),
    ("declared", {"of_type": list[int], "nargs": "+", "default": []}, {"1;2": [1, 2]}),
    ("suppressed", {"default": SUPPRESS}, {"a": None}),
]


@pytest.mark.parametrize(
    ("keywords", "text", "expected"),
    [
        pytest.param(keywords, text, expected, id=f"{name}-{text}")
        for name, keywords, texts in SHAPES
        for text, expected in texts.items()
    ],
)
@pytest.mark.parametrize("way", ["TOX_SHAPE", "TOXSHAPE", "file"])
def test_options_of_plugins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keywords: dict[str, Any], text: str, expected: Any, way: str
) -> None:
    """A variable, or the user's file, gives an option of a plugin a value of the shape that the command line gives."""
    if way == "file":
        # several entries stand in lines; a comma within one is no separator then
        is_list = not isinstance(expected, str) and ("," in text or ";" in text)
        lines = "\n  ".join(["", *text.split(";")]) if is_list else text
        (tmp_path / "user.ini").write_text(f"[tox]\nshape = {lines}\n")
    else:
        monkeypatch.setenv(way, text)
    parser = ToxParser.base()
    parser.add_argument("--shape", **keywords)

    parsed = parser.parse_args([])

    assert getattr(parsed, "shape", None) == expected


def test_bad_values_of_plugins_options_are_told(tox: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch) -> None:
    """The user reads once about a value that an option of the project's plugin refuses."""
    monkeypatch.setenv("TOX_DEMO", "many")
    plugin = (
        "from tox.plugin import impl\n@impl\ndef tox_add_option(parser):\n    parser.add_argument('--demo', type=int)\n"
    )

    ended = tox("list", "--no-desc", tox_ini="[tox]\nenv_list=a\n[testenv]\npackage=skip", toxfile_py=plugin)

    assert (ended.code, ended.out.count("TOX_DEMO")) == (0, 1)


@pytest.mark.parametrize("way", ["variable", "file"])
@pytest.mark.parametrize("bad", ["nonsense", "a.b=1;nonsense"])
def test_a_bad_override_is_told_and_ignored(
    tox: Callable[..., Ended], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: str, way: str
) -> None:
    """An override that cannot be understood does not stop tox, unless it comes from the command line."""
    monkeypatch.setenv("TOX_USER_CONFIG_FILE", str(tmp_path / "user.ini"))
    if way == "file":
        (tmp_path / "user.ini").write_text("[tox]\noverride =\n" + "".join(f"  {one}\n" for one in bad.split(";")))
    else:
        monkeypatch.setenv("TOX_OVERRIDE", bad)
    ini = "[tox]\nenv_list=a\n[testenv]\npackage=skip"

    ended = tox("list", "--no-desc", tox_ini=ini)
    good = tox("config", "-e", "a", "-k", "description", "-x", "testenv.description=d")

    assert ended.code == 0
    assert ended.out.splitlines()[-1] == "a"
    assert ("TOX_OVERRIDE" if way == "variable" else "user.ini key override") in ended.out
    assert good.out.splitlines()[-1] == "description = d"
    assert tox("list", "-x", "nonsense").code == 2


@pytest.mark.parametrize("way", ["variable", "file"])
@pytest.mark.parametrize("name", ["", "missing.whl", "folder"])
def test_a_package_that_is_not_there(
    tox: Callable[..., Ended], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, way: str
) -> None:
    """A package that a variable names is looked for by what installs it; an empty text names none."""
    monkeypatch.setenv("TOX_USER_CONFIG_FILE", str(tmp_path / "user.ini"))
    (tmp_path / "folder").mkdir()
    (tmp_path / "good.whl").touch()
    if way == "file":
        (tmp_path / "user.ini").write_text(f"[tox]\ninstall_pkg = {name}\n")
    else:
        monkeypatch.setenv("TOX_INSTALL_PKG", name)

    assert parse("run").install_pkg == (tmp_path / name if name else None)
    assert parse("run", "--installpkg", "good.whl").install_pkg == tmp_path / "good.whl"
    assert tox("list", "--no-desc", tox_ini="[tox]\nenv_list=a\n").out == "a\n"
    if name:
        failed = tox("run", "-e", "a", tox_ini="[tox]\nenv_list=a\n")
        assert failed.code == 1
        assert f"{tmp_path / name}, the package to install, " in failed.out


def test_byte_order_mark_in_user_file(tmp_path: Path) -> None:
    """A user's file may begin with a byte order mark."""
    (tmp_path / "user.ini").write_bytes(b"\xef\xbb\xbf[tox]\nverbose = 3\n")

    assert IniConfig().get("verbose", int) == (3, "file")


def test_help_names_the_origin_of_a_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Help tells default and variable of each option, or where the default was changed."""
    (tmp_path / "user.ini").write_text("[tox]\nquiet = 1\n")
    monkeypatch.setenv("TOX_VERBOSE", "3")

    with pytest.raises(SystemExit):
        parse("run", "-h")

    out = capsys.readouterr().out
    assert "(default: 3 -> from env var TOX_VERBOSE)" in out
    assert "(default: 1 -> from file)" in out
    assert "set by TOX_SKIP_ENV" in out
    assert f"config file {str(tmp_path / 'user.ini')!r} active (set via env var TOX_USER_CONFIG_FILE)" in out


def test_default_path_follows_the_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a variable the file is where the platform keeps configurations."""
    platformdirs = pytest.importorskip("platformdirs")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    assert default_path() == Path(platformdirs.user_config_dir("tox")) / "config.ini"
    monkeypatch.setenv("XDG_CONFIG_HOME", " ")
    assert default_path() == Path(platformdirs.user_config_dir("tox")) / "config.ini"


@pytest.mark.parametrize("of_type", [int, list[str], str, Path])
def test_unset_variable(monkeypatch: pytest.MonkeyPatch, of_type: Any) -> None:
    """A variable that is not set has no value."""
    monkeypatch.delenv("TOX_NOPE", raising=False)

    assert get_env_var("nope", of_type) is None
