"""What happened in a run, as a Markdown table for people."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any, Final

from tox.util.redact import redact_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tox.journal._account import Account

__all__ = ["as_markdown"]

_MOST_OF_TEXT: Final = 300


def as_markdown(accounts: Iterable[Account], code: int, seconds: float, status: Callable[[Any], str]) -> str:
    """Write a heading and a table with a row for each environment.

    :param code: exit code of the run
    :param seconds: the run took
    :param status: tells in a few words how an environment went, by its result
    :returns: lines, between empty ones
    """
    verdict = "OK" if code == 0 else f"FAIL code {code}"
    lines = [
        "",
        f"### tox: {verdict} ({seconds:.2f} seconds)",
        "",
        "| environment | status | seconds | what failed |",
        "| --- | --- | ---: | --- |",
        *_rows(accounts, status),
        "",
    ]
    return "".join(f"{line}\n" for line in lines)


def _rows(accounts: Iterable[Account], status: Callable[[Any], str]) -> Iterator[str]:
    for account in accounts:
        result = account.result
        cells = (_code(account.name), status(result), f"{result.duration:.2f}", _failed(account))
        yield f"| {' | '.join(cells)} |"


def _failed(account: Account) -> str:
    found = account.trouble
    if found is None:
        return _plain(redact_text(account.result.reason))
    case, trouble = found
    command = trouble.command
    return f"{_plain(case.name)}{f' {_code(command)}' if command else ''}: {_plain(trouble.message)}"


def _code(text: str) -> str:
    return f"<code>{_plain(text)}</code>"


def _plain(text: str) -> str:
    """Write text so that nothing in it means anything in a table."""
    line = " ".join(text.split())
    if len(line) > _MOST_OF_TEXT:
        line = f"{line[:_MOST_OF_TEXT]}…"
    escaped = html.escape(line, quote=False)
    return "".join(f"&#{ord(char)};" if char in "|`*_[]~\\" else char for char in escaped)
