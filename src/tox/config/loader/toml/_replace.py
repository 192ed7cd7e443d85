"""Look into the tables of a TOML value, and put values in the place of what is in its texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol, get_args

from tox.config._substitute.builtins import find_files, host_value, posargs, set_env_value
from tox.config._substitute.scope import MatchError
from tox.config._variables import LateValue
from tox.config.loader._override import apply_overrides_to_raw
from tox.config.loader.replacer import FirstWord
from tox.config.set_env import SET_ENV_KEYS, SetEnv, SetEnvReference
from tox.config.set_env_line import format_line
from tox.config.types import CircularChainError, Command, EnvList

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tox.config._protocols import Configuration as Config
    from tox.config.loader._args import ConfigLoadArgs


class Root(Protocol):
    """What is asked of the loader whose value is looked into."""

    def at_path(self, path: list[str]) -> Any:
        """Read a value from the root of the file.

        :raises KeyError: if there is none
        """

    def text(self, value: str, conf: Config, args: ConfigLoadArgs, of_type: Any = str) -> str:
        """Put values in the place of the expressions of a text that is part of a value of some type."""


class Unroll:
    """Looks into one value.

    :param conf: the whole configuration
    :param root: reads and substitutes
    :param args: for whom, and the keys on the way here
    :param of_type: the type of the value
    """

    def __init__(self, conf: Config, root: Root, args: ConfigLoadArgs, of_type: object = str) -> None:
        self._conf, self._root, self._args, self._of_type = conf, root, args, of_type
        self._paths: tuple[str, ...] = ()
        #: whether what is looked into is the first word of a command, or becomes its first words
        self._begins_command = False

    def __call__(self, value: object) -> Any:
        """Give the value without tables that stand for something else.

        :raises MatchError: if such a table is misused
        :raises CircularChainError: if one stands for itself
        """
        if isinstance(value, str):
            of_type = FirstWord if self._begins_command else self._of_type
            return self._root.text(value, self._conf, self._args, of_type)
        if isinstance(value, list):
            return self._list(value)
        if isinstance(value, dict):
            if is_replace(value):
                return self._table(value)
            return {key: self(entry) for key, entry in value.items()}
        return value

    def _list(self, value: list[Any]) -> list[Any]:
        result: list[Any] = []
        for entry in value:
            self._begins_command = self._holds_commands and all(word in ("-", "!") for word in result)
            found = self(entry)
            self._begins_command = False
            if not (isinstance(entry, dict) and is_replace(entry) and entry.get("extend")):
                result.append(found)
            elif isinstance(found, (list, SetEnv)):
                result.extend(found)  # of variables their names
            elif found != "":
                result.append(found)
        return result

    @property
    def _holds_commands(self) -> bool:
        return self._of_type is Command or get_args(self._of_type) == (Command,)

    def _table(self, value: Mapping[str, Any]) -> Any:
        _refuse_marker(value)
        return _KINDS[value["replace"]](self, value)

    # -- kinds ---------------------------------------------------------------------------------------------------------

    def _env(self, value: Mapping[str, Any]) -> Any:
        name = _text(value, "name", "env")
        default = _default(value.get("default", ""), "env", str)
        found = set_env_value(self._conf, name, self._args)
        if found is None:
            found = host_value(name)
        return self._made(default, "env", str) if found is None else found

    def _posargs(self, value: Mapping[str, Any]) -> Any:
        default = _default(value.get("default", []), "posargs", list)
        found = posargs(self._conf, self._args, program_first=self._begins_command)
        if found is None:
            return self._made(default, "posargs", list)
        return [self(word) for word in found] if value.get("substitute") else list(found)

    def _made(self, default: object, kind: str, wanted: type) -> Any:
        """Look into a default, and judge what it became."""
        return _default(self(default), kind, wanted)

    def _glob(self, value: Mapping[str, Any]) -> Any:
        pattern = value.get("pattern")
        if isinstance(pattern, dict) and is_replace(pattern):
            pattern = _text({"pattern": self._along(*self._paths, of_type=str)(pattern)}, "pattern", "glob")
        else:
            pattern = self._root.text(_text(value, "pattern", "glob"), self._conf, self._args)
            pattern = _text({"pattern": pattern}, "pattern", "glob")
        found = find_files(self._conf, pattern)
        if not found:
            wanted = list if value.get("extend") else str
            return self._made(_default(value.get("default", wanted()), "glob", wanted), "glob", wanted)
        return list(found) if value.get("extend") else " ".join(found)

    def _if(self, value: Mapping[str, Any]) -> Any:
        from tox.config._substitute.condition import evaluate_condition  # parsing Python is not for everybody

        condition = _text(value, "condition", "if")
        if "then" not in value:
            raise MatchError('replace = "if" needs then, the value to use when the condition holds')
        if evaluate_condition(condition, self._args.env_name):
            return self(value["then"])
        return self(value.get("else", ""))

    def _ref(self, value: Mapping[str, Any]) -> Any:
        if "of" in value:
            path, raw = self.raw_of(value)
            return self._along(*self._paths, path)(raw)
        if isinstance(value.get("env"), str) and isinstance(value.get("key"), str):
            return as_raw(self.value_of(value["env"], value["key"]))
        return dict(value)

    def _along(self, *paths: str, of_type: object = None) -> Unroll:
        """Make one that knows which paths were taken; for a value of the same type, if no other is given."""
        inner = Unroll(self._conf, self._root, self._args, self._of_type if of_type is None else of_type)
        inner._paths = paths
        return inner

    def raw_of(self, value: Mapping[str, Any]) -> tuple[str, Any]:
        """Give the path that a reference names, and what stands there, overrides included.

        :raises MatchError: if nothing does
        :raises CircularChainError: if the reference leads to itself
        """
        path = value["of"]
        if not isinstance(path, list) or not all(isinstance(part, str) for part in path) or not path:
            raise MatchError(f'of in replace = "ref" has to be a list of texts, not {path!r}')
        name = ".".join(path)
        if name in self._paths:
            raise CircularChainError(f"{name} refers to itself: {' -> '.join((*self._paths, name))}")
        overrides = self._conf.overrides.get(".".join(path[:-1]), [])
        names = names_of(path[-1], self._conf, self._args)
        try:
            raw = self._root.at_path(path)
        except KeyError as error:
            if not any(override.key in names for override in overrides):
                raise MatchError(f'replace = "ref" of {name} leads nowhere: {error.args[0]}') from None
            raw = []
        return name, apply_overrides_to_raw(overrides, path[-1], raw, names=names)

    def value_of(self, env: str, key: str) -> Any:
        """Give the value that an environment has of a setting.

        :raises MatchError: if there is no such environment or setting
        """
        own = env == self._args.env_name or key in SET_ENV_KEYS  # known of every name that there can be
        settings = self._conf.get_env(env) if own else self._conf.known_env(env)
        if settings is None or key not in settings:
            what = "environment" if settings is None else f"setting {key} of environment"
            raise MatchError(f'replace = "ref" leads nowhere: there is no {what} {env}')
        return settings.load(key, chain=list(self._args.chain))

    # -- variables -----------------------------------------------------------------------------------------------------

    def set_env(self, value: object) -> Any:
        """Look into a table of variables, leaving each value to be computed when it is asked for.

        :raises TypeError: if it is not well-formed
        """
        if isinstance(value, (str, SetEnvReference)):
            return value
        if isinstance(value, list):
            return [self._set_env_part(part) for part in value]
        return self._set_env_part(value)

    def _set_env_part(self, value: object) -> Any:
        if not isinstance(value, dict):
            raise TypeError(f"set_env has to be a table of texts, or a list of such tables, not {_of_kind(value)}")
        if is_replace(value):
            return self._set_env_table(value)
        return {name: self._variable(name, one) for name, one in value.items()}

    def _set_env_table(self, value: Mapping[str, Any]) -> Any:
        _refuse_marker(value)
        if value["replace"] == "ref" and "of" in value:
            path, raw = self.raw_of(value)
            return self._along(*self._paths, path).set_env(raw)
        if value["replace"] == "ref" and "env" in value:
            found = self.value_of(value["env"], value.get("key", "set_env"))
            if isinstance(found, SetEnv):
                return SetEnvReference(found, self._args, "table")
        if value["replace"] == "if":
            return self.set_env(self._branch(value))
        found = self(value)
        if found == [] and value["replace"] == "posargs":  # no arguments are no variables
            return {}
        if found == "" or not isinstance(found, (str, dict)):
            raise TypeError(f"set_env has to be a table of texts, not what {value['replace']} gives")
        return found

    def _branch(self, value: Mapping[str, Any]) -> Any:
        """Give the branch of a condition that counts, not looked into."""
        from tox.config._substitute.condition import evaluate_condition  # as above

        holds = evaluate_condition(_text(value, "condition", "if"), self._args.env_name)
        return value.get("then", {}) if holds else value.get("else", {})

    def _variable(self, name: str, value: object) -> Any:
        if isinstance(value, str):
            return value
        if isinstance(value, dict):
            if is_replace(value):
                return {"value": self._late(name, value), "marker": str(value.get("marker", ""))}
            if isinstance(value.get("value"), (str, dict)) and value.keys() <= {"value", "marker"}:
                inner = value["value"]
                if isinstance(inner, dict) and inner.get("marker"):
                    raise TypeError(f"{name} of set_env has a marker within its value, where it belongs beside it")
                late = self._late(name, inner) if isinstance(inner, dict) else inner
                return {"value": late, "marker": str(value.get("marker", ""))}
        raise TypeError(
            f"{name} of set_env has to be a text or a table of replace or value, not {type(value).__name__}"
        )

    def _late(self, name: str, table: Mapping[str, Any]) -> LateValue:
        def compute(args: ConfigLoadArgs) -> str:
            unconditional = {key: value for key, value in table.items() if key != "marker"}
            found = Unroll(self._conf, self._root, args)(unconditional)
            if not isinstance(found, str):
                raise MatchError(f"{name} of set_env has to be a text, not {type(found).__name__}")
            return found

        return LateValue(compute)


def names_of(key: str, conf: Config, args: ConfigLoadArgs) -> Sequence[str]:
    """Give every name of a setting of the environment asking, or of the whole run."""
    settings = conf.core if args.env_name is None else conf.get_env(args.env_name)
    return settings.names_of(key)


def variable_lines(value: Any, args: ConfigLoadArgs) -> str:
    """Write variables that were looked into as lines.

    :param value: what :meth:`Unroll.set_env` gives
    :param args: for whom that which is computed is computed
    """
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n".join(variable_lines(part, args) for part in value)
    if isinstance(value, SetEnvReference):
        return "\n".join(
            format_line(name, _escaped(value.config.load(name, args)), None) for name in value.config.raw(args)
        )
    lines = []
    for name, entry in value.items():
        found, marker = (entry["value"], entry.get("marker")) if isinstance(entry, dict) else (entry, None)
        text = _escaped(found.compute(args)) if isinstance(found, LateValue) else found
        lines.append(f"file|{text}" if name == "file" else format_line(name, text, marker))
    return "\n".join(lines)


def _escaped(text: str) -> str:
    """Write a final text so that evaluating it gives it again."""
    return re.sub(r"[{}]", r"\\\g<0>", text)


def _of_kind(value: object) -> str:
    """Describe a value without showing it, as it may hold what is secret."""
    return "a list within the list" if isinstance(value, list) else f"a value of type {type(value).__name__}"


def is_replace(value: Mapping[str, Any]) -> bool:
    """Tell whether a table stands for something else."""
    kind = value.get("replace")
    return isinstance(kind, str) and kind in _KINDS


def as_raw(value: object) -> Any:
    """Make of a typed value what a TOML file would hold for it; variables stay, for a list that takes their names."""
    if isinstance(value, Command):
        return list(value.raw_args)
    if isinstance(value, EnvList):
        return list(value.envs)
    if isinstance(value, (set, frozenset)):
        return sorted((as_raw(entry) for entry in value), key=str)
    if isinstance(value, (list, tuple)):
        return [as_raw(entry) for entry in value]
    if isinstance(value, dict):
        return {str(key): as_raw(entry) for key, entry in value.items()}
    if value is None or isinstance(value, (bool, int, float, str, SetEnv)):
        return value
    lines: Callable[[], list[str]] | None = getattr(value, "lines", None)
    return list(lines()) if callable(lines) else str(value)


def _refuse_marker(value: Mapping[str, Any]) -> None:
    """Refuse a condition that nobody would look at: only variables of ``set_env`` have one."""
    if value.get("marker"):
        raise MatchError(f'replace = "{value["replace"]}" has a marker, which is only for a single variable of set_env')


def _default(default: object, kind: str, wanted: type) -> Any:
    """Judge the default of a table: what the table gives, or a table that stands for it.

    :returns: the default; in the place of words a text is one
    :raises MatchError: if it is of another type
    """
    if wanted is list and isinstance(default, str):
        return [default] if default else []
    if not isinstance(default, wanted) and not (isinstance(default, dict) and is_replace(default)):
        what = "a text" if wanted is str else "a list"
        raise MatchError(f'default of replace = "{kind}" has to be {what}, not {type(default).__name__}')
    return default


def _text(value: Mapping[str, Any], key: str, kind: str) -> str:
    found = value.get(key)
    if not isinstance(found, str) or not found:
        what = "needs" if key not in value else f"has {key} = {found!r}, but it has to be"
        raise MatchError(f'replace = "{kind}" {what} {key if key not in value else "a text that is not empty"}')
    return found


_KINDS: dict[str, Callable[[Unroll, Mapping[str, Any]], Any]] = {
    "env": Unroll._env,  # noqa: SLF001 - the same module
    "glob": Unroll._glob,  # noqa: SLF001
    "if": Unroll._if,  # noqa: SLF001
    "posargs": Unroll._posargs,  # noqa: SLF001
    "ref": Unroll._ref,  # noqa: SLF001
}
