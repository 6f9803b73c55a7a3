"""The page of every requirement and open question, made from the registry: `docs/requirements.md`."""

from __future__ import annotations

import importlib
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from appointment_conformance.api import load_apis
from appointment_conformance.engine.observation import OpenQuestion
from appointment_conformance.engine.requirement import Requirement

OPENING = """\
# Requirements

<!-- Made by `make docs` from the suite itself: change the suite, not this page. -->

{count} requirements are judged, {judged} counting each operation. Each has an id that is never given to another, a
level, the place in the documents where it stands, and the scenarios whose exchanges it is judged by; *faults* counts
the defects of the reference API that exist to break it. A failed MUST makes a target `not-conformant`; a failed SHOULD
is advice, and decides only where the target says `advice: fail`.
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
    requirements = _merged()
    judged = sum(len(one.operations) for one in requirements)
    parts = [OPENING.format(count=len(requirements), judged=judged)]
    faults = Counter(name for api in load_apis().values() for name, caught in api.caught.items() for _ in caught)
    for module, found in groupby(requirements, key=lambda one: one.check.__module__):
        parts.append(f"\n## {_heading(module)}\n")
        parts += [_entry(one, faults[one.id]) for one in found]
    for api in load_apis().values():
        parts += [QUESTIONS.format(api=api.title), *map(_question, api.questions)]
        parts += [FINDINGS.format(api=api.title), *(_row(f.id, f.place, f.finding) for f in api.contract.findings())]
    return "".join(parts)


def _merged() -> list[Requirement]:
    """Every requirement once, those of HTTP with the operations of all apis."""
    merged: dict[str, Requirement] = {}
    for one in _all():
        known = merged.get(one.id)
        merged[one.id] = replace(one, operations=(*known.operations, *one.operations)) if known else one
    shared = [one for one in merged.values() if one.id.startswith("HTTP-")]
    return [*(one for one in merged.values() if one not in shared), *shared]


def _all() -> Iterator[Requirement]:
    for api in load_apis().values():
        yield from api.catalogue


def _heading(module: str) -> str:
    return (importlib.import_module(module).__doc__ or "").splitlines()[0].rstrip(".")


def _entry(one: Requirement, faults: int) -> str:
    statement = " ".join(one.statement.split())
    scenarios = ", ".join(one.scenarios).replace("{operation}", "*operation*") or "every exchange"
    return (
        f"\n### {one.id}\n\n{statement}\n\n"
        f"- **{one.level}** for {', '.join(one.operations)}\n"
        f"- Source: {one.source}\n- Scenarios: {scenarios}\n- Faults: {faults}\n"
    )


def _question(one: OpenQuestion) -> str:
    return _row(one.id, one.operation, " ".join(one.question.split()))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


if __name__ == "__main__":
    sys.stdout.write(catalogue_page())
