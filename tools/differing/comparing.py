"""Tell in which points two outcomes of one command differ."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from differing.reading import COLOR, ERROR, Read, document, leaves, read, read_run, seen

if TYPE_CHECKING:
    from pathlib import Path

    from differing.model import Step
    from differing.running import Outcome

#: the beginning of one, but for those of ``python -c``, which commands are
_TRACEBACK = re.compile(r"Traceback \(most recent call last\)(?!:\n  File \"<string>\")")
_ALIKE = (
    (re.compile(r"\b4\.67\.15(?:\+[\w.]+)?"), "<version>"),
    (re.compile(r"\d+\.\d+(?= seconds)"), "<s>"),
    (re.compile(r"(<0>/bin/python)[\d.]*"), r"\1"),
    (re.compile(r"\bpid=\d+"), "pid=<pid>"),
    (re.compile(r"\b(pip(?:-[a-z]+)+-|pep517_\w+-)\w{8}\b"), r"\1<random>"),
    (re.compile(r"(/package/)\d+(?=/)"), r"\1<n>"),  # by who is first, where they run in parallel
    (re.compile(r"started backend .*?\\n"), ""),
    (re.compile(r"(PYTHONHASHSEED\W+)\d{4,}"), r"\1<seed>"),
)


#: commands that run environments; nothing stands for ``legacy``
RUNS = ("r", "run", "p", "run-parallel", "e", "exec", "d", "devenv", "legacy", "le", "")


class Point(NamedTuple):
    """One respect in which two outcomes differ."""

    step: int
    what: str
    """the kind of point: ``exit``, ``value``, ``said``, ``traceback``, ``file`` …"""
    name: str
    """the setting, path or variable, or what the two did"""

    @property
    def kind(self) -> tuple[str, str]:
        """The point without the step and the name of an environment."""
        return self.what, re.sub(r"^(?:env\.\S+|\[testenv:[^]]*\]) (?=\S)", "", self.name)


Points = dict[Point, tuple[str, str]]


class Places(NamedTuple):
    """What is written in the place of paths that differ between the two."""

    ours: tuple[Path, ...]
    theirs: tuple[Path, ...]

    def alike(self, text: str) -> str:
        """Make paths, times, versions and ids of a text alike."""
        for number, paths in enumerate(zip(self.ours, self.theirs, strict=True)):
            for path in paths:
                text = text.replace(str(path), f"<{number}>")
        for pattern, instead in _ALIKE:
            text = pattern.sub(instead, text)
        return text


def differences(steps: list[Step], ours: list[Outcome], theirs: list[Outcome], places: Places) -> Points:
    """Give the points in which two runs of a draw differ, each with what ours and theirs has there."""
    found: Points = {}
    for number, (step, first, second) in enumerate(zip(steps, ours, theirs, strict=True)):
        for (what, name), pair in of_step(step, first, second, places).items():
            if name != "project/.venv" or not any(each.is_parallel for each in steps[: number + 1]):
                found[Point(number, what, name)] = pair  # which environment was the last one is chance
    return found


Found = dict[tuple[str, str], tuple[str, str]]


def of_step(step: Step, ours: Outcome, theirs: Outcome, places: Places) -> Found:
    """Give the points in which two outcomes differ."""
    broken = at_once(step, ours, theirs)
    if broken is not None:
        return broken
    found: Found = {}
    if ours.code != theirs.code:
        why = reason(ours) or reason(theirs)
        found["exit", f"{ours.code} not {theirs.code}{why}"] = (brief(ours), brief(theirs))
        if why or (runs(step) and 0 in (ours.code, theirs.code)):  # everything else follows
            return found
    versions = ours.code == theirs.code and "--ver" in "".join(step.words)
    if versions or all("usage: " in outcome.out + outcome.err for outcome in (ours, theirs)):
        return found
    first, second = (parted(step, outcome, places) for outcome in (ours, theirs))
    if ours.code == theirs.code == 254 and first.values and not second.values and not runs(step):
        return {("shown", "before a mistake"): (brief(ours), brief(theirs))}
    if runs(step) and ours.code and step.is_parallel:  # how far the others get is chance
        return {
            **found,
            **of_values({"report": first.values.get("report", "")}, {"report": second.values.get("report", "")}),
        }
    values = of_values(first.values, second.values)
    if any(what in ("taken", "refused") for what, _ in values) and {ours.code, theirs.code} == {0, 255}:
        found = {}  # the code only tells that there is such a value
    found.update(values)
    colored = [bool(COLOR.search(outcome.out)) for outcome in (ours, theirs)]
    if colored[0] != colored[1]:
        found["color", "ours" if colored[0] else "theirs"] = (brief(ours), brief(theirs))
    told = bool(first.said or ours.err.strip()), bool(second.said or theirs.err.strip())
    if told[0] != told[1] and ours.code == theirs.code and not loud(step):
        pair = "\n".join((*first.said, ours.err)).strip(), "\n".join((*second.said, theirs.err)).strip()
        found["said", "ours" if told[0] else "theirs"] = pair
    return {**found, **(files_of_run if runs(step) else files)(ours, theirs, places)}


def of_values(ours: dict[str, str], theirs: dict[str, str]) -> Found:
    """Give the values that differ."""
    names = [*{**ours, **theirs}]
    if ours.get("environments") != theirs.get("environments"):
        names = [name for name in names if " " not in name]  # settings come with their environments
    found: Found = {}
    for name in names:
        if name.endswith(" settings") and ordered_alike(name, ours, theirs):
            continue
        pair = ours.get(name, "<missing>"), theirs.get(name, "<missing>")
        if pair[0] != pair[1]:
            found["value" if ERROR not in pair else ("refused" if pair[0] == ERROR else "taken"), name] = pair
    return found


def ordered_alike(name: str, ours: dict[str, str], theirs: dict[str, str]) -> bool:
    """Tell whether both have the same settings in the same order, but for errors, which come last in TOML."""
    env = name.removesuffix("settings")

    def kept(values: dict[str, str]) -> list[str]:
        keys = json.loads(values.get(name, "[]"))
        return [key for key in keys if ERROR not in (ours.get(env + key), theirs.get(env + key))]

    return kept(ours) == kept(theirs)


def reason(outcome: Outcome) -> str:
    """Say in few words why a command was refused; nothing where it was not."""
    refused = re.search(r"HandledError\| (.*)|: error: (.*)", outcome.out + outcome.err)
    if refused is None:
        return ""
    sentence = re.sub(r"\S*/\S*", "", refused[1] or refused[2])
    setting = re.search(r"(?:failed to load|replace failed in) \S*\.(\w+)", sentence)
    return ": " + (setting[1] if setting else " ".join(re.findall(r"\b[a-z]{3,}\b", sentence)[:3]))


def runs(step: Step) -> bool:
    """Tell whether a step runs environments."""
    shows = any(re.match(r"--(showc|sh|help-|listenvs)|-[la]$", word) for word in step.words)
    return step.command.split(" ")[0] in RUNS and not (shows and step.command.split(" ")[0] in ("", "le", "legacy"))


def at_once(step: Step, ours: Outcome, theirs: Outcome) -> Found | None:
    """Judge runs whose output is not to be taken apart; nothing where it is."""
    if (
        runs(step)
        and ours.code == theirs.code
        and all("Traceback (most recent" in one.out + one.err for one in (ours, theirs))
    ):
        return None  # of what was run
    broken = breakdown(ours, theirs)
    coloured = COLOR.search(theirs.out) or re.search(r"(?m)^\{\s+env:", theirs.out)  # which drops quotes of names
    if broken is None and asks_for_document(step) and coloured and not COLOR.search(ours.out):
        return {("document", "coloured"): (brief(ours), brief(theirs))}
    return broken


def asks_for_document(step: Step) -> bool:
    """Tell whether JSON or TOML is asked for."""
    return any(word.startswith("--f") for word in step.words) and not {"json", "toml"}.isdisjoint(
        re.split("[ =]", " ".join(step.words))
    )


def parted(step: Step, outcome: Outcome, places: Places) -> Read:
    """Take apart what a command has written."""
    text = COLOR.sub("", places.alike(outcome.out))
    if not runs(step):
        return read(text)
    told = read_run(text, COLOR.sub("", places.alike(outcome.err)), ordered=not step.is_parallel)
    noted = next((text for path, text in outcome.files.items() if path.endswith("/seen.jsonl")), "")
    if step.is_parallel:
        told.values.pop("ends", None)  # which one fails first
        if any(word.startswith("--fail") for word in step.words):
            told.values.pop("report", None)  # and whom that keeps from starting
    return Read({**told.values, **seen(places.alike(noted))}, told.said)


def breakdown(ours: Outcome, theirs: Outcome) -> Found | None:
    """Judge runs of which one did not end as it should, if one did not: ours has to refuse what breaks theirs."""
    traced = [_TRACEBACK.search(f"{outcome.out}\n{outcome.err}") is not None for outcome in (ours, theirs)]
    if all(traced) and ours.code == theirs.code != 1:  # shown on purpose, by a run that tells all
        return None
    if traced[0]:
        return {("traceback", last_line(ours)): (last_line(ours), brief(theirs))}
    refused = ours.code in (1, 2, 254, 255) or "IGNORED FAIL" in ours.out
    if ours.code is None or theirs.code is None:
        alike = ours.code is theirs.code or refused
        return {} if alike else {("endless", "ours" if ours.code is None else "theirs"): (brief(ours), brief(theirs))}
    if traced[1]:
        return {} if refused else {("crash", last_line(theirs).split(":")[0]): (brief(ours), last_line(theirs))}
    return None


def loud(step: Step) -> bool:
    """Tell whether a command was asked to say more or less than usual."""
    names = {name.upper() for name in step.env}
    words = any(re.match(r"-[vq]|--verb|--qui", word) for word in step.words)
    return words or any("VERBOSE" in name or "QUIET" in name for name in names)


#: files whose content tells when, where and by whom they were written
_WHERE = ("pyvenv.cfg", ".log", "seen.jsonl", ".sh", "CACHEDIR.TAG", ".whl", ".tar.gz", ".pyc")


def files(ours: Outcome, theirs: Outcome, places: Places) -> Found:
    """Give the files that differ, but for those that only theirs leaves."""
    found: Found = {}
    for path, text in ours.files.items():
        other = theirs.files.get(path)
        if path.endswith("CACHEDIR.TAG"):
            continue
        if other is None:
            found["file", path] = (text[:200], "<missing>")
        elif text != other and not path.endswith(_WHERE):
            found.update(of_values(document(places.alike(text)), document(places.alike(other))))
    return found


def last_line(outcome: Outcome) -> str:
    """Give the last line of a traceback."""
    lines = [line for line in (outcome.err + "\n" + outcome.out).splitlines() if line.strip()]
    for line in reversed(lines):
        if re.match(r"[A-Za-z_.]+(Error|Exception|Interrupt|Exit|Skip|Fail|Chain\w*)\b", line):
            return line[:200]
    return lines[-1][:200] if lines else ""


def brief(outcome: Outcome) -> str:
    """Say in few words how a command ended."""
    text = (outcome.out.strip() + "\n" + outcome.err.strip()).strip()
    return f"exit {outcome.code}: {text[-600:]}"


def files_of_run(ours: Outcome, theirs: Outcome, places: Places) -> Found:
    """Give the files that differ after a run."""
    found: Found = {}
    for path in {**ours.files, **theirs.files}:
        if path.endswith("CACHEDIR.TAG"):
            continue
        first, second = (outcome.files.get(path) for outcome in (ours, theirs))
        if first is None or second is None:
            if logged(path, ours, theirs) or (bare(path, ours) and bare(path, theirs)):
                continue
            found["file", path] = (first or str(first), second or str(second))
        elif first != second and not path.endswith(_WHERE):
            pair = content(path, places.alike(first)), content(path, places.alike(second))
            names = {**pair[0], **pair[1]} if not path.endswith(".tox-info.json") else pair[1]
            for name in names:
                if pair[0].get(name) != pair[1].get(name):
                    found["content", f"{path} {name}".rstrip()] = (str(pair[0].get(name)), str(pair[1].get(name)))
    return found


def logged(path: str, *outcomes: Outcome) -> bool:
    """Tell whether both have a log of this name, by another number; those of the backend's process do not count."""
    log = re.fullmatch(r"(.*/log/)\d+(-.*\.log)", path)
    if log is None:
        return False
    return log[2] in ("-_exit.log", "-_optional_hooks.log") or all(
        any(name.startswith(log[1]) and name.endswith(log[2]) for name in outcome.files) for outcome in outcomes
    )


def bare(path: str, outcome: Outcome) -> bool:
    """Tell whether nothing is below a path but folders and what locks are made of."""
    below = [outcome.files.get(path), *(text for name, text in outcome.files.items() if name.startswith(path + "/"))]
    return all(text in (None, "folder", "") or '"is": "building"' in text for text in below)


def content(path: str, text: str) -> dict[str, str]:
    """Name what is in a file."""
    if path.endswith(".json"):
        try:
            return leaves(json.loads(text))
        except ValueError:
            return {"": text}
    return {"": text}
