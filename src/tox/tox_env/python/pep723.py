"""Environments for scripts that say themselves what they need (PEP 723)."""

from __future__ import annotations

import re
import sys
from abc import ABC
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from tox._historical import elsewhere
from tox.config.loader.api import is_named
from tox.config.types import Command
from tox.errors import Fail
from tox.tox_env.python.api import (
    Python,
    add_skip_missing_interpreters_to_core,
    add_skip_missing_interpreters_to_env,
)
from tox.tox_env.runner import RunToxEnv
from tox.util._text_file import parse_toml, read_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from packaging.specifiers import SpecifierSet

    from tox.config.main import Config
    from tox.tox_env._explanation import Step
    from tox.tox_env.api import ToxEnvCreateArgs
    from tox.tox_env.info import Info
    from tox.tox_env.python.pip.req_file import PythonDeps

__all__ = ["Pep723Mixin", "ScriptMetadata"]

_MOST_BYTES: Final = 5 * 1024 * 1024
#: as PEP 723 gives it, and with nothing inside as well
_BLOCK: Final = re.compile(r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)*)^# ///$")
_TYPE: Final = "script"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptMetadata:
    """What a script says it needs."""

    requires_python: str | None = None
    """versions of Python it runs on, as a specifier; any when not given"""
    dependencies: list[str] = field(default_factory=list)
    """requirements, in order"""


