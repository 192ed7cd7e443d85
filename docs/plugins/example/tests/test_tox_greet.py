"""What the plugin does in projects."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tox.pytest import ToxProjectCreator

TOML = """\
no_package = true
env_list = ["a"]
[env.a]
commands = [["python", "-c", "print('ran')"]]
"""


def test_setting_has_a_default(tox_project: ToxProjectCreator) -> None:
    """Without a setting the option says who is greeted."""
    project = tox_project({"tox.toml": TOML})

    outcome = project.run("config", "-e", "a", "-k", "greeting", "--greet", "Ann")

    outcome.assert_success()
    assert outcome.out == "[testenv:a]\ngreeting = hello Ann\n"


def test_setting_is_read(tox_project: ToxProjectCreator) -> None:
    """What the file says wins; settings can be read as objects, too."""
    project = tox_project({"tox.toml": f'{TOML}greeting = "good evening"\n'})

    outcome = project.run("config")

    assert outcome.env_conf("a")["greeting"] == "good evening"


def test_commands_know_the_greeting(tox_project: ToxProjectCreator) -> None:
    """Commands find it in a variable; they are only pretended to run, so this is quick."""
    project = tox_project({"tox.toml": TOML})
    executed = project.patch_execute(lambda _request: 0)

    outcome = project.run("run", "-e", "a")

    outcome.assert_success()
    assert "a: hello world" in outcome.out
    (request,) = [call.args[3] for call in executed.call_args_list if call.args[3].run_id == "commands[0]"]
    assert request.env["GREETING"] == "hello world"


def test_failing_commands_are_noticed(tox_project: ToxProjectCreator) -> None:
    """A pretended exit code becomes that of tox."""
    project = tox_project({"tox.toml": TOML})
    project.patch_execute(lambda request: 3 if request.run_id == "commands[0]" else None)

    outcome = project.run("run", "-e", "a")

    outcome.assert_failed(3)
