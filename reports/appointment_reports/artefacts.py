"""The report files of a run. Each file is complete or does not exist."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from .document import dumps
from .errors import ReportError
from .har import write_har
from .junit import junit
from .page import page
from .summary import summary

if TYPE_CHECKING:
    from .result import Exchange, RunResult

Write = Callable[[Path], object]


def write_artefacts(
    result: RunResult, exchanges: Iterable[Exchange], directory: Path, *, scrub: Write | None = None
) -> tuple[Path, ...]:
    """Write `exchanges.har`, `junit.xml`, `report.html`, `summary.md` and `result.json` and return their paths.

    The directory is created if needed. Each file replaces an earlier one in one step, so no reader sees an incomplete
    file. `scrub` is called with each draft before it gets its final name; by default it is the result's `hide_secrets`.
    Raises ReportError if the directory or a file cannot be written, after the other files are written.
    """
    writes: dict[str, Write] = {
        "exchanges.har": lambda path: write_har(exchanges, path, version=result.suite_version),
        "junit.xml": lambda path: path.write_bytes(junit(result)),
        "report.html": lambda path: path.write_bytes(page(result).encode()),
        "summary.md": lambda path: path.write_bytes(summary(result).encode()),
        "result.json": lambda path: path.write_bytes(dumps(result).encode()),
    }
    problems: list[ReportError] = []
    for name, write in writes.items():
        try:
            replace_file(directory / name, write, scrub or result.hide_secrets)
        except ReportError as problem:
            problems.append(problem)
    if problems:
        raise problems[0]
    return tuple(directory / name for name in writes)


def replace_file(path: Path, write: Write, scrub: Write) -> None:
    """Write a file in one step: `write` makes a draft beside it, and `scrub` changes the draft. Raises ReportError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
        _fill(Path(name), path, write, scrub)
    except OSError as error:
        raise ReportError(f"cannot write {path}: {error.strerror or error}") from error


def _fill(draft: Path, path: Path, write: Write, scrub: Write) -> None:
    try:
        write(draft)
        scrub(draft)
        # A temporary file is readable by its owner only; a report is readable by everyone.
        draft.chmod(0o644)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
