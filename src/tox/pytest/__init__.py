"""What authors of plugins test them with: projects made from a dictionary, and tox run on them.

Ask for it in a ``conftest.py``::

    pytest_plugins = ["tox.pytest"]

and use the fixture ``tox_project``::

    def test_my_plugin(tox_project):
        project = tox_project({"tox.toml": "no_package = true"})
        outcome = project.run("list")
        outcome.assert_success()

A module that only imports :func:`init_fixture` gets that fixture alone, without what this plugin does for every test.
"""

from __future__ import annotations

import contextlib
import logging
import os
import socket
from typing import TYPE_CHECKING, Any

import pytest
from pytest import FixtureRequest as SubRequest  # noqa: PT013 - re-exported under the name plugins know
from pytest import LogCaptureFixture, MonkeyPatch, TempPathFactory  # noqa: PT013 - re-exported

from tox._historical import elsewhere
from tox.pytest._environ import check_os_environ
from tox.pytest._outcome import ToxRunOutcome
from tox.pytest._project import CaptureFixture, ToxProject, ToxProjectCreator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import FunctionType

    from pytest_mock import MockerFixture

__all__ = [
    "CaptureFixture",
    "LogCaptureFixture",
    "MonkeyPatch",
    "SubRequest",
    "TempPathFactory",
    "ToxProject",
    "ToxProjectCreator",
    "ToxRunOutcome",
    "check_os_environ",
    "register_inline_plugin",
]

__getattr__ = elsewhere(__name__)

#: what a tox that runs the tests tells its commands; the projects of the tests are not part of its run
_OF_OUTER_RUN = ("PYTHONPATH", "TOX_ENV_DIR", "TOX_ENV_NAME", "TOX_PARALLEL_ENV", "TOX_WORK_DIR")

#: quicker environments, and no questions to the network, for whatever the tests start
_FOR_TESTS = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_PYTHON_VERSION_WARNING": "1"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--run-integration``, unless the project has an option of that name."""
    with contextlib.suppress(ValueError):
        parser.addoption("--run-integration", action="store_true", help="run the tests marked integration as well")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers."""
    config.addinivalue_line("markers", "integration: needs more than this machine, such as a package index")
    config.addinivalue_line("markers", "plugin_test: loads the toxfile.py of the project under test")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip tests marked ``integration`` unless they were asked for, and run them last."""
    if len(items) == 1:  # asked for by name
        return
    skip = pytest.mark.skip(reason="needs --run-integration")
    items.sort(key=lambda item: item.get_closest_marker("integration") is not None)
    for item in items:
        if item.get_closest_marker("integration") and not config.getoption("--run-integration", default=False):
            item.add_marker(skip)


@pytest.fixture(autouse=True)
def ensure_logging_framework_not_altered() -> Iterator[None]:
    """Put the handlers of the root logger back after each test."""
    handlers = list(logging.getLogger().handlers)
    yield
    logging.getLogger().handlers[:] = handlers


@pytest.fixture(autouse=True)
def _disable_root_tox_py(request: SubRequest) -> Iterator[None]:
    """Keep the ``toxfile.py`` of the project under test out of it, unless the test is marked ``plugin_test``."""
    if request.node.get_closest_marker("plugin_test"):
        yield
        return
    from tox.plugin import manager

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manager, "load_inline", lambda _path: None)
        yield


@pytest.fixture(autouse=True)
def check_os_environ_stable(monkeypatch: MonkeyPatch) -> Iterator[None]:
    """Fail a test that leaves the variables of the process changed."""
    with check_os_environ():
        yield
        monkeypatch.undo()


@pytest.fixture(autouse=True)
def no_color(monkeypatch: MonkeyPatch, check_os_environ_stable: None) -> None:
    """Have tox print without colours."""
    monkeypatch.setenv("NO_COLOR", "yes")


@pytest.fixture(autouse=True)
def _forget_outer_run(monkeypatch: MonkeyPatch, check_os_environ_stable: None) -> None:
    """Keep what was set for the session from where tox runs; tests may set it again."""
    for name in _OF_OUTER_RUN:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True, scope="session")
def enable_pep517_backend_coverage() -> Iterator[None]:
    """Hold the place of what upstream measures its own coverage with, so that tests may ask for it."""
    yield  # noqa: PT022 - asked for as a context


@pytest.fixture(name="tox_project")
def init_fixture(
    tmp_path: Path, capfd: CaptureFixture, monkeypatch: MonkeyPatch, mocker: MockerFixture
) -> ToxProjectCreator:
    """Return what makes projects: called with files by name, it writes them below ``tmp_path``."""
    for name, value in _FOR_TESTS.items():
        monkeypatch.setenv(name, value)
    # the tests of a plugin are not what the summary of their job is to tell of
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)

    def create(files: dict[str, Any], base: Path | None = None, prj_path: Path | None = None) -> ToxProject:
        return ToxProject(files, base, prj_path or tmp_path / "p", capfd, monkeypatch, mocker)

    return create


@pytest.fixture
def empty_project(tox_project: ToxProjectCreator, monkeypatch: MonkeyPatch) -> ToxProject:
    """Return a project with an empty ``tox.ini``, and be in its folder."""
    project = tox_project({"tox.ini": ""})
    monkeypatch.chdir(project.path)
    return project


@pytest.fixture(scope="session")
def pypi_server(tmp_path_factory: TempPathFactory) -> Iterator[Any]:
    """Run a package index for the session; needs ``devpi-process``."""
    devpi = pytest.importorskip("devpi_process")
    with devpi.IndexServer(tmp_path_factory.mktemp("devpi")) as server:
        server.create_index("root/test")
        yield server


@pytest.fixture(scope="session")
def _invalid_index_fake_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(autouse=True)
def disable_pip_pypi_access(_invalid_index_fake_port: int, monkeypatch: MonkeyPatch) -> tuple[str, str | None]:
    """Point pip to an index that is not there; return its address, and the one set before."""
    former = os.environ.get("PIP_INDEX_URL")
    closed = f"http://127.0.0.1:{_invalid_index_fake_port}/bad-pypi-server"
    monkeypatch.setenv("PIP_INDEX_URL", closed)
    monkeypatch.setenv("PIP_RETRIES", "0")
    return closed, former


@pytest.fixture(name="enable_pip_pypi_access")
def enable_pip_pypi_access_fixture(
    disable_pip_pypi_access: tuple[str, str | None], monkeypatch: MonkeyPatch
) -> str | None:
    """Let pip reach the index again; return the address it was set to, None when it was not."""
    _, former = disable_pip_pypi_access
    monkeypatch.delenv("PIP_RETRIES", raising=False)
    if former is None:
        monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    else:
        monkeypatch.setenv("PIP_INDEX_URL", former)
    return former


def register_inline_plugin(mocker: MockerFixture, *args: FunctionType) -> None:
    """Have tox find functions as if they stood in the ``toxfile.py`` of the project.

    :param args: hook implementations, each marked with :data:`tox.plugin.impl`
    """
    from types import ModuleType

    module = ModuleType("toxfile")
    for function in args:
        setattr(module, function.__name__, function)
    load: Callable[..., ModuleType] = lambda _path: module  # noqa: E731 - typed
    mocker.patch("tox.plugin.manager.load_inline", load)
