"""Environments from setup to teardown, as runs of tox show them."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.session.in_process import Ended

    Tox = Callable[..., Ended]

PRINT = "python -c 'print(\"it runs\")'"


def ini(*lines: str, core: str = "no_package = true") -> str:
    return "\n".join(["[tox]", core, "env_list = a", "[testenv]", *lines, ""])


def record(name: str = "a") -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(Path(".tox", name, ".tox-info.json").read_text(encoding="utf-8"))
    return loaded


def test_first_run_creates_second_one_reuses(tox: Tox) -> None:
    """The record tells that everything is as wanted."""
    first = tox("r", tox_ini=ini(f"commands = {PRINT}"))
    stamp = record()["state"]["stamp"]
    second = tox("r")

    assert (first.code, second.code) == (0, 0), first.out + second.out
    assert "it runs" in second.out
    assert record()["state"] == {"is": "ready", "stamp": stamp}
    assert record()["ToxEnv"] == {"name": "a", "type": "VirtualEnvRunner"}


def test_folders_are_made(tox: Tox) -> None:
    """The work dir is private, marked as a cache, and ignored by git."""
    tox("r", tox_ini=ini(f"commands = {PRINT}"))

    work_dir = Path(".tox")
    assert {entry.name for entry in work_dir.iterdir()} >= {"CACHEDIR.TAG", ".gitignore", ".tmp", "a"}
    assert {entry.name for entry in (work_dir / "a").iterdir()} >= {"log", "tmp", ".tox-info.json", "pyvenv.cfg"}
    if sys.platform != "win32":
        assert work_dir.stat().st_mode & 0o777 == 0o700


def test_recreate_empties_the_folder_but_for_the_lock(tox: Tox) -> None:
    """What was left there is gone; the lock file stays the same file."""
    tox("r", tox_ini=ini(f"commands = {PRINT}"))
    left = Path(".tox", "a", "left-over")
    left.touch()
    lock = Path(".tox", "a", "file.lock").stat().st_ino

    ended = tox("r", "-r")

    assert f"a: remove tox env folder {left.parent.absolute()}" in ended.out
    assert not left.exists()
    assert Path(".tox", "a", "file.lock").stat().st_ino == lock


def test_environment_of_another_kind_is_made_anew(tox: Tox) -> None:
    """One line says why, one what is done."""
    tox("r", tox_ini=ini(f"commands = {PRINT}"))
    content = record()
    content["ToxEnv"]["type"] = "Other"
    Path(".tox", "a", ".tox-info.json").write_text(json.dumps(content), encoding="utf-8")

    ended = tox("r")

    assert "a: recreate env because env type changed from" in ended.out
    assert "a: remove tox env folder" in ended.out
    assert ended.code == 0


def test_interpreter_of_another_kind_makes_the_environment_anew(tox: Tox) -> None:
    """What was added, removed and changed is told."""
    tox("r", tox_ini=ini(f"commands = {PRINT}"))
    content = record()
    content["Python"] = {**content["Python"], "executable": "/x", "more": 1}
    Path(".tox", "a", ".tox-info.json").write_text(json.dumps(content), encoding="utf-8")

    ended = tox("r")

    assert "recreate env because python removed more=1, changed executable='/x'->" in ended.out
    assert ended.code == 0


def test_environment_whose_builder_died_is_made_anew(tox: Tox) -> None:
    """A record that says building was left by a process that is gone, since the lock is free."""
    tox("r", tox_ini=ini(f"commands = {PRINT}"))
    content = record()
    content["state"] = {"is": "building"}
    Path(".tox", "a", ".tox-info.json").write_text(json.dumps(content), encoding="utf-8")

    ended = tox("r")

    assert "a: recreate env because its last setup did not finish" in ended.out
    assert ended.code == 0
    assert record()["state"]["is"] == "ready"


def test_record_of_another_tox_is_believed(tox: Tox) -> None:
    """Upstream's record has no state, and is right about the rest."""
    tox("r", tox_ini=ini(f"commands = {PRINT}"))
    content = record()
    for section in ("state", "facts"):
        content.pop(section)
    Path(".tox", "a", ".tox-info.json").write_text(json.dumps(content), encoding="utf-8")

    ended = tox("r")

    assert "recreate" not in ended.out
    assert ended.code == 0
    assert record()["state"]["is"] == "ready"


