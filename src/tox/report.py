"""What tox tells its user: log lines on standard output, each led by the environment they are about.

Which environment is at work, and where its output goes, is known per context: a thread started with
:mod:`tox.util._threads` inherits both, and may redirect its own output without disturbing the others.
"""

from __future__ import annotations

import logging
import os
import sys
from contextlib import contextmanager
from contextvars import ContextVar
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING, Final, NamedTuple

from tox._historical import elsewhere
from tox.errors import HandledError
from tox.util._ansi import BOLD, CYAN, DIM, GREEN, MAGENTA, NORMAL, RED, RESET, WHITE
from tox.util.redact import redact_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

__all__ = ["AT_ONCE", "LEVELS", "LOGGER", "HandledError", "NamedBytesIO", "OutErr", "ToxHandler", "setup_report"]

#: verbosity to the level from which on records are shown
LEVELS: Final[dict[int, int]] = {
    0: logging.CRITICAL,
    1: logging.ERROR,
    2: logging.WARNING,
    3: logging.INFO,
    4: logging.DEBUG,
    5: logging.NOTSET,
}
LOGGER = logging.getLogger()
#: standard output and standard error of a context
OutErr = tuple[TextIOWrapper, TextIOWrapper]
#: format of a record that announces a command: run id, folder when notable, command
COMMAND_LINE: Final[str] = "%s%s> %s"

#: name in ``extra`` that marks a record as to be seen at once, even when the output of its environment is kept back
AT_ONCE: Final[str] = "tox_at_once"
#: name in ``extra`` that marks the record of the mistake that ends tox, so that no document follows
LAST_WORD: Final[str] = "tox_last_word"

_ROOT_NAME = "ROOT"


class _Context(NamedTuple):
    """Who is at work and where its output goes."""

    handler: ToxHandler
    name: str
    out_err: OutErr


_CONTEXT: ContextVar[_Context | None] = ContextVar("tox_report", default=None)


