"""Packages built by the backend of the project (PEP 517, PEP 660)."""

from __future__ import annotations

import logging
from abc import ABC
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from tox._historical import elsewhere
from tox.errors import Fail
from tox.plugin import impl
from tox.tox_env._explanation import Foreseen
from tox.tox_env._settings import Own, Setting, declare
from tox.tox_env.package import PackageToxEnv
from tox.tox_env.python.package import (
    EditableLegacyPackage,
    EditablePackage,
    PythonPackageToxEnv,
    SdistPackage,
    WheelPackage,
)
from tox.tox_env.python.virtual_env.api import VirtualEnv
from tox.tox_env.python.virtual_env.package._plan import KINDS, Plan, Request
from tox.tox_env.python.virtual_env.package._staging import Staging
from tox.util.path import is_junction

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from packaging.requirements import Requirement

    from tox.config.main import Config
    from tox.config.sets import EnvConfigSet
    from tox.tox_env._explanation import Step
    from tox.tox_env.api import ToxEnvCreateArgs
    from tox.tox_env.info import Info
    from tox.tox_env.package import Package, _RunEnv
    from tox.tox_env.python.virtual_env.package._builds import Build, Pep517VirtualEnvFrontend, ToxBackendFailed
    from tox.tox_env.python.virtual_env.package._metadata import PackageFacts
    from tox.tox_env.python.virtual_env.package._plan import Kind
    from tox.tox_env.register import ToxEnvRegister

__all__ = ["Pep517VenvPackager", "Pep517VirtualEnvFrontend", "Pep517VirtualEnvPackager", "ToxBackendFailed"]

_LOGGER = logging.getLogger(__name__)
#: kinds that depend on what building asks for, as the installer would do that on its own
_WITH_BUILD_REQUIREMENTS = "editable-legacy"
#: ends of names of what backends prepare
_METADATA = (".dist-info", ".egg-info")
#: kinds that the installer builds, or nobody
_WITHOUT_BACKEND = frozenset({"editable-legacy", "deps-only"})
_VIA_SDIST = "sdist-wheel"
_BACKEND_NEEDS_FRESH_PROCESS = "setuptools"


