"""Environments of a session: chosen by name, built when they are needed."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

import pytest

from tox.errors import HandledError
from tox.run import setup_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.session.in_process import Ended
    from tox.session.state import State

PROJECT = """\
[tox]
env_list = py311-django4, lint, docs
labels =
  t = py311-django4, lint
  u = zz-docs
[testenv]
package = skip
labels =
  lint: q
[testenv:extra]
labels = q
[testenv:x-y]
depends = lint
"""


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., State]]:
    """Make the state of a session, as the provision check leaves it."""
    root = logging.getLogger()
    before = list(root.handlers), root.level

    def make(*args: str, ini: str = PROJECT) -> State:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "tox.ini").write_text(ini)
        state = setup_state(args)
        state.envs._mark_provision(False, ".tox")
        return state

    yield make
    root.handlers[:], root.level = before


@pytest.mark.parametrize(
    ("args", "names"),
    [
        pytest.param(["run"], ["py311-django4", "lint", "docs"], id="default"),
        pytest.param(["run", "-e", "docs,lint"], ["docs", "lint"], id="named"),
        pytest.param(["run", "-e", "py312-django4"], ["py312-django4"], id="combined"),
        pytest.param(["run", "-e", "ALL"], ["py311-django4", "lint", "docs", "extra", "x-y"], id="all"),
        pytest.param(["run", "-m", "t"], ["py311-django4", "lint"], id="label of the project"),
        pytest.param(["run", "-m", "q", "u"], ["lint", "extra", "zz-docs"], id="labels of both"),
        pytest.param(["run", "-f", "docs"], ["docs", "zz-docs"], id="factor"),
        pytest.param(["run", "-m", "nope"], [], id="unknown label"),
        pytest.param(["run", "--skip-env", "py|d"], ["lint"], id="left out"),
        pytest.param(["run", "-e", "lint,lint"], ["lint"], id="once"),
    ],
)
def test_chosen_names(session: Callable[..., State], args: list[str], names: list[str]) -> None:
    """Options choose environments, in the order of the command line or of the configuration."""
    assert list(session(*args).envs.iter()) == names


def test_choosing_builds_nothing(session: Callable[..., State], built: list[str]) -> None:
    """Names are enough to choose and to list."""
    state = session("run", "-e", "lint")

    assert list(state.envs.iter()) == ["lint"]
    assert list(state.envs.iter(only_active=False)) == ["lint", "py311-django4", "docs", "extra", "x-y", "zz-docs"]
    assert built == []


def test_asking_for_one_builds_one(session: Callable[..., State], built: list[str]) -> None:
    """An environment is built when it is asked for, once."""
    envs = session("run").envs

    assert envs["docs"] is envs["docs"]
    assert built == ["docs"]


def test_reference_to_another_environment_builds_that(session: Callable[..., State]) -> None:
    """A value that refers to another environment's setting gets it, whichever was built first."""
    ini = (
        "[tox]\nenv_list=a,b\n[testenv]\npackage=skip\n"
        "[testenv:a]\ndescription={[testenv:b]description}\n[testenv:b]\ndescription=of {env_name}\n"
    )

    assert session("run", ini=ini).envs["a"].conf["description"] == "of a"


@pytest.mark.parametrize(
    ("description", "text", "count"),
    [
        pytest.param("plain text", "plain text", 0, id="text"),
        pytest.param("\n  x: of x\n  of all", "of all", 0, id="conditions"),
        pytest.param("about {env_name} {factor:x:y}", "about lint y", 0, id="own-name"),
        pytest.param("about {commands_retry}", "about 0", 1, id="reference"),
    ],
)
def test_description_builds_only_for_references(
    session: Callable[..., State], built: list[str], description: str, text: str, count: int
) -> None:
    """The description of an environment is read without building it, unless it refers to other settings."""
    envs = session("list", ini=f"[tox]\nenv_list=lint\n[testenv]\npackage=skip\ndescription={description}\n").envs

    assert envs.description("lint") == text
    assert len(built) == count


def test_unknown_environment_is_a_missing_key(session: Callable[..., State]) -> None:
    """Asking for what there is not is a missing key."""
    with pytest.raises(KeyError, match="nope"):
        _ = session("run").envs["nope"]