class Pep723Mixin(Python, RunToxEnv, ABC):
    """Installs what a script says it needs, and runs it."""

    def __init__(self, create_args: ToxEnvCreateArgs) -> None:
        self._metadata: ScriptMetadata | None = None
        super().__init__(create_args)

    def register_config(self) -> None:
        """Declare the settings of this kind of environment; sub-classes call this before they add theirs."""
        super().register_config()
        self.conf.add_config(
            keys=["script"], of_type=str, default="", desc="script to run, relative to the root of the project"
        )
        add_skip_missing_interpreters_to_core(self.core, self.options)
        add_skip_missing_interpreters_to_env(self.conf, self.core, self.options)
        commands: Any = self.conf._defined["commands"]  # noqa: SLF001 - plugins reach for it as well
        commands.default = self._default_commands

    def _default_commands(self, conf: Config, name: str | None) -> list[Command]:
        script: str = self.conf["script"]
        if not script:
            return []
        change_dir = cast("Path", self.conf["change_dir"]) if self.conf["args_are_paths"] else None
        arguments = conf.pos_args(change_dir) or ()
        return [Command(["python", str(cast("Path", self.core["tox_root"]) / script), *arguments])]

    def _setup_env(self) -> None:
        self._refuse_base_python()
        super()._setup_env()
        metadata = self._get_script_metadata()
        self._check_version(metadata)
        if getattr(self.options, "skip_env_install", False):  # not among the options of every command
            import logging

            logging.getLogger(__name__).warning("skip installing dependencies")
            return
        self._install(self._wanted_deps(metadata), "PythonRun", "deps")

    def _explain_env(self, record: Info) -> Iterator[Step]:
        self._refuse_base_python()
        yield from super()._explain_env(record)
        metadata = self._get_script_metadata()
        self._check_version(metadata)
        if getattr(self.options, "skip_env_install", False):
            yield self._step("leave", "skip installing dependencies")
            return
        yield from self._explain_install(self._wanted_deps(metadata), "PythonRun", "deps", record)

    def _refuse_base_python(self) -> None:
        """Have the script alone say which Python it needs.

        :raises Fail: if the configuration does
        """
        if is_named(self.conf.loaders, "base_python", "basepython"):
            raise Fail(f"cannot set base_python with {self.id()} runner; use requires-python in the script")

    def _base_python_default(self, conf: Config, env_name: str | None) -> list[str]:
        """Let the script choose among what is taken otherwise, or else take any interpreter that fits it."""
        wanted = super()._base_python_default(conf, env_name)
        try:
            versions = self._wanted_versions(self._get_script_metadata())
            named = None if env_name is None else self._base_python_named(env_name)
        except Fail:  # setup will tell
            return wanted
        if versions is None or named is not None:
            return wanted
        return [spec for spec in wanted if self._surely_fits(spec, versions)] or [str(versions)]

    def _surely_fits(self, spec: str, versions: SpecifierSet) -> bool:
        """Tell whether each interpreter that a spec may mean fits what the script says."""
        if spec == sys.executable:
            return versions.contains(".".join(map(str, sys.version_info[:3])), prereleases=True)
        known = self._resolve_base_spec(spec)
        release = [part for part in (known.major, known.minor, known.micro) if part is not None]
        missing = 3 - len(release)
        return all(
            versions.contains(".".join(map(str, [*release, *[rest] * missing])), prereleases=True) for rest in (0, 99)
        )

    def _wanted_versions(self, metadata: ScriptMetadata) -> SpecifierSet | None:
        """Read which versions the script asks for; None when any will do.

        :raises Fail: if it asks for what is no version
        """
        from packaging.specifiers import InvalidSpecifier, SpecifierSet

        try:
            return SpecifierSet(metadata.requires_python) if metadata.requires_python else None
        except InvalidSpecifier as error:
            raise self._invalid(f"invalid requires-python {metadata.requires_python!r}: {error}") from error

    def _check_version(self, metadata: ScriptMetadata) -> None:
        versions = self._wanted_versions(metadata)
        if versions is None:
            return
        version = ".".join(str(part) for part in self.base_python.version_info[:3])
        if not versions.contains(version, prereleases=True):
            raise Fail(f"python {version} does not satisfy requires-python {metadata.requires_python!r}")

    def _wanted_deps(self, metadata: ScriptMetadata) -> PythonDeps:
        from tox.tox_env.python._project_file import parse_requirements
        from tox.tox_env.python.pip.req_file import PythonDeps

        parse_requirements(metadata.dependencies, f" in {self.conf['script']}")
        root: Path = self.core["tox_root"]
        return PythonDeps.factory(root, "\n".join(metadata.dependencies), lambda: self.environment_variables)

    def _resolve_script_path(self) -> Path | None:
        """Find the script.

        :returns: ``None`` when there is none configured
        :raises Fail: if it is missing, or outside of the project
        """
        script: str = self.conf["script"]
        if not script:
            return None
        root: Path = self.core["tox_root"]
        path = root / script
        if not path.resolve().is_relative_to(root.resolve()):
            raise Fail(f"script {path} is outside of the project {root}")
        if not path.is_file():
            raise Fail(f"script file not found: {path}")
        return path

    def _get_script_metadata(self) -> ScriptMetadata:
        """Read what the script says it needs; nothing when it says nothing.

        :raises Fail: if it cannot be read
        """
        if self._metadata is None:
            path = self._resolve_script_path()
            self._metadata = ScriptMetadata() if path is None else self._read(path)
        return self._metadata

    def _read(self, path: Path) -> ScriptMetadata:
        size = path.stat().st_size
        if size > _MOST_BYTES:
            raise Fail(f"script file {path} is {size} bytes, exceeds the {_MOST_BYTES} byte limit")
        try:
            text = read_text(path)
        except ValueError as error:
            raise Fail(f"could not read script {path}: {error}") from error
        blocks = [match for match in _BLOCK.finditer(text) if match["type"] == _TYPE]
        if len(blocks) > 1:
            raise self._invalid(f"multiple [{_TYPE}] metadata blocks found in script")
        if not blocks:
            return ScriptMetadata()
        lines = blocks[0]["content"].splitlines(keepends=True)
        return self._parse("".join(line[2:] if line.startswith("# ") else line[1:] for line in lines))

    def _parse(self, content: str) -> ScriptMetadata:
        try:
            values = parse_toml(content)
        except ValueError as error:
            raise self._invalid(str(error)) from error
        requires = values.get("requires-python")
        if requires is not None and not isinstance(requires, str):
            raise self._invalid(f"requires-python must be a string, got {type(requires).__name__}")
        dependencies = values.get("dependencies", [])
        if not isinstance(dependencies, list):
            raise self._invalid(f"dependencies must be a list, got {dependencies!r}")
        for entry in dependencies:
            if not isinstance(entry, str):
                raise self._invalid(f"a dependency must be text, got {entry!r}")
        return ScriptMetadata(requires_python=requires, dependencies=dependencies)

    def _invalid(self, reason: str) -> Fail:
        path = cast("Path", self.core["tox_root"]) / cast("str", self.conf["script"])
        return Fail(f"invalid inline script metadata in {path}: {reason}")


__getattr__ = elsewhere(__name__)
