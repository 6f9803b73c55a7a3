"""MijnKlantportaal: two clients at the same instant."""

from __future__ import annotations

from appointment_conformance.judging import Evidence, requirement
from appointment_conformance.traffic.answer import member
from appointment_conformance.traffic.recording import Seen


@requirement(
    "MKP-RACE-01",
    operations=("cancel",),
    source="MijnKlantportaal, Cancel appointment, responses 200 and 409",
    scenarios=("essentials", "credentials", "paths", "race"),
)
def test_one_of_two_cancels_wins(evidence: Evidence) -> None:
    """Of two cancels of one appointment at the same instant one is answered 200 and the other 409."""
    for raced in _pairs(evidence):
        statuses = sorted(seen.status or 0 for seen in raced)
        earlier = _reads(evidence, raced[0])
        # Two conflicts may say that something cancelled it before the race: another requirement's business.
        if statuses != [409, 409] or (earlier and member(earlier[-1], "status") == "scheduled"):
            evidence.expect(
                raced[0],
                holds=statuses[0] < 300 and statuses[1] == 409,
                expected="success and status 409",
                actual=f"statuses {statuses[0]} and {statuses[1]}",
                after=earlier if statuses == [409, 409] else (),
            )


def _pairs(evidence: Evidence) -> list[list[Seen]]:
    """The cancels that were sent at the same instant, two by two."""
    by_appointment: dict[str, list[Seen]] = {}
    for seen in evidence.seen("race"):
        by_appointment.setdefault(seen.probe.appointment, []).append(seen)
    return [pair for pair in by_appointment.values() if len(pair) == 2]


def _reads(evidence: Evidence, raced: Seen) -> tuple[Seen, ...]:
    """What was read of the appointment before the race."""
    return evidence.seen(
        "read", where=lambda seen: seen.probe.appointment == raced.probe.appointment and seen.number < raced.number
    )
