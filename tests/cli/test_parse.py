"""From arguments to values: posargs, sub-commands, plugins' options, usage errors."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tox.config.cli.parse import at_hand, get_options, split_pos_args
from tox.plugin._builtin import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.session.in_process import Ended

INI = "[tox]\nenv_list=a,b\n[testenv]\npackage=skip\n"


@pytest.mark.parametrize(
    ("args", "words", "pos_args"),
    [
        pytest.param(["run"], ["run"], None, id="none"),
        pytest.param(["run", "--"], ["run"], (), id="empty"),
        pytest.param(["run", "--", "a", "--", "b"], ["run"], ("a", "--", "b"), id="several"),
    ],
)
def test_positional_arguments(args: list[str], words: list[str], pos_args: tuple[str, ...] | None) -> None:
    """What follows the first ``--`` is for commands, and an empty rest is not the same as none."""
    assert split_pos_args(args) == (words, pos_args)


@pytest.mark.parametrize(
    ("words", "commands"),
    [
        pytest.param(["run", "list"], {"run"}, id="first word"),
        pytest.param(["l"], {"list"}, id="alias"),
        pytest.param([], {"legacy"}, id="nothing"),
        pytest.param(["-e", "list", "c"], {"legacy", "list", "config"}, id="any word"),
        pytest.param(["--help"], None, id="help"),
        pytest.param(["run", "--help"], {"run"}, id="help of one"),
    ],
)
def test_sub_commands_at_hand(words: list[str], commands: set[str] | None) -> None:
    """Only sub-commands that the arguments may ask for are built."""
    assert at_hand(words) == commands


@pytest.mark.parametrize(
    ("args", "command"),
    [
        pytest.param(["-e", "a", "r"], "r", id="anywhere"),
        pytest.param(["run"], "run", id="first"),
        pytest.param(["-e", "a"], "legacy", id="none"),
        pytest.param(["-s", "l"], "l", id="after an optional value"),
        pytest.param(["-m", "x", "run"], "legacy", id="swallowed"),
    ],
)
def test_sub_command_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], command: str) -> None:
    """The sub-command may stand anywhere; without one it is the command line of tox 3."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tox.ini").write_text(INI)

    options = get_options(*args)

    assert options.parsed.command == command
    assert command in options.cmd_handlers
    assert options.parsed.remainder == (["-s"] if command == "l" and "-s" in args else [])


def test_unknown_arguments_are_kept_for_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unknown arguments are no usage error: a provisioned tox may know them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tox.ini").write_text(INI)

    assert get_options("run", "--zzz", "1").parsed.remainder == ["--zzz", "1"]


@pytest.mark.parametrize("args", [["zzz"], ["run", "--zzz"], ["list", "--zzz"]], ids=" ".join)
def test_unknown_arguments_end_with_a_hint(tox: Callable[..., Ended], args: list[str]) -> None:
    """Unknown arguments are told with a hint at ``--``, and end with 254."""
    ended = tox(*args, tox_ini=INI)

    assert ended.code == -2
    assert ended.out.startswith("ROOT: HandledError| unrecognized arguments: ")
    assert ended.out.splitlines()[1].startswith("hint: ")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        pytest.param(["run", "-e", "a", "-m", "x"], "not allowed with argument -e", id="two selections"),
        pytest.param(["list", "-m", "x", "-d"], "not allowed with argument -m", id="label and default"),
        pytest.param(["run", "-i", "--result-json", "x"], "not allowed with argument --result-json", id="no capture"),
        pytest.param(["run", "--hashseed", "0"], "greater than zero", id="seed of zero"),
        pytest.param(["run", "--hashseed", "x"], "notset or a number", id="seed of letters"),
        pytest.param(["run", "-s", "zz"], "zz", id="skip missing interpreters"),
        pytest.param(["run", "--lock-timeout", "-1"], "lock-timeout", id="negative time"),
        pytest.param(["run", "--lock-timeout", "nan"], "zero or more", id="no time"),
        pytest.param(["p", "-p", "zz"], "zz", id="workers"),
        pytest.param(["run", "--installpkg", "no.whl"], "no.whl", id="missing package"),
        pytest.param(["run", "--runner", "nope"], "invalid choice: 'nope'", id="unknown runner"),
        pytest.param(["run", "-e"], "expected one argument", id="missing value"),
    ],
)
def test_usage_errors(tox: Callable[..., Ended], args: list[str], message: str) -> None:
    """Options used in a wrong way end with 2 and say what is wrong."""
    ended = tox(*args, tox_ini=INI)

    assert ended.code == 2
    assert message in ended.err


