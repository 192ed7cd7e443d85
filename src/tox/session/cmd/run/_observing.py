"""Who hears of a run beside those who take part in it: reports for services and people, and observers of plugins."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tox.errors import HandledError
from tox.plugin._builtin import command_names
from tox.session.cmd.run._summary import status
from tox.util._atomic import open_for_replace
from tox.util._nesting import is_nested
from tox.version import version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tox.journal._account import Account
    from tox.journal._observer import Observer
    from tox.session.cmd.run.single import ToxEnvRunResult
    from tox.session.state import State

__all__ = ["finish", "observe"]

#: names a file that GitHub shows in the summary of a job
_STEP_SUMMARY: Final = "GITHUB_STEP_SUMMARY"
_SUMMED_UP: Final = frozenset({"run", "run-parallel", "legacy"})


def observe(state: State, names: list[str]) -> list[Observer]:
    """Have those hear of a run who are asked for, by options or by variables.

    :param names: of the environments that are going to run
    :returns: who is there to tell of the end; may be empty
    """
    reports = _Reports(_junit_path(state), _summary_path(state))
    if not reports.wanted:
        return []
    from tox.journal._account import Collector

    collector = Collector(names, _facts, reports.write)
    for name in names:
        env: Any = state.envs[name]
        for part in (env, *env.package_envs):
            if collector not in part.observers:
                part.observers.append(collector)
    return [collector]


def finish(
    state: State, observers: Iterable[Observer], results: Iterable[ToxEnvRunResult], ran: Iterable[str], code: int
) -> None:
    """Tell of the environments that did not run, and of the end; each observer once.

    :param observers: those of the session
    :param results: of all environments
    :param ran: names of those whose end was told when it came
    :param code: exit code of the run
    :raises HandledError: if a report cannot be written
    """
    told = set(ran)
    known = list(observers)
    for result in results:
        if result.name not in told:
            env = None if result.unavailable else state.envs[result.name]
            for observer in known:
                observer.environment_finished(env, result)
    everybody = [*known, *(observer for name in told for observer in state.envs[name].observers)]
    for observer in {id(observer): observer for observer in everybody}.values():
        observer.run_finished(code)


def _junit_path(state: State) -> Path | None:
    path = getattr(state.conf.options, "junit_xml", None)
    return None if path is None else Path(path)


def _summary_path(state: State) -> Path | None:
    """Tell where to sum up the run; a tox that another one has started leaves that to the other one."""
    path = os.environ.get(_STEP_SUMMARY)
    command = command_names().get(state.conf.options.command)
    if not path or command is None or command.name not in _SUMMED_UP or is_nested(state.conf.core["provision_tox_env"]):
        return None
    return Path(path)


class _Reports:
    """The files to write at the end.

    :param junit: takes JUnit XML; None for no such file
    :param summary: takes a Markdown summary at its end; None for no such file
    """

    def __init__(self, junit: Path | None, summary: Path | None) -> None:
        self._junit = junit
        self._summary = summary

    @property
    def wanted(self) -> bool:
        """Whether there is anything to write."""
        return self._junit is not None or self._summary is not None

    def write(self, accounts: list[Account], code: int, seconds: float) -> None:
        """Write them.

        :raises HandledError: if the JUnit XML cannot be written
        """
        if self._summary is not None:
            _append_summary(self._summary, accounts, code, seconds)
        if self._junit is not None:
            _write_junit(self._junit, accounts, seconds)


def _append_summary(path: Path, accounts: list[Account], code: int, seconds: float) -> None:
    from tox.journal._markdown import as_markdown

    try:
        with path.open("a", encoding="utf-8", errors="replace") as file:
            file.write(as_markdown(accounts, code, seconds, status))
    except OSError as error:
        logging.warning("could not write the summary to %s: %s", path, error.strerror)


def _write_junit(path: Path, accounts: list[Account], seconds: float) -> None:
    import platform

    from tox.journal._junit import as_junit_xml

    content = as_junit_xml(accounts, seconds, platform.node())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open_for_replace(path) as file:
            file.write(content)
    except OSError as error:
        raise HandledError(f"cannot write the JUnit XML to {path}: {error.strerror}") from error


def _facts(env: object) -> Mapping[str, str]:
    """Tell what readers of a report may want to know of an environment; nothing is looked up for it."""
    return dict(_known_facts(env))


def _known_facts(env: Any) -> Iterator[tuple[str, str]]:
    yield "tox", version
    yield "platform", sys.platform
    python = getattr(env, "_base_python", None)  # the property would search for it
    if python is not None:
        release = ".".join(str(part) for part in python.version_info[:3])
        yield "python", f"{python.implementation} {release}"
    try:
        description = str(env.conf["description"])
    except Exception:  # noqa: BLE001 - a broken value is not the business of a report
        description = ""
    if description:
        yield "description", description
