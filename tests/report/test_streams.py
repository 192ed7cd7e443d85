"""Output streams that cannot show a character, cannot be written to, or are not there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.run.projects import offline_environ
from tests.run.terminal import UNSEEDED

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

INI = """
[tox]
no_package = true
env_list = unit
[testenv]
description = café → tests
allowlist_externals = *
commands = {posargs:python -c "print('ran')" →}
"""
#: variables for which Python makes streams that cannot show all of the above
NARROW = {
    "cp1252": {"PYTHONIOENCODING": "cp1252"},
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "strict": {"PYTHONIOENCODING": "ascii:strict"},
    "replace": {"PYTHONIOENCODING": "ascii:replace"},
    "surrogates": {"PYTHONIOENCODING": "ascii:surrogateescape"},
    "C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}
#: command lines, and the exit code of each
COMMANDS = {
    "list": 0,
    "config -e unit -k description commands": 0,
    "depends": 0,
    "run": 0,
    "run -vv": 0,
    "run-parallel --parallel-no-spinner": 0,
    "run-parallel -o": 0,
    "run -- python -c pass →": 0,
    "exec -e unit -- python -c pass →": 0,
    "devenv -e unit": 0,
    "quickstart →": 0,
    "schema": 0,
    "--help": 0,
    "-a -v": 0,
    "run -e →": -2,
    "run --→": -2,
    "run -x →": 2,
    "config -e → --format toml": -2,
    "list -c →": -2,
}


def tox(folder: Path, *args: str, shell: str = "", env: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Run tox, and give its exit code and what both streams got; no traceback is in either.

    :param shell: what a shell is to do instead, with the command line in its arguments
    """
    (folder / "tox.ini").write_text(INI, encoding="utf-8")
    command = [sys.executable, "-m", "tox", *args]
    if shell:
        command = ["bash", "-c", f"set -o pipefail; {shell}", "bash", *command]
    usual = {name: value for name, value in offline_environ(**UNSEEDED).items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, cwd=folder, env={**usual, **(env or {})}, capture_output=True, check=False)
    out, err = (part.decode("utf-8", errors="surrogateescape") for part in (done.stdout, done.stderr))
    for word in ("Traceback", "Logging error", "Exception ignored"):
        assert word not in out + err, out + err
    return done.returncode, out, err


@pytest.mark.parametrize("command", ["list", "config -e unit -k description", "run -- python -c pass"])
@pytest.mark.parametrize("name", NARROW)
def test_what_cannot_be_shown_is_escaped(tmp_path: Path, name: str, command: str) -> None:
    """Whatever way Python would have treated it, a character that the stream lacks is shown by its escape."""
    code, out, _ = tox(tmp_path, *command.split(), env=NARROW[name])

    assert code == 0
    if "run" not in command:
        assert ("caf\\xe9 \\u2192 tests" if name != "cp1252" else "caf\udce9 \\u2192 tests") in out


@pytest.mark.parametrize("command", COMMANDS)
def test_exit_code_is_that_of_the_command(tmp_path: Path, command: str) -> None:
    """No command fails for what its streams cannot show."""
    code, _, _ = tox(tmp_path, *command.split(), env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "1"})

    assert code == COMMANDS[command] % 256


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere arguments have all characters in every locale")
@pytest.mark.parametrize("command", ["run", "run-parallel"])
def test_what_a_command_cannot_be_given(tmp_path: Path, command: str) -> None:
    """A character that the locale does not let arguments have is a mistake that is told."""
    code, out, _ = tox(tmp_path, command, env=NARROW["C"])

    assert (code, r"holds '\u2192', which the locale cannot pass on" in out) == (1, True)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
@pytest.mark.parametrize("kind", ["json", "toml"])
@pytest.mark.parametrize("target", ["screen", "file"])
def test_documents_stay_documents(tmp_path: Path, encoding: str, kind: str, target: str) -> None:
    """JSON and TOML are valid, and say what the configuration says, whatever the stream can show."""
    args = ["config", "-x", "testenv.description={env:X}", "-e", "unit", "-k", "description", "--format", kind]
    value = "é → 😀 \udcff" if sys.platform != "win32" else "é → 😀"

    if target == "file":
        args += ["-o", "told"]
    code, out, _ = tox(tmp_path, *args, env={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "1", "X": value})
    if target == "file":
        out = (tmp_path / "told").read_text(encoding="utf-8")

    read = json.loads(out) if kind == "json" else tomllib.loads(out.encode().decode(encoding))
    told = read["env"]["unit"]["description"]
    assert (code, told.replace("\ufffd", "\udcff")) == (0, value)


