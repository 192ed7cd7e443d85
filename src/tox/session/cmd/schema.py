"""``tox schema``: what a TOML configuration may hold, as a JSON schema.

Nothing is listed here: the settings are those that the project, run environments and package environments declare, in
a session that has an empty configuration, so that the answer is the same in every project with the same plugins.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tox._historical import elsewhere
from tox.config.cli.parser import CORE
from tox.session.cmd._schema_types import definitions, type_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tox.config.cli.parser import ToxParser
    from tox.config.of_type import ConfigDefinition
    from tox.config.sets import ConfigSet
    from tox.session.state import State

_RUN, _PACKAGE = "#/properties/env_run_base", "#/properties/env_pkg_base"
_DOCS = "https://tox.wiki/en/stable/config.html"


def tox_add_option(parser: ToxParser) -> None:
    """Add the sub-command."""
    ours = parser.add_command(
        "schema", [], "print a JSON schema of the TOML configuration", gen_schema, inherit=frozenset({CORE})
    )
    ours.add_argument(
        "--strict", action="store_true", dest="strict", default=False, help="refuse settings that nobody declares"
    )


def gen_schema(state: State) -> int:
    """Print the schema.

    :returns: zero
    """
    print(json.dumps(build(state, strict=state.conf.options.strict), indent=2))
    return 0


def build(state: State, *, strict: bool) -> dict[str, Any]:
    """Make the schema of the settings that are declared with the plugins of a session.

    :param state: the session; its own configuration does not matter
    :param strict: whether settings that nobody declares are wrong
    """
    core, run, package = _declared(state)
    open_ended = not strict
    run_base = {
        **_about("base configuration of run environments", "run-environment"),
        "properties": _properties(run, f"{_RUN}/properties"),
        "additionalProperties": open_ended,
    }
    package_base = {
        **_about("base configuration of package environments", "packaging-environment"),
        "properties": _properties(package, f"{_PACKAGE}/properties"),
        "additionalProperties": open_ended,
    }
    env = {
        **_about("settings of single environments, by their names", "run-environment"),
        "patternProperties": {"^.*$": {"$ref": "#/definitions/env"}},
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "tox.schema.json",
        "title": "tox configuration",
        "description": "tox.toml, or the tool.tox table of pyproject.toml",
        "x-taplo": {"links": {"key": _DOCS}},
        "type": "object",
        "properties": {
            **_properties(core, "#/properties"),
            **_DECLARED_WHEN_SET,
            "env_run_base": run_base,
            "env_pkg_base": package_base,
            "env": env,
            "env_base": {
                **_about(
                    "templates: settings of several environments, one for each combination of factors", "env-base"
                ),
                "patternProperties": {"^.*$": {"$ref": "#/definitions/env_template"}},
            },
            "legacy_tox_ini": {
                "type": "string",
                "description": "a configuration in the INI format within a TOML file",
                "x-taplo": {"links": {"key": f"{_DOCS}#pyproject-toml-ini"}},
            },
        },
        "additionalProperties": open_ended,
        "definitions": {
            **definitions(),
            "env": _environment(run, package, open_ended=open_ended),
            "env_template": _template(run, open_ended=open_ended),
        },
    }


def _environment(
    run: list[ConfigDefinition[Any]], package: list[ConfigDefinition[Any]], *, open_ended: bool
) -> dict[str, Any]:
    """Describe an environment, which may run commands or build packages."""
    return {
        "type": "object",
        "properties": {**_referring(package, _PACKAGE), **_referring(run, _RUN)},
        "additionalProperties": open_ended,
    }


def _template(run: list[ConfigDefinition[Any]], *, open_ended: bool) -> dict[str, Any]:
    """Describe a template: the settings of a run environment, and the factors to combine."""
    factors = {"type": "array", "items": {"$ref": "#/definitions/product_factor_group"}}
    return {
        "type": "object",
        "properties": {
            "factors": {**factors, "description": "groups of factors; each combination is an environment"},
            **_referring(run, _RUN),
        },
        "required": ["factors"],
        "additionalProperties": open_ended,
    }


def _referring(definitions: list[ConfigDefinition[Any]], pointer: str) -> dict[str, Any]:
    return {key: {"$ref": f"{pointer}/properties/{key}"} for found in definitions for key in found.keys}


def _about(description: str, anchor: str) -> dict[str, Any]:
    return {
        "type": "object",
        "description": description,
        "x-taplo": {"links": {"key": f"{_DOCS}#{anchor}"}},
    }


def _declared(state: State) -> tuple[list[ConfigDefinition[Any]], ...]:
    """Collect the settings of the project, of run environments and of package environments, each in order."""
    from tox.config.loader.memory import MemoryLoader
    from tox.session._select.blank import blank_state

    blank = blank_state(state, _KINDS)
    run: list[ConfigSet] = []
    package: list[ConfigSet] = []
    for name, values in _KINDS.items():
        blank.conf.seed(name, MemoryLoader(**values))
    for name in _KINDS:
        env = blank.envs[name]
        run.append(env.conf)
        package.extend(found.conf for found in env.package_envs)  # type: ignore[union-attr] # they are run environments
    return (
        list(_unique(state.conf.core, blank.conf.core)),
        list(_unique(*run)),
        list(_unique(*package)),
    )


_DECLARED_WHEN_SET = {
    "provision_lock": {
        "enum": ["exclusive", "shared"],
        "description": "whether runs in an unchanged provisioned tox go one by one or side by side",
    }
}
"""settings of the project that are declared only where they have a value"""

_KINDS: dict[str, dict[str, Any]] = {
    # with those settings that are declared where they have a value
    "py": {"package": "wheel", "env_timeout": 0.0, "commands_timeout": 0.0},
    "py-external": {"package": "external"},
}


def _unique(*sets: ConfigSet) -> Iterator[ConfigDefinition[Any]]:
    """Yield settings that can be configured, each once."""
    from tox.config.of_type import ConfigDynamicDefinition

    seen: set[str] = set()
    for conf in sets:
        for definition in conf.get_configs():
            keys = list(definition.keys)
            if isinstance(definition, ConfigDynamicDefinition) and keys[0] not in seen:
                seen.add(keys[0])
                yield definition


def _properties(definitions: list[ConfigDefinition[Any]], pointer: str) -> dict[str, Any]:
    """Describe settings by their names, aliases as deprecated."""
    result: dict[str, Any] = {}
    for definition in definitions:
        primary, *aliases = definition.keys
        result[primary] = {**type_of(definition.of_type), "description": definition.desc}  # type: ignore[attr-defined]
        for alias in aliases:
            result[alias] = {
                "$ref": f"{pointer}/{primary}",
                "description": f"Deprecated: use {primary!r} instead",
                "deprecated": True,
            }
    return result


__getattr__ = elsewhere(__name__)
