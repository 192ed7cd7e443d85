"""Names that plugins import from where they once lived, and where each of them lives now.

A module that is named here offers the names without loading what they belong to (:pep:`562`). What stands here is part
of the interface: it is compared with what plugins were seen to import.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # loaded before tox can answer an interrupt, see tox.run
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

#: for each module and name the module it lives in, followed by a colon and its name there if that is another one
NAMES: Mapping[str, Mapping[str, str]] = {
    "tox": {
        "__version__": "tox.version",
        "main": "tox.run",
    },
    "tox.config.source.discover": {
        "LegacyToml": "tox.config.source.legacy_toml",
        "SetupCfg": "tox.config.source.setup_cfg",
        "TomlPyProject": "tox.config.source.toml_pyproject",
        "TomlTox": "tox.config.source.toml_tox",
        "ToxIni": "tox.config.source.tox_ini",
    },
    "tox.execute.api": {"Fore": "colorama"},
    "tox.execute.local_sub_process": {
        "batch_file_command_line": "tox.execute.util",
        "is_batch_file": "tox.execute.util",
        "redact_argv": "tox.util.redact",
        "shebang": "tox.execute.util",
        "SIGKILL": "signal",
        "SIGTERM": "signal",
    },
    "tox.journal.env": {"Outcome": "tox.execute.api"},
    "tox.plugin.manager": {"ToxEnvRegister": "tox.plugin._registry"},
    "tox.provision": {
        "ensure_private_dir": "tox.util.path",
        "PythonDeps": "tox.tox_env.python.pip.req_file",
        "redact_argv": "tox.util.redact",
        "repair_staging_path": "tox.util.file_view",
        "StdinSource": "tox.execute.request",
    },
    "tox.pytest": {
        "ENV_VAR_KEY": "tox.session.cmd.run.parallel",
        "Execute": "tox.execute.api",
        "ExecuteInstance": "tox.execute.api",
        "ExecuteOptions": "tox.execute.api",
        "ExecuteRequest": "tox.execute.request",
        "ExecuteStatus": "tox.execute.api",
        "FinishedExecuteStatus": "tox.execute.api",
        "LOGGER": "tox.report",
        "Outcome": "tox.execute.api",
        "OutErr": "tox.report",
        "previous_setup_state": "tox.run:setup_state",
        "shell_cmd": "tox.execute.request",
        "tox_run": "tox.run:run",
        "ToxEnv": "tox.tox_env.api",
    },
    "tox.report": {
        "Fore": "colorama",
        "redact_value": "tox.util.redact:redact_value",
        "Style": "colorama",
    },
    "tox.run": {
        "get_options": "tox.config.cli.parse",
        "HandledError": "tox.errors",
        "State": "tox.session.state",
        "ToxHandler": "tox.report",
    },
    "tox.session.cmd.depends": {
        "env_run_create_flags": "tox.session.cmd.run.common",
        "impl": "tox.plugin.marker",
        "run_order": "tox.session.cmd.run.common",
    },
    "tox.session.cmd.devenv": {
        "impl": "tox.plugin.marker",
        "MemoryLoader": "tox.config.loader.memory",
        "record_venv_redirect": "tox.util.venv_redirect",
        "run_sequential": "tox.session.cmd.run.sequential",
    },
    "tox.session.cmd.exec_": {
        "Command": "tox.config.types",
        "impl": "tox.plugin.marker",
        "MemoryLoader": "tox.config.loader.memory",
        "run_sequential": "tox.session.cmd.run.sequential",
    },
    "tox.session.cmd.legacy": {
        "devenv": "tox.session.cmd.devenv",
        "EnvSelector": "tox.session.env_select",
        "impl": "tox.plugin.marker",
        "list_env": "tox.session.cmd.list_env",
        "MemoryLoader": "tox.config.loader.memory",
        "Parsed": "tox.config.cli.parser",
        "PythonDeps": "tox.tox_env.python.pip.req_file",
        "SetEnv": "tox.config.set_env",
        "show_config": "tox.session.cmd.show_config",
        "ToxParser": "tox.config.cli.parser",
    },
    "tox.session.cmd.list_env": {"impl": "tox.plugin.marker"},
    "tox.session.cmd.man": {"impl": "tox.plugin.marker"},
    "tox.session.cmd.quickstart": {"impl": "tox.plugin.marker"},
    "tox.session.cmd.run.common": {
        "EnvList": "tox.config.types",
        "Fail": "tox.errors",
        "Outcome": "tox.execute.api",
        "record_venv_redirect": "tox.util.venv_redirect",
        "Spinner": "tox.util.spinner",
        "stable_topological_sort": "tox.util.graph",
        "venv_redirect_path": "tox.util.venv_redirect",
    },
    "tox.session.cmd.run.parallel": {
        "execute": "tox.session.cmd.run.common",
        "impl": "tox.plugin",
    },
    "tox.session.cmd.run.sequential": {
        "execute": "tox.session.cmd.run.common",
        "impl": "tox.plugin",
    },
    "tox.session.cmd.run.single": {
        "Command": "tox.config.types",
        "Outcome": "tox.execute.api",
        "StdinSource": "tox.execute.request",
    },
    "tox.session.cmd.schema": {"impl": "tox.plugin.marker"},
    "tox.session.cmd.show_config": {"impl": "tox.plugin.marker"},
    "tox.session.cmd.show_config.common": {"to_native": "tox.config.loader.native"},
    "tox.session.cmd.version_flag": {"impl": "tox.plugin.marker"},
    "tox.session.env_select": {
        "Config": "tox.config.main",
        "PackageToxEnv": "tox.tox_env.package",
        "Parsed": "tox.config.cli.parser",
        "RunToxEnv": "tox.tox_env.runner",
        "ToxEnvCreateArgs": "tox.tox_env.api",
    },
    "tox.session.state": {
        "Config": "tox.config.main",
        "EnvSelector": "tox.session.env_select",
        "impl": "tox.plugin.marker",
        "Journal": "tox.journal.main",
    },
    "tox.tox_env.api": {
        "ensure_empty_dir": "tox.util.path",
        "ExecuteRequest": "tox.execute.request",
        "forget_venv_redirect": "tox.util.venv_redirect",
        "release_venv_redirect": "tox.util.venv_redirect",
        "SetEnv": "tox.config.set_env",
    },
    "tox.tox_env.installer": {"InstallArguments": "tox.tox_env.python._arguments"},
    "tox.tox_env.package": {
        "ensure_private_dir": "tox.util.path",
        "ToxEnvCreateArgs": "tox.tox_env.api",
    },
    "tox.tox_env.python.api": {
        "PY_FACTORS_RE": "tox.tox_env.python._interpreter",
        "PY_FACTORS_RE_EXPLICIT_VERSION": "tox.tox_env.python._interpreter",
        "PythonSpec": "python_discovery",
        "ToxEnvCreateArgs": "tox.tox_env.api",
    },
    "tox.tox_env.python.package": {"Requirement": "packaging.requirements"},
    "tox.tox_env.python.pep723": {"PythonDeps": "tox.tox_env.python.pip.req_file"},
    "tox.tox_env.python.pip.pip_install": {
        "EditableLegacyPackage": "tox.tox_env.python.package",
        "EditablePackage": "tox.tox_env.python.package",
        "InstallArguments": "tox.tox_env.python._arguments",
        "Pylock": "tox.tox_env.python.pylock",
        "PythonConstraints": "tox.tox_env.python.pip.req_file",
        "PythonDeps": "tox.tox_env.python.pip.req_file",
        "SdistPackage": "tox.tox_env.python.package",
        "WheelPackage": "tox.tox_env.python.package",
    },
    "tox.tox_env.python.runner": {
        "Outcome": "tox.execute.api",
        "Pylock": "tox.tox_env.python.pylock",
        "PythonDeps": "tox.tox_env.python.pip.req_file",
        "resolve_dependency_groups": "tox.tox_env.python.dependency_groups:resolve",
        "resolve_extras_static": "tox.tox_env.python.extras",
    },
    "tox.tox_env.python.virtual_env.api": {
        "ensure_bootstrap": "tox.tox_env.python.virtual_env.subprocess_adapter",
        "probe_python": "tox.tox_env.python.virtual_env.subprocess_adapter",
        "SubprocessCreator": "tox.tox_env.python.virtual_env.subprocess_adapter",
        "SubprocessPythonInfo": "tox.tox_env.python.virtual_env.subprocess_adapter",
        "SubprocessSession": "tox.tox_env.python.virtual_env.subprocess_adapter",
        "ToxEnvCreateArgs": "tox.tox_env.api",
        "virtualenv_version": "tox.tox_env.python.virtual_env._adapter:version",
    },
    "tox.tox_env.python.virtual_env.package.cmd_builder": {
        "dependencies_with_extras": "tox.tox_env.python.virtual_env.package.util",
        "Outcome": "tox.execute.api",
        "PythonDeps": "tox.tox_env.python.pip.req_file",
        "safe_extractall": "tox.tox_env.python.virtual_env.package.util",
    },
    "tox.tox_env.python.virtual_env.package.pyproject": {
        "ConfigSettings": "pyproject_api._frontend",
        "create_session_view": "tox.util.file_view",
        "dependencies_with_extras": "tox.tox_env.python.virtual_env.package.util",
        "LocalSubProcessPep517Executor": "tox.execute.pep517_backend",
        "PACKAGE_STAGING_DIR": "tox.util.file_view",
        "Pep517VirtualEnvFrontend": "tox.tox_env.python.virtual_env.package._builds",
        "resolve_extras_static": "tox.tox_env.python.extras",
        "safe_extractall": "tox.tox_env.python.virtual_env.package.util",
        "StdinSource": "tox.execute.request",
        "ToxBackendFailed": "tox.tox_env.python.virtual_env.package._builds",
    },
    "tox.tox_env.runner": {
        "Outcome": "tox.execute.api",
        "Package": "tox.tox_env.package",
        "PackageToxEnv": "tox.tox_env.package",
        "ToxEnvCreateArgs": "tox.tox_env.api",
    },
}


def elsewhere(module: str) -> Callable[[str], Any]:
    """Make the ``__getattr__`` of a module that offers names of others.

    :param module: its ``__name__``
    :returns: a function that looks a name up and keeps it in the module, or raises :class:`AttributeError`
    """

    def find(name: str) -> Any:
        home = NAMES.get(module, {}).get(name)
        if home is None:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        from importlib import import_module

        path, _, attribute = home.partition(":")
        value = getattr(import_module(path), attribute or name)
        setattr(sys.modules[module], name, value)
        return value

    return find
