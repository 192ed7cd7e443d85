"""The record of a run."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tox.execute import ExecuteRequest, Outcome
from tox.execute.request import StdinSource
from tox.journal import EnvJournal, Journal, write_journal
from tox.journal._observer import Observers
from tox.version import version


def outcome(*cmd: str) -> Outcome:
    """Make an outcome of two seconds."""
    request = ExecuteRequest(cmd, Path.cwd(), {}, StdinSource.OFF, "run")
    return Outcome(request, True, 3, "out", "err", 1.0, 3.0, cmd, {"pid": 4})


def test_disabled() -> None:
    """A record nobody asked for collects nothing."""
    journal = Journal(enabled=False)
    journal.get_env_journal("a").add_execute(outcome("python"), "commands[0]")

    assert not journal
    assert journal.content == {}
    assert journal.get_env_journal("a").content == {}


def test_content() -> None:
    """The record tells of this tox and machine, then of each environment."""
    journal = Journal(enabled=True)
    journal.get_env_journal("a")["result"] = {"success": True}

    content = dict(journal.content)
    assert isinstance(content.pop("host"), str)
    assert content == {
        "reportversion": "1",
        "toxversion": version,
        "platform": sys.platform,
        "testenvs": {"a": {"result": {"success": True}}},
    }


def test_same_environment_journal() -> None:
    """Whoever asks for an environment gets the same record."""
    journal = Journal(enabled=True)

    assert journal.get_env_journal("a") is journal.get_env_journal("a")


@pytest.mark.parametrize(
    ("run_id", "key"),
    [("commands[0]", "test"), ("commands_pre[0]", "test"), ("build_wheel", "test"), ("install_deps", "setup")],
)
def test_commands(run_id: str, key: str) -> None:
    """A command belongs to the tests or to the setup, secrets hidden, after all facts."""
    journal = EnvJournal(enabled=True, name="a")
    journal.add_execute(outcome("python", "--token=abc"), run_id)
    journal["python"] = {}

    assert list(journal.content) == ["python", key]
    assert journal.content[key] == [
        {
            "command": ["python", "--token=***"],
            "output": "out",
            "err": "err",
            "retcode": 3,
            "elapsed": 2.0,
            "show_on_standard": True,
            "run_id": run_id,
            "start": 1.0,
            "end": 3.0,
        }
    ]


def test_written(tmp_path: Path) -> None:
    """The file is JSON in ASCII, in a folder made for it."""
    journal = Journal(enabled=True)
    journal.get_env_journal("a")["note"] = "née"

    write_journal(tmp_path / "sub" / "r.json", journal)

    content = (tmp_path / "sub" / "r.json").read_bytes()
    assert json.loads(content)["testenvs"] == {"a": {"note": "née"}}
    assert content.isascii()
    assert b'\n  "testenvs": {' in content


def test_not_written(tmp_path: Path) -> None:
    """Nothing is written without a path, or for a record that is not enabled."""
    write_journal(None, Journal(enabled=True))
    write_journal(tmp_path / "r.json", Journal(enabled=False))

    assert not list(tmp_path.iterdir())


class Listener:
    """Notes each moment it hears of."""

    def __init__(self) -> None:
        self.heard: list[tuple[object, ...]] = []

    def command_started(self, env: object, request: object) -> None:
        """Note it."""
        self.heard.append(("started", env, request))

    def command_finished(self, env: object, outcome: object) -> None:
        """Note it."""
        self.heard.append(("finished", env, outcome))

    def environment_finished(self, env: object, result: object) -> None:
        """Note it."""
        self.heard.append(("environment", env, result))

    def run_finished(self, code: int) -> None:
        """Note it."""
        self.heard.append(("run", code))


def test_observers() -> None:
    """Each moment reaches every observer once."""
    listeners = Listener(), Listener()
    observers = Observers(*listeners)

    observers.command_started("e", "q")
    observers.command_finished("e", "o")
    observers.environment_finished("e", "r")
    observers.run_finished(4)

    expected = [("started", "e", "q"), ("finished", "e", "o"), ("environment", "e", "r"), ("run", 4)]
    assert [listener.heard for listener in listeners] == [expected, expected]