def test_lost_python_is_noticed(tox: Tox) -> None:
    """Somebody removed what the record tells of."""
    tox("r", tox_ini=ini(f"commands = {PRINT}"))
    for name in ("bin", "Scripts"):
        folder = Path(".tox", "a", name)
        if folder.is_dir():
            for entry in folder.iterdir():
                entry.unlink()

    ended = tox("r")

    assert "its python is missing" in ended.out
    assert ended.code == 0, ended.out


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege")
def test_link_in_place_of_the_folder_is_refused(tox: Tox, tmp_path: Path) -> None:
    """What it points to is somebody else's; on demand the link itself goes."""
    target = tmp_path / "precious"
    target.mkdir()
    (target / "file").touch()
    Path(".tox").mkdir()
    Path(".tox", "a").symlink_to(target)

    refused = tox("r", tox_ini=ini(f"commands = {PRINT}"))
    recreated = tox("r", "-r")

    assert refused.code == 1
    assert "is a link" in refused.out
    assert recreated.code == 0, recreated.out
    assert list(target.iterdir()) == [target / "file"]


def test_platforms_that_do_not_fit_are_skipped(tox: Tox) -> None:
    """Nothing is created for them."""
    ended = tox("r", tox_ini=ini("platform = nowhere", f"commands = {PRINT}"))

    assert f"a: skipped because platform {sys.platform} does not match nowhere" in ended.out
    assert not Path(".tox", "a", "pyvenv.cfg").exists()


def test_platform_that_is_no_expression_is_one_sentence(tox: Tox) -> None:
    """The mistake is named."""
    ended = tox("r", tox_ini=ini("platform = (x"))

    assert "a: invalid platform regular expression '(x': missing )" in ended.out
    assert "Traceback" not in ended.out + ended.err


def test_missing_interpreter_fails_or_skips(tox: Tox) -> None:
    """The setting decides, the command line outdoes it."""
    failed = tox("r", tox_ini=ini("base_python = python2.1", f"commands = {PRINT}"))
    skipped = tox("r", "-s", "true")
    configured = tox("r", tox_ini=ini("base_python = python2.1", "skip_missing_interpreters = true"))

    assert "could not find python interpreter matching any of the specs python2.1" in failed.out
    assert "a: skipped because could not find python interpreter with spec(s): python2.1" in skipped.out
    assert "a: SKIP" in configured.out
    assert "did not finish" not in skipped.out + configured.out


