"""What ``--explain`` tells is what a run then does, and telling it does nothing."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.explained import Told, happened, mark, snapshot, told
from tests.processes import eventually, started
from tox.plugin.inline import INLINE_FILES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.session.in_process import Ended

    Tox = Callable[..., Ended]


def ini(*lines: str, core: str = "no_package = true") -> str:
    return "\n".join(["[tox]", core, "env_list = a", "[testenv]", *lines, ""])


class Stage(NamedTuple):
    """What is changed in a project, and what has to be done about it."""

    name: str
    does: Told
    config: str | None = None
    args: tuple[str, ...] = ()
    files: Mapping[str, str] = {}
    variables: Mapping[str, str] = {}


def recreated(why: str, *installs: str) -> Told:
    """Expect an environment to be made anew."""
    return Told(recreates=why, creates=True, installs=installs)


APPLE, BOTH = ini("deps = apple<3"), ini("deps =", "  apple<3", "  pear")
LISTED = ini("deps = -r wanted.txt", "  -c limits.txt")
STAGES = (
    Stage("cold", Told(creates=True, installs=("deps",)), APPLE),
    Stage("warm", Told()),
    Stage("added", Told(installs=("deps",)), BOTH),
    Stage("variable", Told(installs=("deps",)), variables={"PIP_PRE": "1"}),
    Stage("back", Told(installs=("deps",))),
    Stage("removed", recreated("requirements removed: pear", "deps"), APPLE),
    Stage("asked for", recreated("", "deps"), args=("-r",)),
    Stage("other lines", recreated("requirements removed: apple<3"), ini()),
    Stage(
        "file of requirements",
        recreated("changed constraint(s) added apple<2", "deps"),
        LISTED,
        files={"wanted.txt": "apple", "limits.txt": "apple<2"},
    ),
    Stage("file of requirements grew", Told(installs=("deps",)), files={"wanted.txt": "apple\npear\n"}),
    Stage(
        "constraint changed",
        recreated("changed constraint(s) removed apple<2 added apple<3", "deps"),
        files={"limits.txt": "apple<3"},
    ),
    Stage(
        "dependency groups",
        recreated("changed constraint(s) removed apple<3", "dependency-groups"),
        ini("dependency_groups = test"),
        files={"pyproject.toml": '[dependency-groups]\ntest = ["pear"]\n'},
    ),
    Stage(
        "dependency group grew",
        Told(installs=("dependency-groups",)),
        files={"pyproject.toml": '[dependency-groups]\ntest = ["pear", "apple"]\n'},
    ),
    Stage("left alone", Told(), args=("--skip-env-install",)),
)


def test_explanation_agrees_with_run(tox: Tox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was changed, what is told is what happens, and until it happens nothing is touched."""
    for stage in STAGES:
        with monkeypatch.context() as patch:
            for name, value in stage.variables.items():
                patch.setenv(name, value)
            files = stage.files if stage.config is None else {**stage.files, "tox.ini": stage.config}
            for name, text in files.items():
                Path(name).write_text(text, encoding="utf-8")
            before = snapshot(Path.cwd())

            explained = tox("r", "-n", *stage.args, "--explain")

            assert snapshot(Path.cwd()) == before, stage.name
            mark(Path(".tox", "a"))
            ended = tox("r", "-n", *stage.args)
            assert (explained.code, ended.code) == (0, 0), (stage.name, explained.out, ended.out)
            assert happened(ended.out, "a", Path(".tox", "a")) == stage.does, (stage.name, ended.out)
            assert told(explained.out, "a") == stage.does, (stage.name, explained.out)


def test_nothing_is_made(tox: Tox) -> None:
    """Not even the work dir."""
    ended = tox("r", "--explain", tox_ini=ini("deps = apple", "commands = python -c 1"))

    assert ended.code == 0
    assert re.fullmatch(r"a: create env with \S+ [\d.]+\na: install deps: apple\n", ended.out)
    assert not Path(".tox").exists()


def test_environment_left_half_made(tox: Tox) -> None:
    """It is told in the words of a run."""
    tox("r", "-n", tox_ini=ini())
    record = Path(".tox", "a", ".tox-info.json")
    record.write_text(json.dumps({**json.loads(record.read_text()), "state": {"is": "building"}}))

    explained = tox("r", "-n", "--explain")
    ended = tox("r", "-n")

    line = "a: recreate env because its last setup did not finish\n"
    assert line in explained.out
    assert line in ended.out


def test_record_of_another_environment(tox: Tox) -> None:
    """What a folder was made for, and from, is compared."""
    tox("r", "-n", tox_ini=ini())
    record = Path(".tox", "a", ".tox-info.json")
    content = json.loads(record.read_text())
    content["Python"]["executable"] = "/elsewhere"
    record.write_text(json.dumps(content))

    explained = tox("r", "-n", "--explain")
    ended = tox("r", "-n")

    line = next(line for line in ended.out.splitlines() if "recreate env because python changed executable" in line)
    assert line in explained.out.splitlines()


