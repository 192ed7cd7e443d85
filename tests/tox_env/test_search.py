"""Where interpreters are looked for, and how often."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from virtualenv.run import session_via_cli

from tests.pretenders import needs_scripts, pretend, what_fails
from tox.errors import Fail
from tox.tox_env.python.virtual_env import _adapter
from tox.tox_env.python.virtual_env._adapter import make_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.session.in_process import Ended

    Tox = Callable[..., Ended]

_MISSING = "[tox]\nno_package = true\nenv_list = 3.97, 3.97-b, c\n[testenv:c]\nbase_python = 3.97\n"


def values(ended: Ended, key: str) -> dict[str, object]:
    """Read a setting of each environment out of what ``tox config --format json`` printed."""
    return {name: env.get(key, env) for name, env in json.loads(ended.out)["env"].items()}


@pytest.fixture
def bare_path(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have interpreters looked for in one empty folder and where shells are."""
    folder = tmp_path_factory.mktemp("bare")
    monkeypatch.setenv("PATH", os.pathsep.join([str(folder), "/usr/bin", "/bin"]))
    return folder


@needs_scripts
@pytest.mark.parametrize(
    ("option", "variable"),
    [
        (["--discover", "{one}"], None),
        (["--discover", "{other}", "{one}"], None),
        (["--discover", "{other}", "--discover", "{one}"], None),
        (["--discover", "/no/such/program", "{one}"], None),
        ([], "{one}"),
        ([], "{other}:{one}"),
        (["--discover", "{one}"], "{other}"),
    ],
    ids=["option", "second", "given-twice", "missing-first", "variable", "variable-of-two", "option-wins"],
)
@pytest.mark.parametrize("more", ["", "virtualenv_spec = virtualenv>=20\n"], ids=["own", "another-virtualenv"])
def test_interpreter_that_is_named_is_used(
    tox: Tox,
    tmp_path_factory: pytest.TempPathFactory,
    bare_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    option: list[str],
    variable: str | None,
    more: str,
) -> None:
    """``--discover`` and ``TOX_DISCOVER`` name interpreters that are not on PATH, one or several."""
    folder = tmp_path_factory.mktemp("hidden")
    places = {"one": pretend(folder, "3.99"), "other": pretend(folder, "3.98")}
    if variable:
        monkeypatch.setenv("TOX_DISCOVER", variable.format_map(places))
    ini = f"[tox]\nno_package = true\n[testenv:a]\nbase_python = 3.99\n{more}"

    arguments = [part.format_map(places) for part in option]

    ended = tox("c", "-e", "a", "-k", "py_dot_ver", "--format", "json", *arguments, tox_ini=ini)

    assert values(ended, "py_dot_ver") == {"a": "3.99"}


@needs_scripts
def test_interpreter_that_is_named_by_a_relative_path(tox: Tox, tmp_path: Path, bare_path: Path) -> None:
    """It is taken from the folder that tox is started in; without being named it is not found."""
    pretend(tmp_path / "hidden", "3.99")
    ini = "[tox]\nno_package = true\n[testenv:a]\nbase_python = 3.99\n"

    found = tox("c", "-e", "a", "-k", "py_dot_ver", "--discover", "hidden/python3.99", tox_ini=ini)
    missing = tox("c", "-e", "a", "-k", "py_dot_ver")

    assert "py_dot_ver = 3.99" in found.out
    assert "NoInterpreter(['3.99'])" in missing.out
    assert not list(bare_path.iterdir())


@needs_scripts
@pytest.mark.parametrize(
    "args",
    [("c",), ("c", "-k", "py_dot_ver", "env_python", "env_site_packages_dir"), ("r",), ("p",)],
    ids=["config", "some-values", "run", "parallel"],
)
@pytest.mark.parametrize("more", ["", "virtualenv_spec = virtualenv>=20\n"], ids=["own", "another-virtualenv"])
def test_missing_interpreter_is_looked_for_once(tox: Tox, bare_path: Path, args: tuple[str, ...], more: str) -> None:
    """However many values and environments ask for it, what is on PATH is asked once, or tried a second time."""
    asked = what_fails(bare_path, "python3", "python3.97")

    ended = tox(*args, tox_ini=_MISSING + f"[testenv]\n{more}")

    assert ended.code != 0
    assert 2 <= len(asked.read_text(encoding="utf-8").splitlines()) <= 4


