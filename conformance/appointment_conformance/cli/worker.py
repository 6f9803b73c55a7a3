"""The worker process of one target: it runs pytest with this suite only, and writes events as JSON lines."""

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
    """Writes each event of the run, and each verdict that pytest reports, as one line with a JSON object."""

    def __init__(self, stream: IO[bytes]) -> None:
        """Write to `stream`."""
        self._stream = stream

    def emit(self, event: str, **facts: Any) -> None:
        """Write one line."""
        with contextlib.suppress(OSError):  # without a reader the run goes on, and writes its reports
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
                pass  # Written when pytest reports the item, and when the reports exist.

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Subscribe to the events of the run. If this process is killed, the parent knows the run from them only."""
        conformance = session.config.pluginmanager.get_plugin(plugin.SESSION)
        if conformance is not None:
            conformance.subscribe(self.on_event)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write the verdict of a requirement."""
        facts = dict(report.user_properties)
        if report.when == "call" and "verdict" in facts:
            self.emit("requirement", name=report.location[2], **facts)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Ignore signals until the reports are written."""
        ignore_from_now_on()

    def pytest_conformance_result(self, result: RunResult, paths: tuple[Path, ...]) -> None:
        """Write the verdict of the target, and the paths of its reports."""
        self.emit("result", verdict=result.verdict, reason=result.reason, paths=[str(path) for path in paths])


class TargetsFromParent:
    """Replaces the name of the targets file by its text, as the parent has read it with the user's variables."""

    def __init__(self, file: TargetsText) -> None:
        """Use `file`."""
        self._file = file

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Set the option to the file itself."""
        config.option.conformance_targets = self._file


def main(arguments: list[str]) -> int:
    """Run the suite with pytest `arguments`, whatever the caller's directory or environment configures for pytest."""
    interrupt_on_signals()
    from_parent = _targets_from_parent()
    _end_with_parent()
    # A separate descriptor, because pytest captures what is written to standard output while a test runs.
    stream, sys.stdout = os.fdopen(os.dup(1), "wb", buffering=0), sys.stderr
    try:
        temporary = tempfile.TemporaryDirectory()
    except OSError:
        sys.stderr.write("no directory for temporary files is writable; set TMPDIR to a writable directory\n")
        return USAGE
    with temporary as scratch, contextlib.redirect_stdout(sys.stderr):
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
        return int(pytest.main([*isolated, *arguments, *suite], plugins=[plugin, EventWriter(stream), *from_parent]))


def _targets_from_parent() -> list[TargetsFromParent]:
    """The targets file in the first line of standard input; empty if standard input is not a pipe or has none."""
    if not stat.S_ISFIFO(os.fstat(0).st_mode):
        return []
    line = sys.stdin.buffer.readline()
    # An incomplete line comes from a parent that has ended, or that was asked to end.
    file = json.loads(line) if line.endswith(b"\n") else None
    return [TargetsFromParent(TargetsText.from_dict(file))] if file else []


def _character_tables(scratch: str) -> str:
    """A directory where Hypothesis keeps its Unicode tables between runs, which makes a run 0.1 s shorter.

    Nothing else is kept there, because every use of Hypothesis switches the database of examples off.
    """
    try:
        # `Path.home()` raises RuntimeError for a user without a home directory.
        caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        cache = caches / "appointment-conformance" / "hypothesis"
        # A relative path would be a folder in the caller's directory.
        if not cache.is_absolute():
            return scratch
        cache.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return scratch
    return str(cache) if os.access(cache, os.W_OK) else scratch


def _end_with_parent() -> None:
    """Interrupt this process when standard input ends: the parent has closed it or has ended."""
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        interrupt_at_end_of(os.dup(0))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
