"""Sub-commands that look, write or prepare."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tox.session.cmd.man import find_page
from tox.version import version

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.session.in_process import Ended

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

INI = """\
[tox]
env_list = a, b
[testenv]
package = skip
description =
  a: about {env_name}
[testenv:b]
depends = a
unknown = 1
suicide_timeout = soon
[testenv:other]
description = something
  else
depends = b
"""


def test_list(tox: Callable[..., Ended]) -> None:
    """Environments are listed with what they are for, the default ones first."""
    ended = tox("list", tox_ini=INI)

    assert ended.out.splitlines() == [
        "default environments:",
        "a     -> about a",
        "b     -> [no description]",
        "",
        "additional environments:",
        "other -> something else",
    ]


@pytest.mark.parametrize(
    ("args", "lines"),
    [
        pytest.param(["-d"], ["default environments:", "a -> about a", "b -> [no description]"], id="default only"),
        pytest.param(["--no-desc"], ["a", "b", "other"], id="names only"),
        pytest.param(["--no-desc", "-d"], ["a", "b"], id="default names only"),
        pytest.param(["-f", "other"], ["other -> something else"], id="factor"),
        pytest.param(["-m", "nope"], [], id="label"),
        pytest.param(
            ["--no-desc", "--skip-env", "a"],
            ["ROOT: skip environment a, matches filter 'a'", "b", "other"],
            id="left out",
        ),
    ],
)
def test_list_less(tox: Callable[..., Ended], args: list[str], lines: list[str]) -> None:
    """Less can be listed."""
    assert tox("list", *args, tox_ini=INI).out.splitlines() == lines


@pytest.mark.parametrize(
    ("args", "lines"),
    [
        pytest.param(["-l"], ["a", "b"], id="default"),
        pytest.param(["-a"], ["a", "b", "other"], id="all"),
        pytest.param(["-l", "-e", "other"], ["other"], id="named"),
        pytest.param(["-lv"], ["default environments:", "a -> about a", "b -> [no description]"], id="verbose"),
    ],
)
def test_list_as_tox_3_did(tox: Callable[..., Ended], args: list[str], lines: list[str]) -> None:
    """The command line of tox 3 lists, too."""
    assert tox(*args, tox_ini=INI).out.splitlines() == lines


def test_depends(tox: Callable[..., Ended]) -> None:
    """The order is shown, then for each environment those it waits for."""
    ended = tox("depends", tox_ini=INI)

    assert ended.out.splitlines() == [
        "Execution order: a, b, other",
        "ALL",
        "   a",
        "   b",
        "      a",
        "   other",
        "      b",
        "         a",
    ]


def test_circle_of_dependencies(tox: Callable[..., Ended]) -> None:
    """Environments that wait for each other are told."""
    ended = tox("depends", "-x", "testenv:a.depends=b", tox_ini=INI)

    assert (ended.code, ended.out) == (
        -2,
        "ROOT: HandledError| circular dependency detected between environments: a | b | other\n",
    ) or "a | b" in ended.out


def test_config_as_ini(tox: Callable[..., Ended]) -> None:
    """Settings are shown in order, values over several lines indented, with what nobody knows and what is wrong."""
    ended = tox("config", "-e", "b", tox_ini=INI)

    lines = ended.out.splitlines()
    assert lines[:3] == ["[testenv:b]", "type = VirtualEnvRunner", "set_env ="]
    assert "depends = a" in lines
    assert lines[-1] == "# !!! unused: unknown"
    assert any(line.startswith("suicide_timeout = # Exception: HandledError(") for line in lines)
    assert ended.code == -1


def test_config_indents_what_can_be_seen(tox: Callable[..., Ended]) -> None:
    """A line of blanks alone stands as it is among those that are indented."""
    ended = tox("config", "-e", "a", "-k", "labels", tox_toml='[env.a]\nlabels = ["", " ", "b"]\n')

    assert ended.out.splitlines() == ["[testenv:a]", "labels =", "", " ", "  b"]


def test_config_of_some_keys(tox: Callable[..., Ended]) -> None:
    """Only what is asked for is shown, in that order, by its primary name; what there is not is passed over."""
    ended = tox("config", "-e", "a,b", "-k", "envname", "nope", "description", tox_ini=INI)

    assert ended.code == 0
    assert ended.out.splitlines() == [
        "[testenv:a]",
        "env_name = a",
        "description = about a",
        "",
        "[testenv:b]",
        "env_name = b",
        "description = ",
    ]


def test_config_of_the_project(tox: Callable[..., Ended]) -> None:
    """The settings of the project come last, with what environments declare there."""
    ended = tox("config", "-e", "a", "--core", "-k", "env_list", "no_package", tox_ini=INI)

    assert ended.out.splitlines() == ["[testenv:a]", "", "[tox]", "env_list =", "  a", "  b", "no_package = False"]


@pytest.mark.parametrize(("name", "read"), [("json", json.loads), ("toml", tomllib.loads)])
def test_config_for_programs(tox: Callable[..., Ended], name: str, read: Callable[[str], Any]) -> None:
    """Settings are shown as data, errors as a table with the error."""
    ended = tox("config", "-e", "b", "--core", "--format", name, tox_ini=INI)

    shown = read(ended.out)
    assert ended.code == -1
    assert list(shown) == ["env", "tox"]
    b = shown["env"]["b"]
    assert next(iter(b)) == "type"
    assert (b["type"], b["depends"], b["unused"]) == ("VirtualEnvRunner", ["a"], ["unknown"])
    assert b["suicide_timeout"]["error"].startswith("HandledError(")
    assert shown["tox"]["env_list"] == ["a", "b"]


@pytest.mark.parametrize("name", ["ini", "json", "toml"])
def test_config_to_a_file(tox: Callable[..., Ended], tmp_path: Path, name: str) -> None:
    """What would be printed is written to a file instead, without colours."""
    args = ["config", "-e", "a", "-k", "description", "--format", name, "--colored", "yes"]
    ended = tox(*args, "-o", "new/out.txt", tox_ini=INI)

    assert ended.out == ""
    text = (tmp_path / "new" / "out.txt").read_text(encoding="utf-8")
    assert "about a" in text
    assert "\x1b" not in text


def test_config_to_a_file_that_cannot_be(tox: Callable[..., Ended], tmp_path: Path) -> None:
    """A file that cannot be written is told."""
    (tmp_path / "taken").mkdir()

    ended = tox("config", "-e", "a", "-k", "description", "-o", "taken", tox_ini=INI)

    assert ended.code == -2
    assert "cannot write taken" in ended.out


def test_config_in_colours(tox: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal with colours names stand out."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)

    ended = tox("config", "-e", "a", "-k", "description", "--colored", "yes", tox_ini=INI)

    assert "\x1b[32mdescription\x1b[39m" in ended.out


def test_config_shows_where_an_error_is_from(tox: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch) -> None:
    """For finding out about errors they can be raised."""
    monkeypatch.setenv("_TOX_SHOW_CONFIG_RAISE", "1")

    ended = tox("config", "-e", "b", "-k", "suicide_timeout", tox_ini=INI)

    assert ended.code == -2
    assert "b.suicide_timeout" in ended.out


def test_show_config_as_tox_3_did(tox: Callable[..., Ended]) -> None:
    """The command line of tox 3 shows settings of the project unless environments are named."""
    everything = tox("--showconfig", tox_ini=INI)
    one = tox("--hi", "-e", "a", "--sitepackages", "--alwayscopy")

    assert "\n[tox]\n" in everything.out
    assert "[tox]" not in one.out
    assert "system_site_packages = True\nalways_copy = True\n" in one.out


@pytest.mark.parametrize("key", ["fail_fast", "ignore_outcome"])
@pytest.mark.parametrize("command", [["r"], ["p"], ["e", "--", "x"]], ids=lambda command: command[0])
def test_flags_of_a_run_are_judged_first(
    tox: Callable[..., Ended], tmp_path: Path, key: str, command: list[str]
) -> None:
    """What counts once an environment has ended is refused before anything is made."""
    ended = tox(*command, tox_ini=f"[testenv]\n{key} = x\nbase_python =\n")

    assert ended.code == -2
    assert f"HandledError| failed to load py.{key}: " in ended.out
    assert not (tmp_path / ".tox" / "py").exists()


@pytest.mark.parametrize(
    ("setting", "run_id", "what"),
    [
        ('commands = [["python", "-c", "a\\u0000"]]', "commands[0]", "a word of it"),
        ('set_env.A = "a\\u0000"\ncommands = [["python", "-c", "pass"]]', "commands[0]", "A"),
        ('deps = ["./a\\u0000"]', "install_deps", "a word of it"),
    ],
    ids=["word", "variable", "requirement"],
)
def test_null_bytes_are_refused(tox: Callable[..., Ended], setting: str, run_id: str, what: str) -> None:
    """What no process can take is told in a sentence."""
    ended = tox("r", "-e", "py", tox_toml=f"[env_run_base]\nskip_install = true\n{setting}\n")

    assert ended.code == 1
    assert f"py: failed with {run_id} cannot be started, as {what} holds a null byte" in ended.out
    assert "Traceback" not in ended.out + ended.err


@pytest.mark.parametrize("key", ["change_dir", "ignore_errors", "commands_retry", "interrupt_post_commands"])
def test_how_commands_are_run_is_judged_first(tox: Callable[..., Ended], key: str) -> None:
    """What tells how commands are run is refused before the first of them."""
    wrong = "" if key == "change_dir" else "x"

    ended = tox("r", tox_ini=f"[testenv]\nskip_install = true\n{key} = {wrong}\ncommands = python -c 'print(1)'\n")

    assert ended.code == 1
    assert f"py: failed to load py.{key}: " in ended.out
    assert "commands[0]" not in ended.out


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("[tox]\nenv_list=b\n[testenv:c]", ["[testenv:b]"], id="default-environments"),
        pytest.param("[testenv:c]", [], id="none"),
    ],
)
@pytest.mark.parametrize("lists", ["-l", "-a"])
def test_settings_win_over_names(tox: Callable[..., Ended], lists: str, text: str, shown: list[str]) -> None:
    """Where tox 3's options ask for names and for settings, the default environments are shown with their settings."""
    ended = tox(lists, "--showconfig", tox_ini=text)

    assert [line for line in ended.out.splitlines() if line.startswith("[")] == shown


