"""What a run shows: progress on a terminal, one line a requirement elsewhere, and each target's verdict at the end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import rich.console
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.text import Text

from appointment_conformance.judging.verdict import EXIT_CODES
from appointment_reports import visible_line

from .conclusion import conclusion
from .fleet import Order

STYLES = {"passed": "green", "failed": "bold red", "untested": "yellow", "error": "bold magenta", "deviation": "cyan"}
#: What a requirement with a failure is called, by its verdict.
KINDS = {"failed": "FAILED", "deviation": "KNOWN", "untested": "IGNORED"}
MOST_FAILURES = 10


class Console:
    """Follows several targets at once; everything that came from a target is made visible before it is shown."""

    def __init__(self, console: rich.console.Console | None = None) -> None:
        """Show on standard output unless told otherwise."""
        self._out = console or rich.console.Console(highlight=False, markup=False, emoji=False)
        self._lock = Lock()
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    @contextmanager
    def following(self, orders: Sequence[Order]) -> Iterator[None]:
        """Show progress within the block: bars on a terminal, lines elsewhere."""
        if not self._out.is_terminal:
            yield
            return
        columns = (TextColumn("{task.fields[target]}"), BarColumn(20), TextColumn("{task.description}"))
        with Progress(*columns, console=self._out, transient=True) as self._progress:
            self._tasks = {
                order.target: self._progress.add_task("starting", total=None, target=order.target) for order in orders
            }
            yield
        self._progress = None

    def hear(self, target: str, event: dict[str, Any]) -> None:
        """Show one event of a target."""
        with self._lock:
            if self._progress is not None:
                self._advance(self._progress, target, event)
            elif event["event"] == "requirement":
                self._line(target, event)

    def conclude(self, target: str, directory: Path) -> None:
        """Show the verdict of a target from its result.json, its failures, and where its reports are."""
        result = json.loads((directory / "result.json").read_text(encoding="utf-8"))
        verdict = result["verdict"]
        self._out.print(
            Text.assemble((target, "bold"), " is ", (verdict, "bold red" if EXIT_CODES[verdict] else "green"))
        )
        *told, reports = conclusion(result, directory)
        for line in told:
            self._print(f"  {line}")
        self._failures([one for one in result["requirements"] if one["failure"]])
        self._print(f"  {reports}")

    def tell(self, sentence: str) -> None:
        """Show a sentence about the whole invocation."""
        self._print(visible_line(sentence))

    def complain(self, target: str, sentence: str) -> None:
        """Show why a target has no report."""
        self._out.print(Text.assemble((target, "bold"), " has no report: ", visible_line(sentence)), soft_wrap=True)

    def _failures(self, failed: list[dict[str, Any]]) -> None:
        for one in failed[:MOST_FAILURES]:
            failure = one["failure"]
            kind = _kind(one)
            level = " (SHOULD: advice, which gates here)" if one["gates"] and one["level"] == "SHOULD" else ""
            head = Text(f"  {kind} {one['id']} ({one['operation']}) {one['title']}{level}", "bold")
            self._out.print(head, soft_wrap=True)
            if one["reason"]:
                self._print(f"    {visible_line(one['reason'])}")
            for name in ("expected", "actual", "curl", "fingerprint") if one["verdict"] != "deviation" else ():
                if not failure[name]:
                    continue
                self._print(f"    {name + ':':<13}{visible_line(failure[name], 2000)}")
        if len(failed) > MOST_FAILURES:
            self._print(f"  and {len(failed) - MOST_FAILURES} more; the report has them all")

    def _advance(self, progress: Progress, target: str, event: dict[str, Any]) -> None:
        task = self._tasks[target]
        if event["event"] == "scenario":
            progress.update(task, total=event["total"], completed=event["number"] - 1, description=event["name"])
        elif event["event"] == "requirement":
            progress.update(task, description=f"judging {event['name']}")
        else:
            progress.update(task, total=1, completed=1, description=event["verdict"])

    def _line(self, target: str, event: dict[str, Any]) -> None:
        verdict = event["verdict"]
        head = Text(f"{verdict:<10}", STYLES.get(verdict, ""))
        level = "" if event["level"] == "MUST" else f"({event['level']}) "
        said = f"{target}  {event['name']}  {level}{visible_line(event['reason'])}".rstrip()
        self._out.print(Text.assemble(head, said), soft_wrap=True)

    def _print(self, line: str) -> None:
        self._out.print(Text(line), soft_wrap=True)


def _kind(one: dict[str, Any]) -> str:
    """What a requirement with a failure is called."""
    if one.get("blocked"):
        return "BLOCKED"
    if one.get("unstable"):
        return "UNSTABLE"
    return KINDS[one["verdict"]] if one["gates"] else "ADVICE"