def other_interpreter() -> str | None:
    """Find an interpreter of another version than the one that runs the tests, on the path or installed beside it."""
    minors = [minor for minor in range(9, 16) if minor != sys.version_info[1]]
    found = [path for minor in minors if (path := shutil.which(f"python3.{minor}"))]
    for minor in minors:
        found += map(str, Path(sys.base_prefix).parent.glob(f"*/bin/python3.{minor}"))
    return next(filter(works, found), None)


def works(python: str) -> bool:
    """Tell whether an interpreter starts."""
    import subprocess

    return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(other_interpreter() is None, reason="there is one interpreter only")
def test_other_interpreter(tox: Tox) -> None:
    """What differs between the interpreters is told in the words of a run."""
    tox("r", "-n", tox_ini=ini())
    config = ini(f"base_python = {other_interpreter()}")

    explained = tox("r", "-n", "--explain", tox_ini=config)
    ended = tox("r", "-n")

    line = next(line for line in ended.out.splitlines() if "recreate env because python changed version_info=" in line)
    assert line in explained.out.splitlines()


@pytest.mark.parametrize(
    ("line", "args", "out", "code"),
    [
        pytest.param(
            "base_python = python2.1",
            (),
            "a: failed with could not find python interpreter matching any of the specs python2.1\n",
            0,
            id="missing",
        ),
        pytest.param(
            "base_python = python2.1",
            ("-s",),
            "a: skipped because could not find python interpreter with spec(s): python2.1\n",
            0,
            id="skipped",
        ),
        pytest.param(
            "platform = nowhere",
            (),
            f"a: skipped because platform {sys.platform} does not match nowhere\n",
            0,
            id="platform",
        ),
        pytest.param(
            "platform = (",
            (),
            "a: failed with invalid platform regular expression '(': missing )",
            0,
            id="bad",
        ),
        pytest.param(
            "", ("-e", "zz"), "ROOT: HandledError| provided environments not found in configuration", -2, id="unknown"
        ),
        pytest.param("", ("-m", "zz"), "ROOT: no environment has label zz; there are no labels\n", 1, id="none"),
        pytest.param("deps = -r no.txt", (), "a: create env with", 0, id="broken requirements"),
    ],
)
def test_what_keeps_it_from_running(line: str, args: tuple[str, ...], out: str, code: int, tox: Tox) -> None:
    """It is told; the exit code tells whether there was anything to explain."""
    ended = tox("r", *args, "--explain", tox_ini=ini(line))

    assert ended.out.startswith(out)
    assert ended.code == code
    assert not Path(".tox").exists()


@pytest.mark.parametrize("args", [("run",), ("run-parallel",), ("legacy",), (), ("-p",)], ids=" ".join)
def test_commands_that_explain(args: tuple[str, ...], tox: Tox) -> None:
    """All that run environments do, in the order they would run in."""
    config = "[tox]\nno_package = true\nenv_list = a, b\n[testenv:a]\ndepends = b\n"

    ended = tox(*args, "--explain", tox_ini=config)

    assert [line.split(" with")[0] for line in ended.out.splitlines()] == ["b: create env", "a: create env"]


def test_development_environment(tox: Tox) -> None:
    """The old way to ask for one explains it, too, and points nothing to what is not there."""
    ended = tox("--devenv", "here", "-e", "a", "--explain", tox_ini=ini())

    assert ended.out.startswith("a: create env with")
    assert [path.name for path in Path().iterdir()] == ["tox.ini"]


def test_steps_of_the_user(tox: Tox) -> None:
    """Commands that belong to setup are told as they would run; those of the environment are not."""
    config = ini(
        "recreate_commands = python -c 'print(1)'", "extra_setup_commands = python -c 'print(2)'", "commands = python"
    )
    tox("r", "-n", tox_ini=config)

    first = tox("r", "-r", "--explain").out.splitlines()

    assert first[0] == "a: recreate env because it was asked for"
    assert first[1] == "a: run recreate_commands: python -c 'print(1)'"
    assert first[2].startswith("a: create env with")
    assert first[3:] == ["a: run extra_setup_commands: python -c 'print(2)'"]


