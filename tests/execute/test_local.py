"""Commands as processes of this machine."""

from __future__ import annotations

import errno
import os
import signal
import sys
import time
from contextlib import suppress
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from tests.execute.processes import Options, python, run, running
from tests.processes import eventually
from tox.execute import _reach, _stop, local_sub_process
from tox.execute._limit import Limit
from tox.execute.request import StdinSource
from tox.execute.stream import SyncWrite
from tox.util._process import start_time

if TYPE_CHECKING:
    from pathlib import Path

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="signals")
STUBBORN = (
    "import signal, time\n"
    "for number in (signal.SIGINT, signal.SIGTERM): signal.signal(number, lambda n, _: print('got', n))\n"
    "print('ready')\nwhile True: time.sleep(0.05)"
)
SLEEPER = "print('ready'); import time\nwhile True: time.sleep(0.05)"  # a signal just before a long sleep would be lost


class Calm(Options):
    """Time to hear a signal for processes on a busy machine."""

    interrupt_timeout = 1.0
    terminate_timeout = 1.0


class Slow(Options):
    """Time for a process to end when it is interrupted, however busy the machine is."""

    interrupt_timeout = 60.0


def gone(pid: int) -> bool:
    """Tell whether there is no such process."""
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return False
    return True


def test_outcome() -> None:
    """Exit code, output and errors arrive."""
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"

    assert run(python(code)) == (3, f"out{os.linesep}", f"err{os.linesep}")


def test_folder_and_variables(tmp_path: Path) -> None:
    """A command runs in its folder with its variables, and no others of ours."""
    code = "import os; print(os.getcwd()); print(sorted(name for name in os.environ if name.startswith('TEST')))"
    env = {key: value for key, value in os.environ.items() if not key.startswith("TEST")}

    _, out, _ = run(python(code), cwd=tmp_path, env={**env, "TEST_IT": "1"})

    assert out.splitlines() == [str(tmp_path.resolve()), "['TEST_IT']"]


def test_pid() -> None:
    """The process is known by its id, and shown by it."""
    with running(python("print()")) as command:
        command.status.wait()

    pid = command.instance.process.pid if command.instance.process else None
    assert command.status.metadata == {"pid": pid}
    assert repr(command.status) == f"LocalSubprocessExecuteStatus(pid={pid}, exit_code=0)"