@pytest.mark.parametrize(("text", "shown"), [("", ""), ("[testenv:c]", "c\n")], ids=["nothing", "a section"])
@pytest.mark.parametrize("lists", ["-l", "-a"])
def test_all_names_are_those_of_the_configuration(tox: Callable[..., Ended], lists: str, text: str, shown: str) -> None:
    """Tox 3's options list what is configured, without what runs where nothing is, also when all is asked for."""
    assert tox(lists, "-e", "ALL", tox_ini=text).out == shown


def test_schema_is_the_one_that_is_shipped(tox: Callable[..., Ended]) -> None:
    """The schema does not depend on the project, and the copy in the package is current."""
    import tox as package

    shipped = Path(str(package.__file__)).with_name("tox.schema.json").read_text(encoding="utf-8")

    ended = tox("schema", tox_ini=INI)

    assert json.loads(ended.out) == json.loads(shipped), "write it anew: tox schema > src/tox/tox.schema.json"


def test_schema_can_be_strict(tox: Callable[..., Ended]) -> None:
    """A strict schema refuses what nobody declares, and knows what plugins add."""
    plugin = (
        "from tox.plugin import impl\n@impl\ndef tox_add_env_config(env_conf, state):\n"
        "    env_conf.add_config('mine', int, 0, 'added')\n"
    )

    ended = tox("schema", "--strict", tox_ini=INI, toxfile_py=plugin)

    schema = json.loads(ended.out)
    base = schema["properties"]["env_run_base"]
    assert schema["additionalProperties"] is base["additionalProperties"] is False
    assert base["properties"]["mine"]["description"] == "added"
    assert {"type": ["integer", "string", "boolean"]} in base["properties"]["mine"]["anyOf"]
    assert {"package", "deps", "commands", "wheel_build_env", "setenv"} <= set(base["properties"])
    assert "package_glob" in schema["properties"]["env_pkg_base"]["properties"]


