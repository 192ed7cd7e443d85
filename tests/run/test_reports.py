"""What a run leaves for services: JUnit XML, and the summary of a job on GitHub."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from tests.processes import started
from tests.run.projects import FAIL, PRINT, ini, offline_environ, tox

if TYPE_CHECKING:
    from pathlib import Path

    from tests.run.projects import Ended

#: for each element its attributes, whether they are needed, and its children in order: what the schemas of Jenkins and
#: GitLab have in common
SCHEMA: dict[str, tuple[dict[str, bool], tuple[str, ...]]] = {
    "testsuites": (dict.fromkeys(("name", "time", "tests", "failures", "errors"), False), ("testsuite",)),
    "testsuite": (
        {
            "name": True,
            "tests": True,
            **dict.fromkeys(("failures", "errors", "skipped", "time", "timestamp", "hostname"), False),
        },
        ("properties", "testcase"),
    ),
    "properties": ({}, ("property",)),
    "property": ({"name": True, "value": True}, ()),
    "testcase": ({"name": True, "classname": True, "time": False}, ("skipped", "error", "failure")),
    "skipped": ({"message": False}, ()),
    "error": ({"message": False, "type": False}, ()),
    "failure": ({"message": False, "type": False}, ()),
}
LOUD = 'python -c \'import sys; print("x" * 99999); print("end\\x1b[31m\\x00\\ufffe"); sys.exit(3)\''


def check(element: ET.Element) -> None:
    """Demand that an element, and all in it, is as the schemas have it."""
    attributes, children = SCHEMA[element.tag]
    assert set(element.keys()) <= set(attributes)
    assert {name for name, needed in attributes.items() if needed} <= set(element.keys())
    places = [children.index(child.tag) for child in element]
    assert places == sorted(places)
    for child in element:
        check(child)


def suites(path: Path) -> dict[str, ET.Element]:
    """Read a file that must be as the schemas have it, and whose counts must be right."""
    root = ET.parse(path).getroot()
    check(root)
    found = {suite.get("name", ""): suite for suite in root}
    for tag, name in (("testcase", "tests"), ("failure", "failures"), ("error", "errors")):
        for suite in root:
            assert int(suite.get(name, "")) == len(list(suite.iter(tag)))
        assert int(root.get(name, "")) == len(list(root.iter(tag)))
    for suite in root:
        assert (
            float(suite.get("time", "")) >= sum(float(case.get("time", "")) for case in suite.iter("testcase")) - 0.01
        )
    return found


def cases(suite: ET.Element) -> list[tuple[str, str]]:
    """Give name and state of each case."""
    return [(case.get("name", ""), case[0].tag if len(case) else "good") for case in suite.iter("testcase")]


def run(folder: Path, text: str, *args: str) -> Ended:
    """Run environments and have JUnit XML written."""
    return tox(folder, "r", "--junit-xml", "out/junit.xml", *args, tox_ini=text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project whose environment ``a`` exists already."""
    path = tmp_path_factory.mktemp("reports")
    assert tox(path, "r", "-n", tox_ini=ini("a")).code == 0
    return path


def test_a_case_for_setup_and_each_command(folder: Path) -> None:
    """A suite is an environment, its cases are its setup and its commands; a failure has exit code and last words."""
    text = f"description = what\nignore_errors = true\ncommands =\n  {PRINT}\n  {LOUD}\ncommands_post = - {FAIL}"

    ended = run(folder, ini("a", testenv=text), "--", "--token=abc")

    assert ended.code == 3
    suite = suites(folder / "out" / "junit.xml")["a"]
    assert [(name.partition(":")[0], state) for name, state in cases(suite)] == [
        ("setup", "good"),
        ("commands[0]", "good"),
        ("commands[1]", "failure"),
        ("commands_post[0]", "good"),
    ]
    assert cases(suite)[1][0] == f"commands[0]: {PRINT}"
    properties = {found.get("name"): found.get("value", "") for found in suite.iter("property")}
    assert properties["description"] == "what"
    assert properties["python"].endswith(f" {sys.version_info[0]}.{sys.version_info[1]}.{sys.version_info[2]}")
    (failure,) = suite.iter("failure")
    assert (failure.get("message"), failure.get("type")) == ("exit code 3", "failure")
    told = failure.text or ""
    assert told.rstrip().endswith("xxx\nend")
    assert len(told) < 20_000


def test_secrets_are_hidden(folder: Path) -> None:
    """What looks like a secret in a command is hidden."""
    commands = "commands = python -c 'import sys; sys.exit(1)' --token=abc https://me:abc@host/"

    run(folder, ini("a", testenv=commands))

    text = (folder / "out" / "junit.xml").read_text(encoding="utf-8")
    assert "--token=***" in text
    assert "abc" not in text


def test_beside_the_journal(folder: Path) -> None:
    """Both records can be had of one run, and neither has temporary files left beside it."""
    run(folder, ini("a", testenv=f"commands = {PRINT}"), "--result-json", "out/r.json")

    assert sorted(path.name for path in (folder / "out").iterdir()) == ["junit.xml", "r.json"]
    (folder / "out" / "r.json").unlink()


