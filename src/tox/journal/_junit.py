"""What happened in a run, as JUnit XML: the form that CI services show test results from.

The order and names of elements and attributes are those that the schemas of Jenkins and GitLab have in common.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tox.journal._account import Account, Case, Trouble

__all__ = ["as_junit_xml"]

_MOST_OF_COMMAND: Final = 200
_ESCAPE_SEQUENCE: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
#: what XML 1.0 has no way to write
_UNFIT: Final = re.compile(r"[^\t\n\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def as_junit_xml(accounts: Iterable[Account], seconds: float, host: str) -> bytes:
    """Write what happened as XML in UTF-8: one suite an environment; in it one case its setup, one each command.

    :param seconds: the run took
    :param host: name of this machine
    """
    suites = [_suite(account, host) for account in accounts]
    root = ET.Element("testsuites", name="tox", time=_seconds(seconds))
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, 0)) for suite in suites)))
    root.extend(suites)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _suite(account: Account, host: str) -> ET.Element:
    cases = [_case(account, case) for case in account.cases] or [_skipped_setup(account)]
    began = datetime.fromtimestamp(account.began, tz=timezone.utc)
    suite = ET.Element(
        "testsuite",
        name=_fit(account.name),
        tests=str(len(cases)),
        failures=_count(cases, "failure"),
        errors=_count(cases, "error"),
        skipped=_count(cases, "skipped"),
        time=_seconds(account.result.duration),
        timestamp=began.strftime("%Y-%m-%dT%H:%M:%S"),
        hostname=_fit(host),
    )
    properties = ET.SubElement(suite, "properties")
    for name, value in account.facts.items():
        ET.SubElement(properties, "property", name=name, value=_fit(value))
    suite.extend(cases)
    return suite


def _skipped_setup(account: Account) -> ET.Element:
    reason = "its runner is not available" if account.result.unavailable else account.result.reason
    element = _element(account.name, "setup", 0.0)
    ET.SubElement(element, "skipped", message=_fit(reason or "it was skipped"))
    return element


def _case(account: Account, case: Case) -> ET.Element:
    command = case.command if len(case.command) <= _MOST_OF_COMMAND else f"{case.command[:_MOST_OF_COMMAND]}…"
    element = _element(account.name, f"{case.name}: {command}" if command else case.name, case.seconds)
    if case.trouble is None:
        return element
    if account.result.ignore_outcome:
        ET.SubElement(element, "skipped", message=_fit(f"ignored: {case.trouble.message}"))
        return element
    tag = "error" if case.trouble.kind == "error" else "failure"
    ET.SubElement(element, tag, message=_fit(case.trouble.message), type=case.trouble.kind).text = _told(case.trouble)
    return element


def _element(environment: str, name: str, seconds: float) -> ET.Element:
    # services take what precedes a dot for the name of a package
    class_name = f"tox.{environment.replace('.', '_')}"
    return ET.Element("testcase", classname=_fit(class_name), name=_fit(name), time=_seconds(seconds))


def _told(trouble: Trouble) -> str:
    parts = [trouble.command, trouble.message, trouble.detail]
    for title, text in (("standard output", trouble.out), ("standard error", trouble.err)):
        if text.strip():
            parts.append(f"--- the end of {title} ---\n{text.rstrip()}")
    return _fit("\n".join(part for part in parts if part))


def _count(cases: Iterable[ET.Element], tag: str) -> str:
    return str(sum(case.find(tag) is not None for case in cases))


def _seconds(value: float) -> str:
    return f"{value:.3f}"


def _fit(text: str) -> str:
    """Leave out what XML cannot hold, and what only a terminal understands."""
    plain = _ESCAPE_SEQUENCE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return _UNFIT.sub("", plain)
