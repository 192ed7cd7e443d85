"""What users and scripts see of a run, byte for byte."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.run.projects import FAIL, PRINT, ini, tox

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="commands are quoted otherwise")

TIMES = "(<s>=setup[<s>]+cmd[<s>] seconds)"
EXIT_3 = f"exit 3 (<s> seconds) <root>> {FAIL} pid=<pid>"


class Sample(NamedTuple):
    """A run and what it prints."""

    args: str
    """of the command line"""
    config: str
    """the configuration"""
    code: int
    """exit code"""
    out: str
    """output, without the indentation"""
    err: str = ""
    """errors"""


def one(*lines: str) -> str:
    """Write a configuration with the environment ``a``."""
    return ini("a", testenv="\n".join(lines))


def two(*lines: str, **sections: str) -> str:
    """Write a configuration with the environments ``a`` and ``b``."""
    return ini("a", "b", **sections, testenv="\n".join(lines))


OK_END = "\n  congratulations :) (<s> seconds)\n"
BAD_END = "\n  evaluation failed :( (<s> seconds)\n"
SAMPLES = {
    "success": Sample("r", one(f"commands = {PRINT}"), 0, f"a: commands[0]> {PRINT}\nx\n  a: OK {TIMES}{OK_END}"),
    "failure": Sample(
        "r", one(f"commands = {FAIL}"), 3, f"a: commands[0]> {FAIL}\na: {EXIT_3}\n  a: FAIL code 3 {TIMES}{BAD_END}"
    ),
    "one of two fails": Sample(
        "r",
        two(f"commands = {PRINT}", a=f"commands = {FAIL}"),
        1,
        f"a: commands[0]> {FAIL}\na: {EXIT_3}\na: FAIL ✖ in <s> seconds\nb: commands[0]> {PRINT}\nx\n"
        f"  a: FAIL code 3 {TIMES}\n  b: OK {TIMES}{BAD_END}",
    ),
    "fail fast": Sample(
        "r --fail-fast",
        two(f"commands = {PRINT}", a=f"commands = {FAIL}"),
        3,
        f"a: commands[0]> {FAIL}\na: {EXIT_3}\n  a: FAIL code 3 {TIMES}\n  b: SKIP (<s> seconds){BAD_END}",
    ),
    "fail fast by key": Sample(
        "r",
        two(f"commands = {PRINT}", a=f"commands = {FAIL}\nfail_fast = true"),
        3,
        f"a: commands[0]> {FAIL}\na: {EXIT_3}\n  a: FAIL code 3 {TIMES}\n  b: SKIP (<s> seconds){BAD_END}",
    ),
    "output that nothing holds back": Sample(
        "r",
        one(f"commands = {PRINT}", "parallel_show_output = x"),
        0,
        f"a: commands[0]> {PRINT}\nx\n  a: OK {TIMES}{OK_END}",
    ),
    "ignored outcome": Sample(
        "r",
        one(f"commands = {FAIL}", "ignore_outcome = true"),
        0,
        f"a: commands[0]> {FAIL}\na: {EXIT_3}\n  a: IGNORED FAIL code 3 {TIMES}{OK_END}",
    ),
    "ignored command": Sample(
        "r",
        one(f"commands = - {FAIL}"),
        0,
        f"a: commands[0]> {FAIL}\na: {EXIT_3}\n"
        f"a: command failed but is marked ignore outcome so handling it as success\n  a: OK {TIMES}{OK_END}",
    ),
    "inverted command": Sample(
        "r",
        one(f"commands = ! {PRINT}"),
        1,
        f"a: commands[0]> {PRINT}\nx\na: exit 0 (<s> seconds) <root>> {PRINT} pid=<pid>\n"
        f"  a: FAIL code 1 {TIMES}{BAD_END}",
    ),
    "retried": Sample(
        "r",
        one(f"commands = {FAIL}", "commands_retry = 1"),
        3,
        f"a: commands[0]> {FAIL}\na: {EXIT_3}\na: command failed (attempt 1 of 2), retrying ...: {FAIL}\n"
        f"a: commands[0]> {FAIL}\na: {EXIT_3}\n"
        f"  a: FAIL code 3 (<s>=setup[<s>]+cmd[<s>,<s>] seconds){BAD_END}",
    ),
    "not found": Sample(
        "r",
        one("commands = nosuchcmd_zz"),
        2,
        "a: commands[0]> nosuchcmd_zz\n"
        "a: Exception running subprocess [Errno 2] No such file or directory: 'nosuchcmd_zz'\n"
        f"a: exit 2 (<s> seconds) <root>> nosuchcmd_zz\n  a: FAIL code 2 {TIMES}{BAD_END}",
    ),
    "not allowed": Sample(
        "r",
        one("commands = ls", f"commands_post = {PRINT}"),
        1,
        f"a: commands[0]> ls\na: commands_post[0]> {PRINT}\nx\n"
        "a: failed with ls is not allowed, use allowlist_externals to allow it\n"
        f"  a: FAIL code 1 (<s> seconds){BAD_END}",
    ),
    "pre fails": Sample(
        "r",
        one(f"commands_pre = {FAIL}", f"commands = {PRINT}", f"commands_post = {PRINT}"),
        3,
        f"a: commands_pre[0]> {FAIL}\na: {EXIT_3}\na: commands_post[0]> {PRINT}\nx\n"
        f"  a: FAIL code 3 (<s>=setup[<s>]+cmd[<s>,<s>] seconds){BAD_END}",
    ),
    "errors ignored": Sample(
        "r",
        one(f"commands = {FAIL}", f"  {PRINT}", "ignore_errors = true"),
        3,
        f"a: commands[0]> {FAIL}\na: {EXIT_3}\na: commands[1]> {PRINT}\nx\n"
        f"  a: FAIL code 3 (<s>=setup[<s>]+cmd[<s>,<s>] seconds){BAD_END}",
    ),
    "missing interpreter": Sample(
        "r",
        one("base_python = python9.9"),
        1,
        "a: failed with could not find python interpreter matching any of the specs python9.9\n"
        f"  a: FAIL code 1 (<s> seconds){BAD_END}",
    ),
    "missing interpreter skipped": Sample(
        "r -s",
        one("base_python = python9.9"),
        1,
        "a: skipped because could not find python interpreter with spec(s): python9.9\n"
        f"  a: SKIP (<s> seconds){BAD_END}",
    ),
    "other platform": Sample(
        "r",
        two(f"commands = {PRINT}", a="platform = none"),
        0,
        f"a: skipped because platform {sys.platform} does not match none\na: SKIP ⚠ in <s> seconds\n"
        f"b: commands[0]> {PRINT}\nx\n  a: SKIP (<s> seconds)\n  b: OK {TIMES}{OK_END}",
    ),
    "unknown runner": Sample(
        "r",
        two(f"commands = {PRINT}", b="runner = zz"),
        0,
        "b: environment b marked as unavailable, runner 'zz' is not available\n"
        f"a: commands[0]> {PRINT}\nx\n  a: OK {TIMES}\n  b: NOT AVAILABLE (<s> seconds){OK_END}",
    ),
    "quiet": Sample("r -q", one(f"commands = {PRINT}"), 0, f"x\n  a: OK (<s> seconds){OK_END}"),
    "very quiet": Sample("r -qq", one(f"commands = {PRINT}"), 0, "x\n"),
    "very quiet failure": Sample("r -qq", one(f"commands = {FAIL}"), 3, f"a: {EXIT_3}\n"),
    "no test": Sample(
        "r -n",
        two(f"commands = {FAIL}"),
        0,
        f"a: OK ✔ in <s> seconds\n  a: OK (<s> seconds)\n  b: OK (<s> seconds){OK_END}",
    ),
    "depends": Sample(
        "r -n",
        two(a="depends = b"),
        0,
        f"b: OK ✔ in <s> seconds\n  a: OK (<s> seconds)\n  b: OK (<s> seconds){OK_END}",
    ),
    "circular depends": Sample(
        "r",
        two(a="depends = b", b="depends = a"),
        254,
        "ROOT: HandledError| circular dependency detected between environments: a | b\n"
        f"  a: SKIP (<s> seconds)\n  b: SKIP (<s> seconds){BAD_END}",
    ),
    "nothing chosen": Sample(
        "r -m nope", one(), 1, f"ROOT: no environment has label nope; there are no labels{BAD_END}"
    ),
    "parallel": Sample(
        "p",
        two(f"commands = {PRINT}", b="depends = a"),
        0,
        f"a: OK ✔ in <s> seconds\n  a: OK {TIMES}\n  b: OK {TIMES}{OK_END}",
    ),
    "parallel failure": Sample(
        "p",
        two(f"commands = {PRINT}", b=f"depends = a\ncommands = {FAIL}"),
        1,
        f"a: OK ✔ in <s> seconds\nb: commands[0]> {FAIL}\nb: {EXIT_3}\n"
        f"  a: OK {TIMES}\n  b: FAIL code 3 {TIMES}{BAD_END}",
    ),
    "parallel live": Sample(
        "p -o",
        two(f"commands = {PRINT}", b="depends = a"),
        0,
        f"a: commands[0]> {PRINT}\nx\na: OK ✔ in <s> seconds\nb: commands[0]> {PRINT}\nx\n"
        f"  a: OK {TIMES}\n  b: OK {TIMES}{OK_END}",
    ),
    "parallel shows": Sample(
        "p",
        two(f"commands = {PRINT}", b="depends = a\nparallel_show_output = true"),
        0,
        f"a: OK ✔ in <s> seconds\nb: commands[0]> {PRINT}\nx\n  a: OK {TIMES}\n  b: OK {TIMES}{OK_END}",
    ),
    "parallel without capture": Sample("p -i", one(), 1, "", "--no-capture cannot be used with parallel mode\n"),
    "new folder": Sample(
        "r",
        one(f"commands = {PRINT}", "change_dir = new/dir"),
        0,
        f"a: commands[0] <root>/new/dir> {PRINT}\nx\n  a: OK {TIMES}{OK_END}",
    ),
    "unused keys": Sample(
        "r -n -e a -v",
        "[tox]\nno_package = true\nzork = 1\n[testenv:a]\nfoo = 1\nbar = 2\nplatform = none\n",
        1,
        f"a: skipped because platform {sys.platform} does not match none\n"
        "  [testenv:a] unused config key(s): bar, foo\n  [tox] unused config key(s): zork\n"
        f"  a: SKIP (<s> seconds){BAD_END}",
    ),
    "colors": Sample(
        "r --colored yes",
        one(f"commands = {PRINT}"),
        0,
        f"\x1b[1m\x1b[35ma:\x1b[0m\x1b[36m commands[0]\x1b[22m\x1b[2m>\x1b[0m {PRINT}\x1b[0m\n"
        f"x\n  a: OK {TIMES}{OK_END}",
    ),
}


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_sample(sample: Sample, tmp_path: Path) -> None:
    """A run prints what it always printed, and ends with the code it always did."""
    ended = tox(tmp_path, *sample.args.split(), tox_ini=sample.config)

    assert (ended.out, ended.err, ended.code) == (sample.out, sample.err, sample.code)


def test_result_json(tmp_path: Path) -> None:
    """The record of a run tells of each environment, those that were skipped too."""
    config = two(f"commands = {FAIL}", b="platform = none")

    ended = tox(tmp_path, "r", "--result-json", "out/r.json", tox_ini=config)

    content = json.loads((tmp_path / "out" / "r.json").read_text())
    assert ended.code == 1
    assert list(content) == ["reportversion", "toxversion", "platform", "host", "testenvs"]
    a, b = content["testenvs"]["a"], content["testenvs"]["b"]
    assert list(a) == ["python", "installed_packages", "result", "test", "setup"]
    assert (a["result"]["success"], a["result"]["exit_code"], a["result"]["skipped"]) == (False, 3, False)
    assert [command["run_id"] for command in a["test"]] == ["commands[0]"]
    assert (list(b), b["result"]["skipped"], b["result"]["success"]) == (["result"], True, True)


def test_record_has_every_environment(tmp_path: Path) -> None:
    """The record of a run names all environments of the project, with nothing of those that did not run."""
    tox(tmp_path, "r", "-n", "-e", "b", "--result-json", "r.json", tox_ini=ini("a", "b") + "[testenv:more]\n")

    told = json.loads((tmp_path / "r.json").read_text())["testenvs"]
    assert sorted(told) == ["a", "b", "more"]
    assert (told["a"], told["more"]) == ({}, {})
    assert told["b"]["result"]["success"]


_FOLDER = "ROOT: HandledError| the record of the run cannot be written to ., which is a folder"
_BELOW = "ROOT: the record of the run cannot be written: "


@pytest.mark.parametrize(
    ("option", "path", "told"),
    [
        pytest.param("--result-json", ".", _FOLDER, id="here"),
        pytest.param("--result-json", "", _FOLDER, id="empty"),
        pytest.param("--result-json", "tox.ini/r", _BELOW, id="below-a-file"),
        pytest.param("--junit-xml", ".", _FOLDER, id="junit-here"),
        pytest.param("--junit-xml", "", _FOLDER, id="junit-empty"),
    ],
)
def test_record_that_cannot_be_written(tmp_path: Path, option: str, path: str, told: str) -> None:
    """That the record of a run cannot be written is a sentence and an exit code."""
    ended = tox(tmp_path, "r", "-n", "-e", "a", option, path, tox_ini=ini("a"))

    assert ended.code == 254
    assert told in ended.out
    assert "Traceback" not in ended.out + ended.err


@pytest.mark.parametrize("name", ["VIRTUALENV_DOWNLOAD", "VIRTUALENV_COPIES", "VIRTUALENV_SYSTEM_SITE_PACKAGES"])
def test_variables_of_virtualenv_are_judged(tmp_path: Path, name: str) -> None:
    """A wrong value is told in one sentence with the variable."""
    ended = tox(tmp_path, "r", "-e", "a", tox_ini=ini("a", testenv=f"set_env = {name}=e"))

    assert ended.code == 1
    assert f"a: the variable {name} of a: 'e' is no truth value" in ended.out
    assert "Traceback" not in ended.out + ended.err


@pytest.mark.skipif(sys.platform == "win32", reason="names of files")
@pytest.mark.parametrize("name", ["w[1]", "w*", "w?", "w][", "[!w]"])
def test_programs_below_any_name(tmp_path: Path, name: str) -> None:
    """The programs of an environment may run whatever its folder is called."""
    folder = tmp_path / name
    folder.mkdir()

    assert tox(folder, "r", tox_ini=ini("a", testenv=f"commands = {PRINT}")).code == 0


def test_venv_redirect(tmp_path: Path) -> None:
    """An environment named dev is what editors are pointed to."""
    tox(tmp_path, "r", "-n", tox_ini=ini("a", "dev"))

    assert (tmp_path / ".venv").read_text() == ".tox/dev\n"


@pytest.mark.parametrize("core", ["venv_redirect = false", "venv_redirect_env = nope"])
def test_no_venv_redirect(core: str, tmp_path: Path) -> None:
    """Switched off, or for an environment that there is not, nothing is left beside a project."""
    (tmp_path / "pyproject.toml").write_text("")
    text = ini("dev", testenv="env_dir = {tox_root}/mine").replace("[tox]", f"[tox]\n{core}", 1)

    ended = tox(tmp_path, "r", "-n", tox_ini=text)

    assert ended.code == 0, ended
    assert not (tmp_path / ".venv").exists()
    assert ("venv_redirect_env names nope, which is no environment of the project" in ended.out) is ("nope" in core)


@pytest.mark.parametrize("asked", ["dev", "a"])
def test_environment_in_the_place_of_the_redirect(asked: str, tmp_path: Path) -> None:
    """Whatever runs, the two wishes cannot be had together."""
    text = ini("a", "dev").replace("[tox]", "[tox]\nvenv_redirect = true", 1)

    ended = tox(tmp_path, "r", "-e", asked, tox_ini=f"{text}\n[testenv:dev]\nenv_dir = {{tox_root}}/.venv\n")

    assert ended.code == 254
    assert "venv_redirect is true, but environment dev lives at" in ended.out
    assert not (tmp_path / ".venv").exists()