def test_command_that_cannot_run(folder: Path) -> None:
    """A command that may not run has an error, those before it are told of all the same."""
    run(folder, ini("a", testenv=f"commands =\n  {PRINT}\n  ls --token=abc"))

    suite = suites(folder / "out" / "junit.xml")["a"]
    assert [(name.split(":")[0], state) for name, state in cases(suite)] == [
        ("setup", "good"),
        ("commands[0]", "good"),
        ("commands[1]", "error"),
    ]
    (error,) = suite.iter("error")
    assert error.get("message") == "ls is not allowed, use allowlist_externals to allow it"
    assert (error.text or "").startswith("ls '--token=***'\n")


@pytest.mark.parametrize(
    ("lines", "name", "message"),
    [
        pytest.param(
            f"commands =\n  {PRINT}\nextra_setup_commands = {FAIL}", "setup", "extra_setup_commands failed", id="setup"
        ),
        pytest.param("platform = (", "setup", "invalid platform regular expression", id="bad value"),
        pytest.param("commands = ! python -c ''", "commands[0]", "succeeded, but was expected to fail", id="inverted"),
        pytest.param("commands = none-such", "commands[0]", "could not be started", id="missing"),
    ],
)
def test_where_it_went_wrong(folder: Path, lines: str, name: str, message: str) -> None:
    """The one case that did not go well tells why."""
    ended = run(folder, ini("a", testenv=f"allowlist_externals = none-such\n{lines}"))

    suite = suites(folder / "out" / "junit.xml")["a"]
    assert ended.code != 0
    ((wrong, found),) = [(case, case[0]) for case in suite.iter("testcase") if len(case)]
    assert wrong.get("name", "").split(":")[0] == name
    assert (found.get("message") or "").startswith(message)


def test_setup_that_fails(tmp_path: Path) -> None:
    """When something cannot be installed, the setup has the error, with the last words of who tried."""
    ended = run(tmp_path, ini("a", testenv=f"deps = none-such-thing\ncommands = {PRINT}"))

    assert ended.code == 1
    suite = suites(tmp_path / "out" / "junit.xml")["a"]
    assert cases(suite) == [("setup", "error")]
    (error,) = suite.iter("error")
    assert error.get("message") == "exit code 1"
    assert "pip install none-such-thing" in (error.text or "").partition("\n")[0]
    assert "No matching distribution found for none-such-thing" in (error.text or "")


def test_attempts_are_one_case(folder: Path) -> None:
    """A command that was tried again is one case, and its last attempt counts."""
    code = "import pathlib, sys; p = pathlib.Path('tried'); s = p.exists(); p.touch(); sys.exit(0 if s else 1)"
    (folder / "tried").unlink(missing_ok=True)

    run(folder, ini("a", testenv=f'commands_retry = 1\ncommands = python -c "{code}"'))

    assert [state for _, state in cases(suites(folder / "out" / "junit.xml")["a"])] == ["good", "good"]


def test_time_limit(folder: Path) -> None:
    """A command that took too long has a failure of a kind of its own."""
    run(folder, ini("a", testenv="commands_timeout = 1\ncommands = python -c 'import time; time.sleep(60)'"))

    (failure,) = suites(folder / "out" / "junit.xml")["a"].iter("failure")
    assert (failure.get("type"), failure.get("message")) == ("timeout", "ran into commands_timeout of 1 seconds")


def test_broken_teardown(folder: Path) -> None:
    """When all commands went well and the environment did not, its teardown has the error."""
    plugin = "from tox.plugin import impl\n@impl\ndef tox_env_teardown(tox_env):\n    raise KeyError('zz')\n"

    (folder / "toxfile.py").write_text(plugin)

    run(folder, ini("a", testenv=f"commands = {PRINT}"))
    (folder / "toxfile.py").unlink()

    suite = suites(folder / "out" / "junit.xml")["a"]
    assert [state for _, state in cases(suite)] == ["good", "good", "error"]
    assert cases(suite)[2][0] == "teardown"


def test_several_environments(tmp_path: Path) -> None:
    """What did not run is skipped, what does not count is not a failure; side by side nothing gets mixed up."""
    environments = {
        "none": "platform = amiga",
        "z.ignored": f"ignore_outcome = true\ncommands = {FAIL}",
        "bad": f"fail_fast = true\ncommands = {FAIL}",
        "late": "depends = bad",
    }
    text = ini("ok", *environments, testenv=f"commands = {PRINT}", **environments)
    summary = tmp_path / "summary.md"
    summary.write_text("before", encoding="utf-8")
    env = offline_environ(NO_COLOR="", GITHUB_STEP_SUMMARY=str(summary))

    ended = tox(tmp_path, "p", "-p", "2", "--junit-xml", "j.xml", env=env, tox_ini=text)

    assert ended.code == 3
    found = suites(tmp_path / "j.xml")
    assert {name: [state for _, state in cases(suite)] for name, suite in found.items()} == {
        "ok": ["good", "good"],
        "none": ["skipped"],
        "z.ignored": ["good", "skipped"],
        "bad": ["good", "failure"],
        "late": ["skipped"],
    }
    assert {case.get("classname") for case in found["z.ignored"].iter("testcase")} == {"tox.z_ignored"}
    reasons = [skipped.get("message") for name in ("none", "late") for skipped in found[name].iter("skipped")]
    assert reasons == [f"platform {sys.platform} does not match amiga", "it was not started"]
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("before\n### tox: FAIL code 3 (")
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| <code>")]
    assert {row[0]: row[1] for row in rows} == {
        "| <code>ok</code>": "OK",
        "| <code>none</code>": "SKIP",
        "| <code>z.ignored</code>": "IGNORED FAIL code 3",
        "| <code>bad</code>": "FAIL code 3",
        "| <code>late</code>": "SKIP",
    }
    (failing,) = [row[3] for row in rows if row[0] == "| <code>bad</code>"]
    assert failing.startswith("commands&#91;0&#93; <code>python -c 'import sys;sys.exit(3)'</code>: exit code 3")


