"""What gets installed, and when."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.wheels import make_wheel

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.session.in_process import Ended

    Tox = Callable[..., Ended]

#: installs nothing and says what it was asked for
PRETEND = "install_command = python -c 0 {opts} {packages}"


def ini(*lines: str) -> str:
    return "\n".join(["[tox]", "no_package = true", "env_list = a", "[testenv]", *lines, ""])


def installs(ended: Ended) -> list[str]:
    """Return what the installer was asked for, one entry for each time."""
    return [line.partition(" -c 0 ")[2] for line in ended.out.splitlines() if "install_deps" in line]


def record() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(Path(".tox", "a", ".tox-info.json").read_text(encoding="utf-8"))
    return loaded


def show(module: str) -> str:
    return f"commands = python -c 'import {module}; print(\"{module}\", {module}.VERSION)'"


def test_dependencies_are_installed_once(tox: Tox) -> None:
    """The second run knows that nothing has to be done."""
    first = tox("r", tox_ini=ini("deps = apple<2", show("apple")))
    second = tox("r")

    assert "apple 1.0" in first.out
    assert "> python -I -m pip install 'apple<2'" in first.out
    assert "apple 1.0" in second.out
    assert "install_deps" not in second.out


@pytest.mark.parametrize(
    ("before", "after", "expected", "reason"),
    [
        pytest.param(["deps = b"], ["deps = b"], [], None, id="same"),
        pytest.param(["deps = b"], ["deps =", "  b", "  c"], ["b c"], None, id="added"),
        pytest.param(["deps =", "  b", "  c"], ["deps = c"], ["c"], "requirements removed: b", id="removed"),
        pytest.param(["deps = b"], ["deps = b>1"], ["'b>1'"], "requirements removed: b", id="changed"),
        pytest.param(
            ["deps = b"], ["deps =", "  b", "  --pre"], ["b --pre"], "changed install flag(s) added pre=True", id="flag"
        ),
        pytest.param(
            ["deps =", "  b", "  -f x"],
            ["deps = b"],
            ["b"],
            "changed install flag(s) removed find_links=['x']",
            id="flag-removed",
        ),
        pytest.param(
            ["deps =", "  b", "constraints = one.txt"],
            ["deps =", "  b", "constraints = two.txt"],
            ["b -c two.txt"],
            "changed constraint(s) removed six<2 added six<3",
            id="constraints",
        ),
        pytest.param(
            ["deps = b"], ["deps = b", "set_env = PIP_PRE=1"], ["b"], None, id="variable-that-decides-what-is-found"
        ),
        pytest.param(["deps = b"], ["deps = b", "set_env = PIP_TIMEOUT=1"], [], None, id="variable-that-does-not"),
        pytest.param(
            ["deps = b"],
            ["deps = b", "constrain_package_deps = true"],
            ["b"],
            "constraint options changed: old=",
            id="constraint-options",
        ),
        pytest.param(["deps = b"], ["deps = b # new comment"], [], None, id="comment"),
        pytest.param(["deps = b"], [""], [], "requirements removed: b", id="all-removed"),
    ],
)
def test_only_what_changed_is_installed(
    tox: Tox, before: list[str], after: list[str], expected: list[str], reason: str | None
) -> None:
    """What came new is installed; what went, went differently or was said differently, needs a new environment."""
    Path("one.txt").write_text("six<2\n", encoding="utf-8")
    Path("two.txt").write_text("six<3\n", encoding="utf-8")
    tox("r", "--notest", tox_ini=ini(PRETEND, *before))

    changed = tox("r", "--notest", tox_ini=ini(PRETEND, *after))
    again = tox("r", "--notest")

    assert installs(changed) == expected
    if reason is None:
        assert "recreate env" not in changed.out
    else:
        assert f"a: recreate env because {reason}" in changed.out
    assert installs(again) == []
    assert (changed.code, again.code) == (0, 0)


def test_content_of_included_files_counts(tox: Tox) -> None:
    """However deep a file is included, a change of it is a change of what is wanted."""
    Path("one.txt").write_text("-r two.txt\n", encoding="utf-8")
    Path("two.txt").write_text("b\n", encoding="utf-8")
    text = ini(PRETEND, "deps = -r one.txt")
    tox("r", "--notest", tox_ini=text)

    same = tox("r", "--notest")
    Path("two.txt").write_text("b\nc\n", encoding="utf-8")
    changed = tox("r", "--notest")
    Path("two.txt").unlink()
    missing = tox("r", "--notest")

    assert installs(same) == []
    assert installs(changed) == ["-r one.txt"]
    assert record()["PythonRun"]["deps"]["requirements"] == ["b", "c"]
    assert "a: failed with Could not open requirements file" in missing.out
    assert missing.code == 1


def test_file_that_reads_a_variable_is_read_again(tox: Tox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its content is the same, its meaning is not."""
    monkeypatch.setenv("WANTED", "b")
    Path("one.txt").write_text("${WANTED}\n", encoding="utf-8")
    text = ini(PRETEND, "pass_env = WANTED", "deps = -r one.txt")
    tox("r", "--notest", tox_ini=text)

    monkeypatch.setenv("WANTED", "c")
    changed = tox("r", "--notest")

    assert "recreate env because requirements removed: b" in changed.out


