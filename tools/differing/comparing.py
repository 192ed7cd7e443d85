"""Tell in which points two outcomes of one command differ."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from differing.model import Step
    from differing.running import Outcome

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

#: stands for a value that could not be made, whatever the words that say so
ERROR = "<error>"
_LOG = re.compile(r"^(?:ROOT|\.?[\w.-]+): \S")
_REFUSED = "HandledError| "
_TRACEBACK = "Traceback (most recent call last)"
_ALIKE = (
    (re.compile(r"\b4\.67\.15(?:\+[\w.]+)?"), "<version>"),
    (re.compile(r"\d+\.\d+(?= seconds)"), "<s>"),
    (re.compile(r"\bpid=\d+"), "pid=<pid>"),
    (re.compile(r"(PYTHONHASHSEED\W+)\d{4,}"), r"\1<seed>"),
)


class Point(NamedTuple):
    """One respect in which two outcomes differ."""

    step: int
    what: str
    """the kind of point: ``exit``, ``value``, ``said``, ``traceback``, ``file`` …"""
    name: str
    """the setting, path or variable, or what the two did"""

    @property
    def kind(self) -> tuple[str, str]:
        """The point without the step."""
        return self.what, self.name


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
            found[Point(number, what, name)] = pair
    return found


Found = dict[tuple[str, str], tuple[str, str]]


def of_step(step: Step, ours: Outcome, theirs: Outcome, places: Places) -> Found:
    """Give the points in which two outcomes differ."""
    broken = breakdown(ours, theirs)
    if broken is not None:
        return broken
    found: Found = {}
    if ours.code != theirs.code:
        found["exit", f"{ours.code} not {theirs.code}"] = (brief(ours), brief(theirs))
    if "usage: " in ours.out + ours.err and "usage: " in theirs.out + theirs.err:
        return found
    first, second = (read(places.alike(outcome.out)) for outcome in (ours, theirs))
    for name in {**first.values, **second.values}:
        pair = first.values.get(name, "<missing>"), second.values.get(name, "<missing>")
        if pair[0] != pair[1]:
            found["value" if ERROR not in pair else ("refused" if pair[0] == ERROR else "taken"), name] = pair
    told = bool(first.said or ours.err.strip()), bool(second.said or theirs.err.strip())
    if told[0] != told[1] and ours.code == theirs.code and not loud(step):
        pair = "\n".join((*first.said, ours.err)).strip(), "\n".join((*second.said, theirs.err)).strip()
        found["said", "ours" if told[0] else "theirs"] = pair
    return {**found, **files(ours, theirs, places)}


def breakdown(ours: Outcome, theirs: Outcome) -> Found | None:
    """Judge runs of which one did not end as it should, if one did not: ours has to refuse what breaks theirs."""
    if _TRACEBACK in ours.out + ours.err:
        return {("traceback", last_line(ours)): (last_line(ours), brief(theirs))}
    refused = ours.code in (1, 2, 254, 255)
    if ours.code is None or theirs.code is None:
        alike = ours.code is theirs.code or refused
        return {} if alike else {("endless", "ours" if ours.code is None else "theirs"): (brief(ours), brief(theirs))}
    if _TRACEBACK in theirs.out + theirs.err:
        return {} if refused else {("crash", last_line(theirs).split(":")[0]): (brief(ours), last_line(theirs))}
    return None


def loud(step: Step) -> bool:
    """Tell whether a command was asked to say more or less than usual."""
    names = {name.upper() for name in step.env}
    words = any(re.match(r"-[vq]|--verb|--qui", word) for word in step.words)
    return words or any("VERBOSE" in name or "QUIET" in name for name in names)


class Read(NamedTuple):
    """What was written to the standard output."""

    values: dict[str, str]
    """by name: settings, or single lines"""
    said: list[str]
    """lines whose words are free"""


def read(text: str) -> Read:
    """Take an output apart."""
    said: list[str] = []
    lines = text.splitlines()
    kept: list[str] = []
    for number, line in enumerate(lines):
        if _REFUSED in line:
            said += lines[number:]
            break
        (said if _LOG.match(line) else kept).append(line)
    return Read(document("\n".join(kept)), said)


def document(text: str) -> dict[str, str]:
    """Read JSON, TOML, or the form of an INI file, into names with values."""
    if text.startswith("{"):
        try:
            return tree(json.loads(text))
        except ValueError:
            return {"no JSON": text}
    if re.match(r"\[(env|tox)[.\]]", text):
        try:
            return tree(tomllib.loads(text))
        except ValueError:
            return {"no TOML": text}
    found: dict[str, str] = {}
    section = key = ""
    for line in text.splitlines():
        if line.startswith("["):
            section, key = line, line
            found[line] = ""
        elif section and line.startswith("  ") and key:
            found[key] += "\n" + line
        elif section and " =" in line:
            name, _, value = line.partition(" =")
            key = f"{section} {name}"
            found[key] = ERROR if value.startswith(" # Exception: ") else value
        else:
            found["output"] = found.get("output", "") + line + "\n"
    return found


def tree(value: Any) -> dict[str, str]:
    """Name the values of ``tox config``, or of another document."""
    if not isinstance(value, dict) or "$schema" in value:
        return {"document": json.dumps(value)}
    sections = {"tox": value["tox"]} if isinstance(value.get("tox"), dict) else {}
    if isinstance(value.get("env"), dict):
        sections.update({f"env.{name}": settings for name, settings in value["env"].items()})
    found = {f"{name}": json.dumps(list(section)) for name, section in sections.items()}
    for name, section in sections.items():
        for key, setting in section.items():
            if isinstance(setting, dict) and "error" in setting:
                found[f"{name} {key}"] = ERROR
            else:
                found[f"{name} {key}"] = json.dumps(setting, ensure_ascii=False, sort_keys=key != "labels")
    return found


def files(ours: Outcome, theirs: Outcome, places: Places) -> Found:
    """Give the files that differ, but for those that only theirs leaves."""
    found: Found = {}
    for path, text in ours.files.items():
        other = theirs.files.get(path)
        if other is None:
            found["file", path] = (text[:200], "<missing>")
        elif text != other and document(places.alike(text)) != document(places.alike(other)):
            found["file", path] = (places.alike(text), places.alike(other))
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
