"""How far a run has come is told in a sentence, from its events alone."""

from __future__ import annotations

import pytest

from appointment_conformance.cli.progress import Progress

SENT = {"event": "sent", "requests": 7, "appointments": 1}
BEGUN = {"event": "begun", "run_id": "r1", "api": "omneo", "base_url": "https://api.example.com"}
SCENARIO = {"event": "scenario", "name": "life cycle", "number": 2, "total": 9}


def judged(name, verdict):
    """Return the event of a requirement."""
    return {"event": "requirement", "name": name, "verdict": verdict, "reason": "", "level": "MUST"}


def after(*events):
    """Return what is known after `events`."""
    progress = Progress()
    for event in events:
        progress = progress.after(event)
    return progress


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([], "Nothing was sent."),
        ([BEGUN], "Nothing was sent."),
        ([SENT | {"requests": 1}], "1 request was sent; nothing was judged."),
        (
            [BEGUN, SENT, SCENARIO],
            "7 requests were sent; the last scenario that started is `life cycle`, 2 of 9; nothing was judged.",
        ),
        (
            [SENT, SCENARIO, judged("A link", "passed"), judged("B link", "failed"), judged("C link", "passed")],
            "7 requests were sent; 3 requirements judged before it ended: 1 failed, 2 passed (B link).",
        ),
        (
            [SENT, judged("A link", "untested")],
            "7 requests were sent; 1 requirement judged before it ended: 1 untested.",
        ),
    ],
)
def test_what_is_known_is_told(events, told):
    """The number of requests, the scenario, and what was judged, each where it is known."""
    assert after(*events).summary() == told


def test_many_failures_are_named_in_part():
    """Of many requirements that do not hold the first ones are named, and how many more there are."""
    told = after(SENT, *(judged(f"R{number} link", "failed") for number in range(9))).summary()
    assert "R5 link and 3 more)" in told
    assert "R6" not in told


@pytest.mark.parametrize("event", [{}, {"event": "sent"}, {"event": "result", "verdict": "conformant"}])
def test_other_events_tell_nothing(event):
    """An event of another kind, or one that lacks something, changes nothing."""
    assert after(BEGUN, SENT, event) == after(BEGUN, SENT)