def test_file_of_same_size_and_other_content_is_noticed(tox: Tox) -> None:
    """Its time of change tells."""
    Path("one.txt").write_text("b\n", encoding="utf-8")
    tox("r", "--notest", tox_ini=ini(PRETEND, "deps = -r one.txt"))
    status = Path("one.txt").stat()

    Path("one.txt").write_text("c\n", encoding="utf-8")
    os.utime("one.txt", ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    changed = tox("r", "--notest")

    assert "recreate env because requirements removed: b" in changed.out


def test_failing_installation_is_tried_again(tox: Tox, links: Path, tmp_path: Path) -> None:
    """What could not be installed is not believed to be there; the environment is as good as before."""
    own_links = tmp_path / "own"
    failed = tox("r", tox_ini=ini(f"set_env = PIP_FIND_LINKS={own_links}", "deps = cherry", show("cherry")))
    make_wheel(own_links, "cherry", "3.0")
    good = tox("r")

    assert links.is_dir()
    assert failed.code == 1
    assert "install_deps" in failed.out
    assert "cherry 3.0" in good.out
    assert "did not finish" not in good.out


def test_installation_that_dies_half_way_is_not_believed(tox: Tox) -> None:
    """It wrote something before it failed, so the next run starts from nothing."""
    Path("half.py").write_text(
        "import pathlib, sys, sysconfig\n"
        "pathlib.Path(sysconfig.get_path('purelib'), 'half_written.py').touch()\n"
        "sys.exit(5)\n",
        encoding="utf-8",
    )
    failed = tox("r", tox_ini=ini("install_command = python half.py {packages}", "deps = apple", show("apple")))
    good = tox("r", tox_ini=ini("deps = apple", show("apple")))

    assert failed.code == 5
    assert record()["state"]["is"] == "ready"
    assert "a: recreate env because its last setup did not finish" in good.out
    assert good.code == 0
    assert not list(Path(".tox", "a").rglob("half_written.py"))


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("python -c 0 {opts} {packages} -x", "--pre b -x"),
        ("python -c 0", "--pre b"),
        ("python -c 0 {packages}", "b --pre"),
        ("python -c 0 {packages} {packages}", "b '{packages}' --pre"),
    ],
)
def test_placeholders_of_the_install_command(tox: Tox, command: str, expected: str) -> None:
    """Options and packages come where they are asked for, else last."""
    ended = tox("r", "--notest", tox_ini=ini(f"install_command = {command}", "pip_pre = true", "deps = b"))

    assert installs(ended) == [expected]


def test_forced_dependencies_replace_configured_ones(tox: Tox) -> None:
    """The old command line may ask for other versions."""
    ended = tox("le", "--notest", "--force-dep", "b==2", tox_ini=ini(PRETEND, "deps =", "  b", "  c"))

    assert installs(ended) == ["b==2 c"]


def test_options_without_requirements_are_refused(tox: Tox) -> None:
    """There is nothing the options could be about."""
    ended = tox("r", tox_ini=ini(PRETEND, "deps = --pre"))

    assert "a: failed with no dependencies for tox env a within deps" in ended.out
    assert ended.code == 1