@needs_scripts
def test_found_interpreter_is_looked_for_once(tox: Tox, bare_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Environments that want the same interpreter share the search that found it."""
    asked = what_fails(bare_path, "python3.99")
    real = bare_path.parent / "behind"
    pretend(real, "3.99")
    names = [f"e{number}" for number in range(6)]
    ini = f"[tox]\nno_package = true\nenv_list = {','.join(names)}\n[testenv]\nbase_python = 3.97, 3.99\n"
    monkeypatch.setenv("PATH", os.environ["PATH"] + os.pathsep + str(real))

    ended = tox("c", "-k", "py_dot_ver", "--format", "json", tox_ini=ini)

    assert values(ended, "py_dot_ver") == dict.fromkeys(names, "3.99")
    assert len(asked.read_text(encoding="utf-8").splitlines()) <= 4


def test_environments_made_alike_are_looked_at_once(tox: Tox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that want the same interpreter and settings of virtualenv share what it tells; the others ask it again."""
    asked = []
    real = session_via_cli

    def count(args: list[str], **kwargs: Any) -> Any:
        asked.append(Path(args[-1]).name)
        return real(args, **kwargs)

    monkeypatch.setattr(_adapter, "session_via_cli", count)
    ini = "[tox]\nno_package=true\nenv_list=a,b,c,d\n[testenv:d]\nsystem_site_packages=true\n"

    ended = tox("c", "-k", "env_python", "py_dot_ver", "--format", "json", tox_ini=ini)

    assert [Path(str(path)).parts[-3] for path in values(ended, "env_python").values()] == ["a", "b", "c", "d"]
    assert asked == ["a", "d"]


@pytest.mark.parametrize(("more", "expected"), [("", "True"), ("set_env=VIRTUALENV_NO_PERIODIC_UPDATE=no", "no")])
def test_nothing_is_updated_in_the_background(
    tox: Tox, monkeypatch: pytest.MonkeyPatch, more: str, expected: str
) -> None:
    """Virtualenv leaves no process behind that looks for newer wheels, unless somebody wants it to."""
    asked = []
    real = session_via_cli

    def note(args: list[str], **kwargs: Any) -> Any:
        asked.append(kwargs["env"]["VIRTUALENV_NO_PERIODIC_UPDATE"])
        return real(args, **kwargs)

    monkeypatch.setattr(_adapter, "session_via_cli", note)

    tox("c", "-k", "env_python", tox_ini=f"[tox]\nno_package=true\n[testenv]\n{more}\n")

    assert asked == [expected]


def test_a_folder_that_can_hold_no_environment_is_refused_beside_others(tox: Tox) -> None:
    """That an environment is made like another one says nothing of its folder."""
    folder = f"a{os.pathsep}b"
    ini = f"[tox]\nno_package=true\nenv_list=a,b\n[testenv:b]\nenv_dir={folder}\n"

    ended = tox("c", "-k", "env_python", tox_ini=ini)

    assert "cannot hold an environment" in ended.out.partition("[testenv:b]")[2]


@needs_scripts
def test_interpreter_that_came_is_found_by_the_next_session(tox: Tox, bare_path: Path) -> None:
    """What was missing is remembered no longer than the session lasts."""
    before = tox("c", "-e", "3.97", "-k", "py_dot_ver", tox_ini=_MISSING)
    pretend(bare_path, "3.97")
    after = tox("c", "-e", "3.97", "-k", "py_dot_ver")

    assert "NoInterpreter(['3.97'])" in before.out
    assert "py_dot_ver = 3.97" in after.out


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("default_base_python = []", []),
        ('default_base_python = ""', []),
        ('default_base_python = ["", " "]', []),
        ("base_python = []", None),
        ('base_python = ""', None),
        ('base_python = ["", " "]', None),
        ('base_python = "{env:NOT_THERE:}"', None),
        ('base_python = ["", "3.11"]', ["3.11"]),
        ('base_python = [" ", "3.11"]', ["3.11"]),
    ],
)
def test_empty_values(tox: Tox, value: str, expected: list[str] | None) -> None:
    """No default is no interpreter; ``base_python`` itself has to name one."""
    toml = f"no_package = true\n[env.lint]\n{value}\n"

    ended = tox("c", "-e", "lint", "-k", "base_python", "--format", "json", tox_toml=toml)

    found = values(ended, "base_python")["lint"]
    assert found == (expected if expected is not None else {"error": "Fail('base_python for env lint is empty')"})


