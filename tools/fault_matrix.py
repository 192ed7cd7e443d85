"""Try the fault matrix for long: many deaths, each followed by a run that must repair what was left.

``python tools/fault_matrix.py --most 324 --seed 7`` draws so many cases of all; without ``--most`` every case is tried.
Needs a POSIX system with ``/proc``, and what ``tests/requirements.txt`` names.
"""

from __future__ import annotations

import argparse
import collections
import random
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.faults.matrix import CASES, Case, Scene, Trial, make_links
from tests.hosts import make_host
from tests.processes import accept_interrupts


def main() -> int:
    """Try cases, print each that went wrong, and a summary."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most", type=int, default=len(CASES), help="how many cases to draw")
    parser.add_argument("--seed", type=int, default=0, help="what to draw them by")
    parser.add_argument("--jobs", type=int, default=2, help="how many at once")
    parser.add_argument("--only", default="", help="a text that the name of a case contains")
    parser.add_argument("--show", action="store_true", help="print the output of what went wrong")
    options = parser.parse_args()
    accept_interrupts()
    cases = [case for case in CASES if options.only in str(case)]
    cases = random.Random(options.seed).sample(cases, min(options.most, len(cases)))
    with tempfile.TemporaryDirectory() as folder:
        trials = _try_all(cases, Path(folder), options.jobs, show=options.show)
    return _sum_up(trials)


def _try_all(cases: list[Case], folder: Path, jobs: int, *, show: bool) -> list[Trial]:
    host, links = make_host(folder / "host"), make_links(folder / "links")

    def try_one(numbered: tuple[int, Case]) -> Trial:
        number, case = numbered
        place = folder / str(number)
        trial = Scene(place, host, links, folder / "seeds").try_out(case)
        if trial.problems:
            print(f"{case}: {'; '.join(trial.problems)}", flush=True)
            if show:
                print("\n".join(trial.transcript), flush=True)
        shutil.rmtree(place, ignore_errors=True)
        return trial

    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(try_one, enumerate(cases)))


def _sum_up(trials: list[Trial]) -> int:
    struck = sum(trial.struck for trial in trials)
    bad = [trial for trial in trials if trial.problems]
    for attribute in ("kind", "phase", "fault", "afterwards"):
        counts = collections.Counter(getattr(trial.case, attribute) for trial in trials)
        failed = collections.Counter(getattr(trial.case, attribute) for trial in bad)
        print(f"{attribute}: " + ", ".join(f"{name} {failed[name]}/{count}" for name, count in sorted(counts.items())))
    print(f"{len(trials)} cases, {struck} faults happened, {len(bad)} went wrong")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
