"""MijnKlantportaal: two clients at the same instant."""

from __future__ import annotations

from appointment_conformance.apis.mijnklantportaal import places
from appointment_conformance.apis.mijnklantportaal.reads import USED_UP
from appointment_conformance.codes import status_code
from appointment_conformance.engine import Evidence, requirement
from appointment_conformance.traffic.answer import member
from appointment_conformance.traffic.recording import ProbeResult


@requirement(
    "MKP-RACE-01",
    reads=(places.status("200"), places.status("409")),
    operations=("cancel",),
    source="MijnKlantportaal, Cancel appointment, responses 200 and 409",
    scenarios=("essentials", "credentials", "paths", "race"),
)
def one_of_two_cancels_wins(evidence: Evidence) -> None:
    """Of two cancels of one appointment at the same instant one is answered 200 and the other 409.

    The page has 200 for what is cancelled now, and 409 for what is canceled already.
    """
    for first, second in pairs(evidence):
        statuses = sorted(seen.status or 0 for seen in (first, second))
        earlier = _reads(evidence, first)
        is_used_up = USED_UP.issuperset(statuses)
        # Two conflicts may say that something cancelled it before the race: another requirement's business.
        if not is_used_up or (earlier and member(earlier[-1], "status") == "scheduled"):
            evidence.expect(
                first,
                holds=statuses[0] < 300 and statuses[1] == 409,
                code=status_code(*statuses),
                expected="success and status 409",
                actual=f"statuses {statuses[0]} and {statuses[1]}",
                after=earlier if is_used_up else (),
            )


def pairs(evidence: Evidence) -> list[tuple[ProbeResult, ProbeResult]]:
    """Return the two cancels of each appointment that were sent at the same instant, where both were answered."""
    raced: dict[str, list[ProbeResult]] = {}
    for seen in evidence.seen("race"):
        raced.setdefault(seen.probe.appointment, []).append(seen)
    return [(pair[0], pair[1]) for pair in raced.values() if len(pair) == len(("first", "second"))]


def _reads(evidence: Evidence, raced: ProbeResult) -> tuple[ProbeResult, ...]:
    """What was read of the appointment before the race."""
    return evidence.seen(
        "read", where=lambda seen: seen.probe.appointment == raced.probe.appointment and seen.number < raced.number
    )
