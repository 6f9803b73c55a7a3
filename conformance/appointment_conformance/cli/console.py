"""What a run shows: a live display on a terminal, the verdict of each target when it ends, and a table of all."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Literal

import rich.console
from rich.live import Live
from rich.text import Text

from appointment_conformance.engine.verdict import EXIT_CODES
from appointment_conformance.output import styled_output
from appointment_conformance.pytest_plugin.jobs import Job
from appointment_conformance.pytest_plugin.summary_lines import summary_lines
from appointment_conformance.traffic.redaction import hide_tracked
from appointment_reports import TargetVerdict, visible_line
from appointment_reports.overview import Overview, TargetOutcome, counted, outcome_of, worst_first

from .live_display import LiveDisplay
from .outcome_table import indented, table_lines

#: How much is shown: the table alone; also each target when it ends; also each requirement when it is judged.
Detail = Literal["table", "targets", "requirements"]
STYLES = {"passed": "green", "failed": "bold red", "untested": "yellow", "error": "bold magenta", "deviation": "cyan"}
#: The label of a requirement that has a failure, by its verdict.
LABELS = {"failed": "FAILED", "deviation": "KNOWN", "untested": "IGNORED"}
#: How many failures of a target are shown.
MAX_FAILURES = 10
#: Maximum characters of the reason of one of several targets; it names up to six requirements that do not hold.
MAX_REASON = 240


class Console:
    """Follows several targets at once; every text is made visible before it is shown.

    One target is shown with its failures when it ends, and without a table. Each of several targets is shown in one
    line with its reason, or with its failures if requirements are shown, and a table follows at the end.
    """

    def __init__(self, console: rich.console.Console | None = None, *, detail: Detail = "targets") -> None:
        """Write to `console`, by default to standard output."""
        self._out = console or _standard()
        self._detail: Detail = detail
        self._lock = Lock()
        self._live: LiveDisplay | None = None
        self._total = 1
        self._outcomes: dict[str, TargetOutcome] = {}

    @contextmanager
    def following(self, jobs: Sequence[Job]) -> Iterator[None]:
        """Show what happens inside the block, on a terminal with a part that is redrawn; then the table of all jobs."""
        names = [job.target for job in jobs]
        self._total = len(names)
        if self._can_redraw and self._detail != "requirements":
            display = LiveDisplay(names)
            with Live(display, console=self._out, transient=True, redirect_stdout=False, redirect_stderr=False):
                self._live = display
                yield
            self._live = None
        else:
            yield
        if self._total > 1 or self._detail == "table":
            self.show_table([self._outcomes[name] for name in names if name in self._outcomes])

    @property
    def _can_redraw(self) -> bool:
        """Whether lines can be redrawn. Only a terminal can do that; colours can be requested anywhere."""
        return self._out.file.isatty() and self._out.is_terminal and self._out.is_interactive

    def on_event(self, target: str, event: dict[str, Any]) -> None:
        """Show one event of a target."""
        with self._lock:
            if self._live is not None:
                self._live.on_event(target, event)
            elif event.get("event") == "requirement" and self._detail == "requirements":
                self._line(target, event)

    def end(self, target: str, directory: Path) -> None:
        """Show that a target has ended, from the `result.json` in its directory."""
        with self._lock:
            if self._live is not None:
                self._live.end(target)
            result = _result_in(directory)
            self._outcomes[target] = outcome_of({**result, "target": target}, _report_in(directory))
            if self._total == 1 and self._detail != "table":
                self._conclude(target, result, directory)
            elif self._detail == "requirements":
                self._conclude(target, result, directory, self._position())
            elif self._detail == "targets":
                self._show_briefly(self._outcomes[target], self._position())

    def end_without_report(self, target: str, sentence: str) -> None:
        """Show why a target has no report."""
        with self._lock:
            if self._live is not None:
                self._live.end(target)
            self._outcomes[target] = TargetOutcome(target, "error", sentence)
            self._show((target, "bold"), " has no report: ", sentence)

    def conclude(self, target: str, directory: Path) -> None:
        """Show the verdict of a target from its result.json, its failures, and the path of its reports."""
        self._conclude(target, _result_in(directory), directory)

    def show_table(self, outcomes: Sequence[TargetOutcome]) -> None:
        """Show one row for each outcome, those that need action first, and how many have each verdict."""
        ordered = worst_first(outcomes)
        for line in table_lines(ordered, self._out.width):
            self._show(line)
        if self._detail != "table":
            self._show(counted(ordered))

    def show_overview(self, overview: Overview, paths: Sequence[Path]) -> None:
        """Show merged results: each target that has not passed with its reason, the table, problems and notes."""
        if self._detail != "table":
            for outcome in overview.outcomes:
                if EXIT_CODES[outcome.verdict]:
                    self._show_briefly(outcome)
        self.show_table(overview.outcomes)
        for sentence in overview.problems:
            self._show(("error: ", "bold red"), sentence)
        for sentence in (*overview.notes, f"written: {', '.join(map(str, paths))}"):
            self.show_message(sentence)

    def _position(self) -> str:
        return f"{len(self._outcomes)}/{self._total} "

    def _conclude(self, target: str, result: dict[str, Any], directory: Path, position: str = "") -> None:
        self._show_verdict(target, result["verdict"], position)
        *lines, reports = summary_lines(result, directory)
        for line in lines:
            self._show(f"  {line}")
        self._failures([requirement for requirement in result["requirements"] if requirement["failure"]])
        self._show(f"  {reports}")

    def _show_briefly(self, outcome: TargetOutcome, position: str = "") -> None:
        self._show_verdict(outcome.target, outcome.verdict, position)
        for line in indented(visible_line(hide_tracked(outcome.reason), MAX_REASON), self._out.width):
            self._show(line)

    def _show_verdict(self, target: str, verdict: TargetVerdict, position: str) -> None:
        self._show(position, (target, "bold"), " is ", (verdict, "bold red" if EXIT_CODES[verdict] else "green"))

    def show_message(self, sentence: str) -> None:
        """Show a sentence about the whole invocation, unless the table alone is asked for."""
        if self._detail != "table":
            self._show(sentence)

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


def _result_in(directory: Path) -> dict[str, Any]:
    result: dict[str, Any] = json.loads((directory / "result.json").read_text(encoding="utf-8"))
    return result


def _report_in(directory: Path) -> str:
    page = directory / "report.html"
    return str(page) if page.exists() else ""


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
