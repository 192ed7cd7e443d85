"""Environments that install from a lock file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.pretenders import needs_scripts, pretend

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.session.in_process import Ended

    Tox = Callable[..., Ended]

INI = """\
[tox]
no_package = true
env_list = a
[testenv]
install_command = python -c 0 {opts} {packages}
pylock = pylock.toml
"""
HASH = "44e1ad92c8ca002de6377e165f3e0f1be63266ab4d554740532335b9d75ea669"


def lock(*packages: tuple[str, str]) -> str:
    text = 'lock-version = "1.0"\ncreated-by = "tests"\n'
    if not packages:
        text += "packages = []\n"
    for name, version in packages:
        file = f"{name}-{version}-py3-none-any.whl"
        text += f'[[packages]]\nname = "{name}"\nversion = "{version}"\n'
        text += f'wheels = [{{ name = "{file}", url = "https://h/{file}", hashes = {{ sha256 = "{HASH}" }} }}]\n'
    return text


def test_locked_packages_are_installed_once(tox: Tox) -> None:
    """Without what they depend on, because that is locked as well, and with their hashes."""
    Path("pylock.toml").write_text(lock(("pear", "1.0"), ("apple", "2.0")), encoding="utf-8")

    first = tox("r", "--notest", tox_ini=INI)
    second = tox("r", "--notest")

    listing = Path(".tox", "a", "pylock.txt").absolute()
    assert f"> python -c 0 --no-deps -r {listing}" in first.out
    assert listing.read_text(encoding="utf-8").splitlines() == [
        f"apple==2.0 --hash=sha256:{HASH}",
        f"pear==1.0 --hash=sha256:{HASH}",
    ]
    assert "install_pylock" not in second.out
    record = json.loads(Path(".tox", "a", ".tox-info.json").read_text(encoding="utf-8"))
    assert set(record["PythonRun"]) == {"pylock"}


@pytest.mark.parametrize(
    ("after", "recreates"),
    [
        pytest.param([("pear", "1.0"), ("apple", "2.0")], False, id="added"),
        pytest.param([("pear", "2.0")], True, id="changed"),
        pytest.param([], True, id="removed"),
    ],
)
def test_only_what_went_needs_a_new_environment(tox: Tox, after: list[tuple[str, str]], *, recreates: bool) -> None:
    """What came new is installed beside the rest."""
    Path("pylock.toml").write_text(lock(("pear", "1.0")), encoding="utf-8")
    tox("r", "--notest", tox_ini=INI)
    Path("pylock.toml").write_text(lock(*after), encoding="utf-8")

    ended = tox("r", "--notest")

    assert ended.code == 0, ended.out
    assert ("recreate env because pylock dependencies removed: pear==1.0" in ended.out) is recreates


def test_lock_file_and_dependencies_exclude_each_other(tox: Tox) -> None:
    """Nobody could say which one counts."""
    Path("pylock.toml").write_text(lock(), encoding="utf-8")

    ended = tox("r", "--notest", tox_ini=f"{INI}deps = apple\n")

    assert ended.code == 1
    assert "pylock" in ended.out
    assert "Traceback" not in ended.out + ended.err


def test_lock_file_lies_below_the_package(tox: Tox) -> None:
    """It is a file of the package, as the project file is."""
    Path("src").mkdir()
    Path("src", "pylock.toml").write_text(lock(("pear", "1.0")), encoding="utf-8")

    ended = tox("r", "--notest", tox_ini=INI.replace("[tox]", "[tox]\npackage_root = src"))

    assert ended.code == 0, ended.out
    assert Path(".tox", "a", "pylock.txt").read_text(encoding="utf-8").startswith("pear==1.0")


def test_variables_that_addresses_name(tox: Tox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another value is another package; the value itself is recorded nowhere."""
    content = 'lock-version = "1.0"\ncreated-by = "tests"\n[[packages]]\nname = "pear"\n'
    content += f'archive = {{ url = "${{MIRROR}}/pear-1.tar.gz", hashes = {{ sha256 = "{HASH}" }} }}\n'
    Path("pylock.toml").write_text(content, encoding="utf-8")
    monkeypatch.setenv("MIRROR", "https://one.invalid")
    tox("r", "--notest", tox_ini=f"{INI}pass_env = MIRROR\n")

    same = tox("r", "--notest")
    monkeypatch.setenv("MIRROR", "https://two.invalid")
    changed = tox("r", "--notest")

    assert "install_pylock" not in same.out
    assert "recreate env because variables that the lock file names changed" in changed.out
    assert "two.invalid" not in Path(".tox", "a", ".tox-info.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("explain", [False, True], ids=["run", "explain"])
@pytest.mark.parametrize(
    ("before", "after", "gone"),
    [
        pytest.param("pylock = pylock.toml", "", "pylock removed: pear==1.0", id="lock file"),
        pytest.param("dependency_groups = lint", "", "dependency-groups removed: apple", id="group"),
        pytest.param("deps = plum", "", "requirements removed: plum", id="deps"),
        pytest.param("deps = plum", "pylock = pylock.toml", "deps removed: plum", id="deps for a lock file"),
        pytest.param(
            "dependency_groups = lint",
            "pylock = pylock.toml",
            "dependency-groups removed: apple",
            id="group for a lock file",
        ),
        pytest.param("constraints = c.txt", "", "changed constraint(s) removed", id="constraints"),
    ],
)
def test_settings_that_are_left_out_again(tox: Tox, before: str, after: str, gone: str, *, explain: bool) -> None:
    """What a setting brought in goes with it: the environment is built anew, once."""
    ini = INI.replace("pylock = pylock.toml\n", "")
    Path("pylock.toml").write_text(lock(("pear", "1.0")), encoding="utf-8")
    Path("pyproject.toml").write_text("[dependency-groups]\nlint = ['apple']\n", encoding="utf-8")
    Path("c.txt").write_text("plum<2\n", encoding="utf-8")
    tox("r", "--notest", tox_ini=f"{ini}{before}\n")
    Path("tox.ini").write_text(f"{ini}{after}\n", encoding="utf-8")

    if explain:
        assert gone in tox("r", "--explain").out
        return
    first, second = tox("r", "--notest"), tox("r", "--notest")

    assert "recreate env because" in first.out
    assert gone in first.out
    assert "recreate env" not in second.out


@pytest.fixture
def other_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the path of an interpreter that is of another version than the one that runs tox."""
    return str(pretend(tmp_path_factory.mktemp("other"), f"{sys.version_info[0]}.{sys.version_info[1]}.99"))


def conditional(*entries: tuple[str, str], head: str = "") -> str:
    """Write a lock file of packages with a condition each."""
    text = f'lock-version = "1.0"\ncreated-by = "tests"\n{head}'
    for name, condition in entries:
        file = f"{name}-1.0-py3-none-any.whl"
        text += f'[[packages]]\nname = "{name}"\nversion = "1.0"\n{condition}\n'
        text += f'wheels = [{{ name = "{file}", url = "https://h/{file}", hashes = {{ sha256 = "{HASH}" }} }}]\n'
    return text


ENTRIES = (
    ("apple", """marker = "python_full_version >= '{0}'\""""),
    ("pear", """marker = "python_full_version < '{0}'\""""),
    ("plum", "requires-python = '>={0}'"),
    ("fig", "requires-python = '!={0}'"),
)


