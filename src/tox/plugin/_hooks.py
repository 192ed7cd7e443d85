"""The one place that drives the plugin library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pluggy

from tox.plugin import NAME, _blame, spec
from tox.plugin._builtin import BuiltIn

if TYPE_CHECKING:
    from importlib.metadata import Distribution


class HookManager(pluggy.PluginManager):
    """A plugin manager that knows the hooks of tox."""

    def __init__(self) -> None:
        super().__init__(NAME)
        self.installed: tuple[tuple[Any, Distribution], ...] = ()
        self.add_hookspecs(spec)

    def parse_hookimpl_opts(self, plugin: object, name: str) -> Any:
        """Take the methods of tox's own hooks as marked, since marking them would load this library at each start."""
        if isinstance(plugin, BuiltIn):
            return {} if name.startswith("tox_") else None
        return super().parse_hookimpl_opts(plugin, name)

    def who_raised(self, hook: str, error: BaseException) -> str | None:
        """Say in one sentence which plugin failed in a hook; None when it was tox itself."""
        plugins = {
            code: implementation
            for implementation in getattr(self.hook, hook).get_hookimpls()
            if (code := getattr(implementation.function, "__code__", None)) is not None
        }
        trace, guilty = error.__traceback__, None
        while trace is not None:
            guilty = plugins.get(trace.tb_frame.f_code, guilty)
            trace = trace.tb_next
        if guilty is None:
            return _blame.sentence(f"a plugin failed in {hook}", error, lambda _frame: False)
        if isinstance(guilty.plugin, BuiltIn):
            return None
        own = guilty.function.__code__.co_filename
        is_inline = guilty.plugin_name == "toxfile"
        who = "toxfile.py" if is_inline else f"plugin {guilty.plugin_name!r}"
        return _blame.sentence(f"{who} failed in {hook}", error, lambda frame: frame.f_code.co_filename == own)

    def list_plugin_distinfo(self) -> list[tuple[Any, Any]]:
        """List installed plugins with the distribution that offers each."""
        return [*super().list_plugin_distinfo(), *self.installed]


__all__ = ["HookManager"]
