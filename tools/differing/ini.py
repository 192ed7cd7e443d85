"""Draw a project whose configuration is in INI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from differing import settings, words
from differing.model import ODD, File

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random


class Project:
    """What is known of a project while it is drawn."""

    #: how often values are odd, against how often they are when they are only looked at
    oddness: float = 1
    #: lines of values, by type
    lines: Mapping[str, Sequence[list[str]]] = words.INI
    #: settings of run environments that are drawn, each with its type
    table: Mapping[str, str] = settings.RUN
    #: settings of the core that are drawn, likewise
    core_table: Mapping[str, str] = settings.CORE
    #: further settings of package environments, likewise
    package_table: Mapping[str, str] = settings.PACKAGE

    def __init__(self, rng: Random, path: str) -> None:
        self.rng = rng
        self.path = path
        names = rng.sample(words.ENVS, rng.choice((1, 2, 2, 3)))
        if rng.random() < 0.2:
            names.append(rng.choice(words.ODD_ENVS))
        self.envs = names

    def settings(self, count: int, table: Mapping[str, str]) -> list[tuple[str, str]]:
        """Draw settings, each with its type; each at most once, some by their other name."""
        often = [key for key in settings.OFTEN if key in table]
        keys = {
            self.rng.choice(often) if often and self.rng.random() < 0.5 else self.rng.choice([*table])
            for _ in range(count)
        }
        found = []
        for key in sorted(keys):
            name = settings.ALIASES[key] if key in settings.ALIASES and self.rng.random() < 0.15 else key
            found.append((name, table[key]))
            if key in settings.ALIASES and self.rng.random() < 0.03:
                found.append((settings.ALIASES[key], table[key]))
        return found

    def count(self) -> int:
        """Draw how many settings a section has."""
        return self.rng.choice((0, 1, 2, 3, 4, 6))

    def piece(self) -> str:
        """Draw a piece of a text, which may refer to something."""
        if self.rng.random() < 0.3:
            return self.reference()
        return self.rng.choice(words.PIECES)

    def reference(self) -> str:
        """Draw a reference to a setting."""
        key = self.rng.choice((*settings.CONSTANTS, *settings.OFTEN, *settings.OFTEN, *settings.RUN))
        if self.rng.random() < 0.4:
            return f"{{{key}}}" if self.rng.random() < 0.8 else f"{{{key}:d}}"
        section = self.rng.choice(self.sections())
        key = (
            self.rng.choice((key, *settings.CORE)) if "tox" in section else self.rng.choice((key, key, "k", "set_env"))
        )
        return f"{{[{section}]{key}}}"

    def sections(self) -> list[str]:
        """Name sections that may be referred to."""
        raise NotImplementedError

    def file(self) -> File:
        """Draw the file."""
        raise NotImplementedError

    def odd(self) -> str:
        """Draw what is odd about the file, mostly nothing."""
        return self.rng.choice(ODD) if self.rng.random() < 0.05 else ""


class Ini(Project):
    """A project whose configuration is in INI."""

    @property
    def core(self) -> str:
        """Name of the core section."""
        return "tox:tox" if self.path == "setup.cfg" else "tox"

    def sections(self) -> list[str]:
        """Name sections that may be referred to, one of which does not exist."""
        return [self.core, "testenv", *(f"testenv:{name}" for name in self.envs), "x", "nope", "pkgenv"]

    def file(self) -> File:
        """Draw the file, in INI."""
        rng = self.rng
        core = [(key, self.value(kind)) for key, kind in self.settings(self.count() // 2, self.core_table)]
        if rng.random() < 0.8:
            core = [(key, lines) for key, lines in core if key not in ("env_list", "envlist")]
            core.append(("env_list", [",".join(self.envs)] if rng.random() < 0.7 else self.envs))
        if rng.random() < 0.5:
            core.append(("no_package", ["true"]))
        sections = [(self.core, core)] if rng.random() < 0.95 else []
        if rng.random() < 0.7:
            sections.append(self.section("testenv", self.table))
        sections += [self.section(f"testenv:{name}", self.table) for name in self.envs if rng.random() < 0.6]
        if rng.random() < 0.15:
            head = rng.choice(("testenv:{a,b}-x", "testenv:py3{10-12}", "testenv:a{,-x}", "testenv:", "TESTENV", "tox"))
            sections.append(self.section(head, self.table))
        if rng.random() < 0.15:
            head = rng.choice(("pkgenv", "testenv:.pkg", "testenv:.tox", "testenv:.cust"))
            sections.append(self.section(head, {**self.table, **self.package_table}))
        if rng.random() < 0.3:
            sections.append(("x", [("k", self.value(rng.choice([*self.lines]))), *self.section("x", self.table)[1]]))
        form = "legacy" if self.path == "pyproject.toml" else "ini"
        return File(self.path, form, sections, self.odd(), rng.choice((0, 0, 0, 0, 1, 2, 3, 6)))

    def section(self, name: str, table: Mapping[str, str]) -> tuple[str, list[tuple[str, list[str]]]]:
        """Draw a section."""
        return name, [(key, self.value(kind)) for key, kind in self.settings(self.count(), table)]

    def value(self, kind: str) -> list[str]:
        """Draw the lines of a value."""
        rng = self.rng
        if kind == "set_env":
            return [self.condition(self.set_env_line()) for _ in range(rng.choice((1, 2, 2, 3)))]
        lines = list(rng.choice(self.lines[kind]))
        how = rng.random() / self.oddness
        if how < 0.35:
            place = rng.randrange(len(lines))
            lines[place] = self.spliced(lines[place])
        elif how < 0.42:
            lines.append(self.piece())
        elif how < 0.5:
            lines = [self.reference() if rng.random() < 0.6 else rng.choice(self.lines[rng.choice([*self.lines])])[0]]
        return [self.condition(line) for line in lines] if rng.random() < 0.2 else lines

    def spliced(self, text: str) -> str:
        """Put a piece into a text, or in its place."""
        piece = self.piece()
        place = self.rng.choice((0, len(text), len(text) // 2))
        return piece if self.rng.random() < 0.2 else text[:place] + piece + text[place:]

    def condition(self, line: str) -> str:
        """Put a condition before a line, now and then."""
        rng = self.rng
        if rng.random() > 0.25:
            return line
        factor = rng.choice(words.FACTORS)
        forms = (
            "{}: ",
            "!{}: ",
            "{},b: ",
            "{}-x: ",
            "{{{},py}}: ",
            "{}{{,x}}: ",
            "{} : ",
            "{}:",
            "!{}-!b: ",
            "({}): ",
            "{{{}: ",
        )
        return rng.choice(forms).format(factor) + line

    def set_env_line(self) -> str:
        """Draw a line of a ``set_env``."""
        rng = self.rng
        how = rng.random()
        if how < 0.12:
            return rng.choice((
                "file|e.env",
                "file| e.env",
                "file|nope.env",
                "file|{env:V}.env",
                "file|d",
                "file|{toxinidir}/e.env",
            ))
        if how < 0.22:
            return f"{{[{rng.choice(self.sections())}]{rng.choice(('set_env', 'set_env', 'setenv', 'k'))}}}"
        if how < 0.27:
            return self.piece()
        name = rng.choice(words.NAMES)
        value = "".join(
            self.piece() if rng.random() < 0.5 else rng.choice(("x", "y z", "1"))
            for _ in range(rng.choice((0, 1, 1, 2)))
        )
        line = f"{name}{rng.choice(('=', '=', '=', ' = ', ' =', ''))}{value}"
        if rng.random() < 0.15:
            line += rng.choice((";", "; ", " ; ", "\\;")) + rng.choice(words.MARKERS)
        return line
