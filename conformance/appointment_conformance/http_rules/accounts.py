"""Rules about records of another account, which the token must not reach, for any API."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from appointment_conformance.engine import Evidence, NotApplicable
from appointment_conformance.targets import Target
from appointment_conformance.traffic.recording import ProbeResult


def check_out_of_reach(evidence: Evidence, *allowed: int) -> None:
    """Expect one of the statuses `allowed` for a request on a record of another account.

    Raises OptionalMissing where the target declares none.
    """
    evidence.need_optional(evidence.target.fixtures.foreign_appointments, _remedy(evidence.target))
    for seen in evidence.seen("foreign"):
        evidence.expect_status(seen, *allowed)


def foreign_reads(
    evidence: Evidence,
    before: StrEnum,
    after: StrEnum,
    *,
    shows_record: Callable[[ProbeResult], bool] = lambda _: True,
) -> tuple[ProbeResult, ProbeResult]:
    """Return the last read of a record of another account at the moment `before`, and the last one at `after`.

    What cannot be judged, such as an answer that was cut off, is left out. `shows_record` says of an answer 200 whether
    it shows a record. Raises OptionalMissing where the target declares no record of another account, and NotApplicable
    where no read shows one.
    """
    evidence.need_optional(evidence.target.fixtures.foreign_appointments, _remedy(evidence.target))
    reads = [seen for seen in evidence.everything if seen.judged and seen.status == 200 and shows_record(seen)]
    earlier = [seen for seen in reads if seen.probe.moment == before]
    later = [seen for seen in reads if seen.probe.moment == after]
    if not (earlier and later):
        raise NotApplicable("no read shows a record of another account")
    return earlier[-1], later[-1]


def _remedy(target: Target) -> str:
    key = target.form.key_of("foreign_appointments")
    return f"add {key}: of another account, made for this, out of the token's reach."


def is_refused(evidence: Evidence) -> bool:
    """Return whether a request on a record of another account was refused.

    What was accepted has effects, and is the business of the requirement that it is out of reach.
    """
    return any((seen.status or 0) >= 400 for seen in evidence.seen("foreign"))
