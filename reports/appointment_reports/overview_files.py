"""The files of several targets together: the index page, one JUnit file and one summary."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from .artefacts import replace_file
from .junit import merged_junit
from .overview_page import overview_page
from .summary import overview_summary

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .overview import Overview
    from .result import RunResult

NAMES: Final = ("index.html", "junit.xml", "summary.md")


def write_overview(overview: Overview, results: Iterable[RunResult], directory: Path) -> tuple[Path, ...]:
    """Write `index.html`, `junit.xml` and `summary.md` to `directory` and return their paths. Raises ReportError."""
    contents = {
        "index.html": overview_page(overview).encode(),
        "junit.xml": merged_junit(results, overview.problems),
        "summary.md": overview_summary(overview).encode(),
    }
    for name, content in contents.items():
        replace_file(directory / name, partial(_fill, content), _keep)
    return tuple(directory / name for name in contents)


def _fill(content: bytes, draft: Path) -> None:
    draft.write_bytes(content)


def _keep(_: Path) -> None:
    """Leave a draft unchanged: it was made from reports, which hold no secret."""
