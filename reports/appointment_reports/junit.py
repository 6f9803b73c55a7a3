"""A run as JUnit XML, in the form that all common readers accept."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from .entry import entry_of
from .tally import explanation, outcome, standing
from .transcript import request_text, response_text
from .visible import visible, visible_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .result import Exchange, Failure, RequirementResult, RunResult

#: Maximum characters of a body in a test case; the HAR file has the whole exchange.
BODY_LIMIT = 4 * 1024
#: Maximum characters of a replay line in a test case.
CURL_LIMIT = 8 * 1024
SUCCESSES = frozenset({"conformant", "conformant-with-deviations"})


def junit(result: RunResult) -> bytes:
    """Return a JUnit document with one test case for each requirement and operation; valid XML 1.0 for any content.

    A case has at most one child. A failed requirement has `failure`, an error of the suite has `error`. Advice that
    does not gate, a declared deviation and an untested requirement have `skipped`, with the reason. A requirement that
    failed at first and held in a replay is successful, and its output says so. If the verdict is not conformant and no
    case has failed, one more case has the reason as an error. Times are in seconds.

    The name of a case has the id and the operation, which never change; the title is in its message and its text.
    """
    return _document([_suite(result)], result.duration_seconds)


def merged_junit(results: Iterable[RunResult], problems: Sequence[str]) -> bytes:
    """Return one JUnit document with the suite of each result, as `junit` writes it.

    Each of `problems`, sentences about the results as a whole, is a case with an error in a suite called `merge`.
    """
    suites: list[ET.Element] = []
    seconds = 0.0
    for result in results:
        suites.append(_suite(result, len(suites)))
        seconds += result.duration_seconds
    if problems:
        suites.append(_problem_suite(problems, len(suites)))
    return _document(suites, seconds)


def _document(suites: list[ET.Element], seconds: float) -> bytes:
    root = ET.Element("testsuites", name="appointment conformance", time=_seconds(seconds))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    root.extend(suites)
    ET.indent(root)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode").encode() + b"\n"


def _suite(result: RunResult, number: int = 0) -> ET.Element:
    cases = [_case(result, requirement) for requirement in result.requirements]
    cases += _verdict_case(result, cases)
    suite = ET.Element("testsuite", _suite_attributes(result, number))
    _count(suite, cases)
    suite.append(_properties(result))
    suite.extend(cases)
    return suite


def _problem_suite(problems: Sequence[str], number: int) -> ET.Element:
    cases = []
    for place, problem in enumerate(problems, 1):
        case = _named("conformance", f"merge :: problem {place}", 0.0)
        ET.SubElement(case, "error", message=visible_line(problem), type="error").text = visible(problem, 2000)
        cases.append(case)
    suite = ET.Element("testsuite", name="merge", id=str(number), time=_seconds(0.0))
    _count(suite, cases)
    suite.extend(cases)
    return suite


def _suite_attributes(result: RunResult, number: int) -> dict[str, str]:
    return {
        "name": visible_line(f"{result.target} / {result.api}"),
        "time": _seconds(result.duration_seconds),
        "timestamp": result.started_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "hostname": visible_line(_host(result.base_url)),
        "id": str(number),
    }


def _properties(result: RunResult) -> ET.Element:
    values = {
        "base_url": result.base_url,
        "profile": result.profile,
        "seed": str(result.seed),
        "suite_version": result.suite_version,
        "run_id": result.run_id,
        "verdict": result.verdict,
        "reason": result.reason,
        **({"partial": "true"} if result.partial else {}),
    }
    element = ET.Element("properties")
    for name, value in values.items():
        ET.SubElement(element, "property", name=name, value=visible_line(value, 1000))
    return element


def _case(result: RunResult, requirement: RequirementResult) -> ET.Element:
    # The title is left out, because CI services track a case by its name and a title may be reworded.
    name, operation = f"{requirement.id} {requirement.operation}", requirement.operation
    case = _named(f"conformance.{visible_line(result.target)}.{operation}", name, requirement.duration_seconds)
    child = _child(requirement)
    if child is not None:
        tag, message = child
        element = ET.SubElement(case, tag, message=visible_line(message), type=visible_line(requirement.id))
        element.text = _body(requirement) + _declaration(result, requirement)
    elif requirement.unstable:
        ET.SubElement(case, "system-out").text = _body(requirement)
    return case


def _child(requirement: RequirementResult) -> tuple[str, str] | None:
    level = f" ({standing(requirement)})" if requirement.level == "SHOULD" else ""
    why, kind = f"{requirement.title}{level}: {explanation(requirement)}", outcome(requirement)
    match kind:
        case "passed":
            return None
        case "failed":
            return "failure", why
        case "error":
            return "error", why
        case _:
            return "skipped", f"{kind}: {why}"


def _body(requirement: RequirementResult) -> str:
    title = f"Requirement: {visible(requirement.title, 2000)}\nLevel: {standing(requirement)}"
    reason = [f"Reason: {visible(requirement.reason, 2000)}"] if requirement.reason else []
    evidence = _evidence(requirement.failure) if requirement.failure else []
    return "\n".join([title, *reason, *evidence, f"Source: {visible(requirement.source, 1000)}"])


def _declaration(result: RunResult, requirement: RequirementResult) -> str:
    entry = entry_of(result, requirement)
    return f"\n\nTo declare it as a known deviation:\n{visible(entry)}" if entry else ""


def _evidence(failure: Failure) -> list[str]:
    lines = [f"Expected: {visible(failure.expected, 2000)}", f"Actual: {visible(failure.actual, 2000)}"]
    lines += _messages(failure.exchange) if failure.exchange else []
    return [*lines, "", "Replay:", visible(failure.curl, CURL_LIMIT), ""] if failure.curl else [*lines, ""]


def _messages(exchange: Exchange) -> list[str]:
    request = request_text(exchange.request, BODY_LIMIT)
    return ["", f"Request (exchange {exchange.number}):", request, "", "Response:", response_text(exchange, BODY_LIMIT)]


def _verdict_case(result: RunResult, cases: list[ET.Element]) -> list[ET.Element]:
    failed = _having(cases, "failure") + _having(cases, "error")
    if cases and (failed or result.verdict in SUCCESSES):
        return []
    testable = bool(cases) and result.verdict not in {"not-testable", "error"}
    name = "verdict :: conformant" if testable else "setup :: target testable"
    case = _named(f"conformance.{visible_line(result.target)}", name, 0.0)
    reason = result.reason or "no requirement was judged"
    error = ET.SubElement(case, "error", message=visible_line(f"{result.verdict}: {reason}"), type=result.verdict)
    error.text = visible(reason, 2000)
    return [case]


def _named(classname: str, name: str, seconds: float) -> ET.Element:
    # A name identifies a case in all runs, so it is never cut.
    attributes = {"classname": visible_line(classname, None), "name": visible_line(name, None)}
    return ET.Element("testcase", {**attributes, "time": _seconds(seconds)})


def _count(element: ET.Element, cases: list[ET.Element]) -> None:
    element.set("tests", str(len(cases)))
    element.set("failures", str(_having(cases, "failure")))
    element.set("errors", str(_having(cases, "error")))
    element.set("skipped", str(_having(cases, "skipped")))


def _having(cases: list[ET.Element], tag: str) -> int:
    return sum(case.find(tag) is not None for case in cases)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _seconds(value: float) -> str:
    return f"{value:.3f}"
