"""Run in another tox, when this one does not have what the project requires.

The other tox lives in an environment of its own, which every tox process of the project shares. A
:class:`filelock.FileLock` on ``{env_dir}/file.lock`` (see :mod:`tox.tox_env._lock`) is held from before its setup to
after the end of the tox that runs in it, so that nobody changes it under a running one.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, get_args

from tox._historical import elsewhere
from tox.config.loader.api import is_named
from tox.config.loader.memory import MemoryLoader
from tox.config.main import check_name
from tox.config.of_type import Later
from tox.errors import Fail, HandledError, Skip, Terminated
from tox.plugin import impl
from tox.util._nesting import mark_provisioned

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from packaging.requirements import Requirement
    from packaging.version import Version

    from tox._origin import Origin
    from tox._requires import Missing
    from tox.config.cli.parser import ToxParser
    from tox.config.sets import CoreConfigSet
    from tox.execute.api import ExecuteStatus
    from tox.session.state import State
    from tox.tox_env.python.runner import PythonRun

__all__ = ["provision"]

__getattr__ = elsewhere(__name__)

#: folder below the temporary folder of the project that holds private copies of packages
PACKAGE_STAGING_DIR = "package"

_Sharing = Literal["exclusive", "shared"]
#: what a provisioned tox gets to stop its own commands, which have their own time limits, before it is killed
_PATIENCE_SECONDS = 30.0
_ON_INDEX, _BY_CONSTRAINT, _BY_REQUIRES = "tox on the index", "tox by constraint", "tox by requires"
_SAFE_PATH_SINCE = (3, 11)  # python -P
_WILL_RUN = "will run in automatically provisioned tox, host %s is missing [requires (has)]: %s; it gets %s"


@impl
def tox_add_option(parser: ToxParser) -> None:
    """Add the options on provisioning, and the one that builds environments anew."""
    parser.add_argument(
        "--no-provision",
        dest="no_provision",
        nargs="?",
        const=True,
        default=False,
        metavar="REQ_JSON",
        help="fail instead of provisioning; given a file, write what is required to it as JSON",
    )
    parser.add_argument(
        "--no-recreate-provision",
        dest="no_recreate_provision",
        action="store_true",
        help="keep the provisioned environment when -r is given",
    )
    parser.add_argument(
        "-r",
        "--recreate",
        dest="recreate",
        action="store_true",
        help="build the environments anew",
    )


def provision(state: State) -> int | bool:
    """Run in a provisioned tox if the project requires what this one lacks.

    Takes the lock of the provisioned environment, and holds it until the tox in it has ended.

    :returns: False when the running tox will do, else the exit code of the provisioned one
    :raises HandledError: if provisioning is needed but disabled, or cannot be done; or if no run could make its folders
    """
    from tox.plugin.manager import MANAGER

    core = state.conf.core
    _declare(core)
    MANAGER.tox_add_core_config(core, state)
    name = _checked(core)
    lacks = _lacking(core)
    state.envs._mark_provision(bool(lacks), name)  # noqa: SLF001 - ours, and known to plugins under this name
    if not lacks:
        return False
    told = ", ".join(map(str, lacks))
    if state.conf.options.no_provision:
        _refuse(state, told)
    if getattr(state.conf.options, "explain", False):
        return _explain_in(name, state, told)
    return _run_in(name, state, told)


def run_provision(name: str, state: State) -> int:
    """Run this command line in the provisioned tox, whatever the running one has; see :func:`provision`."""
    return _run_in(name, state, "what was asked for")


# ----------------------------------------------------------------------------------------------------- what is required


def _checked(core: CoreConfigSet) -> str:
    """Check the settings of the whole run that say where things are made, before any command goes by them.

    :returns: the name of the provisioned environment
    :raises HandledError: if one has the wrong type, or is empty; or if the folder of the project is missing
    """
    core.check_root()  # nothing else makes sense without the folder; no sooner, as plugins may name another one
    for folder in ("work_dir", "temp_dir"):
        core.load(folder)
    name: str = core["provision_tox_env"]
    check_name(name)
    return name


def _declare(core: CoreConfigSet) -> None:
    core.add_config(
        keys=["min_version", "minversion"],
        of_type=Later(_version_type),
        default=None,
        desc="the oldest tox that may run this project",
    )
    core.add_config(
        keys="provision_tox_env",
        of_type=str,
        default=".tox",
        desc="name of the environment to provision tox into",
    )

    def with_tox(values: list[Requirement]) -> list[Requirement]:
        from packaging.requirements import Requirement

        oldest: Version | None = core["min_version"]
        return [*values, Requirement("tox" if oldest is None else f"tox>={oldest}")]

    core.add_config(
        keys="requires",
        of_type=Later(_requirements_type),
        default=[],
        desc="what must be installed beside tox, as requirements",
        post_process=with_tox,
    )
    if is_named(core.loaders, "provision_lock"):
        core.add_config(
            keys="provision_lock",
            of_type=str,
            default="exclusive",
            desc="whether runs in an unchanged provisioned tox go one by one (exclusive) or side by side (shared)",
        )


def _version_type() -> object:
    from packaging.version import Version

    return Version


def _requirements_type() -> object:
    from packaging.requirements import Requirement

    return list[Requirement]


def _lacking(core: CoreConfigSet) -> list[Missing]:
    """List the requirements that the running tox lacks; a project that names none costs no parser."""
    if not is_named(core.loaders, "requires", "min_version", "minversion"):
        return []
    requires: list[Requirement] = core["requires"]
    from tox._requires import missing

    return missing(requires)


def _sharing(core: CoreConfigSet) -> _Sharing:
    value = os.environ.get("TOX_PROVISION_LOCK")
    origin = "TOX_PROVISION_LOCK"
    if value is None and "provision_lock" in core:
        value, origin = cast("str", core["provision_lock"]), "provision_lock"
    if value is None or value in get_args(_Sharing):
        return cast("_Sharing", value or "exclusive")
    raise HandledError(f"{origin} is {value!r}, but may be exclusive or shared")


def _refuse(state: State, told: str) -> None:
    """Raise what ``--no-provision`` asks for, after writing the requirements if it names a file."""
    message = f"provisioning explicitly disabled within {sys.executable}, but is missing [requires (has)]: {told}"
    target = state.conf.options.no_provision
    if target is not True:
        _write_requirements(state.conf.core, Path(target))
        message += f" and wrote to {target}"
    raise HandledError(message)


def _write_requirements(core: CoreConfigSet, path: Path) -> None:
    import json

    from tox._requires import oldest_tox

    requires: list[Requirement] = core["requires"]
    content = {"minversion": oldest_tox(requires), "requires": [str(entry) for entry in requires]}
    try:
        path.write_text(json.dumps(content, indent=4), encoding="utf-8")
    except OSError as error:
        raise HandledError(f"cannot write the requirements to {path}: {error.strerror}") from error


def _refuse_to_provision_itself(env: PythonRun, told: str) -> None:
    """Raise when this very process runs in the environment that would have to change, which would never end."""
    if Path(sys.prefix).resolve() == env.env_dir.resolve():
        raise HandledError(
            f"the provisioned tox in {env.env_dir} is missing [requires (has)]: {told}; "
            "start a tox from outside of it, or check that what is required can be installed together"
        )


# ------------------------------------------------------------------------------------------------- running in the other


def _run_in(name: str, state: State, told: str) -> int:
    """Set the environment up and run in it, the lock held throughout."""
    env = _define(name, state)
    _refuse_to_provision_itself(env, told)
    origin, inputs = _inputs(state.conf.core)
    with _held(env, _sharing(state.conf.core)):
        tox, source = _choose(env, origin, inputs)
        logging.warning(_WILL_RUN, sys.executable, told, source)
        _ask_for(env, state.conf.core["requires"], tox, inputs)
        try:
            _set_up(env)
            return _execute(env, state.args)
        except Skip as error:
            raise HandledError(f"cannot provision tox environment {env.name} because {error}") from error
        except Fail as error:
            logging.error("failed with %s", error)  # noqa: TRY400 - a sentence, no traceback
            return 1
        finally:
            env.teardown()


@contextlib.contextmanager
def _held(env: PythonRun, sharing: _Sharing) -> Iterator[None]:
    """Hold the lock of the provisioned environment around its whole life, setup through execution and teardown.

    Shared, the environment takes the lock itself as every run environment does: alone to change, beside others to run.
    """
    env.lock.kind = "provision"
    with contextlib.ExitStack() as held:
        if sharing == "exclusive":
            held.enter_context(env.lock.exclusive("provision tox and run in it"))
        # a SIGTERM that comes just before the teardown keeps it from letting go of what setup took
        held.callback(env._hold.end)  # noqa: SLF001
        yield


def _define(name: str, state: State) -> PythonRun:
    """Build the environment, with settings that the user's own may add to but not replace."""
    options = state.conf.options
    seed = MemoryLoader(
        base=[],
        skip_install=True,
        pass_env=["*"],
        interrupt_timeout=_PATIENCE_SECONDS,
        terminate_timeout=_PATIENCE_SECONDS,
        recreate=options.recreate and not options.no_recreate_provision,
    )
    state.conf.seed(name, seed)
    return cast("PythonRun", state.envs[name])