@pytest.mark.parametrize(
    ("override", "expected"),
    [("default_base_python=", []), ("base_python=", None), ("base_python=,", None), ("base_python+=3.97", ["3.97"])],
)
def test_empty_values_of_an_override(tox: Tox, override: str, expected: list[str] | None) -> None:
    """They mean what they mean in a file."""
    ini = "[tox]\nno_package = true\nenv_list = a\n"

    ended = tox("c", "-e", "a", "-k", "base_python", "--format", "json", "-x", f"testenv.{override}", tox_ini=ini)

    found = values(ended, "base_python")["a"]
    assert found == (expected if expected is not None else {"error": "Fail('base_python for env a is empty')"})


def test_run_without_any_interpreter_fails(tox: Tox) -> None:
    """The interpreter that runs tox does not step in."""
    ended = tox("r", "-e", "a", tox_toml="no_package = true\n[env.a]\ndefault_base_python = []\n")

    assert ended.code == 1
    assert "a: failed with could not find python interpreter matching any of the specs" in ended.out


@needs_scripts
@pytest.mark.parametrize(
    ("wanted", "more", "expected"),
    [
        (">=3.99", "", "3.99"),
        ("~=3.98,<3.99", "", "3.98"),
        (">=3.8", "", None),
        (">=3.98", "default_base_python = 3.99\n", "3.99"),
        (">=3.99", "default_base_python = 3.98\n", "3.99"),
        (">=3.8", "default_base_python =\n", "any"),
    ],
    ids=["newer", "between", "own-fits", "default-fits", "default-does-not", "no-default"],
)
@pytest.mark.parametrize("virtualenv", ["", "virtualenv_spec = virtualenv>=20\n"], ids=["own", "another-virtualenv"])
def test_script_gets_an_interpreter_that_fits_it(
    tox: Tox, bare_path: Path, wanted: str, more: str, expected: str | None, virtualenv: str
) -> None:
    """The interpreter that runs tox, or the default, is used where it fits; else one from PATH."""
    for version in ("3.98", "3.99"):
        pretend(bare_path, version)
    script = f"# /// script\n# requires-python = '{wanted}'\n# ///\n"
    ini = f"[tox]\nno_package = true\n[testenv:s]\nrunner = virtualenv-pep-723\nscript = s.py\n{more}{virtualenv}"

    ended = tox("c", "-e", "s", "-k", "py_dot_ver", "--format", "json", tox_ini=ini, s_py=script)

    own = f"{sys.version_info[0]}.{sys.version_info[1]}"
    found = values(ended, "py_dot_ver")["s"]
    assert found in ({own, "3.98", "3.99"} if expected == "any" else {expected or own})


def test_script_in_an_environment_that_names_another_python(tox: Tox) -> None:
    """The name decides, and what does not fit is told in one sentence."""
    name = f"py{sys.version_info[0]}{sys.version_info[1]}"
    ini = f"[tox]\nno_package = true\n[testenv:{name}]\nrunner = virtualenv-pep-723\nscript = s.py\n"

    ended = tox("r", "-e", name, tox_ini=ini, s_py="# /// script\n# requires-python = '<3.8'\n# ///\n")

    assert ended.code == 1
    assert "does not satisfy requires-python '<3.8'" in ended.out


def test_list_tells_what_a_script_asks_for(tox: Tox) -> None:
    """Services that choose a machine by it get the versions that fit."""
    ini = "[tox]\nno_package = true\nenv_list = s\n[testenv:s]\nrunner = virtualenv-pep-723\nscript = s.py\n"

    ended = tox("l", "--format", "json", tox_ini=ini, s_py="# /// script\n# requires-python = '>=3.99'\n# ///\n")

    assert json.loads(ended.out)[0]["python"]["base_python"] == [">=3.99"]


def test_folder_that_no_environment_can_be_in(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A folder that cannot stand in ``PATH`` is refused in one sentence, and nobody prints how virtualenv is used."""
    with pytest.raises(Fail, match="cannot hold an environment"):
        make_session(tmp_path / f"a{os.pathsep}b", [sys.executable], {}, None)

    assert capfd.readouterr() == ("", "")