class Pep517VenvPackager(PythonPackageToxEnv, ABC):
    """Builds packages through the backend that the project file names.

    What is built is kept for the session: each thing is built once, whoever asks for it.
    """

    _exclusive_operations: ClassVar[frozenset[str]] = PackageToxEnv._exclusive_operations | {  # noqa: SLF001
        "load_deps_for_env",
        "get_package_dependencies",
        "get_package_extras",
        "get_package_name",
        "_give_sdist",
    }

    def __init__(self, create_args: ToxEnvCreateArgs) -> None:
        self._root: Path | None = None
        self._builds: dict[Path, Build] = {}
        self._requests: dict[str, Request] = {}
        self._required: set[str] = set()
        self._foreseen: set[str] = set()
        self._staging = Staging()
        self._given_sdist: Path | None = None
        super().__init__(create_args)

    @staticmethod
    def id() -> str:
        """Name this kind of environment."""
        return "virtualenv-pep-517"

    # -- settings -----------------------------------------------------------------------------------------------------

    def register_config(self) -> None:
        """Declare the settings of this kind of environment; sub-classes call this before they add theirs."""
        super().register_config()
        declare(self, self.conf, _FOLDERS)
        for target in ("sdist", "wheel", "editable"):
            self._add_config_settings(target)
        declare(self, self.conf, _PROCESS)

    def _add_config_settings(self, build_type: str) -> None:
        """Declare what users may pass to the hooks of a target.

        :param build_type: ``sdist``, ``wheel`` or ``editable``
        """
        hooks = [f"get_requires_for_build_{build_type}", f"build_{build_type}"]
        if build_type != "sdist":
            hooks.insert(1, f"prepare_metadata_for_build_{build_type}")
        for hook in hooks:
            self.conf.add_config(
                keys=[f"config_settings_{hook}"],
                of_type=dict[str, str],
                default=None,
                desc=f"settings passed to the {hook} hook of the build backend",
            )

    def _default_meta_dir(self, conf: Config, name: str | None) -> Path:
        return self.env_dir / ".meta"

    def _default_pkg_dir(self, conf: Config, name: str | None) -> Path:
        return self.env_dir / "dist"

    def _default_fresh_subprocess(self, conf: Config, name: str | None) -> bool:
        return self._build.backend.partition(":")[0].partition(".")[0] == _BACKEND_NEEDS_FRESH_PROCESS

    @property
    def root(self) -> Path:
        """Folder of the source tree that is built."""
        if self._root is None:
            self._root = cast("Path", self.conf["package_root"])
        return self._root

    @root.setter
    def root(self, value: Path) -> None:
        self._root = value

    @contextmanager
    def root_at(self, value: Path) -> Iterator[None]:
        """Build another source tree within the block.

        :param value: its folder
        """
        before, self._root = self._root, value
        try:
            yield
        finally:
            self._root = before

    @property
    def pkg_dir(self) -> Path:
        """Folder of what was built last."""
        folder: Path = self.conf["pkg_dir"]
        self._place.refuse_links("pkg_dir", folder)
        return folder

    @property
    def meta_folder(self) -> Path:
        """Folder for metadata, which each preparation empties; it exists.

        :raises HandledError: if the project is in it, or somebody else's files are
        """
        folder: Path = self.conf["meta_dir"]
        self._place.refuse_others("meta_dir", folder, self.env_dir, _METADATA)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def meta_folder_if_populated(self) -> Path | None:
        """Folder for metadata, when there is something in it."""
        folder = self.meta_folder
        return folder if any(folder.iterdir()) else None

    @property
    def _package_temp_path(self) -> Path:
        return self._staging.folder(self.core["temp_dir"])

    # -- planning -----------------------------------------------------------------------------------------------------

    def mark_active_run_env(self, run_env: _RunEnv) -> None:
        """Learn that a run environment is going to ask for a package in this session."""
        super().mark_active_run_env(run_env)
        conf = run_env.conf
        if self._builder_for(conf) is self:
            self._requests[conf.name] = Request(conf.name, conf["package"], frozenset(_extras(conf)))

    @property
    def _plan(self) -> Plan:
        return Plan(tuple(self._requests.values()))

    @property
    def _build(self) -> Build:
        """What builds the current source tree."""
        root = self.root
        if root not in self._builds:
            self._builds[root] = _new_build(root, self)
        return self._builds[root]

    @property
    def _frontend(self) -> Pep517VirtualEnvFrontend:
        return self._build.frontend

    def requires(self) -> tuple[Requirement, ...]:
        """Tell what the build backend needs to start."""
        return self._build.requires

    # -- setup --------------------------------------------------------------------------------------------------------

    def _setup_env(self) -> None:
        self._refuse_deps()
        super()._setup_env()
        for target in self._plan.targets(self._hooks_if_needed()):
            if target != "sdist" or self._given_sdist is None:
                self._setup_build_requires(target)
        self._fallback_to_editable_legacy()

    def _explain_env(self, record: Info) -> Iterator[Step]:
        self._refuse_deps()
        yield from super()._explain_env(record)

    def _refuse_deps(self) -> None:
        """Have the project alone say what its backend needs to build; nothing but that happens for other kinds.

        :raises Fail: if the configuration does
        """
        deps = self.conf["deps"] if "deps" in self.conf else []  # noqa: SIM401 - a set of settings is no mapping
        kinds = {request.kind for request in self._requests.values()}
        if deps and not (kinds and kinds <= _WITHOUT_BACKEND):
            raise Fail(
                f"deps cannot be set for the package environment {self.conf.name!r}: what a build backend needs"
                " belongs to build-system.requires in pyproject.toml, unless the backend asks for it by itself"
            )

    def _hooks_if_needed(self) -> dict[str, bool]:
        """Ask the backend for its hooks when somebody needs something built."""
        if any(request.kind in KINDS for request in self._requests.values()):
            return dict(self._build.hooks)
        return {}

    def _setup_build_requires(self, of_type: str) -> None:
        """Install what building a target needs, once for each source tree.

        :param of_type: ``sdist``, ``wheel`` or ``editable``
        """
        key = f"{self.root}:{of_type}"
        if key not in self._required:
            requires = self._build.requires_for(of_type)
            self._install(requires, PythonPackageToxEnv.__name__, f"requires_for_build_{of_type}")
            self._required.add(key)

    def _fallback_to_editable_legacy(self) -> None:
        """Warn of run environments that cannot have the editable wheel they ask for."""
        names = self._plan.falling_back(self._hooks_if_needed())
        if names:
            _LOGGER.error(
                "the build backend %s has no hook for the editable package (PEP 660) that %s asked for,"
                " so it is editable-legacy; better set package to that",
                self._build.backend,
                ", ".join(names),
            )

    # -- dependencies -------------------------------------------------------------------------------------------------

    def load_deps_for_env(self, for_env: EnvConfigSet) -> list[Requirement]:
        """Tell the dependencies of the package that a run environment would get."""
        return self._load_deps(for_env)

    def _load_deps(self, for_env: EnvConfigSet) -> list[Requirement]:
        """Tell the dependencies: as the project file says, else as the build backend says."""
        deps = self._load_deps_from_static(for_env)
        return self._load_deps_from_built_metadata(for_env) if deps is None else deps

    def _load_deps_from_static(self, for_env: EnvConfigSet) -> list[Requirement] | None:
        """Read the dependencies from the project file; ``None`` when it does not say them."""
        from tox.tox_env.python.extras import resolve_extras_static

        return resolve_extras_static(self.root, _extras(for_env))

    def _load_deps_from_built_metadata(self, for_env: EnvConfigSet) -> list[Requirement]:
        """Ask the build backend for the dependencies."""
        from tox.tox_env.python.virtual_env.package._metadata import select

        return select(self._facts(for_env), _extras(for_env))

    def _facts(self, for_env: EnvConfigSet) -> PackageFacts:
        """Get the metadata of the package a run environment would get."""
        self.setup()
        kind = self._effective_kind(for_env)
        target = "wheel" if kind is None else kind.metadata
        self._setup_build_requires(target)
        return self._build.facts(target, will_be_built=kind is not None and kind.name == target)

    def _ensure_meta_present(self, for_env: EnvConfigSet) -> None:
        """Have the metadata of the package read."""
        self._facts(for_env)

    def get_package_dependencies(self, for_env: EnvConfigSet) -> list[Requirement]:
        """Tell all dependencies of the package, with extras in their markers."""
        return list(self._facts(for_env).requirements)

    def get_package_extras(self, for_env: EnvConfigSet) -> set[str]:
        """Tell the extras the package offers."""
        return set(self._facts(for_env).extras)

    def get_package_name(self, for_env: EnvConfigSet) -> str:
        """Tell the name of the package."""
        return self._facts(for_env).name

    # -- building -----------------------------------------------------------------------------------------------------

    def perform_packaging(self, for_env: EnvConfigSet) -> list[Package]:
        """Build what a run environment needs.

        :raises Fail: if it cannot be built
        :raises HandledError: if the private copy of it would not be private
        """
        deps = self._load_deps(for_env)
        self.setup()
        kind = self._effective_kind(for_env)
        if kind is None:
            raise self._unknown_kind(for_env["package"])
        package: Package = getattr(self, kind.builder)(for_env, deps)
        return [package]

    def foresee(self, for_env: EnvConfigSet) -> Generator[Step, None, Foreseen]:
        """Tell what would be built, and what it depends on when the project file says; see the base class."""
        builder = self._builder_for(for_env)
        if builder is not self:
            if for_env["package"] == _VIA_SDIST:
                yield from self._explain_setup()
            return (yield from builder.foresee(for_env))
        deps = self._load_deps_from_static(for_env)
        yield from self._explain_setup()
        name: str = for_env["package"]
        if name not in KINDS:
            raise self._unknown_kind(name)
        if name not in self._foreseen:
            self._foreseen.add(name)
            yield self._step("build", name, items=[f"by {self._build.backend}, which may ask for more to be installed"])
        return Foreseen(name, None if name == _WITH_BUILD_REQUIREMENTS else deps)

    def foresee_deps(self, for_env: EnvConfigSet) -> Generator[Step, None, Sequence[Requirement] | None]:
        """Tell the dependencies when the project file says them; else they are built; see the base class."""
        deps = self._load_deps_from_static(for_env)
        if deps is None:
            yield from self._explain_setup()
            if "metadata" not in self._foreseen:
                self._foreseen.add("metadata")
                yield self._step("build", "metadata", items=[f"by {self._build.backend}"])
        return deps

    @staticmethod
    def _unknown_kind(name: str) -> Fail:
        return Fail(f"cannot handle package of type {name!r}, known are: {', '.join(KINDS)}")

    def _effective_kind(self, for_env: EnvConfigSet) -> Kind | None:
        return self._plan.effective(for_env["package"], self._hooks_if_needed())

    def _build_sdist(self, for_env: EnvConfigSet, deps: list[Requirement]) -> Package:
        self._setup_build_requires("sdist")
        settings: dict[str, str] | None = self.conf["config_settings_build_wheel"]
        return SdistPackage(self._private_copy("sdist", lambda: self._build.artifact("sdist")), deps, settings)

    def _build_wheel(self, for_env: EnvConfigSet, deps: list[Requirement]) -> Package:
        self._setup_build_requires("wheel")
        return WheelPackage(self._private_copy("wheel", lambda: self._build.artifact("wheel")), deps)

    def _build_sdist_wheel(self, for_env: EnvConfigSet, deps: list[Requirement]) -> Package:
        return WheelPackage(self._private_copy("sdist-wheel", lambda: self._build_wheel_via_sdist(for_env)), deps)

    def _build_editable(self, for_env: EnvConfigSet, deps: list[Requirement]) -> Package:
        self._setup_build_requires("editable")
        return EditablePackage(self._private_copy("editable", lambda: self._build.artifact("editable")), deps)

    def _build_editable_legacy(self, for_env: EnvConfigSet, deps: list[Requirement]) -> Package:
        self._setup_build_requires("sdist")
        needed = [*deps, *self.requires(), *self._build.requires_for("sdist")]
        return EditableLegacyPackage(self.root, list(dict.fromkeys(needed)))

    def _build_wheel_via_sdist(self, for_env: EnvConfigSet) -> Path:
        """Build a wheel from what the source distribution holds, not from the project itself."""
        sdist = self._given_sdist or self._private_sdist()
        root = _unpack(sdist, self.env_tmp_dir / "sdist-extract")
        with self.root_at(root):
            self._setup_build_requires("wheel")
            wheel = self._build.artifact("wheel")
            self._builds.pop(root).stop()
        return wheel

    def _private_sdist(self) -> Path:
        self._setup_build_requires("sdist")
        return self._private_copy("sdist", lambda: self._build.artifact("sdist"))

    def _prepare_for(self, builder: PackageToxEnv, for_env: EnvConfigSet) -> None:
        """Build the source distribution for a wheel of another environment: that one builds the wheel alone."""
        if for_env["package"] == _VIA_SDIST and isinstance(builder, Pep517VenvPackager):
            builder._load_deps_from_static(for_env)  # noqa: SLF001 - refuses unknown extras before anything is built
            self._give_sdist(builder)

    def _give_sdist(self, builder: Pep517VenvPackager) -> None:
        if builder._given_sdist is None:
            self.setup()
            builder._given_sdist = self._private_sdist()
            self._hold.finish()

    @staticmethod
    def _find_sdist_root(extract_dir: Path) -> Path:
        """Find the source tree in an unpacked source distribution."""
        from tox.tox_env.python.virtual_env.package._sdist import find_root

        return find_root(extract_dir)

    @staticmethod
    def _is_windows_junction(path: Path) -> bool:
        return is_junction(path)

    def _private_copy(self, kind: str, build: Callable[[], Path]) -> Path:
        """Copy what is built to where no other session replaces it; it stays until teardown, and is built once.

        :param kind: what it is
        :param build: builds it
        """
        folders = (cast("Path", self.core[key]) for key in ("temp_dir", "tox_root", "work_dir"))
        return self._staging.copy((self.root, kind), build, *folders)

    def _forget_setup(self) -> None:
        for build in self._builds.values():
            build.start_over()
        self._required.clear()
        super()._forget_setup()

    # -- end ----------------------------------------------------------------------------------------------------------

    def _teardown(self) -> None:
        for build in self._builds.values():
            build.close()
        self._staging.clear()
        super()._teardown()