@pytest.mark.parametrize("args", [("list",), ("config", "-k", "description"), ("depends",)], ids=lambda args: args[0])
@pytest.mark.parametrize(
    ("files", "named"),
    [
        pytest.param({"tox_ini": "[tox]\nwork_dir =\n"}, "work_dir", id="ini-work-dir-empty"),
        pytest.param({"tox_ini": "[tox]\ntoxworkdir = {env:NONE:}\n"}, "work_dir", id="ini-work-dir-of-a-variable"),
        pytest.param({"tox_ini": "[tox]\ntemp_dir =\n"}, "temp_dir", id="ini-temp-dir-empty"),
        pytest.param({"tox_ini": "[tox]\nprovision_tox_env =\n"}, "name of an environment", id="ini-name-empty"),
        pytest.param({"tox_ini": "[tox]\nprovision_tox_env = a/b\n"}, "name of an environment", id="ini-name-is-path"),
        pytest.param({"tox_toml": "work_dir = []\n"}, "work_dir", id="toml-work-dir-list"),
        pytest.param({"tox_toml": "work_dir = ''\n"}, "work_dir", id="toml-work-dir-empty"),
        pytest.param({"tox_toml": "temp_dir = 3\n"}, "temp_dir", id="toml-temp-dir-number"),
        pytest.param({"tox_toml": "provision_tox_env = ''\n"}, "name of an environment", id="toml-name-empty"),
        pytest.param({"tox_toml": "provision_tox_env = {}\n"}, "provision_tox_env", id="toml-name-table"),
    ],
)
def test_where_things_are_made_is_checked_first(
    tox: Callable[..., Ended], files: dict[str, str], named: str, args: tuple[str, ...]
) -> None:
    """Folders of the whole run, and the environment that tox is provisioned into, are told by whatever comes first."""
    ended = tox(*args, **files)

    assert ended.code % 256 == 254  # which is what a process ends with
    assert named in ended.out + ended.err


