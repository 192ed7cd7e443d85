"""What substitution yields, and how it is joined for each kind of value.

A result is a sequence of pieces: text that the author of the configuration wrote, and what was put in the place of
expressions. Keeping the two apart until the end allows each kind of value its own joining: a command quotes what was
put into it, a list refuses entries torn apart, everything else is just text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tox.util._shell import join

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


class Words(NamedTuple):
    """A substituted value made of separate words, such as the arguments after ``--``."""

    #: the value where only text will do
    text: str
    #: the words, none of them quoted
    words: tuple[str, ...]
    #: whether they are entries of a list, of which each gets a line of its own where nothing else is on the line
    entries: bool = False
    #: the same words where the first one names a program; empty where that makes no difference
    as_program: tuple[str, ...] = ()


class Group(NamedTuple):
    """A substituted value made of pieces of its own."""

    pieces: tuple[Piece, ...]
    #: whether the text in it comes from outside of the configuration, such as from a variable of the host
    host: bool = False
    #: whether its author wrote it in this very place, as defaults are
    written_here: bool = False


#: what may stand before the end of the first word of a command
_FIRST_WORD = r"\s*([-!]\s+)?\S*"
#: a line that begins with an option whose value is a path, not quoted, and goes on to the end of the line
_PATH_OPTION = r"\s*(-[rcef]|--(requirement|constraint|editable|find-links)(?=[\s=]))[^'\"]*"
Piece = str | Words | Group
Pieces = tuple[Piece, ...]


def as_text(pieces: Sequence[Piece]) -> str:
    """Join pieces into text, nothing added and nothing quoted."""
    if len(pieces) == 1 and isinstance(pieces[0], str):
        return pieces[0]
    return "".join(
        piece if isinstance(piece, str) else piece.text if isinstance(piece, Words) else as_text(piece.pieces)
        for piece in pieces
    )


def as_first_word(pieces: Sequence[Piece]) -> str:
    """Join pieces into the text that a command begins with: words in it name its program."""
    return "".join(
        as_first_word(piece.pieces)
        if isinstance(piece, Group)
        else join(piece.as_program)
        if isinstance(piece, Words) and piece.as_program
        else as_text((piece,))
        for piece in pieces
    )


def as_entries(pieces: Sequence[Piece], separators: str) -> str:
    """Join pieces into the text of a list, in which a substitution that shares an entry may not add another.

    What stands alone may be several entries, by the same rule for what it is made of.

    :param separators: characters of which any ends an entry
    :raises ValueError: if one would
    """
    for at, piece in enumerate(pieces):
        if isinstance(piece, str):
            continue
        text = as_text((piece,))
        if not any(separator in text for separator in separators):
            continue
        if not _is_alone(pieces, at, separators) or _has_torn_word(piece):
            raise ValueError("what is substituted into one entry of a list may not hold a separator of entries")
        if isinstance(piece, Group):
            as_entries(piece.pieces, separators)
    return as_text(pieces)


def as_requirement_lines(pieces: Sequence[Piece], protect: Callable[[str], str]) -> str:
    """Join pieces into lines of which each is a requirement.

    :param protect: marks text from outside of the configuration, so that nobody expands variables in it
    :raises ValueError: if a substitution adds to its line a further line, an option of pip or a comment, if it takes in
        the next line, or if it leaves a comparison without a version
    """
    out: list[str] = []
    for at, piece in enumerate(pieces):
        if isinstance(piece, str):
            out.append(piece)
            continue
        text = as_text((piece,))
        before, after = "".join(out).rpartition("\n")[2], as_text(pieces[at + 1 :]).partition("\n")
        if _has_torn_word(piece):
            raise ValueError("the name of a file that a pattern found may not hold a line end")
        if text.endswith("\\") and after[1] and not after[0].strip():
            raise ValueError(
                "what is substituted into a requirement may not end with a backslash, which takes in the next line"
            )
        if not _is_alone(pieces, at, "\n"):
            text = _within_path(before, text)
            check_addition(before, text)
            _check_left_open(before, text, after[0])
        elif isinstance(piece, Group):
            text = as_requirement_lines(piece.pieces, protect)
        # the whole of it: what looks like an expression of ours and is none comes in parts
        out.append(protect(text) if isinstance(piece, Group) and piece.host else text)
    return "".join(out)


def _within_path(before: str, text: str) -> str:
    """Keep a blank and a hash sign in what becomes part of the path of an option from starting a comment."""
    return re.sub(r"(?<!\\)(\s)(?=#)", r"\\\1", text) if re.fullmatch(_PATH_OPTION, before) else text


def check_addition(before: str, text: str) -> None:
    """Refuse what would add something to a line of requirements that its author did not write.

    :param before: the line up to here
    :param text: what is put there
    :raises ValueError: if it adds a line, an option of pip or a comment
    """
    added = ""
    if "\n" in text:
        added = "hold a line end"
    elif _adds(before, text, r"--?[a-zA-Z]"):
        added = "add an option of pip"
    elif re.search(r"(?<!\\)\s#", text) or (text.startswith("#") and (not before or before[-1].isspace())):
        added = "start a comment"
    if added:
        raise ValueError(f"what is substituted into a requirement may not {added}")


def _adds(before: str, text: str, what: str) -> bool:
    starts_word = not before or before[-1].isspace()
    return re.search(rf"(?:^|\s){what}" if starts_word else rf"\s{what}", text) is not None


def _check_left_open(before: str, text: str, after: str) -> None:
    """Refuse a comparison whose version is substituted by nothing; pip would tell of it less well, and later."""
    line = before.strip()
    if text.strip() or line.startswith("-") or not line.endswith(("=", "<", ">", "~", "!", "@", ";")):
        return
    if not after.strip() or after.lstrip()[0] in ";,#" or re.match(r"\s+-", after):
        raise ValueError(f"what is substituted behind {line!r} is empty")


def _has_torn_word(piece: Piece) -> bool:
    """Tell whether one of several words holds a line end, as the name of a file may."""
    return isinstance(piece, Words) and any("\n" in word for word in piece.words)


def _is_alone(pieces: Sequence[Piece], at: int, separators: str) -> bool:
    """Tell whether nothing but blanks is beside a piece, up to the next separators."""
    for neighbours, first in ((reversed(pieces[:at]), -1), (iter(pieces[at + 1 :]), 0)):
        for neighbour in neighbours:
            if not isinstance(neighbour, str):
                return False
            beside = re.split(f"[{re.escape(separators)}]", neighbour)
            if beside[first].strip():
                return False
            if len(beside) > 1:
                break
    return True


class _CommandLine:
    """Command lines being joined; knows what quotes the text so far has left open."""

    def __init__(self) -> None:
        self._quote = ""
        #: what its last line has so far
        self._line = ""

    def join(self, pieces: Sequence[Piece]) -> str:
        """Join pieces, lines apart; what stands alone on its line may become several."""
        pieces = tuple(_spliced(pieces))
        out: list[str] = []
        for at, piece in enumerate(pieces):
            if isinstance(piece, str):
                out.append(piece)
                self._follow(piece)
                self._add(piece)
                continue
            text = self._substituted(piece)
            out.append(text if _is_alone(pieces, at, "\n") else _on_one_line(text))
        return "".join(out)

    def _substituted(self, piece: Words | Group) -> str:
        if isinstance(piece, Words) and piece.as_program and re.fullmatch(_FIRST_WORD, self._line):
            piece = piece._replace(words=piece.as_program)
        if self._quote:
            text = _escape(_on_one_line(_inside_quotes((piece,))), self._quote)
        elif isinstance(piece, Group):
            return self.join(piece.pieces)
        else:
            text = ("\n" if piece.entries else " ").join(_quoted(_on_one_line(word)) for word in piece.words)
        self._add(text)
        return text

    def _add(self, text: str) -> None:
        self._line = (self._line + text).replace("\\\n", " ").rpartition("\n")[2]

    def _follow(self, text: str) -> None:
        """Take note of the quotes that a text opens and closes; a line ends them all."""
        at = 0
        while at < len(text):
            char = text[at]
            if char == "\n":
                self._quote = ""
            elif char == "\\" and self._quote != "'":
                at += 1
            elif char == self._quote:
                self._quote = ""
            elif char in {"'", '"'} and not self._quote:
                self._quote = char
            at += 1


def as_command_lines(pieces: Sequence[Piece]) -> str:
    """Join pieces into lines of which each is a command, quoting what was substituted as its surroundings need.

    Within quotes a value stays within them; outside of them words stay apart whatever they hold, and plain text is
    split into words as if it had been written there.
    """
    return _CommandLine().join(pieces)


def _spliced(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield pieces, in the place of what was written here its own."""
    for piece in pieces:
        if isinstance(piece, Group) and piece.written_here:
            yield from _spliced(piece.pieces)
        else:
            yield piece


def _inside_quotes(pieces: Sequence[Piece]) -> str:
    return "".join(
        piece
        if isinstance(piece, str)
        else " ".join(piece.words)
        if isinstance(piece, Words)
        else _inside_quotes(piece.pieces)
        for piece in pieces
    )


def _on_one_line(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", text) if "\n" in text else text


def _quoted(word: str) -> str:
    from shlex import quote

    return quote(word)


def _escape(text: str, quote: str) -> str:
    if quote == "'":
        return text.replace("'", "'\"'\"'")
    return re.sub(r'(["\\])', r"\\\1", text)
