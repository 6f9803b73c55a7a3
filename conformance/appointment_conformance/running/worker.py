"""The process of one target: pytest with this suite alone, telling its parent what happens as JSON lines."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import stat
import sys
import tempfile
import threading
from pathlib import Path
from types import FrameType
from typing import IO, Any

import pytest

from appointment_conformance import plugin
from appointment_conformance.judging.verdict import USAGE
from appointment_conformance.signals import heed_all_alike, interrupt_main_thread, unheed
from appointment_conformance.targets.source import TargetsText
from appointment_reports import RunResult

#: Seconds before a main thread that has not heeded an interrupt is sent it again.
AGAIN_SECONDS = 0.5


class Storyteller:
    """Writes one JSON object a line: scenarios as they begin, requirements as they are judged, the result."""

    def __init__(self, out: IO[bytes]) -> None:
        """Write to `out`."""
        self._out = out

    def tell(self, event: str, **facts: Any) -> None:
        """Write one event."""
        with contextlib.suppress(OSError):  # nobody listens any more: the reports are still written
            self._out.write(json.dumps({"event": event, **facts}).encode() + b"\n")

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Tell which run begins, and from here on how many requests it has sent."""
        conducted = session.config.pluginmanager.get_plugin(plugin.SESSION)
        if conducted is not None:
            conducted.follow(self.tell)

    def pytest_conformance_scenario(self, name: str, number: int, total: int) -> None:
        """Tell that a scenario begins."""
        self.tell("scenario", name=name, number=number, total=total)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Tell the verdict of a requirement."""
        facts = dict(report.user_properties)
        if report.when == "call" and "verdict" in facts:
            self.tell("requirement", name=report.location[2], **facts)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        """Let nothing but a kill come between the run and its reports."""
        unheed()

    def pytest_conformance_result(self, result: RunResult, paths: tuple[Path, ...]) -> None:
        """Tell the verdict of the target, and where its reports are."""
        self.tell("result", verdict=result.verdict, reason=result.reason, paths=[str(path) for path in paths])


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
    heed_all_alike()
    handed = _handed_over()
    _end_with_parent()
    # A descriptor of its own: pytest keeps for itself what comes to the standard one while a test runs.
    story, sys.stdout = os.fdopen(os.dup(1), "wb", buffering=0), sys.stderr
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
        return int(pytest.main([*isolated, *arguments, *suite], plugins=[plugin, Storyteller(story), *handed]))


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
    lifeline = os.dup(0)
    if not stat.S_ISFIFO(os.fstat(lifeline).st_mode):
        os.close(lifeline)
        return

    heeded = threading.Event()

    def heed(number: int, frame: FrameType | None) -> None:
        heeded.set()
        signal.default_int_handler(number, frame)

    def wait() -> None:
        os.read(lifeline, 1)
        interrupt_main_thread()
        # A call that was just about to wait when the signal came has missed it.
        while not heeded.wait(AGAIN_SECONDS):
            interrupt_main_thread()

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, heed)
    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