@pytest.mark.parametrize(
    ("name", "known"),
    [
        pytest.param("lint-django4", True, id="factors-of-default-environments"),
        pytest.param("n-lint", True, id="factor-of-a-condition"),
        pytest.param("x-y", True, id="section"),
        pytest.param("x", False, id="part-of-the-name-of-a-section"),
        pytest.param("zz-docs", False, id="only-in-a-label"),
        pytest.param("!lint", True, id="negated"),
        pytest.param("{lint}-docs", True, id="braces"),
    ],
)
def test_what_may_be_named(session: Callable[..., State], name: str, known: bool) -> None:
    """Factors may be combined when they are of default environments or of conditions."""
    state = session("run", "-e", name, ini=f"{PROJECT}deps =\n  n: six\n")

    if known:
        assert list(state.envs.iter()) == [re.sub(r"[!{}]", "", name)]
    else:
        with pytest.raises(HandledError, match="provided environments not found"):
            list(state.envs.iter())


def test_unknown_name_on_the_command_line(session: Callable[..., State]) -> None:
    """A name that nobody knows is told before anything runs."""
    with pytest.raises(HandledError, match="lnt - did you mean lint"):
        list(session("run", "-e", "lnt").envs.iter())


def test_only_the_provision_environment_while_provisioning(session: Callable[..., State]) -> None:
    """A session that provisions has no other environment."""
    envs = session("run").envs
    envs._mark_provision(True, ".tox")

    assert list(envs.iter()) == [".tox"]
    with pytest.raises(KeyError):
        _ = envs["lint"]


@pytest.mark.parametrize(
    ("named", "names"),
    [
        pytest.param(".tox", ["py"], id="alone"),
        pytest.param("lint,.tox", ["lint"], id="beside another"),
        pytest.param(".tox-lint", [".tox-lint"], id="part of a name"),
    ],
)
def test_provision_environment_is_named(session: Callable[..., State], named: str, names: list[str]) -> None:
    """The provision environment is a name like others where it is configured, and never runs."""
    envs = session("run", "-e", named, ini=f"{PROJECT}[testenv:.tox]\nx = 1\n").envs

    assert list(envs.iter()) == names


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        pytest.param({"TOX_LABELS": "t"}, ["py311-django4", "lint"], id="label"),
        pytest.param({"TOX_FACTORS": "docs"}, ["docs", "zz-docs"], id="factor"),
        pytest.param({"TOX_LABELS": "q", "TOX_FACTORS": "y"}, ["lint", "extra", "x-y"], id="both"),
    ],
)
@pytest.mark.parametrize("named", ["docs,x-y", "ALL"])
@pytest.mark.parametrize("command", [["run"], ["run-parallel"], ["legacy"], [], ["config"]])
def test_labels_and_factors_win_over_names(
    session: Callable[..., State],
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
    named: str,
    chosen: dict[str, str],
    names: list[str],
) -> None:
    """Where labels or factors are asked for they alone choose, wherever they and the names come from."""
    for variable, value in chosen.items():
        monkeypatch.setenv(variable, value)
    by_option = session(*command, "-e", named).envs
    monkeypatch.setenv("TOX_ENV", named)
    by_variable = session(*command).envs

    # those that are named, too, come first
    assert sorted(by_option.iter()) == sorted(names) == sorted(by_variable.iter())


@pytest.mark.parametrize(
    ("name", "args"),
    [
        pytest.param("..", ["list", "-m", "ci"], id="above"),
        pytest.param(".", ["list", "-m", "ci"], id="here"),
        pytest.param("..", ["list"], id="not asked for"),
        pytest.param("..", ["run", "-m", "ci"], id="run"),
        pytest.param("..", ["config", "-e", "a"], id="config"),
        pytest.param("..", ["depends"], id="depends"),
        pytest.param("a/b", ["list", "-m", "ci"], id="separator"),
    ],
)
@pytest.mark.parametrize("setting", ['labels = {ci = ["NAME"]}', 'env_list = ["NAME"]'])
def test_no_name_leaves_the_work_dir(tox: Callable[..., Ended], name: str, args: list[str], setting: str) -> None:
    """A name that would be another folder than one in the work dir is refused, whoever names it."""
    ended = tox(*args, tox_toml=setting.replace("NAME", name))

    assert ended.code == -2
    assert name in ended.out


def test_provision_environment_is_hidden(session: Callable[..., State]) -> None:
    """The provision environment is neither listed nor chosen, though it has a section."""
    envs = session("run", ini=f"{PROJECT}[testenv:.tox]\nx = 1\n").envs

    assert ".tox" not in list(envs.iter(only_active=False))


MISSING_RUNNER = "[tox]\nenv_list=a,b\n[testenv]\npackage=skip\n[testenv:b]\nrunner=nope\n"


