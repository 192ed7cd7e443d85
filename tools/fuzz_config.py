"""Feed the parsers of the configuration random inputs, as many as one likes.

``python tools/fuzz_config.py 1000000 --jobs 2 --seed 7`` draws a million of them: values and files in INI and TOML,
templates, conditions, patterns and requirement lines. Each has to be read, or refused by an error of ours. What fails
is shown with the input that did it; the exit code tells whether anything did.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from multiprocessing import Pool
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.config import fuzzed
from tests.config.projects import SETTINGS

#: how often each kind is drawn; those that write files take a hundred times as long as the others
KINDS = {
    "template": 30,
    "lines": 25,
    "ini_value": 12,
    "toml_value": 10,
    "requirements": 10,
    "ini_file": 7,
    "toml_file": 6,
}
#: shown before a worker gives up
ENOUGH = 5


class Done(NamedTuple):
    """What one worker did."""

    counts: Counter[str]
    failures: list[str]


def text(rng: random.Random, words: tuple[str, ...] = fuzzed.WORDS) -> str:
    """Put a text together from pieces."""
    return "".join(rng.choices(words, k=rng.randint(0, 12)))


def tree(rng: random.Random, depth: int = 0) -> Any:
    """Make a value that TOML can hold."""
    kind = rng.random()
    if depth < 3 and kind < 0.3:
        return {rng.choice(fuzzed.KEYS): tree(rng, depth + 1) for _ in range(rng.randint(0, 4))}
    if depth < 3 and kind < 0.55:
        return [tree(rng, depth + 1) for _ in range(rng.randint(0, 3))]
    scalars = (rng.choice(fuzzed.TABLE_WORDS), rng.random() < 0.5, rng.randint(-3, 20), rng.random() * 2, text(rng))
    return rng.choice(scalars)


def draw(rng: random.Random, kind: str) -> tuple[Any, ...]:
    """Draw the input of one kind of check."""
    if kind == "ini_value":
        return text(rng), rng.choice([*SETTINGS, "set_env", "change_dir", "env_dir"])
    if kind == "ini_file":
        return ("".join(rng.choices("[]=:#;, \n\tabtestnvox_{}-", k=rng.randint(0, 80))),)
    if kind == "toml_value":
        return tree(rng), rng.choice([*SETTINGS, "set_env", "change_dir"])
    if kind == "toml_file":
        return tree(rng), rng.choice(["env_list", "env", "env_base", "env_run_base", "labels"])
    return (text(rng, fuzzed.REQUIREMENTS if kind == "requirements" else fuzzed.WORDS),)


def work(seed: int, count: int) -> Done:
    """Check so many inputs."""
    logging.disable()
    os.environ.update({"A": "{env:B}{a", "B": "x y'{env_name}"})
    rng = random.Random(seed)
    done = Done(Counter(), [])
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(count):
            (kind,) = rng.choices([*KINDS], [*KINDS.values()])
            args = draw(rng, kind)
            done.counts[kind] += 1
            place = () if kind in {"template", "lines"} else (Path(folder),)
            try:
                getattr(fuzzed, kind)(*place, *args)
            except Exception:  # noqa: BLE001 - that is what is looked for
                done.failures.append(f"{kind}{args!r}\n{traceback.format_exc(limit=-4)}")
                if len(done.failures) == ENOUGH:
                    break
    return done


def main() -> int:
    """Check as many inputs as asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, help="how many inputs")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many processes")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="where to start")
    asked = parser.parse_args()
    start = time.monotonic()
    print(f"seed {asked.seed}", flush=True)
    with Pool(asked.jobs) as pool:
        share = -(-asked.count // asked.jobs)
        parts = pool.starmap(work, [(asked.seed + job, share) for job in range(asked.jobs)])
    counts = sum((part.counts for part in parts), Counter[str]())
    failures = [failure for part in parts for failure in part.failures]
    print("\n".join(failures))
    print(f"{counts.total()} inputs in {time.monotonic() - start:.0f} s, {len(failures)} failures: {dict(counts)}")
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
