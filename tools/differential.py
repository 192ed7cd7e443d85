"""Look for inputs that two tox commands do not treat alike.

    python tools/differential.py OURS THEIRS --seed N --draws N [--kind config|run|package] [--jobs N] [--only K]

Projects and commands are drawn at random, and both run them in copies at the same path. What differs is made as small
as it can be, tried once more with processes of its own, and shown in full, unless ``tools/differing/explained.py``
names the paragraph of ``docs/differences.rst`` that tells it. Exit status 0 when nothing differs that is not told.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from multiprocessing import Pool
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).parent))

from differing.comparing import Places, Point, differences
from differing.drawing import KINDS
from differing.explained import Shown, explanation
from differing.running import Tox
from differing.shrinking import cut, shrink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from differing.comparing import Points
    from differing.model import Draw

_MEMORY = Path("/dev/shm")
NOT_TOLD = "not told"
#: draws that nothing was run of
NOT_WRITTEN = "not written"
#: what forked processes show and those that are started do not: a fault of this tool, if it is seen often
ONLY_FORKED = "only forked"
#: characters of an output that are shown
MOST = 800


class Found(NamedTuple):
    """A difference that was found."""

    number: int
    shown: Shown
    heading: str | None

    def text(self) -> str:
        """Write it down in full."""
        point = self.shown.point
        told = f" (told: {self.heading})" if self.heading else ""
        ours, theirs = self.shown.ours[:MOST], self.shown.theirs[:MOST]
        parts = [f"=== draw {self.number}: {point.what} {point.name!r}{told}", self.shown.draw.show()]
        parts += [f"--- ours\n{ours}", f"--- theirs\n{theirs}", ""]
        return "\n".join(parts)


class Comparison:
    """The two that are compared, and where.

    :param alike: how many differences in one respect are made small; the others are only counted
    """

    def __init__(self, asked: argparse.Namespace, folder: Path) -> None:
        limit = 20 if asked.kind == "config" else 120
        commands = [Path(command).absolute() for command in (asked.ours, asked.theirs)]
        self._both = [Tox(command, folder / name, limit) for command, name in zip(commands, ("o", "t"), strict=True)]
        roots = [(command.parents[1], tox.scratch) for command, tox in zip(commands, self._both, strict=True)]
        self._places = Places(*roots)
        self._base = folder / "p"
        self._fresh: bool = asked.fresh
        self._most: int = asked.shrink
        self._alike: int = asked.alike
        self._without: re.Pattern[str] = re.compile(asked.without)
        self._seen: Counter[tuple[str, str]] = Counter()

    def points(self, draw: Draw, *, fresh: bool = False) -> Points:
        """Run a draw with both.

        :raises OSError: if it cannot be written
        :raises ValueError: likewise
        """
        ours, theirs = (tox.run(draw, self._base, fresh=fresh or self._fresh) for tox in self._both)
        return differences(draw.steps, ours, theirs, self._places)

    def _points_if_written(self, draw: Draw, *, fresh: bool = False) -> Points:
        """Run a draw with both; nothing differs where it cannot be written."""
        try:
            return self.points(draw, fresh=fresh)
        except (OSError, ValueError):
            return {}

    def check(self, number: int, draw: Draw) -> Iterator[Found]:
        """Find in which respects the two differ, each shown by something small."""
        try:
            points = self.points(draw)
        except (OSError, ValueError) as error:
            yield Found(number, Shown(draw, Point(0, "error", repr(error)), "", ""), NOT_WRITTEN)
            return
        open_points = {
            point: pair
            for point, pair in points.items()
            if not self._without.search(" ".join(point.kind))
            and explanation(Shown(draw, point, *pair), at_once=True) is None
        }
        while open_points:
            point = next(iter(open_points))
            kind = point.kind
            self._seen[kind] += 1
            if self._seen[kind] > self._alike:
                open_points = {other: pair for other, pair in open_points.items() if other.kind != kind}
                continue
            shown, covered = self._small(draw, point)
            open_points = {
                other: pair for other, pair in open_points.items() if other != point and other.kind not in covered
            }
            heading = explanation(shown)
            if heading is not None or point.kind in {
                other.kind for other in self._points_if_written(shown.draw, fresh=True)
            }:
                yield Found(number, shown, heading)
            else:
                yield Found(number, shown, ONLY_FORKED)

    def _small(self, draw: Draw, point: Point) -> tuple[Shown, set[tuple[str, str]]]:
        """Shrink a draw as long as it shows a point.

        :returns: what is left; the kinds of all points that it shows to what the point was seen by
        """
        known: dict[str, Points] = {}

        def points(smaller: Draw) -> Points:
            name = repr(smaller)
            if name not in known:
                known[name] = self._points_if_written(smaller)
            return known[name]

        def shows(smaller: Draw) -> Shown | None:
            found = ((other, pair) for other, pair in points(smaller).items() if other.kind == point.kind)
            return next((Shown(smaller, other, *pair) for other, pair in found), None)

        def holds(smaller: Draw) -> bool:
            return shows(smaller) is not None

        step = draw.steps[point.step]
        for guess in guesses(draw, point):
            draw = guess if holds(guess) else draw
        draw = cut(draw, holds)
        shown = shows(draw)
        if shown is not None and explanation(shown) is None:
            shown = shows(shrink(draw, holds, self._most))
        if shown is None:  # only now and then
            return Shown(draw, point, "", ""), {point.kind}
        everything = points(replace(shown.draw, steps=[step]))
        return shown, {other.kind for other in (*everything, *points(shown.draw))}

    def close(self) -> None:
        """End what was started."""
        for tox in self._both:
            tox.close()


def guesses(draw: Draw, point: Point) -> Iterator[Draw]:
    """Give draws that may show a point as well, and are much cheaper: one step alone, one setting alone."""
    step = draw.steps[point.step]
    yield replace(draw, steps=[step])
    env, _, key = point.name.partition(" ")
    if key and env.startswith("env."):
        kept = [group for group in step.args if group[0] in ("--", "-x", "--override")]
        args = [["--format", "json"], ["-e", env.removeprefix("env.")], ["-k", key]]
        yield replace(draw, steps=[replace(step, command="config", args=[*args, *kept], at=0)])


def check_one(args: tuple[argparse.Namespace, int]) -> Counter[str]:
    """Check one draw, in a process that checks others, too, and show what is found.

    :returns: how many differences each paragraph tells, and how many none
    """
    global _comparison  # noqa: PLW0603 - what forks lives as long as the process
    asked, number = args
    if _comparison is None:
        _comparison = Comparison(asked, Path(tempfile.mkdtemp(dir=asked.folder)))
    counts: Counter[str] = Counter()
    for found in _comparison.check(number, KINDS[asked.kind](f"{asked.seed}/{number}")):
        counts[found.heading or NOT_TOLD] += 1
        if found.heading is None or asked.told:
            os.write(1, (found.text() + "\n").encode("utf-8", "backslashreplace"))
    return counts


_comparison: Comparison | None = None


def main() -> int:
    """Compare; see the module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ours", metavar="OURS", help="path of a tox executable")
    parser.add_argument("theirs", metavar="THEIRS", help="path of another")
    parser.add_argument("--seed", type=int, default=1, help="of the draws")
    parser.add_argument("--draws", type=int, default=100, help="how many there are")
    parser.add_argument("--start", type=int, default=0, metavar="K", help="begin with this draw")
    parser.add_argument("--only", type=int, metavar="K", help="repeat one draw")
    parser.add_argument("--kind", choices=[*KINDS], default="config", help="what is drawn")
    parser.add_argument("--jobs", type=int, default=2, help="how many draws are tried at once")
    parser.add_argument("--fresh", action="store_true", help="start a process for each command; slow")
    parser.add_argument("--shrink", type=int, default=300, metavar="N", help="how often a smaller input may be tried")
    parser.add_argument(
        "--alike", type=int, default=10**9, metavar="N", help="shrink so many of one kind, for each job"
    )
    parser.add_argument("--without", default="^$", metavar="RE", help="leave out differences in what this finds")
    parser.add_argument("--told", action="store_true", help="show what is told, too")
    asked = parser.parse_args()
    numbers = [asked.only] if asked.only is not None else [*range(asked.start, asked.start + asked.draws)]
    if asked.only is not None:
        print(KINDS[asked.kind](f"{asked.seed}/{asked.only}").show(), flush=True)
    start = time.monotonic()
    counts: Counter[str] = Counter()
    asked.folder = tempfile.mkdtemp(prefix="differ-", dir=_MEMORY if _MEMORY.is_dir() else None)
    try:
        with Pool(asked.jobs) as pool:
            for done, more in enumerate(pool.imap_unordered(check_one, [(asked, number) for number in numbers]), 1):
                counts += more
                if not done % 20:
                    print(f"{done} draws, {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    finally:
        shutil.rmtree(asked.folder, ignore_errors=True)
    print(f"{len(numbers)} draws in {time.monotonic() - start:.0f} s: {dict(counts)}")
    return int(bool(counts[NOT_TOLD]))


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
