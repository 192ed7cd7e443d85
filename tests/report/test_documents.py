"""What programs read from standard output: values and documents, without colours and messages."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.run.projects import offline_environ
from tests.run.terminal import on_terminal

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

INI = "[tox]\nno_package = true\nenv_list = py\n[testenv]\ndescription = d\nset_env = A=1\n"
READERS: dict[str, Callable[[str], object]] = {
    "config --format json": json.loads,
    "config -e py -k set_env --format toml": tomllib.loads,
    "list --format json": json.loads,
    "schema": json.loads,
}
#: ways to ask for colours: variables, words of the command line
FORCED: dict[str, tuple[dict[str, str], list[str]]] = {
    "FORCE_COLOR": ({"FORCE_COLOR": "1"}, []),
    "TTY_COMPATIBLE": ({"TTY_COMPATIBLE": "1"}, []),
    "TOX_COLORED": ({"TOX_COLORED": "yes"}, []),
    "option": ({}, ["--colored", "yes"]),
    "user file": ({"TOX_USER_CONFIG_FILE": "user.ini"}, []),
}


def tox(folder: Path, *args: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run tox, with its streams in pipes."""
    usual = offline_environ(**variables)
    usual.pop("NO_COLOR")
    return subprocess.run(
        [sys.executable, "-m", "tox", *args], cwd=folder, env=usual, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("way", FORCED)
@pytest.mark.parametrize("command", [*READERS, "config", "config -e py -k set_env", "list", "depends"])
def test_no_colours_in_what_is_read(tmp_path: Path, command: str, way: str) -> None:
    """Whoever reads from a pipe gets the text alone, however colours are asked for."""
    (tmp_path / "tox.ini").write_text(INI)
    (tmp_path / "user.ini").write_text("[tox]\ncolored = yes\n")
    variables, words = FORCED[way]

    done = tox(tmp_path, *command.split(), *words, **variables)

    assert (done.returncode, done.stderr, "\x1b" in done.stdout) == (0, "", False)


def test_messages_stay_coloured(tmp_path: Path) -> None:
    """Colours that are asked for reach messages, also in a pipe: people read the log of a CI system."""
    (tmp_path / "tox.ini").write_text(INI)

    done = tox(tmp_path, "config", "-e", "b", FORCE_COLOR="1")

    assert done.stdout.startswith("\x1b[1m\x1b[35mROOT:\x1b[0m\x1b[31m HandledError| ")


@pytest.mark.parametrize("command", READERS)
@pytest.mark.parametrize("verbosity", [[], ["-vvv"], ["-q"]], ids=["", "-vvv", "-q"])
def test_messages_are_no_part_of_documents(tmp_path: Path, command: str, verbosity: list[str]) -> None:
    """Standard output has the document alone, also where a configuration is missing and options are wrong."""
    done = tox(tmp_path, *command.split(), *verbosity, TOX_PARALLEL_NO_SPINNER="maybe")

    READERS[command](done.stdout)
    assert done.returncode == 0
    assert ("no configuration found" in done.stderr) == (verbosity != ["-q"])


@pytest.mark.parametrize("command", READERS)
@pytest.mark.parametrize(
    ("words", "text"),
    [
        pytest.param(["-c", "nothing"], INI, id="no configuration"),
        pytest.param(["--nothing"], INI, id="wrong option"),
        pytest.param([], "[tox", id="broken configuration"),
        pytest.param(["-vv", "-x", "tox.tox_root=tox.ini"], INI, id="wrong setting"),
    ],
)
def test_a_mistake_in_place_of_a_document(tmp_path: Path, command: str, words: list[str], text: str) -> None:
    """The mistake alone is on standard output, where upstream has it; a list for programs is there or nothing is."""
    (tmp_path / "tox.ini").write_text(text)

    done = tox(tmp_path, *command.split(), *words, TOX_VERBOSE="much")

    assert done.returncode == 254
    assert [stream.count("HandledError| ") for stream in (done.stdout, done.stderr)] == (
        [0, 1] if command.startswith("list") else [1, 0]
    )
    assert ["TOX_VERBOSE" in stream for stream in (done.stdout, done.stderr)] == [False, True]


@pytest.mark.parametrize("command", ["list", "config", "config --format json -o told.json", "depends"])
def test_messages_beside_what_people_read(tmp_path: Path, command: str) -> None:
    """Where standard output is for people, or the document goes to a file, messages stay on it."""
    done = tox(tmp_path, *command.split())

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("ROOT: no configuration found")


def test_format_by_variable(tmp_path: Path) -> None:
    """The format may come from a variable."""
    done = tox(tmp_path, "config", TOX_CONFIG_FORMAT="json")

    assert json.loads(done.stdout)["env"]


@pytest.mark.skipif(sys.platform == "win32", reason="no terminals to be had")
@pytest.mark.parametrize(
    ("args", "variables", "end"),
    [
        (["list"], {}, "\x1b[0m"),
        (["config", "-k", "env_name"], {}, "\x1b[0m"),
        (["list", "-c", "nothing"], {}, "\x1b[0m"),
        (["--help"], {}, "\x1b[0m"),
        (["--version"], {}, "\x1b[0m"),
        (["list", "--colored", "no"], {}, "\n"),
        (["list"], {"NO_COLOR": "1"}, "\n"),
        (["list"], {"TERM": "dumb"}, "\n"),
        (["list"], {"TOX_COLORED": "no"}, "\n"),
        (["--version"], {"NO_COLOR": "1"}, "\n"),
        (["--version"], {"TOX_COLORED": "no"}, "\n"),
        (["--version"], {"TOX_COLORED": "yes"}, "\x1b[0m"),
    ],
)
def test_colours_end_with_tox(tmp_path: Path, args: list[str], variables: dict[str, str], end: str) -> None:
    """A terminal is told to write as usual in the end, so that a colour which a command has left does not stay."""
    (tmp_path / "tox.ini").write_text(INI)

    with on_terminal(tmp_path, *args, variables=variables) as screen:
        screen.end()

    assert screen.output.endswith(end)


@pytest.mark.skipif(sys.platform == "win32", reason="no terminals to be had")
@pytest.mark.parametrize("command", READERS)
def test_documents_on_a_terminal(tmp_path: Path, command: str) -> None:
    """Documents are valid on a terminal, too, whose output may be recorded."""
    (tmp_path / "tox.ini").write_text(INI)

    with on_terminal(tmp_path, *command.split()) as screen:
        screen.end()

    READERS[command](screen.output.replace("\r\n", "\n").removesuffix("\x1b[0m"))