@pytest.mark.parametrize("variables", [{}, {"COMP_LINE": "tox ", "COMP_POINT": "4"}], ids=["alone", "no library"])
def test_completion_variables_disturb_nothing(
    tox: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    """Without a line to complete, or the library that does so, tox runs as ever."""
    monkeypatch.setitem(sys.modules, "argcomplete", None)
    monkeypatch.setenv("_ARGCOMPLETE", "1")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert tox("list", "--no-desc", tox_ini=INI).out.splitlines() == ["a", "b"]
    assert tox("-l").code == 0
    assert get_options().parsed.command == "legacy"


HELP = [["--help"], ["-h"], ["r", "-h"], ["run", "--help"], ["-e", "a", "-h"], ["-h", "list"], ["-rh"]]


@pytest.mark.parametrize("args", HELP, ids=" ".join)
@pytest.mark.parametrize("way", ["broken", "folder", "option", "variable"])
def test_help_needs_no_configuration(
    tox: Callable[..., Ended], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], way: str
) -> None:
    """Help is shown beside a configuration that cannot be read, or is missing; other commands tell it."""
    if way == "broken":
        (tmp_path / "tox.toml").write_text("deps =\n  six\n")
    elif way == "folder":
        (tmp_path / "tox.ini").mkdir()
    elif way == "variable":
        monkeypatch.setenv("TOX_CONFIG_FILE", "missing.ini")
    given = ["-c", "missing.ini"] if way == "option" else []

    shown = tox(*args, *given)
    refused = tox("list", *given)

    assert shown.code == 0
    assert shown.out.startswith("usage: tox ")
    assert refused.code == -2


@pytest.mark.parametrize(
    ("args", "read"),
    [
        pytest.param(["-c", "../there/tox.toml", "list"], "there", id="named"),
        pytest.param(["--colored", "never", "-c", "../there/tox.toml", "list"], "there", id="beside a bad choice"),
        pytest.param(["run", "-e", "-c=.", "-c", "../there/tox.toml"], None, id="before a missing value"),
        pytest.param(["run", "-c", "../there/tox.toml", "-e", "-c=."], None, id="behind a missing value"),
        pytest.param(["list", "--colo", "never", "-c../there"], "there", id="folder"),
        pytest.param(["--version", "-c", "../there"], "there", id="version"),
        pytest.param(["-h", "-c", "../there"], "there", id="help"),
        pytest.param(["-c", "missing", "-h"], None, id="help beside nothing"),
        pytest.param(["-c", os.devnull, "list"], None, id="null device"),
        pytest.param(["list"], "here", id="found"),
    ],
)
def test_only_the_plugin_of_the_chosen_project_runs(
    tox: Callable[..., Ended], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str], read: str | None
) -> None:
    """The ``toxfile.py`` of the current folder does not run when another project is chosen, or perhaps was meant."""
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "tox.toml").write_text('env.own.package = "skip"\n')
        (tmp_path / name / "toxfile.py").write_text(f"open({str(tmp_path / name / 'was-read')!r}, 'w').close()\n")
    monkeypatch.chdir(tmp_path / "here")

    tox(*args)

    assert [name for name in ("here", "there") if (tmp_path / name / "was-read").exists()] == ([read] if read else [])


@pytest.mark.parametrize(
    ("args", "command", "words"),
    [
        pytest.param(["list", "--any", "one"], "list", ["one"], id="behind"),
        pytest.param(["--any", "one", "list"], "legacy", ["one", "list"], id="among the values"),
        pytest.param(["--any", "list"], "list", [], id="without values"),
        pytest.param(["--any", "one", "-v", "list"], "list", ["one"], id="behind an option"),
        pytest.param(["list", "--any", "list", "run"], "list", ["list", "run"], id="values named like it"),
        pytest.param(["--any=one", "list"], "list", ["one"], id="value in the same word"),
    ],
)
def test_sub_command_beside_an_option_of_a_plugin(
    tox: Callable[..., Ended], args: list[str], command: str, words: list[str]
) -> None:
    """A word that an option of a plugin takes is no sub-command."""
    plugin = (
        "from tox.plugin import impl\n"
        "@impl\ndef tox_add_option(parser):\n    parser.add_argument('--any', nargs='*', default=[])\n"
        "@impl\ndef tox_add_core_config(core_conf, state):\n"
        "    options = state.conf.options\n    print([options.command, options.any])\n"
    )

    ended = tox(*args, tox_ini=INI, toxfile_py=plugin)

    assert str([command, words]) in ended.out.splitlines()


