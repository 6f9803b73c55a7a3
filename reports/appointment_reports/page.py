"""A run as one HTML page that needs nothing else."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from .entry import entry_of
from .tally import OUTCOMES, explanation, outcome, tally
from .transcript import request_text, response_text
from .visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .result import RequirementResult, RunResult

#: Characters of a single text; bodies have their own, smaller limit.
TEXT_LIMIT = 32 * 1024


def page(result: RunResult) -> str:
    """Return a self-contained HTML page: no script, no network, every text of the target escaped and made visible.

    A requirement is at `#ID-operation` (`#OMN-ID-03-link`). A run in which nothing was judged never looks like a
    success, whatever its verdict says.
    """
    items = result.requirements
    return _template().render(
        result=result,
        command=result.command,
        judged=bool(items),
        counts=tally(items),
        of={name: [item for item in items if outcome(item) == name] for name in OUTCOMES},
        sections=_sections(items),
        entries={_anchor(item): entry_of(result, item) for item in items},
    )


def _sections(items: Iterable[RequirementResult]) -> dict[str, list[RequirementResult]]:
    """Group by the section of the id (`OMN-ID-03` is of `OMN-ID`), in the order of first appearance."""
    sections: dict[str, list[RequirementResult]] = {}
    for item in items:
        sections.setdefault(item.id.rpartition("-")[0] or item.id, []).append(item)
    return sections


def _anchor(item: RequirementResult) -> str:
    return _slug(f"{item.id}-{item.operation}")


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", text)


def _shown(value: object) -> object:
    # Applied to every expression of the template, so that none can be forgotten.
    return visible(value, TEXT_LIMIT) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("appointment_reports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"anchor": _anchor, "slug": _slug, "outcome": outcome, "explanation": explanation}
    environment.filters |= {"request_text": request_text, "response_text": response_text}
    return environment.get_template("report.html.j2")
