"""The part of a terminal that is redrawn during a run: which targets are running, and which wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from appointment_conformance.traffic.redaction import hide_tracked
from appointment_reports import visible_line

State = Literal["waiting", "running", "ended"]
STYLES: Mapping[State, str] = {"running": "bold cyan", "waiting": "dim"}
#: Fewer columns have no room for a bar.
MIN_BAR_COLUMNS = 60
BAR_COLUMNS = 12
#: Lines that are kept free: the line with the counts, and the one below the display.
_OTHER_LINES = 2


@dataclass(frozen=True, slots=True)
class TargetProgress:
    """How far one target is: its state, what it does, and how many of its scenarios are done."""

    state: State = "waiting"
    doing: str = ""
    done: int = 0
    total: int | None = None

    def after(self, event: Mapping[str, Any]) -> TargetProgress:
        """Return the progress after one more event. An event of an unknown kind changes nothing."""
        match event:
            case {"event": "started"}:
                return replace(self, state="running", doing="starting")
            case {"event": "scenario", "name": name, "number": number, "total": total}:
                return replace(self, doing=f"{number} of {total}: {name}", done=number - 1, total=total)
            case {"event": "requirement", "name": name}:
                return replace(self, doing=f"judging {name}", done=self.total or 0)
            case _:
                return self


class LiveDisplay:
    """The lines of all targets that have not ended. Ended targets are shown above it, in lines that stay."""

    def __init__(self, targets: Iterable[str]) -> None:
        """Show that every target waits."""
        self._progress = dict.fromkeys(targets, TargetProgress())

    def on_event(self, target: str, event: Mapping[str, Any]) -> None:
        """Show one event of a target."""
        self._progress[target] = self._progress[target].after(event)

    def end(self, target: str) -> None:
        """Show nothing more of a target, because it has ended."""
        self._progress[target] = TargetProgress("ended")

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Yield the targets that are running, then those that wait, in as many lines as there are, and the counts."""
        by_state = {state: self._having(state) for state in ("running", "waiting", "ended")}
        shown = [*by_state["running"], *by_state["waiting"]][: max(options.size.height - _OTHER_LINES, 0)]
        columns = options.max_width
        table = Table.grid(padding=(0, 1), pad_edge=False)
        for target in shown:
            table.add_row(*self._cells(target, columns))
        yield table
        counts = ", ".join(f"{len(targets)} {state}" for state, targets in by_state.items())
        yield Text(f"{counts} of {len(self._progress)}", no_wrap=True, overflow="crop")

    def _having(self, state: str) -> list[str]:
        # Another thread draws: a copy does not change in between.
        return [target for target, progress in tuple(self._progress.items()) if progress.state == state]

    def _cells(self, target: str, columns: int) -> Iterator[RenderableType]:
        progress = self._progress[target]
        yield _cell(progress.state, STYLES.get(progress.state, ""))
        yield _cell(_shortened(target, max(columns // 3, 8)))
        if columns >= MIN_BAR_COLUMNS:
            is_running = progress.state == "running"
            yield ProgressBar(progress.total, progress.done, width=BAR_COLUMNS) if is_running else _cell("")
        yield _cell(progress.doing, "")


def _cell(text: str, style: str = "") -> Text:
    return Text(visible_line(hide_tracked(text)), style, no_wrap=True, overflow="crop")


def _shortened(name: str, limit: int) -> str:
    """The name, or its beginning and its end: names of many targets often differ at their end."""
    if len(name) <= limit:
        return name
    head = (limit - 2) // 2
    return f"{name[:head]}..{name[head + 2 - limit :]}"
