"""The one place that drives the plugin library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pluggy

from tox.plugin import NAME, spec
from tox.plugin._builtin import BuiltIn

if TYPE_CHECKING:
    from importlib.metadata import Distribution


class HookManager(pluggy.PluginManager):
    """A plugin manager that knows the hooks of tox."""

    def __init__(self) -> None:
        super().__init__(NAME)
        self.installed: tuple[tuple[Any, Distribution], ...] = ()
        self.add_hookspecs(spec)

    def parse_hookimpl_opts(self, plugin: Any, name: str) -> Any:
        """Take the methods of tox's own hooks as marked, since marking them would load this library at each start."""
        if isinstance(plugin, BuiltIn):
            return {} if name.startswith("tox_") else None
        return super().parse_hookimpl_opts(plugin, name)

    def list_plugin_distinfo(self) -> list[tuple[Any, Any]]:
        """List installed plugins with the distribution that offers each."""
        return [*super().list_plugin_distinfo(), *self.installed]


__all__ = ["HookManager"]
