"""The index page of several targets, with a link to the report of each."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from .overview import counted
from .visible import visible_line

if TYPE_CHECKING:
    from .overview import Overview

#: Maximum characters of a text.
TEXT_LIMIT: Final = 1000


def overview_page(overview: Overview) -> str:
    """Return an HTML page without scripts and without other files, with one row for each outcome in its order.

    The path of a report is taken as relative to the page. Every text is escaped.
    """
    return _template().render(overview=overview, counted=counted(overview.outcomes))


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
    environment.filters["link"] = _link
    return environment.get_template("index.html.j2")


def _link(path: str) -> str:
    """The path as a URL; the colon is encoded, because what stands before it could be taken for a scheme."""
    try:
        return quote(path, safe="/", errors="surrogateescape")
    except UnicodeEncodeError:  # No file can have such a name.
        return ""


def _shown(value: object) -> object:
    return visible_line(value, TEXT_LIMIT) if type(value) is str else value
