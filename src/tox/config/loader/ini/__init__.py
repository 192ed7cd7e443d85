"""Read settings from a section of an INI file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from tox.config._factors import filter_lines
from tox.config.loader._override import apply_overrides_to_raw
from tox.config.loader.api import Loader, told_as
from tox.config.loader.ini.replace import ReplaceReferenceIni
from tox.config.loader.replacer import substitute_for, use_set_env_replacer
from tox.config.loader.str_convert import StrConvert
from tox.config.set_env import SetEnv, SetEnvReference

if TYPE_CHECKING:
    from configparser import ConfigParser, SectionProxy
    from types import UnionType

    from tox.config._protocols import Configuration as Config
    from tox.config.loader._args import ConfigLoadArgs
    from tox.config.loader._override import Override
    from tox.config.loader.convert import Factory
    from tox.config.loader.section import Section

__all__ = ["IniLoader"]

V = TypeVar("V")

_COMMENT = re.compile(r"(?<!\\)#.*")
_CONTINUATION = re.compile(r"\\\n\s*")  # blank lines after a backslash go with it


class IniLoader(StrConvert, Loader[str]):
    """Reads the settings of one section.

    :param section: its name, as it is asked for
    :param parser: the file
    :param overrides: those that name it
    :param core_section: the section of the whole run
    :param section_key: its name in the file when that is another, such as a pattern
    """

    def __init__(
        self,
        section: Section,
        parser: ConfigParser,
        overrides: list[Override],
        core_section: Section,
        section_key: str | None = None,
    ) -> None:
        super().__init__(section, overrides)
        #: the section of the whole run
        self.core_section = core_section
        self._parser = parser
        key = section_key or section.key
        self._section_proxy: SectionProxy | None = parser[key] if parser.has_section(key) else None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._section.key}, {self.overrides!r})"

    def load_raw(self, key: str, conf: Config | None, env_name: str | None) -> str:
        """Read a value: comments gone, lines joined, and what is meant for other environments left out.

        :raises KeyError: if there is none, or nothing of it is meant for this environment
        """
        if self._section_proxy is None:
            raise KeyError(key)
        value = self._section_proxy[key]
        raw = self.process_raw(conf, env_name, value)
        if not raw.strip() and self.without_comments(value).strip():
            raise KeyError(key)
        return raw

    @staticmethod
    def process_raw(conf: Config | None, env_name: str | None, value: str) -> str:
        """Make of the text in a file the text of a value, without blank lines.

        :param conf: None to leave conditions as they are
        :param env_name: the environment whose lines are kept; None for lines meant for all on this machine
        """
        text = IniLoader.without_comments(value)
        if conf is not None:
            text = filter_lines(text, env_name)
        if "\\" in text:
            text = _CONTINUATION.sub("", text)
        return "\n".join(line for line in text.split("\n") if line.strip()) if "\n" in text else text

    @staticmethod
    def without_comments(value: str) -> str:
        """Drop comments, and blanks at line ends."""
        if "#" not in value and "\\" not in value:
            return value
        return "\n".join(_COMMENT.sub("", line).rstrip().replace("\\#", "#") for line in value.split("\n"))

    def found_keys(self) -> set[str]:
        """Collect the keys of the section, those of ``[DEFAULT]`` included."""
        return set() if self._section_proxy is None else set(self._section_proxy)

    def get_section(self, name: str) -> SectionProxy | None:
        """Give a section of the same file, by its name there; None when there is none."""
        return self._parser[name] if self._parser.has_section(name) else None

    def build(
        self,
        key: str,
        of_type: type[V] | UnionType,
        factory: Factory[V],
        conf: Config | None,
        raw: str,
        args: ConfigLoadArgs,
    ) -> V:
        """Make a typed value of a text, substituting what is in it.

        :raises HandledError: if it does not fit
        """
        text = raw
        if conf is not None and of_type is not SetEnv:
            with told_as(key, args, "substitute", where=self.place(conf)):
                text = self.substitute(raw, conf, args, of_type=of_type)
        with told_as(key, args, where=self.place(conf), written=raw, made=text):
            value = self.to(text, of_type, factory)
        if conf is not None and isinstance(value, SetEnv):
            self.bind(value, conf, args)
        return value

    def bind(self, variables: SetEnv, conf: Config, args: ConfigLoadArgs) -> None:
        """Tell variables how to evaluate what they hold."""
        use_set_env_replacer(variables, conf, ReplaceReferenceIni(conf, self), args, f" (in {self.place(conf)})")

    def substitute(self, value: str, conf: Config, args: ConfigLoadArgs, *, of_type: type[V] | UnionType) -> str:
        """Put values in the place of the expressions of a text, as the type of the value needs."""
        return substitute_for(of_type, value, conf, ReplaceReferenceIni(conf, self), args)

    def set_env_reference(
        self, raw: str, overrides: list[Override], conf: Config, args: ConfigLoadArgs
    ) -> SetEnvReference:
        """Make the variables of another section usable as part of those of this one."""
        text = apply_overrides_to_raw(overrides, "set_env", raw)
        value = self.build("set_env", SetEnv, _make_set_env(conf, args), conf, text, args)
        return SetEnvReference(value, args, "string")


def _make_set_env(conf: Config, args: ConfigLoadArgs) -> Factory[SetEnv]:
    def make(raw: object) -> SetEnv:
        return SetEnv(str(raw), args.name or "", args.env_name, conf.core["tox_root"])

    return make
