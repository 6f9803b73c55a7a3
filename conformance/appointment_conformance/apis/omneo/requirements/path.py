"""Omneo: the appointment that the path names."""

from __future__ import annotations

from appointment_conformance.apis.omneo import places
from appointment_conformance.apis.omneo.path_cases import HUGE_NUMBER, NEGATIVE_NUMBER, ZERO
from appointment_conformance.engine import SHOULD, Evidence, requirement
from appointment_conformance.http_rules.refusals import check_near_misses_of_id
from appointment_conformance.traffic.case import ABSENT

BOTH = ("link", "unlink")
SOURCE = "Omneo, Unlink Appointment, path parameter: integer, and response 404"
PATHS = ("essentials", "paths")
#: Integers that no appointment has, and that any integer type holds.
SMALL = frozenset({ZERO, NEGATIVE_NUMBER})


@requirement(
    "OMN-PATH-01",
    reads=(places.status("404"),),
    operations=BOTH,
    source="Omneo, Unlink Appointment, response 404",
    scenarios=("preflight", "paths"),
    alone=True,
)
def absent_appointment_is_not_found(evidence: Evidence) -> None:
    """An action on an appointment that does not exist is answered 404."""
    for seen in evidence.seen("path", case=ABSENT):
        evidence.expect_status(seen, 404)


@requirement(
    "OMN-PATH-02",
    reads=(places.APPOINTMENT_IN_PATH,),
    operations=BOTH,
    source="Omneo, Unlink Appointment, path parameter: integer",
    scenarios=PATHS,
)
def near_miss_of_a_number_is_never_served(evidence: Evidence) -> None:
    """Text that only resembles an appointment's number is refused with a 4xx, never taken for the appointment."""
    check_near_misses_of_id(evidence)


@requirement(
    "OMN-PATH-03",
    reads=(places.APPOINTMENT_IN_PATH, places.status("404")),
    operations=BOTH,
    source=SOURCE,
    scenarios=PATHS,
)
def integer_without_appointment_is_not_found(evidence: Evidence) -> None:
    """An action on zero or a negative number is answered 404: both are integers, and no appointment has them."""
    for seen in evidence.seen("path", case=SMALL):
        evidence.expect_status(seen, 404)


@requirement(
    "OMN-PATH-04",
    reads=(places.APPOINTMENT_IN_PATH, places.content("404")),
    operations=BOTH,
    source=SOURCE,
    level=SHOULD,
    scenarios=PATHS,
)
def integer_without_appointment_gets_a_message(evidence: Evidence) -> None:
    """A 404 for an integer that no appointment has carries `message`.

    Routers that take digits alone (Django, Flask) answer a negative number themselves, so this is advice.
    """
    for seen in evidence.seen("path", case={*SMALL, HUGE_NUMBER}, where=lambda seen: seen.status == 404):
        evidence.expect_contract(seen, "response_schema_conformance")


@requirement(
    "OMN-PATH-05",
    reads=(places.APPOINTMENT_IN_PATH, places.status("404")),
    operations=BOTH,
    source=SOURCE,
    level=SHOULD,
    scenarios=PATHS,
)
def integer_beyond_64_bits_is_not_found(evidence: Evidence) -> None:
    """An action on a number beyond 64 bits is answered 404.

    Frameworks that bind the number to 64 bits (Spring, ASP.NET) answer 400 at their defaults, so this is advice.
    """
    for seen in evidence.seen("path", case=HUGE_NUMBER):
        evidence.expect_status(seen, 404)
