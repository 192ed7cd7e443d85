"""Options that commands which run environments share."""

from __future__ import annotations

from argparse import Action, ArgumentError, ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

__all__ = ["InstallPackageAction", "Mode", "SkipMissingInterpreterAction", "env_run_create_flags"]

Mode = Literal["run", "run-parallel", "legacy", "devenv", "config", "depends", "exec"]

#: commands that run the commands of environments
_RUNNING: frozenset[str] = frozenset({"run", "run-parallel", "legacy", "exec"})
#: those of them that run what is configured
_CONFIGURED: frozenset[str] = _RUNNING - {"exec"}
_WHEN_TO_SKIP = ("config", "true", "false")


class SkipMissingInterpreterAction(Action):
    """Takes ``config``, ``true`` or ``false``; given without a value it means ``true``."""

    def __call__(
        self,
        parser: ArgumentParser,
        namespace: Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        """Store the value.

        :raises ArgumentError: if it is none of the three
        """
        if values is None:
            values = "true"
        elif values not in _WHEN_TO_SKIP:
            raise ArgumentError(self, f"value must be {_either(_WHEN_TO_SKIP)} (got {values!r})")
        setattr(namespace, self.dest, values)


class InstallPackageAction(Action):
    """Takes the path, or the ``file:`` URI, of an existing package."""

    def __call__(
        self,
        parser: ArgumentParser,
        namespace: Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        """Store the absolute path.

        :raises ArgumentError: if there is no such file
        """
        path = str(values or "")
        if not path:
            raise ArgumentError(self, "a path is needed, it cannot be empty")
        setattr(namespace, self.dest, self._checked(self._resolve_path(path)))

    def normalize_default(self, value: Path | None) -> Path | None:
        """Make a path of a variable or the user's configuration absolute; what installs the package checks it."""
        return None if value is None else self._resolve_path(str(value)).absolute()

    def _checked(self, path: Path) -> Path:
        path = path.absolute()
        if not path.exists():
            raise ArgumentError(self, f"{path} does not exist")
        if not path.is_file():
            raise ArgumentError(self, f"{path} is not a file")
        return path

    @staticmethod
    def _resolve_path(raw: str) -> Path:
        """Turn a ``file:`` URI into the path it names; other text is a path already."""
        if not raw.startswith("file:"):
            return Path(raw)

        parts = urlsplit(raw)
        path = unquote(parts.path)
        if parts.netloc not in {"", "localhost"}:
            path = f"//{parts.netloc}{path}"
        if len(path) > 2 and path[0] == "/" and path[2] == ":":  # /C:/folder
            path = path[1:]
        return Path(path)


def _either(values: Sequence[str]) -> str:
    """Write a choice of at least two values in words."""
    *first, last = map(repr, values)
    return f"{', '.join(first)}, or {last}"


def env_run_create_flags(parser: ArgumentParser, mode: Mode) -> None:
    """Add those options that a command shares with others that run environments.

    :param parser: of the command
    :param mode: which command it is
    """
    if mode in _RUNNING or mode == "config":
        _add_skip_missing(parser)
    if mode in _RUNNING:
        _add_running(parser)
    if mode in _CONFIGURED:
        parser.add_argument(
            "--junit-xml",
            dest="junit_xml",
            metavar="file",
            of_type=Path,
            default=None,
            help="write to this file how each environment and command went, as JUnit XML",
        )
    if mode in _RUNNING or mode == "config":
        parser.add_argument(
            "--develop", action="store_true", dest="develop", help="install the package in development mode"
        )
    if mode != "depends":
        parser.add_argument(
            "--no-recreate-pkg",
            dest="no_recreate_pkg",
            action="store_true",
            help="keep package environments when environments are recreated",
        )
    if mode in _RUNNING:
        _add_skipping(parser)
    if mode in _CONFIGURED:
        parser.add_argument(
            "--explain",
            dest="explain",
            action="store_true",
            help="tell what would be created, installed or reused, and why; do nothing",
        )


def _add_skip_missing(parser: ArgumentParser) -> None:
    parser.add_argument(
        "-s",
        "--skip-missing-interpreters",
        default="config",
        metavar="v",
        nargs="?",
        action=SkipMissingInterpreterAction,
        help="skip environments whose interpreter is missing: true, false, or config for what the configuration says",
    )


def _add_running(parser: ArgumentParser) -> None:
    parser.add_argument("-n", "--notest", dest="no_test", action="store_true", help="set up, but run no commands")
    parser.add_argument(
        "-b",
        "--pkg-only",
        "--sdistonly",
        action="store_true",
        dest="package_only",
        help="only build the package",
    )
    parser.add_argument(
        "--installpkg",
        default=None,
        action=InstallPackageAction,
        dest="install_pkg",
        of_type=Path | None,
        help="install this package instead of building one",
    )
    parser.add_argument(
        "--fail-fast", action="store_true", dest="fail_fast", help="start nothing more after the first failure"
    )


def _add_skipping(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--skip-pkg-install",
        dest="skip_pkg_install",
        action="store_true",
        help="do not install the package",
    )
    parser.add_argument(
        "--skip-env-install",
        dest="skip_env_install",
        action="store_true",
        help="install neither dependencies nor the package",
    )
