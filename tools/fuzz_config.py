"""Feed the parsers of the configuration random inputs, as many as one likes.

``python tools/fuzz_config.py 1000000 --jobs 2 --seed 7`` draws a million of them: values and files in INI and TOML,
templates, conditions, patterns and requirement lines. Each has to be read, or refused by an error of ours. What fails
is shown with the input that did it, as is an input that takes too long, or takes the process with it that it is fed to;
the exit code tells whether anything did.
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
from contextlib import closing, suppress
from itertools import islice
from multiprocessing import Pipe, Process, Value
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.config import fuzzed
from tests.config.projects import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from ctypes import c_ulong
    from multiprocessing.connection import Connection

#: how often each kind is drawn of a hundred; those that write files take many times as long as the others
KINDS = {
    "template": 30,
    "lines": 26,
    "ini_in_memory": 16,
    "toml_in_memory": 12,
    "requirements": 8,
    "ini_value": 3,
    "toml_value": 2,
    "ini_file": 2,
    "toml_file": 1,
}
#: kinds that need no folder
_NO_FOLDER = frozenset({"template", "lines"})
#: failures after which no more inputs are fed
ENOUGH = 5
#: inputs fed to one process
BATCH = 20_000
#: memory that one process may take
MOST_BYTES = 4 * 1024**3
#: where files are in memory, on some platforms
_MEMORY = Path("/dev/shm")


class Done(NamedTuple):
    """What one process did."""

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
        return text(rng), rng.choice([*SETTINGS, *("set_env", "change_dir") * 3, "env_dir"])
    if kind == "ini_file":
        return ("".join(rng.choices("[]=:#;, \n\tabtestnvox_{}-", k=rng.randint(0, 80))),)
    if kind == "toml_value":
        return tree(rng), rng.choice([*SETTINGS, "set_env", "change_dir"])
    if kind == "ini_in_memory":
        return text(rng), rng.choice([*SETTINGS])
    if kind == "toml_in_memory":
        return tree(rng), rng.choice([*SETTINGS])
    if kind == "toml_file":
        return tree(rng), rng.choice(["env_list", "env", "env_base", "env_run_base", "labels"])
    return (text(rng, fuzzed.REQUIREMENTS if kind == "requirements" else fuzzed.WORDS),)


def drawn(seed: int) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Draw inputs without end, each with its kind; a seed always gives the same."""
    rng = random.Random(seed)
    kinds, weights = [*KINDS], [*KINDS.values()]
    while True:
        (kind,) = rng.choices(kinds, weights)
        yield kind, draw(rng, kind)


def work(seed: int, count: int, at: c_ulong, place: Path, sender: Connection) -> None:
    """Check so many inputs, in a process of its own.

    :param at: told the index of the input that is fed
    :param place: where files may be written
    :param sender: told what was done
    """
    logging.disable()
    limit_memory()
    os.environ.update({"A": "{env:B}{a", "B": "x y'{env_name}"})
    done = Done(Counter(), [])
    folder = Path(tempfile.mkdtemp(dir=place))
    for index, (kind, args) in enumerate(islice(drawn(seed), count)):
        at.value = index
        done.counts[kind] += 1
        try:
            getattr(fuzzed, kind)(*(() if kind in _NO_FOLDER else (folder,)), *args)
        except Exception:  # noqa: BLE001 - that is what is looked for
            done.failures.append(f"{kind}{args!r}\n{traceback.format_exc(limit=-4)}")
            if len(done.failures) == ENOUGH:
                break
    sender.send(done)


def limit_memory() -> None:
    """Let what would fill the memory of the machine fail in this process, where the platform can."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))


class Batch:
    """A process that is fed inputs, and what is seen of it from here.

    :param seed: of the inputs
    :param count: how many there are
    :param place: where files may be written
    """

    def __init__(self, seed: int, count: int, place: Path) -> None:
        self.receiver, sender = Pipe(duplex=False)
        self._seed = seed
        self._at = Value("L", 0, lock=False)
        self._seen = 0
        self._since = time.monotonic()
        self._process = Process(target=work, args=(seed, count, self._at, place, sender), daemon=True)
        self._process.start()
        sender.close()  # so that the end of the process is the end of what can be received

    def is_stuck(self, most_seconds: float) -> bool:
        """Tell whether one input has been worked on for that long."""
        if self._at.value != self._seen:
            self._seen, self._since = self._at.value, time.monotonic()
        return time.monotonic() - self._since > most_seconds

    def result(self) -> Done:
        """Give what was done, once there is something to receive."""
        try:
            done: Done = self.receiver.recv()
        except EOFError:
            self._process.join()
            return self._cut_short(f"took the process with it, which ended with {self._process.exitcode}")
        self._process.join()
        return done

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()

    def stop(self, why: str) -> Done:
        """End the process, and blame the input that it is working on."""
        self.end()
        return self._cut_short(why)

    def _cut_short(self, why: str) -> Done:
        fed = list(islice(drawn(self._seed), self._at.value + 1))
        kind, args = fed[-1]
        return Done(Counter(kind for kind, _ in fed), [f"{kind}{args!r}\n{why}\n"])


def run(count: int, jobs: int, seed: int, most_seconds: float) -> Generator[Done]:
    """Feed so many inputs to some processes at a time; what each did is yielded as it ends."""
    waiting = [(seed + start, min(BATCH, count - start)) for start in range(0, count, BATCH)]
    waiting.reverse()
    running: dict[Any, Batch] = {}
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        try:
            while waiting or running:
                while waiting and len(running) < jobs:
                    batch = Batch(*waiting.pop(), Path(folder))
                    running[batch.receiver] = batch
                for receiver in wait([*running], timeout=1):
                    yield running.pop(receiver).result()
                for receiver, batch in [*running.items()]:
                    if batch.is_stuck(most_seconds):
                        yield running.pop(receiver).stop(f"took longer than {most_seconds:g} seconds")
        finally:
            for batch in running.values():
                batch.end()


def main() -> int:
    """Check as many inputs as asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int, help="how many inputs")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="how many processes")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="where to start")
    parser.add_argument("--most", type=float, default=30, metavar="SECONDS", help="how long one input may take")
    asked = parser.parse_args()
    start = time.monotonic()
    print(f"seed {asked.seed}", flush=True)
    counts: Counter[str] = Counter()
    failures = 0
    with closing(run(asked.count, asked.jobs, asked.seed, asked.most)) as batches:
        for done in batches:
            counts += done.counts
            failures += len(done.failures)
            print(*done.failures, sep="\n", end="", flush=True)
            if failures >= ENOUGH:
                break
    print(f"{counts.total()} inputs in {time.monotonic() - start:.0f} s, {failures} failures: {dict(counts)}")
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
