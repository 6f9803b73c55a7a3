"""What a run shows: progress on a terminal, else one line for each requirement, and at the end each verdict."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import rich.console
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.text import Text

from appointment_conformance.engine.verdict import EXIT_CODES
from appointment_conformance.output import styled_output
from appointment_conformance.pytest_plugin.jobs import Job
from appointment_conformance.pytest_plugin.summary_lines import summary_lines
from appointment_conformance.traffic.redaction import hide_tracked
from appointment_reports import visible_line

STYLES = {"passed": "green", "failed": "bold red", "untested": "yellow", "error": "bold magenta", "deviation": "cyan"}
#: The label of a requirement that has a failure, by its verdict.
LABELS = {"failed": "FAILED", "deviation": "KNOWN", "untested": "IGNORED"}
#: How many failures of a target are shown.
MAX_FAILURES = 10


class Console:
    """Follows several targets at once; every text is made visible before it is shown."""

    def __init__(self, console: rich.console.Console | None = None) -> None:
        """Write to `console`, by default to standard output."""
        self._out = console or _standard()
        self._lock = Lock()
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    @contextmanager
    def following(self, jobs: Sequence[Job]) -> Iterator[None]:
        """Show progress inside the block: bars on a terminal, lines elsewhere."""
        if not self._is_live:
            yield
            return
        name, doing = (TextColumn(text, markup=False) for text in ("{task.fields[target]}", "{task.description}"))
        columns = (name, BarColumn(20), doing)
        with Progress(
            *columns, console=self._out, transient=True, redirect_stdout=False, redirect_stderr=False
        ) as self._progress:
            self._tasks = {
                job.target: self._progress.add_task("starting", total=None, target=visible_line(job.target))
                for job in jobs
            }
            yield
        self._progress = None

    @property
    def _is_live(self) -> bool:
        """Whether lines can be redrawn. Only a terminal can do that; colours can be requested anywhere."""
        return self._out.file.isatty() and self._out.is_terminal and self._out.is_interactive

    def on_event(self, target: str, event: dict[str, Any]) -> None:
        """Show one event of a target."""
        with self._lock:
            if self._progress is not None:
                self._advance(self._progress, target, event)
            elif event.get("event") == "requirement":
                self._line(target, event)

    def conclude(self, target: str, directory: Path) -> None:
        """Show the verdict of a target from its result.json, its failures, and the path of its reports."""
        result = json.loads((directory / "result.json").read_text(encoding="utf-8"))
        verdict = result["verdict"]
        self._show((target, "bold"), " is ", (verdict, "bold red" if EXIT_CODES[verdict] else "green"))
        *lines, reports = summary_lines(result, directory)
        for line in lines:
            self._show(f"  {line}")
        self._failures([requirement for requirement in result["requirements"] if requirement["failure"]])
        self._show(f"  {reports}")

    def show_message(self, sentence: str) -> None:
        """Show a sentence about the whole invocation."""
        self._show(sentence)

    def complain(self, target: str, sentence: str) -> None:
        """Show why a target has no report."""
        self._show((target, "bold"), " has no report: ", sentence)

    def _failures(self, failed: list[dict[str, Any]]) -> None:
        for requirement in failed[:MAX_FAILURES]:
            self._failure(requirement)
        if len(failed) > MAX_FAILURES:
            self._show(f"  and {len(failed) - MAX_FAILURES} more; the report shows all of them")

    def _failure(self, requirement: dict[str, Any]) -> None:
        failure, gates = requirement["failure"], requirement["gates"]
        level = " (SHOULD: advice, which gates here)" if gates and requirement["level"] == "SHOULD" else ""
        name = f"{requirement['id']} ({requirement['operation']}) {requirement['title']}"
        self._show((f"  {_label(requirement)} {name}{level}", "bold"))
        if requirement["reason"]:
            self._show(f"    {visible_line(requirement['reason'])}")
        for key in ("expected", "actual", "curl", "fingerprint") if requirement["verdict"] != "deviation" else ():
            if failure[key]:
                self._show(f"    {key + ':':<13}{visible_line(failure[key], 2000)}")

    def _advance(self, progress: Progress, target: str, event: dict[str, Any]) -> None:
        task = self._tasks[target]
        match event.get("event"):
            case "scenario":
                progress.update(task, total=event["total"], completed=event["number"] - 1, description=event["name"])
            case "requirement":
                progress.update(task, description=f"judging {event['name']}")
            case "result":
                progress.update(task, total=1, completed=1, description=event["verdict"])

    def _line(self, target: str, event: dict[str, Any]) -> None:
        verdict = event["verdict"]
        level = "" if event["level"] == "MUST" else f"({event['level']}) "
        text = f"{target}  {event['name']}  {level}{visible_line(event['reason'])}".rstrip()
        self._show((f"{verdict:<10}", STYLES.get(verdict, "")), text)

    def _show(self, *parts: str | tuple[str, str]) -> None:
        """Show one line made of texts, some with a style. It is not wrapped at the width of the console."""
        styled = [(part, "") if isinstance(part, str) else part for part in parts]
        shown = ((visible_line(hide_tracked(text), None), style) for text, style in styled)
        self._out.print(Text.assemble(*shown), soft_wrap=True)


def _label(requirement: dict[str, Any]) -> str:
    """The label of a requirement that has a failure."""
    if requirement.get("blocked"):
        return "BLOCKED"
    if requirement.get("unstable"):
        return "UNSTABLE"
    return LABELS[requirement["verdict"]] if requirement["gates"] else "ADVICE"


def _standard() -> rich.console.Console:
    """Standard output, with colours on a terminal or where CLICOLOR_FORCE asks for them, unless NO_COLOR is set."""
    wanted = os.environ.get("CLICOLOR_FORCE", "0") not in {"", "0"}
    width, height = _size()
    return rich.console.Console(
        file=styled_output(),
        highlight=False,
        markup=False,
        emoji=False,
        # The library itself reads the other variables that ask for colours.
        force_terminal=True if wanted else None,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        width=width,
        height=height,
    )


def _size() -> tuple[int, int] | tuple[None, None]:
    """80 by 25 if COLUMNS or LINES has a number with which the library shows nothing or fails, else (None, None)."""
    given = [os.environ.get(name, "") for name in ("COLUMNS", "LINES")]
    is_usable = all(not number.isdigit() or re.fullmatch("0*[1-9][0-9]{0,3}", number) for number in given)
    return (None, None) if is_usable else (80, 25)
