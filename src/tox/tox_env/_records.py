"""Command log files: what was run, in which environment, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tox.util._atomic import claim_file
from tox.util.redact import redact_variables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tox.execute.api import ExecuteStatus
    from tox.execute.request import ExecuteRequest

__all__ = ["claim_log", "write_log"]

_BEFORE_ERRORS: Final = b"\nstandard error:\n"
#: characters that no file system takes in a name, and what stands in their place
_UNFIT_FOR_NAMES: Final = str.maketrans(dict.fromkeys([*map(chr, range(32)), *'/\\:*?"<>|'], "_"))


def claim_log(folder: Path, run_id: str) -> Path:
    """Create the log file of one command: the next free number in a folder, whoever else writes there.

    :param folder: created when missing
    :param run_id: what the command is known as; characters that no file name may hold become ``_``
    :raises OSError: if the folder cannot be written
    """
    folder.mkdir(parents=True, exist_ok=True)
    path, file = claim_file(folder, f"-{run_id.translate(_UNFIT_FOR_NAMES)}.log")
    file.close()
    return path


def write_log(env_name: str, log_file: Path, request: ExecuteRequest, status: ExecuteStatus) -> None:
    """Write what a command was, followed by its output.

    :param log_file: replaced when it exists
    """
    with log_file.open("wb") as file:
        for line in _head(env_name, request, status):
            file.write(line.encode("utf-8", errors="surrogateescape") + b"\n")
        if status.outcome is not None:
            status.outcome.copy_output(file, _BEFORE_ERRORS)


def _head(env_name: str, request: ExecuteRequest, status: ExecuteStatus) -> Iterator[str]:
    yield f"name: {env_name}"
    yield f"run_id: {request.run_id}"
    for name, value in sorted(redact_variables(request.env).items()):
        yield f"env {name}: {value}"
    for name, fact in status.metadata.items():
        yield f"metadata {name}: {fact}"
    yield f"cwd: {request.cwd}"
    yield f"allow: {'*' if request.allow is None else ':'.join(request.allow)}"
    yield f"cmd: {request.shell_cmd_redacted}"
    yield f"exit_code: {status.exit_code}"
    if status.exceeded is not None:
        yield f"ran into: {status.exceeded}"