def _inputs(core: CoreConfigSet) -> tuple[Origin, dict[str, object]]:
    """Tell where the running tox came from, and all that decides which tox the environment gets."""
    from tox._origin import constraints, running
    from tox._requires import excludes
    from tox.util.redact import redact_url

    origin = running()
    found = constraints(os.environ, Path.cwd())
    inputs: dict[str, object] = {"origin of tox": redact_url(origin.fingerprint)}
    # they are recorded, and told when they change
    inputs.update((f"constraint file {redact_url(place)}", digest) for place, digest in found.digests.items())
    if found.names_tox:
        inputs[_BY_CONSTRAINT] = True
    if excludes(core["requires"], origin.version):
        inputs[_BY_REQUIRES] = True
    return origin, inputs


def _choose(env: PythonRun, origin: Origin, inputs: dict[str, object]) -> tuple[Origin | None, str]:
    """Decide where the environment gets its tox from; None leaves it to the installer, and say it in words."""
    choice = _choose_from_record(env, origin, inputs)
    if choice is not None:
        return choice
    inputs[_ON_INDEX] = on_index = _is_on_index(env, origin)
    return _choose_by_index(origin, on_index=on_index)


def _choose_from_record(env: PythonRun, origin: Origin, inputs: dict[str, object]) -> tuple[Origin | None, str] | None:
    """Decide as far as that is possible without asking the index; None when it has to be asked."""
    if _BY_CONSTRAINT in inputs:
        return None, "the tox that the constraints name"
    if _BY_REQUIRES in inputs:
        return None, "the tox that requires asks for"
    if not origin.is_index:
        return origin, str(origin)
    known = env.cache.recorded("Inputs") or {}
    unchanged = not env.conf["recreate"] and all(known.get(name) == value for name, value in inputs.items())
    on_index = known.get(_ON_INDEX) if unchanged else None
    if on_index is None:
        return None
    inputs[_ON_INDEX] = on_index
    return _choose_by_index(origin, on_index=on_index)


