"""Read what a command has written: values whose every character counts, and sentences whose words are free."""

from __future__ import annotations

import json
import re
import sys
from typing import Any, NamedTuple

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

#: stands for a value that could not be made, whatever the words that say so
ERROR = "<error>"
_LOG = re.compile(r"^(?:ROOT|\.?[\w.-]+): \S")
#: sequences that colour what a terminal shows
COLOR = re.compile(r"\x1b\[[\d;]*m")
#: a line of a file that cannot be read, as Python tells it
_OF_A_FILE = re.compile(r"\t\[line|file: |'.*'$")
_REFUSED = "HandledError| "
#: lines of a run that scripts read, by what they tell
_STARTED = r"(?:recreate_|extra_setup_)?commands(?:_pre|_post)?\[\d+\]|(?:install|build|get|prepare)_[\w-]+|freeze|_\w+"
_RECORDED = {
    "commands": re.compile(rf"^\S+: (?:{_STARTED})(?: [^>]*)?> "),
    "exits": re.compile(r"^\S+: exit "),
    "report": re.compile(r"^  (?:\S+: (?:OK|FAIL|SKIP|IGNORED|NOT AVAILABLE)|congratulations|evaluation)"),
    "ends": re.compile(r"^\S+: (?:OK|FAIL|SKIP)\b.* in [\d<]"),
}
#: a line of the report behind what a command has printed without a line end
_REPORT_BEHIND = re.compile(r"  \S+: (?:OK|FAIL|SKIP|IGNORED) .*seconds\)$")
#: sentences of a run that scripts look for; the rest of their line is free
_NOTED = (
    "skipped because",
    "could not find python interpreter",
    "is not allowed, use allowlist_externals to allow it",
    "provided environments not found",
    "recreate env because",
    "remove tox env folder",
    "unrecognized arguments",
    "command failed but is marked ignore outcome",
)


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
    provisions = unread = False
    for number, line in enumerate(lines):
        if _REFUSED in line:
            said += lines[number:]
            break
        unread = "failed to read config file" in line or (unread and _OF_A_FILE.match(line) is not None)
        provisions = provisions or "will run in automatically provisioned tox" in line
        (said if unread or provisions or _LOG.match(line) else kept).append(line)
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
            section, key = line, ""
            found["environments"] = found.get("environments", "") + line
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
    found = {f"{name} settings": json.dumps(list(section)) for name, section in sections.items()}
    found["environments"] = json.dumps(list(sections))
    for name, section in sections.items():
        for key, setting in section.items():
            if isinstance(setting, dict) and "error" in setting:
                found[f"{name} {key}"] = ERROR
            else:
                found[f"{name} {key}"] = json.dumps(setting, ensure_ascii=False, sort_keys=key != "labels")
    return found


def read_run(text: str, errors: str, *, ordered: bool) -> Read:
    """Take the output of a run apart.

    :param ordered: tells whether environments run one after the other
    """
    found: dict[str, list[str]] = {}
    said: list[str] = []
    refused = False
    for line in text.splitlines():
        refused = refused or _REFUSED in line
        name = next((name for name, pattern in _RECORDED.items() if pattern.match(line)), "")
        if refused and name != "report":
            said.append(line)
            continue
        noted = next((phrase for phrase in _NOTED if phrase in line), "")
        timed = line
        if name in ("report", "ends") or _REPORT_BEHIND.search(line):
            timed = re.sub(r"[\d<][\d.]*(?:s>)?(?=[=\],]| (?:seconds?|minutes?))", "<s>", line)
        if noted:
            found.setdefault(f"note: {noted}", []).append("noted")
        elif name == "commands" and "_exit" in line.split(">")[0]:
            continue  # a backend's process ends when nobody needs it any more
        elif name:
            found.setdefault(name, []).append(timed)
        elif _LOG.match(line):
            said.append(line)
        elif re.fullmatch(r" +\^+", line) and found.get("output"):
            said += [found["output"].pop(), line]  # where in a text a mistake is
        else:
            found.setdefault("output", []).append(timed)
    found["errors"] = [line for line in errors.splitlines() if not _LOG.match(line)]
    said += [line for line in errors.splitlines() if _LOG.match(line)]
    return Read({name: "\n".join(lines if ordered else sorted(lines)) for name, lines in found.items() if lines}, said)


def seen(text: str) -> dict[str, str]:
    """Read what commands have noted: for each thing that they see, what each of them saw."""
    found: dict[str, list[str]] = {}
    notes = [json.loads(line) for line in text.splitlines()]
    notes.sort(key=lambda told: json.dumps([told["args"], told["cwd"], told["env"].get("TOX_ENV_NAME")]))
    for number, told in enumerate(notes):
        for name, value in {**told.pop("env"), **told}.items():
            values = found.setdefault(f"seen {name}", [])
            values += ["<missing>"] * (number - len(values))
            values.append(json.dumps(value))
    return {name: "\n".join(values) for name, values in found.items()}


def leaves(value: Any, path: str = "") -> dict[str, str]:
    """Name each value of a report in JSON; those that are times are alike."""
    if isinstance(value, dict):
        return {name: leaf for key, inner in value.items() for name, leaf in leaves(inner, f"{path}.{key}").items()}
    if isinstance(value, list):
        return {name: leaf for key, inner in enumerate(value) for name, leaf in leaves(inner, f"{path}.{key}").items()}
    return {path: "<s>" if isinstance(value, float) else json.dumps(value)}