def test_missing_runner_is_told_and_left_out(tox: Callable[..., Ended], session: Callable[..., State]) -> None:
    """An environment whose kind is not installed is told once and left out."""
    ended = tox("list", "--no-desc", tox_ini=MISSING_RUNNER)

    assert ended.out.splitlines() == ["b: environment b marked as unavailable, runner 'nope' is not available", "a"]
    assert session("run", ini=MISSING_RUNNER).envs.unavailable_envs() == {"b": "nope"}


def test_missing_runner_of_several_environments(session: Callable[..., State]) -> None:
    """A section for several environments counts for each of them."""
    ini = "[tox]\nenv_list=a\n[testenv]\npackage=skip\n[testenv:{x,y}-{1-2}]\nrunner=nope\n"

    envs = session("list", ini=ini).envs

    assert list(envs.iter(only_active=False)) == ["a"]
    assert list(envs.unavailable_envs()) == ["x-1", "x-2", "y-1", "y-2"]


def test_missing_runner_in_a_template(tmp_path: Path, session: Callable[..., State]) -> None:
    """A TOML template counts for each environment that it makes."""
    (tmp_path / "tox.toml").write_text('[env_base.t]\nfactors = [["a", "b"]]\nrunner = "nope"\n')

    envs = session("list", "-c", "tox.toml").envs

    assert list(envs.unavailable_envs()) == ["t-a", "t-b"]


def test_missing_runner_of_a_named_environment(tox: Callable[..., Ended]) -> None:
    """An environment that was asked for and whose kind is not installed is a mistake."""
    ended = tox("run", "-e", "b", tox_ini=MISSING_RUNNER)

    assert ended.code == -2
    assert "environment 'b' asks for runner 'nope', which no installed plugin offers" in ended.out


PACKAGE = {
    "pyproject_toml": "[project]\nname='x'\nversion='1'\n[build-system]\nrequires=[]\n",
    "tox_ini": """\
[tox]
env_list = a, b
[testenv]
package = wheel
[testenv:b]
package_env = mine
[testenv:mine]
description = builds
[testenv:lone]
package = skip
""",
}


def test_package_environments_are_told_from_others(tox: Callable[..., Ended]) -> None:
    """What builds packages is not listed; it is shown with all, or when it is named."""
    listed = tox("list", "--no-desc", **PACKAGE)
    everything = tox("config", "-e", "ALL", "-k", "env_name")
    one = tox("config", "-e", "mine,.pkg", "-k", "env_name")

    assert listed.out.split() == ["a", "b", "lone"]
    shown = [line[9:-1] for line in everything.out.splitlines() if line.startswith("[testenv:")]
    assert shown == ["a", "b", "mine", "lone", ".pkg"]
    assert [line for line in one.out.splitlines() if line.startswith("[")] == ["[testenv:mine]", "[testenv:.pkg]"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        pytest.param(["run", "-e", "mine"], "cannot run packaging environment(s) mine", id="run"),
        pytest.param(
            ["list", "-x", "testenv:lone.package=wheel", "-x", "testenv:lone.package_env=lone"],
            "lone cannot self-package",
            id="itself",
        ),
        pytest.param(
            ["list", "-x", "testenv:b.package_env=a"],
            "a builds packages for b, so it cannot be in env_list too",
            id="default one",
        ),
    ],
)
def test_mistakes_with_package_environments(tox: Callable[..., Ended], args: list[str], message: str) -> None:
    """An environment cannot both run commands and build packages."""
    ended = tox(*args, **PACKAGE)

    assert ended.code == -2
    assert message in ended.out


@pytest.mark.parametrize("name", [".pkg", "maker"])
def test_section_of_a_package_environment_comes_first(tox: Callable[..., Ended], name: str) -> None:
    """A section for the environment that builds packages is none to run, though no other environment is named."""
    ini = f"[testenv]\npackage = wheel\npackage_env = {name}\n[testenv:{name}]\nset_env = A = 1\n"

    ended = tox("list", "--no-desc", tox_ini=ini)

    assert (ended.code, ended.out) == (0, "py\n")


def test_all_can_be_had_at_once(session: Callable[..., State]) -> None:
    """Plugins read all environments, built, with whether they were asked for."""
    defined = session("run", "-e", "lint").envs._defined_envs

    assert [name for name, one in defined.items() if one.is_active] == ["lint"]
    assert all(one.env.name == name for name, one in defined.items())