@pytest.mark.parametrize("asked", ["list", "run", "l"])
def test_every_sub_command_has_its_function(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    """Whichever was asked for, the functions of all are there by every name."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tox.ini").write_text(INI)
    every = {name for command in COMMANDS for name in (command.name, *command.aliases)}

    handlers = get_options(asked).cmd_handlers

    assert "config" in handlers
    assert handlers.get("nope") is None
    assert handlers["c"] is handlers["config"]
    assert set(handlers) == set(handlers.keys()) == {name for name, _ in handlers.items()} == every
    assert len(handlers) == len(every)
    assert all(callable(function) for function in handlers.values())


def test_seed_can_be_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``--hashseed notset`` leaves hashing alone; otherwise a number of the host is kept."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tox.ini").write_text(INI)
    monkeypatch.setenv("PYTHONHASHSEED", "12")

    assert get_options("run", "--hashseed", "notset").parsed.hash_seed is None
    assert get_options("run").parsed.hash_seed == 12
    monkeypatch.setenv("PYTHONHASHSEED", "random")
    assert get_options("run").parsed.hash_seed > 0


@pytest.mark.parametrize(
    ("variables", "colored"),
    [
        pytest.param({}, "no", id="no terminal"),
        pytest.param({"FORCE_COLOR": "1"}, "yes", id="forced"),
        pytest.param({"FORCE_COLOR": "1", "NO_COLOR": "1"}, "no", id="refused"),
        pytest.param({"TTY_COMPATIBLE": "1"}, "yes", id="compatible"),
        pytest.param({"TTY_COMPATIBLE": "0", "FORCE_COLOR": "1"}, "yes", id="forced though incompatible"),
        pytest.param({"FORCE_COLOR": "", "NO_COLOR": ""}, "no", id="empty"),
    ],
)
def test_color(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], colored: str) -> None:
    """Colours are as the variables of terminals and people say."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tox.ini").write_text(INI)
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert get_options("list").parsed.colored == colored


def test_option_of_the_project_plugin_is_known_to_all(tox: Callable[..., Ended], tmp_path: Path) -> None:
    """A project's own plugin adds options to every sub-command, a runner, and a sub-command."""
    (tmp_path / "toxfile.py").write_text(
        "from tox.plugin import impl\n"
        "from tox.tox_env.register import REGISTER\n"
        "@impl\n"
        "def tox_register_tox_env(register):\n"
        "    register.add_by_name({'mine': 'tox.tox_env.nowhere:Mine'}, {})\n"
        "@impl\n"
        "def tox_add_option(parser):\n"
        "    parser.add_argument('--demo', nargs='+', default=[])\n"
        "    sub = parser.add_command('show-demo', ['sd'], 'demo', lambda s: print(s.conf.options.demo) or 7)\n"
        "    sub.add_argument('--more')\n"
    )

    listed = tox("list", "--no-desc", "--demo", "x", "--runner", "mine", tox_ini=INI)
    shown = tox("sd", "--demo", "x", "y", "--more", "1")

    assert listed.code == 0
    assert (shown.code, shown.out) == (7, "['x', 'y']\n")


def test_configuration_file_after_a_plugin_option(tox: Callable[..., Ended], tmp_path: Path) -> None:
    """Options combined with a flag of a sub-command still lead to the configuration they name."""
    (tmp_path / "other.ini").write_text("[tox]\nenv_list=z\n[testenv]\npackage=skip\n")

    ended = tox("list", "-rc", "other.ini", "--no-desc", tox_ini=INI)

    assert ended.out == "z\n"


def test_plugin_reaches_a_sub_command_that_is_not_at_hand(tox: Callable[..., Ended], tmp_path: Path) -> None:
    """A plugin may change the parser of a sub-command that was not asked for."""
    (tmp_path / "toxfile.py").write_text(
        "from tox.plugin import impl\n"
        "@impl\n"
        "def tox_add_option(parser):\n"
        "    for name in ('run', 'exec'):\n"
        "        parser.handlers[name][0].add_argument('--extra-' + name)\n"
        "    assert 'devenv' in parser.handlers\n"
        "    assert len(parser.handlers) >= 18\n"
    )

    listed = tox("list", "--no-desc", tox_ini=INI)
    helped = tox("run", "--help")

    assert listed.out == "a\nb\n"
    assert "--extra-run" in helped.out
    assert "--extra-exec" not in helped.out


@pytest.mark.parametrize("args", [["--help"], ["-h"]], ids=" ".join)
def test_help_lists_sub_commands(tox: Callable[..., Ended], args: list[str]) -> None:
    """Help without a sub-command lists them all, and the user's configuration file."""
    ended = tox(*args)

    assert ended.code == 0
    for line in ("run (r)", "run-parallel (p)", "legacy (le)", "exec (e)", "man", "schema"):
        assert f"    {line} " in ended.out
    assert "config file" in ended.out


def test_new_options_make_no_abbreviation_ambiguous() -> None:
    """What was short for an option before tox had further ones still is; a new one has abbreviations of its own."""
    assert get_options("run", "--l").parsed.list_dependencies is True
    assert get_options("run", "--e", "5").parsed.exit_and_dump_after == 5
    assert get_options("run", "--lock", "3").parsed.lock_timeout == 3
