"""Defaults of options from variables and from the user's configuration file."""

from __future__ import annotations

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


@pytest.mark.parametrize("content", ["[tox\n", "a = 1\n", b"[tox]\nverbose = \xff\n"], ids=["open", "bare", "bytes"])
def test_broken_user_file_is_ignored(tmp_path: Path, content: str | bytes, caplog: pytest.LogCaptureFixture) -> None:
    """A user's file that cannot be read is an error in the log, and counts as empty."""
    (tmp_path / "user.ini").write_bytes(content if isinstance(content, bytes) else content.encode())

    config = IniConfig()

    assert not config
    assert "failed to parse" in config.epilog
    assert config.get("verbose", int) is None
    assert "failed to read config file" in caplog.text


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
