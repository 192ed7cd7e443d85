"""From the arguments of the process to what a session starts from."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from tox.config.cli import env_var
from tox.config.cli.parser import DEFAULT_COMMAND, Parsed, ToxParser
from tox.config.source.discover import discover_source
from tox.plugin._builtin import command_names
from tox.plugin.manager import MANAGER
from tox.report import HandledError, setup_report

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from tox.config.source.api import Source
    from tox.report import ToxHandler


class Options(NamedTuple):
    """What a session starts from."""

    parsed: Parsed
    """the values of all options"""
    pos_args: Sequence[str] | None
    """what follows ``--``; ``None`` when there was no ``--``"""
    source: Source
    """the configuration"""
    cmd_handlers: dict[str, Callable[[Any], int]]
    """the function of each sub-command, by each name that it has"""
    log_handler: ToxHandler
    """where output goes"""


def get_options(*args: str) -> Options:
    """Parse the arguments, set up output, find the configuration and load plugins.

    :param args: the arguments of the process
    :raises HandledError: when the configuration or a plugin cannot be used
    :raises SystemExit: after help or the version were printed, or for arguments used in a wrong way (code 2)
    """
    words, pos_args = split_pos_args(args)
    MANAGER.load_plugins(None)
    if "_ARGCOMPLETE" in os.environ and "COMP_LINE" in os.environ:
        _complete()
    parser = ToxParser.core(at_hand(words))
    # what is used in a wrong way ends here, before a project that was perhaps not meant runs its plugin
    early = parser.peek(words)
    handler = setup_report(early.verbosity, early.is_colored, apart=early.prints_document)
    _keep_documents_clean(handler, early)
    told = _tell_problems(())
    try:
        source = discover_source(early.config_file, early.root_dir)
    except (HandledError, FileNotFoundError):
        parser.parse_known_args(words)  # help needs no configuration, and no current folder
        raise
    MANAGER.load_plugins(source.path)
    if MANAGER.inline is not None:
        parser = ToxParser.core(at_hand(words))
    parsed, unknown = parser.parse_known_args(words)
    _tell_problems(told)
    parsed.remainder = unknown
    _keep_documents_clean(handler, parsed)
    if parsed.verbosity != early.verbosity:
        handler.update_verbosity(parsed.verbosity)
    return Options(parsed, pos_args, source, parser.functions(), handler)


def _keep_documents_clean(handler: ToxHandler, parsed: Parsed) -> None:
    """Have messages go to standard error where standard output is for a document.

    The mistake that leaves no document is told where tox 4.67.15 tells it, except for documents that it does not have.
    """
    handler.apart = parsed.prints_document
    handler.last_word_apart = handler.apart and parsed.lists_for_programs


def _tell_problems(told: Collection[str]) -> list[str]:
    """Warn of defaults that could not be taken over, but for those that were told before; return all of these."""
    problems = [problem for problem in env_var.take_problems() if problem not in told]
    for problem in problems:
        logging.warning("%s", problem)
    return [*told, *problems]


def split_pos_args(args: Sequence[str]) -> tuple[list[str], tuple[str, ...] | None]:
    """Take apart what is meant for tox and what is meant for commands.

    :returns: the arguments before the first ``--``, and those after it; ``None`` for the latter without ``--``
    """
    words = list(args)
    if "--" not in words:
        return words, None
    at = words.index("--")
    return words[:at], tuple(words[at + 1 :])


def at_hand(words: Sequence[str]) -> set[str] | None:
    """Name the sub-commands that the arguments may ask for.

    :returns: names; ``None`` when all are needed
    """
    if words in (["-h"], ["--help"]):
        return None
    commands = command_names()
    if words and words[0] in commands:
        return {commands[words[0]].name}
    return {DEFAULT_COMMAND, *(commands[word].name for word in words if word in commands)}


def _complete() -> None:
    """Answer a shell that asks for completions, which ends the process; nothing happens without argcomplete.

    What was typed is not our arguments yet, and the project's plugin is not run: a key press must not execute code of
    whatever folder one happens to be in.
    """
    try:
        import argcomplete
    except ImportError:
        return
    parser = ToxParser.core()
    parser.mode.completing = True
    argcomplete.autocomplete(parser)


__all__ = ["HandledError", "Options", "get_options"]
