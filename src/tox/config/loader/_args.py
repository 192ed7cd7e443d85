"""What travels with the loading of one value."""

from __future__ import annotations

__all__ = ["ConfigLoadArgs"]


class ConfigLoadArgs:
    """For whom a value is loaded, and the keys on the way to it.

    :param chain: keys being resolved, outermost first; None for none
    :param name: name of the section or environment the value belongs to
    :param env_name: the environment asking; None for what belongs to no environment
    """

    def __init__(self, chain: list[str] | None, name: str | None, env_name: str | None) -> None:
        self.chain: list[str] = chain or []
        self.name = name
        self.env_name = env_name

    def copy(self) -> ConfigLoadArgs:
        """Make the same again, with a chain of its own."""
        return ConfigLoadArgs(self.chain.copy(), self.name, self.env_name)

    def entering(self, key: str) -> ConfigLoadArgs:
        """Make the arguments for resolving one more key."""
        return ConfigLoadArgs([*self.chain, key], self.name, self.env_name)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(chain={self.chain!r}, name={self.name!r}, env_name={self.env_name!r})"