def _choose_by_index(origin: Origin, *, on_index: bool) -> tuple[Origin | None, str]:
    return (origin, str(origin)) if on_index else (None, f"any tox that fits, as the index has no {origin.version}")


def _is_on_index(env: PythonRun, origin: Origin) -> bool:
    """Ask pip, with the environment's variables, whether it would find the running tox once more."""
    import subprocess

    from tox.tox_env.python.virtual_env._adapter import pip_wheel

    command = [sys.executable, "-I", f"{pip_wheel()}/pip", "install", "--dry-run", "--no-deps", "--ignore-installed"]
    command += ["--target", str(env.env_tmp_dir), "--quiet", "--no-input", "--disable-pip-version-check", origin.line()]
    found = subprocess.run(
        command,
        env=env.environment_variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return found.returncode == 0


def _ask_for(env: PythonRun, requires: list[Requirement], tox: Origin | None, inputs: dict[str, object]) -> None:
    from tox._origin import requirement_lines
    from tox.tox_env.python.pip.req_file import PythonDeps

    lines = requirement_lines(requires, tox)
    deps = PythonDeps("\n".join(lines), env.core["tox_root"])
    env.conf.loaders.insert(0, MemoryLoader(deps=deps))
    env.inputs.update(inputs)


# ------------------------------------------------------------------------------------------------------- explaining it


def _explain_in(name: str, state: State, told: str) -> int:
    """Tell what provisioning would do; when it is all done, have the tox in there explain the rest.

    Nothing is locked: whatever changes the environment meanwhile, an explanation leaves nothing behind.

    :returns: exit code: of the provisioned tox when it explains, else zero
    """
    from tox.session.cmd.run._explain import tell
    from tox.tox_env._explanation import reuses_all

    env = _define(name, state)
    _refuse_to_provision_itself(env, told)
    origin, inputs = _inputs(state.conf.core)
    choice = _choose_from_record(env, origin, inputs)
    tox, source = (origin, f"{origin}, if the index has it") if choice is None else choice
    logging.warning(_WILL_RUN, sys.executable, told, source)
    _ask_for(env, state.conf.core["requires"], tox, inputs)
    steps = tell(state.log_handler, env.explain(), colored=state.conf.options.is_colored)
    if not reuses_all(steps):
        logging.warning("what is done to other environments, the provisioned tox can tell once it is set up")
        return 0
    return _explain_there(env, state.args)


def _explain_there(env: PythonRun, args: Sequence[str]) -> int:
    """Run the provisioned tox to explain what it would do; it compiles nothing, so that its folder stays as it is."""
    import subprocess

    env._paths = env.prepend_env_var_path()  # noqa: SLF001 - where setup puts them, so that interpreters are found alike
    command = [*_command(env, "-B"), *_with_explain(args)]
    return subprocess.run([str(part) for part in command], env=env.environment_variables, check=False).returncode


def _with_explain(args: Sequence[str]) -> list[str]:
    """Name the option among the arguments, wherever it came from: a tox that does not know it must not run instead."""
    words = list(args)
    end = words.index("--") if "--" in words else len(words)
    return words if "--explain" in words[:end] else [*words[:end], "--explain", *words[end:]]


# ----------------------------------------------------------------------------------------------------------- doing it


def _set_up(env: PythonRun) -> None:
    """Set the environment up; what a failure leaves is removed, if it is not what another run had completed."""
    try:
        env.setup()
    except (Fail, Skip, SystemExit):
        env.cache.reload()
        if env.cache.recorded("PythonRun") is None:
            with contextlib.suppress(HandledError, OSError):
                env.discard()
        raise


def _execute(env: PythonRun, args: Sequence[str]) -> int:
    from tox.execute.request import StdinSource

    mark_provisioned(env.environment_variables, env.name)
    command = [*_command(env), *args]
    stdin = StdinSource.OFF if sys.stdin is None else StdinSource.USER  # what is piped in is for the other tox
    with env.execute_async(command, stdin, show=True, run_id="provision", cwd=Path.cwd()) as status:
        code = _follow(status)
    return 1 if code is None else code


def _command(env: PythonRun, *flags: str) -> list[Path | str]:
    """Write the command that starts the provisioned tox, whatever the current folder holds.

    :param flags: of the interpreter
    """
    isolation = "-P" if env.base_python.version_info[:2] >= _SAFE_PATH_SINCE else "-I"
    return [env.env_python(), isolation, *flags, "-m", "tox"]


def _follow(status: ExecuteStatus) -> int | None:
    """Wait for the provisioned tox to end, giving it the time to end what it runs when we are interrupted.

    Ctrl-C in a terminal reaches it as well as us, and twice would tell it to hurry; so it is left alone until we are
    interrupted a second time.
    """
    try:
        return status.wait()
    except Terminated:
        status.interrupt()
        raise
    except KeyboardInterrupt:
        if _comes_from_terminal():
            _leave_alone(status)
        else:
            status.interrupt()
        raise


if sys.platform == "win32":  # pragma: win32 cover

    def _comes_from_terminal() -> bool:
        """Tell whether an interrupt has reached what we started too: only a console sends one, and to all of its."""
        return True

else:

    def _comes_from_terminal() -> bool:
        """Tell whether an interrupt has most likely reached what we started too."""
        return sys.stdin is not None and sys.stdin.isatty()


def _leave_alone(status: ExecuteStatus) -> None:
    try:
        status.wait()
    except KeyboardInterrupt:
        status.interrupt()