def test_runner_that_is_not_available(folder: Path) -> None:
    """An environment of an unknown kind is skipped in both reports."""
    summary = folder / "unavailable.md"
    env = offline_environ(NO_COLOR="", GITHUB_STEP_SUMMARY=str(summary))

    ended = tox(folder, "r", "--junit-xml", "j.xml", env=env, tox_ini=ini("b", b="runner = none-such"))

    assert ended.code == 0
    assert cases(suites(folder / "j.xml")["b"]) == [("setup", "skipped")]
    assert "| <code>b</code> | NOT AVAILABLE |" in summary.read_text(encoding="utf-8")


def test_interrupted(folder: Path) -> None:
    """A run that is interrupted is reported as far as it came."""
    code = "import time; print(chr(114) + 'eady', flush=True); time.sleep(60)"
    (folder / "tox.ini").write_text(ini("a", "b", testenv=f'commands = python -c "{code}"'))

    with started([sys.executable, "-m", "tox", "r", "--junit-xml", "j.xml"], cwd=folder, env=offline_environ()) as (
        child,
    ):
        child.expect("ready")
        child.interrupt()
        assert child.end() == 1

    found = suites(folder / "j.xml")
    assert [state for _, state in cases(found["a"])] == ["good", "failure"]
    assert [state for _, state in cases(found["b"])] == ["error"]


def test_that_cannot_be_written(folder: Path) -> None:
    """A report that was asked for and cannot be written is an error in a sentence; the summary is a warning."""
    (folder / "taken").write_text("")
    env = offline_environ(NO_COLOR="", GITHUB_STEP_SUMMARY=str(folder / "taken" / "summary.md"))

    ended = tox(folder, "r", "--junit-xml", "taken/j.xml", env=env, tox_ini=ini("a", testenv=f"commands = {PRINT}"))
    only_summary = tox(folder, "r", env=env)

    assert ended.code == 254
    assert "HandledError| cannot write the JUnit XML to taken" in ended.out
    assert "a: OK" in ended.out
    assert only_summary.code == 0
    assert only_summary.out.count("could not write the summary to ") == 1
    assert "Traceback" not in ended.out + ended.err


def test_only_the_outermost_tox_sums_up(folder: Path) -> None:
    """A tox that a command starts leaves the summary of the job to the one that started it."""
    summary = folder / "nested.md"
    inner = ini("a", testenv=f"commands = {PRINT}")
    (folder / "inner").mkdir()
    (folder / "inner" / "tox.ini").write_text(inner)
    outer = ini(
        "a",
        testenv="pass_env = GITHUB_*\nallowlist_externals = *\n"
        f"commands = {sys.executable} -m tox r -n -c inner --workdir inner/work",
    )
    env = offline_environ(NO_COLOR="", GITHUB_STEP_SUMMARY=str(summary))

    ended = tox(folder, "r", env=env, tox_ini=outer)

    assert ended.code == 0, ended.out
    assert ended.out.count("congratulations") == 2
    assert summary.read_text(encoding="utf-8").count("### tox") == 1


def test_other_commands_do_not_sum_up(folder: Path) -> None:
    """What a person tries by hand is no run to sum up."""
    summary = folder / "other.md"
    env = offline_environ(NO_COLOR="", GITHUB_STEP_SUMMARY=str(summary))

    tox(folder, "exec", "-e", "a", "--", "python", "-c", "pass", env=env, tox_ini=ini("a"))

    assert not summary.exists()


def test_straight_to_the_terminal(folder: Path) -> None:
    """Without captured output a failure has its exit code alone."""
    run(folder, ini("a", testenv=f"commands = {LOUD}"), "-i")

    (failure,) = suites(folder / "out" / "junit.xml")["a"].iter("failure")
    assert (failure.text or "").splitlines()[1:] == ["exit code 3"]


def test_file_of_no_name_is_no_summary(folder: Path) -> None:
    """A variable that is empty is as good as none."""
    env = offline_environ(NO_COLOR="", GITHUB_STEP_SUMMARY="")

    ended = tox(folder, "r", env=env, tox_ini=ini("a", testenv=f"commands = {PRINT}"))

    assert ended.code == 0
    assert "could not write" not in ended.out
