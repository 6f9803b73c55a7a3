"""The page of every requirement and open question, made from the registry: `docs/requirements.md`."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from appointment_conformance.api import load_apis
from appointment_conformance.engine.explanation import Explanation, Part, SentRequest, explanations, shortened
from appointment_conformance.engine.observation import OpenQuestion

#: So many faults of a requirement are named, and so many characters of a path or a body shown.
MOST_FAULTS: Final = 12
TEXT_LIMIT: Final = 120
OPENING = """\
# Requirements

<!-- Made by `make docs` from the suite itself: change the suite, not this page. -->

{count} requirements are judged, {judged} counting each operation. Each has an id that is never given to another, a
level, the place in the documents where it stands, and the scenarios whose exchanges it is judged by. A failed MUST
makes a target `not-conformant`; a failed SHOULD is advice, and decides only where the target says `advice: fail`.

*Accepted* is what may be answered, and *requests* are those of a run against the reference API that are judged by it:
`{{appointment}}` and the like stand for ids of the target, and valid credentials are left out. *Faults* are the defects
of the reference API by which it is proven that the requirement can fail; [kill-matrix.md](kill-matrix.md) says what
each of them does. `appointment-conformance explain {example}` shows the same of one requirement, with `--json` every
request, and `appointment-conformance requirements` lists all.
"""
QUESTIONS = """\

## Open questions of {api}

The documents leave these open. A run records the answer, under *observations* in the reports, and never judges it.

| Id | Operation | Question |
|---|---|---|
"""
FINDINGS = """\

## Findings in the documents of {api}

What the published document itself gets wrong, found by code. The reports show it; it never counts against a target.

| Id | Place | Finding |
|---|---|---|
"""


def catalogue_page() -> str:
    """Return the page as Markdown: requirements by section, then open questions and findings by api."""
    found = sorted(explanations(load_apis().values()), key=lambda pair: len(pair[1].parts) > 1)
    judged = sum(len(told.operations) for _, told in found)
    parts = [OPENING.format(count=len(found), judged=judged, example=found[0][0].id)]
    for module, of_it in groupby(found, key=lambda pair: pair[0].check.__module__):
        parts.append(f"\n## {_heading(module)}\n")
        parts += [_entry(told) for _, told in of_it]
    for api in load_apis().values():
        parts += [QUESTIONS.format(api=api.title), *map(_question, api.questions)]
        parts += [FINDINGS.format(api=api.title), *(_row(f.id, f.place, f.finding) for f in api.contract.findings())]
    return "".join(parts)


def _heading(module: str) -> str:
    return (importlib.import_module(module).__doc__ or "").splitlines()[0].rstrip(".")


def _entry(told: Explanation) -> str:
    several = len(told.parts) > 1
    lines = (
        "",
        f"### {told.id}",
        "",
        " ".join((told.statement, *told.remarks)),
        "",
        f"- **{told.level}** for {', '.join(told.operations)}",
        f"- Source: {told.source}",
        *(line for part in told.parts for line in _part(part, f" ({part.title})" if several else "")),
        "",
    )
    return "\n".join(lines)


def _part(part: Part, of_api: str) -> Iterator[str]:
    """Yield the lines on one API; between two APIs stands a blank line."""
    if of_api:
        yield ""
    scenarios = ", ".join(part.scenarios).replace("{operation}", "*operation*") or "every exchange"
    yield f"- Scenarios{of_api}: {scenarios}"
    yield f"- Accepted{of_api}: {'; '.join(_answers(part))}"
    yield f"- Faults{of_api}: {_shortened(part.faults)}"
    yield ""
    yield f"<details><summary>{_count(len(part.requests), 'request')}{of_api}</summary>"
    yield ""
    for request in (request for statement in part.shown for request in (*statement.requests, *statement.shows)):
        yield _request(request)
    if part.not_shown:
        yield f"- and {part.not_shown} more"
    yield ""
    yield "</details>"


def _answers(part: Part) -> tuple[str, ...]:
    return tuple(dict.fromkeys(answer for exercise in part.exercises for answer in exercise.answers))


def _shortened(faults: tuple[str, ...]) -> str:
    more = f" and {len(faults) - MOST_FAULTS} more" if len(faults) > MOST_FAULTS else ""
    return f"{', '.join(faults[:MOST_FAULTS])}{more}" if faults else "none"


def _request(request: SentRequest) -> str:
    headers = (f"{name}: {value}" if value is not None else f"no {name}" for name, value in request.headers)
    body = [] if request.body is None else [request.body or "an empty body"]
    code = " ".join(
        _code(shortened(text, TEXT_LIMIT)) for text in (f"{request.method} {request.path}", *headers, *body)
    )
    return f"- {code} {request.about}"


def _code(text: str) -> str:
    """Markdown for a piece of code, whatever stands in it."""
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _question(question: OpenQuestion) -> str:
    return _row(question.id, question.operation, " ".join(question.question.split()))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


if __name__ == "__main__":
    sys.stdout.write(catalogue_page())
