"""An environment: a folder of its own, variables of its own, and commands that run with both."""

from __future__ import annotations

import logging
import os
import re
import sys
from abc import ABC, abstractmethod
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast

from tox.errors import Fail, HandledError, Recreate, Skip
from tox.execute.request import ExecuteRequest
from tox.tox_env import _environ, _records
from tox.tox_env._hold import Hold, StartOver
from tox.tox_env._lock import LOCK_FILES, EnvLock, LockKind, claims
from tox.tox_env._settings import Constant, Own, Setting, declare
from tox.tox_env.info import RECORD_NAME, Info
from tox.util._lazy import attributes
from tox.util.path import empty_dir, ensure_cachedir_tag, ensure_gitignore, ensure_private_dir, is_junction
from tox.util.redact import redact_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tox.config.cli.parser import Parsed
    from tox.config.main import Config
    from tox.config.set_env import SetEnv
    from tox.config.sets import CoreConfigSet, EnvConfigSet
    from tox.execute.api import Execute, ExecuteStatus, Outcome
    from tox.execute.request import StdinSource
    from tox.journal.env import EnvJournal
    from tox.report import OutErr, ToxHandler
    from tox.tox_env.installer import InstallArguments, Installer

__all__ = ["ToxEnv", "ToxEnvCreateArgs", "redact_value"]

_START_FOLDER = Path.cwd()
#: after so many surprises by others, an environment is kept alone for the whole run
_MOST_FRESH_STARTS = 3
#: commands that only look at an environment, though its setup runs them
_LOOKING_RUN_IDS = frozenset({"freeze"})


class ToxEnvCreateArgs(NamedTuple):
    """What every environment is made from."""

    conf: EnvConfigSet
    core: CoreConfigSet
    options: Parsed
    journal: EnvJournal
    log_handler: ToxHandler


