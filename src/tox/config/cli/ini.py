"""Defaults of options from the user's configuration file."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from tox.config.cli.env_var import REFUSED, remember, report_problem, to_type
from tox.util._text_file import read_text

if TYPE_CHECKING:
    from types import UnionType

    DEFAULT_CONFIG_FILE: Path


def default_path() -> Path:
    """Locate the file where each user may keep defaults, when no variable says otherwise."""
    if sys.platform == "linux" and "ANDROID_ROOT" not in os.environ:
        # what platformdirs answers here, without the time to load it
        base = os.environ.get("XDG_CONFIG_HOME", "").strip()
        return Path(base or os.path.expanduser("~/.config")) / "tox" / "config.ini"
    from platformdirs import user_config_dir

    return Path(user_config_dir("tox")) / "config.ini"


class IniConfig:
    """The user's configuration file: the ``[tox]`` section holds defaults of options by their names.

    It is true when the file exists and could be read. A file that cannot be read is told, once output is set up, and
    counts as empty. Comments, and backslashes at line ends, mean what they do in ``tox.ini``; nothing is substituted.
    """

    TOX_CONFIG_FILE_ENV_VAR = "TOX_USER_CONFIG_FILE"
    """the variable that relocates the file"""
    STATE: ClassVar[dict[bool | None, str]] = {None: "failed to parse", True: "active", False: "missing"}
    """how help names what became of the file"""

    def __init__(self) -> None:
        elsewhere = os.environ.get(self.TOX_CONFIG_FILE_ENV_VAR)
        self.is_env_var = elsewhere is not None
        self.config_file = Path(elsewhere) if elsewhere is not None else default_path()
        self._values: dict[str, str] = {}
        self._cache: dict[tuple[str, Any], Any] = {}
        self.has_config_file: bool | None = self.config_file.is_file() or self.config_file.is_dir()
        if self.has_config_file:
            self._parse_config_file()

    def _parse_config_file(self) -> None:
        from configparser import ConfigParser, Error

        from tox.config.loader.ini import IniLoader

        parser = ConfigParser(interpolation=None)
        try:
            parser.read_string(read_text(self.config_file), source=str(self.config_file))
        except (ValueError, Error) as error:
            remember(f"failed to read config file {self.config_file}: {' '.join(str(error).split())}")
            self.has_config_file = None
            return
        if parser.has_section("tox"):
            self._values = {key: IniLoader.process_raw(None, None, value) for key, value in parser.items("tox")}

    def get(self, key: str, of_type: type[Any] | UnionType) -> Any:
        """Look up the default of an option.

        :param key: the name the option's value is kept under
        :param of_type: what to convert the text to
        :returns: the value and the word that tells where it is from; ``None`` if there is none that fits
        """
        cache_key = key, repr(of_type)
        if cache_key not in self._cache:
            self._cache[cache_key] = self._load_key(key, of_type) if key in self._values else None
        return self._cache[cache_key]

    def _load_key(self, key: str, of_type: type[Any] | UnionType) -> Any:
        try:
            value = to_type(self._values[key], of_type, lambda text: text.split("\n" if "\n" in text else ","))
        except REFUSED as error:
            report_problem(f"{self.config_file} key {key}", key, self._values[key], of_type, error)
            return None
        return value, "file"

    def __bool__(self) -> bool:
        return bool(self.has_config_file)

    @property
    def epilog(self) -> str:
        """The end of help: where the file is, what became of it and the variable that relocates it."""
        state = self.STATE[self.has_config_file]
        how = "set" if self.is_env_var else "change"
        return f"config file {str(self.config_file)!r} {state} ({how} via env var {self.TOX_CONFIG_FILE_ENV_VAR})"


def __getattr__(name: str) -> Any:
    if name == "DEFAULT_CONFIG_FILE":
        return default_path()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = ["IniConfig"]
