"""An environment: a folder of its own, variables of its own, and commands that run with both."""

from __future__ import annotations

import logging
import os
import re
from abc import ABC, abstractmethod
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast

from tox._historical import elsewhere
from tox.errors import Fail, HandledError, Recreate, Skip
from tox.plugin.manager import MANAGER
from tox.tox_env import _decision
from tox.tox_env._configured import IsConfigured
from tox.tox_env._explained import ExplainsSetup
from tox.tox_env._hold import Hold, StartOver
from tox.tox_env._lock import LOCK_FILES, EnvLock, LockKind, TreeLocks
from tox.tox_env._place import Place
from tox.tox_env._running import RunsCommands
from tox.tox_env.info import RECORD_NAME
from tox.util._busy import patiently
from tox.util.path import empty_dir, ensure_private_dir, is_junction
from tox.util.redact import redact_value

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tox.config.cli.parser import Parsed
    from tox.config.sets import CoreConfigSet, EnvConfigSet
    from tox.execute.api import Execute
    from tox.journal.env import EnvJournal
    from tox.report import ToxHandler as Output
    from tox.tox_env._decision import Decision
    from tox.tox_env.installer import InstallArguments, Installer

__all__ = ["ToxEnv", "ToxEnvCreateArgs", "redact_value"]

#: after so many surprises by others, an environment is kept alone for the whole run
_MOST_FRESH_STARTS = 3


class ToxEnvCreateArgs(NamedTuple):
    """What every environment is made from."""

    conf: EnvConfigSet
    core: CoreConfigSet
    options: Parsed
    journal: EnvJournal
    log_handler: Output