class ToxEnv(ABC):
    """One environment, from its settings over setup and commands to its teardown.

    :ivar lock: the right to change the folder of the environment, or to rely on it
    :ivar observers: told of each command and of the end; see ``tox.journal._observer``
    """

    _lock_kind: ClassVar[LockKind] = "run"
    #: whether several sessions may run commands in the environment at once
    _shares: ClassVar[bool] = True

    def __init__(self, create_args: ToxEnvCreateArgs) -> None:
        self.conf: EnvConfigSet = create_args.conf
        self.core: CoreConfigSet = create_args.core
        self.options: Parsed = create_args.options
        self.journal: EnvJournal = create_args.journal
        self.log_handler: ToxHandler = create_args.log_handler
        self.observers: list[Any] = []
        self.lock = EnvLock(
            lambda: self.env_dir,
            self.conf.name,
            self._lock_kind,
            getattr(self.options, "lock_timeout", None),
        )
        #: what else decides what the environment is made of, by name; set before setup, a change builds it anew
        self.inputs: dict[str, object] = {}
        self._hold = Hold(self.lock, lambda: self.cache, shares=self._shares)
        self._done: set[str] = set()
        self._paths_private: list[Path] = []
        self._variables: dict[str, str] | None = None
        self._variables_from: object = None
        self._hidden_out_err: OutErr | None = None
        self._statuses: dict[int, ExecuteStatus] = {}
        self._interrupted = False
        self._run_after_interrupt = False
        self._forced = False
        self._cache: Info | None = None
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

    # -- settings -----------------------------------------------------------------------------------------------------

    def register_config(self) -> None:
        """Declare the settings of this kind of environment; sub-classes call this before they add theirs."""
        declare(self, self.conf, _PLACE)
        self.executor.register_conf(self)
        declare(self, self.conf, _SURROUNDINGS)
        self.conf.default_set_env_loader = self._default_set_env
        self.conf.exported_set_env_loader = self._exported_set_env
        assert self.installer is not None  # making the installer declares its settings, which come next

    def _env_name(self) -> str:
        return self.conf.name

    def _default_env_dir(self, conf: Config, name: str | None) -> Path:  # noqa: ARG002 - the form of a default
        return cast("Path", self.core["work_dir"]) / self.name

    def _default_env_tmp_dir(self, conf: Config, name: str | None) -> Path:
        return self._default_env_dir(conf, name) / "tmp"

    def _default_env_log_dir(self, conf: Config, name: str | None) -> Path:
        return self._default_env_dir(conf, name) / "log"

    def _relative_to_tox_root(self, value: Path) -> Path:
        return cast("Path", self.core["tox_root"]) / value

    def _recreate_default(self, conf: Config, value: str | None) -> bool:  # noqa: ARG002 - the form of a default
        return cast("bool", self.options.recreate)

    def _post_process_pass_env(self, values: list[str]) -> list[str]:
        return _environ.normal_pass_env(values, self._default_pass_env())

    def _default_pass_env(self) -> list[str]:
        """Name the variables that commands get from the host unless that is disallowed; patterns may be among them."""
        return _environ.default_pass_env(on_terminal=sys.stdout.isatty())

    def _default_set_env(self) -> dict[str, str]:
        """Return variables for commands that the user has not set otherwise."""
        return {}

    def _exported_set_env(self) -> dict[str, Callable[[], str]]:
        """Return variables for commands whatever the user has set, each as a function that is called when needed."""
        return {
            "TOX_ENV_NAME": lambda: self.name,
            "TOX_WORK_DIR": lambda: str(self.core["work_dir"]),
            "TOX_ENV_DIR": lambda: str(self.env_dir),
            "PYTHONIOENCODING": lambda: "utf-8",
        }

    @property
    def name(self) -> str:
        """Name of the environment."""
        return cast("str", self.conf["env_name"])

    @property
    def env_dir(self) -> Path:
        """Folder of the environment; it may be missing before setup."""
        return cast("Path", self.conf["env_dir"])

    @property
    def env_tmp_dir(self) -> Path:
        """Folder for temporary files; emptied by setup when nobody else uses the environment."""
        return cast("Path", self.conf["env_tmp_dir"])

    @property
    def env_log_dir(self) -> Path:
        """Folder of command logs; emptied by setup when nobody else uses the environment."""
        return cast("Path", self.conf["env_log_dir"])

    @property
    def cache(self) -> Info:
        """What is recorded about the folder of the environment."""
        if self._cache is None:
            self._cache = Info(self.env_dir)
        return self._cache

    # -- variables ----------------------------------------------------------------------------------------------------

    @property
    def environment_variables(self) -> dict[str, str]:
        """The variables commands get; what is changed in this very mapping, later commands see."""
        set_env = cast("SetEnv", self.conf["set_env"])
        pass_env = cast("list[str]", self.conf["pass_env"])
        basis = (tuple(pass_env), id(set_env))
        if self._variables is None or self._variables_from != basis or set_env.changed:
            set_env.changed = False
            self._variables_from = basis
            self._variables = self._make_variables(pass_env, set_env)
        return self._variables

    def _make_variables(self, pass_env: list[str], set_env: SetEnv) -> dict[str, str]:
        disallowed = cast("list[str]", self.conf["disallow_pass_env"])
        variables = self._load_pass_env(pass_env)
        if disallowed:
            variables = _environ.passed(variables, ["*"], disallowed)
        if "CI" in os.environ:
            variables["__TOX_ENVIRONMENT_VARIABLE_ORIGINAL_CI"] = os.environ["CI"]
        for name in set_env:
            variables[name] = set_env.load(name)
        variables["PATH"] = self._make_path(variables["PATH"] if "PATH" in set_env else None)
        return variables

    @staticmethod
    def _load_pass_env(pass_env: list[str]) -> dict[str, str]:
        """Pick the variables of the host whose names match any of some patterns."""
        return _environ.passed(os.environ, pass_env)

    @property
    def _paths(self) -> list[Path]:
        """Folders whose programs commands may use, first on ``PATH``."""
        return self._paths_private

    @_paths.setter
    def _paths(self, value: list[Path]) -> None:
        self._paths_private = value
        if self._variables is not None:
            # also set by the user or not: what comes after ours stays
            self._variables["PATH"] = self._make_path(self._variables.get("PATH"))

    def _make_path(self, existing: str | None = None) -> str:
        """Make the value of ``PATH``: our folders, then those of the host.

        :param existing: instead of the value of the host
        """
        return _environ.join_path(self._paths, os.environ.get("PATH") if existing is None else existing)

    @property
    def _allow_externals(self) -> list[str]:
        """Patterns of the programs that commands may use."""
        own = [f"{folder}{os.sep}*" for folder in self._paths]
        return [*own, *cast("list[str]", self.conf["allowlist_externals"])]

    # -- setup --------------------------------------------------------------------------------------------------------

    def setup(self) -> None:
        """Prepare the environment; a second call does nothing.

        Takes the lock: alone while something changes, beside others for the time from here to :meth:`teardown`.

        :raises Skip: if it is not for this platform
        :raises Fail: if it cannot be prepared
        :raises HandledError: if it cannot be locked
        """
        if "setup" in self._done:
            return
        with self._log_context():
            self._platform_check()
            try:
                self._set_up_until_settled()
            except BaseException:
                self._hold.end()
                raise
            self._done.add("setup")

    def _set_up_until_settled(self) -> None:
        recreate = bool(self.conf["recreate"]) and "clean" not in self._done
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
        if recreate:
            self._clean(transitive=True)
        elif self.cache.is_building and self._holds_anything():
            logging.warning("recreate env because its last setup did not finish")
            self._clean()
        self._handle_core_tmp_dir()
        self._handle_env_tmp_dir()
        try:
            self._setup_env()
            self._setup_with_env()
        except Recreate as reason:
            logging.warning("recreate env because %s", reason.args[0] if reason.args else "it was asked for")
            self._done.discard("clean")
            self._clean()
            self._set_up_anew()
        self._done_with_setup()

    def _set_up_anew(self) -> None:
        try:
            self._setup_env()
            self._setup_with_env()
        except Recreate as reason:
            raise Fail(f"environment asked to be recreated twice: {reason}") from reason

    def _check_place(self, *, recreate: bool) -> None:
        """Refuse to work through a link, where what we empty may belong to somebody else."""
        env_dir = self.env_dir
        if env_dir.is_symlink() or is_junction(env_dir):
            if not recreate:
                raise Fail(f"{env_dir} is a link where this environment should live; delete it")
            logging.warning("remove tox env folder %s", env_dir)
            env_dir.rmdir() if is_junction(env_dir) else env_dir.unlink()
        elif env_dir.exists() and not env_dir.is_dir():
            env_dir.unlink()

    def _platform_check(self) -> None:
        """Skip the environment when it is for other platforms.

        :raises Skip: if it is
        :raises HandledError: if ``platform`` is no regular expression
        """
        pattern = cast("str", self.conf["platform"])
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
        wanted = {"name": self.conf.name, "type": type(self).__name__}
        with self.cache.compare(wanted, ToxEnv.__name__) as (equal, recorded):
            if not equal:
                if recorded is not None:
                    raise Recreate(f"env type changed from {recorded} to {wanted}")
                self._hold.begin_change("record what it is")
            was_made = recorded is not None
        for name, value in self.inputs.items():
            with self.cache.compare(value, "Inputs", name) as (equal, recorded):
                if not equal:
                    if was_made:
                        raise Recreate(f"{name} changed from {recorded} to {value}")
                    self._hold.begin_change("record what it is made of")

    def _setup_with_env(self) -> None:
        """Go on with the setup of an environment that has all it needs to run commands."""

    def _done_with_setup(self) -> None:
        """Hear that setup is complete."""

    def _handle_core_tmp_dir(self) -> None:
        """Make the folder of temporary files of the whole project, and the work folder it is in."""
        work_dir = cast("Path", self.core["work_dir"])
        ensure_private_dir(work_dir)
        ensure_cachedir_tag(work_dir)
        ensure_gitignore(work_dir)
        ensure_private_dir(cast("Path", self.core["temp_dir"]))

    def _handle_env_tmp_dir(self) -> None:
        """Make the folders for temporary files and logs; old content goes when nobody else can be using it."""
        for folder in (self.env_tmp_dir, self.env_log_dir):
            if self.lock.alone:
                empty_dir(folder)
            else:
                folder.mkdir(parents=True, exist_ok=True)

    def _holds_anything(self) -> bool:
        """Whether there is anything in the folder of the environment beside what keeps order."""
        try:
            with os.scandir(self.env_dir) as entries:
                return any(entry.name not in LOCK_FILES and entry.name != RECORD_NAME for entry in entries)
        except FileNotFoundError:
            return False

    def _clean(self, transitive: bool = False) -> None:  # noqa: ARG002 - for those that depend on others
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

            forget_venv_redirect(cast("Path", self.core["tox_root"]), env_dir)
        self.cache.reset()
        empty_dir(env_dir, spare=(*LOCK_FILES, RECORD_NAME))
        self._done.add("clean")

    def discard(self) -> None:
        """Empty the folder of the environment if a change of it was begun and not finished.

        Takes the lock exclusively.

        :raises HandledError: if it is used by others
        """
        with self.lock.exclusive("remove what a failed setup left"):
            self.cache.reload()
            if self.cache.is_building:
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
        finally:
            self._hold.end()

    def _teardown(self) -> None:
        """End what sub-classes began."""

    # -- installing and running ---------------------------------------------------------------------------------------

    def _install(self, arguments: InstallArguments, section: str, of_type: str) -> None:
        """Have plugins look at what is going to be installed, and install it.

        :param section: where its record is kept, by habit the name of the class that asks
        :param of_type: what it is installed as, such as ``deps``
        """
        from tox.plugin.manager import MANAGER

        MANAGER.tox_on_install(self, arguments, section, of_type)
        self.installer.install(arguments, section, of_type)

    def execute(
        self,
        cmd: Sequence[Path | str],
        stdin: StdinSource,
        show: bool | None = None,
        cwd: Path | None = None,
        run_id: str = "",
        executor: Execute | None = None,
        *,
        capture: bool = False,
    ) -> Outcome:
        """Run a command in the environment and wait for its end.

        :param cmd: program and arguments
        :param stdin: what the command reads from
        :param show: whether to print its output; by default when debugging
        :param cwd: folder to start in; by default the root of the project
        :param run_id: what the command is known as in messages and logs
        :param executor: instead of that of the environment
        :param capture: keep the output for the caller, whatever the user asked for
        :returns: how it ended, also when it could not be started
        """
        with self.execute_async(cmd, stdin, show, cwd, run_id, executor, capture=capture) as status:
            while status.wait() is None:
                pass
        outcome = status.outcome
        if outcome is None:
            raise RuntimeError(f"the executor told no outcome of {run_id or cmd}")
        return outcome

    @contextmanager
    def execute_async(
        self,
        cmd: Sequence[Path | str],
        stdin: StdinSource,
        show: bool | None = None,
        cwd: Path | None = None,
        run_id: str = "",
        executor: Execute | None = None,
        *,
        capture: bool = False,
    ) -> Iterator[ExecuteStatus]:
        """Run a command in the environment while the block runs; see :meth:`execute` for the parameters.

        :returns: a context with the running command, whose ``outcome`` is known after the block
        """
        if self._interrupted and (self._forced or not self._run_after_interrupt):
            raise SystemExit(-2)
        changes = self._changes_environment(run_id)
        if changes:
            self._hold.begin_change(f"run {run_id}")
        request = ExecuteRequest(
            cmd,
            cast("Path", self.core["tox_root"]) if cwd is None else cwd,
            {**self.environment_variables, **claims()},
            stdin,
            run_id,
            allow=self._allow_externals,
            capture=capture,
            # the lock outlives us as long as the child does: what it runs in must not change meanwhile
            pass_fds=self.lock.descriptors,
        )
        show = self.options.verbosity > 3 if show is None else show
        started_in = "" if request.cwd == _START_FOLDER else f" {request.cwd}"
        logging.getLogger().warning("%s%s> %s", run_id, started_in, request.shell_cmd_redacted)
        for observer in self.observers:
            observer.command_started(self, request)
        out_err = self.log_handler.stdout, self.log_handler.stderr
        with self._execute_call(executor or self.executor, out_err, request, show) as status:
            self._statuses[id(status)] = status
            try:
                yield status
            finally:
                self._statuses.pop(id(status), None)
        self._command_finished(request, status)

    def _command_finished(self, request: ExecuteRequest, status: ExecuteStatus) -> None:
        if status.outcome is not None:
            self.journal.add_execute(status.outcome, request.run_id)
            for observer in self.observers:
                observer.command_finished(self, status.outcome)
        self._log_execute(request, status)

    def _changes_environment(self, run_id: str) -> bool:
        """Tell whether a command is taken to change the environment: all that setup runs, save a few known ones."""
        return self._hold.looking and run_id not in _LOOKING_RUN_IDS

    @contextmanager
    def _execute_call(
        self, executor: Execute, out_err: OutErr, request: ExecuteRequest, show: bool
    ) -> Iterator[ExecuteStatus]:
        """Start a command; test suites of plugins replace this method to pretend one."""
        with executor.call(request=request, show=show, out_err=out_err, env=self) as status:
            yield status

    def _log_execute(self, request: ExecuteRequest, status: ExecuteStatus) -> None:
        """Write the log file of a command; that it cannot be written is no reason to fail."""
        try:
            log_file = _records.claim_log(self.env_log_dir, request.run_id)
            self._write_execute_log(self.name, log_file, request, status)
        except OSError as error:
            logging.warning("could not write the log of %s: %s", request.run_id, error)

    @staticmethod
    def _write_execute_log(env_name: str, log_file: Path, request: ExecuteRequest, status: ExecuteStatus) -> None:
        """Write one log file: the request, how it ended, what it printed."""
        _records.write_log(env_name, log_file, request, status)

    def interrupt(self) -> None:
        """Stop the running commands and the waits for the lock, and start no more; called from another thread."""
        logging.warning("interrupt tox environment: %s", self.conf.name)
        self._interrupted = True
        self.lock.cancel()
        for status in list(self._statuses.values()):
            status.interrupt()

    def kill(self) -> None:
        """End the running commands for good and start none, not even those after an interrupt; from another thread."""
        self._interrupted, self._forced = True, True
        for status in list(self._statuses.values()):
            status.kill()

    @contextmanager
    def allow_post_commands_after_interrupt(self, enabled: bool) -> Iterator[None]:
        """Start commands within the block although the environment was interrupted.

        :param enabled: with ``False`` nothing changes
        """
        before, self._run_after_interrupt = self._run_after_interrupt, enabled or self._run_after_interrupt
        try:
            yield
        finally:
            self._run_after_interrupt = before

    # -- output -------------------------------------------------------------------------------------------------------

    @contextmanager
    def display_context(self, suspend: bool) -> Iterator[None]:
        """Lead messages by the name of this environment within the block.

        :param suspend: keep what is printed for :meth:`close_and_read_out_err`
        """
        with self._log_context(), self.log_handler.suspend_out_err(suspend, self._hidden_out_err) as out_err:
            if suspend:
                self._hidden_out_err = out_err
            yield

    def close_and_read_out_err(self) -> tuple[bytes, bytes] | None:
        """Return what was printed while suspended, once.

        :returns: standard output and standard error; None when output was not suspended since the last call
        """
        if self._hidden_out_err is None:
            return None
        out, err = self._hidden_out_err
        self._hidden_out_err = None
        contents = []
        for stream in (out, err):
            stream.flush()
            contents.append(cast("Any", stream.buffer).getvalue())
            stream.close()
        return contents[0], contents[1]

    @property
    def _has_display_suspended(self) -> bool:
        """Whether output is kept back at the moment."""
        return self._hidden_out_err is not None

    @contextmanager
    def _log_context(self) -> Iterator[None]:
        with self.log_handler.with_context(self.conf.name):
            yield