class NamedBytesIO(BytesIO):
    """Bytes in memory that have a name, as a file has."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name: str = name


if TYPE_CHECKING:
    _Handler = logging.StreamHandler[TextIOWrapper]
else:
    _Handler = logging.StreamHandler  # it takes no parameter before Python 3.11


class ToxHandler(_Handler):
    """Prints log records to the standard output of the context they are made in.

    :param level: level of records to show, from this one on
    :param is_colored: whether to print escape sequences for colours
    :param out_err: the output pair outside of any redirection
    """

    def __init__(self, level: int, is_colored: bool, out_err: OutErr) -> None:
        self._base = _Context(self, _ROOT_NAME, out_err)
        #: whether records go to standard error, since standard output is for a document
        self.apart = False
        #: whether that holds for the last word, too, so that standard output is empty without a document
        self.last_word_apart = False
        logging.Handler.__init__(self, level)
        self._is_colored = is_colored
        self._aside: Callable[[], AbstractContextManager[None]] | None = None
        self._setup_level(is_colored, level)

    @contextmanager
    def making_way(self, aside: Callable[[], AbstractContextManager[None]]) -> Iterator[None]:
        """Print records to the output outside of any redirection only in a context, until the block ends.

        :param aside: makes the context, in which nothing else is in the way
        """
        self._aside = aside
        try:
            yield
        finally:
            self._aside = None

    def emit(self, record: logging.LogRecord) -> None:
        """Print a record; one that is to be seen at once passes by any redirection."""
        context = self._context
        if getattr(record, AT_ONCE, False):
            context = context._replace(out_err=self._base.out_err)
        if self.last_word_apart if getattr(record, LAST_WORD, False) else self.apart:
            context = context._replace(out_err=(context.out_err[1], context.out_err[1]))
        token = _CONTEXT.set(context)
        try:
            if self._aside is None or context.out_err[0] not in self._base.out_err:
                super().emit(record)
                return
            with self._aside():
                super().emit(record)
        finally:
            _CONTEXT.reset(token)

    @property
    def _context(self) -> _Context:
        context = _CONTEXT.get()
        # a run within a run, as test suites have it, must not print into the outer one's redirection
        return self._base if context is None or context.handler is not self else context

    @property
    def is_colored(self) -> bool:
        """Whether colours are printed."""
        return self._is_colored

    @property
    def name(self) -> str:  # type: ignore[override]
        """Name of the environment at work."""
        return self._context.name

    @property
    def stream(self) -> TextIOWrapper:  # type: ignore[override]
        """Where records go: standard output of this context."""
        return self._context.out_err[0]

    @property
    def messages(self) -> TextIOWrapper:
        """Where what is told on the way goes in this context: standard error beside a document."""
        return self._context.out_err[self.apart]

    @property
    def stdout(self) -> TextIOWrapper:
        """Standard output of this context."""
        return self._context.out_err[0]

    @property
    def stderr(self) -> TextIOWrapper:
        """Standard error of this context."""
        return self._context.out_err[1]

    @contextmanager
    def with_context(self, name: str) -> Iterator[None]:
        """Lead records by this name, in this context, until the block ends.

        :param name: of an environment
        """
        token = _CONTEXT.set(self._context._replace(name=name))
        try:
            yield
        finally:
            _CONTEXT.reset(token)

    @contextmanager
    def suspend_out_err(self, yes: bool, out_err: OutErr | None = None) -> Iterator[OutErr]:
        """Redirect the output of this context to memory until the block ends.

        :param yes: with ``False`` nothing changes
        :param out_err: a pair of an earlier redirection to continue
        :returns: the output pair within the block; the bytes of a redirected one are read from its ``buffer``
        """
        context = self._context
        if not yes:
            yield context.out_err
            return
        if out_err is None:
            previous_out, previous_err = context.out_err
            out_err = (
                _memory_text(f"out-{context.name}", previous_out),
                _memory_text(f"err-{context.name}", previous_err),
            )
        token = _CONTEXT.set(context._replace(out_err=out_err))
        try:
            yield out_err
        finally:
            _CONTEXT.reset(token)

    def write_out_err(self, out_err: tuple[bytes, bytes]) -> None:
        """Print bytes that were held back.

        :param out_err: for standard output and standard error of this context
        """
        for stream, content in zip((self.stdout, self.stderr), out_err, strict=True):
            if content:
                stream.flush()  # text written before stays before
                stream.buffer.write(content)
                stream.buffer.flush()

    @staticmethod
    @contextmanager
    def patch_thread() -> Iterator[None]:
        """Do nothing: threads of tox inherit their context when they start, no patch is needed."""
        yield

    def update_verbosity(self, verbosity: int) -> None:
        """Show more or fewer records from now on.

        :param verbosity: a key of :data:`LEVELS`; larger ones count as the largest
        """
        level = _level(verbosity)
        LOGGER.setLevel(level)
        self._setup_level(self._is_colored, level)

    def format(self, record: logging.LogRecord) -> str:
        """Render a record, led by the name of the environment at work, secrets hidden."""
        record.env_name = self.name
        if record.levelno >= logging.ERROR:
            formatter = self._error_formatter
        elif record.levelno >= logging.WARNING:
            formatter = self._warning_formatter
        else:
            formatter = self._remaining_formatter
        return redact_text(formatter.format(record))

    def _setup_level(self, is_colored: bool, level: int) -> None:
        self.setLevel(level)
        self._error_formatter = self._get_formatter(logging.ERROR, level, is_colored)
        self._warning_formatter = self._get_formatter(logging.WARNING, level, is_colored)
        self._remaining_formatter = self._get_formatter(logging.INFO, level, is_colored)

    @staticmethod
    def _get_formatter(level: int, enabled_level: int, is_colored: bool) -> logging.Formatter:
        """Make the formatter for records of a level.

        :param enabled_level: with debugging enabled, lines tell time and place too
        """
        detailed = enabled_level <= logging.DEBUG
        name, mark, text, place = _paint(level) if is_colored else ("{}", "{}", "{}", "{}")
        parts = [name.format("%(env_name)s:")]
        if detailed:
            parts.append(mark.format(" %(relativeCreated)d %(levelname).1s"))
        parts.append(text.format(" %(message)s"))
        if detailed:
            parts.append(place.format(" [%(pathname)s:%(lineno)d]"))
        return _LineFormatter("".join(parts), highlight=is_colored and level == logging.WARNING)


def setup_report(verbosity: int, is_colored: bool, *, apart: bool = False) -> ToxHandler:
    """Have the root logger print through tox, and nothing else.

    :param verbosity: a key of :data:`LEVELS`; larger ones count as the largest
    :param is_colored: whether to print escape sequences for colours
    :param apart: whether records go to standard error, since standard output is for a document
    :returns: the handler, which is the one way to redirect output
    """
    if sys.platform == "win32":  # pragma: win32 cover
        _enable_console_colors()
    level = _level(verbosity)
    out_err: OutErr = (sys.stdout, sys.stderr)  # type: ignore[assignment]
    handler = ToxHandler(level, is_colored, out_err)
    handler.apart = apart
    for existing in list(LOGGER.handlers):
        LOGGER.removeHandler(existing)
    LOGGER.addHandler(handler)
    LOGGER.setLevel(level)
    # a line for each attempt to take a lock, or for each script of pip, says nothing to a user
    logging.getLogger("filelock").disabled = True
    logging.getLogger("distlib.util").setLevel(logging.ERROR)
    LOGGER.debug("setup logging to %s on pid %s", logging.getLevelName(level), os.getpid())
    return handler


class _LineFormatter(logging.Formatter):
    """Renders one record.

    :param pattern: in percent style
    :param highlight: whether to set off the sign between the head of a command line and the command
    """

    def __init__(self, pattern: str, *, highlight: bool) -> None:
        super().__init__(pattern)
        self._highlight = highlight
        self._with_place = "%(pathname)s" in pattern

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        values = dict(vars(record))
        if self._with_place:
            values["pathname"] = _short_path(record.pathname)
        if self._highlight and record.msg == COMMAND_LINE and isinstance(record.args, tuple):
            head, cwd, command = record.args
            values["message"] = f"{head}{NORMAL}{cwd}{DIM}>{RESET} {command}"
        return str(self._fmt) % values


def _paint(level: int) -> tuple[str, str, str, str]:
    """Give templates that colour the parts of a line: name, time and level, message, place."""
    color = RED if level >= logging.ERROR else CYAN if level >= logging.WARNING else WHITE
    return f"{BOLD}{MAGENTA}{{}}{RESET}", f"{GREEN}{{}}{RESET}", f"{color}{{}}{RESET}", f"{DIM}{{}}{RESET}"


def _short_path(path: str) -> str:
    """Cut from a source path the folder it was imported from."""
    roots = (os.path.join(entry or os.curdir, "") for entry in sys.path)
    longest = max((root for root in roots if path.startswith(root)), key=len, default="")
    return path[len(longest) :]


def _memory_text(name: str, like: TextIOWrapper) -> TextIOWrapper:
    """Make a text stream in memory that encodes as another one does."""
    name = f"{name}-{getattr(like, 'name', '')}"
    return TextIOWrapper(NamedBytesIO(name), encoding=like.encoding, errors=like.errors)


def _level(verbosity: int) -> int:
    return LEVELS[max(0, min(verbosity, max(LEVELS)))]


if sys.platform == "win32":  # pragma: win32 cover

    def _enable_console_colors() -> None:
        """Have the console understand escape sequences."""
        from colorama import just_fix_windows_console

        just_fix_windows_console()


__getattr__ = elsewhere(__name__)
