"""Where in the arguments the sub-command stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence


def find_command(words: Sequence[str], names: Collection[str], takes: Mapping[str, int | str | None]) -> int | None:
    """Find the first word that names a sub-command and is not the value of an option.

    :param words: the arguments
    :param names: names and aliases of the sub-commands
    :param takes: for each option how many values it takes, as argparse writes it: a number, ``?``, ``*``, ``+`` or
        ``None`` for exactly one. What may have no value has none when a sub-command follows; what takes any number
        takes all that follow once it has one, names of sub-commands too
    :returns: its place, counted from zero; ``None`` when there is none
    """
    at = 0
    while at < len(words):
        word = words[at]
        if word in names:
            return at
        at += 1
        if word.startswith("-") and word != "-":
            at = _after_values(words, at, names, _count(word, takes))
    return None


def _count(word: str, takes: Mapping[str, int | str | None]) -> int | str | None:
    """Tell how many of the following words belong to an option; zero for what is no option."""
    if word in takes:
        return takes[word]
    if word.startswith("--"):
        if "=" in word:
            return 0
        matching = {option for option in takes if option.startswith(word)}
        counts = {takes[option] for option in matching}
        return counts.pop() if len(counts) == 1 else 0
    return _count_of_cluster(word, takes)


def _count_of_cluster(word: str, takes: Mapping[str, int | str | None]) -> int | str | None:
    """Tell the same of short options written together, of which only the last one may have its value in other words."""
    for place, letter in enumerate(word[1:], start=2):
        count = takes.get(f"-{letter}", 0)
        if count != 0:
            return count if place == len(word) else 0
    return 0


def _after_values(words: Sequence[str], at: int, names: Collection[str], count: int | str | None) -> int:
    """Return the place after the values of an option, which begin at a place."""

    def is_value(place: int) -> bool:
        return place < len(words) and not words[place].startswith("-")

    if count == "+":
        while is_value(at):
            at += 1
    elif count == "*":
        if is_value(at) and words[at] not in names:
            at = _after_values(words, at, names, "+")
    elif count == "?":
        if is_value(at) and words[at] not in names:
            at += 1
    else:
        at += count if isinstance(count, int) else 1
    return at


__all__ = ["find_command"]