def test_commands_get_their_variables(tox: Tox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the host that are passed, those that are set, and those that tell where they are."""
    monkeypatch.setenv("PASSED", "1")
    monkeypatch.setenv("HIDDEN", "2")
    monkeypatch.setenv("SECRET_ONE", "3")
    script = Path("show.py")
    script.write_text("import json, os; print('JSON' + json.dumps(dict(os.environ)))\n", encoding="utf-8")

    ended = tox(
        "r",
        tox_ini=ini(
            "pass_env = PASSED, SECRET_*",
            "disallow_pass_env = SECRET_*",
            "set_env =",
            "  SET = x",
            "  TOX_ENV_NAME = nonsense",
            "commands = python show.py",
        ),
    )

    line = next(line for line in ended.out.splitlines() if line.startswith("JSON"))
    variables = json.loads(line.removeprefix("JSON"))
    env_dir = Path(".tox", "a").absolute()
    assert variables["PASSED"] == "1"
    assert variables["SET"] == "x"
    assert variables["TOX_ENV_NAME"] == "a"
    assert variables["TOX_ENV_DIR"] == variables["VIRTUAL_ENV"] == str(env_dir)
    assert variables["TOX_WORK_DIR"] == str(env_dir.parent)
    assert variables["PATH"].split(os.pathsep)[0].startswith(str(env_dir))
    assert variables["PIP_USER"] == "0"
    assert variables["PYTHONIOENCODING"] == "utf-8"
    assert not {"HIDDEN", "SECRET_ONE"} & set(variables)


def test_programs_outside_are_refused_unless_allowed(tox: Tox) -> None:
    """The environment's own need no permission."""
    refused = tox("r", tox_ini=ini("commands = git --version"))
    allowed = tox("r", tox_ini=ini("allowlist_externals = gi?", "commands = git --version"))

    assert "git is not allowed, use allowlist_externals to allow it" in refused.out
    assert refused.code == 1
    assert allowed.code == 0


def test_logs_are_numbered_within_a_run_and_wiped_by_the_next(tox: Tox) -> None:
    """The files tell what was run and what it printed."""
    tox("r", tox_ini=ini("commands =", f"  {PRINT}", f"  {PRINT}"))
    tox("r")

    names = sorted(path.name for path in Path(".tox", "a", "log").iterdir())
    assert names == ["1-commands[0].log", "2-commands[1].log"]
    lines = Path(".tox", "a", "log", names[0]).read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ["name: a", "run_id: commands[0]"]
    assert "exit_code: 0" in lines
    assert lines[lines.index("exit_code: 0") + 1] == "it runs"


def test_temporary_folder_is_emptied(tox: Tox) -> None:
    """What an earlier run left there is gone when commands start."""
    tox("r", tox_ini=ini(f"commands = {PRINT}"))
    left = Path(".tox", "a", "tmp", "left")
    left.touch()

    tox("r")

    assert not left.exists()
    assert left.parent.is_dir()


def test_recreate_commands_run_in_the_old_environment(tox: Tox) -> None:
    """A failing one is told and does not stop the recreation."""
    text = ini(
        "recreate_commands =",
        "  python -c 'import sys; sys.exit(3)'",
        "  python -c 'print(\"old one\")'",
        f"commands = {PRINT}",
    )
    first = tox("r", tox_ini=text)
    again = tox("r", "-r")

    assert "old one" not in first.out
    assert "old one" in again.out
    assert "recreate_commands" in next(line for line in again.out.splitlines() if "code 3" in line)
    assert again.code == 0


def test_extra_setup_commands_complete_the_setup(tox: Tox) -> None:
    """They run without tests, too, and a failure fails the environment without putting it in doubt."""
    good = tox("r", "--notest", tox_ini=ini("extra_setup_commands = python -c 'print(\"extra\")'"))
    bad = tox("r", "--notest", tox_ini=ini("extra_setup_commands = python -c 'import sys; sys.exit(4)'"))
    again = tox("r", "--notest", tox_ini=ini("extra_setup_commands = python -c 'print(\"extra\")'"))

    assert "extra" in good.out
    assert (bad.code, again.code) == (1, 0)
    assert "recreate" not in again.out


def test_shared_folder_is_made_anew_for_each_name(tox: Tox) -> None:
    """Environments that share a folder share the lock and know each other by the record."""
    text = "\n".join([
        "[tox]",
        "no_package = true",
        "env_list = a,b",
        "[testenv]",
        "env_dir = {work_dir}/one",
        f"commands = {PRINT}",
    ])

    ended = tox("r", tox_ini=text)

    assert ended.code == 0, ended.out
    assert "b: recreate env because env type changed from" in ended.out


def test_reading_configuration_creates_nothing(tox: Tox) -> None:
    """Not even a folder."""
    ended = tox("c", tox_ini=ini("deps = apple"))

    assert ended.code == 0
    assert not Path(".tox").exists()
