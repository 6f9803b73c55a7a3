"""MijnKlantportaal: the appointment that the path names."""

from __future__ import annotations

from appointment_conformance.apis.mijnklantportaal import places
from appointment_conformance.engine import Evidence, requirement
from appointment_conformance.http_rules.refusals import check_near_misses_of_id
from appointment_conformance.traffic.case import ABSENT

CANCEL = ("cancel",)


@requirement(
    "MKP-PATH-01",
    reads=(places.status("404"),),
    operations=CANCEL,
    source="MijnKlantportaal, Cancel appointment, response 404",
    scenarios=("preflight",),
    alone=True,
)
def absent_appointment_is_not_found(evidence: Evidence) -> None:
    """Cancelling an appointment that does not exist is answered 404."""
    for seen in evidence.seen("path", case=ABSENT):
        # Of an id only its beginning is promised: one that the suite has made up may have the wrong length.
        known = evidence.target.fixtures.absent_appointment or seen.status not in {400, 422}
        evidence.need(known, f"a made-up id is answered {seen.status}; set fixtures.absent_appointment.")
        evidence.expect_status(seen, 404)


@requirement(
    "MKP-PATH-02",
    reads=(places.APPOINTMENT_IN_PATH, places.status("404")),
    operations=CANCEL,
    source="MijnKlantportaal, Cancel appointment, response 404 and path parameter",
    scenarios=("essentials", "paths"),
)
def near_miss_of_an_id_is_never_served(evidence: Evidence) -> None:
    """Text that only resembles an appointment's id is refused with a 4xx, never taken for the appointment.

    A 409 says that it was taken for one which is cancelled already.

    The page has the id as text without a form, and 404 for one that no appointment has.
    """
    check_near_misses_of_id(evidence, served={409})