@pytest.mark.parametrize(
    ("named", "rest", "code", "shown"),
    [
        pytest.param(".pkg", {}, 0, [".pkg"], id="nothing to package"),
        pytest.param("py,.pkg", {}, 0, ["py", ".pkg"], id="beside another"),
        pytest.param(".pkg-lint", {"tox_ini": "[testenv:lint]"}, 0, [".pkg-lint"], id="part of a name"),
        pytest.param("py,.pkg", {"pyproject_toml": ""}, 0, ["py", ".pkg"], id="it packages"),
        pytest.param(".pkg,py", {"pyproject_toml": ""}, 0, [".pkg", "py"], id="it packages, named first"),
        pytest.param(".pkg", {"pyproject_toml": ""}, -2, [], id="it packages itself"),
    ],
)
def test_package_environment_has_a_name_anywhere(
    tox: Callable[..., Ended], named: str, rest: dict[str, str], code: int, shown: list[str]
) -> None:
    """The usual name of the package environment is known in every project."""
    ended = tox("config", "-e", named, "-k", "env_name", **{"tox_ini": "", **rest})

    assert ended.code == code
    assert [line[9:-1] for line in ended.out.splitlines() if line.startswith("[testenv:")] == shown


@pytest.mark.parametrize("command", [["run"], ["run-parallel"], []])
def test_running_tells_all_that_is_left_out(tox: Callable[..., Ended], command: list[str]) -> None:
    """What --skip-env leaves out is told of all environments, also of those that would not run."""
    ended = tox(
        *command, "-e", "a", "--skip-env", ".", tox_ini="[tox]\nno_package=true\nenv_list=a,b\n[testenv:c]\nx=1"
    )

    assert ended.code == 1
    assert re.findall(r"skip environment (\w+), matches filter '.'", ended.out) == ["a", "b", "c"]


@pytest.mark.parametrize("command", [["run"], ["run-parallel"], [], ["run", "--explain"]])
@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        pytest.param(["-m", "swfit"], "no environment has label swfit; labels are heavy, swift", id="label"),
        pytest.param(["-f", "thr"], "no environment has factor thr; factors are one, two", id="factor"),
    ],
)
def test_running_nothing_tells_why(
    tox: Callable[..., Ended], command: list[str], args: list[str], sentence: str
) -> None:
    """A label or factor that nothing has is told before the run fails for it."""
    ended = tox(
        *command,
        *args,
        tox_ini="[tox]\nno_package=true\nenv_list=one,two\nlabels=\n  swift=one\n[testenv:two]\nlabels=heavy",
    )

    assert ended.code == 1
    assert ended.out.startswith(f"ROOT: {sentence}\n")


@pytest.mark.parametrize(
    ("variable", "value", "shown"),
    [
        pytest.param("TOX_FACTORS", "nope", [], id="factors-that-none-has"),
        pytest.param("TOX_FACTORS", "b", ["b"], id="factors-that-one-has"),
        pytest.param("TOX_SKIP_ENV", ".*", [], id="all-skipped"),
    ],
)
def test_packages_are_of_the_environments_that_variables_leave(
    session: Callable[..., State], monkeypatch: pytest.MonkeyPatch, variable: str, value: str, shown: list[str]
) -> None:
    """``-e ALL`` means no package environment where factors choose, nor where nothing is left."""
    monkeypatch.setenv(variable, value)
    state = session("config", "-e", "ALL", ini="[testenv]\npackage = wheel\n[testenv:a]\n[testenv:b]\n")

    assert list(state.envs.iter(package=True)) == shown


@pytest.mark.parametrize("name", [".pkg", ".pkg-cpython311"])
def test_a_package_environment_is_there_without_a_runner(session: Callable[..., State], name: str) -> None:
    """A runner that nobody offers hides no environment in which others build their packages."""
    text = f"[testenv]\npackage = wheel\npackage_env = {name}\n[testenv:a]\n[testenv:{name}]\nrunner = nope\n"
    state = session("config", "-e", "ALL", ini=text)

    assert list(state.envs.iter(package=True)) == ["a", name]


@pytest.mark.parametrize("label", ["x", "y"])
def test_labels_of_what_builds_packages(session: Callable[..., State], label: str) -> None:
    """An environment that only a label names, and that builds packages for others, does not get in the way of them."""
    text = "[tox]\nlabels =\n  x = a\n  y = b, a\n[testenv]\npackage = wheel\npackage_env = a\n"
    state = session("config", "-m", label, ini=text)

    assert list(state.envs.iter()) == {"x": [], "y": ["b"]}[label]