@pytest.mark.parametrize("none", ["[]", "''", "{}"])
def test_no_environments_are_written_in_any_form(tox: Callable[..., Ended], none: str) -> None:
    """An empty list or text in the place of the table of environments holds none."""
    ended = tox("list", tox_toml=f"no_package = true\nenv_list = ['a']\nenv = {none}\n")

    assert ended.code == 0
    assert "a -> " in ended.out


def test_quickstart(tox: Callable[..., Ended], tmp_path: Path) -> None:
    """A first configuration is written, shown, and never replaced."""
    target = tmp_path / "sub"

    first = tox("quickstart", str(target))
    again = tox("quickstart", str(target))

    text = (target / "tox.ini").read_text(encoding="utf-8")
    env = f"py{sys.version_info.major}{sys.version_info.minor}"
    assert (first.code, again.code) == (0, 1)
    assert f"minversion = {version.partition('+')[0]}\nenv_list = {env}\n" in text
    assert (
        first.out.partition("\n")[2] == f"tox {version} quickstart utility, will create {target / 'tox.ini'}:\n{text}"
    )
    assert again.out.partition("\n")[2] == f"{target / 'tox.ini'} already exist, refusing to overwrite\n"


def test_quickstart_makes_a_project_that_can_be_listed(tox: Callable[..., Ended]) -> None:
    """The first configuration is one that tox understands."""
    tox("quickstart")

    assert "run the tests of this project" in tox("list").out


def test_quickstart_where_nothing_can_be_written(tox: Callable[..., Ended], tmp_path: Path) -> None:
    """A folder that cannot be is told."""
    (tmp_path / "file").write_text("")

    ended = tox("quickstart", str(tmp_path / "file"))

    assert ended.code == -2
    assert "cannot write" in ended.out


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have a home that is empty."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    monkeypatch.setenv("PATH", str(folder))  # no man is asked
    monkeypatch.delenv("MANPATH", raising=False)
    monkeypatch.setenv("SHELL", "/bin/zsh")
    return folder


@pytest.mark.skipif(sys.platform == "win32", reason="manual pages are not for Windows")
def test_man(tox: Callable[..., Ended], home: Path) -> None:
    """The manual page is linked once, and the shell's variable told."""
    first = tox("man")
    again = tox("man")

    link = home / ".local/share/man/man1/tox.1"
    assert (first.code, again.code) == (0, 0)
    assert link.read_text(encoding="utf-8").startswith(".TH TOX 1")
    assert f"linked {link} to {find_page()}" in first.out
    assert "~/.zshrc" in first.out
    assert "already" in again.out


@pytest.mark.skipif(sys.platform == "win32", reason="manual pages are not for Windows")
@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("shell", "file", "line"),
    [
        ("/bin/bash", "~/.bashrc", "export MANPATH="),
        ("/usr/bin/fish", "~/.config/fish/config.fish", "set -x MANPATH "),
        ("/bin/csh", "~/.cshrc", "setenv MANPATH "),
        ("/usr/bin/tcsh", "~/.cshrc", "setenv MANPATH "),
        ("/bin/dash", "~/.profile", "export MANPATH="),
        ("", "~/.profile", "export MANPATH="),
    ],
)
def test_man_knows_shells(
    tox: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch, shell: str, file: str, line: str
) -> None:
    """Each shell is told the file that it reads, and a line that it understands."""
    monkeypatch.setenv("SHELL", shell)

    lines = tox("man").out.splitlines()

    assert file in lines[-2]
    assert lines[-1].startswith(f"  {line}")


@pytest.mark.skipif(sys.platform == "win32", reason="manual pages are not for Windows")
@pytest.mark.parametrize(("code", "linked"), [(0, False), (16, True)], ids=["known", "unknown"])
def test_man_that_works_already(tox: Callable[..., Ended], home: Path, code: int, linked: bool) -> None:
    """Nothing is linked where man finds a page of tox."""
    (home / "man").write_text(f"#!/bin/sh\necho /usr/share/man/man1/tox.1\nexit {code}\n")
    (home / "man").chmod(0o755)

    ended = tox("man")

    assert ended.code == 0
    assert (home / ".local").exists() is linked
    assert ("/usr/share/man/man1/tox.1" in ended.out) is not linked


