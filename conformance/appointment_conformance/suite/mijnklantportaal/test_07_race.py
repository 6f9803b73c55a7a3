"""MijnKlantportaal: two clients at the same instant."""

from __future__ import annotations

from appointment_conformance.judging import Evidence, requirement


@requirement(
    "MKP-RACE-01",
    operations=("cancel",),
    source="MijnKlantportaal, Cancel appointment, responses 200 and 409",
    scenarios=("race",),
)
def test_one_of_two_cancels_wins(evidence: Evidence) -> None:
    """Of two cancels of one appointment at the same instant one is answered 200 and the other 409."""
    raced = evidence.seen("race")
    statuses = sorted(seen.status or 0 for seen in raced)
    # Two conflicts say that something cancelled it before the race: another requirement's business.
    if len(raced) == 2 and statuses != [409, 409]:
        evidence.expect(
            raced[0],
            holds=statuses == [200, 409],
            expected="statuses 200 and 409",
            actual=f"statuses {statuses[0]} and {statuses[1]}",
        )
