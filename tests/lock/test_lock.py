"""What tox processes may expect of the lock of an environment."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import shlex
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock, Timeout

from tests.processes import eventually, started
from tox.errors import HandledError
from tox.tox_env._lock import LOCK_FILES, EnvLock, claims
from tox.tox_env._lock._claim import VARIABLE
from tox.tox_env._lock._file import take

if TYPE_CHECKING:
    from tox.tox_env._lock import LockKind
    from tox.tox_env._lock._owner import Mode

HOLDER = Path(__file__).with_name("holder.py")


def not_on_windows(reason: str) -> pytest.MarkDecorator:
    """Skip a test on Windows, saying what is lacking there."""
    return pytest.mark.skipif(sys.platform == "win32", reason=reason)


def holder(folder: Path, mode: str = "exclusive", timeout: str = "-", *command: str | Path) -> list[str]:
    return [sys.executable, str(HOLDER), str(folder), mode, timeout, *map(str, command)]


def lock_of(folder: Path, kind: LockKind = "run", timeout: float | None = 0) -> EnvLock:
    return EnvLock(lambda: folder, folder.name, kind, timeout)


def is_free(folder: Path) -> bool:
    try:
        with FileLock(folder / "file.lock", timeout=0, preserve_lock_file=True):
            return True
    except Timeout:
        return False


def test_lock_excludes_another_process(tmp_path: Path) -> None:
    """A second process gets the lock only after the first has released it."""
    folder = tmp_path / "py"
    with started(holder(folder), cwd=tmp_path) as (first,):
        first.expect("holding")
        with started(holder(folder), cwd=tmp_path) as (second,):
            second.expect("waiting for environment py")
            assert "holding" not in second.output

            first.tell()
            first.expect("released")

            second.expect("holding")
            second.tell()
            assert second.end() == 0


def test_lock_is_a_filelock_that_keeps_its_file(tmp_path: Path) -> None:
    """A plain FileLock on the same file is refused while the lock is held, and the file outlives the hold."""
    folder = tmp_path / "py"
    with lock_of(folder).exclusive("test"):
        inode = (folder / "file.lock").stat().st_ino

        assert not is_free(folder)

    assert is_free(folder)
    assert (folder / "file.lock").stat().st_ino == inode


def test_making_a_lock_touches_nothing(tmp_path: Path) -> None:
    """Until it is taken, a lock neither asks for its folder nor creates it."""

    def folder() -> Path:
        raise AssertionError

    lock = EnvLock(folder, "py", "run")

    assert not lock.held
    assert lock.descriptors == ()
    assert list(tmp_path.iterdir()) == []


def test_shared_holds_go_side_by_side(tmp_path: Path) -> None:
    """Two processes share the lock; one that wants it alone waits for both."""
    folder = tmp_path / "py"
    with started(holder(folder, "shared"), holder(folder, "shared"), cwd=tmp_path) as (one, two):
        one.expect("holding")
        two.expect("holding")
        with started(holder(folder), cwd=tmp_path) as (alone,):
            assert "and 1 more" in alone.expect("waiting for environment py")

            one.tell()
            one.expect("released")
            two.tell()

            alone.expect("holding")


def test_who_shares_cannot_starve_who_wants_to_change(tmp_path: Path) -> None:
    """A process that comes after a waiting exclusive one does not overtake it by sharing."""
    folder = tmp_path / "py"
    with started(holder(folder, "shared"), cwd=tmp_path) as (first,):
        first.expect("holding")
        with started(holder(folder), cwd=tmp_path) as (changer,):
            changer.expect("waiting for")
            with started(holder(folder, "shared"), cwd=tmp_path) as (late,):
                late.expect("waiting for")

                first.tell()
                changer.expect("holding")

                assert "holding" not in late.output
                changer.tell()
                late.expect("holding")


def test_waiting_names_the_holder_soon(tmp_path: Path) -> None:
    """Within two seconds a waiting process tells pid and command line of the holder, and says when it goes on."""
    folder = tmp_path / "py"
    with started(holder(folder), cwd=tmp_path) as (first,):
        first.expect("holding")
        with started(holder(folder), cwd=tmp_path) as (second,):
            line = second.expect("waiting for environment py", within=10)

            assert f"pid {first.pid} ({shlex.join(['holder.py', str(folder), 'exclusive', '-'])}) since " in line
            first.tell()
            assert "is free after" in second.expect("is free after")


def test_timeout_ends_the_wait_with_a_sentence(tmp_path: Path) -> None:
    """With a time limit of zero a held lock is refused at once, naming the holder."""
    folder = tmp_path / "py"
    with started(holder(folder), cwd=tmp_path) as (first,):
        first.expect("holding")

        with pytest.raises(HandledError, match=rf"used by pid {first.pid} .* 0 seconds of --lock-timeout are over"):
            lock_of(folder, timeout=0).exclusive("test").__enter__()


def test_cancel_ends_the_wait(tmp_path: Path) -> None:
    """Another thread ends a wait that has no time limit."""
    folder = tmp_path / "py"
    lock = lock_of(folder, timeout=None)
    with started(holder(folder), cwd=tmp_path) as (first,):
        first.expect("holding")
        canceller = threading.Timer(0.1, lock.cancel)
        canceller.start()

        with pytest.raises(HandledError, match="interrupted while waiting for environment py"):
            lock.exclusive("test").__enter__()
        canceller.join()


def test_interrupt_ends_the_wait_and_says_what_for(tmp_path: Path) -> None:
    """Ctrl-C while waiting ends within a second and names what was waited for."""
    folder = tmp_path / "py"
    with started(holder(folder), cwd=tmp_path) as (first,):
        first.expect("holding")
        with started(holder(folder), cwd=tmp_path) as (second,):
            second.expect("waiting for environment py")

            second.interrupt()

            second.expect("interrupted while waiting for environment py", within=5)
            assert second.end() != 0
        first.tell()
        first.expect("released")


def test_killed_holder_frees_the_lock(tmp_path: Path) -> None:
    """The kernel frees the lock of a killed process, and the record it left misleads nobody."""
    folder = tmp_path / "py"
    with started(holder(folder), cwd=tmp_path) as (first,):
        first.expect("holding")
        first.kill()
        first.end()

        assert (folder / "file.lock.owner").exists()
        with lock_of(folder).exclusive("test"):
            owner = json.loads((folder / "file.lock.owner").read_text())

    assert owner["pid"] == os.getpid()
    assert not (folder / "file.lock.owner").exists()


@not_on_windows("children inherit no lock, a job ends them")
def test_child_keeps_the_lock_of_a_killed_holder(tmp_path: Path) -> None:
    """A child that works on the environment inherits the lock, and keeps it when its parent is killed."""
    folder, go = tmp_path / "py", tmp_path / "go"
    script = f"import os, time\nprint('child', flush=True)\nwhile not os.path.exists({str(go)!r}): time.sleep(.01)"
    with started(holder(folder, "exclusive", "-", sys.executable, "-c", script), cwd=tmp_path) as (first,):
        first.expect("child")
        first.kill()
        first.process.wait()

        assert not is_free(folder)

        go.touch()
        eventually(lambda: is_free(folder))


def test_threads_of_a_process_exclude_each_other(tmp_path: Path) -> None:
    """The lock is exclusive between threads, whichever lock object of the folder they use."""
    folder, log, inside = tmp_path / "py", [], threading.Event()

    def other() -> None:
        with lock_of(folder, timeout=None).exclusive("test"):
            log.append("other")

    with lock_of(folder).exclusive("test"):
        thread = threading.Thread(target=other)
        thread.start()
        inside.wait(0.2)
        log.append("first")
    thread.join()

    assert log == ["first", "other"]


def test_lock_may_be_taken_again_by_its_thread(tmp_path: Path) -> None:
    """Nested holds of one thread count as one, and the last end frees the lock."""
    folder = tmp_path / "py"
    lock = lock_of(folder)
    with lock.exclusive("outer"):
        with lock.exclusive("inner"), lock.shared("innermost"):
            assert lock.alone
        assert not is_free(folder)

    assert is_free(folder)


def test_shared_threads_free_the_lock_with_the_last(tmp_path: Path) -> None:
    """Threads that share one hold keep it until the last of them is done."""
    folder, lock = tmp_path / "py", lock_of(tmp_path / "py")
    entered, leave = threading.Event(), threading.Event()

    def other() -> None:
        with lock.shared("test"):
            entered.set()
            leave.wait()

    thread = threading.Thread(target=other)
    with lock.shared("test"):
        thread.start()
        entered.wait()
    assert not is_free(folder)
    leave.set()
    thread.join()

    assert is_free(folder)


def test_turning_shared_into_exclusive_is_refused(tmp_path: Path) -> None:
    """A lock is never upgraded in place: two that did so would wait for each other."""
    lock = lock_of(tmp_path / "py")

    with lock.shared("test"), pytest.raises(RuntimeError, match="release the shared hold"):
        lock.exclusive("test").__enter__()


@pytest.mark.parametrize("mode", ["exclusive", "shared"])
def test_descendant_looks_under_the_hold_of_its_ancestor(tmp_path: Path, mode: str) -> None:
    """What a holder starts does not wait for it, but cannot change the environment either."""
    folder = tmp_path / "py"
    with started(holder(folder, mode, "-", *holder(folder)), cwd=tmp_path) as (outer,):
        outer.expect("holding")
        outer.expect("holding")
        outer.tell("check")

        line = outer.expect("error:")

        assert f"is in use by the tox that started this one (pid {outer.pid}), so it cannot be changed" in line
        outer.expect("released")


def test_foreign_claim_means_ordinary_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A claim with another word than the holder's record is not believed."""
    folder = tmp_path / "py"
    with started(holder(folder), cwd=tmp_path) as (first,):
        first.expect("holding")
        status = (folder / "file.lock").stat()
        claim = {"path": str(folder / "file.lock"), "device": status.st_dev, "inode": status.st_ino}
        claim |= {"mode": "exclusive", "nonce": "guessed", "pid": os.getppid()}
        monkeypatch.setenv(VARIABLE, json.dumps([claim]))

        with pytest.raises(HandledError, match="--lock-timeout are over"):
            lock_of(folder).exclusive("test").__enter__()


