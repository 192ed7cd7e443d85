"""Greet before the commands of an environment run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tox.plugin import impl

if TYPE_CHECKING:
    from tox.config.cli.parser import ToxParser
    from tox.config.sets import EnvConfigSet
    from tox.session.state import State
    from tox.tox_env.api import ToxEnv


@impl
def tox_add_option(parser: ToxParser) -> None:
    """Let the user say who is greeted."""
    parser.add_argument("--greet", metavar="NAME", default="world", help="who is greeted")


@impl
def tox_add_env_config(env_conf: EnvConfigSet, state: State) -> None:
    """Let an environment say how."""
    env_conf.add_config("greeting", of_type=str, default=f"hello {state.conf.options.greet}", desc="what is said first")


@impl
def tox_before_run_commands(tox_env: ToxEnv) -> None:
    """Greet, and tell the commands how."""
    greeting = tox_env.conf["greeting"]
    print(f"{tox_env.name}: {greeting}")  # noqa: T201
    tox_env.environment_variables["GREETING"] = greeting
