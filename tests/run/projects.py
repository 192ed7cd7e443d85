"""Small projects, and tox run in them as a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.seeds import outside

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Ended", "ini", "normal", "offline_environ", "tox"]

PRINT = "python -c 'print(\"x\")'"
FAIL = "python -c 'import sys;sys.exit(3)'"


class Ended(NamedTuple):
    """How a run went."""

    code: int
    """its exit code"""
    out: str
    """its output, with what differs from run to run made the same"""
    err: str
    """its errors, likewise"""


def ini(*envs: str, **sections: str) -> str:
    """Write a configuration without a package.

    :param envs: the default environments
    :param sections: lines by section: ``testenv`` and names of environments
    """
    text = [f"[tox]\nno_package = true\nenv_list = {', '.join(envs)}"]
    for name, lines in sections.items():
        text.append(f"[{name}]" if name == "testenv" else f"[testenv:{name}]")
        text.append(lines)
    return "\n".join([*text, ""])


def offline_environ(**more: str) -> dict[str, str]:
    """Give variables for tox that neither this run of tests nor the user influences."""
    drop = outside("TOX", "_TOX", "__TOX", "PIP_", "VIRTUALENV_", "PYTHON", "CI", "GITHUB_", "PYTEST")
    kept = {key: value for key, value in os.environ.items() if key not in drop}
    always = {"NO_COLOR": "1", "PIP_NO_COMPILE": "1", "PIP_NO_INDEX": "1", "TOX_USER_CONFIG_FILE": os.devnull}
    return {**kept, **always, **more}


def tox(folder: Path, *args: str, env: Mapping[str, str] | None = None, **files: str) -> Ended:
    """Run tox in a project.

    :param args: of the command line
    :param env: variables; those of :func:`offline_environ` by default
    :param files: text of files by name, with ``_`` for the first dot
    """
    for name, text in files.items():
        (folder / name.replace("_", ".", 1)).write_text(text, encoding="utf-8")
    variables = offline_environ(NO_COLOR="") if env is None else dict(env)
    variables.pop("NO_COLOR")
    done = subprocess.run(
        [sys.executable, "-m", "tox", *args],
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=100,
        check=False,
    )
    out, err = (normal(stream.decode("utf-8", "replace"), folder) for stream in (done.stdout, done.stderr))
    return Ended(done.returncode, out, err)


def normal(text: str, folder: Path) -> str:
    """Make the same what differs from run to run: folder, times, process ids, line ends."""
    text = text.replace("\r\n", "\n")
    for name in {str(folder), str(Path(folder).resolve())}:
        text = text.replace(name, "<root>")
    text = re.sub(r"\d+(\.\d+)? seconds?\b", "<s> seconds", text)
    text = re.sub(r"\(\d+\.\d\d=setup\[[\d.]+\]\+cmd\[[\d.]+((?:,[\d.]+)*)\]", _without_times, text)
    return re.sub(r"\bpid=\d+", "pid=<pid>", text)


def _without_times(match: re.Match[str]) -> str:
    commands = 1 + match.group(1).count(",")
    return f"(<s>=setup[<s>]+cmd[{','.join(['<s>'] * commands)}]"
