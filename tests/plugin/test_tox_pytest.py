"""The fixtures that authors of plugins test with, in test sessions of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ASKS = {"conftest.py": 'pytest_plugins = ["tox.pytest"]\n'}


@pytest.fixture
def session(tmp_path: Path) -> Callable[..., list[str]]:
    """Run pytest on a test module, in a process of its own; return what became of each test, in order."""

    def run(module: str, *args: str, files: dict[str, str] = ASKS, **env: str) -> list[str]:
        for name, text in {**files, "test_inner.py": module}.items():
            (tmp_path / name).write_text(dedent(text))
        # folders of its own: at its end it would remove those of former sessions, which may be large
        flags = ["-p", "no:cacheprovider", "-p", "no:xdist", f"--basetemp={tmp_path / 'inner'}", "-v", "-W", "error"]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *flags, *args],
            cwd=tmp_path,
            env={**os.environ, "PIP_INDEX_URL": "https://index.invalid/simple", **env},
            capture_output=True,
            text=True,
            check=False,
        )
        found = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("test_inner.py::")]
        assert found, done.stdout + done.stderr
        return found

    return run


def test_project_and_outcome(session: Callable[..., list[str]]) -> None:
    """A project is written from a dictionary, and the outcome of a run is looked at in several ways."""
    module = """\
    import os
    import re
    import pytest
    from tox.tox_env.errors import Fail

    def content():
        print("of a function")

    def test_files(tox_project, tmp_path):
        (tmp_path / "base").mkdir()
        (tmp_path / "base" / "given.txt").write_text("given")
        project = tox_project({"tox.ini": "", "a": {"b.py": content}, "none": None}, base=tmp_path / "base")
        assert project.path == tmp_path / "p"
        assert project.structure == {
            "a": {"b.py": 'from __future__ import annotations\\nprint("of a function")\\n'},
            "given.txt": "given",
            "none": {},
            "tox.ini": "",
        }
        before = os.getcwd()
        with project.chdir():
            assert os.getcwd() == str(project.path)
        assert os.getcwd() == before

    def test_success(tox_project):
        outcome = tox_project({"tox.toml": "env_list = ['a']"}).run("list", "--no-desc")
        outcome.assert_success()
        outcome.assert_out_err("a\\n", "")
        outcome.assert_out_err(r"[a-c]$", "", regex=True)
        outcome.assert_failed(0)
        assert outcome.shell_cmd.endswith("-m tox list --no-desc")
        assert outcome.state.conf.core["env_list"].envs == ["a"]
        assert "code: 0" in repr(outcome)
        with pytest.raises(AssertionError):
            outcome.assert_failed()
        outcome.matches("^A", outcome.out, re.IGNORECASE)

    def test_failure(empty_project):
        outcome = empty_project.run("r", "-e", "nope")
        outcome.assert_failed(-2)
        with pytest.raises(AssertionError, match="provided environments not found"):
            outcome.assert_success()
        with pytest.raises(AssertionError, match="expected the exit code 3"):
            outcome.assert_failed(3)

    def test_before_there_is_a_state(empty_project):
        outcome = empty_project.run("--no-such-option", "--version")
        assert outcome.out.startswith("4.")
        with pytest.raises(RuntimeError):
            outcome.state

    def test_config_raises(tox_project):
        project = tox_project({"tox.ini": "[testenv:py27]\\nbase_python = py39"})
        asked = "config", "-e", "py27", "-k", "base_python"
        assert project.run(*asked, raise_on_config_fail=False).code == -1
        with pytest.raises(Fail, match="py27 conflicting with base python py39"):
            project.run(*asked)

    def test_elsewhere(tox_project, tmp_path):
        outcome = tox_project({"tox.toml": "env_list = ['a']"}).run("list", from_cwd=tmp_path)
        assert "py" in outcome.out
    """

    assert session(module) == ["PASSED"] * 6


def test_contents(session: Callable[..., list[str]]) -> None:
    """The body of a definition becomes the text of a file, whatever its head looks like; what is neither is refused."""
    module = """\
    import pytest

    def plain():
        x = 1

    def commented():  # with a colon: here
        x = 1

    def annotated(a: "Nothing" = ":", *b: "list[str]") -> "dict[str, int]":
        x = 1

    def long(
        a: "Nothing",
        b={"c": 1},
    ) -> None:

        x = 1

    def begins_with_a_comment():
        # first
        x = 1

    def keeps_what_is_written():
        x = \'\'\'
        a
      b\'\'\'

        def inner(y: Unknown):
            return y

    def one_line(): x = 1

    @pytest.mark.skip
    def decorated():
        x = 1

    async def later():
        x = 1

    class Kind:
        x = 1

    unnamed = lambda: 1

    HEAD = "from __future__ import annotations\\n"

    @pytest.mark.parametrize(("content", "text"), [
        (plain, "x = 1\\n"),
        (commented, "x = 1\\n"),
        (annotated, "x = 1\\n"),
        (long, "\\nx = 1\\n"),
        (begins_with_a_comment, "# first\\nx = 1\\n"),
        (keeps_what_is_written, "x = \'\'\'\\na\\n  b\'\'\'\\n\\ndef inner(y: Unknown):\\n    return y\\n"),
        (one_line, "x = 1\\n"),
        (decorated, "x = 1\\n"),
        (later, "x = 1\\n"),
        (Kind, "x = 1\\n"),
        (unnamed, ""),
    ], ids=range(11))
    def test_text(tox_project, content, text):
        assert tox_project({"a.py": content}).structure == {"a.py": HEAD + text}

    @pytest.mark.parametrize("content", [1, b"x", ["x"], object()])
    def test_refused(tox_project, content):
        with pytest.raises(TypeError, match="a file is given as a text"):
            tox_project({"a.py": content})

    def test_folders(tox_project):
        project = tox_project({"none": None, "empty": {}, "in": {"none": None}})
        assert project.structure == {"none": {}, "empty": {}, "in": {"none": {}}}

    def test_base(tox_project, tmp_path):
        base = tox_project({
            ".tox": {"a": ""}, ".venv": {"a": ""}, ".tox4": {"a": ""}, "in": {".tox": {"a": ""}, "b": ""}, ".git": {}
        }, prj_path=tmp_path / "base")
        assert tox_project({"c": ""}, base=base.path).structure == {
            ".tox4": {"a": ""}, "in": {"b": ""}, ".git": {}, "c": ""
        }
    """
    results = session(module)
    assert len(results) == 17, results
    assert set(results) == {"PASSED"}


def test_patterns(session: Callable[..., list[str]]) -> None:
    """Patterns for a whole output match across lines; ``matches`` takes them as they are."""
    module = """\
    import re
    import pytest

    @pytest.fixture
    def outcome(tox_project):
        return tox_project({"tox.toml": "env_list = ['a', 'b']"}).run("list", "--no-desc")

    @pytest.mark.parametrize("pattern", ["a.b", "a.*", "^a$.^b$", "", "a\\nb"])
    def test_output(outcome, pattern):
        outcome.assert_out_err(pattern, ".*", regex=True)

    @pytest.mark.parametrize("pattern", ["b", "A.*", "a$b", "^.b"])
    def test_other_output(outcome, pattern):
        with pytest.raises(AssertionError):
            outcome.assert_out_err(pattern, "", regex=True)
        with pytest.raises(AssertionError):
            outcome.assert_out_err("", pattern, regex=True)

    @pytest.mark.parametrize(("pattern", "flags"), [("a", 0), ("A", re.I), ("a.b", re.S), ("a$", re.M)])
    def test_matches(outcome, pattern, flags):
        outcome.matches(pattern, outcome.out, flags)
        if flags:
            with pytest.raises(AssertionError):
                outcome.matches(pattern, outcome.out)

    def test_exit_code(outcome):
        outcome.assert_failed(0)
        for code in (None, 1):
            with pytest.raises(AssertionError):
                outcome.assert_failed(code)

    def test_settings_that_the_run_did_not_read(outcome):
        assert outcome.env_conf("a")["env_name"] == "a"
        assert "env_name" not in outcome.env_conf("unknown")
    """
    results = session(module)
    assert len(results) == 15, results
    assert set(results) == {"PASSED"}


def test_outer_run(session: Callable[..., list[str]], tmp_path: Path) -> None:
    """What a tox around the tests tells its commands does not reach the projects; what a test sets does."""
    module = """\
    import os

    OUTER = ["PYTHONPATH", "TOX_ENV_DIR", "TOX_ENV_NAME", "TOX_PARALLEL_ENV", "TOX_WORK_DIR"]

    def test_forgotten(tox_project):
        assert [name for name in OUTER if name in os.environ] == []
        outcome = tox_project({"tox.ini": ""}).run("config", "--core", "-k", "work_dir")
        assert outcome.state.conf.core["work_dir"] == outcome.cwd / ".tox"

    def test_kept():
        assert os.environ["TOX_OF_A_PLUGIN"] == "kept"

    def test_set_again(tox_project, monkeypatch, tmp_path):
        monkeypatch.setenv("TOX_WORK_DIR", str(tmp_path / "mine"))
        outcome = tox_project({"tox.ini": ""}).run("config", "--core", "-k", "work_dir")
        assert outcome.state.conf.core["work_dir"] == tmp_path / "mine"
    """
    outer = dict.fromkeys(("PYTHONPATH", "TOX_ENV_DIR", "TOX_ENV_NAME", "TOX_PARALLEL_ENV", "TOX_WORK_DIR"), "outer")
    assert session(module, TOX_OF_A_PLUGIN="kept", **outer) == ["PASSED"] * 3
    assert not (tmp_path / "outer").exists()


def test_automatic_fixtures(session: Callable[..., list[str]]) -> None:
    """Each test sees no colours, no index and no inline plugin, and must leave variables and logging as they were."""
    module = """\
    import logging
    import os
    import pytest
    from tox.plugin import impl
    from tox.pytest import register_inline_plugin

    FILES = {"tox.toml": "env_list = ['a']", "toxfile.py": "print('loaded')"}

    def test_surroundings(tox_project, disable_pip_pypi_access):
        closed, former = disable_pip_pypi_access
        assert os.environ["PIP_INDEX_URL"] == closed != former == "https://index.invalid/simple"
        assert os.environ["NO_COLOR"]
        assert "loaded" not in tox_project(FILES).run("list").out

    @pytest.mark.plugin_test
    def test_inline(tox_project):
        assert "loaded" in tox_project(FILES).run("list").out

    def test_functions_as_a_plugin(tox_project, mocker):
        @impl
        def tox_extend_envs():
            return ["more"]
        register_inline_plugin(mocker, tox_extend_envs)
        assert "more" in tox_project(FILES).run("list").out

    def test_index(enable_pip_pypi_access):
        assert os.environ["PIP_INDEX_URL"] == enable_pip_pypi_access == "https://index.invalid/simple"
        assert "PIP_RETRIES" not in os.environ

    def test_variable_left_behind():
        os.environ["LEFT"] = "behind"

    def test_variable_put_back(monkeypatch):
        assert "LEFT" not in os.environ
        monkeypatch.setenv("PUT", "back")

    class Mine(logging.Handler):
        def emit(self, record):
            pass

    def test_handler_left_behind():
        logging.getLogger().addHandler(Mine())

    def test_handler_is_gone():
        assert not any(isinstance(one, Mine) for one in logging.getLogger().handlers)
    """

    assert session(module) == [*["PASSED"] * 5, "ERROR", *["PASSED"] * 3]


def test_integration_is_asked_for(session: Callable[..., list[str]]) -> None:
    """Tests marked so run last, and only with the option or when they are the only ones."""
    module = """\
    import pytest
    @pytest.mark.integration
    def test_far(): pass
    def test_near(): pass
    """

    assert session(module) == ["PASSED", "SKIPPED"]
    assert session(module, "--run-integration") == ["PASSED", "PASSED"]
    assert session(module, "-k", "near") == ["PASSED"]


def test_fixture_alone(session: Callable[..., list[str]]) -> None:
    """A module that imports just the fixture gets no more than that; others get nothing at all."""
    module = """\
    import os
    import sys
    from tox.pytest import ToxProjectCreator, init_fixture

    def test_project(tox_project: ToxProjectCreator) -> None:
        assert "p" in tox_project({"toxfile.py": "print('loaded')", "tox.ini": ""}).run("list").out
        assert os.environ["PIP_INDEX_URL"] == "https://index.invalid/simple"
    """
    assert session(module, files={}) == ["PASSED"]

    nothing = (
        "import sys\ndef test_nothing():\n    assert not [name for name in sys.modules if name.startswith('tox')]\n"
    )
    assert session(nothing, files={"conftest.py": ""}) == ["PASSED"]


def test_module_runs_under_pytest(session: Callable[..., list[str]]) -> None:
    """The package may be run as a module within a test, with or without its fixtures."""
    module = """\
    import runpy
    import sys
    import pytest

    def test_run(monkeypatch, capsys):
        monkeypatch.setattr(sys, "argv", ["tox", "--version"])
        with pytest.raises(SystemExit) as ended:
            runpy.run_module("tox", run_name="__main__")
        assert not ended.value.code
        assert capsys.readouterr().out.startswith("4.")
    """

    assert session(module) == ["PASSED"]
    assert session(module, files={"conftest.py": ""}) == ["PASSED"]
