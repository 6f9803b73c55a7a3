"""What is sent to confirm bookings, and the reads that tell what it did."""

from __future__ import annotations

from typing import Final

from appointment_conformance.api import (
    AGAIN,
    CREDENTIALS_OR_APPOINTMENT,
    FIRST_TIME,
    FOREIGN,
    Case,
    Moment,
    Scenario,
    ScenarioContext,
    Seen,
    TooFewFixtures,
    member,
    operation_probe,
    read,
    read_only,
    read_until,
    undeclared_method_probe,
    wrong_credentials,
)

from .near_misses import NEAR_MISSES, near_miss_segments

CONFIRMED: Final = ("life cycle",)


def is_confirmed(seen: Seen) -> bool:
    """Return whether a read shows a confirmed booking."""
    return bool(member(seen, "status") == "confirmed")


def life_cycle(context: ScenarioContext) -> None:
    """Confirm a booking that is pending, look at it, and confirm it again."""
    booking = next_pending(context)
    context.retire(booking)
    first = context.send(operation_probe(context, booking, case=FIRST_TIME))
    context.check_rights(first)
    if first.succeeded:
        read_until(context, read(context, booking, Moment.AFTER), is_confirmed)
    context.send(operation_probe(context, booking, case=AGAIN))


def next_pending(context: ScenarioContext) -> str:
    """Return the first booking that no read shows as confirmed. Raises TooFewFixtures where none is left."""
    while True:
        booking = context.live_appointment()
        if not is_confirmed(context.send(read(context, booking, Moment.BEFORE))):
            return booking
        context.pass_by(booking, "confirmed already")


def credentials(context: ScenarioContext) -> None:
    """Every kind of wrong credentials, on a booking that is confirmed: nothing is used up where one is let through."""
    for kind, headers in wrong_credentials(context.target):
        context.send(operation_probe(context, confirmed(context), kind="credentials", case=kind.case, headers=headers))


def paths(context: ScenarioContext) -> None:
    """Near misses of the id of a booking that is confirmed."""
    for name, segment in near_miss_segments(confirmed(context)).items():
        context.send(operation_probe(context, segment, kind="path", case=Case("path", name)))


def methods(context: ScenarioContext) -> None:
    """A method that is not declared, on a booking that does not exist."""
    context.send(undeclared_method_probe(context, context.absent_appointment, "PUT"))


def accounts(context: ScenarioContext) -> None:
    """Confirm a booking of another account, where the target declares one."""
    if foreign := context.foreign_appointment():
        context.send(operation_probe(context, foreign, kind="foreign", case=FOREIGN))


def questions(context: ScenarioContext) -> None:
    """No credentials and an absent booking at once."""
    absent = context.absent_appointment
    context.send(operation_probe(context, absent, kind="question", case=CREDENTIALS_OR_APPOINTMENT, headers=()))


def confirmed(context: ScenarioContext) -> str:
    """Return a booking that this run has confirmed. Raises TooFewFixtures where it has confirmed none."""
    if not context.used_appointments:
        raise TooFewFixtures("no booking has been confirmed in this run; add one to fixtures.bookings.")
    return context.used_appointments[-1]


SCENARIOS: Final = (
    Scenario("preflight", {"confirm": 2, "read": 1}, read_only.preflight, read_only=read_only.preflight),
    Scenario("life cycle", {"confirm": 2, "read": 2}, life_cycle, appointments=1),
    Scenario("methods", {"confirm": 1}, methods, read_only=read_only.methods),
    Scenario("accounts", {"confirm": 1}, accounts),
    Scenario("paths", {"confirm": len(NEAR_MISSES.classes)}, paths, needs=CONFIRMED, read_only=read_only.paths),
    Scenario("credentials", {"confirm": 10}, credentials, needs=CONFIRMED, read_only=read_only.credentials),
    Scenario("questions", {"confirm": 1}, questions),
)
