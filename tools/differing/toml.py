"""Draw a project whose configuration is in TOML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from differing import settings, words
from differing.ini import Ini, Project
from differing.model import File

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CONDITIONS = (
    "env.V",
    "not env.V",
    "env.V == 'v'",
    "env['V'] != \"\" and env.W",
    "factor.a",
    "factor['1.2'] or factor.x",
    "env_name == 'a'",
    "'x'",
    "not (env.V or factor.b)",
    "nope",
    "",
    "1",
    "env.V ==",
    "env.V == env.W",
    "factor.a == 'a'",
    "factor.linux and not factor.win32",
    "env.{env:V}",
)


class Toml(Project):
    """A project whose configuration is in TOML."""

    #: values by type
    values: Mapping[str, Sequence[Any]] = words.TOML

    @property
    def prefix(self) -> str:
        """What paths in references begin with."""
        return "tool.tox." if self.path == "pyproject.toml" else ""

    def sections(self) -> list[str]:
        """Name sections that may be referred to, one of which does not exist."""
        names = ["env_run_base", *(f"env.{name}" for name in self.envs), "x", "nope", "env_pkg_base"]
        return [self.prefix + name for name in names] + (["tool.tox"] if self.prefix else ["tox"])

    def file(self) -> File:
        """Draw the file, in TOML."""
        rng = self.rng
        table: dict[str, Any] = dict(self.pairs(self.count() // 2, self.core_table))
        if rng.random() < 0.8:
            table.pop("envlist", None)
            table["env_list"] = list(self.envs)
        if rng.random() < 0.5:
            table["no_package"] = True
        if rng.random() < 0.7:
            table["env_run_base"] = self.pairs(self.count(), self.table)
        envs = {name: self.pairs(self.count(), self.table) for name in self.envs if rng.random() < 0.6}
        if rng.random() < 0.12:
            envs[rng.choice((".pkg", ".tox"))] = self.pairs(2, {**self.table, **self.package_table})
        if envs:
            table["env"] = envs
        if rng.random() < 0.15:
            factors = rng.choice((
                ["x", "y"],
                [["p", "q"], ["x"]],
                [{"n": ["p", "q"]}, ["x"]],
                [],
                ["x", 1],
                "x",
                [{"prefix": "p", "start": 1, "stop": 2}],
            ))
            table["env_base"] = {rng.choice(("t", "a")): {"factors": factors, **self.pairs(2, self.table)}}
        if rng.random() < 0.15:
            table["env_pkg_base"] = self.pairs(2, {**self.table, **self.package_table})
        if rng.random() < 0.3:
            table["x"] = {"k": self.value(rng.choice([*self.values])), **self.pairs(1, self.table)}
        if rng.random() < 0.03 * self.oddness:
            table[rng.choice(("env", "env_run_base", "env_list", "nope"))] = rng.choice(([], "x", 1, {}, {"a": 1}))
        body = {"tool": {"tox": table}} if self.prefix else table
        return File(self.path, "toml", body, self.odd())

    def pairs(self, count: int, table: Mapping[str, str]) -> dict[str, Any]:
        """Draw settings with their values."""
        return {key: self.value(kind) for key, kind in self.settings(count, table)}

    def value(self, kind: str) -> Any:
        """Draw a value."""
        rng = self.rng
        how = rng.random() / self.oddness
        if how < 0.15:
            return self.replacement(kind, 0)
        if kind == "set_env":
            return self.set_env()
        value = rng.choice(self.values[kind])
        if how < 0.45:
            return self.spliced(value)
        if how < 0.5:
            return rng.choice(self.values[rng.choice([*self.values])])
        return value

    def spliced(self, value: Any) -> Any:
        """Put a piece somewhere into a value."""
        rng = self.rng
        if isinstance(value, str):
            piece = self.piece()
            place = rng.choice((0, len(value), len(value) // 2))
            return piece if rng.random() < 0.2 else value[:place] + piece + value[place:]
        if isinstance(value, list):
            if not value or rng.random() < 0.3:
                return [
                    *value,
                    self.piece()
                    if rng.random() < 0.5
                    else {**self.replacement("names", 0), "extend": rng.random() < 0.8},
                ]
            place = rng.randrange(len(value))
            return [*value[:place], self.spliced(value[place]), *value[place + 1 :]]
        if isinstance(value, dict) and value:
            key = rng.choice([*value])
            return {**value, key: self.spliced(value[key])}
        return value

    def plain(self, kind: str, depth: int) -> Any:
        """Draw a value to be used in a replacement."""
        if depth < 2 and self.rng.random() < 0.2:
            return self.replacement(kind, depth + 1)
        if kind == "set_env":
            return {"A": "1"}
        value = self.rng.choice(self.values[kind])
        return self.spliced(value) if self.rng.random() < 0.2 else value

    def replacement(self, kind: str, depth: int) -> dict[str, Any]:
        """Draw a table that stands for a value."""
        rng = self.rng
        what = rng.choice(("env", "env", "posargs", "ref", "ref", "glob", "if", "if", "nope"))
        found: dict[str, Any] = {"replace": what}
        if what == "env":
            found["name"] = (
                rng.choice((*words.VARIABLES, "{env:V}", "")) if rng.random() < 0.95 else rng.choice((1, ["V"]))
            )
        elif what == "ref":
            self.refer(found)
        elif what == "glob":
            found["pattern"] = rng.choice((
                "*.txt",
                "d/**",
                "n*",
                "",
                "{tox_root}/*.txt",
                "[",
                "**/*.env",
                {"replace": "env", "name": "V"},
            ))
        elif what == "if":
            found["condition"] = rng.choice(CONDITIONS)
            found["then"] = self.plain(kind, depth)
            if rng.random() < 0.7:
                found["else"] = self.plain(kind, depth)
        if what in ("env", "posargs", "glob", "ref") and rng.random() < 0.5:
            found["default"] = self.plain(kind, depth)
        if rng.random() < 0.1:
            found["extend"] = rng.random() < 0.7
        if rng.random() < 0.05:
            found["marker"] = rng.choice(words.MARKERS)
        return found

    def refer(self, found: dict[str, Any]) -> None:
        """Draw what a replacement refers to."""
        rng = self.rng
        if rng.random() < 0.5:
            section = rng.choice(self.sections())
            of: list[Any] = [*section.split("."), rng.choice((*settings.OFTEN, "k", *settings.CORE, *settings.RUN))]
            found["of"] = of if rng.random() < 0.9 else rng.choice(([], of[:-1], "x", [1], [*of, "0"]))
        else:
            found["env"] = rng.choice((*self.envs, "nope"))
            found["key"] = rng.choice((*settings.OFTEN, *settings.CONSTANTS, *settings.RUN))

    def set_env(self) -> Any:
        """Draw a ``set_env``."""
        rng = self.rng
        how = rng.random()
        if how < 0.65:
            return self.variables()
        if how < 0.8:
            return [self.variables() if rng.random() < 0.8 else self.replacement("set_env", 1) for _ in range(2)]
        lines = Ini(rng, "tox.ini")
        return (
            "\n".join(lines.set_env_line() for _ in range(2))
            if how < 0.9
            else rng.choice((["A=1"], 1, "", [], {}, True))
        )

    def variables(self) -> dict[str, Any]:
        """Draw a table of variables."""
        rng = self.rng
        found: dict[str, Any] = {}
        for _ in range(rng.choice((0, 1, 2, 3))):
            name = rng.choice((*words.NAMES, "file"))
            if name == "file":
                found[name] = rng.choice(("e.env", "nope.env", "{env:V}.env", "", 1))
            elif rng.random() < 0.2:
                found[name] = {"value": self.piece(), "marker": rng.choice(words.MARKERS)}
            elif rng.random() < 0.25:
                found[name] = self.replacement("text", 1)
            else:
                found[name] = (
                    self.spliced(rng.choice(("x", "y z", "", "1")))
                    if rng.random() < 0.9
                    else rng.choice((1, True, ["x"]))
                )
        return found
