"""The process of one target: pytest with this suite alone; it writes what happens as JSON lines for its parent."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import sys
import tempfile
from pathlib import Path
from typing import IO, Any

import pytest

from appointment_conformance.engine.events import (
    Event,
    RequestsCounted,
    RequirementEvaluated,
    RunBegan,
    RunFinished,
    ScenarioBegan,
)
from appointment_conformance.engine.verdict import USAGE
from appointment_conformance.pytest_plugin import plugin
from appointment_conformance.signals import ignore_from_now_on, interrupt_at_end_of, interrupt_on_signals
from appointment_conformance.targets.source import TargetsText
from appointment_reports import RunResult


class EventWriter:
    """Writes one JSON object a line for each event of the run, and follows pytest for what only pytest knows."""

    def __init__(self, stream: IO[bytes]) -> None:
        """Write to `stream`."""
        self._stream = stream

    def emit(self, event: str, **facts: Any) -> None:
        """Write one line."""
        with contextlib.suppress(OSError):  # nobody reads it any more: the reports are still written
            self._stream.write(json.dumps({"event": event, **facts}).encode() + b"\n")

    def on_event(self, event: Event) -> None:
        """Write an event of the run."""
        match event:
            case RunBegan(run_id, api, base_url):
                self.emit("begun", run_id=run_id, api=api, base_url=base_url)
            case RequestsCounted(requests, appointments):
                self.emit("sent", requests=requests, appointments=appointments)
            case ScenarioBegan(name, number, total):
                self.emit("scenario", name=name, number=number, total=total)
            case RequirementEvaluated() | RunFinished():
                pass  # Written once pytest has reported the item, and once the reports are there.

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Follow the run: all that the parent knows of it if this process is killed."""
        conformance = session.config.pluginmanager.get_plugin(plugin.SESSION)
        if conformance is not None:
            conformance.conductor.subscribe(self.on_event)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write the verdict of a requirement."""
        facts = dict(report.user_properties)
        if report.when == "call" and "verdict" in facts:
            self.emit("requirement", name=report.location[2], **facts)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Let nothing but a kill come between the run and its reports."""
        ignore_from_now_on()

    def pytest_conformance_result(self, result: RunResult, paths: tuple[Path, ...]) -> None:
        """Write the verdict of the target, and where its reports are."""
        self.emit("result", verdict=result.verdict, reason=result.reason, paths=[str(path) for path in paths])


class HandedOver:
    """Puts the targets file that the parent has read in place of its name: nothing is read twice."""

    def __init__(self, file: TargetsText) -> None:
        """Hand over `file`."""
        self._file = file

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Let the option be the file itself."""
        config.option.conformance_targets = self._file


def main(arguments: list[str]) -> int:
    """Run the suite with pytest `arguments`; nothing of the caller's directory or environment takes part."""
    interrupt_on_signals()
    handed = _handed_over()
    _end_with_parent()
    # A descriptor of its own: pytest keeps for itself what comes to the standard one while a test runs.
    stream, sys.stdout = os.fdopen(os.dup(1), "wb", buffering=0), sys.stderr
    try:
        made = tempfile.TemporaryDirectory()
    except OSError:
        sys.stderr.write("no directory for temporary files can be written to; set TMPDIR to one that can\n")
        return USAGE
    with made as scratch, contextlib.redirect_stdout(sys.stderr):
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = _character_tables(scratch)
        isolated = [
            "-c",
            os.devnull,
            "--rootdir",
            scratch,
            "--noconftest",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:terminal",
        ]
        suite = ["--pyargs", "appointment_conformance.suite"]
        return int(pytest.main([*isolated, *arguments, *suite], plugins=[plugin, EventWriter(stream), *handed]))


def _handed_over() -> list[HandedOver]:
    """What the parent hands over in the first line of standard input; nothing where nobody does."""
    if not stat.S_ISFIFO(os.fstat(0).st_mode):
        return []
    line = sys.stdin.buffer.readline()
    # A line that was cut short comes from a parent that is gone, or that has been asked to end.
    file = json.loads(line) if line.endswith(b"\n") else None
    return [HandedOver(TargetsText(Path(file["path"]), file["text"], Path(file["folder"])))] if file else []


def _character_tables(scratch: str) -> str:
    """A directory where Hypothesis keeps its tables of Unicode from run to run, to save a tenth of a second.

    Nothing else is kept there: the database of examples is switched off wherever cases are drawn.
    """
    try:
        # Who has no home directory has no such place, either.
        caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        cache = caches / "appointment-conformance" / "hypothesis"
        # A relative one would be a folder among the caller's own files.
        if not cache.is_absolute():
            return scratch
        cache.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return scratch
    return str(cache) if os.access(cache, os.W_OK) else scratch


def _end_with_parent() -> None:
    """Interrupt this process when standard input ends: its parent wants it to end, or is gone, however that came."""
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        interrupt_at_end_of(os.dup(0))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