_PLACE = (
    Constant(("env_name", "envname"), Own("_env_name"), "name of the environment"),
    Setting(("labels",), set[str], set(), "labels to select the environment by"),
    Setting(
        ("env_dir", "envdir"),
        Path,
        Own("_default_env_dir"),
        "folder of the environment; it may be emptied at any time",
        Own("_relative_to_tox_root"),
    ),
    Setting(
        ("env_tmp_dir", "envtmpdir"),
        Path,
        Own("_default_env_tmp_dir"),
        "folder for temporary files; emptied when a run starts",
        Own("_relative_to_tox_root"),
    ),
    Setting(
        ("env_log_dir", "envlogdir"),
        Path,
        Own("_default_env_log_dir"),
        "folder of command logs; emptied when a run starts",
        Own("_relative_to_tox_root"),
    ),
)
_SURROUNDINGS = (
    Setting(("platform",), str, "", "regular expression of the platforms to run on; on others it is skipped"),
    Setting(
        ("pass_env", "passenv"),
        list[str],
        [],
        "patterns of variables that commands get from the host, beside the usual ones",
        Own("_post_process_pass_env"),
    ),
    Setting(
        ("disallow_pass_env",),
        list[str],
        [],
        "patterns of variables that commands never get from the host",
    ),
    Setting(("parallel_show_output",), bool, False, "show the output of commands while others run in parallel"),
    Setting(("recreate",), bool, Own("_recreate_default"), "build the environment anew in every run"),
    Setting(
        ("allowlist_externals",),
        list[str],
        [],
        "patterns of programs outside of the environment that commands may use; `*` for all",
    ),
)

__getattr__ = attributes(
    __name__,
    {
        "SetEnv": "tox.config.set_env",
        "ensure_empty_dir": "tox.util.path",
        "forget_venv_redirect": "tox.util.venv_redirect",
        "release_venv_redirect": "tox.util.venv_redirect",
    },
)