@needs_scripts
@pytest.mark.parametrize("more", ["", "virtualenv_spec = virtualenv>=20\n"], ids=["own", "another-virtualenv"])
def test_conditions_are_those_of_the_python_of_the_environment(
    tox: Tox, monkeypatch: pytest.MonkeyPatch, virtualenv_links: Path, other_python: str, more: str
) -> None:
    """Of the one that is found now and of the one that is remembered, whichever virtualenv makes the environment."""
    monkeypatch.setenv("PIP_FIND_LINKS", str(virtualenv_links))
    version = other_python.rpartition("python")[2]
    ini = f"{INI}base_python = {other_python}\n{more}"
    entries = [(name, condition.format(version)) for name, condition in ENTRIES]
    Path("pylock.toml").write_text(conditional(*entries[:2]), encoding="utf-8")

    told = tox("r", "--explain", tox_ini=ini)
    found = tox("r", "--notest")
    Path("pylock.toml").write_text(conditional(*entries), encoding="utf-8")
    remembered = tox("r", "--notest")
    listing = Path(".tox", "a", "pylock.txt").read_text(encoding="utf-8")
    Path("pylock.toml").write_text(conditional(*entries, head=f"requires-python = '<{version}'\n"), encoding="utf-8")
    refused = tox("r", "--notest")

    assert (found.code, remembered.code) == (0, 0), found.out + remembered.out
    assert ("apple" in told.out, "pear" in told.out) == (True, False)
    assert [line.partition("==")[0] for line in listing.splitlines()] == ["apple", "plum"]
    assert f"requires Python <{version}, got {version}" in refused.out
