"""Building one source tree through its backend: the one place that knows the library for it."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, cast

from packaging.requirements import InvalidRequirement
from pyproject_api import BackendFailed, CmdStatus, Frontend

from tox import errors
from tox.errors import Fail
from tox.execute.pep517_backend import LocalSubProcessPep517Executor
from tox.execute.request import StdinSource
from tox.tox_env._lock import claims
from tox.tox_env.python.virtual_env.package import _metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from packaging.requirements import Requirement

    from tox.execute.api import ExecuteStatus
    from tox.tox_env._lock import EnvLock, TreeLocks

__all__ = ["Build", "Pep517VirtualEnvFrontend", "ToxBackendFailed"]


#: exit code for a backend that does not answer at all, as scripts know it
_NOT_STARTED = -5


class _Settings(Protocol):
    def __getitem__(self, item: str) -> Any: ...


class _Environment(Protocol):
    """What is asked of the environment that a tree is built in."""

    @property
    def conf(self) -> _Settings: ...

    @property
    def options(self) -> Any: ...  # an argparse namespace

    @property
    def environment_variables(self) -> dict[str, str]: ...

    @property
    def pkg_dir(self) -> Path: ...

    @property
    def meta_folder(self) -> Path: ...

    @property
    def lock(self) -> EnvLock: ...

    @property
    def trees(self) -> TreeLocks: ...

    def execute_async(
        self, cmd: Sequence[Path | str], stdin: StdinSource, *, cwd: Path, run_id: str, executor: Any, capture: bool
    ) -> AbstractContextManager[ExecuteStatus]: ...


class ToxBackendFailed(errors.ToxBackendFailed, BackendFailed):
    """The build backend failed; known to those who expect the library's error as well.

    :param backend_failed: the error of the library
    """

    def __init__(self, backend_failed: BackendFailed) -> None:
        facts = {"code": backend_failed.code, "exc_type": backend_failed.exc_type, "exc_msg": backend_failed.exc_msg}
        BackendFailed.__init__(self, facts, backend_failed.out, backend_failed.err)
        errors.ToxBackendFailed.__init__(self, backend_failed)

    def __reduce__(self) -> tuple[Callable[..., ToxBackendFailed], tuple[dict[str, Any], str, str]]:
        return _restore, ({"code": self.code, "exc_type": self.exc_type, "exc_msg": self.exc_msg}, self.out, self.err)


def _restore(facts: dict[str, Any], out: str, err: str) -> ToxBackendFailed:
    return ToxBackendFailed(BackendFailed(facts, out, err))


class _CallStatus(CmdStatus):
    """Tells when the backend has answered a call: it says so itself, or it is dead."""

    def __init__(self, status: ExecuteStatus, answer: Path) -> None:
        self._status = status
        self._out, self._err = status.streams()
        self._answered = f" to {answer}".encode()
        self._looked_at = 0

    @property
    def done(self) -> bool:
        """Whether there is an answer, or none can come any more."""
        ended = self._status.exit_code is not None
        fresh = self._out.since(self._looked_at)
        if ended or self._answered in fresh:
            return True
        self._looked_at += max(0, len(fresh) - len(self._answered))
        return False

    def out_err(self) -> tuple[str, str]:
        """Give what the backend printed during the call."""
        # it goes into messages, which take no surrogates
        out, err = (stream.content.decode("utf-8", errors="replace") for stream in (self._out, self._err))
        return out, err


class Pep517VirtualEnvFrontend(Frontend):
    """Calls the hooks of the backend of one tree, in an environment.

    :param root: folder of the tree
    :param env: the environment
    :raises Fail: if the project file names no usable backend
    """

    def __init__(self, root: Path, env: _Environment) -> None:
        with _one_sentence(root):
            super().__init__(*Frontend.create_args_from_folder(root))
        self._tox_env = env
        self._backend_executor: LocalSubProcessPep517Executor | None = None
        self._started_under = ""  # the hold of the environment's lock that the process has part in
        self._has_answered = False

    @property
    def backend_cmd(self) -> Sequence[str]:
        """What starts the backend."""
        return ["python", *self.backend_args]

    @property
    def backend_executor(self) -> LocalSubProcessPep517Executor:
        """What runs the calls, all in one process, which holds the locks that they are under.

        The lock of the environment is taken for each step. A process that an earlier step has started would lose it
        with us, so there is another one then. Those of trees stay open between calls.
        """
        if self._started_under != self._tox_env.lock.nonce and self._tox_env.lock.nonce:
            self.close()
        if self._backend_executor is None:
            variables = {**self._tox_env.environment_variables, **claims()}
            paths = [str(path) for path in self._backend_paths]
            if paths:
                variables["PYTHONPATH"] = os.pathsep.join(paths)
            self._backend_executor = LocalSubProcessPep517Executor(
                colored=self._tox_env.options.is_colored, cmd=self.backend_cmd, env=variables, cwd=self._root
            )
            self._backend_executor.pass_fds = (*self._tox_env.lock.descriptors, *self._tox_env.trees.descriptors)
            self._started_under = self._tox_env.lock.nonce
        return self._backend_executor

    @property
    def is_running(self) -> bool:
        """Whether there is a process of the backend."""
        return self._backend_executor is not None and self._backend_executor.is_alive

    def close(self) -> None:
        """End the process of the backend, if there is one."""
        if self._backend_executor is not None:
            self._backend_executor.close()
            self._backend_executor = None  # what it needs may be other variables next time
            self._has_answered = False

    def _send(self, cmd: str, **kwargs: Any) -> tuple[Any, str, str]:
        writes = [] if cmd == "_exit" else [self._root]  # nobody can tell from outside which call does
        try:
            with self._tox_env.trees.held(writes, cmd):
                return super()._send(cmd, **kwargs)
        except BackendFailed as failed:
            raise ToxBackendFailed(failed) from failed
        finally:
            if self._tox_env.conf["fresh_subprocess"]:
                self.close()

    @contextmanager
    def _send_msg(self, cmd: str, result_file: Path, msg: str) -> Iterator[CmdStatus]:
        run = self._tox_env.execute_async(
            cmd=self.backend_cmd,
            stdin=StdinSource.API,
            cwd=self._root,
            run_id=cmd,
            executor=self.backend_executor,
            capture=True,
        )
        with run as status:
            call = _CallStatus(status, result_file)
            status.write_stdin(f"{msg}\n")
            yield call
            code = status.exit_code
        if status.outcome is not None and code is None:
            status.outcome.assert_success()
        if cmd != "_exit" and not _is_written(result_file):
            self._died(code, *call.out_err())
        self._has_answered = True

    def _died(self, code: int | None, out: str, err: str) -> NoReturn:
        """Tell that the process ended in the middle of a call, or is about to; the next call starts another one."""
        started = self._has_answered or "started backend" in out
        self.close()
        if not started:
            facts = {"code": _NOT_STARTED, "exc_type": "FailedToStart", "exc_msg": "could not start backend"}
            raise BackendFailed(facts, out, err)
        reason = "it ended without an answer" + ("" if code is None else f", exit code {code}")
        raise BackendFailed({"code": code or 1, "exc_type": "BackendDied", "exc_msg": reason}, out, err)

    def _unexpected_response(self, cmd: str, got: object, expected_type: object, out: str, err: str) -> NoReturn:
        try:
            super()._unexpected_response(cmd, got, expected_type, out, err)
        except BackendFailed as failed:
            failed.code = 1
            raise ToxBackendFailed(failed) from failed
        raise AssertionError  # pragma: no cover - the library raises

    @contextmanager
    def _wheel_directory(self) -> Iterator[Path]:
        yield self._tox_env.pkg_dir


def _is_written(answer: Path) -> bool:
    """Tell whether a backend has answered; one that is interrupted while it writes leaves an empty file."""
    try:
        return answer.stat().st_size > 0
    except OSError:
        return False


class Build:
    """Builds one source tree; each thing once, whoever asks for it.

    The lock of the environment must be held while something is asked of it.

    :param root: folder of the tree
    :param env: the environment to build in
    """

    def __init__(self, root: Path, env: _Environment) -> None:
        self.root = root
        self._env = env
        self.frontend = Pep517VirtualEnvFrontend(root, env)
        self._hooks: Mapping[str, bool] | None = None
        self._requires: dict[str, tuple[Requirement, ...]] = {}
        self._artifacts: dict[str, Path] = {}
        self._prepared: dict[str, Path | None] = {}
        self._facts: dict[str, _metadata.PackageFacts] = {}

    @property
    def backend(self) -> str:
        """Name of the backend, as the project file has it."""
        return self.frontend.backend

    @property
    def requires(self) -> tuple[Requirement, ...]:
        """What the backend needs to start."""
        return self.frontend.requires

    @property
    def hooks(self) -> Mapping[str, bool]:
        """For each optional hook whether the backend has it.

        :raises ToxBackendFailed: if it cannot tell
        """
        if self._hooks is None:
            with _one_sentence(self.root):
                self._hooks = cast("Mapping[str, bool]", self.frontend.optional_hooks)
        return self._hooks

    def requires_for(self, target: str) -> tuple[Requirement, ...]:
        """Tell what building a target needs.

        :param target: ``sdist``, ``wheel`` or ``editable``
        :raises ToxBackendFailed: if the backend cannot tell
        """
        if target not in self._requires:
            hook = f"get_requires_for_build_{target}"
            with _one_sentence(self.root):
                self._requires[target] = tuple(getattr(self.frontend, hook)(self._settings(hook)).requires)
        return self._requires[target]

    def artifact(self, target: str) -> Path:
        """Build a target, unless it is built already.

        :param target: ``sdist``, ``wheel`` or ``editable``
        :returns: the file, in the folder of packages
        :raises ToxBackendFailed: if the backend cannot build it
        :raises Fail: if the backend says it has, but there is no such file
        """
        if target not in self._artifacts:
            self._artifacts[target] = self._build(target)
        return self._artifacts[target]

    def facts(self, target: str, *, will_be_built: bool) -> _metadata.PackageFacts:
        """Tell what the metadata says.

        :param target: ``wheel`` or ``editable``
        :param will_be_built: whether that target is going to be built anyway, which spares preparing metadata
        :raises ToxBackendFailed: if the backend cannot tell
        """
        if target not in self._facts:
            folder = None if will_be_built or target in self._artifacts else self._prepare(target)
            if folder is None:
                self._facts[target] = _metadata.from_wheel(self.artifact(target))
            else:
                self._facts[target] = _metadata.from_dist_info(folder)
        return self._facts[target]

    def stop(self) -> None:
        """End the backend without a word."""
        self.frontend.close()

    def start_over(self) -> None:
        """Forget what lies in the folder of the environment, and the backend, because both were made anew."""
        self.stop()
        self._artifacts.clear()
        self._prepared.clear()

    def close(self) -> None:
        """Tell the backend to end, and see that it does; asked for something again, it starts again."""
        try:
            if self.frontend.is_running:
                self.frontend._send("_exit")  # noqa: SLF001 - the library has no public name for it
        except (errors.ToxBackendFailed, OSError, SystemExit):
            pass  # it ends either way
        finally:
            self.frontend.close()

    def _settings(self, hook: str) -> dict[str, Any] | None:
        settings: dict[str, Any] | None = self._env.conf[f"config_settings_{hook}"]
        return settings

    def _build(self, target: str) -> Path:
        hook = f"build_{target}"
        folder = self._env.pkg_dir
        with _one_sentence(self.root):
            if target == "sdist":
                built: Path = self.frontend.build_sdist(folder, self._settings(hook)).sdist
            else:
                prepared = self._prepared.get(target)
                built = getattr(self.frontend, hook)(folder, self._settings(hook), prepared).wheel
        if built.parent != folder or not built.is_file():
            raise Fail(f"build backend {self.backend} says that it built {built}, which is no file in {folder}")
        return built

    def _prepare(self, target: str) -> Path | None:
        """Have metadata prepared.

        :returns: its folder; ``None`` when the backend has no hook for it
        """
        if target not in self._prepared:
            hook = f"prepare_metadata_for_build_{target}"
            with _one_sentence(self.root):
                result = getattr(self.frontend, hook)(self._env.meta_folder, self._settings(hook))
            self._prepared[target] = None if result is None else result.metadata
        return self._prepared[target]


@contextmanager
def _one_sentence(root: Path) -> Iterator[None]:
    """Turn what the library raises into a sentence.

    :raises Fail: in its place
    """
    try:
        yield
    except BackendFailed as failed:
        if isinstance(failed, errors.ToxBackendFailed):
            raise
        raise ToxBackendFailed(failed) from failed
    except InvalidRequirement as error:
        reason = str(error).partition("\n")[0]
        raise Fail(f"invalid requirement to build {root}: {reason}") from error
    except (ValueError, RuntimeError, OSError) as error:
        if isinstance(error, errors.ToxError):
            raise
        raise Fail(f"cannot build {root}: {error}") from error
