"""Provisioning that is killed, interrupted, or started from within itself."""

from __future__ import annotations

import json
import shutil
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from tests.faults import victim
from tests.processes import KILLED, Child, eventually, is_running, started

if TYPE_CHECKING:
    from pathlib import Path

    from tests.provision.conftest import Project

IS_WINDOWS = sys.platform == "win32"
#: what the holder is killed in; waiting is another test's
PHASES = [phase for phase in victim.PHASES if phase != "waiting"]


def struck_by(project: Project, fault: str, phase: str) -> list[str | Path]:
    """Return the start of a command line that runs the host's tox, and has a fault happen to it."""
    return [project.host, victim.__file__, fault, phase, ".tox"]


def run(project: Project, *args: str, **env: str) -> Child:
    """Run tox to its end."""
    with started(project.tox(*args), cwd=project.path, env={**project.env, **env}) as (child,):
        child.end()
        return child


def is_removed(folder: Path) -> bool:
    """Try to remove a folder that somebody may be writing to."""
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def pids(path: Path) -> list[int]:
    """Read the processes named in a trace."""
    return [int(line.split()[1]) for line in path.read_text().splitlines()] if path.exists() else []


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])
def test_next_run_repairs_what_a_killed_one_left(project: Project, phase: str, warm: bool) -> None:
    """Whatever phase the holder is killed in, the next run succeeds, and nothing is left of the dead one."""
    if phase == "cleaning" and not warm:
        pytest.skip("there is nothing to clean")
    if warm:
        assert run(project, "run").process.returncode == 0
    command = [*struck_by(project, "SIGKILL to host", phase), "run", *(["-r"] if warm else [])]
    with started(command, cwd=project.path, env=project.env) as (dying,):
        assert dying.end() == KILLED, dying.output

        after = run(project, "run")

        assert after.process.returncode == 0, after.output
        assert "stand-in ends, plug 2.0" in after.output
        assert "Traceback" not in after.output
        assert project.is_free()
        assert not [pid for pid in pids(project.trace) + pids(project.installs) if is_running(pid)]


def test_next_run_waits_for_the_installer_of_a_killed_one(project: Project) -> None:
    """An installer that outlives its tox keeps the lock; who comes next waits for it, and builds anew.

    On Windows it ends with its tox, so nobody has to wait.
    """
    env = {**project.env, "INSTALL_GO": str(project.install_go)}
    with started(project.tox("run"), cwd=project.path, env=env) as (dying,):
        eventually(lambda: project.install_count() == 1)
        dying.kill()
        dying.process.wait()
        with started(project.tox("run"), cwd=project.path, env=project.env) as (after,):
            if not IS_WINDOWS:
                after.expect("waiting for environment .tox, used by another tox process")
                project.install_go.touch()

            assert after.end() == 0, after.output
            assert "recreate env because" in after.output


def test_next_run_waits_for_the_tox_of_a_killed_one(project: Project) -> None:
    """A provisioned tox that outlives its host keeps the lock; who comes next waits for it, and changes nothing.

    On Windows it ends with its host, so nobody has to wait.
    """
    assert run(project, "run").process.returncode == 0
    env = {**project.env, "STAND_IN_GO": str(project.go)}
    with started(project.tox("run"), cwd=project.path, env=env) as (dying,):
        dying.expect("stand-in runs")
        dying.kill()
        dying.process.wait()
        with started(project.tox("run"), cwd=project.path, env=project.env) as (after,):
            if not IS_WINDOWS:
                after.expect("waiting for environment .tox, used by another tox process")
                project.go.touch()

            assert after.end() == 0, after.output
    assert project.install_count() == 1


@pytest.mark.parametrize(
    ("sign", "code"),
    [
        pytest.param(
            signal.SIGTERM,
            143,
            marks=pytest.mark.skipif(IS_WINDOWS, reason="no process can ask another one there to end"),
        ),
        (signal.SIGINT, 254),
    ],
)
@pytest.mark.parametrize("phase", ["installing", "executing"])
def test_signal_ends_holder_and_children(project: Project, sign: signal.Signals, code: int, phase: str) -> None:
    """A signal to the holder ends what it runs, frees the lock, and is told by the exit code."""
    gate = {"INSTALL_GO": str(project.install_go)} if phase == "installing" else {"STAND_IN_GO": str(project.go)}
    with started(project.tox("run"), cwd=project.path, env={**project.env, **gate}) as (holder,):
        if phase == "installing":
            eventually(lambda: project.install_count() == 1)
        else:
            holder.expect("stand-in runs")

        holder.interrupt() if sign == signal.SIGINT else holder.send(sign)

        assert holder.end(within=15) == code, holder.output
        assert not [pid for pid in pids(project.trace) + pids(project.installs) if is_running(pid)]
    assert project.is_free()


