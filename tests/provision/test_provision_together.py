"""Several processes that provision one project at the same moment."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.processes import eventually, started

if TYPE_CHECKING:
    from tests.provision.conftest import Project


def together(project: Project, *runs: list[str]) -> list[str]:
    """Start runs at the same moment, demand that all succeed, and return what each printed."""
    with started(*[project.tox(*args) for args in runs], cwd=project.path, env=project.env) as children:
        codes = [child.end() for child in children]
        output = [child.output for child in children]
        assert codes == [0] * len(runs), "\n---\n".join(output)
    assert not any("Traceback" in text for text in output)
    return output


def assert_one_by_one(project: Project, count: int) -> None:
    """Demand that so many stand-ins ran, none beside another."""
    spans = project.spans()
    assert len(spans) == count
    assert all(earlier[1] <= later[0] for earlier, later in pairwise(spans)), spans


def test_cold_together(project: Project) -> None:
    """Of two processes that find nothing, one makes the environment, and they run in it one after the other."""
    together(project, ["run"], ["run"])

    assert project.install_count() == 1
    assert_one_by_one(project, 2)


def test_warm_together(project: Project) -> None:
    """Four processes that find the environment as it should be change nothing, and run one by one."""
    together(project, ["run"])

    together(project, *[["run"]] * 4)

    assert project.install_count() == 1
    assert_one_by_one(project, 5)


def test_recreate_together(project: Project) -> None:
    """Two processes that are told to recreate do so one after the other."""
    together(project, ["run"])

    together(project, ["run", "-r"], ["run", "-r"])

    assert project.install_count() == 3
    assert_one_by_one(project, 3)


def test_recreate_waits_for_who_runs(project: Project) -> None:
    """Recreating does not pull the environment from under a tox that runs in it."""
    together(project, ["run"])
    env = {**project.env, "STAND_IN_GO": str(project.go)}
    with started(project.tox("run"), cwd=project.path, env=env) as (user,):
        user.expect("stand-in runs")
        with started(project.tox("run", "-r"), cwd=project.path, env=project.env) as (changer,):
            changer.expect("waiting for environment .tox")
            assert (project.env_dir / "pyvenv.cfg").exists()

            project.go.touch()

            assert user.end() == 0, user.output
            assert changer.end() == 0, changer.output
    assert_one_by_one(project, 3)


def test_different_pins_take_turns(project: Project) -> None:
    """Processes that require different versions each run with theirs."""
    project.write("==1.0", name="one.ini")
    project.write("==2.0", name="two.ini")

    output = together(project, *[["run", "-c", name] for name in ("one.ini", "two.ini")] * 2)

    assert ["plug 1.0" in text for text in output] == [True, False] * 2, "\n---\n".join(output)
    assert ["plug 2.0" in text for text in output] == [False, True] * 2
    assert_one_by_one(project, 4)


def test_lock_is_held_from_set_up_to_the_end(project: Project) -> None:
    """From outside, a FileLock is refused while installing and while running, and had afterwards."""
    env = {**project.env, "STAND_IN_GO": str(project.go), "INSTALL_GO": str(project.install_go)}
    with started(project.tox("run"), cwd=project.path, env=env) as (child,):
        eventually(lambda: project.install_count() == 1)
        assert not project.is_free()

        project.install_go.touch()
        child.expect("stand-in runs")
        assert not project.is_free()

        project.go.touch()
        assert child.end() == 0, child.output
    assert project.is_free()


def test_recreating_keeps_the_lock_file(project: Project) -> None:
    """The lock belongs to the inode of its file, which emptying the environment spares."""
    together(project, ["run"])
    inode = (project.env_dir / "file.lock").stat().st_ino

    output = together(project, ["run", "-r"])

    assert "remove tox env folder" in output[0]
    assert (project.env_dir / "file.lock").stat().st_ino == inode


def test_failing_set_up_frees_the_lock(project: Project) -> None:
    """Of two processes whose requirement cannot be had, both end with the same error, and leave nothing half made."""
    project.write("==3.0")

    with started(*[project.tox("run")] * 2, cwd=project.path, env=project.env) as children:
        codes = [child.end() for child in children]

        assert codes == [1, 1]
        for child in children:
            assert "No matching distribution found for plug==3.0" in child.output
            assert "Traceback" not in child.output
    assert project.is_free()
    assert not (project.env_dir / "pyvenv.cfg").exists()


def test_waiting_names_who_is_waited_for(project: Project) -> None:
    """A waiting process tells within a second who holds the environment, and that it goes on."""
    env = {**project.env, "STAND_IN_GO": str(project.go)}
    with started(project.tox("run"), cwd=project.path, env=env) as (first,):
        first.expect("stand-in runs")
        with started(project.tox("run", "-e", "py"), cwd=project.path, env=project.env) as (second,):
            line = second.expect("waiting for environment .tox", within=5)

            assert f"used by pid {first.pid} (tox run) since " in line
            project.go.touch()
            second.expect("environment .tox is free after")
            assert second.end() == 0


def test_waiting_ends_on_ctrl_c(project: Project) -> None:
    """Ctrl-C while waiting ends with 254, saying what was waited for, and leaves the holder alone."""
    env = {**project.env, "STAND_IN_GO": str(project.go)}
    with started(project.tox("run"), cwd=project.path, env=env) as (first,):
        first.expect("stand-in runs")
        with started(project.tox("run"), cwd=project.path, env=project.env) as (second,):
            second.expect("waiting for environment .tox")

            second.interrupt()

            assert second.end(within=5) == 254
            assert "interrupted while waiting for environment .tox" in second.output
            assert "Traceback" not in second.output
        project.go.touch()
        assert first.end() == 0


@pytest.mark.parametrize("how", ["option", "variable"])
def test_waiting_ends_with_the_time_limit(project: Project, how: str) -> None:
    """``--lock-timeout`` and its variable end the wait with 254 and a sentence."""
    args = ["run", "--lock-timeout", "0"] if how == "option" else ["run"]
    limit = {} if how == "option" else {"TOX_LOCK_TIMEOUT": "0"}
    with started(project.tox("run"), cwd=project.path, env={**project.env, "STAND_IN_GO": str(project.go)}) as (first,):
        first.expect("stand-in runs")
        with started(project.tox(*args), cwd=project.path, env={**project.env, **limit}) as (second,):
            assert second.end() == 254
            assert f"used by pid {first.pid}" in second.output
            assert "the 0 seconds of --lock-timeout are over" in second.output
        project.go.touch()
        assert first.end() == 0


def test_looking_at_a_satisfied_project_does_not_wait(project: Project) -> None:
    """A project whose requirements the host meets is listed although its provisioned environment is held."""
    project.write(name="needs.ini")
    (project.path / "tox.ini").write_text("[tox]\nrequires = tox>=4\nno_package = true\nenv_list = py\n")
    env = {**project.env, "STAND_IN_GO": str(project.go)}
    with started(project.tox("run", "-c", "needs.ini"), cwd=project.path, env=env) as (first,):
        first.expect("stand-in runs")
        with started(project.tox("list"), cwd=project.path, env=project.env) as (second,):
            assert second.end() == 0
            assert "waiting" not in second.output
        project.go.touch()
        assert first.end() == 0


@pytest.mark.parametrize("how", ["setting", "variable"])
def test_shared_runs_go_side_by_side(project: Project, how: str) -> None:
    """With ``provision_lock = shared`` two runs in an unchanged environment overlap."""
    setting = "" if how == "variable" else "\n[tox]\n"
    assert setting is not None
    text = (project.path / "tox.ini").read_text()
    if how == "setting":
        (project.path / "tox.ini").write_text(text.replace("[tox]\n", "[tox]\nprovision_lock = shared\n"))
    env = {**project.env, **({"TOX_PROVISION_LOCK": "shared"} if how == "variable" else {})}
    with started(project.tox("run"), cwd=project.path, env=env) as (warm,):
        assert warm.end() == 0, warm.output

    held = {**env, "STAND_IN_GO": str(project.go)}
    with started(*[project.tox("run")] * 2, cwd=project.path, env=held) as (one, two):
        one.expect("stand-in runs")
        two.expect("stand-in runs")
        with started(project.tox("run", "-r"), cwd=project.path, env=env) as (changer,):
            assert "and 1 more" in changer.expect("waiting for environment .tox")
            project.go.touch()
            assert [one.end(), two.end()] == [0, 0]
            assert changer.end() == 0, changer.output


def test_wrong_sharing_is_refused(project: Project) -> None:
    """Another word than the two known ones is told with the ones that are."""
    with started(project.tox("run"), cwd=project.path, env={**project.env, "TOX_PROVISION_LOCK": "none"}) as (child,):
        assert child.end() == 254
        assert "TOX_PROVISION_LOCK is 'none', but may be exclusive or shared" in child.output