@pytest.mark.parametrize(
    ("program", "number"),
    [("no-such-program", errno.ENOENT), pytest.param(".", errno.EACCES, marks=on_posix)],
)
def test_cannot_start(program: str, number: int, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The number of the system's error is the exit code, and its words are told."""
    with running([program], cwd=tmp_path) as command:
        code = command.status.wait()
        command.status.write_stdin("ignored")
        command.status.interrupt()

    assert (code, command.status.metadata, command.out.text) == (number, {}, "")
    assert isinstance(command.status.start_error, OSError)
    assert "Exception running subprocess" in caplog.text


def test_missing_folder(tmp_path: Path) -> None:
    """A folder that is not there is an error to start with, too."""
    assert run(python("print()"), cwd=tmp_path / "none")[0] in {errno.ENOENT, errno.ENOTDIR}


def test_input_from_code() -> None:
    """Input can be written while the command runs, and is lost after."""
    with running(python("print(input().upper())"), stdin=StdinSource.API) as command:
        command.status.write_stdin("née\n")
        command.status.wait()
        command.status.write_stdin("lost\n")

    assert command.out.text.strip().endswith("E")


def test_no_input() -> None:
    """Without input, reading it ends at once."""
    assert run(python("import sys; print(repr(sys.stdin.read()))"))[1].strip() == "''"


def test_wait_some_time() -> None:
    """Waiting can be limited."""
    with running(python("input()"), stdin=StdinSource.API) as command:
        assert command.status.wait(timeout=0.01) is None
        assert command.status.exit_code is None
        command.status.write_stdin("\n")
        assert command.status.wait() == 0


def test_much_output() -> None:
    """All of a large output arrives, of both streams, in order."""
    code = "import sys\nfor i in range(20000): print(i); print(-i, file=sys.stderr)"

    _, out, err = run(python(code))

    assert out.split() == [str(number) for number in range(20000)]
    assert err.split() == [str(-number) for number in range(20000)]


def test_prompt_is_shown() -> None:
    """An unfinished line is shown after a moment, though the command goes on."""
    target = BytesIO()
    with running(python("input(); input('name? ')"), stdin=StdinSource.API) as command:
        command.instance.set_out_err(SyncWrite("out", target), command.err)
        command.status.write_stdin("\n")
        eventually(lambda: target.getvalue() == b"name? ")
        command.status.write_stdin("x\n")
        command.status.wait()


def test_output_can_be_redirected() -> None:
    """Others can take what is printed from some moment on."""
    with running(python("print('one'); input(); print('two')"), stdin=StdinSource.API) as command:
        eventually(lambda: command.out.content.startswith(b"one"))
        other = SyncWrite("out", None)
        before = command.instance.set_out_err(other, command.err)
        command.status.write_stdin("\n")
        command.status.wait()
        assert before == (command.out, command.err)

    assert (command.out.text.split(), other.text.split()) == (["one"], ["two"])


@on_posix
def test_heir_of_the_pipe() -> None:
    """A process in the background that keeps the output open does not keep us waiting."""
    start = time.monotonic()

    code, out, _ = run(["sh", "-c", "sleep 5 & echo hi"])

    assert (code, out) == (0, "hi\n")
    assert time.monotonic() - start < 4


@on_posix
def test_inherited_descriptor() -> None:
    """A descriptor can be passed on."""
    ours, theirs = os.pipe()
    try:
        run(python(f"import os; os.write({theirs}, b'x')"), pass_fds=(theirs,))
        assert os.read(ours, 1) == b"x"
    finally:
        os.close(ours)
        os.close(theirs)


def test_straight_to_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    """Without capturing, the command has our own output; what our code reads is captured still."""

    class Straight(Options):
        no_capture = True

    plain = run(python("print('seen')"), options=Straight)
    captured = run(python("print('read')"), options=Straight, capture=True)

    assert (plain[1], captured[1].strip()) == ("", "read")
    assert capfd.readouterr().out.strip() == "seen"


@on_posix
def test_interrupt_ladder(caplog: pytest.LogCaptureFixture) -> None:
    """A process is interrupted, asked to terminate, and killed."""
    with running(python(STUBBORN), options=Calm) as command:
        eventually(lambda: b"ready\n" in command.status.out)
        command.status.interrupt()

    assert command.status.exit_code == -signal.SIGKILL
    assert command.out.text.split("\n")[1:3] == [f"got {signal.SIGINT:d}", f"got {signal.SIGTERM:d}"]
    assert [name in caplog.text for name in ("SIGINT(2)", "SIGTERM(15)", "SIGKILL(9)")] == [True] * 3


@on_posix
def test_ladder_ends_early(caplog: pytest.LogCaptureFixture) -> None:
    """A process that ends when interrupted gets no further signal."""
    with running(python(SLEEPER), options=Slow) as command:
        eventually(lambda: b"ready\n" in command.status.out)
        command.status.interrupt()
        command.status.interrupt()

    assert command.status.exit_code == -signal.SIGINT
    assert "SIGTERM" not in caplog.text


@on_posix
def test_time_to_end_by_itself(caplog: pytest.LogCaptureFixture) -> None:
    """A process may get some time before anything is sent to it."""

    class Patient(Options):
        suicide_timeout = 60.0

    with running(python("input()"), stdin=StdinSource.API, options=Patient) as command:
        command.status.write_stdin("\n")
        command.status.interrupt()

    assert (command.status.exit_code, "SIGINT" in caplog.text) == (0, False)


@on_posix
@pytest.mark.parametrize("own_group", [True, False], ids=["group", "family"])
def test_time_is_over(own_group: bool, caplog: pytest.LogCaptureFixture) -> None:
    """A command whose time is over climbs the ladder with all that it has started, and it is known for what limit."""
    limit = Limit("commands_timeout", 1.0, 0.0)
    inner = "sh -c 'trap \"\" INT TERM; echo $$; sleep 60; echo' & wait; echo"

    with running(["sh", "-c", f"trap '' INT TERM; {inner}"], own_group=own_group) as command:
        eventually(lambda: command.out.content.endswith(b"\n"))
        command.status.time_out(limit)

    assert (command.status.exit_code, command.status.exceeded) == (-signal.SIGKILL, limit)
    assert [name in caplog.text for name in ("SIGINT(2)", "SIGTERM(15)", "SIGKILL(9)")] == [True] * 3
    eventually(lambda: start_time(int(command.out.text)) is None)


@on_posix
@pytest.mark.parametrize("own_group", [True, False], ids=["group", "family"])
def test_ladder_is_for_all(own_group: bool, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever does not end when interrupted gets the next signal, though the command itself has ended."""
    script = "sh -c 'trap \"\" INT; echo $$; exec sleep 60' & wait"

    with running(["sh", "-c", script], own_group=own_group, options=Calm) as command:
        eventually(lambda: command.out.content.endswith(b"\n"))
        command.status.time_out(Limit("commands_timeout", 1.0, 0.0))

    assert command.status.exit_code == -signal.SIGINT
    assert [name in caplog.text for name in ("SIGTERM(15)", "SIGKILL(9)")] == [True, False]
    eventually(lambda: start_time(int(command.out.text)) is None)


@on_posix
def test_what_only_a_console_sends(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """An interrupt that cannot be sent is not tried: it has come from the console, or the time for it is left out."""
    for module in (_reach, _stop, local_sub_process):
        monkeypatch.setattr(module, "BY_CONSOLE", frozenset({signal.SIGINT}))

    with running(python(STUBBORN)) as command:
        eventually(lambda: "ready" in command.out.text)
        command.status.interrupt()
    with running(python(STUBBORN)) as late:
        eventually(lambda: "ready" in late.out.text)
        late.status.time_out(Limit("limit", 1.0, 0.0))

    for seconds, ended in (("0.20", command), ("0.00", late)):
        assert f"got {signal.SIGTERM}" in ended.out.text
        assert f"got {signal.SIGINT}" not in ended.out.text
        assert f"reaches process {ended.status.metadata['pid']} by its console, wait {seconds} seconds" in caplog.text


def test_just_in_time() -> None:
    """A command that has ended did not run into anything."""
    with running(python("print()")) as command:
        command.status.wait()
        command.status.time_out(Limit("commands_timeout", 1.0, 0.0))

    assert (command.status.exit_code, command.status.exceeded) == (0, None)


@on_posix
def test_killed_at_once() -> None:
    """Somebody without patience need not climb the ladder."""
    with running(python(STUBBORN)) as command:
        eventually(lambda: b"ready\n" in command.status.out)
        command.status.kill()
        assert command.status.wait() == -signal.SIGKILL
        command.status.kill()


@on_posix
@pytest.mark.parametrize("error", [KeyboardInterrupt, LookupError], ids=["interrupt", "error"])
def test_nothing_is_left(error: type[BaseException]) -> None:
    """Whatever ends the context, the process has ended after it."""
    with pytest.raises(error), running(python(SLEEPER)) as command:  # noqa: PT012 - the block is what ends early
        eventually(lambda: b"ready\n" in command.status.out)
        raise error

    process = command.instance.process
    assert process is not None
    assert gone(process.pid)


@on_posix
def test_no_patience_while_stopping() -> None:
    """An interrupt while a process is being stopped kills it, and goes on."""
    from tox.execute import _stop

    with pytest.raises(KeyboardInterrupt), running(python(STUBBORN), options=Slow) as command:  # noqa: PT012 - needs a process
        eventually(lambda: b"ready\n" in command.status.out)
        before = signal.signal(signal.SIGALRM, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        try:
            assert command.instance.process is not None
            _stop.stop(command.instance.process, _stop.patience(Slow()))
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    assert command.status.exit_code == -signal.SIGKILL
