"""Find plugins and call their hooks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from tox._historical import elsewhere
from tox.errors import HandledError, PluginFailed
from tox.plugin import NAME, _blame, _entry_points
from tox.plugin._builtin import BuiltIn
from tox.plugin._registry import REGISTER
from tox.plugin.inline import INLINE_FILES, load_inline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from importlib.metadata import Distribution
    from pathlib import Path
    from types import FrameType, ModuleType

    from pluggy import PluginManager

    from tox.plugin._hooks import HookManager


class Plugin:
    """The plugins of this process, and their hooks as methods.

    The plugin library is loaded when there is a plugin to manage, or when :attr:`manager` is asked for; without one the
    hooks of tox itself are called directly.
    """

    def __init__(self) -> None:
        self._hooks: HookManager | None = None
        self._built_in = BuiltIn()
        self._found: tuple[_entry_points.Found, ...] | None = None
        self.inline: ModuleType | None = None
        """the plugin of the project, when it has one"""
        self.installed: tuple[tuple[Any, Distribution], ...] = ()
        """installed plugins with the distribution that offers each, in the order they were loaded"""

    @property
    def manager(self) -> PluginManager:
        """The plugin manager; made when there was no need for one so far."""
        if self._hooks is None:
            self._register_plugins(self.inline)
            if self._hooks is None:
                self._hooks = self._with_built_in(_new_manager())
        return self._hooks

    @property
    def has_plugins(self) -> bool:
        """Whether anything but tox itself may implement hooks."""
        return self._hooks is not None

    def implements(self, hook: str) -> bool:
        """Tell whether a plugin, not counting tox itself, implements a hook."""
        if self._hooks is None:
            return False
        return any(found.plugin is not self._built_in for found in getattr(self._hooks.hook, hook).get_hookimpls())

    def load_plugins(self, path: Path | None) -> None:
        """Forget all plugins, load those that are installed and the one of the project, register kinds of environments.

        :param path: the configuration file of the project; ``None`` for installed plugins only, which are searched
            for; the next call with a file takes what was found then
        :raises PluginFailed: when a plugin cannot be loaded; it names the plugin and the reason
        """
        self._hooks = None
        self.installed = ()
        self.inline = None if path is None else self._load_inline(path)
        if path is None:
            self._found = _entry_points.find(NAME)
        self._register_plugins(self.inline)
        if path is not None:
            self._found = None
        REGISTER._register_tox_env_types(self)  # noqa: SLF001 - a name plugins' tests know

    @staticmethod
    def _load_inline(path: Path) -> ModuleType | None:
        try:
            return load_inline(path)
        except HandledError:
            raise
        except Exception as error:
            told = _blame.sentence("toxfile.py cannot be imported", error, _is_inline)
            raise PluginFailed(told) from error

    def _register_plugins(self, inline: ModuleType | None) -> None:
        """Register the inline plugin, then installed ones, then tox itself: the last one registered is called first."""
        found = _entry_points.find(NAME) if self._found is None else self._found
        if not found and inline is None:
            return
        hooks = _new_manager()
        if inline is not None:
            self._register_inline(hooks, inline)
        self._hooks = hooks
        self._load_external_plugins(found)
        self._with_built_in(hooks)
        self._check(hooks)

    def _load_external_plugins(self, found: Iterable[_entry_points.Found] = ()) -> None:
        """Load and register installed plugins, except those that ``TOX_DISABLED_EXTERNAL_PLUGINS`` names."""
        if self._hooks is None:
            return
        for name in os.environ.get("TOX_DISABLED_EXTERNAL_PLUGINS", "").split(","):
            if name.strip():
                self._hooks.set_blocked(name.strip())
        loaded = list(self.installed)
        for entry_point, distribution in found:
            if self._hooks.has_plugin(entry_point.name) or self._hooks.is_blocked(entry_point.name):
                continue
            try:
                plugin = entry_point.load()
                self._hooks.register(plugin, name=entry_point.name)
            except Exception as error:
                raise PluginFailed(
                    f"plugin {entry_point.name!r} of {distribution.metadata['Name']} {distribution.version} cannot be "
                    f"loaded: {_blame.reason(error)}"
                ) from error
            loaded.append((plugin, distribution))
        self.installed = tuple(loaded)
        self._hooks.installed = self.installed

    def _with_built_in(self, hooks: HookManager) -> HookManager:
        hooks.register(self._built_in, name="tox built-in")
        return hooks

    @staticmethod
    def _register_inline(hooks: HookManager, inline: ModuleType) -> None:
        """Register the project's plugin.

        :raises PluginFailed: naming hook and argument, if it implements a hook in a way that no tox would take
        """
        from pluggy import PluginValidationError

        try:
            hooks.register(inline)
        except PluginValidationError as error:
            raise PluginFailed(f"toxfile.py cannot be used: {_blame.reason(error)}") from error

    def _leave_out_inline(self, hooks: HookManager, reason: str) -> None:
        """Go on without the project's plugin, which another tox may know all hooks of."""
        import logging

        logging.warning("toxfile.py implements hooks that this tox does not know, it is left out: %s", reason)
        hooks.unregister(self.inline)
        self.inline = None

    def _check(self, hooks: HookManager) -> None:
        """Refuse an installed plugin with hooks that there are not, leave out that of the project.

        :raises PluginFailed: naming the plugin
        """
        from pluggy import PluginValidationError

        try:
            hooks.check_pending()
        except PluginValidationError as error:
            if error.plugin is not self.inline:
                name = hooks.get_name(error.plugin) or error.plugin
                raise PluginFailed(f"plugin {name!r} does not fit this tox: {_blame.reason(error)}") from error
            self._leave_out_inline(hooks, str(error).partition(" in plugin")[0])
            self._check(hooks)

    def _call(self, hook: str, **arguments: Any) -> list[Any]:
        if self._hooks is not None:
            # a wrapper may return anything instead of the list of results
            return list(getattr(self._hooks.hook, hook)(**arguments) or ())
        own: Callable[..., None] | None = getattr(self._built_in, hook, None)
        if own is not None:
            own(**arguments)
        return []

    def _prepare(self, hook: str, **arguments: Any) -> list[Any]:
        """Call a hook that prepares the session.

        What plugins raise ends the session in one sentence. While an environment runs it is different: there the error
        is that of the environment, told with its traceback, and others run on.

        :raises PluginFailed: naming the plugin; a :class:`~tox.errors.HandledError` of a plugin is left as it is
        """
        try:
            return self._call(hook, **arguments)
        except HandledError:
            raise
        except Exception as error:
            told = None if self._hooks is None else self._hooks.who_raised(hook, error)
            if told is None:
                raise
            _log_traceback(error)
            raise PluginFailed(told) from error

    def tox_extend_envs(self) -> list[Iterable[str]]:
        """Collect the environments that plugins add.

        :returns: the names of each plugin, first called first
        :raises PluginFailed: when what a plugin returns is no collection of names
        """
        found = self._prepare("tox_extend_envs")
        for names in found:
            if isinstance(names, str) or not hasattr(names, "__iter__"):
                raise PluginFailed(f"tox_extend_envs of a plugin must return a list of names, not {names!r}")
        return found

    def tox_add_option(self, parser: object) -> None:
        """Let everyone add options to the command line; see :func:`tox.plugin.spec.tox_add_option`."""
        self._prepare("tox_add_option", parser=parser)

    def tox_add_core_config(self, core_conf: object, state: object) -> None:
        """Tell plugins that the project's settings exist; see :func:`tox.plugin.spec.tox_add_core_config`."""
        self._prepare("tox_add_core_config", core_conf=core_conf, state=state)

    def tox_add_env_config(self, env_conf: object, state: object) -> None:
        """Tell plugins that an environment's settings exist; see :func:`tox.plugin.spec.tox_add_env_config`."""
        self._prepare("tox_add_env_config", env_conf=env_conf, state=state)

    def tox_register_tox_env(self, register: object) -> None:
        """Let everyone register kinds of environments; see :func:`tox.plugin.spec.tox_register_tox_env`."""
        self._prepare("tox_register_tox_env", register=register)

    def tox_before_run_commands(self, tox_env: object) -> None:
        """Tell plugins that commands are about to run; see :func:`tox.plugin.spec.tox_before_run_commands`."""
        self._call("tox_before_run_commands", tox_env=tox_env)

    def tox_after_run_commands(self, tox_env: object, exit_code: int, outcomes: list[Any]) -> None:
        """Tell plugins that commands have run; see :func:`tox.plugin.spec.tox_after_run_commands`."""
        self._call("tox_after_run_commands", tox_env=tox_env, exit_code=exit_code, outcomes=outcomes)

    def tox_on_install(self, tox_env: object, arguments: object, section: str, of_type: str) -> None:
        """Let plugins change what is installed; see :func:`tox.plugin.spec.tox_on_install`."""
        self._call("tox_on_install", tox_env=tox_env, arguments=arguments, section=section, of_type=of_type)

    def tox_env_teardown(self, tox_env: object) -> None:
        """Tell plugins that an environment was torn down; see :func:`tox.plugin.spec.tox_env_teardown`."""
        self._call("tox_env_teardown", tox_env=tox_env)


def _new_manager() -> HookManager:
    """Open the door to the plugin library."""
    from tox.plugin._hooks import HookManager

    return HookManager()


def _is_inline(frame: FrameType) -> bool:
    return frame.f_code.co_filename.endswith(INLINE_FILES)


def _log_traceback(error: Exception) -> None:
    """Keep for ``-vvv`` what the sentence leaves out."""
    import logging

    logging.debug("a plugin failed", exc_info=error)


MANAGER = Plugin()
"""The plugins of this process."""

__all__ = ["MANAGER", "Plugin"]

__getattr__ = elsewhere(__name__)
