"""From the arguments of the process to its exit code.

While this module is loaded nobody answers an interrupt but Python, with a traceback. So it loads next to nothing:
:func:`run` and :func:`main` load what they need.
"""

from __future__ import annotations

import gc
import os
import sys

from tox._historical import elsewhere

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType
    from typing import Any

    from tox.errors import ToxError
    from tox.session.state import State

INTERRUPTED = -2
# as of a program that SIGTERM ends
TERMINATED = 128 + 15
# what Windows says of a command that Ctrl-C has ended
_ENDED_BY_CONTROL_C = 0xC000013A
UNKNOWN_HINT = "hint: arguments meant for commands go after a --"


def run(args: Sequence[str] | None = None) -> None:
    """Run tox, then leave the interpreter with its exit code.

    :param args: what follows the name of the program; taken from :data:`sys.argv` when left out
    :raises SystemExit: to end with that code
    """
    gc.set_threshold(50_000, 20, 20)  # most commands end before there is garbage: a twentieth of `tox list`
    try:
        from tox.util._streams import forgive_failures

        forgive_failures()
        result = main(sys.argv[1:] if args is None else args)
    except KeyboardInterrupt as interrupt:  # it came when main was not listening yet, or no more
        # a kind of its own comes from SIGTERM only: Terminated, which this module must not load
        result = INTERRUPTED if type(interrupt) is KeyboardInterrupt else TERMINATED
    if sys.platform == "win32":
        result = _as_elsewhere(result)
    if os.environ.get("_TOX_SHOW_THREAD"):
        _show_threads()
    raise SystemExit(result)


def _as_elsewhere(code: int) -> int:
    """Give what an exit code of Windows, which has 32 bits, is on other systems.

    A batch file's ``if errorlevel 1`` takes a negative one for success.

    :param code: of a run: negative when tox could not do its work, or that of a command
    """
    if code == _ENDED_BY_CONTROL_C:
        code = INTERRUPTED
    return code & 0xFF if code < 0 else code


def main(args: Sequence[str]) -> int:
    """Run tox.

    Signal handlers and logging are afterwards as they were before; both streams show everything from now on.

    :param args: the arguments, without the name of the program
    :returns: the exit code; -2 when the user made a mistake, which was told, or interrupted
    :raises SystemExit: for arguments used in a wrong way, and after help or the version were printed
    """
    from tox.errors import HandledError, Terminated, ToxError
    from tox.util._here import current_folder
    from tox.util._streams import show_everything

    show_everything()
    session = _Session()
    try:
        return _main(args, session)
    except ToxError as error:
        # also what only a run can answer, when a value is asked for outside of one
        if os.environ.get("_TOX_SHOW_CONFIG_RAISE") and not isinstance(error, HandledError):
            raise  # tests of plugins look at what `tox config` fails with
        session.tell(error)
        return INTERRUPTED
    except FileNotFoundError:
        if current_folder():
            raise
        session.tell(HandledError("the current folder does not exist any more, change to another one"))
        return INTERRUPTED
    except Terminated:
        return TERMINATED
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        session.end()


def _main(args: Sequence[str], session: _Session) -> int:
    if _asks_for_version_only(args):
        return _print_version()
    state = setup_state(args)
    options = state.conf.options
    if options.exit_and_dump_after:
        session.dump_after(options.exit_and_dump_after)
    from tox.provision import provision

    result = provision(state)
    if result is not False:
        return result
    if options.remainder:
        _refuse_unknown(options.remainder)
    handler = state._options.cmd_handlers[options.command]  # noqa: SLF001 - the name plugins use
    return handler(state)


def setup_state(args: Sequence[str]) -> State:
    """Make the state of a session.

    :param args: the arguments, without the name of the program
    :raises HandledError: when the configuration or a plugin cannot be used
    """
    from tox.config.cli.parse import get_options
    from tox.session.state import State

    options = get_options(*args)
    return State(options, args)


def _asks_for_version_only(args: Sequence[str]) -> bool:
    """Tell whether the version is all that is asked for, in a folder where no project's plugin can add to it."""
    if list(args) != ["--version"] or {"_ARGCOMPLETE", "TOX_COLORED"} & os.environ.keys():
        return False
    from tox.plugin.inline import INLINE_FILES  # loaded for printing the version anyway
    from tox.util._here import current_folder

    folder, parent = current_folder(), ""
    while folder != parent:
        if any(os.path.exists(os.path.join(folder, name)) for name in INLINE_FILES):
            return False
        folder, parent = os.path.dirname(folder), folder
    return True