def test_included_file_may_be_empty(tox: Tox) -> None:
    """An included file is the installer's business, whether something stands in it or not."""
    ended = tox("r", tox_ini=ini(PRETEND, "deps = -r req.txt"), req_txt="# nothing yet\n")

    assert installs(ended) == ["-r req.txt"]
    assert ended.code == 0


def test_mistake_in_a_requirement_is_one_sentence(tox: Tox) -> None:
    """No traceback, the field named."""
    ended = tox("r", tox_ini=ini(PRETEND, "deps = --frobnicate"))

    assert "a: failed with unrecognized arguments: --frobnicate for tox env a within deps" in ended.out
    assert "Traceback" not in ended.out + ended.err


def test_what_is_installed_can_be_listed(tox: Tox) -> None:
    """By the command that is configured for it."""
    text = ini('list_dependencies_command = python -c \'print("x==1"); print("y==2")\'')

    ended = tox("r", "--list-dependencies", tox_ini=text)

    assert "a: x==1,y==2" in ended.out


@pytest.mark.parametrize("flags", [("--list-dependencies",), ("--result-json", "o.json")], ids=" ".join)
def test_no_command_that_lists(tox: Tox, flags: tuple[str, ...]) -> None:
    """Without a command that lists what is installed, that is said in a sentence."""
    ended = tox("r", *flags, tox_ini=ini("list_dependencies_command =", "commands = python -c 0"))

    assert "list_dependencies_command" in ended.out
    assert "Traceback" not in ended.out + ended.err


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("deps = pear", "deps = apple", id="other dependencies"),
        pytest.param("deps = pear", "", id="no dependencies"),
        pytest.param("deps = pear", "deps = pear\nconstraints = limits.txt", id="constraints"),
        pytest.param("system_site_packages = false", "system_site_packages = true", id="other kind"),
    ],
)
def test_temporary_folder_of_an_environment_made_anew(tox: Tox, before: str, after: str) -> None:
    """The folder is there, and empty, for commands, also where setup decides to make the environment anew."""
    look = "import os, sys; print('holds', os.listdir(sys.argv[1]))"
    commands = f'commands = python -c "{look}" {{env_tmp_dir}}'
    Path("limits.txt").write_text("apple<2\n", encoding="utf-8")
    tox("r", tox_ini=ini(PRETEND, before, commands))
    Path(".tox", "a", "tmp", "left").touch()

    ended = tox("r", tox_ini=ini(PRETEND, after, commands))

    assert "recreate env because" in ended.out
    assert "holds []" in ended.out


def test_environment_without_installation(tox: Tox) -> None:
    """The command line may leave it at the bare environment."""
    ended = tox("r", "--skip-env-install", tox_ini=ini("deps = not-there", "commands = python -c 'print(1)'"))

    assert "a: skip installing dependencies and package" in ended.out
    assert ended.code == 0


def test_constraints_limit_what_is_installed(tox: Tox) -> None:
    """Also for what is required indirectly."""
    Path("limits.txt").write_text("apple<2\n", encoding="utf-8")

    ended = tox("r", tox_ini=ini("deps = pie", "constraints = limits.txt", show("apple")))

    assert "apple 1.0" in ended.out


def test_plugins_may_change_what_is_installed(tox: Tox) -> None:
    """The hook sees the arguments before the installer does, and what it says counts."""
    Path("toxfile.py").write_text(
        "from tox.plugin import impl\n"
        "from tox.tox_env.python.pip.req_file import PythonDeps\n"
        "@impl\n"
        "def tox_on_install(tox_env, arguments, section, of_type):\n"
        "    print('HOOK', section, of_type, type(arguments).__name__)\n"
        "    if of_type == 'deps':\n"
        "        arguments.requirements.clear()\n"
        "        arguments.requirements.extend(PythonDeps('pear', tox_env.core['tox_root']).requirements)\n",
        encoding="utf-8",
    )

    ended = tox("r", tox_ini=ini("deps = apple", "commands = python -c 'print(1)'"))

    assert "HOOK PythonRun deps PythonDeps" in ended.out
    assert record()["PythonRun"]["deps"]["requirements"] == ["pear"]