@pytest.mark.parametrize("text", ["", "{", "[1]", '[{"path": 1}]', "null"])
def test_broken_claims_are_ignored(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Whatever stands in the variable, children get a well-formed one."""
    monkeypatch.setenv(VARIABLE, text)

    assert claims() == {VARIABLE: "[]"}


def test_children_learn_only_what_their_thread_holds(tmp_path: Path) -> None:
    """What another thread holds will be released without the child's doing, so the child may wait for it."""
    seen: list[str] = []

    with lock_of(tmp_path / "py").exclusive("test"):
        thread = threading.Thread(target=lambda: seen.append(claims()[VARIABLE]))
        thread.start()
        thread.join()
        mine = json.loads(claims()[VARIABLE])

    assert seen == ["[]"]
    assert [claim["path"] for claim in mine] == [str(tmp_path / "py" / "file.lock")]


def test_circle_of_waiters_is_refused(tmp_path: Path) -> None:
    """Two holders whose commands want each other's environments crosswise do not wait for ever."""
    one, two, go = tmp_path / "one", tmp_path / "two", tmp_path / "go"
    wait = f"import os, time, subprocess, sys\nwhile not os.path.exists({str(go)!r}): time.sleep(.01)\n"

    def inner(folder: Path) -> list[str]:
        return [sys.executable, "-c", f"{wait}sys.exit(subprocess.call({holder(folder)!r}, stdin=subprocess.DEVNULL))"]

    crosswise = (holder(one, "shared", "-", *inner(two)), holder(two, "shared", "-", *inner(one)))
    with started(*crosswise, cwd=tmp_path) as (first, second):
        first.expect("holding")
        second.expect("holding")

        go.touch()
        first.expect("released")
        second.expect("released")

        assert "waits for what this one uses" in first.output + second.output


@not_on_windows("a file in use cannot be removed")
def test_removed_lock_file_is_noticed(tmp_path: Path) -> None:
    """Who holds a lock whose file was removed may not change the environment any more."""
    lock = lock_of(tmp_path / "py")

    with lock.exclusive("test"):
        lock.check()
        (tmp_path / "py" / "file.lock").unlink()
        with pytest.raises(HandledError, match="the work dir was removed while in use"):
            lock.check()


def test_lock_file_that_is_a_folder(tmp_path: Path) -> None:
    """A folder in the place of the lock file is told in a sentence."""
    (tmp_path / "py" / "file.lock").mkdir(parents=True)

    with pytest.raises(HandledError, match=r"the lock file .*file\.lock is a folder; remove it"):
        lock_of(tmp_path / "py").exclusive("test").__enter__()


@not_on_windows("links need a privilege")
@pytest.mark.parametrize("mode", ["exclusive", "shared"])
def test_lock_file_that_is_a_link(tmp_path: Path, mode: str) -> None:
    """A link in the place of the lock file is not followed."""
    (tmp_path / "py").mkdir()
    (tmp_path / "py" / "file.lock").symlink_to(tmp_path / "elsewhere")
    lock = lock_of(tmp_path / "py")

    with pytest.raises(HandledError, match="is a link, which is not followed"):
        (lock.exclusive if mode == "exclusive" else lock.shared)("test").__enter__()
    assert not (tmp_path / "elsewhere").exists()


@not_on_windows("links need a privilege")
def test_environment_folder_that_is_a_link(tmp_path: Path) -> None:
    """An environment is not made behind a link."""
    (tmp_path / "target").mkdir()
    (tmp_path / "py").symlink_to(tmp_path / "target")

    with pytest.raises(HandledError, match=r"env_dir .*py is a link"):
        lock_of(tmp_path / "py").exclusive("test").__enter__()


def test_environment_folder_that_is_a_file(tmp_path: Path) -> None:
    """A file in the place of the environment is told in a sentence and kept."""
    (tmp_path / "py").write_text("mine")

    with pytest.raises(HandledError, match=r"py is not a folder; remove what is there"):
        lock_of(tmp_path / "py", "provision").exclusive("test").__enter__()
    assert (tmp_path / "py").read_text() == "mine"


@not_on_windows("folders have no permission bits")
def test_read_only_folder(tmp_path: Path) -> None:
    """Who may not write the environment learns which path it is, whose, and what to do."""
    folder = tmp_path / "py"
    folder.mkdir()
    script = f"""\
import os, sys
from pathlib import Path
from tox.errors import HandledError
from tox.tox_env._lock import EnvLock

with EnvLock(lambda: Path({str(tmp_path / "other")!r}), "other", "run").exclusive("import what it takes"):
    pass
os.chdir({str(folder)!r})
os.chmod(".", 0o555)
if os.getuid() == 0:
    os.setgroups([]), os.setgid(65534), os.setuid(65534)  # the superuser may write everywhere
try:
    EnvLock(lambda: Path("../py"), "py", "run").exclusive("test").__enter__()
except HandledError as error:
    sys.exit(str(error))
"""
    for parent in (folder, *folder.parents):  # let somebody else look as far as here
        with contextlib.suppress(PermissionError):
            parent.chmod(parent.stat().st_mode | 0o5)

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    folder.chmod(0o755)

    assert re.match(r"cannot write \S*py, which belongs to \w+; make it writable, or choose", done.stderr), done.stderr


@not_on_windows("the error is one of flock")
@pytest.mark.parametrize("code", [errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP], ids=errno.errorcode.get)
def test_file_system_without_locks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, code: int
) -> None:
    """Where the file system knows no locks, a marker file takes their place, and that is said once."""
    import fcntl

    def flock(_descriptor: int, _operation: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", flock)
    folder = tmp_path / "py"

    with lock_of(folder).exclusive("test"):
        assert (folder / "file.lock.soft").exists()
    with lock_of(folder).exclusive("test"):
        pass

    assert not (folder / "file.lock.soft").exists()
    assert len([record for record in caplog.records if "knows no file locks" in record.message]) == 1


def test_exclusive_if_free_does_not_wait(tmp_path: Path) -> None:
    """Asking whether one is alone answers at once, with the lock or without it."""
    folder = tmp_path / "py"
    with started(holder(folder, "shared"), cwd=tmp_path) as (other,):
        other.expect("holding")
        with lock_of(folder, timeout=None).exclusive_if_free("wipe") as alone:
            assert not alone
        other.tell()
        other.expect("released")

        with lock_of(folder).exclusive_if_free("wipe") as alone:
            assert alone
    assert is_free(folder)


def test_names_to_spare_cover_what_a_lock_leaves(tmp_path: Path) -> None:
    """Everything that a hold leaves in the folder is listed for those who empty it."""
    folder = tmp_path / "py"
    with lock_of(folder).exclusive("test"):
        alone = {entry.name for entry in folder.iterdir()}
    with lock_of(folder).shared("test"):
        beside = {entry.name for entry in folder.iterdir()}

    assert alone | beside <= set(LOCK_FILES)


@pytest.mark.parametrize("mode", ["exclusive", "shared"])
def test_file_closed_before_its_lock_is_let_go(mode: Mode, tmp_path: Path) -> None:
    """A lock whose file is closed, as Python does when it exits, guards nothing; to ask is no error."""
    hold = take(tmp_path / "file.lock", mode)
    assert hold is not None
    before = hold.is_in_place()

    hold.release()

    assert (before, hold.is_in_place()) == (True, False)
