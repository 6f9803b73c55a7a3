"""On a terminal it is clear without colours which targets run, wait and have ended."""

from __future__ import annotations

import io

import pytest
import rich.console

from appointment_conformance.cli.console import Console
from appointment_conformance.cli.live_display import LiveDisplay
from appointment_conformance.pytest_plugin.jobs import Job

STARTED = {"event": "started"}
SCENARIO = {"event": "scenario", "name": "life cycle", "number": 3, "total": 9}
JUDGED = {"event": "requirement", "name": "MKP-CANCEL-02 cancel", "verdict": "passed", "level": "MUST", "reason": ""}


def drawn(display, width=80, height=24, encoding="utf-8"):
    """Return the lines of the display on a terminal of this size, without styles."""
    file = io.TextIOWrapper(io.BytesIO(), encoding)
    console = rich.console.Console(file=file, width=width, height=height, force_terminal=True, color_system=None)
    console.print(display)
    file.flush()
    return [line.rstrip() for line in file.buffer.getvalue().decode(encoding).splitlines()]


def test_each_state_has_a_word():
    """A running target has a word and its scenario, a waiting one another word, an ended one only its count."""
    display = LiveDisplay(["one", "two", "three"])
    for event in (STARTED, SCENARIO):
        display.on_event("two", event)
    display.end("three")
    first, second, counts = drawn(display)
    assert first.startswith("running two ")
    assert first.endswith("3 of 9: life cycle")
    assert second.split() == ["waiting", "one"]
    assert counts == "1 running, 1 waiting, 1 ended of 3"
    display.on_event("two", JUDGED)
    assert drawn(display)[0].endswith("judging MKP-CANCEL-02 cancel")


@pytest.mark.parametrize("width", [1, 20, 40, 60, 80, 200])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_it_fits_every_terminal(width, encoding):
    """A hundred targets with long names fit any size: running ones come first, and the counts are always there."""
    names = [f"{'store-of-a-long-name-' * 4}{number}" for number in range(100)]
    display = LiveDisplay(names)
    display.on_event(names[77], STARTED)
    lines = drawn(display, width, 10, encoding)
    assert len(lines) <= 10
    assert all(len(line) <= width for line in lines)
    if width >= 40:
        assert lines[0].startswith("running ")
        assert "77 " in f"{lines[0]} ", "the end of a name tells many targets apart"
        assert lines[-1] == "1 running, 99 waiting, 0 ended of 100"[:width]


def test_without_a_terminal_nothing_is_redrawn(tmp_path):
    """In a log the events of a target write nothing until it has ended."""
    shown = io.StringIO()
    console = Console(rich.console.Console(file=shown, width=80))
    with console.following([Job(name, None, "gate", 1, tmp_path) for name in ("one", "two")]):
        for event in (STARTED, SCENARIO, JUDGED):
            console.on_event("one", event)
        assert shown.getvalue() == ""
