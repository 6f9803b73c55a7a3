"""The explanation of a requirement on the console, and the list of all requirements."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from appointment_conformance.api import Apis
from appointment_conformance.engine.explanation import (
    Exercise,
    Explanation,
    Part,
    SentRequest,
    explanation_of,
    shortened,
)
from appointment_conformance.engine.requirement import Requirement
from appointment_conformance.errors import ConfigurationError
from appointment_conformance.targets.complaint import suggestion

#: Maximum characters of a path or a body.
TEXT_LIMIT: Final = 200
#: Maximum characters of a line, also on a wider console.
MAX_WIDTH: Final = 100


def explained(name: str, apis: Apis) -> Explanation:
    """Return the explanation of a requirement. Raises ConfigurationError for an id that no installed API has."""
    found = explanation_of(name, apis.values())
    if found is None:
        raise ConfigurationError(_no_such(name, apis))
    return found


def _no_such(name: str, apis: Apis) -> str:
    for question in (question for api in apis.values() for question in api.questions):
        if question.id == name:
            return f"`{name}` is an open question, which no run judges: {' '.join(question.question.split())}"
    for finding in (finding for api in apis.values() for finding in api.contract.findings()):
        if finding.id == name:
            return f"`{name}` is a finding in the vendor's document, which no run judges: {finding.finding}"
    known = dict.fromkeys(requirement.id for api in apis.values() for requirement in api.catalogue)
    return f"there is no requirement `{name}`{suggestion(name, known)}"


def listed(apis: Apis, api: str | None) -> tuple[Mapping[str, Any], ...]:
    """Return every requirement once, or those of one API, as JSON data. Raises ConfigurationError for no such API."""
    if api is not None and api not in {*apis, *apis.broken}:
        raise ConfigurationError(f"there is no API `{api}`{suggestion(api, apis)}")
    found: dict[str, Requirement] = {}
    names: dict[str, list[str]] = {}
    for chosen in apis.values() if api is None else [apis[api]]:
        for requirement in chosen.catalogue:
            known = found.get(requirement.id)
            found[requirement.id] = (
                replace(known, operations=(*known.operations, *requirement.operations)) if known else requirement
            )
            names.setdefault(requirement.id, []).append(chosen.name)
    return tuple(_row(requirement, names[requirement.id]) for requirement in found.values())


def _row(requirement: Requirement, apis: list[str]) -> Mapping[str, Any]:
    return {
        "id": requirement.id,
        "level": requirement.level,
        "apis": apis,
        "operations": list(requirement.operations),
        "title": requirement.title,
        "source": requirement.source,
    }


def list_lines(rows: tuple[Mapping[str, Any], ...], *, width: int) -> Iterator[str]:
    """Yield a paragraph for each requirement: its id, level, operations and title, and below its source."""
    wide = max((len(row["id"]) for row in rows), default=0)
    for row in rows:
        start = f"{row['id']:<{wide}}  {row['level']:<6}  "
        yield from _wrapped(f"{row['title']} ({', '.join(row['operations'])})", width, start=start)
        yield from _wrapped(f"source: {row['source']}", width, start=" " * len(start))


def lines(explanation: Explanation, *, width: int) -> Iterator[str]:
    """Yield the lines of an explanation for the console."""
    yield f"{explanation.id}  {explanation.level} for {', '.join(explanation.operations)}"
    for paragraph in (explanation.statement, *explanation.remarks):
        yield ""
        yield from _wrapped(paragraph, width)
    yield ""
    yield from _wrapped(explanation.source, width, start="source: ")
    for part in explanation.parts:
        yield ""
        if len(explanation.parts) > 1:
            yield f"{part.title}:"
        yield from _part_lines(part, width)


def _part_lines(part: Part, width: int) -> Iterator[str]:
    scenarios = ", ".join(part.scenarios).replace("{operation}", "<operation>") or "all: it is about every answer"
    yield from _wrapped(scenarios, width, start="scenarios: ")
    if part.reads:
        yield "reads in the contract, below its operations:"
    for place in part.reads:
        yield from _wrapped(place or "/", width, start="  ")
    for exercise in part.shown:
        yield ""
        yield from _exercise_lines(exercise, width)
    if part.not_shown:
        yield f"  and {part.not_shown} more; --json shows all"
    if not part.exercises:
        yield "requests: none are stored"
    yield ""
    yield "faults that prove it:"
    yield from _wrapped(", ".join(part.faults) or "none, so it does not count against a target", width, start="  ")


def _exercise_lines(exercise: Exercise, width: int) -> Iterator[str]:
    yield from _wrapped("; ".join(exercise.answers), width, start="accepted: ")
    for request in exercise.requests:
        yield from _request_lines(request, width)
    if exercise.shows:
        yield "  which shows what these have done:"
    for request in exercise.shows:
        yield from _request_lines(request, width)


def _request_lines(request: SentRequest, width: int) -> Iterator[str]:
    yield from _wrapped(f"{request.method} {shortened(request.path, TEXT_LIMIT)}", width, start="  ")
    for name, value in request.headers:
        yield f"    {name}: {value}" if value is not None else f"    no header {name}"
    if request.body is not None:
        yield from _wrapped(shortened(request.body, TEXT_LIMIT) or "(an empty body)", width, start="    ")
    about = f"{request.about}, in {', '.join(request.scenarios)}"
    yield from _wrapped(about, width, start="    as ")


def _wrapped(text: str, width: int, *, start: str = "") -> list[str]:
    """The wrapped lines of a text. The first begins with `start`, and the others are indented."""
    return textwrap.wrap(
        text,
        min(width, MAX_WIDTH),
        initial_indent=start,
        subsequent_indent=" " * min(len(start), width // 2),
        break_on_hyphens=False,
    )