@pytest.mark.skipif(sys.platform == "win32", reason="manual pages are not for Windows")
def test_man_leaves_other_files_alone(tox: Callable[..., Ended], home: Path) -> None:
    """A file of somebody else is left alone; a link to nowhere is not."""
    link = home / ".local/share/man/man1/tox.1"
    link.parent.mkdir(parents=True)
    link.write_text("mine")

    refused = tox("man")
    link.unlink()
    link.symlink_to(home / "gone")
    replaced = tox("man")

    assert (refused.code, replaced.code) == (1, 0)
    assert "cannot link" in refused.out
    assert link.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="manual pages are not for Windows")
def test_man_when_the_shell_knows(tox: Callable[..., Ended], home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing more is needed when the folder is among those that are searched."""
    monkeypatch.setenv("MANPATH", f"{home / '.local/share/man'}{os.pathsep}")

    assert tox("man").out.splitlines()[-1] == "read it with: man tox"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        pytest.param(["exec", "-e", "a"], "no command was given to run", id="no command"),
        pytest.param(["exec", "-e", "a,b", "--", "x"], "allowed in exec mode but found a, b", id="exec of two"),
        pytest.param(["devenv", "-e", "a,b"], "allowed in devenv mode but found a, b", id="devenv of two"),
        pytest.param(["devenv", "-e", "ALL"], "allowed in devenv mode but found ALL", id="devenv of all"),
    ],
)
def test_exactly_one_environment(tox: Callable[..., Ended], args: list[str], message: str) -> None:
    """Some sub-commands work on exactly one environment."""
    ended = tox(*args, tox_ini=INI)

    assert ended.code == -2
    assert message in ended.out


def test_session_leaves_nothing_behind(tox: Callable[..., Ended]) -> None:
    """Signal handlers and logging are afterwards as they were."""
    import logging

    root = logging.getLogger()
    before = signal.getsignal(signal.SIGTERM), list(root.handlers), root.level

    tox("list", tox_ini=INI)
    tox("list", "--zzz")

    assert (signal.getsignal(signal.SIGTERM), list(root.handlers), root.level) == before


def test_reading_leaves_no_files(tox: Callable[..., Ended], tmp_path: Path) -> None:
    """Commands that look at the configuration make no files."""
    for args in (["list"], ["config", "-e", "a"], ["depends"], ["schema"]):
        tox(*args, tox_ini=INI)

    assert [path.name for path in tmp_path.iterdir()] == ["tox.ini"]


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_output_that_nobody_reads(tmp_path: Path) -> None:
    """When the reader of the output is gone, tox ends as it would have, without a traceback."""
    import subprocess

    names = ",".join(f"environment-{number}" for number in range(20_000))
    (tmp_path / "tox.ini").write_text(f"[tox]\nenv_list={names}\n[testenv]\npackage=skip\n")

    process = subprocess.Popen(
        [sys.executable, "-m", "tox", "list"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()

    assert (process.wait(30), errors) == (0, b"")


def test_configuration_is_looked_for_here(tox: Callable[..., Ended], tmp_path: Path) -> None:
    """The root of the project does not decide where its configuration is looked for."""
    root = tmp_path / "root"
    root.mkdir()
    (root / "tox.ini").write_text("[tox]\nenv_list=of-root\n")

    ended = tox("config", "-e", "a", "--core", "-k", "tox_root", "--root", "root", tox_ini=INI)

    assert ended.out.splitlines()[-1] == f"tox_root = {root}"


def test_filter_that_is_no_expression(tox: Callable[..., Ended]) -> None:
    """A filter that is none is refused, also where no environment is chosen."""
    ended = tox("r", "-m", "nope", "--skip-env", "(", tox_ini=INI)

    assert (ended.code, "invalid environment skip filter '('" in ended.out) == (-2, True)


def test_provisioning_excluded_by_platform(tox: Callable[..., Ended]) -> None:
    """A provisioning environment that its platform excludes is a mistake of the configuration."""
    ended = tox("r", tox_ini="[tox]\nrequires = tox>=999\n[testenv:.tox]\nplatform = none\n")

    assert ended.code == -2
    assert "cannot provision tox environment .tox because platform" in ended.out


def test_time_that_is_over_already(tox: Callable[..., Ended]) -> None:
    """Seconds below none are refused in a sentence."""
    ended = tox("list", "--exit-and-dump-after=-1")

    assert ended.code == -2
    assert ended.out.splitlines()[-1] == "ROOT: HandledError| --exit-and-dump-after takes seconds, not -1"