def _print_version() -> int:
    from tox.plugin.manager import MANAGER
    from tox.session.cmd.version_flag import get_version_info

    MANAGER.load_plugins(None)
    if MANAGER.has_plugins:  # they are asked for their options whatever is asked for
        from tox.config.cli.parser import ToxParser

        ToxParser.core(set())
    print(get_version_info())  # noqa: T201 - it is what was asked for
    return 0


def _refuse_unknown(arguments: list[str]) -> None:
    from tox.errors import HandledError
    from tox.util.redact import redact_argv

    raise HandledError(f"unrecognized arguments: {' '.join(redact_argv(arguments))}\n{UNKNOWN_HINT}")


class _Session:
    """SIGTERM, and Ctrl-Break on Windows, taken over until the end, when it and logging are put back as they were."""

    def __init__(self) -> None:
        import signal

        logging = sys.modules.get("logging")
        root = None if logging is None else logging.getLogger()
        self._handlers: list[Any] = [] if root is None else list(root.handlers)
        self._level: int | None = None if root is None else root.level
        self._signals: dict[int, Any] = {}
        self._dumps = False
        asked = [signal.SIGTERM]
        if sys.platform == "win32":
            asked.append(signal.SIGBREAK)  # Ctrl-Break, and the one event that a program can send to another
        try:
            for number in asked:
                self._signals[number] = signal.signal(number, _terminate)
        except ValueError:
            pass  # only the main thread may do this

    def tell(self, error: ToxError) -> None:
        """Tell the user of a mistake, through the log when this session has set it up.

        The mistake of a plugin is nothing that asking for less output should hide, and no part of the output.
        """
        import logging

        from tox.errors import PluginFailed
        from tox.report import LAST_WORD
        from tox.util.redact import redact_text

        stream = sys.stderr if isinstance(error, PluginFailed) else sys.stdout
        if stream is sys.stdout and any(handler not in self._handlers for handler in logging.getLogger().handlers):
            logging.error("%s| %s", type(error).__name__, error, extra={LAST_WORD: True})
        else:
            print(redact_text(f"ROOT: {type(error).__name__}| {error}"), file=stream)

    def dump_after(self, seconds: int) -> None:
        """End the process after some time, and print what each thread is doing then.

        :raises HandledError: if the time is over already
        """
        import faulthandler

        from tox.errors import HandledError

        if seconds < 0:
            raise HandledError(f"--exit-and-dump-after takes seconds, not {seconds}")
        faulthandler.dump_traceback_later(seconds, exit=True)
        self._dumps = True

    def end(self) -> None:
        """Put everything back."""
        import signal

        if self._dumps:
            sys.modules["faulthandler"].cancel_dump_traceback_later()
        for number, handler in self._signals.items():
            # None stands for a handler that Python did not install, and cannot put back
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        self._reset_colors()
        logging = sys.modules.get("logging")
        if logging is None:
            return
        root = logging.getLogger()
        for handler in list(root.handlers):
            if handler not in self._handlers:
                root.removeHandler(handler)
        for handler in self._handlers:
            if handler not in root.handlers:
                root.addHandler(handler)
        root.setLevel(logging.WARNING if self._level is None else self._level)

    def _reset_colors(self) -> None:
        """Have a terminal write as it did before, whatever colour a command left, unless colours are not wanted."""
        if not sys.stdout.isatty():
            return
        from tox.util._ansi import RESET, wants_color

        logging = sys.modules.get("logging")
        handlers = () if logging is None else logging.getLogger().handlers
        colored = next((handler.is_colored for handler in handlers if hasattr(handler, "is_colored")), None)
        if wants_color() if colored is None else colored:
            sys.stdout.write(RESET)
            sys.stdout.flush()


def _terminate(number: int, frame: FrameType | None) -> None:
    from tox.errors import Terminated  # loaded by now

    raise Terminated


def _show_threads() -> None:
    """Print the threads that still live, to find out why a process does not end."""
    import threading

    for thread in threading.enumerate():
        print(f"{thread.name} {'daemon' if thread.daemon else 'non-daemon'} {thread.ident}")  # noqa: T201


__all__ = ["main", "run", "setup_state"]

__getattr__ = elsewhere(__name__)
