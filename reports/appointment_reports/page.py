"""A run as one HTML page that loads no other file."""

from __future__ import annotations

import re
from functools import cache, partial
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from .entry import entry_of
from .tally import OUTCOMES, additions, explanation, outcome, standing, tally
from .transcript import request_text, response_text
from .visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .result import RequirementResult, RunResult

#: Maximum characters of a text. The next limit is used if the page would be too large. Bodies have their own limit.
TEXT_LIMITS = (32 * 1024, 4 * 1024, 1024, 200)
#: Maximum bytes of a page; browsers and the viewers of CI services are slow with more.
MAX_BYTES = 2_000_000
_CODE = re.compile(r"`([^`\n]+)`")


def page(result: RunResult) -> str:
    """Return an HTML page without scripts and without other files. Every text of the target is escaped.

    The page has less than 2 MB; texts are cut until it has. The anchor of a requirement is `#ID-operation`
    (`#ABC-ID-03-link`). If nothing was judged, the page never looks like a success, with any verdict.
    """
    text = ""
    for limit in TEXT_LIMITS:
        text = _rendered(result, limit)
        if len(text.encode()) < MAX_BYTES:
            break
    return text


def _rendered(result: RunResult, limit: int) -> str:
    items = result.requirements
    return _template(limit).render(
        result=result,
        command=result.command,
        judged=bool(items),
        counts=tally(items),
        additions=additions(items),
        of={name: [item for item in items if outcome(item) == name] for name in OUTCOMES},
        recovered=[item for item in items if item.verdict == "passed" and item.unstable],
        sections=_sections(items),
        entries={_anchor(item): entry_of(result, item) for item in items},
    )


def _sections(items: Iterable[RequirementResult]) -> dict[str, list[RequirementResult]]:
    """Group by the section of the id (`ABC-ID-03` is of `ABC-ID`), in the order of first appearance."""
    sections: dict[str, list[RequirementResult]] = {}
    for item in items:
        sections.setdefault(item.id.rpartition("-")[0] or item.id, []).append(item)
    return sections


def _anchor(item: RequirementResult) -> str:
    return _slug(f"{item.id}-{item.operation}")


def _slug(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", text)


def _shown(limit: int, value: object) -> object:
    # This function is applied to every expression of the template, so that none is forgotten.
    return visible(value, limit) if isinstance(value, str) and not isinstance(value, Markup) else value


def _sentence(limit: int, text: str) -> Markup:
    """The escaped text, with the parts between backticks as `code` elements."""
    escaped = str(escape(visible(text, limit)))
    return Markup(_CODE.sub(r"<code>\1</code>", escaped))  # noqa: S704 - escaped in the line above


@cache
def _template(limit: int) -> Template:
    environment = Environment(
        loader=PackageLoader("appointment_reports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=partial(_shown, limit),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"anchor": _anchor, "slug": _slug, "outcome": outcome, "explanation": explanation}
    environment.filters["standing"] = standing
    environment.filters["sentence"] = partial(_sentence, limit)
    environment.filters |= {"request_text": request_text, "response_text": response_text}
    return environment.get_template("report.html.j2")