def test_lock_file(tox: Tox, links: Path) -> None:
    """What is locked counts line by line."""

    def lock(*names: str) -> None:
        packages = []
        for name in names:
            wheel = links / f"{name}-1.0-py3-none-any.whl"
            digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
            where = f"path = {str(wheel)!r}\nhashes = {{ sha256 = {digest!r} }}\n"
            packages.append(f"[[packages]]\nname = {name!r}\n[packages.archive]\n{where}")
        head = 'lock-version = "1.0"\ncreated-by = "hand"\n'
        Path("pylock.toml").write_text("\n".join([head, *packages]), encoding="utf-8")

    lock("apple")
    tox("r", "-n", tox_ini=ini("pylock = pylock.toml"))
    warm = tox("r", "-n", "--explain").out
    lock("apple", "pear")
    added = tox("r", "-n", "--explain").out
    lock("pear")
    removed = tox("r", "-n", "--explain").out

    assert "a: reuse pylock: apple @ file:" in warm
    assert "a: install pylock because pylock dependencies added: pear @ file:" in added
    assert "a: recreate env because pylock dependencies removed: apple @ file:" in removed


@pytest.mark.skipif(sys.platform == "win32", reason="needs a lock that shows its holder")
def test_environment_in_use(tox: Tox, tmp_path: Path) -> None:
    """Who would have to be waited for is told at once, by an explanation that waits for nobody."""
    config = ini('commands = python -u -c \'import time; print("re" + "ady"); time.sleep(60)\'')
    tox("r", "-n", tox_ini=config)

    with started([sys.executable, "-m", "tox", "r"], cwd=tmp_path) as (user,):
        user.expect("ready")
        reused = tox("r", "--explain")
        changed = tox("r", "--explain", "-r")

    assert "wait" not in reused.out
    assert changed.out.startswith(f"a: wait for the environment because it is used by pid {user.pid} (tox r) since")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a lock that shows its holder")
def test_environment_under_way(tox: Tox, tmp_path: Path) -> None:
    """What another tox is just making cannot be told; a record that says so does not mean that it has died."""
    slow = "import pathlib, time\npathlib.Path('ready').touch()\ntime.sleep(60)\n"
    (tmp_path / "slow.py").write_text(slow)
    (tmp_path / "tox.ini").write_text(ini("deps = apple", "install_command = python slow.py {packages}"))

    with started([sys.executable, "-m", "tox", "r"], cwd=tmp_path) as (user,):
        eventually((tmp_path / "ready").exists)
        ended = tox("r", "--explain")

    told = "a: wait until it is set up because it is used by pid"
    assert re.fullmatch(rf"{told} {user.pid} \(tox r\) since [\d:]+\n", ended.out)


def test_other_virtualenv(tox: Tox) -> None:
    """A virtualenv of its own, for old interpreters, is not fetched to explain what it would create."""
    ended = tox("r", "--explain", tox_ini=ini("virtualenv_spec = virtualenv<20.22"))

    assert ended.out.startswith("a: create env with CPython")
    assert not Path(".tox").exists()


def test_installer_of_a_plugin(tox: Tox) -> None:
    """One that knows nothing of explanations is named; what it would do is its own decision."""
    plugin = """\
        from tox.plugin import impl
        from tox.tox_env.python.virtual_env.runner import VirtualEnvRunner
        class Silent:
            def install(self, arguments, section, of_type): raise SystemExit(9)
            def installed(self): return []
        class Mine(VirtualEnvRunner):
            installer = Silent()
            @staticmethod
            def id(): return "mine"
        @impl
        def tox_register_tox_env(register):
            register.add_run_env(Mine)
        """
    Path(INLINE_FILES[0]).write_text(dedent(plugin), encoding="utf-8")

    ended = tox("r", "--explain", tox_ini="[tox]\nno_package = true\nenv_list = a\n[testenv]\nrunner = mine\n")

    assert ended.out.splitlines()[1:] == ["a: install deps: as Silent decides"]


def test_plugin_with_a_say(tox: Tox) -> None:
    """Plugins that may change what is installed are not asked, which is told."""
    plugin = "from tox.plugin import impl\n@impl\ndef tox_on_install(tox_env):\n    raise SystemExit(9)\n"
    Path(INLINE_FILES[0]).write_text(plugin, encoding="utf-8")

    ended = tox("r", "--explain", tox_ini=ini("deps = apple"))

    assert ended.code == 0
    assert ended.out.startswith("ROOT: a plugin may change what is installed")


def test_colors(tox: Tox, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be done stands out when output is coloured."""
    ended = tox("r", "--explain", "--colored", "yes", tox_ini=ini())

    assert monkeypatch
    assert ended.out.startswith("\x1b[1m\x1b[35ma:\x1b[0m \x1b[33mcreate env with ")


def test_variable(tox: Tox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The option has a variable as all have."""
    monkeypatch.setenv("TOX_EXPLAIN", "1")

    ended = tox("r", tox_ini=ini())

    assert ended.out.startswith("a: create env with")
    assert not Path(".tox").exists()