class ToxEnv(IsConfigured, RunsCommands, ExplainsSetup, ABC):
    """One environment, from its settings over setup and commands to its teardown.

    :ivar lock: the right to change the folder of the environment, or to rely on it
    :ivar observers: told of each command and of the end; see ``tox.journal._observer``
    """

    _lock_kind: ClassVar[LockKind] = "run"
    #: whether several sessions may run commands in the environment at once
    _shares: ClassVar[bool] = True

    def __init__(self, create_args: ToxEnvCreateArgs) -> None:
        super().__init__()
        self.conf: EnvConfigSet = create_args.conf
        self.core: CoreConfigSet = create_args.core
        self.options: Parsed = create_args.options
        self.journal: EnvJournal = create_args.journal
        self.log_handler: Output = create_args.log_handler
        self.observers: list[Any] = []
        self._place = Place(
            self.conf.name,
            lambda: self.core["work_dir"],
            self._project_folders,
            looks=getattr(self.options, "explain", False),
        )
        self.lock = EnvLock(
            lambda: self._place.environment(self.env_dir),
            self.conf.name,
            self._lock_kind,
            getattr(self.options, "lock_timeout", None),
        )
        #: those of the source trees that are built for this environment
        self.trees = TreeLocks(getattr(self.options, "lock_timeout", None))
        #: what else decides what the environment is made of, by name; set before setup, a change builds it anew
        self.inputs: dict[str, object] = {}
        self._hold = Hold(self.lock, lambda: self.cache, shares=self._shares)
        self._done: set[str] = set()
        self.register_config()

    @staticmethod
    @abstractmethod
    def id() -> str:
        """Name this kind of environment, as ``runner`` and ``package_tox_env_type`` use it."""
        raise NotImplementedError

    @property
    @abstractmethod
    def executor(self) -> Execute:
        """What runs commands in this environment."""
        raise NotImplementedError

    @property
    @abstractmethod
    def installer(self) -> Installer[Any]:
        """What installs into this environment."""
        raise NotImplementedError

    @property
    @abstractmethod
    def runs_on_platform(self) -> str:
        """The platform commands run on, as :data:`sys.platform` names it."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.conf.name})"

    # -- setup --------------------------------------------------------------------------------------------------------

    def setup(self) -> None:
        """Prepare the environment; a second call does nothing.

        Takes the lock: alone while something changes, beside others for the time from here to :meth:`teardown`.

        :raises Skip: if it is not for this platform
        :raises Fail: if it cannot be prepared, for want of an interpreter, of disk space or the like
        :raises HandledError: if it cannot be locked
        """
        if "setup" in self._done:
            return
        with self._log_context():
            self._platform_check()
            try:
                with _refusals_of_the_system():
                    self._set_up_until_settled()
            except BaseException:
                self._hold.end()
                raise
            self._done.add("setup")

    def _set_up_until_settled(self) -> None:
        recreate = bool(self.conf["recreate"]) and "clean" not in self._done
        self._place.environment(self.env_dir)
        self._check_place(recreate=recreate)
        for attempt in range(_MOST_FRESH_STARTS + 1):
            last = attempt == _MOST_FRESH_STARTS
            try:
                self._hold.begin(alone=last or (recreate and "clean" not in self._done))
                self._set_up(recreate=recreate)
                if self._hold.settle(share=not last):
                    return
            except StartOver:
                pass
            self._hold.end()

    def _set_up(self, *, recreate: bool) -> None:
        start = self._decide_at_start(recreate=recreate)
        if start.do == "recreate":
            if not recreate:
                logging.warning("recreate env because %s", start.why)
            self._clean(transitive=recreate)
        self._handle_core_tmp_dir()
        self._handle_env_tmp_dir()
        try:
            self._setup_env()
            self._setup_with_env()
        except Recreate as reason:
            logging.warning("recreate env because %s", reason.args[0] if reason.args else "it was asked for")
            self._done.discard("clean")
            self._clean()
            self._handle_env_tmp_dir()
            self._set_up_anew()
        self._done_with_setup()

    def _decide_at_start(self, *, recreate: bool) -> Decision:
        return _decision.at_start(
            recreate=recreate, is_building=self.cache.is_building, holds_anything=self._holds_anything()
        )

    def _set_up_anew(self) -> None:
        try:
            self._setup_env()
            self._setup_with_env()
        except Recreate as reason:
            raise Fail(f"environment asked to be recreated twice: {reason}") from reason

    def _check_place(self, *, recreate: bool) -> None:
        """Refuse to work through a link, where what we empty may belong to somebody else."""
        env_dir = self.env_dir
        if self._is_link(recreate=recreate):
            logging.warning("remove tox env folder %s", env_dir)
            patiently(env_dir.rmdir if is_junction(env_dir) else env_dir.unlink)
        elif env_dir.exists() and not env_dir.is_dir():
            patiently(env_dir.unlink)

    def _is_link(self, *, recreate: bool) -> bool:
        """Tell whether there is a link in the place of the folder.

        :raises Fail: if there is one, which is not to be removed
        """
        env_dir = self.env_dir
        if not (env_dir.is_symlink() or is_junction(env_dir)):
            return False
        if not recreate:
            raise Fail(f"env_dir {env_dir} is a link, which is not followed; remove it")
        return True

    def _platform_check(self) -> None:
        """Skip the environment when it is for other platforms.

        :raises Skip: if it is
        :raises HandledError: if ``platform`` is no regular expression
        """
        pattern: str = self.conf["platform"]
        if not pattern:
            return
        try:
            fits = re.match(pattern, self.runs_on_platform)
        except re.error as error:
            raise HandledError(f"invalid platform regular expression {pattern!r}: {error}") from error
        if fits is None:
            raise Skip(f"platform {self.runs_on_platform} does not match {pattern}")

    def _setup_env(self) -> None:
        """Make the environment fit its settings, all but what is installed for the user.

        :raises Recreate: if it has to be made anew
        """
        wanted = self._identity
        # plugins compare in ways of their own, such as without the name
        with self.cache.compare(wanted, ToxEnv.__name__) as (equal, recorded):
            if not equal and _decision.identity(wanted, recorded).enforce():
                self._hold.begin_change("record what it is")
            was_made = recorded is not None
        for name, value in self.inputs.items():
            with self.cache.compare(value, "Inputs", name) as (equal, recorded):
                if not equal and _decision.input_(name, value, recorded, was_made=was_made).enforce():
                    self._hold.begin_change("record what it is made of")

    @property
    def _identity(self) -> dict[str, str]:
        return {"name": self.conf.name, "type": type(self).__name__}

    def _setup_with_env(self) -> None:
        """Go on with the setup of an environment that has all it needs to run commands."""

    def _done_with_setup(self) -> None:
        """Hear that setup is complete."""

    def _handle_core_tmp_dir(self) -> None:
        """Make the folder of temporary files of the whole project, and the work folder it is in."""
        self._place.have_work_dir()
        temp_dir: Path = self.core["temp_dir"]
        self._place.refuse_links("temp_dir", temp_dir)
        ensure_private_dir(temp_dir)

    def _handle_env_tmp_dir(self) -> None:
        """Make the folders for temporary files and logs; old content goes when nobody else can be using it.

        :raises HandledError: if one of them holds what is not tox's
        """
        for setting, folder in self._emptied_folders().items():
            self._place.emptied(setting, folder, self.env_dir, empty=self.lock.alone)

    def _emptied_folders(self) -> dict[str, Path]:
        """Give the folders that setup empties, by the settings that name them."""
        return {"env_tmp_dir": self.env_tmp_dir, "env_log_dir": self.env_log_dir}

    def _project_folders(self) -> list[Path]:
        """List the folders of the project, of which the first is its root."""
        sets = [self.core, self.conf] if "package_root" in self.conf else [self.core]
        return [cast("Path", self.core["tox_root"]), *(cast("Path", one["package_root"]) for one in sets)]

    def _holds_anything(self) -> bool:
        """Whether there is anything in the folder of the environment beside what keeps order."""
        try:
            with os.scandir(self.env_dir) as entries:
                return any(entry.name not in LOCK_FILES and entry.name != RECORD_NAME for entry in entries)
        except (FileNotFoundError, NotADirectoryError):
            return False

    def _clean(self, transitive: bool = False) -> None:
        """Empty the folder of the environment, once a session.

        :param transitive: also that of environments this one needs
        """
        if "clean" in self._done:
            return
        self._hold.begin_change("remove it")
        env_dir = self.env_dir
        if self._holds_anything():
            logging.warning("remove tox env folder %s", env_dir)
            from tox.util.venv_redirect import forget_venv_redirect

            forget_venv_redirect(self.core["tox_root"], env_dir)
        self.cache.reset()
        empty_dir(env_dir, spare=(*LOCK_FILES, RECORD_NAME))
        self._done.add("clean")

    def discard(self) -> None:
        """Empty the folder of the environment, after a setup that failed.

        Takes the lock exclusively.

        :raises HandledError: if it is used by the tox that started this one
        """
        with self.lock.exclusive("remove what a failed setup left"):
            self.lock.check()
            empty_dir(self.env_dir, spare=LOCK_FILES)
            self.cache.reload()

    def teardown(self) -> None:
        """End what setup began, and let go of the lock; a second call does nothing."""
        if "teardown" in self._done:
            return
        self._done.add("teardown")
        try:
            with self._log_context():
                self._teardown()
                self._tell_plugins_of_teardown()
        finally:
            self._hold.end()
            if self.journal and self.lock.waited_seconds:
                self.journal["lock_waited_seconds"] = round(self.lock.waited_seconds, 3)

    def _teardown(self) -> None:
        """End what sub-classes began."""

    def _tell_plugins_of_teardown(self) -> None:
        MANAGER.tox_env_teardown(self)

    # -- installing and running ---------------------------------------------------------------------------------------

    def _install(self, arguments: InstallArguments, section: str, of_type: str) -> None:
        """Have plugins look at what is going to be installed, and install it.

        :param section: where its record is kept, by habit the name of the class that asks
        :param of_type: what it is installed as, such as ``deps``
        """
        MANAGER.tox_on_install(self, arguments, section, of_type)
        self.installer.install(arguments, section, of_type)


@contextmanager
def _refusals_of_the_system() -> Iterator[None]:
    """Make an error of the operating system in the block a failure of the environment.

    A full disk or a folder that belongs to somebody else is no fault of ours, and its one sentence says all there is.

    :raises Fail: instead of an :class:`OSError`
    """
    try:
        yield
    except OSError as error:
        logging.debug("setup was refused something", exc_info=True)
        raise Fail(str(error)) from error


__getattr__ = elsewhere(__name__)
