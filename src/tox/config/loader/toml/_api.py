"""What a TOML file may hold, before and after its tables were looked into."""

from __future__ import annotations

from tox.config._substitute.expression import MatchExpression
from tox.config.set_env import SetEnvReference

TomlTypes = (
    dict[str, "TomlTypes"] | list["TomlTypes"] | str | int | float | bool | SetEnvReference | MatchExpression | None
)
