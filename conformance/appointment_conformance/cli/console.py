"""What a run shows: progress on a terminal, one line a requirement elsewhere, and each target's verdict at the end."""

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
from appointment_conformance.pytest_plugin.summary_lines import conclusion
from appointment_conformance.traffic.redaction import hide_tracked
from appointment_reports import visible_line

STYLES = {"passed": "green", "failed": "bold red", "untested": "yellow", "error": "bold magenta", "deviation": "cyan"}
#: What a requirement with a failure is called, by its verdict.
KINDS = {"failed": "FAILED", "deviation": "KNOWN", "untested": "IGNORED"}
MOST_FAILURES = 10


class Console:
    """Follows several targets at once; every text is made visible before it is shown."""

    def __init__(self, console: rich.console.Console | None = None) -> None:
        """Show on standard output unless told otherwise."""
        self._out = console or _standard()
        self._lock = Lock()
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    @contextmanager
    def following(self, jobs: Sequence[Job]) -> Iterator[None]:
        """Show progress within the block: bars on a terminal, lines elsewhere, in colour or not."""
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
        """Whether what was shown can be shown anew: colours may be asked for anywhere, this takes a terminal."""
        return self._out.file.isatty() and self._out.is_terminal and self._out.is_interactive

    def on_event(self, target: str, event: dict[str, Any]) -> None:
        """Show one event of a target."""
        with self._lock:
            if self._progress is not None:
                self._advance(self._progress, target, event)
            elif event.get("event") == "requirement":
                self._line(target, event)

    def conclude(self, target: str, directory: Path) -> None:
        """Show the verdict of a target from its result.json, its failures, and where its reports are."""
        result = json.loads((directory / "result.json").read_text(encoding="utf-8"))
        verdict = result["verdict"]
        self._show((target, "bold"), " is ", (verdict, "bold red" if EXIT_CODES[verdict] else "green"))
        *told, reports = conclusion(result, directory)
        for line in told:
            self._show(f"  {line}")
        self._failures([one for one in result["requirements"] if one["failure"]])
        self._show(f"  {reports}")

    def tell(self, sentence: str) -> None:
        """Show a sentence about the whole invocation."""
        self._show(sentence)

    def complain(self, target: str, sentence: str) -> None:
        """Show why a target has no report."""
        self._show((target, "bold"), " has no report: ", sentence)

    def _failures(self, failed: list[dict[str, Any]]) -> None:
        for one in failed[:MOST_FAILURES]:
            failure = one["failure"]
            kind = _kind(one)
            level = " (SHOULD: advice, which gates here)" if one["gates"] and one["level"] == "SHOULD" else ""
            self._show((f"  {kind} {one['id']} ({one['operation']}) {one['title']}{level}", "bold"))
            if one["reason"]:
                self._show(f"    {visible_line(one['reason'])}")
            for name in ("expected", "actual", "curl", "fingerprint") if one["verdict"] != "deviation" else ():
                if not failure[name]:
                    continue
                self._show(f"    {name + ':':<13}{visible_line(failure[name], 2000)}")
        if len(failed) > MOST_FAILURES:
            self._show(f"  and {len(failed) - MOST_FAILURES} more; the report has them all")

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
        said = f"{target}  {event['name']}  {level}{visible_line(event['reason'])}".rstrip()
        self._show((f"{verdict:<10}", STYLES.get(verdict, "")), said)

    def _show(self, *parts: str | tuple[str, str]) -> None:
        """Show a line of texts, some with a style, however wide the console is."""
        styled = [(part, "") if isinstance(part, str) else part for part in parts]
        shown = ((visible_line(hide_tracked(text), None), style) for text, style in styled)
        self._out.print(Text.assemble(*shown), soft_wrap=True)


def _kind(one: dict[str, Any]) -> str:
    """What a requirement with a failure is called."""
    if one.get("blocked"):
        return "BLOCKED"
    if one.get("unstable"):
        return "UNSTABLE"
    return KINDS[one["verdict"]] if one["gates"] else "ADVICE"


def _standard() -> rich.console.Console:
    """Standard output, in colour where it is a terminal or the environment asks for it, and does not forbid it."""
    wanted = os.environ.get("CLICOLOR_FORCE", "0") not in {"", "0"}
    width, height = _size()
    return rich.console.Console(
        file=styled_output(),
        highlight=False,
        markup=False,
        emoji=False,
        # What else asks for colour is known to the library.
        force_terminal=True if wanted else None,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        width=width,
        height=height,
    )


def _size() -> tuple[int, int] | tuple[None, None]:
    """An ordinary size where the environment names one in which the library shows nothing, or which it cannot read."""
    said = [os.environ.get(name, "") for name in ("COLUMNS", "LINES")]
    is_usable = all(not one.isdigit() or re.fullmatch("0*[1-9][0-9]{0,3}", one) for one in said)
    return (None, None) if is_usable else (80, 25)
