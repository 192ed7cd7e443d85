"""Telling what the setup of an environment would do, without doing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from tox.errors import Fail, HandledError, Recreate, Skip
from tox.tox_env import _decision
from tox.tox_env._explanation import Step, reuses_all
from tox.tox_env.info import Info

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from tox.config.sets import EnvConfigSet
    from tox.tox_env._decision import Decision
    from tox.tox_env._lock import EnvLock
    from tox.tox_env._place import Place
    from tox.tox_env.installer import InstallArguments, Installer

__all__ = ["ExplainsSetup"]


class ExplainsSetup:
    """The part of an environment that tells what setup would do; what it needs of the other parts is declared here.

    It follows setup step by step and asks for the same decisions. Nothing is written, locked, waited for or run. Each
    ``_explain_…`` method tells what the method of setup of that name would do, given a record; sub-classes add to both.
    """

    _shares: ClassVar[bool]
    conf: EnvConfigSet
    lock: EnvLock
    inputs: dict[str, object]
    _place: Place

    if TYPE_CHECKING:

        @property
        def env_dir(self) -> Path: ...
        @property
        def cache(self) -> Info: ...
        @property
        def installer(self) -> Installer[Any]: ...
        @property
        def _identity(self) -> dict[str, str]: ...
        def _platform_check(self) -> None: ...
        def _emptied_folders(self) -> dict[str, Path]: ...
        def _holds_anything(self) -> bool: ...
        def _is_link(self, *, recreate: bool) -> bool: ...
        def _decide_at_start(self, *, recreate: bool) -> Decision: ...

    def explain(self) -> Iterator[Step]:
        """Tell what setup would do, in order; what keeps it from being set up is told as well, as the last step.

        Steps of the package environments that this one needs are among them, once a session.
        """
        try:
            yield from self._explain_setup()
        except Skip as reason:
            yield self._step("skip", why=str(reason))
        except (Fail, HandledError) as reason:
            yield self._step("fail", why=str(reason))

    def _explain_install(self, arguments: InstallArguments, section: str, of_type: str, record: Info) -> Iterator[Step]:
        """Tell what ``_install`` would do, plugins not asked; an installer of a plugin need not know how to tell."""
        installer: Any = self.installer
        if hasattr(installer, "explain"):
            yield from installer.explain(arguments, section, of_type, record)
        else:
            yield self._step("install", of_type, items=[f"as {type(installer).__name__} decides"])

    def _step(self, action: Any, what: str = "", why: str = "", items: Iterable[str] = ()) -> Step:
        return Step(self.conf.name, action, what, why, tuple(items))

    def _explain_setup(self) -> Iterator[Step]:
        """Tell what setup would do.

        :raises Skip: if it would not be set up
        :raises Fail: if it could not be set up
        :raises HandledError: if its settings are wrong
        """
        self._platform_check()
        recreate = bool(self.conf["recreate"])
        self._is_link(recreate=recreate)
        for setting, folder in self._emptied_folders().items():
            self._place.refuse_others(setting, folder, self.env_dir)
        alone = [str(user) for user in self.lock.users() if user.mode == "exclusive"]
        if alone and self.cache.is_building:
            yield self._step("wait", "until it is set up", why=f"it is used by {alone[0]}")
            return
        steps: list[Step] = []
        error = self._collect(steps, recreate=recreate)
        others = alone if self._shares and reuses_all(self._own(steps)) else [str(user) for user in self.lock.users()]
        if others:
            yield self._step("wait", "for the environment", why=f"it is used by {', '.join(others)}")
        yield from steps
        if error is not None:
            raise error

    def _own(self, steps: Iterable[Step]) -> list[Step]:
        return [step for step in steps if step.env == self.conf.name]

    def _collect(self, steps: list[Step], *, recreate: bool) -> Exception | None:
        """Append the steps of setup.

        :returns: what would end setup before its time, if anything would
        """
        start = self._decide_at_start(recreate=recreate)
        try:
            start.enforce()
            return _append(steps, self._explain_parts(self.cache))
        except Recreate as reason:
            # what others have to do is done by then; what was found in good order here is lost
            steps[:] = [step for step in steps if step.env != self.conf.name]
            if self._holds_anything():
                steps.extend(self._explain_removal(str(reason)))
        try:
            return _append(steps, self._explain_parts(Info.blank(self.env_dir)))
        except Recreate as reason:
            return Fail(f"environment asked to be recreated twice: {reason}")

    def _explain_parts(self, record: Info) -> Iterator[Step]:
        yield from self._explain_env(record)
        yield from self._explain_with_env(record)

    def _explain_removal(self, why: str) -> Iterator[Step]:
        """Tell that the environment would be removed, which is not empty."""
        yield self._step("recreate", "env", why)

    def _explain_env(self, record: Info) -> Iterator[Step]:
        """Tell what ``_setup_env`` would do.

        :param record: what is recorded of the environment, or would be after it was emptied
        :raises Recreate: if the environment would be made anew
        """
        recorded = record.recorded("ToxEnv")
        _decision.identity(self._identity, recorded).enforce()
        for name, value in self.inputs.items():
            known = record.recorded("Inputs", name)
            _decision.input_(name, value, known, was_made=recorded is not None).enforce()
        yield from ()

    def _explain_with_env(self, record: Info) -> Iterator[Step]:
        """Tell what ``_setup_with_env`` would do; see :meth:`_explain_env`."""
        yield from ()


def _append(steps: list[Step], more: Iterator[Step]) -> Exception | None:
    """Append steps up to one that would end setup, and return its error; :class:`Recreate` is raised."""
    try:
        steps.extend(more)  # keeps what came before an error
    except (Skip, Fail, HandledError) as error:
        return error
    return None