def test_host_called_from_within_works(project: Project) -> None:
    """A command that starts the host's tox by its path does not wait for the tox that waits for it."""
    assert run(project, "run").process.returncode == 0

    outer = run(project, "run", STAND_IN_CALL=json.dumps(project.tox("run", "inner")))

    assert outer.process.returncode == 0, outer.output
    assert "stand-in runs run inner" in outer.output
    assert "waiting for" not in outer.output


def test_recreating_from_within_is_refused(project: Project) -> None:
    """A command cannot rebuild the environment that it runs in; it is told so at once."""
    assert run(project, "run").process.returncode == 0

    outer = run(project, "run", STAND_IN_CALL=json.dumps(project.tox("run", "-r")))

    assert outer.process.returncode == 254, outer.output
    assert "environment .tox is in use by the tox that started this one (pid " in outer.output
    assert "stand-in ends, plug 2.0" in outer.output


@pytest.mark.skipif(IS_WINDOWS, reason="files in use cannot be removed")
def test_work_dir_removed_while_running(project: Project) -> None:
    """A removed work dir does not keep the next run from making a new one."""
    assert run(project, "run").process.returncode == 0
    with started(project.tox("run"), cwd=project.path, env={**project.env, "STAND_IN_GO": str(project.go)}) as (user,):
        user.expect("stand-in runs")
        eventually(lambda: is_removed(project.path / ".tox"))

        after = run(project, "run")

        assert after.process.returncode == 0, after.output


def test_unfinished_environment_is_built_anew(project: Project) -> None:
    """An environment whose record says that it is being built is one whose builder died."""
    assert run(project, "run").process.returncode == 0
    record = project.env_dir / ".tox-info.json"
    content = json.loads(record.read_text())
    record.write_text(json.dumps({**content, "state": {"is": "building"}}))
    (project.env_dir / "pyvenv.cfg").unlink()

    after = run(project, "run")

    assert after.process.returncode == 0, after.output
    assert project.install_count() == 2


def test_record_without_state_is_brought_up_to_date(project: Project) -> None:
    """An environment of an older tox, which does not say which tox it got, is built anew once and then kept."""
    assert run(project, "run").process.returncode == 0
    record = project.env_dir / ".tox-info.json"
    content = json.loads(record.read_text())
    kept = {name: content[name] for name in ("ToxEnv", "Python", "PythonRun")}
    record.write_text(json.dumps(kept))

    runs = [run(project, "run"), run(project, "run")]

    assert [child.process.returncode for child in runs] == [0, 0], runs[0].output + runs[1].output
    assert project.install_count() == 2


@pytest.mark.parametrize(
    "what",
    [
        "folder",
        pytest.param("link", marks=pytest.mark.skipif(IS_WINDOWS, reason="links need a privilege")),
        "env folder is a file",
    ],
)
def test_bad_lock_file(project: Project, what: str) -> None:
    """Whatever stands where the lock should be, one sentence tells it, with 254."""
    (project.path / ".tox").mkdir()
    if what == "env folder is a file":
        project.env_dir.write_text("mine")
    else:
        project.env_dir.mkdir()
        lock = project.env_dir / "file.lock"
        lock.mkdir() if what == "folder" else lock.symlink_to(project.path / "elsewhere")

    child = run(project, "run")

    assert child.process.returncode == 254, child.output
    assert child.output.startswith("ROOT: HandledError| the ")
    assert child.output.count("\n") == 1


@pytest.mark.skipif(IS_WINDOWS, reason="the error is one of flock")
def test_no_file_locks(project: Project) -> None:
    """Without flock two processes take turns by a marker file, which is said once by each."""
    command = [*struck_by(project, "no flock", "before the lock"), "run"]

    with started(command, command, cwd=project.path, env=project.env) as children:
        codes = [child.end() for child in children]

        assert codes == [0, 0], "\n---\n".join(child.output for child in children)
        assert all(child.output.count("knows no file locks") == 1 for child in children)
    assert project.install_count() == 1
    assert not (project.env_dir / "file.lock.soft").exists()


def test_interrupted_install_leaves_nothing_that_is_believed(project: Project) -> None:
    """After Ctrl-C while installing, the next run starts over."""
    env = {**project.env, "INSTALL_GO": str(project.install_go)}
    with started(project.tox("run"), cwd=project.path, env=env) as (holder,):
        eventually(lambda: project.install_count() == 1)
        holder.interrupt(group=True)
        assert holder.end() == 254, holder.output

    after = run(project, "run")

    assert after.process.returncode == 0, after.output
    assert "stand-in ends, plug 2.0" in after.output