class Pep517VirtualEnvPackager(Pep517VenvPackager, VirtualEnv):
    """Builds packages in a virtual environment."""

    @staticmethod
    def id() -> str:
        """Name this kind of environment."""
        return "virtualenv-pep-517"


@impl
def tox_register_tox_env(register: ToxEnvRegister) -> None:
    """Offer this kind of environment."""
    register.add_package_env(Pep517VirtualEnvPackager)


def _extras(for_env: EnvConfigSet) -> set[str]:
    return set(for_env["extras"]) if "extras" in for_env else set()


def _unpack(sdist: Path, folder: Path) -> Path:
    """Open the door to the library of archives."""
    from tox.tox_env.python.virtual_env.package._sdist import unpack

    return unpack(sdist, folder)


def _new_build(root: Path, env: Any) -> Build:
    """Open the door to the library of build backends."""
    from tox.tox_env.python.virtual_env.package._builds import Build

    return Build(root, env)


_FOLDERS = (
    Setting(
        ("meta_dir",),
        Path,
        Own("_default_meta_dir"),
        "folder for metadata of the package",
        Own("_relative_to_tox_root"),
    ),
    Setting(
        ("pkg_dir",), Path, Own("_default_pkg_dir"), "folder for what was built last", Own("_relative_to_tox_root")
    ),
)
_PROCESS = (
    Setting(
        ("fresh_subprocess",),
        bool,
        Own("_default_fresh_subprocess"),
        "start the build backend anew for each call, for backends that do not notice what was installed since",
    ),
)

__getattr__ = elsewhere(__name__)
