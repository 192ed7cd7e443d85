"""Which names are known, which are meant, and what a wrong one may have meant; pure functions of names."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from tox.errors import HandledError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from tox.session._select.request import CliEnv

DEFAULT_ENV = "py"
"""what is run in a project that names no default environments"""
PACKAGE_ENV = ".pkg"
"""a name that every project has, as its package environment is called so unless it says otherwise"""

#: names that a sentence lists at most
_MOST_LISTED: Final = 20

_PYTHON = re.compile(
    r"""
    (?:(?:py|pypy|cpython|jython|graalpy|rustpython|ironpython)  # an implementation
       (?:\d(?:\.\d+){1,2}t?d?|\d+t?d?)?                         # of some version
    |\d(?:\.\d+){1,2}t?d?|\d+t?d?)                               # a version alone
    """,
    re.VERBOSE,
)


class Asked(NamedTuple):
    """What the command line asks for."""

    named: CliEnv | None
    """the value of ``-e``; ``None`` where there is no such option"""
    labels: Sequence[str]
    """any of these is enough"""
    factors: Sequence[Sequence[str]]
    """all of any one group"""

    @property
    def is_all(self) -> bool:
        """Whether every environment is asked for."""
        return self.named is not None and self.named.is_all

    @property
    def in_groups(self) -> bool:
        """Whether labels or factors choose."""
        return bool(self.labels or self.factors)


def order(asked: Asked, defaults: Iterable[str], known: Iterable[str], labelled: Iterable[str]) -> dict[str, bool]:
    """Put names in order.

    :param asked: what the command line asks for
    :param defaults: the default environments
    :param known: all that the configuration names
    :param labelled: what labels of the project name; nothing but a label may know them
    :returns: for each name whether ``-e``, or the absence of it, means it: none where labels or factors choose; those
        named by ``-e`` first, then the default ones, then others as the configuration has them; :data:`DEFAULT_ENV`
        last when it stands in for them
    """
    result: dict[str, bool] = {}
    everything = asked.is_all and not asked.in_groups
    use_defaults = (asked.named is None or asked.named.is_default_list) and not asked.in_groups
    defaults = list(defaults)
    if asked.named is not None:
        result.update(dict.fromkeys(asked.named, not asked.in_groups))
    for name in defaults:
        result.setdefault(name, everything or use_defaults)
    for name in known:
        result.setdefault(name, everything)
    if not everything:
        for name in labelled:
            result.setdefault(name, False)
    if (use_defaults and not defaults) or (everything and not result):
        result[DEFAULT_ENV] = True
    return result


def with_factors(names: Iterable[str], groups: Iterable[Sequence[str]]) -> list[str]:
    """Return the names that have all factors of any one group; a word of a group may hold several factors."""
    wanted = [frozenset(factor for word in group for factor in word.split("-")) for group in groups]
    return [name for name in names if any(group <= frozenset(name.split("-")) for group in wanted)]


def with_labels(
    names: Iterable[str],
    labels: Collection[str],
    of_project: Mapping[str, Iterable[str]],
    of_env: Callable[[str], Collection[str]],
) -> list[str]:
    """Return the names that have any of the labels.

    :param names: all names, in order
    :param labels: what is asked for
    :param of_project: for each label of the project the names it stands for
    :param of_env: the labels that one environment has itself
    """
    meant = {name for label in labels for name in of_project.get(label, ())}
    return [name for name in names if name in meant or not set(labels).isdisjoint(of_env(name))]


def check(named: Iterable[str], names: Collection[str], factors_of: Callable[[], Collection[str]]) -> None:
    """Refuse names that are not known.

    A name is known when the configuration has it, or when each of its factors is known or names a Python; but
    ``py3.12`` is a mistake where ``py312`` is configured.

    :param named: what ``-e`` names
    :param names: all that the configuration names
    :param factors_of: gives the factors that may be combined; asked only when there are other names
    :raises HandledError: naming each unknown one, and what may have been meant
    """
    named = [name for name in named if name not in names]
    if not named:
        return
    factors = factors_of()
    unknown = [
        name
        for name in named
        if without_dots(name) in names or not all(_is_known(factor, factors) for factor in name.split("-"))
    ]
    if unknown:
        lines = [_with_suggestion(name, names, factors, {*names, *factors}) for name in unknown]
        if names and not any(line != name for line, name in zip(lines, unknown, strict=True)):
            lines.append(f"environments are {listed(names)}")
        raise HandledError("\n".join(["provided environments not found in configuration file:", *lines]))


def free_factors(names: Iterable[str], whole: Collection[str]) -> set[str]:
    """Collect the factors that may be combined to names that the configuration does not have.

    :param names: all that the configuration names
    :param whole: those that are one factor each, as they have a section of their own and are no default environments
    """
    found = {factor for name in names for factor in ((name,) if name in whole else name.split("-"))}
    return found | {PACKAGE_ENV}


def _is_known(factor: str, factors: Collection[str]) -> bool:
    return not factor or factor in factors or _PYTHON.fullmatch(factor) is not None


def without_dots(name: str) -> str:
    """Write the versions of Pythons in a name the older way: ``py312`` for ``py3.12``."""
    return re.sub(r"(\d)\.(?=\d)", r"\1", name)


def _with_suggestion(name: str, names: Collection[str], factors: Collection[str], words: Collection[str]) -> str:
    """Add what the name may have meant, unless part of it is right."""
    from difflib import get_close_matches

    if without_dots(name) in names:
        return f"{name} - did you mean {without_dots(name)}?"
    parts = name.split("-")
    if any(_is_known(part, factors) for part in parts):
        return name
    closest = [get_close_matches(part, words, n=1) for part in parts]
    if not all(closest):
        return name
    return f"{name} - did you mean {'-'.join(found for (found,) in closest)}?"


def unmatched(
    asked: Asked, names: Collection[str], of_project: Mapping[str, object], of_env: Callable[[str], Collection[str]]
) -> Iterator[str]:
    """Tell which labels and groups of factors no environment has, and which there are.

    :param names: of all environments
    :param of_project: the labels of the project
    :param of_env: the labels that one environment has itself
    :returns: a sentence for each
    """
    if asked.labels:
        labels = sorted({*of_project, *(label for name in names for label in of_env(name))})
        there_are = f"labels are {listed(labels)}" if labels else "there are no labels"
        for label in asked.labels:
            if label not in labels:
                yield f"no environment has label {label}; {there_are}"
    for group in asked.factors:
        if not with_factors(names, [group]):
            factors = sorted({factor for name in names for factor in name.split("-")})
            yield f"no environment has factor {' and '.join(group)}; factors are {listed(factors)}"


def listed(words: Collection[str]) -> str:
    """Write words between commas; of very many only the first."""
    shown = ", ".join(islice(words, _MOST_LISTED))
    return shown if len(words) <= _MOST_LISTED else f"{shown} and {len(words) - _MOST_LISTED} more"


class Skipping:
    """What ``--skip-env`` leaves out: names whose beginning an expression matches.

    :param pattern: the expression; empty for leaving out nothing
    :raises HandledError: when it is no regular expression
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        try:
            self._compiled = re.compile(pattern) if pattern else None
        except re.error as error:
            raise HandledError(f"invalid environment skip filter {pattern!r}: {error}") from None

    def matches(self, name: str) -> bool:
        """Tell whether a name is left out."""
        return self._compiled is not None and self._compiled.match(name) is not None


__all__ = [
    "DEFAULT_ENV",
    "PACKAGE_ENV",
    "Asked",
    "Skipping",
    "check",
    "free_factors",
    "listed",
    "order",
    "unmatched",
    "with_factors",
    "with_labels",
]
