"""Who asked for ``tox.pytest``, beyond having tox installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["asked_for", "pytest_plugin_registered"]

_NAME = "tox.pytest"
_SESSION = "tox.pytest explicit"
_FIXTURES = frozenset({"tox_project", "empty_project", "pypi_server", "enable_pip_pypi_access"})


def _names_us(plugin: object) -> bool:
    named: str | Iterable[str] = getattr(plugin, "pytest_plugins", ())
    return _NAME in ((named,) if isinstance(named, str) else tuple(named))


def pytest_plugin_registered(plugin: object, manager: pytest.PytestPluginManager) -> None:
    """Add our option and markers to the session once somebody names us in ``pytest_plugins``."""
    if _names_us(plugin) and not manager.has_plugin(_SESSION):
        manager.register(_Session(), _SESSION)


def asked_for(request: pytest.FixtureRequest) -> bool:
    """Tell whether what is automatic should take effect for a test."""
    if request.config.pluginmanager.has_plugin(_SESSION) or _NAME in (request.config.getoption("plugins") or ()):
        return True
    return bool(_FIXTURES.intersection(request.fixturenames))


class _Session:
    """Option and markers of a session that asked for us."""

    @staticmethod
    def pytest_addoption(parser: pytest.Parser) -> None:
        """Add ``--run-integration``, unless the project has an option of that name."""
        try:
            parser.addoption("--run-integration", action="store_true", help="run the tests marked integration as well")
        except ValueError:
            return

    @staticmethod
    def pytest_configure(config: pytest.Config) -> None:
        """Declare the markers."""
        config.addinivalue_line("markers", "integration: needs more than this machine, such as a package index")
        config.addinivalue_line("markers", "plugin_test: loads the toxfile.py of the project under test")

    @staticmethod
    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(config: pytest.Config, items: list[Any]) -> None:
        """Skip tests marked ``integration`` unless they were asked for, and run them last."""
        if len(items) == 1:  # asked for by name
            return
        skip = pytest.mark.skip(reason="needs --run-integration")
        items.sort(key=lambda item: item.get_closest_marker("integration") is not None)
        for item in items:
            if item.get_closest_marker("integration") and not config.getoption("--run-integration", default=False):
                item.add_marker(skip)