@pytest.mark.skipif(sys.platform == "win32", reason="bytes that are no text, as POSIX has them")
@pytest.mark.parametrize("command", ["run", "run-parallel --parallel-no-spinner -o", "exec -e unit"])
def test_bytes_of_commands_pass(tmp_path: Path, command: str) -> None:
    """What commands print is bytes, which pass whatever the encoding of the stream."""
    script = "import sys; sys.stdout.buffer.write(bytes([97, 255, 233, 98, 10]))"

    code, out, _ = tox(tmp_path, *command.split(), "--", "python", "-c", script, env={"PYTHONIOENCODING": "ascii"})

    assert (code, "a\udcff\udce9b\n" in out) == (0, True)


REDIRECTIONS = [">&-", "2>&-", "<&- >&- 2>&-", "| true", "2>&1 | true"]
if Path("/dev/full").exists():
    REDIRECTIONS += [">/dev/full", "2>/dev/full", ">/dev/full 2>&1"]
#: ways to start Python, by variables
STARTS = {
    "as usual": {},
    "unbuffered": {"PYTHONUNBUFFERED": "1"},
    "warnings": {"PYTHONDEVMODE": "1", "PYTHONWARNINGS": "error"},
}


@pytest.mark.skipif(sys.platform == "win32", reason="redirections of POSIX shells")
@pytest.mark.parametrize("redirection", REDIRECTIONS)
@pytest.mark.parametrize(
    ("command", "expected"),
    {
        "list": 0,
        "schema": 0,
        "--help": 0,
        "run": 0,
        "run-parallel": 0,
        "run -- python -c raise(SystemExit(3))": 3,
        "run -e nothing": 254,
    }.items(),
)
def test_what_cannot_be_written_changes_nothing(tmp_path: Path, command: str, expected: int, redirection: str) -> None:
    """A stream that is closed, full or read by nobody leaves the exit code as it is, and nothing is said about it."""
    code, _, err = tox(tmp_path, *command.split(), shell=f'"$@" {redirection}')

    assert (code, err) == (expected, "")


@pytest.mark.skipif(sys.platform == "win32", reason="redirections of POSIX shells")
@pytest.mark.parametrize("redirection", REDIRECTIONS)
@pytest.mark.parametrize("start", STARTS)
def test_ways_to_start_python(tmp_path: Path, start: str, redirection: str) -> None:
    """The same holds without buffers and with warnings."""
    code, _, err = tox(tmp_path, "config", shell=f'"$@" {redirection}', env=STARTS[start])

    assert (code, err) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="redirections of POSIX shells")
def test_nothing_of_ours_becomes_a_stream(tmp_path: Path) -> None:
    """What commands print to a stream that tox was started without goes nowhere, and into no file that tox opened."""
    command = 'import os; os.write(1, b"out\\n"); os.write(2, b"err\\n")'
    args = ("run", "-i", "--", "python", "-c", command)

    code, out, err = tox(tmp_path, *args, shell='"$@" <&- >&- 2>&-')

    assert (code, out, err) == (0, "", "")
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"err\n" not in path.read_bytes(), path


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_slow_reader_of_a_pipe_that_does_not_block(tmp_path: Path) -> None:
    """All that is printed comes, however full the pipe is, also when it was made not to block."""
    names = [f"environment-{number}" for number in range(20_000)]
    (tmp_path / "tox.ini").write_text(f"[tox]\nenv_list={','.join(names)}\n[testenv]\npackage=skip\n")
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    process = subprocess.Popen([sys.executable, "-m", "tox", "list", "--no-desc"], cwd=tmp_path, stdout=writing)
    os.close(writing)

    with open(reading, encoding="utf-8") as stream:  # noqa: PTH123 - a descriptor
        lines = stream.read().splitlines()

    assert (process.wait(60), lines) == (0, names)


@pytest.mark.skipif(sys.platform == "win32", reason="a folder that a process is in cannot be removed there")
@pytest.mark.parametrize(
    ("args", "code"),
    {
        "--version": 0,
        "--help": 0,
        "quickstart --help": 0,
        "list": -2,
        "config": -2,
        "run": -2,
        "quickstart": -2,
        "list -c PROJECT": 0,
        "config -k env_name -c PROJECT": 0,
        "run -c PROJECT": 0,
        "exec -e unit -c PROJECT -- python -c pass": -2,
        "devenv -c PROJECT": -2,
        "run --workdir here -c PROJECT": -2,
    }.items(),
)
def test_removed_current_folder(tmp_path: Path, args: str, code: int) -> None:
    """In a folder that was removed tox does what needs no folder, and tells why it cannot do the rest."""
    words = args.replace("PROJECT", str(tmp_path)).split()

    ended, out, _ = tox(tmp_path, *words, shell='mkdir gone; cd gone; rmdir ../gone; "$@"')

    assert ended == code % 256
    assert ("the current folder does not exist any more" in out) == bool(code)
